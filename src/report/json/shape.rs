//! The fields of a report. They are types of its own, so that the engine can change without
//! anybody's script breaking.
//!
//! A field may be added within a version; one that is renamed, removed or means something else
//! makes a new one. `scenarios/REPORT.md` tells it to a reader.

use schemars::JsonSchema;
use serde::Serialize;

use super::reason::ReasonReport;

/// The version of this format.
pub const SCHEMA: u32 = 1;

/// What came of playing scenarios.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub schema: u32,
    /// How many scenarios held.
    pub passed: u64,
    /// How many did not.
    pub failed: u64,
    /// Every scenario that was played, in the order of paths.
    pub scenarios: Vec<ScenarioReport>,
}

/// What came of one scenario.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ScenarioReport {
    /// The file, as it was named on the command line or found below it.
    pub path: String,
    /// The sentence that says what must hold.
    pub name: String,
    /// Why it matters; may be empty.
    pub why: String,
    /// The seed it was played with: with the same program and file it gives the same run.
    pub seed: u64,
    /// The first instant of the run.
    #[serde(flatten)]
    pub start: StartReport,
    /// Whether everything held.
    pub verdict: VerdictReport,
    /// What did not hold, the first one first; empty unless the verdict is `broken`.
    pub broken: Vec<BrokenReport>,
    /// What there is to say about a verdict of `not-deterministic` or `bug`; left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Fingerprints of the run.
    pub digests: DigestsReport,
    /// Figures of the run.
    pub figures: FiguresReport,
    /// Every pass, in order of start.
    pub passes: Vec<PassReport>,
    /// What engine, AWS, outsiders and faults did, in order.
    pub events: Vec<EventReport>,
    /// Steps of the story that met nothing, in order; they break nothing, but the scenario proves
    /// less than it says.
    pub notes: Vec<NoteReport>,
}

/// A step of the story that met nothing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoteReport {
    /// When the step came.
    #[serde(flatten)]
    pub at: AtReport,
    /// Its line in the file, from 1.
    pub file_line: u32,
    /// The step and what is to be known of it; its words may change.
    pub sentence: String,
}

/// Whether everything held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictReport {
    /// It did.
    Held,
    /// Something did not: see `broken`.
    Broken,
    /// Two runs with one seed differed: see `message`.
    NotDeterministic,
    /// The player could not go on, which is a mistake in snaplife: see `message`.
    Bug,
}

/// The first instant of a run.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StartReport {
    /// RFC 3339, UTC.
    pub start: String,
    /// Milliseconds since 1970, UTC.
    pub start_ms: i64,
}

/// An instant.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AtReport {
    /// RFC 3339, UTC.
    pub at: String,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
}

/// Something that had to hold and did not.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BrokenReport {
    /// `S3`, `L1` … for an invariant, `expectation` for one of the file's own, `golden` for a
    /// journal that is not what it was.
    pub id: String,
    /// What had to hold, in a sentence.
    pub promise: String,
    /// When it broke.
    #[serde(flatten)]
    pub at: AtReport,
    /// For an expectation: its line in the file, from 1; left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_line: Option<u32>,
    /// What was expected.
    pub expected: String,
    /// What was there instead.
    pub actual: String,
    /// Ids of what it is about; may be empty.
    pub subjects: Vec<String>,
}

/// Fingerprints of a run, BLAKE3 in 64 hexadecimal digits.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DigestsReport {
    /// Of every line of the journal.
    pub full: String,
    /// Of decisions, mutations and final rows, without times.
    pub decisions: String,
}

/// Figures of a run.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FiguresReport {
    /// Simulated time in milliseconds.
    pub simulated_ms: i64,
    /// Passes started.
    pub passes: u64,
    /// Calls sent.
    pub calls: u64,
    /// Mutating calls sent.
    pub mutations: u64,
    /// Snapshots that our calls made.
    pub created: u64,
    /// Snapshots that our calls deleted.
    pub deleted: u64,
    /// Decisions taken.
    pub decisions: u64,
    /// Journal lines.
    pub lines: u64,
    /// Events (journal lines and true effects) that the oracle judged.
    pub checks: u64,
}

/// One pass of a job.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PassReport {
    /// Its number in the run, from 1.
    pub number: u32,
    /// `create`, `sync` or `expire`.
    pub job: &'static str,
    /// The policy's name.
    pub policy: String,
    /// The scheduled instant it serves, as `20260328T013000Z`, or `adhoc-NAME`.
    pub slot: String,
    /// When it began.
    #[serde(flatten)]
    pub began: AtReport,
    /// When it ended, in milliseconds since 1970; left out when it was killed or cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    /// Why it ended early; left out when it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// What it decided, in order.
    pub decisions: Vec<DecisionReport>,
    /// What it found, in order.
    pub findings: Vec<FindingReport>,
}

/// One decision.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DecisionReport {
    /// When.
    #[serde(flatten)]
    pub at: AtReport,
    /// The id of what it is about: an instance, a volume or a snapshot.
    pub subject: String,
    /// `take`, `leave-out`, `keep`, `expire` or `block`.
    pub verdict: String,
    /// Why, as data.
    pub reason: ReasonReport,
    /// Why, in a sentence for people; its words may change.
    pub sentence: String,
}

/// Something a person should know.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingReport {
    /// When.
    #[serde(flatten)]
    pub at: AtReport,
    /// Its kind in kebab-case, as scenario files name it.
    pub kind: String,
    /// The id of what it is about.
    pub subject: String,
    /// The whole story, with what to do; its words may change.
    pub sentence: String,
}

/// Something that happened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EventReport {
    /// When.
    #[serde(flatten)]
    pub at: AtReport,
    /// `engine`, `aws` or `outside` (an outsider or a fault).
    pub lane: &'static str,
    /// The id of what it is about; may be empty.
    pub subject: String,
    /// The pass that did it; left out when none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<u32>,
    /// What happened; its words may change.
    pub sentence: String,
}

/// The JSON Schema of a report, as indented JSON with a line break at the end.
#[must_use]
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(Report);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}
