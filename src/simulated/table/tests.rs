//! Every kind of value survives JSON; each call lands where it should.

use snaplife_sim::dynamodb::Settings;

use super::*;
use crate::ports::table::Value;

fn world() -> DynamoDb {
    let mut db = DynamoDb::new(Settings::default());
    db.install(Timestamp(0), table_definition());
    db
}

fn ask(db: &mut DynamoDb, at: i64, request: impl Into<Request>) -> String {
    let answer = call(db, Timestamp(at), &request.into());
    match answer.expect("a call of DynamoDB's") {
        Ok(reply) => serde_json::to_string(&reply).unwrap(),
        Err(refusal) => format!("{} {:?}", refusal.code, refusal.reasons),
    }
}

fn expression(text: &str, names: &[(&str, &str)], values: &[(&str, Value)]) -> Expression {
    let name = |(token, name): &(&str, &str)| (SmolStr::new(token), SmolStr::new(name));
    let value = |(token, value): &(&str, Value)| (SmolStr::new(token), value.clone());
    Expression {
        names: names.iter().map(name).collect(),
        text: text.into(),
        values: values.iter().map(value).collect(),
    }
}

fn row(json: &str) -> table::Item {
    serde_json::from_str(json).unwrap()
}

fn put_new(json: &str) -> table::PutItem {
    table::PutItem {
        condition: expression("attribute_not_exists(SnapshotId)", &[], &[]),
        item: row(json),
    }
}

#[test]
fn every_kind_of_value_comes_back_as_it_was() {
    let json = r#"{"SnapshotId":{"S":"snap-1"},"a":{"N":-7},"b":{"N":"1.5"},"c":{"BOOL":true},"d":"NULL","e":{"L":[{"N":1}]},"f":{"M":{"k":{"S":"v"}}},"g":{"SS":["x","y"]},"h":{"NS":[1,"2.5"]},"i":{"B":"Zm9v"},"j":{"BS":["Zm9v"]}}"#;
    assert_eq!(serde_json::to_string(&row(json)).unwrap(), json);
}

#[test]
fn a_row_is_put_once_changed_by_revision_and_found_by_its_volume() {
    let mut db = world();
    let json = r#"{"SnapshotId":{"S":"snap-1"},"VolumeId":{"S":"vol-1"},"Date":{"N":5},"Revision":{"N":1}}"#;
    let changed = r#"{"SnapshotId":{"S":"snap-1"},"VolumeId":{"S":"vol-1"},"Date":{"N":5},"Revision":{"N":2},"State":{"S":"completed"}}"#;
    let change = |revision: i64| table::PutItem {
        condition: expression(
            "#r = :r",
            &[("#r", "Revision")],
            &[(":r", Value::from(revision))],
        ),
        item: row(changed),
    };
    let query = table::Query {
        index: Index::ByVolume,
        key_condition: expression("VolumeId = :v", &[], &[(":v", Value::S("vol-1".into()))]),
        limit: Some(1),
        order: SortOrder::Descending,
        projection: table::Projection::Whole,
        start: None,
    };
    let told = [
        ask(&mut db, 0, put_new(json)),
        ask(&mut db, 0, put_new(json)),
        ask(&mut db, 0, change(1)),
        ask(&mut db, 0, change(1)),
        ask(&mut db, 0, query.clone()),
        ask(&mut db, 100, query),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    {"dynamodb:PutItem":{}}
    ConditionalCheckFailedException []
    {"dynamodb:PutItem":{}}
    ConditionalCheckFailedException []
    {"dynamodb:Query":{"items":[],"next":null}}
    {"dynamodb:Query":{"items":[{"Date":{"N":5},"Revision":{"N":2},"SnapshotId":{"S":"snap-1"},"State":{"S":"completed"},"VolumeId":{"S":"vol-1"}}],"next":{"Date":{"N":5},"SnapshotId":{"S":"snap-1"},"VolumeId":{"S":"vol-1"}}}}
    "#);
}

#[test]
fn a_transaction_names_the_action_that_was_to_blame() {
    let mut db = world();
    let write = table::TransactWrite {
        actions: vec![
            TransactAction::Put(put_new(r#"{"SnapshotId":{"S":"snap-1"}}"#)),
            TransactAction::Check {
                condition: expression("attribute_exists(SnapshotId)", &[], &[]),
                key: "lease#p#expire".into(),
            },
        ],
        token: "t1".into(),
    };
    let batch = table::BatchGetItem {
        keys: vec!["snap-1".into(), "lease#p#expire".into()],
    };
    let told = [
        ask(&mut db, 0, write.clone()),
        ask(
            &mut db,
            0,
            put_new(r#"{"SnapshotId":{"S":"lease#p#expire"}}"#),
        ),
        ask(&mut db, 0, write.clone()),
        ask(&mut db, 0, write),
        ask(&mut db, 0, batch),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    TransactionCanceledException ["None", "ConditionalCheckFailed"]
    {"dynamodb:PutItem":{}}
    {"dynamodb:TransactWriteItems":{}}
    {"dynamodb:TransactWriteItems":{}}
    {"dynamodb:BatchGetItem":{"items":[{"SnapshotId":{"S":"snap-1"}},{"SnapshotId":{"S":"lease#p#expire"}}],"unprocessed":[]}}
    "#);
}

#[test]
fn a_new_table_takes_a_moment_and_ttl_is_turned_on_once() {
    let mut db = DynamoDb::new(Settings::default());
    let get = table::GetItem {
        consistency: Consistency::Strong,
        key: "installation".into(),
    };
    let told = [
        ask(&mut db, 0, table::DescribeTable {}),
        ask(&mut db, 0, table::CreateTable {}),
        ask(&mut db, 0, table::CreateTable {}),
        ask(&mut db, 9_999, table::DescribeTable {}),
        ask(&mut db, 9_999, get.clone()),
        ask(&mut db, 10_000, table::DescribeTable {}),
        ask(&mut db, 10_000, get),
        ask(&mut db, 10_000, table::EnableTimeToLive {}),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    ResourceNotFoundException []
    {"dynamodb:CreateTable":{}}
    ResourceInUseException []
    {"dynamodb:DescribeTable":{"active_indexes":[],"capacity":null,"deletion_protection":false,"indexes":["Open","Due","ByVolume"],"status":"CREATING"}}
    ResourceNotFoundException []
    {"dynamodb:DescribeTable":{"active_indexes":["Open","Due","ByVolume"],"capacity":null,"deletion_protection":false,"indexes":["Open","Due","ByVolume"],"status":"ACTIVE"}}
    {"dynamodb:GetItem":{"item":null}}
    {"dynamodb:UpdateTimeToLive":{}}
    "#);
}
