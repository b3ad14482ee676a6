//! What must hold.

use std::fmt;

use smol_str::SmolStr;

use super::outsider::SnapshotRef;
use crate::domain::{BlockedBy, RowState, Span, Timestamp, VolumeId};
use crate::journal::FindingKind;
use crate::ports::OperationName;

/// One thing that must hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expectation {
    /// When it is judged: after everything else of this instant. The scenario's `end` means just
    /// before it. What counts over time counts from the start up to here.
    pub at: Timestamp,
    /// The line of the file it stands on, from 1.
    pub line: u32,
    /// As the file says it, on one line; for messages.
    pub text: SmolStr,
    /// What.
    pub check: Check,
}

/// What can be expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Check {
    /// Snapshots that exist in AWS, whoever took them.
    Snapshots(SnapshotCounts),
    /// Snapshot rows of the table by state. A state that is not named is not looked at.
    Rows {
        /// Only of this volume.
        of: Option<VolumeId>,
        /// States and how many rows are in them; at least one.
        states: Vec<(RowState, Count)>,
    },
    /// Calls sent, those that failed included; at least one.
    Calls(Vec<(OperationName, Count)>),
    /// Findings reported, by kind.
    Findings {
        /// Kinds and how many of each.
        counts: Vec<(FindingKind, Count)>,
        /// Whether kinds that are not named may be reported.
        others: OtherFindings,
    },
    /// Notifications published.
    Notifications(Count),
    /// It holds at every instant up to `at`.
    Always(Rule),
    /// Snapshots of ours that our own hand deleted.
    Deleted {
        /// Only of this volume.
        of: Option<VolumeId>,
        /// How many.
        count: Count,
    },
    /// The snapshots exist in AWS, and it is at least one. The newest, the oldest and all of a volume
    /// are meant among every snapshot that we ever took of it, those that are gone included.
    Kept(SnapshotRef),
    /// The snapshots' rows say why they are not deleted.
    Reason {
        /// Which snapshots; at least one must be there.
        snapshot: SnapshotRef,
        /// Why.
        is: BlockedKind,
    },
    /// Passes that ended early.
    PassesStopped(Count),
    /// The start of the run, the starts of a volume's successive completed snapshots, and `at` are
    /// never further apart.
    MaxGap {
        /// Which volume.
        of: VolumeId,
        /// The longest.
        span: Span,
    },
}

/// How many snapshots of each state; at least one count is there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SnapshotCounts {
    /// Only of this volume.
    pub of: Option<VolumeId>,
    /// How many are completed.
    pub completed: Option<Count>,
    /// How many are pending.
    pub pending: Option<Count>,
    /// How many failed.
    pub error: Option<Count>,
    /// How many there are, in any state.
    pub total: Option<Count>,
}

/// Whether findings of other kinds may be reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OtherFindings {
    /// They may.
    Allowed,
    /// Nothing else may be reported.
    Forbidden,
}

/// What holds at every instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rule {
    /// No volume has two counted snapshots of one slot.
    NoDuplicateSlot,
    /// Whenever a pass of `sync` has ended well, every snapshot of ours has a row.
    EverySnapshotHasARow,
    /// Once a volume has had this many completed snapshots, it never has fewer.
    CompletedAtLeast {
        /// Which volume.
        of: VolumeId,
        /// How many, at least 1.
        count: u32,
    },
}

/// A number that is expected: from `min` to `max`, both included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Count {
    /// The least.
    pub min: u64,
    /// The most; none: no limit.
    pub max: Option<u64>,
}

impl Count {
    /// This number and no other.
    #[must_use]
    pub const fn exactly(count: u64) -> Self {
        Self {
            min: count,
            max: Some(count),
        }
    }

    /// Whether a number is as expected.
    #[must_use]
    pub fn allows(self, count: u64) -> bool {
        count >= self.min && self.max.is_none_or(|max| count <= max)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (min, Some(max)) if min == max => write!(f, "{min}"),
            (0, Some(max)) => write!(f, "<= {max}"),
            (min, Some(max)) => write!(f, "{min}..{max}"),
            (min, None) => write!(f, ">= {min}"),
        }
    }
}

macro_rules! blocked_kinds {
    ($($name:ident $pattern:pat => $text:literal;)*) => {
        /// The kind of a [`BlockedBy`], without what belongs to the single case.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum BlockedKind { $(#[doc = concat!("[`BlockedBy::", stringify!($name), "`].")] $name,)* }

        impl BlockedKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As it is written in the file.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }

            /// The kind of a reason.
            #[must_use]
            pub const fn of(reason: &BlockedBy) -> Self { match reason { $($pattern => Self::$name,)* } }
        }
    };
}

blocked_kinds! {
    NotOurs BlockedBy::NotOurs => "not-ours";
    NotSeen BlockedBy::NotSeen => "not-seen";
    OtherOwner BlockedBy::OtherOwner => "other-owner";
    Held BlockedBy::Held => "held";
    Locked BlockedBy::Locked => "locked";
    Image BlockedBy::Image(_) => "image";
    UnknownState BlockedBy::UnknownState(_) => "unknown-state";
    Pending BlockedBy::Pending => "pending";
    Floor BlockedBy::Floor(_) => "floor";
    Future BlockedBy::Future => "future";
    Mismatch BlockedBy::Mismatch => "mismatch";
    SourceGoneHold BlockedBy::SourceGoneHold => "source-gone-hold";
    SetMember BlockedBy::SetMember => "set-member";
    BlastLimit BlockedBy::BlastLimit => "blast-limit";
    Clocks BlockedBy::Clocks => "clocks";
    Refused BlockedBy::Refused(_) => "refused";
}
