//! What passes would do, and what they did, for a machine. The fields are types of their own, so that
//! the engine can change without anybody's script breaking.

use schemars::JsonSchema;
use serde::Serialize;

use super::kind::kind_name;
use super::pass::Which;
use crate::domain::RowState;
use crate::engine::PassReport;
use crate::plan::PassPlan;

/// The version of this format.
pub const SCHEMA: u32 = 1;

/// What a command would do or did.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ActReport {
    /// The version of this format.
    pub schema: u32,
    /// Where: the line that people see.
    pub place: String,
    /// Whether it was done, or only planned.
    pub done: bool,
    /// Each pass, in order.
    pub passes: Vec<PassLine>,
}

/// One pass.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PassLine {
    /// The policy.
    pub policy: String,
    /// `create`, `sync` or `expire`.
    pub job: String,
    /// The slot that it serves; for `sync` and `expire` the instant it was asked for.
    pub slot: String,
    /// The snapshots that it takes.
    pub takes: Vec<TakeLine>,
    /// The snapshots that it deletes.
    pub deletes: Vec<DeleteLine>,
    /// Everything that was looked at, with its reason.
    pub decisions: Vec<DecisionLine>,
    /// Rows that change their state, in order.
    pub rows: Vec<RowLine>,
    /// What people should know.
    pub findings: Vec<FindingLine>,
    /// What was consented to and not done.
    pub refused: Vec<RefusedLine>,
    /// How many calls it sent that change something; 0 for a plan.
    pub mutations: u64,
    /// When a `create` pass is wanted before its schedule says so; RFC 3339.
    pub resume_at: Option<String>,
    /// Why it could not go on.
    pub stopped: Option<String>,
}

/// One creation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TakeLine {
    /// The instance, or the volume when it is taken by itself.
    pub target: String,
    /// The volumes.
    pub volumes: Vec<String>,
    /// How long the snapshots live: a duration, or `forever`.
    pub lifetime: String,
}

/// One delete.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeleteLine {
    /// The snapshot.
    pub snapshot: String,
    /// Its volume.
    pub volume: String,
    /// When it was taken; RFC 3339.
    pub start: String,
    /// Why it goes.
    pub why: String,
}

/// One decision.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DecisionLine {
    /// An instance, a volume or a snapshot.
    pub subject: String,
    /// `take`, `leave out`, `keep`, `expire` or `block`.
    pub verdict: String,
    /// Why, in a sentence.
    pub why: String,
}

/// One row that changes its state.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RowLine {
    /// The snapshot.
    pub snapshot: String,
    /// The state before; none for a new row.
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// Why, in a sentence.
    pub why: String,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingLine {
    /// Its kind, as `missed-slot`.
    pub kind: String,
    /// About what.
    pub subject: String,
    /// The story in a sentence.
    pub text: String,
}

/// Something that was consented to and not done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefusedLine {
    /// What.
    pub subject: String,
    /// Why, in a sentence.
    pub why: String,
}

impl PassLine {
    /// A pass with the plan that it carries out and what came of it.
    #[must_use]
    pub fn of(which: Which<'_>, plan: &PassPlan, report: &PassReport) -> Self {
        let text = ToString::to_string;
        Self {
            policy: which.policy.to_string(),
            job: which.job.to_string(),
            slot: which.slot.to_string(),
            takes: plan
                .creations
                .iter()
                .map(|task| TakeLine {
                    target: task.target().to_owned(),
                    volumes: task.members.iter().map(|m| m.volume.to_string()).collect(),
                    lifetime: task.lifetime.to_string(),
                })
                .collect(),
            deletes: plan
                .deletes
                .iter()
                .map(|member| DeleteLine {
                    snapshot: member.snapshot.to_string(),
                    volume: member.volume.to_string(),
                    start: member.start.to_string(),
                    why: member.why.to_string(),
                })
                .collect(),
            decisions: plan
                .decisions
                .iter()
                .map(|decision| DecisionLine {
                    subject: decision.subject.to_string(),
                    verdict: decision.verdict.to_string(),
                    why: decision.reason.to_string(),
                })
                .collect(),
            rows: report
                .rows
                .iter()
                .map(|change| RowLine {
                    snapshot: change.key.to_string(),
                    from: change.from.as_ref().map(RowState::as_str).map(text),
                    to: change.to.as_str().to_owned(),
                    why: change.reason.to_string(),
                })
                .collect(),
            findings: report
                .findings
                .iter()
                .map(|finding| FindingLine {
                    kind: kind_name(finding.kind),
                    subject: finding.subject.to_string(),
                    text: finding.text.to_string(),
                })
                .collect(),
            refused: report
                .refused
                .iter()
                .map(|refused| RefusedLine {
                    subject: refused.subject.to_string(),
                    why: refused.why.to_string(),
                })
                .collect(),
            mutations: report.mutations,
            resume_at: report.resume_at.map(|at| at.to_string()),
            stopped: report.stop.as_ref().map(ToString::to_string),
        }
    }
}

impl ActReport {
    /// One document, indented, with a line break at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("its keys are texts");
        text.push('\n');
        text
    }
}
