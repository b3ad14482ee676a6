//! Generated updates on generated items, against the plain reading; and the corners by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use snaplife_sim::dynamodb::request::{PutItem, Reply, Request, ReturnValues, UpdateItem};
use snaplife_sim::dynamodb::{AttributeValue, Item, Tokens};
use snaplife_sim::time::Timestamp;

use crate::conditions::{ROOTS, doc, path, value};
use crate::naive::{A, Act, Doc, Printer, V, apply, real_item};
use crate::support::{TABLE, ask, database, put_all, update};

fn term() -> impl Strategy<Value = A> {
    let leaf = prop_oneof![
        path().prop_map(A::Path),
        value().prop_map(A::Lit),
        (-15_i64..15).prop_map(|n| A::Lit(V::N(n))),
        vec(value(), 0..2).prop_map(|elements| A::Lit(V::L(elements))),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (path(), inner.clone()).prop_map(|(p, a)| A::Default(p, Box::new(a))),
            (inner.clone(), inner).prop_map(|(a, b)| A::Append(Box::new(a), Box::new(b))),
        ]
    })
}

fn assigned() -> impl Strategy<Value = A> {
    prop_oneof![
        term(),
        (term(), term()).prop_map(|(a, b)| A::Plus(Box::new(a), Box::new(b))),
        (term(), term()).prop_map(|(a, b)| A::Minus(Box::new(a), Box::new(b))),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => assigned().prop_map(Act::Set),
        1 => Just(Act::Remove),
        1 => value().prop_map(Act::Add),
        1 => (-15_i64..15).prop_map(|n| Act::Add(V::N(n))),
        1 => value().prop_map(Act::Delete),
        1 => assigned().prop_map(|a| Act::SetField("x", a)),
        1 => (0_usize..3).prop_map(Act::RemoveElement),
    ]
}

/// What the crate makes of a stored item; none when it refuses, and then nothing has changed.
fn run(text: &str, tokens: Tokens, doc: &Doc) -> Option<Item> {
    let key = Item::from([("Id".into(), AttributeValue::from("k"))]);
    let mut before = real_item(doc);
    before.extend(key.clone());
    let before = Arc::new(before);
    let mut db = database();
    let put = PutItem {
        condition: None,
        item: Arc::clone(&before),
        returns: ReturnValues::None,
        table: TABLE.into(),
        tokens: Tokens::default(),
    };
    db.call(Timestamp(0), &Request::PutItem(put)).expect("put");
    let update = UpdateItem {
        condition: None,
        key,
        returns: ReturnValues::AllNew,
        table: TABLE.into(),
        tokens,
        update: Some(text.into()),
    };
    let answer = db.call(Timestamp(0), &Request::UpdateItem(update));
    let stored = db.items(TABLE).next().expect("the item").clone();
    match answer {
        Ok(Reply::Item(Some(after))) => {
            assert_eq!(stored, after);
            let mut after = (*after).clone();
            after.remove("Id");
            Some(after)
        }
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => {
            assert_eq!(refusal.code, "ValidationException");
            assert_eq!(stored, before);
            None
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_update_does_what_the_plain_reading_says(
        acts in btree_map(prop::sample::select(ROOTS.to_vec()), act(), 1..4),
        doc in doc(),
        style in vec(any::<bool>(), 1..40),
    ) {
        // `Ns` and `Bs` in ADD and DELETE are the same code as `Ss`; the plain reading has one.
        prop_assume!(!acts.values().any(|act| {
            matches!(act, Act::Add(V::Ns(_)) | Act::Delete(V::Ns(_)))
        }));
        let mut printer = Printer::new(&style);
        printer.update(&acts);
        let Printer { text, tokens, .. } = printer;
        let expected = apply(&acts, &doc).map(|doc| real_item(&doc));
        prop_assert_eq!(run(&text, tokens, &doc), expected, "{}", text);
    }
}

#[test]
fn right_sides_are_read_before_anything_changes() {
    let mut db = database();
    put_all(&mut db, 0, &["Id=k a=1 b=2"]);
    let swap = update("Id=k", "SET a = b, b = a REMOVE c", "");
    insta::assert_snapshot!(ask(&mut db, 0, Request::UpdateItem(swap)), @"Id=k a=2 b=1");
}

#[test]
fn parentheses_may_stand_around_a_value_and_around_a_sum() {
    let mut db = database();
    put_all(&mut db, 0, &["Id=k n=1"]);
    let mut told = |text| {
        ask(
            &mut db,
            0,
            Request::UpdateItem(update("Id=k", text, ":a=2")),
        )
    };
    insta::assert_snapshot!([
        told("SET x = (n + :a)"),
        told("SET x = (n) + (:a)"),
        told("SET x = (if_not_exists(y, :a))"),
        told("SET x = (n + :a) - n"),
    ].join("\n"), @r#"
    Id=k n=1 x=3
    Id=k n=1 x=3
    Id=k n=1 x=2
    ValidationException: Invalid UpdateExpression: Syntax error; token: "-", near: ") - n"
    "#);
}

#[test]
fn an_update_makes_the_item_when_there_is_none() {
    let mut db = database();
    let count = || update("Id=k", "ADD Hits :one", ":one=1");
    ask(&mut db, 0, Request::UpdateItem(count()));
    insta::assert_snapshot!(ask(&mut db, 0, Request::UpdateItem(count())), @"Hits=2 Id=k");
}

#[test]
fn two_elements_removed_at_once_are_the_ones_that_were_meant() {
    let list = V::L((0..4).map(|n| V::N(n * 10)).collect());
    let doc = Doc::from([("a".to_owned(), list)]);
    let after = run("REMOVE a[0], a[2]", Tokens::default(), &doc).expect("taken");
    let kept = BTreeMap::from([("a".to_owned(), V::L(vec![V::N(10), V::N(30)]))]);
    assert_eq!(after, real_item(&kept));
}

#[test]
fn a_set_that_becomes_empty_is_gone() {
    let doc = Doc::from([("a".to_owned(), V::Ss(["x".to_owned()].into()))]);
    let mut tokens = Tokens::default();
    let members = ["x".into(), "y".into()].into();
    tokens
        .values
        .push((":x".into(), AttributeValue::Ss(members)));
    assert_eq!(run("DELETE a :x", tokens, &doc), Some(Item::default()));
}
