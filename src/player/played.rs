//! What came of playing a scenario: the facts that every report is made of.

use smol_str::SmolStr;

use crate::domain::{Job, PolicyName, Slot, Span, Timestamp};
use crate::journal::Finding;
use crate::plan::Decision;
use crate::scenario::model::Level;

/// A scenario that was played to its end (or to where determinism broke).
#[derive(Clone, Debug)]
pub struct Played {
    /// The file.
    pub path: SmolStr,
    /// The sentence that says what must hold.
    pub name: SmolStr,
    /// Why it matters.
    pub why: SmolStr,
    /// The level it was played at.
    pub level: Level,
    /// The seed it was played with.
    pub seed: u64,
    /// The first instant of the run; offsets in reports count from here.
    pub start: Timestamp,
    /// Whether everything held.
    pub verdict: Verdict,
    /// BLAKE3 over every journal line, 64 hexadecimal digits.
    pub full_digest: SmolStr,
    /// BLAKE3 over decisions, mutations and final rows, without times (see ARCHITECTURE.md).
    pub decisions_digest: SmolStr,
    /// Figures of the run.
    pub figures: Figures,
    /// Every pass with what it decided and found, in order of start.
    pub passes: Vec<PassStory>,
    /// Lines of the story for a timeline: what engine, AWS, outsiders and faults did; in order.
    pub events: Vec<StoryEvent>,
    /// What a reader should know of the story itself, in order of time; it breaks nothing.
    pub notes: Vec<Note>,
    /// The whole journal, when it was asked for; one JSON line each.
    pub journal: Option<Vec<String>>,
}

/// Whether everything held.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It did.
    Held,
    /// These did not, the first one first; at least one.
    Broken(Vec<Broken>),
    /// Two runs of one scenario and seed differed.
    NotDeterministic {
        /// The number of the first line that differs, from 1.
        line: u64,
        /// Both variants with the lines before, as text.
        difference: String,
    },
    /// The player itself could not go on: our own bug.
    Bug(String),
}

/// Something that had to hold and did not.
#[derive(Clone, Debug)]
pub struct Broken {
    /// `S3`, `L1` … for an invariant; `expectation` for one of the file's own.
    pub id: SmolStr,
    /// The promise in a sentence.
    pub promise: SmolStr,
    /// When it broke.
    pub at: Timestamp,
    /// For an expectation: its line in the file, from 1.
    pub file_line: Option<u32>,
    /// What was expected, or what the engine believed.
    pub expected: SmolStr,
    /// What was there instead.
    pub actual: SmolStr,
    /// Ids of what it is about, for cutting the timeline; may be empty.
    pub subjects: Vec<SmolStr>,
}

/// A step of the story that met nothing: the scenario proves less than it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// When the step came.
    pub at: Timestamp,
    /// Its line in the file, from 1.
    pub file_line: u32,
    /// The step and what is to be known of it, in a sentence.
    pub text: SmolStr,
}

/// Figures of a run; one run, not both of the comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// Simulated time.
    pub simulated: Span,
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
    /// Events (journal lines and true effects) that the oracle judged, each by every invariant that
    /// it touches.
    pub checks: u64,
}

/// One pass.
#[derive(Clone, Debug)]
pub struct PassStory {
    /// Its number in the run, from 1.
    pub number: u32,
    /// Which job.
    pub job: Job,
    /// Whose.
    pub policy: PolicyName,
    /// For `create` the slot; otherwise the instant that triggered it.
    pub slot: Slot,
    /// When it began, by AWS's clock.
    pub began: Timestamp,
    /// When it ended; none when it was killed or cut off by the end of the run.
    pub ended: Option<Timestamp>,
    /// Why it ended early.
    pub stopped: Option<SmolStr>,
    /// What it decided, in order.
    pub decisions: Vec<(Timestamp, Decision)>,
    /// What it found, in order.
    pub findings: Vec<(Timestamp, Finding)>,
}

/// Who did something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Lane {
    /// The engine.
    Engine,
    /// AWS itself: a copy completed, a snapshot failed.
    Aws,
    /// An outsider or a fault.
    Outside,
}

/// The id of a [`Broken`] that is about what the file itself expects.
pub const EXPECTATION: &str = "expectation";

/// One line of a timeline.
#[derive(Clone, Debug)]
pub struct StoryEvent {
    /// When, by AWS's clock.
    pub at: Timestamp,
    /// Who.
    pub lane: Lane,
    /// What, in a sentence.
    pub text: SmolStr,
    /// What it is about.
    pub subject: SmolStr,
    /// The pass, for the engine's lane.
    pub pass: Option<u32>,
    /// Whether it may be the cause of what breaks later.
    pub weight: Weight,
}

/// What an event is to a story about something else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// Nothing, unless it is about what broke.
    Usual,
    /// It may be the cause: a refusal, a finding, a pass that ended early.
    Telling,
}
