//! What AWS or the network does wrong.

use smol_str::SmolStr;

use crate::domain::{Span, Timestamp, VolumeId};
use crate::ports::{OperationName, Service};

/// A fault: one that meets calls, or one that changes how the world behaves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It meets calls on their way.
    Call(CallFault),
    /// It changes the world.
    World(WorldFault),
}

/// A fault that meets calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallFault {
    /// Which calls it meets.
    pub matching: CallMatcher,
    /// What it does to them.
    pub effect: CallEffect,
}

/// Which calls a fault meets: those that agree with every field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallMatcher {
    /// Which operations.
    pub calls: Calls,
    /// Only calls about this resource: an id or a name of the file.
    pub resource: Option<SmolStr>,
    /// The number, counted from 1 since it was armed, of the first matching call it meets.
    pub nth: u32,
    /// How many calls it meets; none: every one until `until`.
    pub times: Option<u32>,
    /// It meets no call sent at or after this instant; none: no such end. One of `times` and
    /// `until` is always there.
    pub until: Option<Timestamp>,
    /// The share of matching calls it meets, in percent, 1 to 100, by a keyed draw.
    pub percent: u32,
}

/// A group of operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Calls {
    /// Every call.
    Any,
    /// Every call of a service; in the file `ec2:*`.
    Of(Service),
    /// One operation.
    One(OperationName),
}

impl Calls {
    /// Whether a call belongs to the group.
    #[must_use]
    pub fn contain(self, call: OperationName) -> bool {
        match self {
            Self::Any => true,
            Self::Of(service) => call.service() == service,
            Self::One(one) => call == one,
        }
    }
}

/// What a fault does to a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallEffect {
    /// AWS refuses with this code; nothing happens.
    Refuse {
        /// The error code, as `InvalidSnapshot.InUse`.
        code: SmolStr,
        /// The HTTP status.
        status: u16,
        /// AWS's sentence.
        message: SmolStr,
    },
    /// AWS refuses with the service's own throttling code; nothing happens.
    Throttle,
    /// It is applied; the answer never comes and the connection breaks.
    LoseAnswer,
    /// It is not applied; to the engine it looks as if the answer was lost.
    LoseRequest,
    /// It is applied at once; the answer comes this much later.
    LateAnswer {
        /// How much later than usual.
        by: Span,
    },
    /// It is applied; the answer never comes and the connection stays open.
    NeverAnswer,
    /// It is applied; the answer is a page of HTML with status 200.
    Html,
    /// Status 500, `InternalError`.
    ServerError {
        /// Whether the call was applied.
        applied: Applied,
    },
    /// The connection is refused: provably not sent.
    NoConnection,
    /// A page token is refused; calls without one pass.
    PageTokenRefused,
    /// Status 503, applied or not by a keyed draw.
    BrownOut,
    /// The service can't be reached at all: not applied, no answer.
    Outage,
    /// The call is answered by another account's credentials.
    WrongAccount,
}

/// Whether a call that failed took effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Applied {
    /// It did.
    Yes,
    /// It did not.
    No,
}

/// A fault that changes how the world behaves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WorldFault {
    /// The next snapshots stay unseen by every read.
    HideNewSnapshots {
        /// How long each stays unseen.
        span: Span,
        /// How many.
        times: u32,
    },
    /// The table's indexes fall behind.
    IndexLag {
        /// How far.
        lag: Span,
        /// Until when.
        until: Timestamp,
    },
    /// The next snapshots end in `error`.
    FailSnapshots {
        /// Only of this volume.
        of: Option<VolumeId>,
        /// How many.
        times: u32,
    },
    /// The next snapshots stay `pending`.
    StuckSnapshots {
        /// Only of this volume.
        of: Option<VolumeId>,
        /// How many.
        times: u32,
        /// How long; none: to the end of the run.
        span: Option<Span>,
    },
    /// The next snapshots take this long to complete.
    SlowSnapshots {
        /// Only of this volume.
        of: Option<VolumeId>,
        /// How many.
        times: u32,
        /// How long each takes.
        take: Span,
    },
}
