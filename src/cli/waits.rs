//! Says why a pass is silent for minutes: it looks for what a creation without an answer made.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::domain::Span;
use crate::journal::sink::Observer;
use crate::journal::{Event, Line};
use crate::ports::{OperationName, Outcome};

/// Follows a journal, and tells a person of each creation that is looked for.
pub(super) struct Waits {
    /// Creations under way, by ticket: which call, and for what.
    open: BTreeMap<u64, (OperationName, SmolStr)>,
    say: fn(&str),
    /// For how long what was made may stay unseen.
    window: Span,
}

impl Waits {
    /// Tells by `say`.
    #[must_use]
    pub(super) const fn new(say: fn(&str)) -> Self {
        Self {
            open: BTreeMap::new(),
            say,
            window: Span::ZERO,
        }
    }
}

impl Observer for Waits {
    fn observe(&mut self, _: u64, line: &Line<'_>) {
        match &line.event {
            Event::Setup(start) => {
                let limits = &start.rules.limits;
                self.window = limits.call_timeout + limits.visibility_window;
            }
            Event::Call(call) => {
                let name = call.request.name();
                if matches!(
                    name,
                    OperationName::CreateSnapshots | OperationName::CreateSnapshot
                ) {
                    let subject = call.context.subject.clone();
                    self.open.insert(call.ticket, (name, subject));
                }
            }
            Event::Answer(answer) => {
                let Some((name, subject)) = self.open.remove(&answer.ticket) else {
                    return;
                };
                if let Outcome::Unknown(cause) = &*answer.outcome {
                    (self.say)(&format!(
                        "{} for {subject} had no usable answer ({cause}); looking for what it made, for up \
                         to {} and a little\n",
                        name.text(),
                        self.window
                    ));
                }
            }
            _ => {}
        }
    }
}
