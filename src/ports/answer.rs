//! The four ways a call can end, and what came with the answer.
//!
//! A caller that treats "refused" and "no answer" alike will one day snapshot a volume twice or
//! believe in a delete that never happened. So the type keeps them apart and is `must_use`.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::Timestamp;

/// What one call came back with.
#[must_use = "an answer that nobody reads hides a call whose effect is not known"]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answer<T> {
    /// What AWS sent beside the value.
    pub meta: Meta,
    /// How the call ended.
    pub outcome: Outcome<T>,
}

/// How a call ended.
#[must_use = "each of the four outcomes asks for its own next step"]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<T> {
    /// It acted, and this came back.
    Ok(T),
    /// AWS refused; nothing happened.
    Rejected(Rejection),
    /// It was sent and no usable answer came: it may have acted.
    Unknown(UnknownCause),
    /// It provably was not sent.
    NotSent(NotSentCause),
}

/// Facts beside the value: never part of a digest.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Meta {
    /// AWS's id for the request, for a support case.
    pub request_id: Option<SmolStr>,
    /// AWS's own clock, from the `Date` header of the answer (whole seconds).
    pub server_time: Option<Timestamp>,
}

/// A refusal: nothing happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rejection {
    /// What the code means to us.
    pub class: RejectionClass,
    /// AWS's code, as `InvalidSnapshot.InUse`.
    pub code: SmolStr,
    /// AWS's sentence.
    pub message: SmolStr,
    /// For a cancelled transaction: one code per action in the order sent, `None` where the action
    /// was not to blame. Empty otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<SmolStr>,
}

impl fmt::Display for Rejection {
    /// `InvalidSnapshot.InUse: The snapshot … is in use`, or that no code came.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, message, .. } = self;
        match (code.as_str(), message.as_str()) {
            ("", _) => f.write_str("an answer that holds no error code"),
            (code, "") => f.write_str(code),
            (code, message) => write!(f, "{code}: {message}"),
        }
    }
}

/// What a refusal means, which is nearly all that is branched on.
///
/// The table from code to class is [`super::classify`]. The code itself is compared only where
/// a class holds what must be told apart, such as a failed condition and a transaction in the way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionClass {
    /// Too many calls: slow down and try again.
    Throttled,
    /// A read met a server fault: try again.
    Transient,
    /// The resource does not exist, or is not visible yet.
    NotFound,
    /// The snapshot is used by an image.
    InUse,
    /// A condition or a concurrent change stood against it: read again, then decide.
    Conflict,
    /// Permission or credentials are missing.
    Denied,
    /// The request itself is wrong; sending it again changes nothing.
    Invalid,
    /// A limit of the account or the volume is reached; it passes with time.
    Quota,
    /// Whoever answers has no such operation. AWS has each that we call; a substitute for it may not.
    NoSuchOperation,
    /// A code this version does not know: never retried for a mutation, never read as success.
    UnknownCode,
}

/// Why the effect of a call is not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownCause {
    /// No answer came within the call's time-out.
    TimedOut,
    /// The connection broke after the request was on its way.
    ConnectionLost,
    /// The server failed with a 5xx that is not a throttle; it may have acted first.
    ServerError,
    /// An answer came that could not be read.
    Unreadable,
}

/// Nothing came back but the fact that it acted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Done {}

impl fmt::Display for UnknownCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimedOut => "nothing came in time",
            Self::ConnectionLost => "the connection broke",
            Self::ServerError => "the server failed",
            Self::Unreadable => "what came is no answer of AWS's",
        })
    }
}

/// Why a call provably was not sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSentCause {
    /// No connection could be made: name lookup, refused, or TLS before the request.
    NoConnection,
    /// It could not be made ready: no credentials could be had to sign it with, or it can't be
    /// written in AWS's form.
    NotPrepared,
    /// The run's deadline left no room for it.
    Deadline,
    /// The lease had too little time left for a safe mutation.
    LeaseTooShort,
    /// A person asked for an early end, or nothing may be changed in this run.
    Stopping,
    /// The journal can't be written, and nothing is changed without it.
    JournalLost,
}

impl fmt::Display for NotSentCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoConnection => "no connection could be made",
            Self::NotPrepared => "it could not be made ready",
            Self::Deadline => "the time of the run is up",
            Self::LeaseTooShort => "the lease ends too soon",
            Self::Stopping => "the run is to end",
            Self::JournalLost => "the journal can't be written",
        })
    }
}

impl<T> Answer<T> {
    /// An answer with nothing beside its outcome.
    pub fn bare(outcome: Outcome<T>) -> Self {
        Self {
            meta: Meta::default(),
            outcome,
        }
    }

    /// The same answer with its value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        let Self { meta, outcome } = self;
        Answer {
            meta,
            outcome: outcome.map(change),
        }
    }
}

impl<T> Outcome<T> {
    /// The same outcome with its value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Ok(value) => Outcome::Ok(change(value)),
            Self::Rejected(rejection) => Outcome::Rejected(rejection),
            Self::Unknown(cause) => Outcome::Unknown(cause),
            Self::NotSent(cause) => Outcome::NotSent(cause),
        }
    }

    /// One word for the outcome, as it stands in the journal: `ok`, `rejected`, `unknown`,
    /// `not_sent`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ok(_) => "ok",
            Self::Rejected(_) => "rejected",
            Self::Unknown(_) => "unknown",
            Self::NotSent(_) => "not_sent",
        }
    }
}
