//! Whether the members of a set go together (S25).

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::Phase;
use super::truth::{Actor, Truth};
use crate::domain::{Job, PolicyName, SnapshotId, Timestamp};

/// What is remembered of sets, each by the operation that made it.
#[derive(Default)]
pub(super) struct Sets {
    /// Which snapshots that exist were made together.
    members: BTreeMap<SmolStr, BTreeSet<SnapshotId>>,
    /// Completed ones whose delete was asked for and may have acted.
    going: BTreeMap<SmolStr, BTreeSet<SnapshotId>>,
    /// When an expire of a policy last ended, in whatever way.
    last_end: BTreeMap<PolicyName, Timestamp>,
}

impl Sets {
    pub(super) fn joins(&mut self, set: &SmolStr, id: SnapshotId) {
        self.members.entry(set.clone()).or_default().insert(id);
    }

    /// A snapshot is no more.
    pub(super) fn leaves(&mut self, set: &SmolStr, id: &SnapshotId) {
        if let Some(members) = self.members.get_mut(set) {
            members.remove(id);
            if members.is_empty() {
                self.members.remove(set);
                self.going.remove(set);
            }
        }
    }

    /// A delete did not act.
    pub(super) fn stays(&mut self, id: &SnapshotId) {
        self.going.retain(|_, going| {
            going.remove(id);
            !going.is_empty()
        });
    }

    pub(super) fn expire_ended(&mut self, policy: PolicyName, at: Timestamp) {
        self.last_end.insert(policy, at);
    }
}

impl Oracle {
    /// The delete of a completed snapshot is asked for: as long as its set may be whole, what the run saw
    /// of every member must allow it.
    pub(super) fn check_set(&mut self, truth: &dyn Truth, place: Place, id: &SnapshotId) {
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return;
        };
        let (Some(set), Phase::Completed) = (snapshot.marks.op.clone(), snapshot.phase) else {
            return;
        };
        let going = self.memory.sets.going.entry(set.clone()).or_default();
        let is_first = going.is_empty();
        going.insert(id.clone());
        if !is_first || self.follows_closely(place) {
            return;
        }
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        let members = self.memory.sets.members.get(&set).into_iter().flatten();
        let stays = members
            .filter(|member| *member != id && self.is_good_member(truth, member))
            .find_map(|member| {
                let seen = pass.seen.get(member)?;
                Some((member.clone(), seen.against?, seen.line))
            });
        let Some((member, against, line)) = stays else {
            return;
        };
        self.report(
            place,
            Broken {
                invariant: Invariant::S25,
                subject: id.as_str(),
                sentence: format!(
                    "{id} is the first of its set to go, though the last look at {member}, which was made with it, said that {against}"
                ),
                believed: "its set was half deleted already, or nothing stood against any of it"
                    .to_owned(),
                truth: format!("no delete of its set was asked for, and of {member} {against}"),
                lines: vec![line],
            },
        );
    }

    /// Whether a run before has ended so shortly ago that nobody can know whether its delete acted.
    fn follows_closely(&self, place: Place) -> bool {
        let pass = self.memory.passes.get(&place.pass);
        let last = pass.and_then(|pass| self.memory.sets.last_end.get(&pass.policy));
        last.is_some_and(|last| place.at < *last + self.promise.bounds.visibility_window)
    }

    /// Whether a snapshot is a backup of ours that goes by the rules: not a copy with our tags, nor one
    /// that a person has given a life of its own, nor one whose record a restored table has lost.
    fn is_good_member(&self, truth: &dyn Truth, id: &SnapshotId) -> bool {
        let snapshot = self.memory.snapshots.get(id);
        let is_good = snapshot.is_some_and(|known| {
            known.phase == Phase::Completed && (known.by == Actor::Client || known.is_known)
        });
        let has_row = truth.row(id.as_str()).is_some();
        is_good && has_row && !self.memory.adopted.contains(id)
    }

    /// An expire has ended, or was killed.
    pub(super) fn note_end_of_expire(&mut self, place: Place) {
        if let Some(pass) = self.memory.passes.get(&place.pass)
            && pass.job == Job::Expire
        {
            let policy = pass.policy.clone();
            self.memory.sets.expire_ended(policy, place.at);
        }
    }
}
