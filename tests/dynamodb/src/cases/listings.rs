//! Queries and scans: order, pages, filters, projections.
//!
//! Sources: DynamoDB Developer Guide, *Querying tables*, *Scanning tables*; API Reference, *Query*, *Scan*.

use serde_json::{Value, json};

use super::keys::stored;
use super::{Case, Expected, INVALID};
use crate::request::{Request, key, put, query, scan};

const DONE: Expected = Expected::Done;

fn open() -> Request {
    query("o = :o").field("IndexName", "Open")
}

fn of_x(tokens: Value) -> Request {
    let mut tokens = tokens;
    tokens[":o"] = "x".into();
    open().with(&tokens)
}

fn start(id: &str, o: &str, d: i64) -> Value {
    let mut start = key(id);
    start["o"] = json!({ "S": o });
    start["d"] = json!({ "N": d.to_string() });
    start
}

pub(super) fn cases() -> Vec<Case> {
    let one =
        |name: &str, request: Request, expected| Case::new(name, [stored(), request], expected);
    let x = || of_x(json!({}));
    let start_field = "ExclusiveStartKey";
    vec![
        one("oldest first", x(), DONE),
        one(
            "oldest first, said so",
            x().field("ScanIndexForward", true),
            DONE,
        ),
        one("newest first", x().field("ScanIndexForward", false), DONE),
        one("a first page", x().field("Limit", 2), DONE),
        one("a page of just everything", x().field("Limit", 4), DONE),
        one("a page of more", x().field("Limit", 5), DONE),
        one("a page of nothing", x().field("Limit", 0), INVALID),
        one(
            "a page of less than nothing",
            x().field("Limit", -1),
            INVALID,
        ),
        one(
            "a second page",
            x().field("Limit", 2).field(start_field, start("d", "x", 9)),
            DONE,
        ),
        one(
            "a last page",
            x().field(start_field, start("a", "x", 10)),
            DONE,
        ),
        one(
            "behind the end",
            x().field(start_field, start("c", "x", 100)),
            DONE,
        ),
        one(
            "a page that starts where no item is",
            x().field(start_field, start("zz", "x", 9)),
            DONE,
        ),
        one(
            "a second page, newest first",
            x().field("ScanIndexForward", false)
                .field("Limit", 2)
                .field(start_field, start("a", "x", 10)),
            DONE,
        ),
        one(
            "a start without the index's key",
            x().field(start_field, key("a")),
            INVALID,
        ),
        one(
            "a start in another partition",
            x().field(start_field, start("e", "y", 11)),
            INVALID,
        ),
        one(
            "a start outside of the range",
            query("o = :o AND d > :d")
                .field("IndexName", "Open")
                .with(&json!({ ":o": "x", ":d": 50 }))
                .field(start_field, start("d", "x", 9)),
            INVALID,
        ),
        one(
            "strong reads of an index",
            x().field("ConsistentRead", true),
            INVALID,
        ),
        one(
            "eventual reads of an index",
            x().field("ConsistentRead", false),
            DONE,
        ),
        one(
            "a filter",
            of_x(json!({ ":n": 2 })).field("FilterExpression", "n > :n"),
            DONE,
        ),
        one(
            "a filter counts what it evaluates",
            of_x(json!({ ":n": 2 }))
                .field("FilterExpression", "n > :n")
                .field("Limit", 2),
            DONE,
        ),
        one(
            "a filter that leaves nothing",
            of_x(json!({ ":n": 99 }))
                .field("FilterExpression", "n > :n")
                .field("Limit", 2),
            DONE,
        ),
        one(
            "a filter on the index's partition key",
            x().field("FilterExpression", "o = :o"),
            INVALID,
        ),
        one(
            "a filter on the index's sort key",
            of_x(json!({ ":d": 9 })).field("FilterExpression", "d > :d"),
            INVALID,
        ),
        one(
            "a filter on the table's key, in an index",
            of_x(json!({ ":i": "b" })).field("FilterExpression", "Id > :i"),
            DONE,
        ),
        one(
            "a filter that is none",
            x().field("FilterExpression", "n >"),
            INVALID,
        ),
        one(
            "a projection",
            x().field("ProjectionExpression", "Id, n"),
            DONE,
        ),
        one(
            "a projection of nothing that is there",
            x().field("ProjectionExpression", "nowhere")
                .field("Limit", 1),
            DONE,
        ),
        one(
            "a projection, a filter and a page",
            of_x(json!({ ":n": 2 }))
                .field("FilterExpression", "n >= :n")
                .field("ProjectionExpression", "w")
                .field("Limit", 3),
            DONE,
        ),
        one(
            "only the number of items",
            x().field("Limit", 3).field("ProjectionExpression", "d"),
            DONE,
        ),
        one(
            "an index that holds some attributes",
            query("o = :o")
                .field("IndexName", "Word")
                .with(&json!({ ":o": "x" }))
                .field("Limit", 1),
            DONE,
        ),
        one(
            "an index that holds keys",
            query("d = :d")
                .field("IndexName", "Date")
                .with(&json!({ ":d": 10 })),
            DONE,
        ),
        one(
            "a filter on what an index does not hold",
            query("d = :d")
                .field("IndexName", "Date")
                .with(&json!({ ":d": 10, ":n": 1 }))
                .field("FilterExpression", "n = :n"),
            INVALID,
        ),
        one(
            "a page of the table itself",
            query("Id = :i")
                .with(&json!({ ":i": "a" }))
                .field("Limit", 1),
            DONE,
        ),
        one("a scan", scan(), DONE),
        one("a scan in small pages", scan().field("Limit", 3), DONE),
        one(
            "a scan of an index",
            scan().field("IndexName", "Open").field("Limit", 2),
            DONE,
        ),
        one(
            "a scan of an index that holds keys",
            scan().field("IndexName", "Date"),
            DONE,
        ),
        one(
            "a scan with a filter",
            scan()
                .field("FilterExpression", "n > :n")
                .with(&json!({ ":n": 2 }))
                .field("Limit", 2),
            DONE,
        ),
        one(
            "a scan with a filter on the key",
            scan()
                .field("FilterExpression", "Id > :i")
                .with(&json!({ ":i": "d" })),
            DONE,
        ),
        one(
            "a scan with a projection",
            scan().field("ProjectionExpression", "w, n"),
            DONE,
        ),
        one(
            "a scan of no index",
            scan().field("IndexName", "Nowhere"),
            INVALID,
        ),
        one(
            "a scan, strongly consistent",
            scan().field("ConsistentRead", true),
            DONE,
        ),
        one(
            "a strong scan of an index",
            scan()
                .field("IndexName", "Open")
                .field("ConsistentRead", true),
            INVALID,
        ),
        one(
            "an item that leaves an index",
            put(&json!({ "Id": "a", "o": "x", "n": 1 })),
            DONE,
        ),
        Case::new(
            "what left an index is not found there",
            [stored(), put(&json!({ "Id": "a", "o": "x", "n": 1 })), x()],
            DONE,
        ),
        Case::new(
            "what moved in an index is found once",
            [
                stored(),
                put(&json!({ "Id": "a", "o": "x", "d": 1000 })),
                x(),
            ],
            DONE,
        ),
        Case::new(
            "what changed its partition is found there",
            [
                stored(),
                put(&json!({ "Id": "a", "o": "y", "d": 1 })),
                open().with(&json!({ ":o": "y" })),
            ],
            DONE,
        ),
    ]
}
