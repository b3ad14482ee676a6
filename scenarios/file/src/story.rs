//! `story:`, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::fault::FaultFile;
use super::outsider::OutsiderFile;
use super::policy::PolicyFile;
use super::text::{
    AdHocName, At, CallText, Duration, LifetimeText, Moment, PolicyText, ResourceText,
    SignedDuration, SlotText, SnapshotText,
};

/// One thing that happens: `at` and one other field. `policy`, `slot`, `ad_hoc`, `twice` and
/// `deadline` go with `run`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Step")]
pub(crate) struct StepFile {
    /// When.
    pub(crate) at: Moment,
    /// A pass is started by hand.
    pub(crate) run: Option<At<JobFile>>,
    /// With `run`: of this policy only.
    pub(crate) policy: Option<PolicyText>,
    /// With `run: create`: this slot.
    pub(crate) slot: Option<SlotText>,
    /// With `run: create`: a slot of its own.
    pub(crate) ad_hoc: Option<AdHocName>,
    /// With `run`: a second time right after the first.
    pub(crate) twice: Option<At<bool>>,
    /// With `run`: the pass is stopped this long after its start.
    pub(crate) deadline: Option<Duration>,
    /// AWS or the network does something wrong.
    pub(crate) fault: Option<At<FaultFile>>,
    /// Someone else acts on the account.
    pub(crate) outsider: Option<At<OutsiderFile>>,
    /// A pass is killed at a call.
    pub(crate) crash: Option<At<CrashFile>>,
    /// A policy is changed; what is left out stays as it was.
    pub(crate) change_policy: Option<At<PolicyFile>>,
    /// A person approves what this policy's last expire refused to delete.
    pub(crate) approve: Option<PolicyText>,
    /// A person gives a found snapshot its row.
    pub(crate) adopt: Option<At<AdoptFile>>,
    /// The engine's clock goes wrong.
    pub(crate) clock: Option<At<ClockFile>>,
    /// Schedules do not fire for a while.
    pub(crate) pause: Option<At<PauseFile>>,
    /// The next trigger of a job fires several times.
    pub(crate) duplicate: Option<At<DuplicateFile>>,
    /// The next trigger of a job starts two runners at once.
    pub(crate) overlap: Option<At<OverlapFile>>,
}

/// One of the three jobs.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Job")]
pub(crate) enum JobFile {
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
pub(crate) struct CrashFile {
    /// At which call.
    pub(crate) call: CallText,
    /// Only a call about this.
    pub(crate) of: Option<ResourceText>,
    /// Only in this job.
    pub(crate) job: Option<JobFile>,
    /// At which of them, counted from 1 since this step; 1 without a word.
    pub(crate) nth: Option<At<u32>>,
    /// Before AWS saw the call, or after it acted and before the answer came.
    pub(crate) when: BoundaryFile,
}

/// Where around a call.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Boundary")]
pub(crate) enum BoundaryFile {
    Before,
    After,
}

/// A found snapshot is given its row.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Adopt")]
pub(crate) struct AdoptFile {
    /// Which.
    pub(crate) snapshot: SnapshotText,
    /// Of which policy it becomes; needed when there are several.
    pub(crate) policy: Option<PolicyText>,
    /// How long it lives; as the policy says without a word.
    pub(crate) lifetime: Option<LifetimeText>,
}

/// The engine's clock goes wrong.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Clock")]
pub(crate) struct ClockFile {
    /// The engine's clock minus AWS's.
    pub(crate) error: SignedDuration,
}

/// Schedules do not fire.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Pause")]
pub(crate) struct PauseFile {
    /// For how long.
    #[serde(rename = "for")]
    pub(crate) span: Duration,
}

/// The next trigger fires several times.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Duplicate")]
pub(crate) struct DuplicateFile {
    /// Of which job.
    pub(crate) job: JobFile,
    /// Of this policy only.
    pub(crate) policy: Option<PolicyText>,
    /// How often in all; 2 without a word.
    pub(crate) times: Option<At<u32>>,
}

/// The next trigger starts two runners.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Overlap")]
pub(crate) struct OverlapFile {
    /// Of which job.
    pub(crate) job: JobFile,
    /// Of this policy only.
    pub(crate) policy: Option<PolicyText>,
}
