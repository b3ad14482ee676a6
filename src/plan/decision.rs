//! What a plan decides about one subject, and why; how each reads in a sentence.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::{
    BlockedBy, Device, InstanceId, InstanceState, SnapshotId, Tag, Timestamp, VolumeId,
};

/// One line of a plan.
#[must_use = "a decision that nobody reads protects nothing"]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// Why.
    pub reason: Reason,
    /// About what.
    pub subject: Subject,
    /// What will be done.
    pub verdict: Verdict,
}

/// What a decision is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An instance whose volumes are taken as a set.
    Instance(InstanceId),
    /// A snapshot.
    Snapshot(SnapshotId),
    /// A volume.
    Volume(VolumeId),
}

/// What will be done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Snapshot it.
    Take,
    /// Leave it out of this creation.
    LeaveOut,
    /// Keep the snapshot: a rule wants it.
    Keep,
    /// Delete the snapshot: no rule wants it.
    Expire,
    /// No rule wants the snapshot, but something forbids its delete.
    Block,
}

/// Why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The target carries the policy's tag and is due.
    Selected,
    /// The slot is already served for it.
    AlreadyServed,
    /// It is the root volume of its instance.
    RootVolume,
    /// It carries a tag that the policy excludes.
    ExcludedByTag(Tag),
    /// It is on a device that the policy excludes.
    ExcludedByDevice(Device),
    /// Its instance is in a state without volumes to snapshot.
    InstanceState(InstanceState),
    /// Another instance of this plan already takes this multi-attach volume.
    TakenWith(InstanceId),
    /// Nothing is left to take.
    NothingLeft,
    /// Its lifetime has not ended; judged again at this instant.
    Lifetime(Timestamp),
    /// It has no expiry: neither a tag nor a rule gives one.
    NoExpiry,
    /// The tag that should hold its lifetime can't be read, so it has no expiry.
    UnreadableLifetime(SmolStr),
    /// It is among the newest of its volume that `last` keeps; its place, 1 is the newest.
    Last(u32),
    /// Its lifetime ended at this instant and no other rule keeps it.
    LifetimeEnded(Timestamp),
    /// It is beyond the newest that `last` keeps, and no other rule keeps it.
    BeyondLast,
    /// It failed, and its grace has ended.
    FailedAndGraceEnded,
    /// It failed and blocks its volume.
    FailedAndBlocking,
    /// It failed and is kept until this instant for a person to look at.
    FailedGrace(Timestamp),
    /// Its set was half deleted before; the rest follows.
    FinishSet,
    /// Something stands against it.
    Blocked(BlockedBy),
}
