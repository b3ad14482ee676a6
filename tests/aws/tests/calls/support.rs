//! One call against one answer, and its end as text.

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region as SdkRegion, SdkConfig};
use aws_smithy_mocks::{Rule, RuleMode, mock_client};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use snaplife::domain::{AccountId, Job, PolicyName, Region, TableName, Tags};
use snaplife::live::{Clients, LiveAws, live_runtime};
use snaplife::ports::ec2::{CreateSnapshot, DeleteSnapshot, DescribeSnapshots, PageRequest};
use snaplife::ports::table::{Consistency, Expression, GetItem, Item, KEY, PutItem, Value};
use snaplife::ports::{Answer, Aws as _, CallContext, Outcome, Reply, Request};

/// Whose account it is in these tests.
pub(crate) const ACCOUNT: &str = "123456789012";

/// The port over mocked clients of EC2 and DynamoDB; each rule is one answer.
pub(crate) fn mocked(ec2: &[&Rule], dynamodb: &[&Rule]) -> LiveAws {
    // As `without_retries` sets up the clients of an account.
    let once = RetryConfig::disabled;
    let ec2 = mock_client!(aws_sdk_ec2, RuleMode::Sequential, ec2, |c| c
        .retry_config(once()));
    let dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, dynamodb, |c| c
        .retry_config(once()));
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(SdkRegion::new("eu-central-1"));
    let clients = Clients::new(
        &config.build(),
        Region::new("eu-central-1"),
        TableName::USUAL,
    );
    LiveAws::new(
        clients
            .with(ec2, dynamodb)
            .of_account(AccountId::new(ACCOUNT)),
    )
}

/// Makes one call and waits for its end.
pub(crate) fn call(aws: &LiveAws, request: impl Into<Request>) -> Answer<Reply> {
    let context = CallContext {
        attempt: 1,
        job: Job::Create,
        policy: PolicyName::default(),
        subject: "a test".into(),
    };
    live_runtime().block_on(aws.call(&context, &request.into()))
}

/// The end of a call in a word or two.
pub(crate) fn end(answer: &Answer<Reply>) -> String {
    match &answer.outcome {
        Outcome::Ok(_) => "Ok".to_owned(),
        Outcome::Rejected(rejection) => format!("{:?}", rejection.class),
        Outcome::Unknown(cause) => format!("Unknown({cause:?})"),
        Outcome::NotSent(cause) => format!("NotSent({cause:?})"),
    }
}

/// A response with the headers that AWS sends.
pub(crate) fn response(status: u16, body: &str) -> HttpResponse {
    let response = http::Response::builder()
        .status(status)
        .header("date", "Sat, 28 Mar 2026 00:30:00 GMT")
        .header("x-amzn-requestid", "request-1")
        .body(SdkBody::from(body));
    HttpResponse::try_from(response.expect("a response that can be made"))
        .expect("a response that the SDK takes")
}

/// EC2's error body.
pub(crate) fn ec2_error(code: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
         <Message>A sentence.</Message></Error></Errors><RequestID>r</RequestID></Response>"
    )
}

/// A page of snapshots. `state` is put in as it stands.
pub(crate) fn snapshots(ids: &[&str], state: &str, next: Option<&str>) -> String {
    let items: String = ids
        .iter()
        .map(|id| {
            format!(
                "<item><snapshotId>{id}</snapshotId><volumeId>vol-1</volumeId>{state}\
                 <startTime>2026-03-28T00:30:00.250Z</startTime><ownerId>{ACCOUNT}</ownerId>\
                 <volumeSize>8</volumeSize><encrypted>true</encrypted></item>"
            )
        })
        .collect();
    let next = next.map_or_else(String::new, |next| format!("<nextToken>{next}</nextToken>"));
    format!(
        "<DescribeSnapshotsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
         <snapshotSet>{items}</snapshotSet>{next}</DescribeSnapshotsResponse>"
    )
}

pub(crate) fn create() -> CreateSnapshot {
    CreateSnapshot {
        description: "nightly".into(),
        tags: Tags::default(),
        volume: "vol-1".into(),
    }
}

pub(crate) fn delete() -> DeleteSnapshot {
    DeleteSnapshot {
        snapshot: "snap-1".into(),
    }
}

pub(crate) fn describe(token: Option<&str>) -> DescribeSnapshots {
    DescribeSnapshots {
        filters: Vec::new(),
        page: PageRequest {
            max_results: Some(1_000),
            token: token.map(Into::into),
        },
    }
}

pub(crate) fn get() -> GetItem {
    GetItem {
        consistency: Consistency::Strong,
        key: "snap-1".into(),
    }
}

pub(crate) fn put() -> PutItem {
    let key = [(KEY.into(), Value::S("snap-1".into()))];
    PutItem {
        condition: Expression {
            text: "attribute_not_exists(SnapshotId)".into(),
            ..Expression::default()
        },
        item: Item::from_iter(key),
    }
}
