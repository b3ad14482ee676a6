//! Key conditions of queries.
//!
//! Source: DynamoDB Developer Guide, *Key condition expressions*.

use serde_json::{Value, json};

use super::{Case, Expected, INVALID};
use crate::request::{Request, batch_write, query};

/// Items in the indexes: some dates, negative ones too, and one item each without a key.
pub(super) fn stored() -> Request {
    let items = [
        json!({ "Id": "a", "o": "x", "d": 10, "w": "apple", "n": 1 }),
        json!({ "Id": "b", "o": "x", "d": -5, "w": "apply", "n": 2 }),
        json!({ "Id": "c", "o": "x", "d": 100, "w": "banana", "n": 3 }),
        json!({ "Id": "d", "o": "x", "d": 9, "w": "b", "n": 4 }),
        json!({ "Id": "e", "o": "y", "d": 11, "w": "apple", "n": 5 }),
        json!({ "Id": "f", "o": "x", "n": 6 }),
        json!({ "Id": "g", "d": 12, "w": "apple" }),
        json!({ "Id": "h" }),
    ];
    batch_write(&items, [])
}

pub(super) fn cases() -> Vec<Case> {
    let queried = |(expected, index, condition, tokens): &(Expected, &str, &str, &str)| {
        let tokens: Value = serde_json::from_str(tokens).unwrap_or_default();
        let mut asked = query(condition).with(&tokens);
        if !index.is_empty() {
            asked = asked.field("IndexName", *index);
        }
        let name = format!("{condition} with {tokens} on {index:?}");
        Case::new(name, [stored(), asked], *expected)
    };
    QUERIES.iter().map(queried).collect()
}

#[rustfmt::skip]
const QUERIES: &[(Expected, &str, &str, &str)] = &[
    // The table itself.
    (Expected::Done, "", "Id = :v", r#"{":v": "a"}"#),
    (Expected::Done, "", "Id = :v", r#"{":v": "nobody"}"#),
    (Expected::Done, "", "#i = :v", r##"{"#i": "Id", ":v": "h"}"##),
    (Expected::Done, "", "(Id = :v)", r#"{":v": "a"}"#),
    (INVALID, "", "Id = :v AND n = :n", r#"{":v": "a", ":n": 1}"#),
    (INVALID, "", "Id > :v", r#"{":v": "a"}"#),
    (INVALID, "", "Id <> :v", r#"{":v": "a"}"#),
    (INVALID, "", "Id = :v OR Id = :w", r#"{":v": "a", ":w": "b"}"#),
    (INVALID, "", "NOT Id = :v", r#"{":v": "a"}"#),
    (INVALID, "", "Id IN (:v)", r#"{":v": "a"}"#),
    (INVALID, "", "begins_with(Id, :v)", r#"{":v": "a"}"#),
    (INVALID, "", "n = :v", r#"{":v": 1}"#),
    (INVALID, "", "Id = :v", r#"{":v": 1}"#),
    (INVALID, "", "Id = :v", "{}"),
    (INVALID, "", "Id = o", "{}"),
    (INVALID, "", "", "{}"),
    (INVALID, "", "Id = :v AND Id = :v", r#"{":v": "a"}"#),
    (INVALID, "", "Id = :v", r#"{":v": "a", ":w": "b"}"#),
    (INVALID, "", "Id = :v", r#"{":v": ""}"#),
    // An index with a numeric sort key.
    (Expected::Done, "Open", "o = :o", r#"{":o": "x"}"#),
    (Expected::Done, "Open", "o = :o", r#"{":o": "z"}"#),
    (Expected::Done, "Open", "o = :o AND d = :d", r#"{":o": "x", ":d": 10}"#),
    (Expected::Done, "Open", "d = :d AND o = :o", r#"{":o": "x", ":d": 10}"#),
    (Expected::Done, "Open", "o = :o AND d < :d", r#"{":o": "x", ":d": 10}"#),
    (Expected::Done, "Open", "o = :o AND d <= :d", r#"{":o": "x", ":d": 10}"#),
    (Expected::Done, "Open", "o = :o AND d > :d", r#"{":o": "x", ":d": 9}"#),
    (Expected::Done, "Open", "o = :o AND d >= :d", r#"{":o": "x", ":d": 9.5}"#),
    (Expected::Done, "Open", "o = :o AND d BETWEEN :l AND :h", r#"{":o": "x", ":l": -5, ":h": 10}"#),
    (Expected::Done, "Open", "(o = :o) AND (d < :d)", r#"{":o": "x", ":d": 10}"#),
    (Expected::Done, "Open", "o=:o and d<:d", r#"{":o": "x", ":d": 10}"#),
    (INVALID, "Open", "o = :o AND d BETWEEN :h AND :l", r#"{":o": "x", ":l": -5, ":h": 10}"#),
    (INVALID, "Open", "o = :o AND d <> :d", r#"{":o": "x", ":d": 10}"#),
    (INVALID, "Open", "o = :o AND d IN (:d)", r#"{":o": "x", ":d": 10}"#),
    (INVALID, "Open", "o = :o AND NOT d = :d", r#"{":o": "x", ":d": 10}"#),
    (INVALID, "Open", "o = :o OR d = :d", r#"{":o": "x", ":d": 10}"#),
    (INVALID, "Open", "o = :o AND begins_with(d, :d)", r#"{":o": "x", ":d": "1"}"#),
    (INVALID, "Open", "o = :o AND d = :d", r#"{":o": "x", ":d": "10"}"#),
    (INVALID, "Open", "o = :o AND attribute_exists(d)", r#"{":o": "x"}"#),
    (INVALID, "Open", "o = :o AND d > :d AND d < :e", r#"{":o": "x", ":d": 1, ":e": 9}"#),
    (INVALID, "Open", "d = :d", r#"{":d": 10}"#),
    (INVALID, "Open", "Id = :v", r#"{":v": "a"}"#),
    (INVALID, "Open", "o = :o AND n = :n", r#"{":o": "x", ":n": 1}"#),
    (INVALID, "Open", "o = :o AND size(d) = :d", r#"{":o": "x", ":d": 10}"#),
    (INVALID, "Nowhere", "o = :o", r#"{":o": "x"}"#),
    // An index with text for a sort key.
    (Expected::Done, "Word", "o = :o", r#"{":o": "x"}"#),
    (Expected::Done, "Word", "o = :o AND begins_with(w, :p)", r#"{":o": "x", ":p": "appl"}"#),
    (Expected::Done, "Word", "o = :o AND begins_with(w, :p)", r#"{":o": "x", ":p": "c"}"#),
    (Expected::Done, "Word", "o = :o AND w BETWEEN :l AND :h", r#"{":o": "x", ":l": "apply", ":h": "b"}"#),
    (Expected::Done, "Word", "o = :o AND w > :l", r#"{":o": "x", ":l": "B"}"#),
    (INVALID, "Word", "o = :o AND contains(w, :p)", r#"{":o": "x", ":p": "p"}"#),
    (INVALID, "Word", "o = :o AND begins_with(w, :p)", r#"{":o": "x", ":p": 1}"#),
    // An index with keys only.
    (Expected::Done, "Date", "d = :d", r#"{":d": 12}"#),
    (Expected::Done, "Date", "d = :d", r#"{":d": {"$N": "12.00"}}"#),
];
