//! Generated conditions on generated items: parsed and evaluated here, and naively beside it.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use snaplife_sim::dynamodb::expression::evaluate::Scope;
use snaplife_sim::dynamodb::expression::{Cache, Kind, check};
use snaplife_sim::dynamodb::{Item, Tokens};

use crate::naive::{C, Doc, O, P, Printer, Seg, V, real_item};

/// Attribute names: one is reserved, one has a dot.
pub(crate) const ROOTS: [&str; 5] = ["a", "b", "State", "d.e", "long_name1"];
const FIELDS: [&str; 3] = ["x", "State", "y"];

fn scalar() -> impl Strategy<Value = V> {
    // Few values and mostly of three types, so that equal and comparable ones meet often.
    prop_oneof![
        3 => prop::sample::select(vec!["", "a", "ab", "b", "é😀"]).prop_map(|text| V::S(text.to_owned())),
        5 => (-12_i64..12).prop_map(V::N),
        1 => vec(0_u8..2, 0..3).prop_map(V::B),
        1 => any::<bool>().prop_map(V::Bool),
        1 => Just(V::Null),
        3 => prop::collection::btree_set(prop::sample::select(vec!["a", "b"]), 1..3)
            .prop_map(|members| V::Ss(members.into_iter().map(str::to_owned).collect())),
        1 => prop::collection::btree_set(-2_i64..2, 1..3).prop_map(V::Ns),
    ]
}

pub(crate) fn value() -> impl Strategy<Value = V> {
    scalar().prop_recursive(2, 4, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(V::L),
            btree_map(prop::sample::select(FIELDS.to_vec()), inner, 0..3).prop_map(|fields| {
                V::M(fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
}

pub(crate) fn doc() -> impl Strategy<Value = Doc> {
    btree_map(prop::sample::select(ROOTS.to_vec()), value(), 2..5)
        .prop_map(|doc| doc.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

pub(crate) fn path() -> impl Strategy<Value = P> {
    let seg = prop_oneof![
        prop::sample::select(FIELDS.to_vec()).prop_map(Seg::Field),
        (0_usize..3).prop_map(Seg::At),
    ];
    let steps = prop_oneof![3 => Just(Vec::new()), 1 => vec(seg, 1..3)];
    (prop::sample::select(ROOTS.to_vec()), steps).prop_map(|(root, steps)| P { root, steps })
}

fn operand() -> impl Strategy<Value = O> {
    prop_oneof![
        3 => path().prop_map(O::Path),
        3 => value().prop_map(O::Lit),
        1 => path().prop_map(O::Size),
    ]
}

fn condition() -> impl Strategy<Value = C> {
    let sign = prop::sample::select(vec!["=", "<>", "<", "<=", ">", ">="]);
    let kind = prop::sample::select(vec!["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS"]);
    let leaf = prop_oneof![
        4 => (operand(), sign, operand()).prop_map(|(l, s, r)| C::Cmp(l, s, r)),
        1 => (operand(), operand(), operand()).prop_map(|(s, l, h)| C::Between(s, l, h)),
        1 => (operand(), vec(operand(), 1..4)).prop_map(|(s, c)| C::In(s, c)),
        1 => path().prop_map(C::Exists),
        1 => path().prop_map(C::Missing),
        1 => (path(), kind).prop_map(|(p, k)| C::Type(p, k)),
        1 => (path(), value()).prop_map(|(p, v)| C::Begins(p, v)),
        1 => (path(), value()).prop_map(|(p, v)| C::Contains(p, v)),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(C::And),
            vec(inner.clone(), 2..4).prop_map(C::Or),
            inner.prop_map(|inner| C::Not(Box::new(inner))),
        ]
    })
}

/// What the crate says: none when it refuses.
fn evaluate(text: &str, tokens: &Tokens, item: &Item) -> Result<bool, String> {
    let said = |refusal: snaplife_sim::answer::Refusal| refusal.message.to_string();
    let parsed = Cache::default()
        .condition(Kind::Condition, &text.into())
        .map_err(said)?;
    check::tokens(tokens, &[(Kind::Condition, &parsed.usage)]).map_err(said)?;
    check::condition(Kind::Condition, &parsed.tree, tokens).map_err(said)?;
    let scope = Scope {
        item: Some(item),
        tokens,
    };
    Ok(scope.holds(&parsed.tree))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_condition_means_what_the_plain_reading_says(
        condition in condition(),
        doc in doc(),
        style in vec(any::<bool>(), 1..40),
    ) {
        let mut printer = Printer::new(&style);
        printer.condition(&condition);
        let Printer { text, tokens, .. } = printer;
        let found = evaluate(&text, &tokens, &real_item(&doc));
        if condition.is_refused() {
            prop_assert!(found.is_err(), "{text} was taken");
        } else {
            prop_assert_eq!(found, Ok(condition.holds(&doc)), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
        parse_everywhere(&text);
    }

    #[test]
    fn no_heap_of_words_makes_the_parser_panic(
        words in vec(prop::sample::select(vec![
            "(", ")", "((", "AND", "or", "NOT", "BETWEEN", "IN", "=", "<>", "<", ",", ".", "[", "]",
            "0", "99999999999999999999", "#a", ":v", "a", "size(", "contains(", "if_not_exists(",
            "list_append(", "SET", "REMOVE", "ADD", "DELETE", "+", "-", " ", "é", "#", ":",
        ]), 0..40),
        glue in prop::sample::select(vec!["", " "]),
    ) {
        parse_everywhere(&words.join(glue));
    }
}

fn parse_everywhere(text: &str) {
    let mut cache = Cache::default();
    let text = text.into();
    let conditions = [Kind::Condition, Kind::Filter, Kind::KeyCondition]
        .map(|kind| cache.condition(kind, &text).is_ok());
    assert!(conditions.iter().all(|ok| *ok == conditions[0]));
    let _ = cache.update(&text);
    let _ = cache.projection(&text);
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
    let mut cache = Cache::default();
    for text in ["(".repeat(4_000), "NOT ".repeat(1_000), "size(".repeat(800)] {
        assert!(cache.condition(Kind::Condition, &text.into()).is_err());
    }
    let nots = format!("{}a = b", "NOT ".repeat(1_000));
    assert!(cache.condition(Kind::Condition, &nots.into()).is_ok());
}
