//! An EBS snapshot as EC2 tells it.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::ids::{AccountId, SnapshotId, VolumeId};
use super::tags::Tags;
use super::time::Timestamp;

/// What EC2 said about a snapshot, at one moment.
///
/// Source: `DescribeSnapshots` and the create calls. Fields in alphabetical order: the journal
/// writes them as they stand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// Whether its data is encrypted.
    pub encrypted: Encryption,
    /// Its id.
    pub id: SnapshotId,
    /// The account that owns it.
    pub owner: AccountId,
    /// The size of its volume in GiB.
    pub size_gib: u32,
    /// The instant of its data; the same for all members of a set.
    pub start: Timestamp,
    /// How far it is.
    pub state: SnapshotState,
    /// Its tags.
    pub tags: Tags,
    /// The volume it was taken of.
    pub volume: VolumeId,
}

impl Snapshot {
    /// Whether it started at the instant that an answer of EC2 told before.
    ///
    /// The answers of the create calls tell whole seconds, listings milliseconds: real answers for one
    /// snapshot say 21:15:27 and then 21:15:27.936 (cloud-custodian/cloud-custodian,
    /// `tests/data/placebo/test_ec2_snapshot`).
    #[must_use]
    pub fn started_at(&self, told: Timestamp) -> bool {
        self.start == told || self.start.whole_second() == told
    }
}

/// Whether data is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// It is.
    Encrypted,
    /// It is not.
    Plain,
}

/// A snapshot's state in EC2.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotState {
    /// Its blocks are being copied.
    Pending,
    /// It can be restored.
    Completed,
    /// It failed; it can't be restored and still counts against the volume's limit.
    Error,
    /// A state this version does not know (`recoverable` …): always kept, never counted.
    Other(SmolStr),
}

impl SnapshotState {
    /// The state as EC2 spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Error => "error",
            Self::Other(text) => text,
        }
    }

    /// Reads EC2's spelling; never fails.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text {
            "pending" => Self::Pending,
            "completed" => Self::Completed,
            "error" => Self::Error,
            other => Self::Other(SmolStr::new(other)),
        }
    }
}

impl fmt::Display for SnapshotState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
