//! What an item and a key may be.
//!
//! Sources: DynamoDB Developer Guide, *Supported data types and naming rules*, *Service, account, and table quotas*.

use serde_json::{Value, json};

use super::{Case, Expected, INVALID, UNMET};
use crate::request::{Request, TABLE, delete, get, key, put};

const DONE: Expected = Expected::Done;

pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = values()
        .into_iter()
        .map(|(name, value, expected)| {
            let put = put(&json!({ "Id": "a", "x": value }));
            Case::new(name, [put, get("a")], expected)
        })
        .collect();
    cases.extend(keys());
    cases.extend(calls());
    cases
}

/// Values that may be stored; a refused put leaves an empty answer of the read.
fn values() -> Vec<(&'static str, Value, Expected)> {
    let nested = |levels: u32| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    vec![
        ("an empty list and an empty map", json!([[], {}]), DONE),
        (
            "letters beyond ASCII",
            json!("Grüße, 世界 \u{1F600} \u{0}"),
            DONE,
        ),
        ("a set of one", json!({ "$SS": ["a"] }), DONE),
        (
            "a list of many kinds",
            json!([1, "a", true, null, { "$B": "AA==" }, { "$NS": ["1"] }]),
            DONE,
        ),
        ("31 lists in one another", nested(31), DONE),
        ("40 lists in one another", nested(40), DONE),
        (
            "a long number",
            json!({ "$N": "1.2345678901234567890123456789012345678" }),
            DONE,
        ),
        (
            "small and great numbers",
            json!([{ "$N": "1E-130" }, { "$N": "9.9999999999999999999999999999999999999E+125" }]),
            DONE,
        ),
        (
            "numbers with zeros",
            json!([{ "$N": "100" }, { "$N": "1.00" }, { "$N": "+5" }, { "$N": ".5" }, { "$N": "1e3" }]),
            DONE,
        ),
        ("100 KB of text", json!("x".repeat(100 << 10)), DONE),
    ]
}

fn raw(value: &Value) -> Request {
    Request::new(
        "PutItem",
        json!({ "TableName": TABLE, "Item": { "Id": { "S": "a" }, "x": value } }),
    )
}

/// Keys, and values that are none.
fn keys() -> Vec<Case> {
    let invalid = |name: &str, request: Request| Case::new(name, [request], INVALID);
    let of_item = |key: Value| Request::new("GetItem", json!({ "TableName": TABLE, "Key": key }));
    vec![
        invalid("an item without key", put(&json!({ "x": 1 }))),
        invalid("a key of another type", put(&json!({ "Id": 1 }))),
        invalid("an empty key", put(&json!({ "Id": "" }))),
        invalid(
            "a key of 2049 bytes",
            put(&json!({ "Id": "k".repeat(2049) })),
        ),
        Case::new(
            "a key of 2048 bytes",
            [put(&json!({ "Id": "k".repeat(2048) }))],
            DONE,
        ),
        invalid(
            "an index key of another type",
            put(&json!({ "Id": "a", "o": 1 })),
        ),
        invalid(
            "an index sort key of another type",
            put(&json!({ "Id": "a", "d": "1" })),
        ),
        invalid("an empty index key", put(&json!({ "Id": "a", "o": "" }))),
        Case::new(
            "half a key of an index",
            [put(&json!({ "Id": "a", "o": "x" }))],
            DONE,
        ),
        invalid(
            "401 KB",
            put(&json!({ "Id": "a", "x": "x".repeat(401 << 10) })),
        ),
        invalid("an empty set", raw(&json!({ "SS": [] }))),
        invalid("a set with a text twice", raw(&json!({ "SS": ["a", "a"] }))),
        invalid(
            "a set with a number twice",
            raw(&json!({ "NS": ["1", "1.0"] })),
        ),
        invalid("NULL that is false", raw(&json!({ "NULL": false }))),
        invalid("a value without type", raw(&json!({}))),
        invalid(
            "a value with two types",
            raw(&json!({ "S": "a", "N": "1" })),
        ),
        invalid("a read by nothing", of_item(json!({}))),
        invalid(
            "a read by another attribute",
            of_item(json!({ "x": { "S": "a" } })),
        ),
        invalid(
            "a read by more than the key",
            of_item(json!({ "Id": { "S": "a" }, "x": { "S": "a" } })),
        ),
        invalid(
            "a read by a key of another type",
            of_item(json!({ "Id": { "N": "1" } })),
        ),
        invalid("a read by an empty key", of_item(key(""))),
    ]
}

/// Single reads, puts and deletes.
fn calls() -> Vec<Case> {
    let stored = || put(&json!({ "Id": "a", "n": 1, "m": { "k": 2 } }));
    let no_table = Expected::Refused("ResourceNotFoundException");
    let elsewhere = |operation, mut body: Value| {
        body["TableName"] = "not-there".into();
        Request::new(operation, body)
    };
    vec![
        Case::new("a read", [stored(), get("a")], DONE),
        Case::new("a read of nothing", [get("b")], DONE),
        Case::new(
            "an eventual read",
            [stored(), get("a").field("ConsistentRead", false)],
            DONE,
        ),
        Case::new(
            "a put replaces the whole item",
            [stored(), put(&json!({ "Id": "a", "x": 1 })), get("a")],
            DONE,
        ),
        Case::new(
            "a row is made once",
            [put(&json!({ "Id": "a" })).when("attribute_not_exists(Id)")],
            DONE,
        ),
        Case::new(
            "a row is not made twice",
            [
                stored(),
                put(&json!({ "Id": "a" })).when("attribute_not_exists(Id)"),
            ],
            UNMET,
        ),
        Case::new("a delete", [stored(), delete("a")], DONE),
        Case::new(
            "a delete returns what was there",
            [stored(), delete("a").returning("ALL_OLD")],
            DONE,
        ),
        Case::new(
            "a delete of nothing",
            [delete("b").returning("ALL_OLD")],
            DONE,
        ),
        Case::new(
            "a delete of nothing, on a condition",
            [delete("b").when("attribute_exists(Id)")],
            UNMET,
        ),
        Case::new(
            "a delete returns nothing new",
            [delete("b").returning("ALL_NEW")],
            INVALID,
        ),
        Case::new(
            "a put elsewhere",
            [elsewhere("PutItem", json!({ "Item": key("a") }))],
            no_table,
        ),
        Case::new(
            "a read elsewhere",
            [elsewhere("GetItem", json!({ "Key": key("a") }))],
            no_table,
        ),
        Case::new(
            "an update elsewhere",
            [elsewhere("UpdateItem", json!({ "Key": key("a") }))],
            no_table,
        ),
        Case::new(
            "a delete elsewhere",
            [elsewhere("DeleteItem", json!({ "Key": key("a") }))],
            no_table,
        ),
        Case::new("a scan elsewhere", [elsewhere("Scan", json!({}))], no_table),
        Case::new(
            "a query elsewhere",
            [elsewhere(
                "Query",
                json!({
                    "KeyConditionExpression": "Id = :i",
                    "ExpressionAttributeValues": { ":i": { "S": "a" } },
                }),
            )],
            no_table,
        ),
        Case::new(
            "a put without item",
            [Request::new("PutItem", json!({ "TableName": TABLE }))],
            INVALID,
        ),
        Case::new(
            "a put without table",
            [Request::new("PutItem", json!({ "Item": key("a") }))],
            INVALID,
        ),
        Case::new(
            "an operation that is none",
            [Request::new("PutEverything", json!({}))],
            Expected::Refused("UnknownOperationException"),
        ),
    ]
}
