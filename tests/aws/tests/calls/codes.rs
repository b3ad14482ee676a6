//! Each error code as AWS sends it, and its class.

use aws_smithy_mocks::mock;
use snaplife::domain::Timestamp;
use snaplife::ports::table::{TransactAction, TransactWrite};
use snaplife::ports::{Outcome, Rejection};

use crate::support::{call, create, describe, ec2_error, end, get, mocked, put, response};

/// What EC2 answers to a create and to a listing, and what that means. Source of the codes and their
/// statuses: EC2 API Reference, *Error codes for the Amazon EC2 API*.
const EC2: &[(u16, &str, &str, &str)] = &[
    (503, "RequestLimitExceeded", "Throttled", "Throttled"),
    (503, "EC2ThrottledException", "Throttled", "Throttled"),
    (400, "Throttling", "Throttled", "Throttled"),
    (400, "ThrottlingException", "Throttled", "Throttled"),
    (503, "BandwidthLimitExceeded", "Throttled", "Throttled"),
    (500, "InternalError", "Unknown(ServerError)", "Transient"),
    (500, "InternalFailure", "Unknown(ServerError)", "Transient"),
    (500, "ServerInternal", "Unknown(ServerError)", "Transient"),
    (503, "Unavailable", "Unknown(ServerError)", "Transient"),
    (
        503,
        "ServiceUnavailable",
        "Unknown(ServerError)",
        "Transient",
    ),
    (
        500,
        "InsufficientCapacity",
        "Unknown(ServerError)",
        "Transient",
    ),
    (500, "NeverHeardOf", "Unknown(ServerError)", "Transient"),
    (
        400,
        "SnapshotCreationPerVolumeRateExceeded",
        "Quota",
        "Quota",
    ),
    (400, "ConcurrentSnapshotLimitExceeded", "Quota", "Quota"),
    (400, "PendingSnapshotLimitExceeded", "Quota", "Quota"),
    (400, "SnapshotLimitExceeded", "Quota", "Quota"),
    (400, "ResourceLimitExceeded", "Quota", "Quota"),
    (400, "ResourceCountExceeded", "Quota", "Quota"),
    (400, "ConcurrentTagAccess", "Conflict", "Conflict"),
    (400, "IncorrectState", "Conflict", "Conflict"),
    (400, "IncorrectInstanceState", "Conflict", "Conflict"),
    (400, "InvalidState", "Conflict", "Conflict"),
    (400, "InvalidSnapshot.NotFound", "NotFound", "NotFound"),
    (400, "InvalidVolume.NotFound", "NotFound", "NotFound"),
    (400, "InvalidInstanceID.NotFound", "NotFound", "NotFound"),
    (400, "InvalidSnapshot.InUse", "InUse", "InUse"),
    (400, "InvalidParameterValue", "Invalid", "Invalid"),
    (400, "InvalidParameterCombination", "Invalid", "Invalid"),
    (400, "InvalidParameterDependency", "Invalid", "Invalid"),
    (400, "MissingParameter", "Invalid", "Invalid"),
    (400, "UnknownParameter", "Invalid", "Invalid"),
    (400, "ValidationError", "Invalid", "Invalid"),
    (400, "InvalidSnapshotID.Malformed", "Invalid", "Invalid"),
    (400, "TagLimitExceeded", "Invalid", "Invalid"),
    (400, "TagPolicyViolation", "Invalid", "Invalid"),
    (400, "InvalidTagKey.Malformed", "Invalid", "Invalid"),
    (400, "UnsupportedOperation", "Invalid", "Invalid"),
    (400, "CustomerKeyHasBeenRevoked", "Invalid", "Invalid"),
    (400, "OperationNotPermitted", "Denied", "Denied"),
    (403, "UnauthorizedOperation", "Denied", "Denied"),
    (401, "AuthFailure", "Denied", "Denied"),
    (403, "SignatureDoesNotMatch", "Denied", "Denied"),
    (403, "RequestTimeTooSkewed", "Denied", "Denied"),
    (400, "RequestExpired", "Denied", "Denied"),
    (400, "InvalidSecurity.RequestHasExpired", "Denied", "Denied"),
    (400, "ExpiredToken", "Denied", "Denied"),
    (400, "ExpiredTokenException", "Denied", "Denied"),
    (400, "Blocked", "Denied", "Denied"),
    (400, "OptInRequired", "Denied", "Denied"),
    (400, "PendingVerification", "Denied", "Denied"),
    (400, "InvalidClientTokenId", "Denied", "Denied"),
    (400, "NeverHeardOf", "UnknownCode", "UnknownCode"),
];

#[test]
fn a_code_of_ec2_has_its_class_and_is_sent_once() {
    for (status, code, of_create, of_listing) in EC2 {
        let answer = move || response(*status, &ec2_error(code));
        let created = mock!(aws_sdk_ec2::Client::create_snapshot).then_http_response(answer);
        let listed = mock!(aws_sdk_ec2::Client::describe_snapshots).then_http_response(answer);
        let aws = mocked(&[&created, &listed], &[]);
        assert_eq!(end(&call(&aws, create())), *of_create, "{code} to a create");
        assert_eq!(
            end(&call(&aws, describe(None))),
            *of_listing,
            "{code} to a listing"
        );
        assert_eq!((created.num_calls(), listed.num_calls()), (1, 1), "{code}");
    }
}

/// DynamoDB Developer Guide, *Error handling with DynamoDB*.
const DYNAMODB: &[(u16, &str, &str, &str)] = &[
    (
        400,
        "ConditionalCheckFailedException",
        "Conflict",
        "Conflict",
    ),
    (400, "TransactionConflictException", "Conflict", "Conflict"),
    (400, "InvalidSignatureException", "Denied", "Denied"),
    (
        409,
        "ReplicatedWriteConflictException",
        "Conflict",
        "Conflict",
    ),
    (400, "ResourceInUseException", "Conflict", "Conflict"),
    (
        400,
        "ProvisionedThroughputExceededException",
        "Throttled",
        "Throttled",
    ),
    (400, "ThrottlingException", "Throttled", "Throttled"),
    (400, "RequestLimitExceeded", "Throttled", "Throttled"),
    (400, "LimitExceededException", "Throttled", "Throttled"),
    (400, "ResourceNotFoundException", "NotFound", "NotFound"),
    (
        400,
        "ItemCollectionSizeLimitExceededException",
        "Quota",
        "Quota",
    ),
    (400, "ValidationException", "Invalid", "Invalid"),
    (400, "AccessDeniedException", "Denied", "Denied"),
    (400, "UnrecognizedClientException", "Denied", "Denied"),
    (400, "ExpiredTokenException", "Denied", "Denied"),
    (
        500,
        "InternalServerError",
        "Unknown(ServerError)",
        "Transient",
    ),
    (
        503,
        "ServiceUnavailable",
        "Unknown(ServerError)",
        "Transient",
    ),
    (400, "NeverHeardOf", "UnknownCode", "UnknownCode"),
];

#[test]
fn a_code_of_dynamodb_has_its_class_and_is_sent_once() {
    for (status, code, of_put, of_get) in DYNAMODB {
        let body = format!(
            r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"A sentence."}}"#
        );
        let (one, other) = (body.clone(), body);
        let written = mock!(aws_sdk_dynamodb::Client::put_item)
            .then_http_response(move || response(*status, &one));
        let read = mock!(aws_sdk_dynamodb::Client::get_item)
            .then_http_response(move || response(*status, &other));
        let aws = mocked(&[], &[&written, &read]);
        assert_eq!(end(&call(&aws, put())), *of_put, "{code} to a put");
        assert_eq!(end(&call(&aws, get())), *of_get, "{code} to a get");
        assert_eq!((written.num_calls(), read.num_calls()), (1, 1), "{code}");
    }
}

#[test]
fn a_refusal_keeps_its_words_its_request_id_and_its_date() {
    let refused = mock!(aws_sdk_ec2::Client::create_snapshot)
        .then_http_response(|| response(400, &ec2_error("InvalidVolume.NotFound")));
    let answer = call(&mocked(&[&refused], &[]), create());
    let Outcome::Rejected(Rejection { code, message, .. }) = answer.outcome else {
        panic!("{answer:?}");
    };
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("InvalidVolume.NotFound", "A sentence.")
    );
    assert_eq!(answer.meta.request_id.as_deref(), Some("request-1"));
    let date = Timestamp::parse("2026-03-28T00:30:00Z").expect("an instant");
    assert_eq!(answer.meta.server_time, Some(date));
}

#[test]
fn a_cancelled_transaction_says_which_action_is_to_blame() {
    const BODY: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"no"}],
        "Message":"Transaction cancelled"}"#;
    let cancelled = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .match_requests(|sent| sent.client_request_token() == Some("token-1"))
        .then_http_response(|| response(400, BODY));
    let aws = mocked(&[], &[&cancelled]);
    let asked = TransactWrite {
        actions: vec![TransactAction::Put(put())],
        token: "token-1".into(),
    };
    let answer = call(&aws, asked);
    assert_eq!(end(&answer), "Conflict");
    let Outcome::Rejected(Rejection {
        reasons, message, ..
    }) = answer.outcome
    else {
        panic!("not refused");
    };
    assert_eq!(reasons, ["None", "ConditionalCheckFailed"]);
    assert_eq!(message, "Transaction cancelled");
}
