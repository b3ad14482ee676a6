//! What keeps snapshots from being deleted: images and locks, as they truly are.

use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};

use super::ids::{ImageId, SnapshotId};
use super::tags::Tags;

/// A machine image made of snapshots.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImageTruth {
    /// Its id.
    pub id: ImageId,
    /// The snapshots it is made of.
    pub snapshots: Vec<SnapshotId>,
    /// Whether it can be launched. A deregistered image is no more.
    pub state: ImageState,
    /// Its tags.
    pub tags: Tags,
}

/// Whether an image can be launched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum ImageState {
    /// It can.
    Available,
    /// It is disabled, and protects its snapshots all the same.
    Disabled,
}

impl ImageState {
    /// AWS's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Disabled => "disabled",
        }
    }
}

/// A lock on a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Lock {
    /// When it ends.
    pub end: LockEnd,
    /// Whether it can be lifted.
    pub mode: LockMode,
}

impl Lock {
    /// Whether it protects its snapshot at this instant.
    #[must_use]
    pub fn protects(&self, now: Timestamp) -> bool {
        match self.end {
            LockEnd::At(end) => now < end,
            LockEnd::AfterCompletion(_) => true,
        }
    }
}

/// Whether a lock can be lifted (EBS User Guide, *Amazon EBS snapshot lock concepts*).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum LockMode {
    /// By somebody with the permission.
    Governance,
    /// By nobody.
    Compliance,
}

/// When a lock ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LockEnd {
    /// At this instant.
    At(Timestamp),
    /// This long after its snapshot is completed (same page).
    AfterCompletion(Span),
}
