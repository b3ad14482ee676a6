//! At the end of the run: what could go by now is gone (L3). Bounds count as those of `liveness`.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::SnapshotMemory;
use super::truth::Truth;
use crate::domain::{Job, Lifetime, PolicyName, SnapshotId, SnapshotState, Timestamp, VolumeId};
use crate::journal::FindingKind;

/// Whose a snapshot is, of which volume, and since when nothing of its own keeps it.
type Free = (PolicyName, VolumeId, Timestamp);

/// Whether its row says that it is a second one of its slot: such a one counts for no number of the
/// newest that are kept.
pub(super) fn is_duplicate(truth: &dyn Truth, id: &SnapshotId) -> bool {
    truth.row(id.as_str()).is_some_and(|row| row.duplicate)
}

impl Oracle {
    pub(super) fn judge_expired(&mut self, truth: &dyn Truth, place: Place) {
        if self.memory.awaits_approval {
            return;
        }
        let free = self.free_since(truth);
        let late: Vec<(SnapshotId, VolumeId, Timestamp)> = free
            .iter()
            .filter_map(|(id, (name, volume, _))| {
                let since = self.set_free_since(truth, &free, id)?;
                let mut bound = self.due_by(name, Job::Expire, since)?;
                if self.is_torn(id) {
                    // One expire misses a member, the next one says that it is lost.
                    let period = self.policy(name)?.periods.get(&Job::Expire)?;
                    bound += *period * 2;
                }
                let is_late = place.at >= bound + self.promise.bounds.put_off_max;
                is_late.then(|| (id.clone(), volume.clone(), since))
            })
            .collect();
        for (id, volume, since) in late {
            self.report(
                place,
                Broken {
                    invariant: Invariant::L3,
                    subject: id.as_str(),
                    sentence: format!("{id} of {volume} could go since {since} and is still there"),
                    believed: "something kept it".to_owned(),
                    truth: "nothing holds, locks or uses it, and enough newer ones are completed"
                        .to_owned(),
                    lines: Vec::new(),
                },
            );
        }
    }

    /// The snapshots that nothing of their own keeps, and since when.
    fn free_since(&self, truth: &dyn Truth) -> BTreeMap<SnapshotId, Free> {
        let mut free = BTreeMap::new();
        for ((volume, name), all) in &self.memory.completed {
            let Some(policy) = self.policy(name) else {
                continue;
            };
            if !truth.volume_exists(volume) {
                continue;
            }
            let kept = policy.at_least.max(policy.last.unwrap_or(0));
            let kept = usize::try_from(kept).unwrap_or(usize::MAX);
            let mut newer: Vec<&SnapshotId> = Vec::new();
            // What was made twice for a slot counts once.
            let mut slots: BTreeSet<Option<&SmolStr>> = BTreeSet::new();
            for (start, id) in all.iter().rev() {
                let enough = newer
                    .len()
                    .checked_sub(kept)
                    .and_then(|at| newer.get(at).copied());
                let by_sets = policy.last.is_some();
                let slot = self.memory.snapshots.get(id);
                let slot = slot.and_then(|snapshot| snapshot.marks.slot.as_ref());
                let counts = self.counts(truth, name, id)
                    && (!by_sets || (self.set_is_whole(truth, id) && !is_duplicate(truth, id)));
                if counts && (slot.is_none() || slots.insert(slot)) {
                    newer.push(id);
                }
                let (Some(enough), Some(snapshot)) = (enough, self.memory.snapshots.get(id)) else {
                    continue;
                };
                let lifetime = policy.longest_for(volume);
                let since = self.may_go_since(lifetime, snapshot, *start, enough);
                if let Some(since) = since.filter(|_| self.is_free(truth, name, id)) {
                    free.insert(id.clone(), (name.clone(), volume.clone(), since));
                }
            }
        }
        free
    }

    /// Whether a completed snapshot makes an older one superfluous: its row says so too, and its
    /// tags are as we made them. What carries our tags and has no row is somebody else's copy.
    fn counts(&self, truth: &dyn Truth, policy: &PolicyName, id: &SnapshotId) -> bool {
        let is_recorded = truth
            .row(id.as_str())
            .is_some_and(|row| row.state.as_deref() == Some("completed"));
        let is_there = truth
            .snapshot(id)
            .is_some_and(|found| found.state == SnapshotState::Completed);
        is_recorded && is_there && self.is_as_made(truth, policy, id)
    }

    /// Whether all that was made with a snapshot is there and completed: by `last` a set counts whole
    /// or not at all.
    fn set_is_whole(&self, truth: &dyn Truth, id: &SnapshotId) -> bool {
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return false;
        };
        let Some(op) = &snapshot.marks.op else {
            return true;
        };
        let members = self.memory.snapshots.iter();
        !self.memory.torn_sets.contains(op)
            && members
                .filter(|(_, other)| other.marks.op.as_ref() == Some(op))
                .all(|(id, _)| {
                    truth
                        .snapshot(id)
                        .is_some_and(|found| found.state == SnapshotState::Completed)
                })
    }

    /// Whether somebody else deleted a member of a snapshot's set.
    fn is_torn(&self, id: &SnapshotId) -> bool {
        let snapshot = self.memory.snapshots.get(id);
        let op = snapshot.and_then(|snapshot| snapshot.marks.op.as_ref());
        op.is_some_and(|op| self.memory.torn_sets.contains(op))
    }

    /// Whether a snapshot still carries the tags that we gave it.
    pub(super) fn is_as_made(
        &self,
        truth: &dyn Truth,
        policy: &PolicyName,
        id: &SnapshotId,
    ) -> bool {
        truth.snapshot(id).is_some_and(|found| {
            self.is_ours(found.marks.installation.as_ref())
                && found.marks.policy.as_ref() == Some(policy)
        })
    }

    /// Since when a snapshot could go together with what is left of its set; none when another
    /// member may not go.
    fn set_free_since(
        &self,
        truth: &dyn Truth,
        free: &BTreeMap<SnapshotId, Free>,
        id: &SnapshotId,
    ) -> Option<Timestamp> {
        let (_, _, since) = free.get(id)?;
        let op = &self.memory.snapshots.get(id)?.marks.op;
        let mut latest = *since;
        if op.is_none() {
            return Some(latest);
        }
        for (other, snapshot) in &self.memory.snapshots {
            if snapshot.marks.op == *op && truth.snapshot(other).is_some() {
                latest = latest.max(free.get(other)?.2);
            }
        }
        Some(latest)
    }

    /// When nothing kept a snapshot any more: its lifetime was over, its copy had ended, and so had
    /// that of the newer ones that make it superfluous. A copy ends when somebody is told, and counts
    /// from when its row says so.
    fn may_go_since(
        &self,
        now: Option<Lifetime>,
        snapshot: &SnapshotMemory,
        start: Timestamp,
        newer: &SnapshotId,
    ) -> Option<Timestamp> {
        let promised = snapshot.marks.lifetime.max(now)?;
        let ends = promised.ends(start)?;
        let told = |of: &SnapshotMemory| {
            let told = of.said_completed.max(of.recorded_completed);
            told.unwrap_or(of.created_at)
        };
        // While the newer one was to go itself, it carried nothing.
        let carries =
            |of: &SnapshotMemory| told(of).max(of.completed_again.unwrap_or(of.created_at));
        let enough_since = self.memory.snapshots.get(newer).map_or(ends, carries);
        Some(ends.max(enough_since).max(told(snapshot)))
    }

    /// Whether nothing stands against a snapshot's delete. Its own set is another matter.
    fn is_free(&self, truth: &dyn Truth, policy: &PolicyName, id: &SnapshotId) -> bool {
        let has_row = truth.row(id.as_str()).is_some();
        let is_open = truth.snapshot(id).is_some_and(|found| {
            found.blocked.is_none() && found.state == SnapshotState::Completed
        });
        // What AWS once said to be gone is a person's to decide about, and a person was told.
        let is_told = self.is_reported(id.as_str(), FindingKind::Reappeared);
        has_row && is_open && !is_told && self.is_as_made(truth, policy, id)
    }
}
