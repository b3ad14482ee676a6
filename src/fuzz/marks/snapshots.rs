//! Snapshots: which were made by which pass, and what a delete leaves.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use snaplife_sim::ec2::{Effect, SnapshotState};
use snaplife_sim::world::World;

use super::kinds::{Moment, Stage};
use super::watcher::Watcher;
use crate::journal::RowChange;

/// Every snapshot that our calls made.
#[derive(Default)]
pub(super) struct Snapshots {
    made: BTreeMap<SmolStr, Made>,
}

struct Made {
    is_gone: bool,
    has_row: bool,
    /// Whether an answer named it.
    is_answered: bool,
    /// How many passes had been killed when it was made.
    killed_before: u64,
}

impl Snapshots {
    pub(super) fn was_made(&self, id: &str) -> bool {
        self.made.contains_key(id)
    }

    /// Whether it is gone; what we did not make counts as gone.
    pub(super) fn is_gone(&self, id: &str) -> bool {
        self.made.get(id).is_none_or(|made| made.is_gone)
    }

    pub(super) fn answered(&mut self, id: &str) {
        if let Some(made) = self.made.get_mut(id) {
            made.is_answered = true;
        }
    }

    pub(super) fn gone(&mut self, id: &str) {
        if let Some(made) = self.made.get_mut(id) {
            made.is_gone = true;
        }
    }
}

impl Watcher {
    fn killed(&self) -> u64 {
        use super::kinds::Fate;
        use super::mark::Mark;
        use crate::domain::Job;
        self.tally.hits(Mark::Pass(Job::Create, Fate::Killed))
    }

    pub(super) fn made(&mut self, effect: &Effect, _: &World) {
        let made = Made {
            is_gone: false,
            has_row: false,
            is_answered: false,
            killed_before: self.killed(),
        };
        let id = effect.snapshot.text().clone();
        self.snapshots.made.insert(id, made);
    }

    pub(super) fn deleted(&mut self, effect: &Effect, world: &World) {
        self.snapshots.gone(effect.snapshot.as_str());
        if self.now > self.heal {
            self.moment(Moment::DeleteAfterHeal);
        }
        let mut completed = 0_u32;
        let mut bad = false;
        for other in world.ec2.snapshots_of(&effect.volume) {
            match other.state {
                SnapshotState::Completed => completed += 1,
                SnapshotState::Pending | SnapshotState::Error => bad = true,
                _ => {}
            }
        }
        if completed == 1 {
            self.moment(Moment::DeleteAtFloor);
        }
        if bad {
            self.moment(Moment::DeleteBesideBad);
        }
    }

    pub(super) fn row_changed(
        &mut self,
        _: u32,
        change: &RowChange,
        from: Option<Stage>,
        to: Stage,
    ) {
        let killed = self.killed();
        match (from, to) {
            (None, _) => {
                let after_crash = self
                    .snapshots
                    .made
                    .get_mut(&change.key)
                    .is_some_and(|made| {
                        let first = !std::mem::replace(&mut made.has_row, true);
                        first && made.killed_before < killed
                    });
                let made = self.snapshots.made.get(&change.key);
                if made.is_some_and(|made| !made.is_answered) {
                    self.moment(Moment::CreateFoundByTag);
                }
                if after_crash {
                    self.moment(Moment::RecordedAfterCrash);
                    self.moment(Moment::RowAfterCrash);
                }
            }
            (Some(Stage::Expiring), Stage::Completed | Stage::Error) => {
                self.moment(Moment::Unmarked);
                if change.reason.contains("image") {
                    self.moment(Moment::UnmarkedByImage);
                }
            }
            (Some(Stage::Expiring), Stage::Deleted) if self.passes.is_unanswered(&change.key) => {
                self.moment(Moment::DeleteLostThenGone);
            }
            _ => {}
        }
    }
}
