//! `expect:`, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::text::{At, CountText, Duration, EndMoment, Entries, SnapshotText, VolumeName};

/// One thing that must hold: one field, and `at` if it is not about the end.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Expectation")]
pub(crate) struct ExpectFile {
    /// When it is judged; just before the end without a word.
    pub(crate) at: Option<EndMoment>,
    /// Snapshots that exist in AWS.
    pub(crate) snapshots: Option<At<SnapshotsFile>>,
    /// Snapshot rows in the table.
    pub(crate) rows: Option<At<RowsFile>>,
    /// Calls sent, by name.
    pub(crate) calls: Option<At<Entries<CountText>>>,
    /// Findings reported, by kind.
    pub(crate) findings: Option<At<Entries<CountText>>>,
    /// Findings reported, by kind, and no others.
    pub(crate) findings_only: Option<At<Entries<CountText>>>,
    /// Notifications published.
    pub(crate) notifications: Option<CountText>,
    /// What holds at every instant.
    pub(crate) always: Option<At<AlwaysFile>>,
    /// Snapshots that we deleted.
    pub(crate) deleted: Option<At<DeletedFile>>,
    /// These snapshots still exist.
    pub(crate) kept: Option<SnapshotText>,
    /// Why these snapshots are not deleted.
    pub(crate) reason: Option<At<ReasonFile>>,
    /// Passes that ended early.
    pub(crate) passes_stopped: Option<CountText>,
    /// Completed snapshots are never further apart.
    pub(crate) max_gap: Option<At<MaxGapFile>>,
}

/// Snapshots that exist, by state.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SnapshotCounts")]
pub(crate) struct SnapshotsFile {
    /// Only of this volume.
    pub(crate) of: Option<VolumeName>,
    pub(crate) completed: Option<CountText>,
    pub(crate) pending: Option<CountText>,
    pub(crate) error: Option<CountText>,
    /// In any state.
    pub(crate) total: Option<CountText>,
}

/// Rows, by state.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RowCounts")]
pub(crate) struct RowsFile {
    /// Only of this volume.
    pub(crate) of: Option<VolumeName>,
    pub(crate) pending: Option<CountText>,
    pub(crate) completed: Option<CountText>,
    pub(crate) error: Option<CountText>,
    pub(crate) expiring: Option<CountText>,
    pub(crate) deleted: Option<CountText>,
    pub(crate) lost: Option<CountText>,
}

/// What holds at every instant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Always")]
pub(crate) enum AlwaysFile {
    /// No volume has two snapshots of one slot that count.
    NoDuplicateSlot,
    /// Whenever a sync has ended well, every snapshot of ours has a row.
    EverySnapshotHasARow,
    /// A volume never has fewer completed snapshots, once it has had so many.
    CompletedAtLeast(CompletedFile),
}

/// How many completed snapshots.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CompletedAtLeast")]
pub(crate) struct CompletedFile {
    pub(crate) of: VolumeName,
    pub(crate) count: At<u32>,
}

/// Snapshots that we deleted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Deleted")]
pub(crate) struct DeletedFile {
    /// Only of this volume.
    pub(crate) of: Option<VolumeName>,
    pub(crate) count: CountText,
}

/// Why snapshots are not deleted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Reason")]
pub(crate) struct ReasonFile {
    pub(crate) snapshot: SnapshotText,
    /// As held, locked, image, floor.
    pub(crate) is: super::text::Text,
}

/// The longest time without a completed snapshot.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MaxGap")]
pub(crate) struct MaxGapFile {
    pub(crate) of: VolumeName,
    pub(crate) span: Duration,
}
