//! The lines and the counts of calls.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use crate::journal::{AnswerLine, Call, Event, Journal};
use crate::ports::{Answer, CallContext, OperationName, Outcome, Reply, Request};

/// How often each operation was called, and with what outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counters {
    /// One per operation, in the order of [`OperationName::ALL`].
    tallies: Vec<Tally>,
}

/// The calls of one operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// All that were made.
    pub made: u64,
    /// They acted, and the caller knows.
    pub ok: u64,
    /// AWS refused.
    pub rejected: u64,
    /// The caller does not know.
    pub unknown: u64,
    /// They never left.
    pub not_sent: u64,
}

impl Counters {
    /// All zero.
    pub(crate) fn new() -> Self {
        Self {
            tallies: vec![Tally::default(); OperationName::ALL.len()],
        }
    }

    /// The calls of one operation. Those without an outcome had their pass killed.
    #[must_use]
    pub fn of(&self, operation: OperationName) -> Tally {
        self.tallies
            .get(operation as usize)
            .copied()
            .unwrap_or_default()
    }

    /// Every operation that was called at all, in the order of [`OperationName::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (OperationName, Tally)> {
        OperationName::ALL
            .iter()
            .map(|operation| (*operation, self.of(*operation)))
            .filter(|(_, tally)| tally.made > 0)
    }

    /// All calls together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.tallies.iter().map(|tally| tally.made).sum()
    }

    fn change(&mut self, operation: OperationName, change: impl FnOnce(&mut Tally)) {
        // The enum's order is the order of `ALL`, so its number is the place.
        if let Some(tally) = self.tallies.get_mut(operation as usize) {
            change(tally);
        }
    }
}

/// Writes down the calls of one pass.
pub(crate) struct Recorder {
    pub(crate) counters: Rc<RefCell<Counters>>,
    pub(crate) journal: Rc<dyn Journal>,
}

impl Recorder {
    /// A call is made.
    pub(crate) fn called(&self, ticket: u64, context: &CallContext, request: &Request) {
        self.counters
            .borrow_mut()
            .change(request.name(), |tally| tally.made += 1);
        self.journal.note(Event::Call(Call {
            context: Cow::Borrowed(context),
            request: Cow::Borrowed(request),
            ticket,
        }));
    }

    /// A call has ended.
    pub(crate) fn answered(&self, ticket: u64, operation: OperationName, answer: &Answer<Reply>) {
        self.counters
            .borrow_mut()
            .change(operation, |tally| match &answer.outcome {
                Outcome::Ok(_) => tally.ok += 1,
                Outcome::Rejected(_) => tally.rejected += 1,
                Outcome::Unknown(_) => tally.unknown += 1,
                Outcome::NotSent(_) => tally.not_sent += 1,
            });
        self.journal.note(Event::Answer(AnswerLine {
            outcome: Cow::Borrowed(&answer.outcome),
            server_time: answer.meta.server_time,
            ticket,
        }));
    }
}
