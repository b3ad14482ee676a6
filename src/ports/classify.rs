//! What AWS's codes mean: the one table from (service, code, status, effect) to an outcome.
//!
//! Both twins go through [`refusal`], so that a code means the same in the simulated world and in
//! an account. Sources: EC2 API Reference, *Error codes for the Amazon EC2 API*; DynamoDB Developer
//! Guide, *Error handling*; SNS API Reference, *Publish*; the retry tables that AWS ships with its
//! SDKs.

use smol_str::SmolStr;

use super::answer::{Outcome, Rejection, RejectionClass, UnknownCause};
use super::ec2::Allowed;
use super::operation::{Effect, Service};
use RejectionClass as Class;

/// What an answer with an error status means.
///
/// A code that we know is a refusal, whatever its status, since AWS decided before acting; but one that
/// owns up to a fault of the server says nothing about what a mutation did before it. Without a known
/// code the status decides: for a mutation every 5xx may have acted; for a read it is
/// merely transient. `code` is empty when the body held none (an empty 503, a proxy's HTML): then
/// it is no word of AWS's, and proves nothing about a mutation.
pub fn refusal<T>(
    service: Service,
    effect: Effect,
    http_status: u16,
    code: &str,
    message: &str,
) -> Outcome<T> {
    let class = match (class_of(service, code), http_status, effect) {
        (Some(Class::Transient), _, Effect::Mutation) | (None, 500..=599, Effect::Mutation) => {
            return Outcome::Unknown(UnknownCause::ServerError);
        }
        (None, _, Effect::Mutation) if code.is_empty() => {
            return Outcome::Unknown(UnknownCause::Unreadable);
        }
        // *Not Implemented*, whatever else is said.
        (_, 501, Effect::Read) => Class::NoSuchOperation,
        (None, 500..=599, Effect::Read) => Class::Transient,
        (Some(class), _, _) => class,
        (None, _, _) => Class::UnknownCode,
    };
    Outcome::Rejected(Rejection {
        class,
        code: SmolStr::new(code),
        message: SmolStr::new(message),
        reasons: Vec::new(),
    })
}

/// What the answer to a call with `DryRun=true` means; `status`, `code` and `message` are those of
/// its error.
///
/// `DryRunOperation` is the one good answer. An answer without an error is none: whoever gives it
/// has not understood the flag, and both twins must say `Unknown(Unreadable)` then.
pub fn dry_run(http_status: u16, code: &str, message: &str) -> Outcome<Allowed> {
    if code == "DryRunOperation" {
        return Outcome::Ok(Allowed {});
    }
    refusal(Service::Ec2, Effect::Read, http_status, code, message)
}

/// The class of a code; none for a code that is not in the table.
#[must_use]
pub fn class_of(service: Service, code: &str) -> Option<RejectionClass> {
    match service {
        Service::Ec2 => ec2(code),
        Service::DynamoDb => dynamodb(code),
        Service::Sns | Service::Sts => query_service(code),
    }
    .or_else(|| anywhere(code))
}

/// Whether a refusal can come of a clock that is wrong: the time of a request is signed, and may be five
/// minutes off (AWS General Reference, *Signature Version 4*, time stamps; each service has a code of its own
/// for it, and some have the same for a wrong key).
#[must_use]
pub fn may_be_of_the_clock(code: &str) -> bool {
    matches!(
        code,
        "InvalidSecurity.RequestHasExpired"
            | "InvalidSignatureException"
            | "RequestExpired"
            | "RequestTimeTooSkewed"
            | "SignatureDoesNotMatch"
    )
}

/// Codes of every service: credentials, clocks and throttling in front of the service itself.
fn anywhere(code: &str) -> Option<RejectionClass> {
    Some(match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "SlowDown"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded" => Class::Throttled,
        "InternalError"
        | "InternalFailure"
        | "InternalServerError"
        | "ServerInternal"
        | "ServiceUnavailable"
        | "Unavailable" => Class::Transient,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "AuthFailure"
        | "SignatureDoesNotMatch"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "InvalidSignatureException"
        | "RequestTimeTooSkewed"
        | "OptInRequired"
        | "PendingVerification"
        | "Blocked"
        | "MissingAuthenticationToken"
        | "InvalidSecurity.RequestHasExpired" => Class::Denied,
        "ValidationError"
        | "ValidationException"
        | "MissingParameter"
        | "UnknownParameter"
        | "InvalidParameter"
        | "InvalidParameterValue"
        | "InvalidParameterCombination"
        | "SerializationException" => Class::Invalid,
        "InvalidAction" | "UnknownOperationException" => Class::NoSuchOperation,
        _ => return None,
    })
}

fn ec2(code: &str) -> Option<RejectionClass> {
    Some(match code {
        "EC2ThrottledException" => Class::Throttled,
        "InvalidSnapshot.NotFound"
        | "InvalidVolume.NotFound"
        | "InvalidInstanceID.NotFound"
        | "InvalidAMIID.NotFound" => Class::NotFound,
        "InvalidSnapshot.InUse" => Class::InUse,
        "IncorrectState" | "IncorrectInstanceState" | "InvalidState" | "ConcurrentTagAccess" => {
            Class::Conflict
        }
        "SnapshotCreationPerVolumeRateExceeded"
        | "ConcurrentSnapshotLimitExceeded"
        | "PendingSnapshotLimitExceeded"
        | "SnapshotLimitExceeded"
        | "ResourceLimitExceeded"
        | "ResourceCountExceeded" => Class::Quota,
        "InvalidParameterDependency"
        | "InvalidPaginationToken"
        | "InvalidNextToken"
        | "FilterLimitExceeded"
        | "TagLimitExceeded"
        | "TagPolicyViolation"
        | "UnsupportedOperation"
        | "CustomerKeyHasBeenRevoked" => Class::Invalid,
        // Refused by policy of the account or, in the fake, by a lock: AWS does not document
        // which code a locked snapshot gives.
        "OperationNotPermitted" => Class::Denied,
        _ if code.ends_with(".Malformed") => Class::Invalid,
        _ => return None,
    })
}

fn dynamodb(code: &str) -> Option<RejectionClass> {
    Some(match code {
        "ProvisionedThroughputExceededException"
        | "LimitExceededException"
        | "TransactionInProgressException" => Class::Throttled,
        "ConditionalCheckFailedException"
        | "TransactionCanceledException"
        | "TransactionConflictException"
        | "IdempotentParameterMismatchException"
        | "ResourceInUseException"
        | "ReplicatedWriteConflictException" => Class::Conflict,
        "ResourceNotFoundException" => Class::NotFound,
        "ItemCollectionSizeLimitExceededException" => Class::Quota,
        _ => return None,
    })
}

fn query_service(code: &str) -> Option<RejectionClass> {
    Some(match code {
        "NotFound" => Class::NotFound,
        "AuthorizationError" => Class::Denied,
        "ParameterValueInvalid" => Class::Invalid,
        _ if code.starts_with("KMS") => Class::Denied,
        _ => return None,
    })
}

/// The code that a service answers with when it is called too often.
#[must_use]
pub const fn throttling_code(service: Service) -> (u16, &'static str) {
    match service {
        Service::Ec2 => (503, "RequestLimitExceeded"),
        Service::DynamoDb | Service::Sns | Service::Sts => (400, "ThrottlingException"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(service: Service, effect: Effect, status: u16, code: &str) -> String {
        match refusal::<()>(service, effect, status, code, "") {
            Outcome::Rejected(rejection) => format!("{:?}", rejection.class),
            Outcome::Unknown(cause) => format!("Unknown({cause:?})"),
            Outcome::Ok(()) | Outcome::NotSent(_) => "impossible".to_owned(),
        }
    }

    #[test]
    fn a_server_fault_may_have_acted_unless_the_code_says_that_it_did_not() {
        let rows = [
            (
                Service::Ec2,
                Effect::Mutation,
                503,
                "RequestLimitExceeded",
                "Throttled",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                500,
                "InternalError",
                "Unknown(ServerError)",
            ),
            // With this status by substitutes of AWS.
            (
                Service::Ec2,
                Effect::Mutation,
                400,
                "InternalError",
                "Unknown(ServerError)",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                503,
                "",
                "Unknown(ServerError)",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                503,
                "NeverHeardOf",
                "Unknown(ServerError)",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                400,
                "NeverHeardOf",
                "UnknownCode",
            ),
            (Service::Ec2, Effect::Read, 503, "", "Transient"),
            (Service::Ec2, Effect::Read, 403, "", "UnknownCode"),
            (
                Service::Ec2,
                Effect::Read,
                501,
                "InternalFailure",
                "NoSuchOperation",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                501,
                "InternalFailure",
                "Unknown(ServerError)",
            ),
            (
                Service::Ec2,
                Effect::Read,
                400,
                "InvalidAction",
                "NoSuchOperation",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                408,
                "",
                "Unknown(Unreadable)",
            ),
            (
                Service::Ec2,
                Effect::Read,
                500,
                "InternalError",
                "Transient",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                400,
                "InvalidSnapshot.InUse",
                "InUse",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                400,
                "InvalidSnapshot.NotFound",
                "NotFound",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                400,
                "ConcurrentSnapshotLimitExceeded",
                "Quota",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                400,
                "InvalidSnapshotID.Malformed",
                "Invalid",
            ),
            (
                Service::Ec2,
                Effect::Mutation,
                403,
                "UnauthorizedOperation",
                "Denied",
            ),
            (
                Service::DynamoDb,
                Effect::Mutation,
                400,
                "ConditionalCheckFailedException",
                "Conflict",
            ),
            (
                Service::DynamoDb,
                Effect::Mutation,
                500,
                "InternalServerError",
                "Unknown(ServerError)",
            ),
            (
                Service::DynamoDb,
                Effect::Read,
                400,
                "ResourceNotFoundException",
                "NotFound",
            ),
            (Service::Sns, Effect::Mutation, 404, "NotFound", "NotFound"),
        ];
        for (service, effect, status, code, meaning) in rows {
            assert_eq!(
                read_as(service, effect, status, code),
                meaning,
                "{service:?} {status} {code}"
            );
        }
    }

    #[test]
    fn a_dry_run_is_allowed_by_one_code_only() {
        let read_as = |status, code| match dry_run(status, code, "") {
            Outcome::Ok(Allowed {}) => "allowed".to_owned(),
            Outcome::Rejected(rejection) => format!("{:?}", rejection.class),
            Outcome::Unknown(_) | Outcome::NotSent(_) => "impossible".to_owned(),
        };
        assert_eq!(read_as(412, "DryRunOperation"), "allowed");
        assert_eq!(read_as(403, "UnauthorizedOperation"), "Denied");
        assert_eq!(read_as(400, "InvalidSnapshot.NotFound"), "NotFound");
        assert_eq!(read_as(400, "InvalidInstanceID.NotFound"), "NotFound");
        assert_eq!(read_as(503, ""), "Transient");
        assert_eq!(read_as(412, ""), "UnknownCode");
    }
}
