//! `policy:`, as it is written; also what a `change_policy` step changes of it.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::text::{At, Duration, Entries, PolicyText, ScheduleText, Text, ZoneName};

/// What to snapshot, when, and how long to keep it. Everything has a default.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Policy")]
pub struct PolicyFile {
    /// Its name (default: default).
    pub name: Option<PolicyText>,
    /// What opts in (default: instances with the tag snapshot=snapshot).
    pub select: Option<At<SelectFile>>,
    /// Root volumes (default: exclude).
    pub root: Option<RootFile>,
    /// Volumes with one of these tags are left out.
    pub exclude_tags: Option<Entries<String>>,
    /// Volumes on one of these devices are left out.
    pub exclude_devices: Option<Vec<String>>,
    /// When snapshots are taken.
    pub create: Option<ScheduleText>,
    /// When the table is brought to the truth.
    pub sync: Option<ScheduleText>,
    /// When expired snapshots are deleted.
    pub expire: Option<ScheduleText>,
    /// The zone of cron expressions (default: UTC).
    pub timezone: Option<ZoneName>,
    /// What is kept.
    pub keep: Option<KeepFile>,
    /// What happens to the snapshots of a volume that is gone (default: keep_last for 30d).
    pub source_gone: Option<SourceGoneFile>,
    /// Whether a shorter lifetime applies to snapshots that exist (default: false).
    pub retroactive: Option<bool>,
    /// Tag keys of an instance that hold the lifetime, first match wins; snaplifetime and
    /// snapshotlifetime without a word.
    pub lifetime_tags: Option<Vec<Text>>,
    /// Tag keys copied to the snapshots.
    pub copy_tags: Option<Vec<Text>>,
    /// Tags put on every snapshot.
    pub tags: Option<Entries<String>>,
    /// Limits of time and number.
    pub limits: Option<PolicyLimitsFile>,
    /// The SNS topic for findings.
    pub notify: Option<Text>,
}

/// What carries the tag that opts in; one key with its value.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Select")]
pub enum SelectFile {
    /// Instances with this tag, all their volumes in one set.
    Instances(At<Entries<String>>),
    /// Volumes with this tag, one by one.
    Volumes(At<Entries<String>>),
}

/// Whether root volumes are taken.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Root")]
pub enum RootFile {
    /// Root volumes are taken as well.
    Include,
    /// Root volumes are left out.
    Exclude,
}

/// What is kept; a snapshot goes only when no rule keeps it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Keep")]
pub struct KeepFile {
    /// Lifetime where the instance's tag gives none.
    #[serde(rename = "for")]
    pub lifetime: Option<Duration>,
    /// The newest this many of each volume.
    pub last: Option<At<u32>>,
    /// So many completed snapshots of a volume always stay (default: 1).
    pub at_least: Option<At<u32>>,
}

/// What happens once a volume is gone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SourceGone")]
pub enum SourceGoneFile {
    /// The rules go on, and `at_least` does not protect the last ones.
    Finish,
    /// Nothing of it is deleted.
    Hold,
    /// The rules go on, and `at_least` protects the last ones for a while.
    KeepLast(KeepLastFile),
}

/// For how long the last ones stay.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KeepLast")]
pub struct KeepLastFile {
    /// For how long after the volume is gone.
    #[serde(rename = "for")]
    pub span: Duration,
}

/// Limits of time and number.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "PolicyLimits")]
pub struct PolicyLimitsFile {
    /// One call may take this long before its outcome is unknown (default: 30s).
    pub call_timeout: Option<Duration>,
    /// Attempts per call, the first included (default: 8).
    pub attempts: Option<At<u32>>,
    /// How long a fresh snapshot may stay unseen (default: 5m).
    pub visibility_window: Option<Duration>,
    /// A failed snapshot is kept this long (default: 24h).
    pub error_grace: Option<Duration>,
    /// A pending snapshot older than this is reported (default: 24h).
    pub stuck_after: Option<Duration>,
    /// A pass ends this long after its start (default: 55m).
    pub deadline: Option<Duration>,
    /// Deletes per run that never need approval (default: 25).
    pub blast_floor: Option<u32>,
    /// The largest share deleted in one run above that, in percent (default: 60).
    pub blast_percent: Option<At<u32>>,
    /// The two clocks may differ by this much (default: 60s).
    pub clock_error: Option<Duration>,
    /// Deleted rows stay this long (default: 30d).
    pub keep_deleted_rows: Option<Duration>,
    /// The share of AWS's token buckets that we use, in percent (default: 80).
    pub pace_percent: Option<At<u32>>,
}
