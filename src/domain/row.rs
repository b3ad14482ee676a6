//! The nouns of the catalog that the planner needs too: a row's state, and what a set is.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::ids::OpId;
use super::time::Timestamp;

/// The state of a snapshot's row.
///
/// `pending → completed | error`; `completed | error → expiring → deleted`, or back to where it
/// came from with a reason; `lost` is reversible, `deleted` is absorbing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// EC2 said `pending` last.
    Pending,
    /// EC2 said `completed`.
    Completed,
    /// EC2 said `error`.
    Error,
    /// Marked: its delete may be under way.
    Expiring,
    /// Its delete is confirmed; kept for the audit until purged.
    Deleted,
    /// EC2 does not show it any more, and it was not us.
    Lost,
    /// Written by a version that knows more: always kept, never counted.
    Other(SmolStr),
}

impl RowState {
    /// The state as it stands in the attribute `State`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Error => "error",
            Self::Expiring => "expiring",
            Self::Deleted => "deleted",
            Self::Lost => "lost",
            Self::Other(text) => text,
        }
    }

    /// Reads the attribute; never fails.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text {
            "pending" => Self::Pending,
            "completed" => Self::Completed,
            "error" => Self::Error,
            "expiring" => Self::Expiring,
            "deleted" => Self::Deleted,
            "lost" => Self::Lost,
            other => Self::Other(SmolStr::new(other)),
        }
    }
}

impl fmt::Display for RowState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The snapshots that one `CreateSnapshots` made; named by the operation that made them.
pub type SetId = OpId;

/// The note on each member of a set that its first delete is about to be sent: from then on what is left of
/// the set follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetBegun {
    /// When it was written; the same on all that carry it.
    pub at: Timestamp,
    /// How many carry it.
    pub members: i64,
}

/// What a failed snapshot keeps from happening.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Blocks {
    /// Nothing that is known.
    #[default]
    Nothing,
    /// New snapshots of its volume: EC2 counts it among the pending ones, so it goes without grace.
    Creation,
}

/// Whether a snapshot counts where rules count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// It is its slot's snapshot of its volume.
    Once,
    /// A second one of the same slot and volume, or one that AWS took unasked beside others of its instance: it lives its
    /// normal lifetime and counts nowhere.
    Duplicate,
}
