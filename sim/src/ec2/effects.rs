//! What happened to snapshots, and by whom: the log that a judge reads.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

use super::ids::{SnapshotId, VolumeId};

/// Who did something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Actor {
    /// Whoever calls the API of this world.
    Client,
    /// Somebody else in the account.
    Outsider,
    /// AWS itself.
    Aws,
}

/// Something that happened to a snapshot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Effect {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// What.
    pub kind: EffectKind,
    /// To which snapshot.
    pub snapshot: SnapshotId,
    /// Of which volume.
    pub volume: VolumeId,
}

/// What happened to a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum EffectKind {
    /// It came to be.
    Created,
    /// Its copy is complete.
    Completed,
    /// Its copy failed.
    Failed,
    /// It is no more.
    Deleted,
}
