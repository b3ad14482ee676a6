//! The floor: which completed snapshots of a volume must stay, whatever the rules say.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::fleet::{Known, Standing};
use super::guards;
use super::input::{ExpireInput, RowFacts, Source, VolumeFacts};
use crate::domain::{Counted, Slot, SnapshotId, SourceGone, VolumeId};

/// The floor of one volume.
pub(super) enum Floor {
    /// The newest good snapshots stay, and nothing good goes unless all of them are there.
    Holds {
        /// Those that stay, newest first: as many as the policy asks for, or all there are.
        stay: Vec<SnapshotId>,
        /// Whether there are as many as the policy asks for.
        whole: bool,
    },
    /// The volume is gone, and with it the floor.
    Ended,
}

impl Floor {
    /// Finds the snapshots that carry the floor.
    ///
    /// One carries it when row and EC2 both say `completed`, it is ours beyond doubt, and it is not
    /// dated in the future. A slot counts once: a duplicate carries the floor only where its slot
    /// has nothing else. The newest carry it, whatever else goes or stays, so a rule that keeps
    /// more can never make another snapshot go.
    pub(super) fn of(input: &ExpireInput<'_>, id: &VolumeId, volume: &VolumeFacts) -> Self {
        if has_ended(input, volume.source) {
            return Self::Ended;
        }
        let mut good: Vec<(Known<'_>, &RowFacts)> = volume
            .snapshots
            .iter()
            .filter_map(|snapshot| {
                let known = Known {
                    id,
                    volume,
                    snapshot,
                };
                let row = snapshot.row.as_ref()?;
                let seen = snapshot.seen.as_ref()?;
                let carries = planted!(known.stands_completed(), CountsAFailedCopy => true)
                    && planted!(guards::identity(input, id, row, seen).is_none(), CountsWhatIsNotOurs => true)
                    && known.start(row) <= input.now;
                carries.then_some((known, row))
            })
            .collect();
        // Of one slot, the counted one comes before its duplicates, however new these are.
        let counted: BTreeSet<&Slot> = good
            .iter()
            .filter(|(_, row)| row.counted == Counted::Once)
            .map(|(_, row)| &row.slot)
            .collect();
        good.sort_by_key(|(known, row)| Reverse((known.start(row), &known.snapshot.id)));

        let asked = usize::try_from(input.policy.keep.at_least.count()).unwrap_or(usize::MAX);
        let wanted = planted!(asked, FloorOfOne => 1);
        let mut slots = BTreeSet::new();
        let stay: Vec<SnapshotId> = good
            .into_iter()
            .filter(|(_, row)| row.counted == Counted::Once || !counted.contains(&row.slot))
            .filter(|(_, row)| slots.insert(&row.slot))
            .take(wanted)
            .map(|(known, _)| known.snapshot.id.clone())
            .collect();
        Self::Holds {
            whole: stay.len() >= wanted,
            stay,
        }
    }

    /// The snapshots that must be there when this one goes; none when it must stay itself.
    pub(super) fn companions(&self, known: &Known<'_>) -> Option<&[SnapshotId]> {
        match (self, known.standing()) {
            (_, Standing::Failed) | (Self::Ended, _) => Some(&[]),
            (Self::Holds { stay, whole }, _) => {
                (*whole && !stay.contains(&known.snapshot.id)).then_some(stay)
            }
        }
    }
}

/// Whether the volume is gone and the policy lets the floor end with it.
fn has_ended(input: &ExpireInput<'_>, source: Source) -> bool {
    match (source, input.policy.source_gone) {
        (Source::Present, _) | (Source::Gone { .. }, SourceGone::Hold) => false,
        (Source::Gone { since }, SourceGone::KeepLast(span)) => input.now >= since + span,
        (Source::Gone { .. }, SourceGone::Finish) => true,
    }
}
