//! Why a pass can't go on, as data; how it reads in a sentence.

use smol_str::SmolStr;

use crate::domain::Span;
use crate::ports::{Effect, NotSentCause, OperationName, Rejection, RejectionClass, UnknownCause};

/// A pass ends early for one of these reasons. What it did until then is recorded.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Stop {
    /// AWS refused a call without which the pass makes no sense.
    #[error("AWS refused {} for {subject} with {rejection}", operation.text())]
    Refused {
        /// The call.
        operation: OperationName,
        /// What it was about.
        subject: SmolStr,
        /// The refusal.
        rejection: Rejection,
    },
    /// No usable answer came, though it was asked for often enough.
    #[error("{} for {subject} had no usable answer ({cause})", operation.text())]
    NoAnswer {
        /// The call.
        operation: OperationName,
        /// What it was about.
        subject: SmolStr,
        /// Why.
        cause: UnknownCause,
    },
    /// The call never left.
    #[error("{} for {subject} could not be sent ({cause})", operation.text())]
    NotSent {
        /// The call.
        operation: OperationName,
        /// What it was about.
        subject: SmolStr,
        /// Why.
        cause: NotSentCause,
    },
    /// A batch read kept leaving keys over.
    #[error("the table kept leaving keys over when asked for {subject} and others")]
    LeftOver {
        /// One of the keys.
        subject: SmolStr,
    },
    /// A listing gave pages without end, or the same page again and again.
    #[error("{} for {subject} gave pages without end", operation.text())]
    EndlessListing {
        /// The call.
        operation: OperationName,
        /// What it was about.
        subject: SmolStr,
    },
    /// Another pass holds the lease now.
    #[error("another run took over this job; what it already did stands")]
    LeaseLost,
    /// The credentials belong to another account or Region than the installation.
    #[error(
        "the credentials are for {found}, but this installation belongs to {expected}; nothing was changed"
    )]
    WrongAccount {
        /// Account and Region of the credentials.
        found: SmolStr,
        /// Account and Region of the installation.
        expected: SmolStr,
    },
    /// The table holds no installation.
    #[error("the table holds no installation; run `snaplife init` first")]
    NotInitialised,
    /// The table did not become ready in the time that was waited for it.
    #[error("the table is still {status} after {waited}")]
    TableNotReady {
        /// What DynamoDB calls its state; `missing` when there is none.
        status: SmolStr,
        /// How long was waited.
        waited: Span,
    },
    /// Others wrote a row again and again, so that our change of it never held.
    #[error("others kept writing the row {key}, so what was to be noted there is not")]
    Contended {
        /// The row.
        key: SmolStr,
    },
    /// A stored row cannot be read by this version.
    #[error("the row {key} cannot be read: {why}")]
    Unreadable {
        /// The row.
        key: SmolStr,
        /// What is wrong with it.
        why: SmolStr,
    },
}

impl Stop {
    /// Whether AWS refused a call because too many are sent.
    #[must_use]
    pub fn is_throttle(&self) -> bool {
        matches!(self, Self::Refused { rejection, .. } if rejection.class == RejectionClass::Throttled)
    }

    /// Whether no call of the pass can be made any more, whatever it is about.
    #[must_use]
    pub const fn ends_everything(&self) -> bool {
        matches!(
            self,
            Self::LeaseLost
                | Self::NotSent {
                    cause: NotSentCause::Stopping
                        | NotSentCause::Deadline
                        | NotSentCause::JournalLost,
                    ..
                }
        )
    }

    /// Whether the same pass, a little later, has a chance: time heals it, or a part was done.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Refused { rejection, .. } => match rejection.class {
                // A person must act first.
                _ if lacks_index(rejection) => false,
                RejectionClass::Denied
                | RejectionClass::NotFound
                | RejectionClass::NoSuchOperation => false,
                RejectionClass::Throttled
                | RejectionClass::Transient
                | RejectionClass::InUse
                | RejectionClass::Conflict
                | RejectionClass::Invalid
                | RejectionClass::Quota
                | RejectionClass::UnknownCode => true,
            },
            Self::NoAnswer { .. }
            | Self::NotSent { .. }
            | Self::LeftOver { .. }
            | Self::LeaseLost
            | Self::TableNotReady { .. }
            | Self::Contended { .. } => true,
            Self::EndlessListing { .. }
            | Self::WrongAccount { .. }
            | Self::NotInitialised
            | Self::Unreadable { .. } => false,
        }
    }

    /// What a person can do about it; none where the sentence says it all.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Refused { rejection, .. } => match rejection.class {
                RejectionClass::Transient if rejection.code.is_empty() => Some(
                    "AWS, or what stands before it, is out of order for now; run it again later, and if that \
                     goes on, check that AWS_ENDPOINT_URL and the proxy lead to AWS",
                ),
                _ if rejection.code.is_empty() => Some(
                    "AWS names a code with each refusal; check that AWS_ENDPOINT_URL and the proxy lead to it",
                ),
                RejectionClass::NoSuchOperation => Some(
                    "what answers is not all that AWS is; `snaplife doctor` says what it lacks",
                ),
                RejectionClass::Denied => Some(
                    "check the credentials and the permissions of the role; `snaplife doctor` says what \
                     is missing and `snaplife iam` prints what is needed",
                ),
                _ if lacks_index(rejection) => Some(
                    "`snaplife init` adds the indexes that a table lacks; if it has them, look whether this \
                     is the account and Region",
                ),
                RejectionClass::NotFound => Some(
                    "`snaplife init` makes the table and its indexes; if they are there, look \
                     whether this is their account and Region",
                ),
                RejectionClass::Throttled => Some(
                    "other users of the account use up its calls; the next run goes on where this one stopped",
                ),
                RejectionClass::Transient
                | RejectionClass::InUse
                | RejectionClass::Conflict
                | RejectionClass::Invalid
                | RejectionClass::Quota
                | RejectionClass::UnknownCode => None,
            },
            Self::NoAnswer { operation, .. } => Some(match operation.effect() {
                Effect::Mutation => {
                    "the next run looks for what this call may have done before it acts"
                }
                Effect::Read => {
                    "nothing was changed by it; check the network, the proxy and AWS_ENDPOINT_URL, and run \
                     it again"
                }
            }),
            Self::NotSent {
                cause: NotSentCause::Deadline,
                ..
            } => Some("the next run goes on where this one stopped"),
            Self::NotSent {
                cause: NotSentCause::Stopping,
                ..
            } => Some("it was asked to stop; the next run goes on where this one stopped"),
            Self::NotSent {
                cause: NotSentCause::JournalLost,
                ..
            } => Some(
                "the journal can't be written; make room for it, or name another file with --journal",
            ),
            Self::LeftOver { .. } => {
                Some("the table is short of read capacity; raise it or make it on-demand")
            }
            Self::NotSent {
                cause: NotSentCause::NotPrepared,
                ..
            } => Some(
                "no credentials could be had; `aws sts get-caller-identity` shows whether they are in order",
            ),
            Self::NotSent { .. } => Some("check the network between here and AWS"),
            Self::EndlessListing { .. } => {
                Some("the endpoint ignores page tokens; nothing is judged by such a listing")
            }
            Self::LeaseLost => None,
            Self::WrongAccount { .. } => {
                Some("switch to the credentials of the installation's account")
            }
            Self::Contended { .. } => Some("run it again"),
            Self::Unreadable { .. } => Some(
                "if the old scripts wrote it, `snaplife init` takes it over; else it is kept as it is",
            ),
            Self::NotInitialised => None,
            Self::TableNotReady { .. } => {
                Some("DynamoDB goes on by itself; run `snaplife init` again in a while")
            }
        }
    }
}

/// Whether the table is there and an index is not; AWS has no code of its own for it.
fn lacks_index(rejection: &Rejection) -> bool {
    rejection.class == RejectionClass::Invalid
        && rejection
            .message
            .contains("does not have the specified index")
}
