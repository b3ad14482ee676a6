//! The passes of a journal's file.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use smol_str::SmolStr;
use snaplife_sim::chance::Chance;

use crate::domain::Timestamp;
use crate::journal::{Event, Line, Now, PassEnd, PassStart};
use crate::plan::Decision;
use crate::ports::{OperationName, Outcome, Reply};

/// One pass as it was recorded.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordedPass {
    /// When it began, by the journal's time.
    pub began: Timestamp,
    /// Its calls, in the order in which they were made.
    pub calls: Vec<RecordedCall>,
    /// The source of jitter.
    pub chance: Chance,
    /// Its decisions, in order.
    pub decisions: Vec<Decision>,
    /// How it ended; none when it was killed.
    pub end: Option<PassEnd>,
    /// After how many of its calls a person asked it to end, and when; none when nobody did.
    pub halted_after: Option<(usize, Timestamp)>,
    /// The time of its last line.
    pub last_at: Timestamp,
    /// What it was for.
    pub now: Now,
    /// What it was started with.
    pub start: PassStart,
}

/// One call as it was recorded.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordedCall {
    /// How it ended; none when the program was killed before.
    pub answer: Option<RecordedAnswer>,
    /// Which try it was.
    pub attempt: u32,
    /// Which call.
    pub name: OperationName,
    /// About what.
    pub subject: SmolStr,
}

/// How a call ended.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordedAnswer {
    /// When, by the journal's time.
    pub at: Timestamp,
    /// How.
    pub outcome: Outcome<Reply>,
    /// AWS's `Date`.
    pub server_time: Option<Timestamp>,
}

/// A journal's passes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Recorded {
    /// Those that can be played back, in order.
    pub passes: Vec<RecordedPass>,
    /// Passes that were recorded without what they were started with: those of scenarios.
    pub without_start: usize,
}

/// A journal that can't be played back.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// It can't be read.
    #[error("could not read the journal `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line in its middle is none of ours.
    #[error("line {line} of `{}` is no line of a journal: {why}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What the reader says.
        why: String,
    },
}

#[derive(Default)]
struct Open {
    began: Timestamp,
    calls: Vec<RecordedCall>,
    decisions: Vec<Decision>,
    end: Option<PassEnd>,
    halted_after: Option<(usize, Timestamp)>,
    last_at: Timestamp,
    now: Option<Now>,
    start: Option<PassStart>,
    /// The place of each call that has no answer yet.
    tickets: BTreeMap<u64, usize>,
}

/// Reads the passes of a journal. A last line of a run that was cut off is passed over: the program
/// was killed while it wrote it.
///
/// # Errors
/// [`RecordingError`].
pub fn read(path: &Path) -> Result<Recorded, RecordingError> {
    let text = fs::read_to_string(path).map_err(|source| RecordingError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let mut recorded = Recorded::default();
    let mut run: BTreeMap<u32, Open> = BTreeMap::new();
    let mut chance = Chance::default();
    let mut cut_off: Option<RecordingError> = None;
    for (place, text) in text.lines().enumerate() {
        let line: Line<'static> = match serde_json::from_str(text) {
            Ok(line) => line,
            Err(error) => {
                let wrong = RecordingError::Line {
                    path: path.to_owned(),
                    line: place + 1,
                    why: error.to_string(),
                };
                // Two in a row are no accident.
                if let Some(wrong) = cut_off.replace(wrong) {
                    return Err(wrong);
                }
                continue;
            }
        };
        if let Event::Header(header) = &line.event {
            cut_off = None;
            close(&mut recorded, std::mem::take(&mut run), chance);
            chance = Chance::new(header.seed);
            continue;
        }
        if let Some(wrong) = cut_off.take() {
            return Err(wrong);
        }
        if let Some(pass) = line.pass {
            note(run.entry(pass).or_default(), line);
        }
    }
    close(&mut recorded, run, chance);
    Ok(recorded)
}

fn note(open: &mut Open, line: Line<'static>) {
    open.last_at = open.last_at.max(line.at);
    match line.event {
        Event::Setup(start) => open.start = Some(start.into_owned()),
        Event::Now(now) => {
            open.began = line.at;
            open.now = Some(now.into_owned());
        }
        Event::Call(call) => {
            open.tickets.insert(call.ticket, open.calls.len());
            open.calls.push(RecordedCall {
                answer: None,
                attempt: call.context.attempt,
                name: call.request.name(),
                subject: call.context.subject.clone(),
            });
        }
        Event::Answer(answer) => {
            let place = open.tickets.remove(&answer.ticket);
            if let Some(call) = place.and_then(|place| open.calls.get_mut(place)) {
                call.answer = Some(RecordedAnswer {
                    at: line.at,
                    outcome: answer.outcome.into_owned(),
                    server_time: answer.server_time,
                });
            }
        }
        Event::Decision(decision) => open.decisions.push(decision.into_owned()),
        Event::Halt => open.halted_after = Some((open.calls.len(), line.at)),
        Event::End(end) => open.end = Some(end.into_owned()),
        Event::Header(_)
        | Event::Row(_)
        | Event::Fault(_)
        | Event::Finding(_)
        | Event::Crash(_) => {}
    }
}

/// A run is over: its passes are kept, in their order.
fn close(recorded: &mut Recorded, run: BTreeMap<u32, Open>, chance: Chance) {
    for open in run.into_values() {
        // What a person did by hand is no pass of a job.
        let Some(now) = open.now else {
            continue;
        };
        let Some(start) = open.start else {
            recorded.without_start += 1;
            continue;
        };
        recorded.passes.push(RecordedPass {
            began: open.began,
            calls: open.calls,
            chance,
            decisions: open.decisions,
            end: open.end,
            halted_after: open.halted_after,
            last_at: open.last_at,
            now,
            start,
        });
    }
}
