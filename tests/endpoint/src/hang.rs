//! A server that stops answering, so that a client can be ended at a chosen request.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use snaplife_sim::time::{Span, Timestamp};

use crate::server::Answered;

/// Longer than any client of a test waits.
const FOR_EVER: Duration = Duration::from_secs(86_400);

/// What the request at which it stops still does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Last {
    /// It acts, and its answer never comes.
    Acts,
    /// It acts so much later, and its answer never comes: it was on its way when its sender died.
    ActsLate(Span),
    /// It acts, its answer comes so much later, and those after it are answered as ever.
    IsHeld(Duration),
    /// It does nothing.
    IsLost,
}

/// A server that will stop, or has stopped.
#[derive(Debug)]
pub(crate) struct Hang {
    /// Requests that are answered before.
    left: usize,
    last: Last,
    /// None once it was told.
    reached: Option<Sender<()>>,
}

/// A request that is still on its way.
#[derive(Debug)]
pub(crate) struct Late {
    /// It acts before whatever comes after this.
    pub(crate) at: Timestamp,
    pub(crate) request: Request<Bytes>,
}

/// What is to be done with a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    /// It is answered.
    Answered,
    /// It acts, without an answer.
    Unheard,
    /// It acts so much later, without an answer.
    Late(Span),
    /// It acts, and its answer comes so much later.
    Held(Duration),
    /// It is lost.
    Lost,
}

impl Hang {
    /// Stops at the request with this number, counted from 1, and tells the receiver when it came.
    pub(crate) fn at(number: usize, last: Last) -> (Self, Receiver<()>) {
        let (reached, told) = channel();
        let hang = Self {
            left: number.saturating_sub(1),
            last,
            reached: Some(reached),
        };
        (hang, told)
    }

    /// What becomes of the next request.
    pub(crate) fn next(&mut self) -> Fate {
        if self.left > 0 {
            self.left -= 1;
            return Fate::Answered;
        }
        match (self.reached.is_some(), self.last) {
            (true, Last::Acts) => Fate::Unheard,
            (true, Last::ActsLate(by)) => Fate::Late(by),
            (true, Last::IsHeld(by)) => Fate::Held(by),
            (false, Last::IsHeld(_)) => Fate::Answered,
            (true, Last::IsLost) | (false, _) => Fate::Lost,
        }
    }

    /// Tells that the request came; it has acted by now when it was to act.
    pub(crate) fn tell(&mut self) {
        if let Some(reached) = self.reached.take() {
            // Nobody has to listen.
            let _ = reached.send(());
        }
    }
}

/// An answer that never comes.
pub(crate) fn never() -> Answered {
    Answered {
        after: FOR_EVER,
        response: Response::new(Bytes::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_is_the_last_that_may_act_and_those_after_it_are_lost() {
        let ends = [
            (Last::Acts, Fate::Unheard),
            (
                Last::ActsLate(Span::seconds(3)),
                Fate::Late(Span::seconds(3)),
            ),
            (Last::IsLost, Fate::Lost),
        ];
        for (last, fate) in ends {
            let (mut hang, told) = Hang::at(2, last);
            assert_eq!(hang.next(), Fate::Answered);
            assert_eq!(hang.next(), fate);
            assert!(told.try_recv().is_err());
            hang.tell();
            assert!(told.try_recv().is_ok());
            assert_eq!(hang.next(), Fate::Lost);
        }
    }
}
