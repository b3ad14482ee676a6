//! What must be equal at which level: the `decisions` digest, and the type of every digest.
//!
//! The `full` digest is taken by the stream, of every line. The `decisions` digest holds what the
//! engine decided and did, whatever it read and whenever: decisions with their reasons, mutating
//! calls with the class of their outcome, and the rows of the table in the end.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use smol_str::SmolStr;

use super::event::{AnswerLine, Call, Event, Line};
use super::sink::Observer;
use super::timeless;
use crate::ports::table::Item;
use crate::ports::{Effect, OperationName, Outcome};

/// A BLAKE3 digest of 256 bits; shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of everything a hasher has taken so far.
    #[must_use]
    pub fn of(hasher: &blake3::Hasher) -> Self {
        Self(*hasher.finalize().as_bytes())
    }

    /// The digest of a text.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self(*blake3::hash(text.as_bytes()).as_bytes())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Gathers the `decisions` digest of a run; an observer of its stream.
///
/// Each pass is folded by itself, its entries sorted by what they are about, so that neither time
/// nor the interleaving of concurrent calls moves the digest; then the passes in their order.
#[derive(Default)]
pub struct Decisions {
    /// Mutating calls without an answer yet: their pass and their place among its entries.
    open_calls: BTreeMap<u64, (u32, usize)>,
    open_passes: BTreeMap<u32, Vec<Entry>>,
    passes: BTreeMap<u32, Digest>,
}

/// One decision or one mutating call; the order of the fields is the order of the digest.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Entry {
    subject: SmolStr,
    what: What,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
enum What {
    /// The decision as JSON, without its time.
    Decision(String),
    /// A mutating call and how it ended.
    Call {
        operation: OperationName,
        attempt: u32,
        /// `ok`, `rejected:conflict`, `unknown:timed_out` …; none when its pass was killed first.
        outcome: Option<String>,
    },
}

impl Decisions {
    /// The digest of all passes so far and of `rows`, what the table holds in the end. Rows may
    /// come in any order.
    #[must_use]
    pub fn digest(&self, rows: impl IntoIterator<Item = Item>) -> Digest {
        let mut passes = self.passes.clone();
        for (pass, entries) in &self.open_passes {
            passes.insert(*pass, fold(entries.clone()));
        }
        let mut hasher = blake3::Hasher::new();
        for (pass, digest) in &passes {
            hasher.update(&pass.to_le_bytes());
            hasher.update(&digest.0);
        }
        let rows = rows.into_iter().map(timeless::row);
        let mut rows: Vec<Digest> = rows.map(|row| Digest::of_text(&json(row))).collect();
        rows.sort_unstable();
        for row in rows {
            hasher.update(&row.0);
        }
        Digest::of(&hasher)
    }

    fn called(&mut self, pass: u32, call: &Call<'_>) {
        let operation = call.request.name();
        if operation.effect() == Effect::Read {
            return;
        }
        let entries = self.open_passes.entry(pass).or_default();
        self.open_calls.insert(call.ticket, (pass, entries.len()));
        entries.push(Entry {
            subject: call.context.subject.clone(),
            what: What::Call {
                operation,
                attempt: call.context.attempt,
                outcome: None,
            },
        });
    }

    fn answered(&mut self, answer: &AnswerLine<'_>) {
        let Some((pass, at)) = self.open_calls.remove(&answer.ticket) else {
            return;
        };
        let entry = self
            .open_passes
            .get_mut(&pass)
            .and_then(|all| all.get_mut(at));
        if let Some(Entry {
            what: What::Call { outcome, .. },
            ..
        }) = entry
        {
            *outcome = Some(class_of(&answer.outcome));
        }
    }

    fn ended(&mut self, pass: u32) {
        let entries = self.open_passes.remove(&pass).unwrap_or_default();
        self.open_calls.retain(|_, (of, _)| *of != pass);
        self.passes.insert(pass, fold(entries));
    }
}

impl Observer for Decisions {
    fn observe(&mut self, _: u64, line: &Line<'_>) {
        let pass = line.pass.unwrap_or(0);
        match &line.event {
            Event::Call(call) => self.called(pass, call),
            Event::Answer(answer) => self.answered(answer),
            Event::Decision(decision) => {
                let entry = Entry {
                    subject: decision.subject.text().clone(),
                    what: What::Decision(json(timeless::decision(decision))),
                };
                self.open_passes.entry(pass).or_default().push(entry);
            }
            Event::End(_) | Event::Crash(_) => self.ended(pass),
            Event::Header(_)
            | Event::Setup(_)
            | Event::Now(_)
            | Event::Row(_)
            | Event::Fault(_)
            | Event::Finding(_)
            | Event::Halt => {}
        }
    }
}

fn fold(mut entries: Vec<Entry>) -> Digest {
    entries.sort();
    let mut hasher = blake3::Hasher::new();
    for entry in &entries {
        hasher.update(json(entry).as_bytes());
        hasher.update(b"\n");
    }
    Digest::of(&hasher)
}

fn json(value: impl Serialize) -> String {
    serde_json::to_string(&value).expect("values of ours have only text keys")
}

/// The class of an outcome, as it stands in digests: its name, and what kind of it.
#[must_use]
pub fn class_of<T>(outcome: &Outcome<T>) -> String {
    match outcome {
        Outcome::Ok(_) => "ok".to_owned(),
        Outcome::Rejected(rejection) => format!("rejected:{}", word(rejection.class)),
        Outcome::Unknown(cause) => format!("unknown:{}", word(cause)),
        Outcome::NotSent(cause) => format!("not_sent:{}", word(cause)),
    }
}

fn word(value: impl Serialize) -> String {
    json(value).trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;
    use crate::journal::samples;

    /// The digest of these events, each at its own time, in pass 1.
    fn digest_of(events: Vec<(i64, Event<'static>)>) -> Digest {
        let mut decisions = Decisions::default();
        for (number, (at, event)) in (1..).zip(events) {
            let line = Line {
                at: Timestamp::from_ms(at),
                event,
                pass: Some(1),
            };
            decisions.observe(number, &line);
        }
        decisions.digest([])
    }

    fn delete(ticket: u64, snapshot: &str) -> Event<'static> {
        samples::delete_call(ticket, snapshot)
    }

    #[test]
    fn time_tickets_and_the_order_of_concurrent_calls_do_not_move_it() {
        let one_way = digest_of(vec![
            (1, delete(1, "snap-a")),
            (1, delete(2, "snap-b")),
            (2, samples::done(1)),
            (3, samples::refused(2, "InvalidSnapshot.InUse")),
        ]);
        let other_way = digest_of(vec![
            (7, delete(8, "snap-b")),
            (7, delete(9, "snap-a")),
            (8, samples::refused(8, "InvalidSnapshot.InUse")),
            (9, samples::done(9)),
        ]);
        assert_eq!(one_way, other_way);
    }

    #[test]
    fn another_outcome_moves_it_and_a_read_does_not() {
        let call = || (1, delete(1, "snap-a"));
        let done = digest_of(vec![call(), (2, samples::done(1))]);
        let open = digest_of(vec![call()]);
        let refused = digest_of(vec![call(), (2, samples::refused(1, "AnyCode"))]);
        assert_ne!(done, open);
        assert_ne!(done, refused);
        let with_read = digest_of(vec![
            call(),
            (1, samples::describe_call(2)),
            (2, samples::done(1)),
        ]);
        assert_eq!(done, with_read);
    }
}
