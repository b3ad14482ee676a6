//! Keys, values and items: few, so that they meet.

use proptest::option::of;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// The items that there may be.
pub(super) const IDS: [&str; 5] = ["a", "b", "c", "d", "e"];

pub(super) fn id() -> impl Strategy<Value = &'static str> {
    select(&IDS[..])
}

/// Some of the ids, each once.
pub(super) fn some_ids(least: usize) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(IDS.to_vec(), least..=IDS.len())
}

pub(super) fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-2..6_i64).prop_map(|number| json!(number)),
        1 => select(vec![json!(1.5), json!({ "$N": "1e3" }), json!({ "$N": "-0.25" })]),
    ]
}

pub(super) fn text() -> impl Strategy<Value = Value> {
    select(vec!["x", "xy", "y", "é", "apple"]).prop_map(|text| json!(text))
}

pub(super) fn set() -> impl Strategy<Value = Value> {
    subsequence(vec!["a", "b", "c"], 1..=3).prop_map(|members| json!({ "$SS": members }))
}

pub(super) fn list() -> impl Strategy<Value = Value> {
    proptest::collection::vec(prop_oneof![number(), text()], 0..4)
        .prop_map(|elements| json!(elements))
}

pub(super) fn map() -> impl Strategy<Value = Value> {
    (of(number()), of(text())).prop_map(|(k, word)| {
        let mut map = json!({});
        for (name, value) in [("k", k), ("word", word)] {
            if let Some(value) = value {
                map[name] = value;
            }
        }
        map
    })
}

/// Any value that is no key of an index.
pub(super) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => number(),
        3 => text(),
        1 => set(),
        1 => list(),
        1 => map(),
        1 => select(vec![json!(true), json!(false), json!(null)]),
    ]
}

/// An item, in and out of indexes.
pub(super) fn item() -> impl Strategy<Value = Value> {
    let keys = (
        id(),
        of(select(vec!["x", "y"]).prop_map(|o| json!(o))),
        of((0..4_i64).prop_map(|d| json!(d))),
        of(text()),
    );
    let others = (of(number()), of(value()), of(set()), of(list()), of(map()));
    (keys, others).prop_map(|((id, o, d, w), (n, s, ss, l, m))| {
        let mut item = json!({ "Id": id });
        let fields = [
            ("o", o),
            ("d", d),
            ("w", w),
            ("n", n),
            ("s", s),
            ("ss", ss),
            ("l", l),
            ("m", m),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                item[name] = value;
            }
        }
        item
    })
}

/// Nothing, or one of some texts.
pub(super) fn maybe(texts: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![Just(None), select(texts).prop_map(Some)]
}
