//! What can befall one call.

use std::fmt;

use crate::domain::Timestamp;
use crate::ports::{Effect, OperationName, Service};
use crate::scenario::model::{
    Applied, Boundary, CallEffect, CallFault, CallMatcher, Calls, Crash, Fault, Step, StepKind,
};

/// One thing that befalls one call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Injection {
    /// Which call of the day, counted from 1.
    pub nth: u32,
    /// What that call is.
    pub operation: OperationName,
    /// What befalls it.
    pub what: What,
}

/// What can befall a call, in the order in which it is tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum What {
    /// The pass is killed before AWS sees the call.
    CrashBefore,
    /// The pass is killed when AWS has applied it.
    CrashAfter,
    /// AWS refuses it for now.
    Throttle,
    /// AWS refuses it for good: the permission is missing.
    Refuse,
    /// No connection comes about: provably not sent.
    NoConnection,
    /// It is applied, and its answer is lost.
    LoseAnswer,
    /// It is lost on its way.
    LoseRequest,
    /// It is applied, and the answer is a server error.
    ServerErrorApplied,
    /// It is not applied, and the answer is a server error.
    ServerErrorNotApplied,
    /// It is applied, and the answer is a page of HTML.
    Html,
    /// It is applied, and the connection stays open without an answer.
    NeverAnswer,
}

impl What {
    /// All of it.
    pub const ALL: [Self; 11] = [
        Self::CrashBefore,
        Self::CrashAfter,
        Self::Throttle,
        Self::Refuse,
        Self::NoConnection,
        Self::LoseAnswer,
        Self::LoseRequest,
        Self::ServerErrorApplied,
        Self::ServerErrorNotApplied,
        Self::Html,
        Self::NeverAnswer,
    ];

    /// As it is printed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CrashBefore => "crash before",
            Self::CrashAfter => "crash after",
            Self::Throttle => "throttle",
            Self::Refuse => "refuse",
            Self::NoConnection => "no connection",
            Self::LoseAnswer => "lose answer",
            Self::LoseRequest => "lose request",
            Self::ServerErrorApplied => "server error, applied",
            Self::ServerErrorNotApplied => "server error, not applied",
            Self::Html => "HTML",
            Self::NeverAnswer => "never answer",
        }
    }

    /// Whether it stands for its class in pairs.
    ///
    /// What differs is whether AWS applied the call and what the caller may conclude: killed before or after, refused for now or for
    /// good, not sent, and unknown with and without effect. A read has no effect, so for it a crash after is the crash before the next call,
    /// and what is unknown is one class; not being sent is to it what a throttle is: it is asked again.
    #[must_use]
    pub const fn stands_for_its_class(self, effect: Effect) -> bool {
        match (self, effect) {
            (Self::CrashBefore | Self::Throttle | Self::Refuse | Self::LoseAnswer, _)
            | (Self::CrashAfter | Self::NoConnection | Self::LoseRequest, Effect::Mutation) => true,
            (Self::CrashAfter | Self::NoConnection | Self::LoseRequest, Effect::Read)
            | (
                Self::ServerErrorApplied
                | Self::ServerErrorNotApplied
                | Self::Html
                | Self::NeverAnswer,
                _,
            ) => false,
        }
    }

    /// Whether the pass dies of it.
    pub(super) const fn is_crash(self) -> bool {
        matches!(self, Self::CrashBefore | Self::CrashAfter)
    }
}

impl Injection {
    /// The step that makes it happen to the `nth` call from `at` on.
    pub(super) fn step(self, at: Timestamp, nth: u32) -> Step {
        let boundary = match self.what {
            What::CrashBefore => Some(Boundary::Before),
            What::CrashAfter => Some(Boundary::After),
            _ => None,
        };
        let what = match boundary {
            Some(when) => StepKind::Crash(Crash {
                calls: Calls::Any,
                resource: None,
                job: None,
                nth,
                when,
            }),
            None => StepKind::Fault(Fault::Call(CallFault {
                matching: CallMatcher {
                    calls: Calls::Any,
                    resource: None,
                    nth,
                    times: Some(1),
                    until: None,
                    percent: 100,
                },
                effect: self.effect(),
            })),
        };
        Step { at, line: 0, what }
    }

    fn effect(self) -> CallEffect {
        match self.what {
            // A dead pass sees no answer.
            What::CrashBefore | What::LoseRequest => CallEffect::LoseRequest,
            What::CrashAfter | What::LoseAnswer => CallEffect::LoseAnswer,
            What::Throttle => CallEffect::Throttle,
            What::Refuse => CallEffect::Refuse {
                code: denied(self.operation.service()).into(),
                status: 400,
                message: "You are not allowed to do this.".into(),
            },
            What::NoConnection => CallEffect::NoConnection,
            What::ServerErrorApplied => CallEffect::ServerError {
                applied: Applied::Yes,
            },
            What::ServerErrorNotApplied => CallEffect::ServerError {
                applied: Applied::No,
            },
            What::Html => CallEffect::Html,
            What::NeverAnswer => CallEffect::NeverAnswer,
        }
    }
}

/// The code of a missing permission. Source: *Common errors* of each service's API reference.
const fn denied(service: Service) -> &'static str {
    match service {
        Service::Ec2 => "UnauthorizedOperation",
        Service::DynamoDb => "AccessDeniedException",
        Service::Sns => "AuthorizationError",
        Service::Sts => "AccessDenied",
    }
}

impl fmt::Display for Injection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (nth, operation, what) = (self.nth, self.operation.text(), self.what.name());
        write!(f, "{what} at call {nth} ({operation})")
    }
}
