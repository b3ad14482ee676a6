//! What a fault makes of a call: the failure that its caller sees, and the sentence that tells it.

use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::fault::FaultEffect;

use super::level::Failure;
use crate::domain::Span;
use crate::ports::{OperationName, Request, Service};

/// The failure that the caller sees; none where it sees the answer, late or never.
pub(super) fn failure(operation: OperationName, effect: FaultEffect) -> Option<Failure> {
    Some(match effect {
        FaultEffect::DelayAnswer(_) | FaultEffect::NeverAnswer => return None,
        FaultEffect::LoseAnswer | FaultEffect::RequestLost => Failure::ConnectionLost,
        FaultEffect::GarbleAnswer => Failure::Unreadable,
        FaultEffect::NotSent => Failure::NoConnection,
        FaultEffect::Throttle => Failure::throttled(operation),
        FaultEffect::RefusePageToken => refused_token(operation),
        FaultEffect::ServerErrorAfter(status) => Failure::Status {
            code: SmolStr::default(),
            message: SmolStr::default(),
            status,
        },
        FaultEffect::Refuse {
            code,
            message,
            status,
        } => Failure::Status {
            code,
            message,
            status,
        },
    })
}

/// EC2 API Reference, *Error codes*: `InvalidPaginationToken`; DynamoDB answers a bad start key with
/// `ValidationException` (API Reference, *Query*).
fn refused_token(operation: OperationName) -> Failure {
    let code = match operation.service() {
        Service::Ec2 | Service::Sns | Service::Sts => "InvalidPaginationToken",
        Service::DynamoDb => "ValidationException",
    };
    Failure::Status {
        code: code.into(),
        message: "The page token is not valid.".into(),
        status: 400,
    }
}

/// What a fault did, as the journal tells it.
pub(super) fn sentence(effect: &FaultEffect, request: &Request) -> SmolStr {
    let name = request.name().text();
    let call = match request.resources().first() {
        Some(resource) => format!("{name} for {resource}"),
        None => name.to_owned(),
    };
    match effect {
        FaultEffect::Refuse { code, .. } => format_smolstr!("AWS refuses {call} with {code}"),
        FaultEffect::Throttle => format_smolstr!("AWS throttles {call}"),
        FaultEffect::NotSent => format_smolstr!("no connection for {call}"),
        FaultEffect::RequestLost => format_smolstr!("the request {call} is lost on its way"),
        FaultEffect::RefusePageToken => format_smolstr!("the page token of {call} is refused"),
        FaultEffect::LoseAnswer => format_smolstr!("the answer to {call} is lost"),
        FaultEffect::DelayAnswer(span) => {
            format_smolstr!("the answer to {call} is {} late", Span::from_ms(span.0))
        }
        FaultEffect::NeverAnswer => format_smolstr!("{call} is never answered"),
        FaultEffect::GarbleAnswer => format_smolstr!("the answer to {call} can't be read"),
        FaultEffect::ServerErrorAfter(status) => {
            format_smolstr!("{call} acts and is answered with a {status}")
        }
    }
}
