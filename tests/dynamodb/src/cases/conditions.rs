//! Conditions on a stored item, and on one that is not there.
//!
//! Source: DynamoDB Developer Guide, *Condition and filter expressions, operators, and functions*.

use serde_json::{Value, json};

use super::{Case, Expected, INVALID, UNMET};
use crate::request::{Request, delete, put};

/// The item that conditions are tried on: a value of each type.
pub(super) fn item() -> Value {
    json!({
        "Id": "a",
        "n": 5,
        "neg": -3,
        "frac": 1.5,
        "big": { "$N": "12345678901234567890123456789012345678" },
        "s": "hello",
        "bin": { "$B": "aGVsbG8=" },
        "t": true,
        "z": null,
        "l": [1, "x", [2, 3], { "k": 4 }],
        "m": { "k": 1, "deep": { "x": [10, 20] }, "dotted.name": 7 },
        "ss": { "$SS": ["a", "b"] },
        "ns": { "$NS": ["1", "2"] },
        "bs": { "$BS": ["YQ==", "Yg=="] },
        "n2": 5,
    })
}

const HOLDS: Expected = Expected::Done;

pub(super) fn cases() -> Vec<Case> {
    let stored = TRIED
        .iter()
        .map(|(expected, condition, tokens)| tried(*expected, condition, tokens, Some(item())));
    let missing = TRIED_ON_NOTHING
        .iter()
        .map(|(expected, condition, tokens)| tried(*expected, condition, tokens, None));
    stored.chain(missing).collect()
}

/// Deletes the item on a condition.
fn tried(expected: Expected, condition: &str, tokens: &str, stored: Option<Value>) -> Case {
    let tokens: Value = serde_json::from_str(tokens).unwrap_or_default();
    let there = if stored.is_some() {
        ""
    } else {
        ", and no item"
    };
    let deleted = delete("a")
        .when(condition)
        .with(&tokens)
        .returning("ALL_OLD");
    let steps: Vec<Request> = stored.iter().map(put).chain([deleted]).collect();
    Case::new(format!("{condition} with {tokens}{there}"), steps, expected)
}

#[rustfmt::skip]
const TRIED: &[(Expected, &str, &str)] = &[
    // Comparisons, by type.
    (HOLDS, "n = :v", r#"{":v": 5}"#),
    (UNMET, "n = :v", r#"{":v": 6}"#),
    (UNMET, "n = :v", r#"{":v": "5"}"#),
    (HOLDS, "n = :v", r#"{":v": {"$N": "5.0"}}"#),
    (HOLDS, "n = :v", r#"{":v": {"$N": "0.5e1"}}"#),
    (HOLDS, "n <> :v", r#"{":v": 6}"#),
    (UNMET, "n <> :v", r#"{":v": 5}"#),
    (HOLDS, "n <> :v", r#"{":v": "5"}"#),
    (HOLDS, "n < :v", r#"{":v": 5.5}"#),
    (UNMET, "n < :v", r#"{":v": 5}"#),
    (HOLDS, "n <= :v", r#"{":v": 5}"#),
    (HOLDS, "n > :v", r#"{":v": -6}"#),
    (UNMET, "n > :v", r#"{":v": 5}"#),
    (HOLDS, "n >= :v", r#"{":v": 5}"#),
    (HOLDS, "neg < :v", r#"{":v": -2}"#),
    (HOLDS, "neg > :v", r#"{":v": -30}"#),
    (HOLDS, "frac > :v", r#"{":v": 1.25}"#),
    (HOLDS, "big = :v", r#"{":v": {"$N": "12345678901234567890123456789012345678"}}"#),
    (UNMET, "big = :v", r#"{":v": {"$N": "12345678901234567890123456789012345679"}}"#),
    (HOLDS, "big < :v", r#"{":v": {"$N": "12345678901234567890123456789012345679"}}"#),
    (HOLDS, "big < :v", r#"{":v": {"$N": "1e125"}}"#),
    (HOLDS, "s = :v", r#"{":v": "hello"}"#),
    (UNMET, "s = :v", r#"{":v": "Hello"}"#),
    (HOLDS, "s > :v", r#"{":v": "Hello"}"#),
    (HOLDS, "s < :v", r#"{":v": "hello!"}"#),
    (HOLDS, "s < :v", r#"{":v": "é"}"#),
    (HOLDS, "bin = :v", r#"{":v": {"$B": "aGVsbG8="}}"#),
    (HOLDS, "bin < :v", r#"{":v": {"$B": "/w=="}}"#),
    (UNMET, "bin = s", "{}"),
    (HOLDS, "t = :v", r#"{":v": true}"#),
    (UNMET, "t = :v", r#"{":v": false}"#),
    (HOLDS, "z = :v", r#"{":v": null}"#),
    (UNMET, "z = :v", r#"{":v": false}"#),
    (HOLDS, "l = :v", r#"{":v": [1, "x", [2, 3], {"k": 4}]}"#),
    (UNMET, "l = :v", r#"{":v": ["x", 1, [2, 3], {"k": 4}]}"#),
    (HOLDS, "m = :v", r#"{":v": {"dotted.name": 7, "deep": {"x": [10, 20]}, "k": 1}}"#),
    (UNMET, "m = :v", r#"{":v": {"k": 1}}"#),
    (HOLDS, "ss = :v", r#"{":v": {"$SS": ["b", "a"]}}"#),
    (UNMET, "ss = :v", r#"{":v": {"$SS": ["b"]}}"#),
    (HOLDS, "ns = :v", r#"{":v": {"$NS": ["2.0", "1"]}}"#),
    (HOLDS, "bs = :v", r#"{":v": {"$BS": ["Yg==", "YQ=="]}}"#),
    (UNMET, "l < :v", r#"{":v": 9}"#),
    (UNMET, "t < :v", r#"{":v": 9}"#),
    // Attribute against attribute, value against attribute, value against value.
    (HOLDS, "n = n2", "{}"),
    (UNMET, "n < n2", "{}"),
    (UNMET, "n = s", "{}"),
    (HOLDS, ":v = n", r#"{":v": 5}"#),
    (HOLDS, ":v < n", r#"{":v": 4}"#),
    (HOLDS, ":v = :w", r#"{":v": 4, ":w": 4}"#),
    // Attributes that are not there.
    (UNMET, "nowhere = :v", r#"{":v": 5}"#),
    (UNMET, "nowhere < :v", r#"{":v": 5}"#),
    (UNMET, "nowhere > :v", r#"{":v": 5}"#),
    (UNMET, "nowhere = elsewhere", "{}"),
    (HOLDS, "nowhere <> :v", r#"{":v": 5}"#),
    (UNMET, "NOT nowhere <> :v", r#"{":v": 5}"#),
    (HOLDS, "nowhere <> elsewhere", "{}"),
    (HOLDS, "nowhere <> n", "{}"),
    (HOLDS, "m.nowhere <> :v", r#"{":v": 5}"#),
    (HOLDS, "size(nowhere) <> :v", r#"{":v": 5}"#),
    (UNMET, "nowhere BETWEEN :l AND :h", r#"{":l": 1, ":h": 9}"#),
    (UNMET, "nowhere IN (:v)", r#"{":v": 1}"#),
    (UNMET, "begins_with(nowhere, :v)", r#"{":v": "h"}"#),
    (UNMET, "contains(nowhere, :v)", r#"{":v": "h"}"#),
    (UNMET, "attribute_type(nowhere, :v)", r#"{":v": "S"}"#),
    (UNMET, "size(nowhere) < :v", r#"{":v": 1}"#),
    (UNMET, "size(nowhere) = :v", r#"{":v": 0}"#),
    // Existence.
    (HOLDS, "attribute_exists(n)", "{}"),
    (UNMET, "attribute_exists(nowhere)", "{}"),
    (HOLDS, "attribute_not_exists(nowhere)", "{}"),
    (UNMET, "attribute_not_exists(Id)", "{}"),
    (HOLDS, "attribute_exists(z)", "{}"),
    (HOLDS, "attribute_exists(m.deep.x)", "{}"),
    (UNMET, "attribute_exists(m.nowhere.x)", "{}"),
    (HOLDS, "attribute_exists(l[2][1])", "{}"),
    (UNMET, "attribute_exists(l[9])", "{}"),
    (UNMET, "attribute_exists(n.k)", "{}"),
    (UNMET, "attribute_exists(m[0])", "{}"),
    (HOLDS, "attribute_not_exists(s[0])", "{}"),
    // Paths and names.
    (HOLDS, "m.k = :v", r#"{":v": 1}"#),
    (HOLDS, "m.deep.x[1] = :v", r#"{":v": 20}"#),
    (HOLDS, "l[3].k = :v", r#"{":v": 4}"#),
    (HOLDS, "l[0] = m.k", "{}"),
    (HOLDS, "#m.#d = :v", r##"{"#m": "m", "#d": "dotted.name", ":v": 7}"##),
    (UNMET, "#d = :v", r##"{"#d": "m.k", ":v": 1}"##),
    (HOLDS, "#m.deep.#x[0] = :v", r##"{"#m": "m", "#x": "x", ":v": 10}"##),
    (HOLDS, "attribute_not_exists(#s)", r##"{"#s": "State"}"##),
    // BETWEEN and IN.
    (HOLDS, "n BETWEEN :l AND :h", r#"{":l": 5, ":h": 5}"#),
    (UNMET, "n BETWEEN :l AND :h", r#"{":l": 6, ":h": 7}"#),
    (HOLDS, "s BETWEEN :l AND :h", r#"{":l": "a", ":h": "z"}"#),
    (UNMET, "n BETWEEN :l AND :h", r#"{":l": "1", ":h": "9"}"#),
    (HOLDS, ":v BETWEEN neg AND n", r#"{":v": 0}"#),
    (HOLDS, "n BETWEEN neg AND n2", "{}"),
    (HOLDS, "n IN (:a)", r#"{":a": 5}"#),
    (HOLDS, "n IN (:a, :b, :c)", r#"{":a": 1, ":b": "5", ":c": 5}"#),
    (UNMET, "n IN (:a, :b)", r#"{":a": 1, ":b": 2}"#),
    (HOLDS, "n IN (s, n2)", "{}"),
    (HOLDS, "s in (:a, :b)", r#"{":a": "x", ":b": "hello"}"#),
    (HOLDS, "ss IN (:a)", r#"{":a": {"$SS": ["b", "a"]}}"#),
    // Functions.
    (HOLDS, "attribute_type(n, :t)", r#"{":t": "N"}"#),
    (UNMET, "attribute_type(n, :t)", r#"{":t": "S"}"#),
    (HOLDS, "attribute_type(t, :t)", r#"{":t": "BOOL"}"#),
    (HOLDS, "attribute_type(z, :t)", r#"{":t": "NULL"}"#),
    (HOLDS, "attribute_type(bin, :t)", r#"{":t": "B"}"#),
    (HOLDS, "attribute_type(l, :t)", r#"{":t": "L"}"#),
    (HOLDS, "attribute_type(m, :t)", r#"{":t": "M"}"#),
    (HOLDS, "attribute_type(ss, :t)", r#"{":t": "SS"}"#),
    (HOLDS, "attribute_type(ns, :t)", r#"{":t": "NS"}"#),
    (HOLDS, "attribute_type(bs, :t)", r#"{":t": "BS"}"#),
    (INVALID, "attribute_type(n, :t)", r#"{":t": "TEXT"}"#),
    (INVALID, "attribute_type(n, :t)", r#"{":t": 1}"#),
    (HOLDS, "begins_with(s, :p)", r#"{":p": "hel"}"#),
    (HOLDS, "begins_with(s, :p)", r#"{":p": "hello"}"#),
    (UNMET, "begins_with(s, :p)", r#"{":p": "ello"}"#),
    (HOLDS, "begins_with(bin, :p)", r#"{":p": {"$B": "aGU="}}"#),
    (UNMET, "begins_with(s, :p)", r#"{":p": {"$B": "aGU="}}"#),
    (UNMET, "begins_with(n, :p)", r#"{":p": "5"}"#),
    (INVALID, "begins_with(s, :p)", r#"{":p": 5}"#),
    (INVALID, "begins_with(s, s)", "{}"),
    (HOLDS, "contains(s, :p)", r#"{":p": "ell"}"#),
    (UNMET, "contains(s, :p)", r#"{":p": "ELL"}"#),
    (HOLDS, "contains(ss, :p)", r#"{":p": "a"}"#),
    (UNMET, "contains(ss, :p)", r#"{":p": "ab"}"#),
    (HOLDS, "contains(ns, :p)", r#"{":p": 2}"#),
    (HOLDS, "contains(bs, :p)", r#"{":p": {"$B": "YQ=="}}"#),
    (HOLDS, "contains(l, :p)", r#"{":p": "x"}"#),
    (HOLDS, "contains(l, :p)", r#"{":p": [2, 3]}"#),
    (UNMET, "contains(l, :p)", r#"{":p": 2}"#),
    (UNMET, "contains(m, :p)", r#"{":p": "k"}"#),
    (UNMET, "contains(n, :p)", r#"{":p": "5"}"#),
    (UNMET, "contains(s, :p)", r#"{":p": 5}"#),
    (HOLDS, "contains(bin, :p)", r#"{":p": {"$B": "bGw="}}"#),
    (HOLDS, "contains(l, m.k)", "{}"),
    (HOLDS, "size(s) = :v", r#"{":v": 5}"#),
    (HOLDS, "size(bin) = :v", r#"{":v": 5}"#),
    (HOLDS, "size(l) = :v", r#"{":v": 4}"#),
    (HOLDS, "size(m) = :v", r#"{":v": 3}"#),
    (HOLDS, "size(ss) = :v", r#"{":v": 2}"#),
    (HOLDS, "size(ns) > :v", r#"{":v": 1}"#),
    (HOLDS, "size(l) < size(s)", "{}"),
    (HOLDS, "size(l) IN (:v, size(l))", r#"{":v": 9}"#),
    (HOLDS, "size(s) BETWEEN :l AND :h", r#"{":l": 4, ":h": 6}"#),
    (HOLDS, "n = size(s)", "{}"),
    (UNMET, "size(n) = :v", r#"{":v": 1}"#),
    (UNMET, "size(t) >= :v", r#"{":v": 0}"#),
    // Precedence.
    (HOLDS, "n = :a OR n = :b AND n = :c", r#"{":a": 5, ":b": 1, ":c": 2}"#),
    (UNMET, "(n = :a OR n = :b) AND n = :c", r#"{":a": 5, ":b": 1, ":c": 2}"#),
    (HOLDS, "NOT n = :a AND n = :b", r#"{":a": 1, ":b": 5}"#),
    (UNMET, "NOT (n = :a OR n = :b)", r#"{":a": 1, ":b": 5}"#),
    (HOLDS, "NOT attribute_exists(nowhere) AND NOT n = :a", r#"{":a": 1}"#),
    (HOLDS, "NOT NOT n = :a", r#"{":a": 5}"#),
    (UNMET, "NOT n BETWEEN :l AND :h", r#"{":l": 4, ":h": 6}"#),
    (HOLDS, "NOT n IN (:a)", r#"{":a": 1}"#),
    (HOLDS, "NOT nowhere = :a", r#"{":a": 1}"#),
    (HOLDS, "n BETWEEN :l AND :h AND s = :s OR nowhere = :s", r#"{":l": 4, ":h": 6, ":s": "hello"}"#),
    (HOLDS, "not n = :a and s = :s or n = :a", r#"{":a": 1, ":s": "hello"}"#),
    (HOLDS, "(n = :a) AND (s = :s)", r#"{":a": 5, ":s": "hello"}"#),
    // What the catalog says.
    (HOLDS, "n < :now OR s = :me", r#"{":now": 1, ":me": "hello"}"#),
    (HOLDS, "attribute_exists(Id) AND s <> :x", r#"{":x": "deleted"}"#),
];

#[rustfmt::skip]
const TRIED_ON_NOTHING: &[(Expected, &str, &str)] = &[
    (HOLDS, "attribute_not_exists(Id)", "{}"),
    (UNMET, "attribute_exists(Id)", "{}"),
    (UNMET, "n = :v", r#"{":v": 5}"#),
    (UNMET, "n < :v", r#"{":v": 5}"#),
    (HOLDS, "NOT n = :v", r#"{":v": 5}"#),
    (HOLDS, "attribute_not_exists(Id) OR n = :v", r#"{":v": 5}"#),
    (UNMET, "attribute_not_exists(Id) AND n = :v", r#"{":v": 5}"#),
    (UNMET, "size(s) = :v", r#"{":v": 0}"#),
    (HOLDS, "n <> :v", r#"{":v": 5}"#),
    (UNMET, "attribute_exists(Id) AND n <> :v", r#"{":v": 5}"#),
];
