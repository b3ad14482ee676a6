//! What updates do to an item, and what they return.
//!
//! Source: DynamoDB Developer Guide, *Update expressions*; API Reference, *UpdateItem*, `ReturnValues`.

use serde_json::{Value, json};

use super::{Case, Expected, INVALID, UNMET};
use crate::request::{put, update};

pub(super) fn cases() -> Vec<Case> {
    let stored = UPDATED.iter().map(|(expected, text, tokens)| {
        let tokens: Value = serde_json::from_str(tokens).unwrap_or_default();
        let update = update("a", text).with(&tokens).returning("ALL_NEW");
        let steps = [put(&super::conditions::item()), update];
        Case::new(format!("{text} with {tokens}"), steps, *expected)
    });
    let fresh = UPDATED_FROM_NOTHING.iter().map(|(expected, text, tokens)| {
        let tokens: Value = serde_json::from_str(tokens).unwrap_or_default();
        let update = update("a", text).with(&tokens).returning("ALL_NEW");
        Case::new(
            format!("{text} with {tokens}, and no item"),
            [update],
            *expected,
        )
    });
    stored.chain(fresh).chain(conditional()).collect()
}

#[rustfmt::skip]
const UPDATED: &[(Expected, &str, &str)] = &[
    // SET.
    (Expected::Done, "SET x = :v", r#"{":v": {"a": [1, {"$SS": ["x"]}]}}"#),
    (Expected::Done, "SET n = :v, s = :w", r#"{":v": 6, ":w": "new"}"#),
    (Expected::Done, "SET x = n", "{}"),
    (Expected::Done, "SET n = n2 + :v, n2 = n", r#"{":v": 1}"#),
    (Expected::Done, "SET n = n + :v", r#"{":v": 1}"#),
    (Expected::Done, "SET n = n - :v", r#"{":v": 7.5}"#),
    (Expected::Done, "SET n = :v - n", r#"{":v": 7.5}"#),
    (Expected::Done, "SET x = :v + :w", r#"{":v": 1, ":w": 2}"#),
    (Expected::Done, "SET x = frac + frac", "{}"),
    (Expected::Done, "SET n = if_not_exists(n, :z) + :v", r#"{":z": 0, ":v": 1}"#),
    (Expected::Done, "SET x = if_not_exists(x, :z) + :v", r#"{":z": 0, ":v": 1}"#),
    (Expected::Done, "SET x = if_not_exists(n, :z)", r#"{":z": 0}"#),
    (Expected::Done, "SET x = if_not_exists(x, n)", "{}"),
    (Expected::Done, "SET x = if_not_exists(m.deep.x[5], :z)", r#"{":z": "none"}"#),
    (Expected::Done, "SET x = if_not_exists(x, if_not_exists(y, :z))", r#"{":z": 0}"#),
    (Expected::Done, "SET l = list_append(l, :v)", r#"{":v": ["end"]}"#),
    (Expected::Done, "SET l = list_append(:v, l)", r#"{":v": ["start"]}"#),
    (Expected::Done, "SET x = list_append(:v, :w)", r#"{":v": [], ":w": [1]}"#),
    (Expected::Done, "SET x = list_append(if_not_exists(x, :e), :w)", r#"{":e": [], ":w": [1]}"#),
    (Expected::Done, "SET m.k = :v", r#"{":v": 9}"#),
    (Expected::Done, "SET m.fresh = :v", r#"{":v": 9}"#),
    (Expected::Done, "SET m.deep.x[0] = :v", r#"{":v": 9}"#),
    (Expected::Done, "SET l[1] = :v", r#"{":v": "changed"}"#),
    (Expected::Done, "SET l[4] = :v", r#"{":v": "at the end"}"#),
    (Expected::Done, "SET l[40] = :v", r#"{":v": "far behind the end"}"#),
    (Expected::Done, "SET l[40] = :v, l[30] = :w", r#"{":v": "40", ":w": "30"}"#),
    (Expected::Done, "SET m.#d = :v", r##"{"#d": "dotted.name", ":v": 8}"##),
    (Expected::Done, "SET #x = :v", r##"{"#x": "a.b", ":v": 8}"##),
    (Expected::Done, "SET big = big - :v", r#"{":v": {"$N": "12345678901234567890123456789012345677"}}"#),
    (INVALID, "SET x.y = :v", r#"{":v": 9}"#),
    (INVALID, "SET n.y = :v", r#"{":v": 9}"#),
    (INVALID, "SET m[0] = :v", r#"{":v": 9}"#),
    (INVALID, "SET l.y = :v", r#"{":v": 9}"#),
    (INVALID, "SET x[0] = :v", r#"{":v": 9}"#),
    (INVALID, "SET x = y", "{}"),
    (INVALID, "SET x = y + :v", r#"{":v": 1}"#),
    (INVALID, "SET x = s + :v", r#"{":v": 1}"#),
    (INVALID, "SET x = list_append(s, :v)", r#"{":v": [1]}"#),
    (INVALID, "SET x = list_append(y, :v)", r#"{":v": [1]}"#),
    // REMOVE.
    (Expected::Done, "REMOVE n", "{}"),
    (Expected::Done, "REMOVE nowhere", "{}"),
    (Expected::Done, "REMOVE n, s, m.deep", "{}"),
    (Expected::Done, "REMOVE l[0]", "{}"),
    (Expected::Done, "REMOVE l[0], l[2]", "{}"),
    (Expected::Done, "REMOVE l[9]", "{}"),
    (Expected::Done, "REMOVE m.nowhere", "{}"),
    (Expected::Done, "REMOVE l[1] SET l[0] = :v", r#"{":v": "first"}"#),
    (INVALID, "REMOVE nowhere.x", "{}"),
    (INVALID, "REMOVE n.x", "{}"),
    // ADD.
    (Expected::Done, "ADD n :v", r#"{":v": 3}"#),
    (Expected::Done, "ADD n :v", r#"{":v": -30.25}"#),
    (Expected::Done, "ADD fresh :v", r#"{":v": 3}"#),
    (Expected::Done, "ADD fresh :v", r#"{":v": {"$SS": ["x"]}}"#),
    (Expected::Done, "ADD ss :v", r#"{":v": {"$SS": ["c", "a"]}}"#),
    (Expected::Done, "ADD ns :v", r#"{":v": {"$NS": ["2.0", "3"]}}"#),
    (Expected::Done, "ADD bs :v", r#"{":v": {"$BS": ["Yw=="]}}"#),
    (Expected::Done, "ADD m.k :v", r#"{":v": 1}"#),
    (Expected::Done, "ADD n :v, n2 :v", r#"{":v": 1}"#),
    (INVALID, "ADD s :v", r#"{":v": 3}"#),
    (INVALID, "ADD ss :v", r#"{":v": {"$NS": ["1"]}}"#),
    (INVALID, "ADD n :v", r#"{":v": {"$NS": ["1"]}}"#),
    (INVALID, "ADD l :v", r#"{":v": 3}"#),
    // DELETE.
    (Expected::Done, "DELETE ss :v", r#"{":v": {"$SS": ["a"]}}"#),
    (Expected::Done, "DELETE ss :v", r#"{":v": {"$SS": ["a", "b", "c"]}}"#),
    (Expected::Done, "DELETE ss :v", r#"{":v": {"$SS": ["z"]}}"#),
    (Expected::Done, "DELETE ns :v", r#"{":v": {"$NS": ["1.0"]}}"#),
    (Expected::Done, "DELETE fresh :v", r#"{":v": {"$SS": ["z"]}}"#),
    (INVALID, "DELETE ss :v", r#"{":v": {"$NS": ["1"]}}"#),
    (INVALID, "DELETE n :v", r#"{":v": {"$NS": ["1"]}}"#),
    // Keys of indexes.
    (Expected::Done, "SET o = :o, d = :d", r#"{":o": "x", ":d": 1}"#),
    (INVALID, "SET o = :v", r#"{":v": ""}"#),
    // Numbers.
    (Expected::Done, "SET x = :v", r#"{":v": {"$N": "1e125"}}"#),
    (Expected::Done, "SET x = :v", r#"{":v": {"$N": "-1e-130"}}"#),
    (Expected::Done, "SET x = :v", r#"{":v": {"$N": "0010.500"}}"#),
    (Expected::Done, "SET x = :v", r#"{":v": {"$N": "-0"}}"#),
    (Expected::Done, "SET x = :v", r#"{":v": {"$N": "123456789012345678901234567890.12345678"}}"#),
    (INVALID, "SET x = :v", r#"{":v": {"$N": "1e126"}}"#),
    (INVALID, "SET x = :v", r#"{":v": {"$N": "1e-131"}}"#),
    (INVALID, "SET x = :v", r#"{":v": {"$N": "123456789012345678901234567890123456789"}}"#),
    (INVALID, "SET x = :v", r#"{":v": {"$N": "abc"}}"#),
    (INVALID, "SET x = :v", r#"{":v": {"$N": ""}}"#),
    (INVALID, "SET x = :v", r#"{":v": {"$N": "0x10"}}"#),
];

#[rustfmt::skip]
const UPDATED_FROM_NOTHING: &[(Expected, &str, &str)] = &[
    (Expected::Done, "SET x = :v", r#"{":v": 1}"#),
    (Expected::Done, "ADD x :v", r#"{":v": 1}"#),
    (Expected::Done, "REMOVE x", "{}"),
    (Expected::Done, "SET x = if_not_exists(x, :v) + :v", r#"{":v": 1}"#),
    (Expected::Done, "DELETE x :v", r#"{":v": {"$SS": ["a"]}}"#),
    (INVALID, "SET x = n + :v", r#"{":v": 1}"#),
    (INVALID, "SET x.y = :v", r#"{":v": 1}"#),
];

/// Conditions before updates, and what each call returns.
fn conditional() -> Vec<Case> {
    let stored = || put(&json!({ "Id": "a", "n": 1, "s": "old" }));
    let one = json!({ ":one": 1 });
    vec![
        Case::new(
            "an optimistic lock that holds",
            [
                stored(),
                update("a", "SET n = n + :one").when("n = :one").with(&one),
            ],
            Expected::Done,
        ),
        Case::new(
            "an optimistic lock that does not",
            [
                stored(),
                update("a", "SET n = n + :one")
                    .when("n = :two")
                    .with(&json!({ ":one": 1, ":two": 2 })),
            ],
            UNMET,
        ),
        Case::new(
            "the condition is judged before the update",
            [
                stored(),
                update("a", "SET x = nowhere")
                    .when("n = :two")
                    .with(&json!({ ":two": 2 })),
            ],
            UNMET,
        ),
        Case::new(
            "an update that makes an item only if there is one",
            [update("b", "SET n = :one")
                .when("attribute_exists(Id)")
                .with(&one)],
            UNMET,
        ),
        Case::new(
            "an update without expression makes the key",
            [bare("c")],
            Expected::Done,
        ),
        Case::new(
            "an update without expression leaves an item",
            [stored(), bare("a")],
            Expected::Done,
        ),
        Case::new(
            "ALL_OLD of an update",
            [
                stored(),
                update("a", "SET n = :one").with(&one).returning("ALL_OLD"),
            ],
            Expected::Done,
        ),
        Case::new(
            "ALL_OLD of an update that made the item",
            [update("a", "SET n = :one").with(&one).returning("ALL_OLD")],
            Expected::Done,
        ),
        Case::new(
            "NONE of an update",
            [
                stored(),
                update("a", "SET n = :one").with(&one).returning("NONE"),
            ],
            Expected::Done,
        ),
        Case::new(
            "ALL_OLD of a put",
            [
                stored(),
                put(&json!({ "Id": "a", "n": 2 })).returning("ALL_OLD"),
            ],
            Expected::Done,
        ),
        Case::new(
            "ALL_OLD of a put of something new",
            [put(&json!({ "Id": "a", "n": 2 })).returning("ALL_OLD")],
            Expected::Done,
        ),
        Case::new(
            "a put returns no new item",
            [put(&json!({ "Id": "a" })).returning("ALL_NEW")],
            INVALID,
        ),
        Case::new(
            "a put returns only what there is",
            [put(&json!({ "Id": "a" })).returning("EVERYTHING")],
            INVALID,
        ),
    ]
}

fn bare(id: &str) -> crate::request::Request {
    let mut update = update(id, "");
    if let Some(body) = update.body.as_object_mut() {
        body.remove("UpdateExpression");
    }
    update
}
