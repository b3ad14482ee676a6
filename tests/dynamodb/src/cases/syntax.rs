//! Expressions that are none, and tokens that do not fit.
//!
//! Sources: DynamoDB Developer Guide, *Condition and filter expressions*, *Update expressions*, *Expression attribute names* and
//! *values*, *Reserved words*.

use serde_json::Value;

use super::{Case, Expected, INVALID};
use crate::request::{delete, get, put, update};

pub(super) fn cases() -> Vec<Case> {
    let condition = |(expected, text, tokens): &(Expected, &str, &str)| {
        let tokens: Value = serde_json::from_str(tokens).unwrap_or_default();
        let tried = delete("a").when(text).with(&tokens);
        Case::new(
            format!("condition {text:?} with {tokens}"),
            [put(&super::conditions::item()), tried],
            *expected,
        )
    };
    let changed = |(expected, text, tokens): &(Expected, &str, &str)| {
        let tokens: Value = serde_json::from_str(tokens).unwrap_or_default();
        Case::new(
            format!("update {text:?} with {tokens}"),
            [
                put(&super::conditions::item()),
                update("a", text).with(&tokens),
            ],
            *expected,
        )
    };
    let projected = |(expected, text, tokens): &(Expected, &str, &str)| {
        let tokens: Value = serde_json::from_str(tokens).unwrap_or_default();
        let tried = get("a").field("ProjectionExpression", *text).with(&tokens);
        Case::new(
            format!("projection {text:?} with {tokens}"),
            [put(&super::conditions::item()), tried],
            *expected,
        )
    };
    let conditions = CONDITIONS.iter().map(condition);
    let updates = UPDATES.iter().map(changed);
    let projections = PROJECTIONS.iter().map(projected);
    conditions.chain(updates).chain(projections).collect()
}

#[rustfmt::skip]
const CONDITIONS: &[(Expected, &str, &str)] = &[
    (INVALID, "", "{}"),
    (INVALID, "   ", "{}"),
    (INVALID, "n =", "{}"),
    (INVALID, "= n", "{}"),
    (INVALID, "n", "{}"),
    (INVALID, "n == n2", "{}"),
    (INVALID, "n != n2", "{}"),
    (INVALID, "n = n2 AND", "{}"),
    (INVALID, "AND n = n2", "{}"),
    (INVALID, "n = n2 OR OR n = n2", "{}"),
    (INVALID, "NOT", "{}"),
    (INVALID, "(n = n2", "{}"),
    (INVALID, "n = n2)", "{}"),
    (INVALID, "()", "{}"),
    (INVALID, "((n = n2))", "{}"),
    (INVALID, "n = 5", "{}"),
    (INVALID, "n = \"x\"", "{}"),
    (INVALID, "n = n", "{}"),
    (INVALID, "n = #n", r##"{"#n": "n"}"##),
    (INVALID, "size(n)", "{}"),
    (INVALID, "size(:v) = :v", r#"{":v": 5}"#),
    (INVALID, "size(n, s) = :v", r#"{":v": 5}"#),
    (INVALID, "exists(n)", "{}"),
    (INVALID, "Attribute_exists(n)", "{}"),
    (INVALID, "ATTRIBUTE_EXISTS(n)", "{}"),
    (INVALID, "attribute_exists(n, s)", "{}"),
    (INVALID, "attribute_exists()", "{}"),
    (INVALID, "attribute_exists(:v)", r#"{":v": 1}"#),
    (INVALID, "attribute_exists(n) = :v", r#"{":v": true}"#),
    (INVALID, "begins_with(s)", "{}"),
    (INVALID, "begins_with(s, :v) = :v", r#"{":v": "x"}"#),
    (INVALID, "contains(s)", "{}"),
    (INVALID, "n BETWEEN :l", r#"{":l": 1}"#),
    (INVALID, "n BETWEEN :l AND", r#"{":l": 1}"#),
    (INVALID, "n BETWEEN :h AND :l", r#"{":l": 1, ":h": 2}"#),
    (INVALID, "n BETWEEN :l AND :h", r#"{":l": 1, ":h": "2"}"#),
    (INVALID, "n IN ()", "{}"),
    (INVALID, "n IN :v", r#"{":v": 1}"#),
    (INVALID, "n IN (:v,)", r#"{":v": 1}"#),
    (INVALID, "if_not_exists(n, :v) = :v", r#"{":v": 1}"#),
    (INVALID, "n + :v = :v", r#"{":v": 1}"#),
    // Tokens.
    (INVALID, "n = :v", "{}"),
    (INVALID, "#n = s", "{}"),
    (INVALID, "n = :v", r#"{":v": 5, ":w": 6}"#),
    (INVALID, "n = :v", r##"{":v": 5, "#w": "w"}"##),
    (INVALID, "n = :v", r#"{":w": 5}"#),
    (INVALID, "n = :v-w", r#"{":v-w": 5}"#),
    (INVALID, "n = :", r#"{":": 5}"#),
    (INVALID, "# = n", r##"{"#": "s"}"##),
    // Names.
    (INVALID, "State = n", "{}"),
    (INVALID, "state = n", "{}"),
    (INVALID, "Date = n", "{}"),
    (INVALID, "m.Date = n", "{}"),
    (INVALID, "attribute_exists(Policy.Name)", "{}"),
    (INVALID, "_n = s", "{}"),
    (INVALID, "1n = s", "{}"),
    (INVALID, "n-2 = s", "{}"),
    (INVALID, "m. = s", "{}"),
    (INVALID, "m..k = s", "{}"),
    (INVALID, ".m = s", "{}"),
    (INVALID, "l[] = s", "{}"),
    (INVALID, "l[-1] = s", "{}"),
    (INVALID, "l[x] = s", "{}"),
    (INVALID, "l[0 = s", "{}"),
    // White space, and letters of keywords.
    (Expected::Done, " n\t=\nn2 ", "{}"),
    (Expected::Done, "n=n2", "{}"),
    (Expected::Done, "n=n2 aNd nOt attribute_exists ( nowhere )", "{}"),
    (Expected::Done, "n IN(n2,s)AND l [ 0 ] = m . k", "{}"),
];

#[rustfmt::skip]
const UPDATES: &[(Expected, &str, &str)] = &[
    (INVALID, "", "{}"),
    (INVALID, "SET", "{}"),
    (INVALID, "SET x", "{}"),
    (INVALID, "SET x =", "{}"),
    (INVALID, "x = :v", r#"{":v": 1}"#),
    (INVALID, "SET x = :v SET y = :v", r#"{":v": 1}"#),
    (INVALID, "REMOVE x REMOVE y", "{}"),
    (INVALID, "SET x = :v, SET y = :v", r#"{":v": 1}"#),
    (INVALID, "SET x = :v,", r#"{":v": 1}"#),
    (INVALID, "SET x = :v y = :v", r#"{":v": 1}"#),
    (INVALID, "SET x = :v, x = :v", r#"{":v": 1}"#),
    (INVALID, "SET x = :v, x.y = :v", r#"{":v": 1}"#),
    (INVALID, "SET m.k = :v REMOVE m", r#"{":v": 1}"#),
    (INVALID, "SET l[0] = :v, l[0] = :v", r#"{":v": 1}"#),
    (INVALID, "SET m.k = :v, m[0] = :v", r#"{":v": 1}"#),
    (INVALID, "SET x = :v ADD x :v", r#"{":v": 1}"#),
    (INVALID, "SET #x = :v, x = :v", r##"{"#x": "x", ":v": 1}"##),
    (INVALID, "SET :v = x", r#"{":v": 1}"#),
    (INVALID, "SET x = 1", "{}"),
    (INVALID, "SET x = :v * :v", r#"{":v": 1}"#),
    (INVALID, "SET x = :s + :v", r#"{":v": 1, ":s": "x"}"#),
    (INVALID, "SET x = size(s)", "{}"),
    (INVALID, "SET x = list_append(l)", "{}"),
    (INVALID, "SET x = list_append(:s, l)", r#"{":s": "x"}"#),
    (INVALID, "SET x = if_not_exists(:v, :v)", r#"{":v": 1}"#),
    (INVALID, "SET x = if_not_exists(x)", "{}"),
    (INVALID, "SET x = attribute_exists(s)", "{}"),
    (INVALID, "SET x = :v AND y = :v", r#"{":v": 1}"#),
    (INVALID, "REMOVE", "{}"),
    (INVALID, "REMOVE :v", r#"{":v": 1}"#),
    (INVALID, "REMOVE x = :v", r#"{":v": 1}"#),
    (INVALID, "ADD x", "{}"),
    (INVALID, "ADD x y", "{}"),
    (INVALID, "ADD x = :v", r#"{":v": 1}"#),
    (INVALID, "ADD x :s", r#"{":s": "x"}"#),
    (INVALID, "ADD x :s", r#"{":s": [1]}"#),
    (INVALID, "DELETE x :v", r#"{":v": 1}"#),
    (INVALID, "DELETE x :s", r#"{":s": "x"}"#),
    (INVALID, "SET x = :v", "{}"),
    (INVALID, "SET x = :v", r#"{":v": 1, ":w": 2}"#),
    (INVALID, "SET x = :v", r##"{":v": 1, "#w": "w"}"##),
    (INVALID, "SET State = :v", r#"{":v": 1}"#),
    (INVALID, "SET Id = :v", r#"{":v": "b"}"#),
    (INVALID, "SET Id = :v", r#"{":v": "a"}"#),
    (INVALID, "REMOVE Id", "{}"),
    (INVALID, "ADD Id :v", r#"{":v": 1}"#),
    (INVALID, "UPDATE x = :v", r#"{":v": 1}"#),
    (Expected::Done, "set x = :v remove n add neg :v delete ss :s", r#"{":v": 1, ":s": {"$SS": ["a"]}}"#),
    (Expected::Done, "REMOVE n SET x=:v", r#"{":v": 1}"#),
];

#[rustfmt::skip]
const PROJECTIONS: &[(Expected, &str, &str)] = &[
    (INVALID, "", "{}"),
    (INVALID, "n,", "{}"),
    (INVALID, "n s", "{}"),
    (INVALID, "n, n", "{}"),
    (INVALID, "n, #n", r##"{"#n": "n"}"##),
    (INVALID, "m, m.k", "{}"),
    (INVALID, "m.k, m[0]", "{}"),
    (INVALID, "State", "{}"),
    (INVALID, "#x", "{}"),
    (INVALID, "n", r##"{"#x": "s"}"##),
    (INVALID, "size(n)", "{}"),
    (Expected::Done, "n", "{}"),
    (Expected::Done, "nowhere", "{}"),
    (Expected::Done, "n, #s, m.k", r##"{"#s": "s"}"##),
    (Expected::Done, "m.k, m.deep.x[1]", "{}"),
    (Expected::Done, "m.deep.x[1], m.deep.x[0]", "{}"),
    (Expected::Done, "l[2][0], l[0]", "{}"),
    (Expected::Done, "l[3].k, l[7], m.nowhere", "{}"),
    (Expected::Done, "n.k, s[0]", "{}"),
];
