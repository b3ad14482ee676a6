//! What the SDK's errors mean: which of the four ends a call had.
//!
//! The rule of doubt: whatever is not certain is `Unknown`. `NotSent` needs proof, which is one of
//! two: the request never reached the HTTP client (its credentials could not be had), or no
//! connection came about to write it to.

use std::error::Error;
use std::io;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::witness::Witness;
use crate::ports::classify::refusal;
use crate::ports::{Answer, Meta, NotSentCause, OperationName, Outcome, UnknownCause};

/// The end of one call. `read` makes the value of what came; none when it lacks something that AWS
/// always sends, or is not what was asked for.
pub(super) fn end<O, E, T>(
    name: OperationName,
    witness: &Witness,
    sent: Result<O, SdkError<E, HttpResponse>>,
    read: impl FnOnce(O) -> Option<T>,
) -> Answer<T>
where
    E: ProvideErrorMetadata,
{
    let outcome = match sent {
        Ok(output) => read(output).map_or(Outcome::Unknown(UnknownCause::Unreadable), Outcome::Ok),
        Err(error) => meaning(name, witness, &error),
    };
    let meta = witness.meta();
    let server_time = match &outcome {
        Outcome::Ok(_) => meta.server_time,
        // Without a code the answer may be a proxy's, and so may its date.
        Outcome::Rejected(rejection) if !rejection.code.is_empty() => meta.server_time,
        Outcome::Rejected(_) | Outcome::Unknown(_) | Outcome::NotSent(_) => None,
    };
    Answer {
        meta: Meta {
            server_time,
            ..meta
        },
        outcome,
    }
}

fn meaning<E, T>(
    name: OperationName,
    witness: &Witness,
    error: &SdkError<E, HttpResponse>,
) -> Outcome<T>
where
    E: ProvideErrorMetadata,
{
    if !witness.left() {
        return Outcome::NotSent(NotSentCause::NotPrepared);
    }
    match error {
        SdkError::TimeoutError(_) => Outcome::Unknown(UnknownCause::TimedOut),
        SdkError::DispatchFailure(failure) => {
            let connector = failure.as_connector_error();
            if connector.is_some_and(|error| never_connected(error)) {
                Outcome::NotSent(NotSentCause::NoConnection)
            } else if failure.is_timeout() {
                Outcome::Unknown(UnknownCause::TimedOut)
            } else {
                Outcome::Unknown(UnknownCause::ConnectionLost)
            }
        }
        SdkError::ServiceError(answered) => {
            let status = answered.raw().status();
            if status.is_success() {
                // A 200 whose body was read whole and makes no sense.
                return Outcome::Unknown(UnknownCause::Unreadable);
            }
            let told = answered.err().meta();
            refusal(
                name.service(),
                name.effect(),
                status.as_u16(),
                told.code().unwrap_or_default(),
                told.message().unwrap_or_default(),
            )
        }
        // The body broke off, or is not one of AWS's.
        SdkError::ResponseError(_) => Outcome::Unknown(UnknownCause::Unreadable),
        // It left, so whatever else went wrong, it may have acted.
        _ => Outcome::Unknown(UnknownCause::ConnectionLost),
    }
}

/// Whether an error of the HTTP client says that there was no connection: the name was not found,
/// the connection was refused or took too long, or TLS failed. A connection that is used again and
/// breaks is another matter.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.into_iter().any(|error| {
        let of_client = error.downcast_ref::<hyper_util::client::legacy::Error>();
        let of_socket = error.downcast_ref::<io::Error>();
        of_client.is_some_and(hyper_util::client::legacy::Error::is_connect)
            || of_socket.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    })
}
