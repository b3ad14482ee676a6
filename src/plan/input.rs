//! What the planner is told: facts, already read and complete, and the instant to judge by.

use std::collections::{BTreeMap, BTreeSet};

use super::fleet::Fleet;
use super::lifetime::LifetimeNote;
use crate::domain::{
    AccountId, Counted, ImageId, InstallationId, Lifetime, PlanDigest, Policy, PolicyName,
    RowState, SetBegun, SetId, Slot, Snapshot, SnapshotId, Timestamp, VolumeId,
};

/// Everything one `expire` pass knows when it decides.
#[derive(Clone, Debug)]
pub struct ExpireInput<'a> {
    /// The rules.
    pub policy: &'a Policy,
    /// Our mark; a snapshot without it is not ours.
    pub installation: &'a InstallationId,
    /// Our account; a snapshot of another's is not ours.
    pub account: &'a AccountId,
    /// The instant to judge by: the earlier of the engine's clock and AWS's own.
    pub now: Timestamp,
    /// The snapshots whose judging instant has come. Each is in `volumes`.
    pub due: BTreeSet<SnapshotId>,
    /// Every volume that a due snapshot, or another member of its set, belongs to, with **all**
    /// snapshots of this policy on it.
    pub volumes: BTreeMap<VolumeId, VolumeFacts>,
    /// What the blast limit is measured by.
    pub blast: BlastFacts,
}

impl ExpireInput<'_> {
    /// The snapshots that are judged: the due ones, and the other members of their sets, since a
    /// set is one decision. Locks and images are to be asked for these.
    #[must_use]
    pub fn judged(&self) -> BTreeSet<SnapshotId> {
        Fleet::of(self).judged().into_iter().cloned().collect()
    }
}

/// One volume and all snapshots of it that belong to the policy.
#[derive(Clone, Debug)]
pub struct VolumeFacts {
    /// Whether the volume is there.
    pub source: Source,
    /// What the instance's tag, or the policy, gives to a snapshot of it made now; none when that
    /// could not be read in this run, and then the stored lifetime stands.
    pub lifetime_now: Option<Lifetime>,
    /// What a person should know about how `lifetime_now` came about.
    pub lifetime_note: Option<LifetimeNote>,
    /// Whether a failed snapshot keeps new ones from being made.
    pub creation: Creation,
    /// Its snapshots, in any order: all that EC2 shows, and what is due. One that EC2 shows no more
    /// (deleted, or lost) is among them only while it is due; its set is judged by the rest of it.
    pub snapshots: Vec<SnapshotFacts>,
}

/// Whether a volume still exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// It was seen in this run, or nothing proves that it is gone: the floor holds.
    Present,
    /// Asking for it by id said so, on two passes at least 24 h apart; this is the first of them.
    Gone {
        /// The first pass that found it gone.
        since: Timestamp,
    },
}

/// Whether new snapshots of a volume can be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Creation {
    /// Nothing is known to stand against it.
    Free,
    /// A create ended with `ConcurrentSnapshotLimitExceeded` while failed snapshots of the volume
    /// still stood: they take the room, so they go without grace.
    BlockedByFailed,
}

/// One snapshot, from both sides.
#[derive(Clone, Debug)]
pub struct SnapshotFacts {
    /// Which.
    pub id: SnapshotId,
    /// A consistent read of its row; none for a snapshot without one.
    pub row: Option<RowFacts>,
    /// What EC2 said in this run; none when it was not listed.
    pub seen: Option<Snapshot>,
    /// Whether a lock protects it. Asked for the judged ones only ([`ExpireInput::judged`]).
    pub lock: Lock,
    /// The image that uses it. Asked for the judged ones only.
    pub image: Option<ImageId>,
}

/// What the row says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowFacts {
    /// Whose it is, as recorded.
    pub policy: PolicyName,
    /// Its state.
    pub state: RowState,
    /// For `expiring` and `deleted`: the state it came from. Unknown is read as `completed`.
    pub came_from: Option<RowState>,
    /// Its set has begun to go; none when it has not, or there is none.
    pub set_begun: Option<SetBegun>,
    /// EC2's start time as recorded.
    pub start: Timestamp,
    /// The volume as recorded.
    pub volume: VolumeId,
    /// The lifetime recorded at creation.
    pub lifetime: Lifetime,
    /// The slot it serves.
    pub slot: Slot,
    /// The multi-volume set that it belongs to.
    pub set: Option<SetId>,
    /// Whether it counts.
    pub counted: Counted,
    /// Its revision, on which a write depends.
    pub revision: i64,
    /// When it became what it is.
    pub updated_at: Timestamp,
}

/// Whether a snapshot lock is in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    /// It is.
    Locked,
    /// It is not, or was not asked for.
    Open,
}

/// What the blast limit is measured by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlastFacts {
    /// How many snapshots the policy created since its last successful `expire`, at least those of
    /// the last 24 h; counted on the volumes at hand, so a lower bound.
    pub created_recently: u64,
    /// How many completed snapshots the policy is known to have: a lower bound is enough.
    pub completed_known: u64,
    /// The digest of the plan a person approved.
    pub approved: Option<PlanDigest>,
}
