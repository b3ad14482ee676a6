//! What may go, and what forbids it.

use std::collections::BTreeMap;

use super::decision::{Decision, Reason};
use super::input::ExpireInput;
use crate::domain::{BlockedBy, PlanDigest, RowState, SnapshotId, Timestamp, VolumeId};

/// What one `expire` pass will do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpirePlan {
    /// Every due snapshot with its verdict; sorted by subject.
    pub decisions: Vec<Decision>,
    /// What goes, in the order in which it goes: half-deleted sets first, then oldest first. Empty
    /// when the blast limit stopped the plan.
    pub items: Vec<ExpireItem>,
    /// For every due snapshot that stays: when to judge it next and what blocked it.
    pub judge_again: BTreeMap<SnapshotId, JudgeAgain>,
    /// Whether the plan stayed within the blast limit.
    pub blast: Blast,
    /// BLAKE3 over what the plan would delete; what `approve` stores.
    pub digest: PlanDigest,
}

/// One thing that goes as a whole: a set, or a single snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpireItem {
    /// Its members that still exist, oldest first, then by id.
    pub members: Vec<ExpireMember>,
}

/// One snapshot that goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpireMember {
    /// Which.
    pub snapshot: SnapshotId,
    /// Of which volume.
    pub volume: VolumeId,
    /// EC2's start time, looked at again before the delete.
    pub start: Timestamp,
    /// The revision of its row that the decision was made on.
    pub revision: i64,
    /// The state its row was in: `completed`, `error`, or `expiring` when a run before was cut off.
    pub from: RowState,
    /// The completed snapshots of the volume that must still be there, and completed, right before
    /// the delete: as many as the floor asks for, newest first. Empty for one that never counted
    /// (failed) and where no floor holds (source gone).
    pub companions: Vec<SnapshotId>,
    /// Why.
    pub why: Reason,
}

/// When a due snapshot that stays is judged next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JudgeAgain {
    /// The instant; none when only a change of policy or of its volume's snapshots can matter.
    pub at: Option<Timestamp>,
    /// What stands against its delete; none when a rule keeps it.
    pub blocked_by: Option<BlockedBy>,
}

/// The blast limit's verdict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Blast {
    /// Few enough.
    Within,
    /// More than allowed, and the digest of this very plan was approved by a person.
    Approved,
    /// Too many: nothing goes.
    Stopped {
        /// How many would have gone.
        wanted: u64,
        /// How many may go without approval.
        allowed: u64,
    },
}

/// Decides what an `expire` pass deletes.
#[must_use]
pub fn plan_expire(input: &ExpireInput<'_>) -> ExpirePlan {
    let _ = input;
    unimplemented!()
}
