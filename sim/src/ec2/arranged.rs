//! What is arranged beforehand for the next snapshots: the levers of a story.

use serde::{Deserialize, Serialize};

use crate::time::Span;

use super::ids::VolumeId;
use super::state::Ec2;

/// Something that will happen to the next snapshots.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Arrangement {
    /// To how many.
    pub times: u32,
    /// Of which volume; none for any.
    pub volume: Option<VolumeId>,
    /// What.
    pub what: Arranged,
}

/// What can be arranged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Arranged {
    /// Its copy fails, and with it its whole set.
    Fails,
    /// Nobody sees it for this long.
    Hides(Span),
    /// It is stuck as long as [`Timing::stuck`](super::settings::Timing::stuck) says.
    Sticks,
    /// Its copy takes this long once it has begun.
    Takes(Span),
}

/// What is arranged for one snapshot.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fate {
    pub(super) fails: bool,
    pub(super) hides: Option<Span>,
    pub(super) sticks: bool,
    pub(super) takes: Option<Span>,
}

impl Ec2 {
    /// Arranges something for snapshots to come. Of several arrangements of one kind that fit, the
    /// one made first is used up first.
    pub fn arrange(&mut self, arrangement: Arrangement) {
        self.arranged.push(arrangement);
    }

    /// What is arranged and not used up, in the order in which it was arranged.
    #[must_use]
    pub fn arranged(&self) -> &[Arrangement] {
        &self.arranged
    }

    /// What is arranged for a new snapshot of a volume; it is used up by this.
    pub(super) fn take_fate(&mut self, volume: &VolumeId) -> Fate {
        let mut fate = Fate::default();
        if self.arranged.is_empty() {
            return fate;
        }
        for arrangement in &mut self.arranged {
            let fits = arrangement
                .volume
                .as_ref()
                .is_none_or(|wanted| wanted == volume);
            if !fits || arrangement.times == 0 {
                continue;
            }
            let used = match arrangement.what {
                Arranged::Fails => !std::mem::replace(&mut fate.fails, true),
                Arranged::Sticks => !std::mem::replace(&mut fate.sticks, true),
                Arranged::Hides(span) => set_once(&mut fate.hides, span),
                Arranged::Takes(span) => set_once(&mut fate.takes, span),
            };
            arrangement.times -= u32::from(used);
        }
        self.arranged.retain(|arrangement| arrangement.times > 0);
        fate
    }
}

fn set_once(place: &mut Option<Span>, span: Span) -> bool {
    let free = place.is_none();
    place.get_or_insert(span);
    free
}
