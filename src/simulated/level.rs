//! What answers a call when it arrives; the conditions above it are the same at every level.

use std::cell::RefCell;
use std::rc::Rc;

use smol_str::SmolStr;
use snaplife_sim::time::Timestamp as WorldTime;
use snaplife_sim::world::World;

use super::aws::{call_world, server_time};
use crate::domain::Timestamp;
use crate::ports::classify::{refusal, throttling_code};
use crate::ports::table::Item;
use crate::ports::{
    Answer, Meta, NotSentCause, OperationName, Outcome, Reply, Request, UnknownCause,
};

/// A level below the conditions: the world itself, or the SDK in front of it.
pub trait Level {
    /// The call arrives now and is answered; time does not pass meanwhile.
    fn apply(&self, now: Timestamp, request: &Request) -> Answer<Reply>;

    /// What the caller sees of a failure that the conditions chose. A level with a real client
    /// makes that client see it (a broken connection, a 503, HTML); the others say it outright.
    fn render(&self, now: Timestamp, request: &Request, failure: &Failure) -> Answer<Reply> {
        failure.answer(now, request.name())
    }

    /// The rows of the table at the end of a run, sorted by key, where a level keeps them elsewhere
    /// than in the world; none: the world's are the rows.
    fn rows(&self, now: Timestamp) -> Option<Vec<Item>> {
        let _ = now;
        None
    }
}

/// The level `model`: the world itself, called directly.
pub struct Model {
    world: Rc<RefCell<World>>,
}

impl Model {
    /// The world, shared with whoever lets things happen in it.
    #[must_use]
    pub const fn new(world: Rc<RefCell<World>>) -> Self {
        Self { world }
    }
}

impl Level for Model {
    fn apply(&self, now: Timestamp, request: &Request) -> Answer<Reply> {
        let now = WorldTime(now.as_ms());
        let outcome = call_world(&mut self.world.borrow_mut(), now, request);
        let server_time = match &outcome {
            Outcome::Ok(_) | Outcome::Rejected(_) => Some(server_time(now)),
            Outcome::Unknown(_) | Outcome::NotSent(_) => None,
        };
        Answer {
            meta: Meta {
                request_id: None,
                server_time,
            },
            outcome,
        }
    }
}

/// A failure between the caller and AWS, or a refusal that the world knows nothing of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// No connection could be made.
    NoConnection,
    /// The connection broke after the request was on its way.
    ConnectionLost,
    /// An answer came that is none of AWS's.
    Unreadable,
    /// An answer with an error status.
    Status {
        /// AWS's code; empty when the body has none.
        code: SmolStr,
        /// AWS's sentence.
        message: SmolStr,
        /// The HTTP status.
        status: u16,
    },
}

impl Failure {
    /// AWS throttles this operation.
    #[must_use]
    pub fn throttled(operation: OperationName) -> Self {
        let (status, code) = throttling_code(operation.service());
        Self::Status {
            code: code.into(),
            message: "Request limit exceeded.".into(),
            status,
        }
    }

    /// The answer as its caller reads it; `Date` counts where AWS itself gave the answer.
    fn answer(&self, now: Timestamp, operation: OperationName) -> Answer<Reply> {
        let outcome = self.outcome(operation);
        let server_time = match &outcome {
            Outcome::Rejected(rejection) if !rejection.code.is_empty() => {
                Some(server_time(WorldTime(now.as_ms())))
            }
            Outcome::Ok(_) | Outcome::Rejected(_) | Outcome::Unknown(_) | Outcome::NotSent(_) => {
                None
            }
        };
        Answer {
            meta: Meta {
                request_id: None,
                server_time,
            },
            outcome,
        }
    }

    /// What it means, by the one table from codes to classes.
    pub fn outcome(&self, operation: OperationName) -> Outcome<Reply> {
        match self {
            Self::NoConnection => Outcome::NotSent(NotSentCause::NoConnection),
            Self::ConnectionLost => Outcome::Unknown(UnknownCause::ConnectionLost),
            Self::Unreadable => Outcome::Unknown(UnknownCause::Unreadable),
            Self::Status {
                code,
                message,
                status,
            } => refusal(
                operation.service(),
                operation.effect(),
                *status,
                code,
                message,
            ),
        }
    }
}
