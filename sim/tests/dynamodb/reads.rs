//! Queries, scans, pages, and how far reads are behind.

use proptest::prelude::*;
use snaplife_sim::dynamodb::request::{GetItem, Query, Reply, Request, Scan, Tokens};
use snaplife_sim::dynamodb::{AttributeValue, DynamoDb, KeySchema, KeyType};
use snaplife_sim::time::{Span, Timestamp};

use crate::support::{
    TABLE, ask, database, database_with, definition, delete, get, item, put, put_all, query, show,
    tokens, update,
};

/// A table with a sort key, and items `Pk=a Sk=1 …`.
fn sorted(items: &[&str]) -> DynamoDb {
    let mut definition = definition();
    definition.key = KeySchema::partition("Pk", KeyType::S).and_sort("Sk", KeyType::N);
    let mut db = database_with(definition);
    put_all(&mut db, 0, items);
    db
}

fn open_things() -> Query {
    Query {
        index: Some("Open".into()),
        ..query("#o = :o", "#o=Open :o=yes")
    }
}

fn whole_table() -> Scan {
    Scan {
        consistent: false,
        filter: None,
        index: None,
        limit: None,
        projection: None,
        start: None,
        table: TABLE.into(),
        tokens: Tokens::default(),
    }
}

#[test]
fn a_query_reads_one_partition_in_the_order_of_the_sort_key() {
    let mut db = sorted(&[
        "Pk=a Sk=10",
        "Pk=a Sk=9",
        "Pk=a Sk=-1",
        "Pk=b Sk=5",
        "Pk=a Sk=11",
    ]);
    let mut told = |text: &str, with: &str, descending| {
        let query = Query {
            descending,
            ..query(text, with)
        };
        ask(&mut db, 0, Request::Query(query))
    };
    insta::assert_snapshot!([
        told("Pk = :p", ":p=a", false),
        told("Pk = :p", ":p=a", true),
        told("Pk = :p AND Sk > :s", ":p=a :s=9", false),
        told("Sk <= :s and Pk = :p", ":p=a :s=9", true),
        told("Pk = :p AND Sk BETWEEN :l AND :h", ":p=a :l=9 :h=10", false),
        told("Pk = :p AND Sk = :s", ":p=a :s=12", false),
        told("Pk = :p", ":p=c", false),
        told(":s < Sk AND :p = Pk", ":p=a :s=10", false),
    ].join("\n"), @"
    4 of 4 [Pk=a Sk=-1; Pk=a Sk=9; Pk=a Sk=10; Pk=a Sk=11] next -
    4 of 4 [Pk=a Sk=11; Pk=a Sk=10; Pk=a Sk=9; Pk=a Sk=-1] next -
    2 of 2 [Pk=a Sk=10; Pk=a Sk=11] next -
    2 of 2 [Pk=a Sk=9; Pk=a Sk=-1] next -
    2 of 2 [Pk=a Sk=9; Pk=a Sk=10] next -
    0 of 0 [] next -
    0 of 0 [] next -
    1 of 1 [Pk=a Sk=11] next -
    ");
}

#[test]
fn a_filter_leaves_empty_pages_and_a_last_key_promises_nothing() {
    let mut db = sorted(&["Pk=a Sk=1 Hot=no", "Pk=a Sk=2 Hot=no", "Pk=a Sk=3 Hot=yes"]);
    let mut told = |start: Option<&str>| {
        let query = Query {
            filter: Some("Hot = :h".into()),
            limit: Some(2),
            start: start.map(|start| item(start).into()),
            ..query("Pk = :p", ":p=a :h=yes")
        };
        ask(&mut db, 0, Request::Query(query))
    };
    insta::assert_snapshot!([told(None), told(Some("Pk=a Sk=2")), told(Some("Pk=a Sk=3"))].join("\n"), @"
    0 of 2 [] next Pk=a Sk=2
    1 of 1 [Hot=yes Pk=a Sk=3] next -
    0 of 0 [] next -
    ");
}

#[test]
fn a_page_ends_when_a_megabyte_was_evaluated() {
    let large = "x".repeat(300 << 10);
    let rows: Vec<String> = (0..5)
        .map(|n| format!("Pk=a Sk={n} Large={large}"))
        .collect();
    let mut db = sorted(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let query = Query {
        projection: Some("Sk".into()),
        ..query("Pk = :p", ":p=a")
    };
    insta::assert_snapshot!(
        ask(&mut db, 0, Request::Query(query)),
        @"4 of 4 [Sk=0; Sk=1; Sk=2; Sk=3] next Pk=a Sk=3"
    );
}

#[test]
fn an_index_shows_a_write_only_after_its_lag() {
    let mut db = database();
    put_all(
        &mut db,
        1_000,
        &["Id=a Open=yes Date=1", "Id=b Open=yes Date=0", "Id=c"],
    );
    let close = || Request::UpdateItem(update("Id=a", "REMOVE #o", "#o=Open"));
    let mut told = vec![
        ask(&mut db, 1_099, Request::Query(open_things())),
        ask(&mut db, 1_100, Request::Query(open_things())),
    ];
    ask(&mut db, 1_100, close());
    told.push(ask(&mut db, 1_199, Request::Query(open_things())));
    told.push(ask(&mut db, 1_200, Request::Query(open_things())));
    insta::assert_snapshot!(told.join("\n"), @"
    0 of 0 [] next -
    2 of 2 [Date=0 Id=b Open=yes; Date=1 Id=a Open=yes] next -
    2 of 2 [Date=0 Id=b Open=yes; Date=1 Id=a Open=yes] next -
    1 of 1 [Date=0 Id=b Open=yes] next -
    ");
}

#[test]
fn an_index_never_travels_back_when_its_lag_grows() {
    let mut db = database();
    put_all(&mut db, 0, &["Id=a Open=yes Date=1"]);
    db.advance(Timestamp(100));
    db.settings_mut(TABLE).expect("a table").index_lag = Span::minutes(5);
    put_all(&mut db, 200, &["Id=b Open=yes Date=2"]);
    let told = [200, 300_199, 300_200].map(|at| ask(&mut db, at, Request::Query(open_things())));
    insta::assert_snapshot!(told.join("\n"), @"
    1 of 1 [Date=1 Id=a Open=yes] next -
    1 of 1 [Date=1 Id=a Open=yes] next -
    2 of 2 [Date=1 Id=a Open=yes; Date=2 Id=b Open=yes] next -
    ");
}

#[test]
fn pages_of_an_index_go_on_between_items_of_one_sort_key() {
    let mut db = database();
    put_all(
        &mut db,
        0,
        &[
            "Id=a Open=yes Date=1",
            "Id=b Open=yes Date=1",
            "Id=c Open=yes Date=1",
        ],
    );
    let mut start = None;
    let mut told = Vec::new();
    for _ in 0..4 {
        let query = Query {
            descending: true,
            limit: Some(1),
            start,
            ..open_things()
        };
        let Ok(Reply::Page(page)) = db.call(Timestamp(100), &Request::Query(query)) else {
            panic!("no page");
        };
        told.push(crate::support::told(&Ok(Reply::Page(page.clone()))));
        start = page.last_key;
    }
    insta::assert_snapshot!(told.join("\n"), @"
    1 of 1 [Date=1 Id=c Open=yes] next Date=1 Id=c Open=yes
    1 of 1 [Date=1 Id=b Open=yes] next Date=1 Id=b Open=yes
    1 of 1 [Date=1 Id=a Open=yes] next Date=1 Id=a Open=yes
    0 of 0 [] next -
    ");
}

#[test]
fn a_range_of_an_index_takes_or_leaves_all_items_of_one_sort_key() {
    let mut db = database();
    let ids = ["a 1", "b 2", "c 2", "d 3"];
    for id in ids {
        let (id, date) = id.split_once(' ').expect("two parts");
        put_all(&mut db, 0, &[&format!("Id={id} Open=yes Date={date}")]);
    }
    let mut told = |range: &str, descending| {
        let query = Query {
            descending,
            index: Some("Open".into()),
            projection: Some("Id".into()),
            ..query(
                &format!("#o = :o AND #d {range}"),
                "#o=Open #d=Date :o=yes :d=2",
            )
        };
        ask(&mut db, 100, Request::Query(query))
    };
    insta::assert_snapshot!([
        told("> :d", false),
        told(">= :d", false),
        told("< :d", false),
        told("<= :d", true),
        told("= :d", true),
    ].join("\n"), @"
    1 of 1 [Id=d] next -
    3 of 3 [Id=b; Id=c; Id=d] next -
    1 of 1 [Id=a] next -
    3 of 3 [Id=c; Id=b; Id=a] next -
    2 of 2 [Id=c; Id=b] next -
    ");
}

#[test]
fn a_read_by_key_may_be_behind_and_a_strong_one_is_not() {
    let mut db = database();
    db.settings_mut(TABLE).expect("a table").base_lag = Span::seconds(1);
    put_all(&mut db, 0, &["Id=a n=1"]);
    put_all(&mut db, 5_000, &["Id=a n=2"]);
    ask(&mut db, 5_500, Request::DeleteItem(delete("Id=a")));
    let weak = || GetItem {
        consistent: false,
        ..get("Id=a")
    };
    let told = [
        ask(&mut db, 5_500, Request::GetItem(get("Id=a"))),
        ask(&mut db, 5_999, Request::GetItem(weak())),
        ask(&mut db, 6_000, Request::GetItem(weak())),
        ask(&mut db, 6_499, Request::GetItem(weak())),
        ask(&mut db, 6_500, Request::GetItem(weak())),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    nothing
    Id=a n=1
    Id=a n=2
    Id=a n=2
    nothing
    ");
}

#[test]
fn a_projection_keeps_places_and_closes_up_lists() {
    let mut db = database();
    let list = "SET Doc = :d";
    let mut make = update("Id=a", list, "");
    let text = |text: &str| text.into();
    let inner = AttributeValue::L(vec![text("p"), text("q"), text("r")]);
    let doc = AttributeValue::M([("List".into(), inner), ("Name".into(), text("n"))].into());
    make.tokens.values.push((":d".into(), doc));
    ask(&mut db, 0, Request::UpdateItem(make));
    let get = GetItem {
        projection: Some("Doc.#l[2], Doc.#l[0], Absent, Id".into()),
        tokens: tokens("#l=List"),
        ..get("Id=a")
    };
    insta::assert_snapshot!(
        ask(&mut db, 0, Request::GetItem(get)),
        @r#"Doc=M({"List": L([S("p"), S("r")])}) Id=a"#
    );
}

#[test]
fn a_scan_pages_through_everything() {
    let mut db = database();
    put_all(&mut db, 0, &["Id=b", "Id=a", "Id=c Open=yes Date=1"]);
    let first = Scan {
        limit: Some(2),
        ..whole_table()
    };
    let second = Scan {
        start: Some(item("Id=b").into()),
        ..whole_table()
    };
    let indexed = Scan {
        index: Some("Open".into()),
        ..whole_table()
    };
    let told = [first, second, indexed].map(|scan| ask(&mut db, 100, Request::Scan(scan)));
    insta::assert_snapshot!(told.join("\n"), @"
    2 of 2 [Id=a; Id=b] next Id=b
    1 of 1 [Date=1 Id=c Open=yes] next -
    1 of 1 [Date=1 Id=c Open=yes] next -
    ");
}

/// One step of a random history of the table.
#[derive(Clone, Debug)]
enum Step {
    Put { id: u8, open: bool, date: i64 },
    Delete { id: u8 },
}

fn step() -> impl Strategy<Value = (i64, Step)> {
    let step = prop_oneof![
        (0_u8..4, any::<bool>(), 0_i64..3).prop_map(|(id, open, date)| Step::Put {
            id,
            open,
            date
        }),
        (0_u8..4).prop_map(|id| Step::Delete { id }),
    ];
    (0_i64..80, step)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_index_is_the_table_as_it_was_a_lag_ago(steps in prop::collection::vec(step(), 0..30)) {
        let mut db = database();
        let mut now = 0;
        // The whole table after each instant, the plainest history there is.
        let mut history = vec![(i64::MIN, Vec::new())];
        for (wait, step) in steps {
            now += wait;
            match step {
                Step::Put { id, open, date } => {
                    let open = if open { "Open=yes" } else { "Shut=yes" };
                    let item = put(&format!("Id=i{id} {open} Date={date}"));
                    prop_assert!(db.call(Timestamp(now), &Request::PutItem(item)).is_ok());
                }
                Step::Delete { id } => {
                    let request = Request::DeleteItem(delete(&format!("Id=i{id}")));
                    prop_assert!(db.call(Timestamp(now), &request).is_ok());
                }
            }
            history.push((now, db.items(TABLE).cloned().collect()));
            let (_, then) = history.iter().rfind(|(at, _)| at + 100 <= now).expect("the first");
            let mut expected: Vec<_> = then.iter().filter(|found| found.contains_key("Open")).cloned().collect();
            expected.sort_by_key(|item| show(item));
            let Ok(Reply::Page(page)) = db.call(Timestamp(now), &Request::Query(open_things())) else {
                panic!("no page");
            };
            // `Date` stands first in the text and has one digit, so text order is index order.
            prop_assert_eq!(page.items, expected);
        }
    }
}
