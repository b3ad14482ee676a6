//! DynamoDB's operations.

use snaplife_sim::time::Span;

use crate::support::{Aws, golden};

/// A world with a table `Snaps` of two rows, `a` and `b`.
fn with_table() -> Aws {
    let mut aws = Aws::empty();
    aws.install_table();
    for row in ["a", "b"] {
        let put = format!(
            r#"{{"TableName":"Snaps","Item":{{"Id":{{"S":"{row}"}},"Open":{{"S":"yes"}},"Date":{{"N":"1"}}}}}}"#
        );
        assert_eq!(aws.dynamodb("PutItem", &put), "200\n{}");
    }
    aws.later(Span::seconds(1));
    aws
}

/// Every line one call and its answer.
fn story(aws: &mut Aws, calls: &[(&str, &str)]) -> String {
    let told = calls.iter().map(|(operation, json)| {
        let answer = aws.dynamodb(operation, json);
        format!("{operation} {json}\n  {}", answer.replacen('\n', " ", 1))
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_kind_of_value_comes_back_as_it_was_sent() {
    let mut aws = with_table();
    let item = r#"{"B":{"B":"AAEC"},"BOOL":{"BOOL":false},"BS":{"BS":["AA==","AQ=="]},"Id":{"S":"é\"\u0001"},"L":{"L":[{"N":"1"},{"M":{}}]},"M":{"M":{"k":{"S":""}}},"N":{"N":"-1.5"},"NS":{"NS":["1","20"]},"NULL":{"NULL":true},"SS":{"SS":["x","y"]}}"#;
    aws.dynamodb(
        "PutItem",
        &format!(r#"{{"TableName":"Snaps","Item":{item}}}"#),
    );
    let get = r#"{"TableName":"Snaps","Key":{"Id":{"S":"é\"\u0001"}},"ConsistentRead":true}"#;
    assert_eq!(
        aws.dynamodb("GetItem", get),
        format!("200\n{{\"Item\":{item}}}")
    );
}

#[test]
fn single_items() {
    let mut aws = with_table();
    golden(
        "dynamodb-single-items",
        &story(
            &mut aws,
            &[
                (
                    "GetItem",
                    r##"{"TableName":"Snaps","Key":{"Id":{"S":"a"}},"ProjectionExpression":"#o","ExpressionAttributeNames":{"#o":"Open"}}"##,
                ),
                (
                    "GetItem",
                    r#"{"TableName":"Snaps","Key":{"Id":{"S":"none"}},"ReturnConsumedCapacity":"TOTAL"}"#,
                ),
                (
                    "PutItem",
                    r#"{"TableName":"Snaps","Item":{"Id":{"S":"a"}},"ConditionExpression":"attribute_not_exists(Id)"}"#,
                ),
                (
                    "PutItem",
                    r#"{"TableName":"Snaps","Item":{"Id":{"S":"c"},"n":{"N":"1"}},"ReturnValues":"ALL_OLD"}"#,
                ),
                (
                    "UpdateItem",
                    r##"{"TableName":"Snaps","Key":{"Id":{"S":"c"}},"UpdateExpression":"SET #n = #n + :one","ConditionExpression":"#n = :one","ExpressionAttributeNames":{"#n":"n"},"ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValues":"ALL_NEW"}"##,
                ),
                (
                    "DeleteItem",
                    r#"{"TableName":"Snaps","Key":{"Id":{"S":"c"}},"ReturnValues":"ALL_OLD"}"#,
                ),
            ],
        ),
    );
}

#[test]
fn listings() {
    let mut aws = with_table();
    golden(
        "dynamodb-listings",
        &story(
            &mut aws,
            &[
                (
                    "Query",
                    r##"{"TableName":"Snaps","IndexName":"Open","KeyConditionExpression":"#o = :y AND #d >= :d","ExpressionAttributeNames":{"#d":"Date","#o":"Open"},"ExpressionAttributeValues":{":y":{"S":"yes"},":d":{"N":"0"}},"Limit":1,"ScanIndexForward":false}"##,
                ),
                (
                    "Query",
                    r#"{"TableName":"Snaps","KeyConditionExpression":"Id = :i","ExpressionAttributeValues":{":i":{"S":"none"}},"ConsistentRead":true}"#,
                ),
                (
                    "Scan",
                    r#"{"TableName":"Snaps","FilterExpression":"Id <> :a","ExpressionAttributeValues":{":a":{"S":"a"}},"ExclusiveStartKey":{"Id":{"S":"a"}}}"#,
                ),
            ],
        ),
    );
}

#[test]
fn batches() {
    let mut aws = with_table();
    aws.world
        .dynamodb
        .settings_mut("Snaps")
        .expect("a table")
        .batch_entries_max = Some(1);
    golden(
        "dynamodb-batches",
        &story(
            &mut aws,
            &[
                (
                    "BatchGetItem",
                    r##"{"RequestItems":{"Snaps":{"Keys":[{"Id":{"S":"a"}},{"Id":{"S":"b"}}],"ProjectionExpression":"#i","ExpressionAttributeNames":{"#i":"Id"},"ConsistentRead":true}}}"##,
                ),
                (
                    "BatchGetItem",
                    r#"{"RequestItems":{"Snaps":{"Keys":[{"Id":{"S":"none"}}]}}}"#,
                ),
                (
                    "BatchWriteItem",
                    r#"{"RequestItems":{"Snaps":[{"PutRequest":{"Item":{"Id":{"S":"d"}}}},{"DeleteRequest":{"Key":{"Id":{"S":"a"}}}}]}}"#,
                ),
            ],
        ),
    );
}

#[test]
fn transactions() {
    let mut aws = with_table();
    let write = r#"{"ClientRequestToken":"t","TransactItems":[{"ConditionCheck":{"TableName":"Snaps","Key":{"Id":{"S":"a"}},"ConditionExpression":"attribute_exists(Id)"}},{"Put":{"TableName":"Snaps","Item":{"Id":{"S":"e"}},"ConditionExpression":"attribute_not_exists(Id)"}},{"Update":{"TableName":"Snaps","Key":{"Id":{"S":"b"}},"UpdateExpression":"REMOVE n"}},{"Delete":{"TableName":"Snaps","Key":{"Id":{"S":"none"}}}}]}"#;
    golden(
        "dynamodb-transactions",
        &story(
            &mut aws,
            &[
                ("TransactWriteItems", write),
                ("TransactWriteItems", write),
                ("TransactWriteItems", &write.replace(r#""e""#, r#""f""#)),
                ("TransactWriteItems", &write.replace(r#""t""#, r#""u""#)),
                (
                    "TransactGetItems",
                    r#"{"TransactItems":[{"Get":{"TableName":"Snaps","Key":{"Id":{"S":"e"}}}},{"Get":{"TableName":"Snaps","Key":{"Id":{"S":"none"}}}}]}"#,
                ),
            ],
        ),
    );
}

#[test]
fn tables() {
    let mut aws = Aws::empty();
    let create = r#"{"TableName":"Snaps","AttributeDefinitions":[{"AttributeName":"Id","AttributeType":"S"},{"AttributeName":"Date","AttributeType":"N"},{"AttributeName":"Open","AttributeType":"S"}],"KeySchema":[{"AttributeName":"Id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{"IndexName":"Open","KeySchema":[{"AttributeName":"Open","KeyType":"HASH"},{"AttributeName":"Date","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],"DeletionProtectionEnabled":true}"#;
    let made = story(
        &mut aws,
        &[("CreateTable", create), ("CreateTable", create)],
    );
    aws.later(Span::minutes(1));
    let ttl = r#"{"TableName":"Snaps","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"Purge"}}"#;
    let used = story(
        &mut aws,
        &[
            ("DescribeTable", r#"{"TableName":"Snaps"}"#),
            ("DescribeTable", r#"{"TableName":"Other"}"#),
            (
                "UpdateTable",
                r#"{"TableName":"Snaps","AttributeDefinitions":[{"AttributeName":"VolumeId","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"ByVolume","KeySchema":[{"AttributeName":"VolumeId","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["State"]}}}]}"#,
            ),
            ("DescribeTimeToLive", r#"{"TableName":"Snaps"}"#),
            ("UpdateTimeToLive", ttl),
            ("UpdateTimeToLive", ttl),
            ("DescribeTimeToLive", r#"{"TableName":"Snaps"}"#),
            (
                "UpdateContinuousBackups",
                r#"{"TableName":"Snaps","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}"#,
            ),
            ("DescribeContinuousBackups", r#"{"TableName":"Snaps"}"#),
            ("DescribeContinuousBackups", r#"{"TableName":"Other"}"#),
            ("ListTables", r#"{"Limit":1}"#),
            ("DeleteTable", r#"{"TableName":"Snaps"}"#),
        ],
    );
    golden("dynamodb-tables", &[made, used].join("\n"));
}

#[test]
fn what_is_wrong_with_a_request_is_said() {
    let mut aws = with_table();
    let put = |value: &str| format!(r#"{{"TableName":"Snaps","Item":{{"Id":{value}}}}}"#);
    let create = |rest: &str| {
        format!(
            r#"{{"TableName":"New","AttributeDefinitions":[{{"AttributeName":"Id","AttributeType":"S"}}],"KeySchema":[{{"AttributeName":"Id","KeyType":"HASH"}}]{rest}}}"#
        )
    };
    golden(
        "dynamodb-what-is-wrong-with-a-request-is-said",
        &story(
            &mut aws,
            &[
                ("DescribeUniverse", "{}"),
                ("", "{}"),
                ("UpdateContinuousBackups", r#"{"TableName":"Snaps"}"#),
                ("GetItem", ""),
                ("GetItem", "{"),
                ("GetItem", "[]"),
                ("GetItem", "{}"),
                ("GetItem", r#"{"TableName":1}"#),
                (
                    "GetItem",
                    r#"{"TableName":"Snaps","Key":{"Id":{"S":"a"}},"AttributesToGet":["Id"]}"#,
                ),
                ("GetItem", r#"{"TableName":"Other","Key":{"Id":{"S":"a"}}}"#),
                ("PutItem", &put("{}")),
                ("PutItem", &put(r#"{"S":"a","N":"1"}"#)),
                ("PutItem", &put(r#"{"N":1}"#)),
                ("PutItem", &put(r#"{"N":"one"}"#)),
                ("PutItem", &put(r#"{"B":"?"}"#)),
                ("PutItem", &put(r#"{"NULL":false}"#)),
                ("PutItem", &put(r#"{"SS":["x","x"]}"#)),
                (
                    "PutItem",
                    r#"{"TableName":"Snaps","Item":{"Id":{"S":"a"}},"ReturnValues":"SOME"}"#,
                ),
                (
                    "UpdateItem",
                    r#"{"TableName":"Snaps","Key":{"Id":{"S":"a"}},"ReturnValues":"UPDATED_NEW"}"#,
                ),
                ("Query", r#"{"TableName":"Snaps"}"#),
                ("Scan", r#"{"TableName":"Snaps","Limit":0}"#),
                (
                    "Scan",
                    r#"{"TableName":"Snaps","ExpressionAttributeNames":{}}"#,
                ),
                ("BatchWriteItem", r#"{"RequestItems":{"Snaps":[{}]}}"#),
                ("TransactWriteItems", r#"{"TransactItems":[{}]}"#),
                ("CreateTable", &create("")),
                ("CreateTable", &create(r#","BillingMode":"FREE""#)),
                (
                    "CreateTable",
                    &create(r#","BillingMode":"PAY_PER_REQUEST","LocalSecondaryIndexes":[]"#),
                ),
            ],
        ),
    );
}
