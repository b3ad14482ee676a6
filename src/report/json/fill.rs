//! From what came of a run to the fields of its report.

use super::reason::ReasonReport;
use super::shape::{
    AtReport, BrokenReport, DecisionReport, DigestsReport, EventReport, FiguresReport,
    FindingReport, NoteReport, PassReport, Report, SCHEMA, ScenarioReport, StartReport,
    VerdictReport,
};
use crate::domain::Timestamp;
use crate::journal::Finding;
use crate::plan::Decision;
use crate::player::{Broken, Figures, Lane, Note, PassStory, Played, StoryEvent, Verdict};
use crate::report::kind::kind_name;
use crate::report::text::held;

impl Report {
    /// A report of these, in this order.
    #[must_use]
    pub fn of(all: &[Played]) -> Self {
        let count = |wanted: bool| all.iter().filter(|played| held(played) == wanted).count();
        Self {
            schema: SCHEMA,
            passed: u64::try_from(count(true)).expect("a count of files fits"),
            failed: u64::try_from(count(false)).expect("a count of files fits"),
            scenarios: all.iter().map(ScenarioReport::of).collect(),
        }
    }

    /// As JSON with a line per field, ending with a line break.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text =
            serde_json::to_string_pretty(self).expect("a report has only text keys and numbers");
        text.push('\n');
        text
    }
}

impl ScenarioReport {
    fn of(played: &Played) -> Self {
        let (verdict, broken, message) = match &played.verdict {
            Verdict::Held => (VerdictReport::Held, Vec::new(), None),
            Verdict::Broken(all) => (
                VerdictReport::Broken,
                all.iter().map(BrokenReport::of).collect(),
                None,
            ),
            Verdict::NotDeterministic { line, difference } => {
                let message = format!("the runs differ first in line {line}\n{difference}");
                (VerdictReport::NotDeterministic, Vec::new(), Some(message))
            }
            Verdict::Bug(message) => (VerdictReport::Bug, Vec::new(), Some(message.clone())),
        };
        Self {
            path: played.path.to_string(),
            name: played.name.to_string(),
            why: played.why.to_string(),
            seed: played.seed,
            start: StartReport {
                start: played.start.to_string(),
                start_ms: played.start.as_ms(),
            },
            verdict,
            broken,
            message,
            digests: DigestsReport {
                full: played.full_digest.to_string(),
                decisions: played.decisions_digest.to_string(),
            },
            figures: FiguresReport::of(played.figures),
            passes: played.passes.iter().map(PassReport::of).collect(),
            events: played.events.iter().map(EventReport::of).collect(),
            notes: played.notes.iter().map(NoteReport::of).collect(),
        }
    }
}

impl AtReport {
    fn of(at: Timestamp) -> Self {
        Self {
            at: at.to_string(),
            at_ms: at.as_ms(),
        }
    }
}

impl BrokenReport {
    fn of(broken: &Broken) -> Self {
        Self {
            id: broken.id.to_string(),
            promise: broken.promise.to_string(),
            at: AtReport::of(broken.at),
            file_line: broken.file_line,
            expected: broken.expected.to_string(),
            actual: broken.actual.to_string(),
            subjects: broken.subjects.iter().map(ToString::to_string).collect(),
        }
    }
}

impl FiguresReport {
    const fn of(figures: Figures) -> Self {
        Self {
            simulated_ms: figures.simulated.as_ms(),
            passes: figures.passes,
            calls: figures.calls,
            mutations: figures.mutations,
            created: figures.created,
            deleted: figures.deleted,
            decisions: figures.decisions,
            lines: figures.lines,
            checks: figures.checks,
        }
    }
}

impl PassReport {
    fn of(pass: &PassStory) -> Self {
        Self {
            number: pass.number,
            job: pass.job.name(),
            policy: pass.policy.to_string(),
            slot: pass.slot.to_string(),
            began: AtReport::of(pass.began),
            ended_ms: pass.ended.map(Timestamp::as_ms),
            stopped: pass.stopped.as_ref().map(ToString::to_string),
            decisions: pass.decisions.iter().map(DecisionReport::of).collect(),
            findings: pass.findings.iter().map(FindingReport::of).collect(),
        }
    }
}

impl DecisionReport {
    fn of((at, decision): &(Timestamp, Decision)) -> Self {
        Self {
            at: AtReport::of(*at),
            subject: decision.subject.to_string(),
            verdict: decision.verdict.as_str().replace(' ', "-"),
            reason: ReasonReport::from(&decision.reason),
            sentence: decision.reason.to_string(),
        }
    }
}

impl FindingReport {
    fn of((at, finding): &(Timestamp, Finding)) -> Self {
        Self {
            at: AtReport::of(*at),
            kind: kind_name(finding.kind),
            subject: finding.subject.to_string(),
            sentence: finding.text.to_string(),
        }
    }
}

impl EventReport {
    fn of(event: &StoryEvent) -> Self {
        Self {
            at: AtReport::of(event.at),
            lane: match event.lane {
                Lane::Engine => "engine",
                Lane::Aws => "aws",
                Lane::Outside => "outside",
            },
            subject: event.subject.to_string(),
            pass: event.pass,
            sentence: event.text.to_string(),
        }
    }
}

impl NoteReport {
    fn of(note: &Note) -> Self {
        Self {
            at: AtReport::of(note.at),
            file_line: note.file_line,
            sentence: note.text.to_string(),
        }
    }
}
