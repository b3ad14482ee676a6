//! The fields.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::json::reason::ReasonReport;

/// The version of these formats.
pub const SCHEMA: u32 = 1;

/// What `snaplife list --output json` prints.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ListReport {
    /// The version of this format.
    pub schema: u32,
    /// When it was looked at, RFC 3339, UTC.
    pub now: String,
    /// The same in milliseconds since 1970.
    pub now_ms: i64,
    /// Oldest first, then by id; policy by policy.
    pub snapshots: Vec<ListedReport>,
}

/// One snapshot of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ListedReport {
    /// Its id.
    pub snapshot: String,
    /// Its policy.
    pub policy: String,
    /// Its volume.
    pub volume: String,
    /// The instance it was taken with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What its row says: `pending`, `completed`, `error`, `expiring`, `deleted`, `lost`, or a
    /// state of a later version. Left out without a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What EC2 says: `pending`, `completed`, `error` or another word of EC2's. Left out when EC2
    /// does not show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2: Option<String>,
    /// Whether the two go together.
    pub agrees: bool,
    /// EC2's start time.
    pub start: String,
    /// The same in milliseconds since 1970.
    pub start_ms: i64,
    /// The lifetime it was promised, in milliseconds. Left out when age never ends it, or when
    /// neither side says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_ms: Option<i64>,
    /// When that lifetime ends. It goes no earlier; other rules may keep it longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// The same in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before_ms: Option<i64>,
    /// What stood against its delete last, in the words of scenario files, as `floor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<&'static str>,
    /// The same in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_sentence: Option<String>,
}

/// What `snaplife show --output json` prints.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ShowReport {
    /// The version of this format.
    pub schema: u32,
    /// When it was looked at, RFC 3339, UTC.
    pub now: String,
    /// The same in milliseconds since 1970.
    pub now_ms: i64,
    /// Its id.
    pub snapshot: String,
    /// Whether the table has a row for it.
    pub has_row: bool,
    /// Whether EC2 shows it.
    pub in_ec2: bool,
    /// Whether the two sides say the same where both say something.
    pub agrees: bool,
    /// What is known, in the order of the text.
    pub facts: Vec<FactReport>,
}

/// One thing that is known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct FactReport {
    /// What it is, as `state`, `started`, `tag Name`. Names are kept; more may be added.
    pub what: String,
    /// What the row says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What EC2 says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2: Option<String>,
    /// Whether they are to be the same and are not.
    pub differs: bool,
}

/// What `snaplife explain --output json` prints.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ExplainReport {
    /// The version of this format.
    pub schema: u32,
    /// The instant that was judged by, RFC 3339, UTC.
    pub now: String,
    /// The same in milliseconds since 1970.
    pub now_ms: i64,
    /// Its id.
    pub snapshot: String,
    /// Its volume.
    pub volume: String,
    /// The instance it was taken with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What its row says.
    pub row: String,
    /// What EC2 says; left out when it does not show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2: Option<String>,
    /// EC2's start time as recorded.
    pub start: String,
    /// The same in milliseconds since 1970.
    pub start_ms: i64,
    /// The planner's answer now, and from each later instant at which it changes by time alone. Its
    /// last one being `expire`, that is when it may go, if nothing else changes.
    pub steps: Vec<StepReport>,
    /// The completed snapshots that must be there when it goes.
    pub companions: Vec<String>,
    /// How many completed snapshots of the volume stay at least.
    pub at_least: u32,
    /// The completed snapshots of the volume, oldest first.
    pub completed: Vec<String>,
    /// What the next pass does with it.
    pub next_pass: NextPassReport,
}

/// The planner's answer from an instant on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct StepReport {
    /// From when, RFC 3339, UTC.
    pub from: String,
    /// The same in milliseconds since 1970.
    pub from_ms: i64,
    /// `keep`, `expire` or `block`.
    pub verdict: &'static str,
    /// Why, for scripts.
    pub reason: ReasonReport,
    /// Why, for people.
    pub sentence: String,
}

/// What the next `expire` pass does with it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct NextPassReport {
    /// `looks-later`, `judges`, or `judges-nothing` when the clocks can't be trusted.
    pub does: &'static str,
    /// When the pass is; left out without a schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The same in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<i64>,
    /// For `looks-later`: when it is worth judging; left out when nothing but a change can matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge_at: Option<String>,
    /// The same in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge_at_ms: Option<i64>,
    /// For `judges`: `keep`, `expire` or `block`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<&'static str>,
    /// For `judges`: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonReport>,
}

/// What `snaplife doctor --output json` prints.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DoctorReport {
    /// The version of this format.
    pub schema: u32,
    /// The gravest level: `ok`, `skipped`, `warning` or `broken`.
    pub gravest: &'static str,
    /// In the order in which things depend on each other.
    pub checks: Vec<CheckReport>,
}

/// What was found about one thing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CheckReport {
    /// About what, as `table` or `delete`. Names are kept; more may be added.
    pub subject: &'static str,
    /// `ok`, `skipped`, `warning` or `broken`.
    pub level: &'static str,
    /// What was found, for people.
    pub found: String,
    /// What to do about it, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}
