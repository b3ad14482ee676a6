//! `expect:`, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::text::{At, CountText, Duration, EndMoment, Entries, SnapshotText, VolumeName};

/// One thing that must hold: one field, and `at` if it is not about the end.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Expectation")]
pub struct ExpectFile {
    /// When it is judged (default: just before the end).
    pub at: Option<EndMoment>,
    /// Snapshots that exist in AWS.
    pub snapshots: Option<At<SnapshotsFile>>,
    /// Snapshot rows in the table.
    pub rows: Option<At<RowsFile>>,
    /// Calls sent, by name.
    pub calls: Option<At<Entries<CountText>>>,
    /// Findings reported, by kind.
    pub findings: Option<At<Entries<CountText>>>,
    /// Findings reported, by kind, and no others.
    pub findings_only: Option<At<Entries<CountText>>>,
    /// Notifications published.
    pub notifications: Option<CountText>,
    /// What holds at every instant.
    pub always: Option<At<AlwaysFile>>,
    /// Snapshots that we deleted.
    pub deleted: Option<At<DeletedFile>>,
    /// These snapshots still exist.
    pub kept: Option<SnapshotText>,
    /// Why these snapshots are not deleted.
    pub reason: Option<At<ReasonFile>>,
    /// Passes that ended early.
    pub passes_stopped: Option<CountText>,
    /// Completed snapshots are never further apart.
    pub max_gap: Option<At<MaxGapFile>>,
}

/// Snapshots that exist, by state.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SnapshotCounts")]
pub struct SnapshotsFile {
    /// Only of this volume.
    pub of: Option<VolumeName>,
    /// Those that are completed.
    pub completed: Option<CountText>,
    /// Those that are pending.
    pub pending: Option<CountText>,
    /// Those that failed.
    pub error: Option<CountText>,
    /// In any state.
    pub total: Option<CountText>,
}

/// Rows, by state.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RowCounts")]
pub struct RowsFile {
    /// Only of this volume.
    pub of: Option<VolumeName>,
    /// Those that are pending.
    pub pending: Option<CountText>,
    /// Those that are completed.
    pub completed: Option<CountText>,
    /// Those whose snapshot failed.
    pub error: Option<CountText>,
    /// Those that are marked for deletion.
    pub expiring: Option<CountText>,
    /// Those whose snapshot we deleted.
    pub deleted: Option<CountText>,
    /// Those whose snapshot is gone, and not by us.
    pub lost: Option<CountText>,
}

/// What holds at every instant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Always")]
pub enum AlwaysFile {
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
pub struct CompletedFile {
    /// Of this volume.
    pub of: VolumeName,
    /// The least number.
    pub count: At<u32>,
}

/// Snapshots that we deleted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Deleted")]
pub struct DeletedFile {
    /// Only of this volume.
    pub of: Option<VolumeName>,
    /// How many.
    pub count: CountText,
}

/// Why snapshots are not deleted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Reason")]
pub struct ReasonFile {
    /// Which snapshots.
    pub snapshot: SnapshotText,
    /// As held, locked, image, floor.
    pub is: super::text::Text,
}

/// The longest time without a completed snapshot.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MaxGap")]
pub struct MaxGapFile {
    /// Of this volume.
    pub of: VolumeName,
    /// The longest time.
    pub span: Duration,
}
