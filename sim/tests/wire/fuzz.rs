//! No bytes make it panic, and every answer can be read.
//!
//! Most requests are good ones with a few bytes changed, so that they get past the first check.

use bytes::Bytes;
use http::Request;
use proptest::collection::vec;
use proptest::prelude::*;
use quick_xml::events::Event;
use snaplife_sim::time::Span;

use crate::support::{Aws, signed};

/// Good requests: the service, the operation, the body.
const GOOD: [(&str, &str, &str); 25] = [
    (
        "ec2",
        "",
        "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=tag%3Asnapshot&Filter.1.Value.1=snap%2A&MaxResults=5&DryRun=false",
    ),
    (
        "ec2",
        "",
        "Action=DescribeVolumes&Version=2016-11-15&VolumeId.1=vol-db&VolumeId.2=vol-loose",
    ),
    (
        "ec2",
        "",
        "Action=DescribeSnapshots&Version=2016-11-15&Owner.1=self&Filter.1.Name=volume-id&Filter.1.Value.1=%5C%2A&MaxResults=5",
    ),
    (
        "ec2",
        "",
        "Action=DescribeImages&Version=2016-11-15&Owner.1=self&Filter.1.Name=image-id&Filter.1.Value.1=ami-%3F",
    ),
    (
        "ec2",
        "",
        "Action=DescribeLockedSnapshots&Version=2016-11-15&MaxResults=1000",
    ),
    (
        "ec2",
        "",
        "Action=CreateSnapshots&Version=2016-11-15&InstanceSpecification.InstanceId=i-db&InstanceSpecification.ExcludeBootVolume=true&InstanceSpecification.ExcludeDataVolumeId.1=vol-x&TagSpecification.1.ResourceType=snapshot&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v&CopyTagsFromSource=volume",
    ),
    (
        "ec2",
        "",
        "Action=CreateSnapshot&Version=2016-11-15&VolumeId=vol-db&Description=%C3%A9%0A",
    ),
    (
        "ec2",
        "",
        "Action=CreateTags&Version=2016-11-15&ResourceId.1=vol-db&Tag.1.Key=k&Tag.1.Value=v",
    ),
    (
        "ec2",
        "",
        "Action=DeleteTags&Version=2016-11-15&ResourceId.1=vol-db&Tag.1.Key=k",
    ),
    (
        "ec2",
        "",
        "Action=DeleteSnapshot&Version=2016-11-15&SnapshotId=snap-1&DryRun=true",
    ),
    (
        "sns",
        "",
        "Action=Publish&Version=2010-03-31&TopicArn=arn&Subject=s&Message=m",
    ),
    (
        "sns",
        "",
        "Action=GetTopicAttributes&Version=2010-03-31&TopicArn=arn",
    ),
    ("sts", "", "Action=GetCallerIdentity&Version=2011-06-15"),
    (
        "dynamodb",
        "GetItem",
        r##"{"TableName":"Snaps","Key":{"Id":{"S":"a"}},"ProjectionExpression":"#o, b.c[1]","ExpressionAttributeNames":{"#o":"Open"}}"##,
    ),
    (
        "dynamodb",
        "PutItem",
        r#"{"TableName":"Snaps","Item":{"Id":{"S":"a"},"n":{"N":"-1.5E3"},"b":{"B":"AAEC"},"l":{"L":[{"NULL":true},{"BOOL":false},{"M":{"k":{"SS":["x"]}}},{"NS":["1"]},{"BS":["AA=="]}]}},"ConditionExpression":"attribute_not_exists(Id)","ReturnValues":"ALL_OLD"}"#,
    ),
    (
        "dynamodb",
        "UpdateItem",
        r##"{"TableName":"Snaps","Key":{"Id":{"S":"a"}},"UpdateExpression":"SET #n = if_not_exists(#n, :one) + :one REMOVE x ADD y :one","ConditionExpression":"NOT (#n = :one AND size(Id) < :one) OR begins_with(Id, :a)","ExpressionAttributeNames":{"#n":"n"},"ExpressionAttributeValues":{":one":{"N":"1"},":a":{"S":"a"}},"ReturnValues":"ALL_NEW"}"##,
    ),
    (
        "dynamodb",
        "DeleteItem",
        r#"{"TableName":"Snaps","Key":{"Id":{"S":"a"}}}"#,
    ),
    (
        "dynamodb",
        "Query",
        r##"{"TableName":"Snaps","IndexName":"Open","KeyConditionExpression":"#o = :y AND #d BETWEEN :d AND :e","ExpressionAttributeNames":{"#d":"Date","#o":"Open"},"ExpressionAttributeValues":{":y":{"S":"yes"},":d":{"N":"0"},":e":{"N":"9"}},"Limit":1,"ExclusiveStartKey":{"Id":{"S":"a"},"Open":{"S":"yes"},"Date":{"N":"1"}}}"##,
    ),
    (
        "dynamodb",
        "Scan",
        r#"{"TableName":"Snaps","FilterExpression":"Id IN (:a, :a)","ExpressionAttributeValues":{":a":{"S":"a"}},"Limit":2}"#,
    ),
    (
        "dynamodb",
        "BatchGetItem",
        r#"{"RequestItems":{"Snaps":{"Keys":[{"Id":{"S":"a"}},{"Id":{"S":"b"}}]}}}"#,
    ),
    (
        "dynamodb",
        "BatchWriteItem",
        r#"{"RequestItems":{"Snaps":[{"PutRequest":{"Item":{"Id":{"S":"d"}}}},{"DeleteRequest":{"Key":{"Id":{"S":"a"}}}}]}}"#,
    ),
    (
        "dynamodb",
        "TransactWriteItems",
        r#"{"ClientRequestToken":"t","TransactItems":[{"ConditionCheck":{"TableName":"Snaps","Key":{"Id":{"S":"a"}},"ConditionExpression":"attribute_not_exists(Id)"}},{"Put":{"TableName":"Snaps","Item":{"Id":{"S":"e"}}}}]}"#,
    ),
    (
        "dynamodb",
        "CreateTable",
        r#"{"TableName":"New","AttributeDefinitions":[{"AttributeName":"Id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"Id","KeyType":"HASH"}],"BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},"GlobalSecondaryIndexes":[{"IndexName":"Two","KeySchema":[{"AttributeName":"Id","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]}"#,
    ),
    (
        "dynamodb",
        "UpdateTable",
        r#"{"TableName":"Snaps","AttributeDefinitions":[{"AttributeName":"V","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"ByV","KeySchema":[{"AttributeName":"V","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}}]}"#,
    ),
    (
        "dynamodb",
        "UpdateTimeToLive",
        r#"{"TableName":"Snaps","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"Purge"}}"#,
    ),
];

/// A piece that takes the place of some bytes.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "",
        "&",
        "=",
        ".",
        "1",
        "0",
        "-1",
        "99999999999",
        "%00",
        "%",
        "%ff",
        "true",
        "null",
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"N\"",
        "\"S\"",
        "\"M\"",
        "{}",
        "[]",
        "\"\"",
        "\\u0000",
        "\\ud800",
        "(",
        ")",
        "#o",
        ":a",
        " AND ",
        "[99999999999]",
        "1E400",
        "é",
        "Id",
        "Snaps",
        "New",
    ]);
    prop_oneof![
        4 => known.prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
    ]
}

/// A body with up to three of its places changed.
fn changed(body: &str, changes: &[(usize, usize, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = body.as_bytes().to_vec();
    for (at, length, piece) in changes {
        let from = at % (bytes.len() + 1);
        let to = (from + length).min(bytes.len());
        bytes.splice(from..to, piece.iter().copied());
    }
    bytes
}

fn body_and_address() -> impl Strategy<Value = (&'static str, &'static str, Vec<u8>)> {
    let changes = vec((any::<usize>(), 0_usize..6, piece()), 0..3);
    let near = (prop::sample::select(GOOD.to_vec()), changes).prop_map(
        |((service, operation, body), changes)| (service, operation, changed(body, &changes)),
    );
    let far = (prop::sample::select(GOOD.to_vec()), vec(any::<u8>(), 0..64))
        .prop_map(|((service, operation, _), body)| (service, operation, body));
    prop_oneof![9 => near, 1 => far]
}

/// Reads an answer's body to its end.
fn read(kind: &str, body: &[u8]) {
    if kind.starts_with("text/xml") {
        let text = std::str::from_utf8(body).expect("UTF-8");
        let mut reader = quick_xml::Reader::from_str(text);
        while reader.read_event().expect("well-formed XML") != Event::Eof {}
    } else {
        serde_json::from_slice::<serde_json::Value>(body).expect("JSON");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_make_it_panic(requests in vec(body_and_address(), 1..4)) {
        let mut aws = Aws::with_instance();
        aws.install_table();
        for (service, operation, body) in requests {
            aws.later(Span::seconds(20));
            let request = Request::post("/")
                .header("authorization", signed(service))
                .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
                .body(Bytes::from(body))
                .expect("a request");
            let response = aws.wire.answer(&mut aws.world, aws.now, &request);
            let kind = response.headers()["content-type"].to_str().expect("text");
            read(kind, response.body());
        }
    }
}

#[test]
fn the_good_requests_are_good() {
    let mut told = Vec::new();
    for (service, operation, body) in GOOD {
        let mut aws = Aws::with_instance();
        aws.install_table();
        aws.world.sns.create_topic("arn");
        aws.later(Span::seconds(20));
        let request = Request::post("/")
            .header("authorization", signed(service))
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .body(Bytes::from_static(body.as_bytes()))
            .expect("a request");
        let answer = aws.ask(&request);
        let dry_run = answer.contains("<Code>DryRunOperation</Code>");
        if !answer.starts_with("200") && !dry_run {
            told.push(format!("{body}\n{answer}"));
        }
    }
    assert_eq!(told, [""; 0]);
}
