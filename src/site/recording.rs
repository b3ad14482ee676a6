//! Notes the calls of a place that has no conditions above it.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::journal::{AnswerLine, Call, Event, Journal};
use crate::ports::{
    Answer, Aws, CallContext, Effect, NotSentCause, Outcome, Reply, Request, UnknownCause,
};

/// Writes each call down before it is sent and when it has ended. A mutation whose line could not be
/// written is not sent.
pub struct Recording {
    inner: Rc<dyn Aws>,
    journal: Rc<dyn Journal>,
    tickets: Rc<Cell<u64>>,
}

impl Recording {
    /// Records the calls of one pass. `tickets` counts the calls of the whole run.
    #[must_use]
    pub const fn new(inner: Rc<dyn Aws>, journal: Rc<dyn Journal>, tickets: Rc<Cell<u64>>) -> Self {
        Self {
            inner,
            journal,
            tickets,
        }
    }

    async fn make(&self, context: &CallContext, request: &Request) -> Answer<Reply> {
        let ticket = self.tickets.get() + 1;
        self.tickets.set(ticket);
        self.journal.note(Event::Call(Call {
            context: Cow::Borrowed(context),
            request: Cow::Borrowed(request),
            ticket,
        }));
        if request.name().effect() == Effect::Mutation && self.journal.is_lost() {
            return Answer::bare(Outcome::NotSent(NotSentCause::JournalLost));
        }
        let open = OpenCall {
            journal: &*self.journal,
            noted: Cell::new(false),
            ticket,
        };
        let answer = self.inner.call(context, request).await;
        open.ended(&answer);
        answer
    }
}

impl Aws for Recording {
    fn call<'a>(
        &'a self,
        context: &'a CallContext,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Answer<Reply>> {
        self.make(context, request).boxed_local()
    }
}

/// A call under way. Dropped before its end it was given up, and the journal says so.
struct OpenCall<'a> {
    journal: &'a dyn Journal,
    noted: Cell<bool>,
    ticket: u64,
}

impl OpenCall<'_> {
    fn ended(&self, answer: &Answer<Reply>) {
        self.noted.set(true);
        self.journal.note(Event::Answer(AnswerLine {
            outcome: Cow::Borrowed(&answer.outcome),
            server_time: answer.meta.server_time,
            ticket: self.ticket,
        }));
    }
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        if !self.noted.get() {
            self.ended(&Answer::bare(Outcome::Unknown(UnknownCause::TimedOut)));
        }
    }
}
