//! `story:`, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::fault::FaultFile;
use crate::outsider::OutsiderFile;
use crate::policy::PolicyFile;
use crate::text::{
    AdHocName, At, CallText, Duration, LifetimeText, Moment, PolicyText, ResourceText,
    SignedDuration, SlotText, SnapshotText,
};

/// One thing that happens: `at` and one other field. `policy`, `slot`, `ad_hoc`, `twice` and
/// `deadline` go with `run`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Step")]
pub struct StepFile {
    /// When.
    pub at: Moment,
    /// A pass is started by hand.
    pub run: Option<At<JobFile>>,
    /// With `run`: of this policy only.
    pub policy: Option<PolicyText>,
    /// With `run: create`: this slot.
    pub slot: Option<SlotText>,
    /// With `run: create`: a slot of its own.
    pub ad_hoc: Option<AdHocName>,
    /// With `run`: a second time right after the first.
    pub twice: Option<At<bool>>,
    /// With `run`: the pass is stopped this long after its start.
    pub deadline: Option<Duration>,
    /// AWS or the network does something wrong.
    pub fault: Option<At<FaultFile>>,
    /// Someone else acts on the account.
    pub outsider: Option<At<OutsiderFile>>,
    /// A pass is killed at a call.
    pub crash: Option<At<CrashFile>>,
    /// A policy is changed; what is left out stays as it was.
    pub change_policy: Option<At<PolicyFile>>,
    /// A person approves what this policy's last expire refused to delete.
    pub approve: Option<PolicyText>,
    /// A person gives a found snapshot its row.
    pub adopt: Option<At<AdoptFile>>,
    /// The engine's clock goes wrong.
    pub clock: Option<At<ClockFile>>,
    /// Schedules do not fire for a while.
    pub pause: Option<At<PauseFile>>,
    /// The next trigger of a job fires several times.
    pub duplicate: Option<At<DuplicateFile>>,
    /// The next trigger of a job starts two runners at once.
    pub overlap: Option<At<OverlapFile>>,
}

/// One of the three jobs.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Job")]
pub enum JobFile {
    /// Take what is due.
    Create,
    /// Bring the table to the truth.
    Sync,
    /// Delete what may go.
    Expire,
}

/// A pass is killed at a call.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Crash")]
pub struct CrashFile {
    /// At which call.
    pub call: CallText,
    /// Only a call about this.
    pub of: Option<ResourceText>,
    /// Only in this job.
    pub job: Option<JobFile>,
    /// At which of them, counted from 1 since this step (default: 1).
    pub nth: Option<At<u32>>,
    /// Before AWS saw the call, or after it acted and before the answer came.
    pub when: BoundaryFile,
}

/// Where around a call.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Boundary")]
pub enum BoundaryFile {
    /// AWS has not seen the call.
    Before,
    /// AWS has acted, and the answer is lost.
    After,
}

/// A found snapshot is given its row.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Adopt")]
pub struct AdoptFile {
    /// Which.
    pub snapshot: SnapshotText,
    /// Of which policy it becomes; needed when there are several.
    pub policy: Option<PolicyText>,
    /// How long it lives (default: as the policy says).
    pub lifetime: Option<LifetimeText>,
}

/// The engine's clock goes wrong.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Clock")]
pub struct ClockFile {
    /// The engine's clock minus AWS's.
    pub error: SignedDuration,
}

/// Schedules do not fire.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Pause")]
pub struct PauseFile {
    /// For how long.
    #[serde(rename = "for")]
    pub span: Duration,
}

/// The next trigger fires several times.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Duplicate")]
pub struct DuplicateFile {
    /// Of which job.
    pub job: JobFile,
    /// Of this policy only.
    pub policy: Option<PolicyText>,
    /// How often in all (default: 2).
    pub times: Option<At<u32>>,
}

/// The next trigger starts two runners.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Overlap")]
pub struct OverlapFile {
    /// Of which job.
    pub job: JobFile,
    /// Of this policy only.
    pub policy: Option<PolicyText>,
}
