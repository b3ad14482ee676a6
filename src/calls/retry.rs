//! Which outcomes deserve another try, and how long to wait for it.

use crate::domain::Span;
use crate::ports::{Effect, NotSentCause, Outcome, Rejection, RejectionClass};
use snaplife_sim::chance::Chance;

/// The shortest and the longest backoff before jitter.
const BACKOFF_MIN: Span = Span::from_ms(500);
const BACKOFF_MAX: Span = Span::seconds(60);

/// EC2 asks for at least this long between two snapshots of one volume
/// (EC2 API Reference, `SnapshotCreationPerVolumeRateExceeded`).
pub const PER_VOLUME_FLOOR: Span = Span::seconds(15);

/// What to do after an outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// It is final; the caller decides.
    Final,
    /// Try again after at least this long.
    Again {
        /// The floor that the code asks for.
        wait_min: Span,
    },
}

/// Whether another try is safe and sensible.
///
/// After `Unknown` only a read may be sent again: a mutation may have acted. A refusal that proves
/// "nothing happened" may be tried again when time heals it.
pub fn next<T>(effect: Effect, outcome: &Outcome<T>) -> Next {
    match outcome {
        Outcome::Ok(_) => Next::Final,
        Outcome::Unknown(_) => match effect {
            Effect::Read => Next::Again {
                wait_min: Span::ZERO,
            },
            Effect::Mutation => Next::Final,
        },
        Outcome::NotSent(NotSentCause::NoConnection) => Next::Again {
            wait_min: Span::ZERO,
        },
        // Credentials that can't be had now are tried for again by whoever gives them.
        Outcome::NotSent(
            NotSentCause::NotPrepared
            | NotSentCause::Deadline
            | NotSentCause::LeaseTooShort
            | NotSentCause::Stopping
            | NotSentCause::JournalLost,
        ) => Next::Final,
        Outcome::Rejected(rejection) => after_refusal(rejection),
    }
}

fn after_refusal(rejection: &Rejection) -> Next {
    match rejection.class {
        RejectionClass::Throttled | RejectionClass::Transient => Next::Again {
            wait_min: Span::ZERO,
        },
        // The only limit that passes in seconds; the others ask for minutes or a person.
        RejectionClass::Quota if rejection.code == "SnapshotCreationPerVolumeRateExceeded" => {
            Next::Again {
                wait_min: PER_VOLUME_FLOOR,
            }
        }
        RejectionClass::Conflict if rejection.code == "ConcurrentTagAccess" => Next::Again {
            wait_min: Span::ZERO,
        },
        RejectionClass::NotFound
        | RejectionClass::InUse
        | RejectionClass::Conflict
        | RejectionClass::Denied
        | RejectionClass::Invalid
        | RejectionClass::Quota
        | RejectionClass::NoSuchOperation
        | RejectionClass::UnknownCode => Next::Final,
    }
}

/// The wait before try `attempt + 1`: full jitter over an exponential bound, never under the floor.
///
/// Full jitter: AWS Architecture Blog, *Exponential Backoff And Jitter*.
#[must_use]
pub fn backoff(chance: Chance, key: &[&str], attempt: u32, wait_min: Span) -> Span {
    let doublings = attempt.saturating_sub(1).min(16);
    let bound = (BACKOFF_MIN.as_ms() << doublings).min(BACKOFF_MAX.as_ms());
    let jitter = chance.below(bound.unsigned_abs() + 1, "backoff", key, u64::from(attempt));
    Span::from_ms(
        wait_min
            .as_ms()
            .saturating_add(i64::try_from(jitter).unwrap_or(bound)),
    )
}
