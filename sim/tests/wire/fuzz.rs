//! No bytes make it panic, and every answer can be read.

use bytes::Bytes;
use http::{Method, Request};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{Aws, signed};

/// Words that lead past the first check.
fn word() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Action",
        "Version",
        "2016-11-15",
        "2010-03-31",
        "DescribeVolumes",
        "DescribeInstances",
        "DescribeSnapshots",
        "CreateSnapshots",
        "CreateSnapshot",
        "CreateTags",
        "DeleteSnapshot",
        "Publish",
        "Filter.1.Name",
        "Filter.1.Value.1",
        "Filter.99999999999.Name",
        "tag:a",
        "VolumeId",
        "VolumeId.1",
        "vol-db",
        "SnapshotId.0",
        "MaxResults",
        "4294967296",
        "5",
        "NextToken",
        "DryRun",
        "true",
        "TagSpecification.1.ResourceType",
        "snapshot",
        "TagSpecification.1.Tag.1.Key",
        "InstanceSpecification.InstanceId",
        "i-db",
        "",
        ".",
        "..",
        "%",
        "%zz",
        "%00",
        "\u{fffe}",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn form() -> impl Strategy<Value = Vec<u8>> {
    vec((word(), word()), 0..8).prop_map(|pairs| {
        let pairs = pairs
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&").into_bytes()
    })
}

/// JSON of the right kind that may be wrong in any place.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let text = prop::sample::select(vec![
        "Snaps",
        "a",
        "",
        "#n = :v",
        "SET #n = :v",
        "attribute_exists(Id)",
        "HASH",
        "S",
        "1e500",
        "AAEC",
        "PAY_PER_REQUEST",
        "ALL_NEW",
        "((((",
        "Id = :v AND Id = :v",
    ]);
    let field = prop::sample::select(vec![
        "TableName",
        "Key",
        "Item",
        "Id",
        "S",
        "N",
        "B",
        "M",
        "L",
        "SS",
        "NS",
        "BS",
        "NULL",
        "BOOL",
        "UpdateExpression",
        "ConditionExpression",
        "KeyConditionExpression",
        "FilterExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "#n",
        ":v",
        "Limit",
        "ExclusiveStartKey",
        "RequestItems",
        "Snaps",
        "Keys",
        "PutRequest",
        "TransactItems",
        "Put",
        "Update",
        "ConditionCheck",
        "ClientRequestToken",
        "KeySchema",
        "AttributeDefinitions",
        "AttributeName",
        "KeyType",
        "AttributeType",
        "BillingMode",
        "IndexName",
    ]);
    let leaf = prop_oneof![
        4 => text.prop_map(serde_json::Value::from),
        1 => any::<i64>().prop_map(serde_json::Value::from),
        1 => any::<bool>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            1 => vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            4 => vec((field.clone(), inner), 0..7).prop_map(|fields| {
                serde_json::Value::Object(
                    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                )
            }),
        ]
    })
}

fn target() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "DynamoDB_20120810.GetItem",
        "DynamoDB_20120810.PutItem",
        "DynamoDB_20120810.UpdateItem",
        "DynamoDB_20120810.DeleteItem",
        "DynamoDB_20120810.Query",
        "DynamoDB_20120810.Scan",
        "DynamoDB_20120810.BatchGetItem",
        "DynamoDB_20120810.BatchWriteItem",
        "DynamoDB_20120810.TransactWriteItems",
        "DynamoDB_20120810.TransactGetItems",
        "DynamoDB_20120810.CreateTable",
        "DynamoDB_20120810.UpdateTable",
        "DynamoDB_20120810.ListTables",
        "AmazonSSM.SendCommand",
        "DynamoDB_20120810.",
        "",
    ])
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => form(),
        3 => json().prop_map(|json| json.to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..64),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_make_it_panic(
        service in prop::sample::select(vec!["ec2", "dynamodb", "sns", "sts", "s3"]),
        target in target(),
        body in body(),
        get in any::<bool>(),
    ) {
        let mut aws = Aws::with_instance();
        let request = Request::builder()
            .method(if get { Method::GET } else { Method::POST })
            .uri("/?DryRun=maybe")
            .header("authorization", signed(service))
            .header("x-amz-target", target)
            .body(Bytes::from(body))
            .expect("a request");
        let response = aws.wire.answer(&mut aws.world, aws.now, &request);
        let kind = response.headers()["content-type"].to_str().expect("text");
        if kind.starts_with("text/xml") {
            let text = std::str::from_utf8(response.body()).expect("UTF-8");
            let mut reader = quick_xml::Reader::from_str(text);
            loop {
                match reader.read_event().expect("well-formed XML") {
                    quick_xml::events::Event::Eof => break,
                    _ => continue,
                }
            }
        } else {
            serde_json::from_slice::<serde_json::Value>(response.body()).expect("JSON");
        }
    }
}
