//! What calls cost, and when a provisioned table has enough.

use snaplife_sim::dynamodb::request::{
    GetItem, PutItem, Query, Request, TransactAction, TransactWriteItems,
};
use snaplife_sim::dynamodb::{Billing, DynamoDb};

use crate::support::{
    TABLE, ask, database, database_with, definition, delete, get, put, put_all, query,
};

/// What one call costs, in thousandths of a unit: read, write.
fn price(db: &mut DynamoDb, request: Request) -> (i64, i64) {
    let before = db.consumed(TABLE).expect("a table");
    ask(db, 1_000, request);
    let after = db.consumed(TABLE).expect("a table");
    (
        after.read_milli - before.read_milli,
        after.write_milli - before.write_milli,
    )
}

#[test]
fn prices_follow_sizes_before_and_after() {
    let mut db = database();
    let large = format!("Id=l x={}", "x".repeat(9_000));
    put_all(&mut db, 0, &["Id=s", &large]);
    let failing = |key: &str| {
        Request::PutItem(PutItem {
            condition: Some("Id = x".into()),
            ..put(key)
        })
    };
    let weak = |key: &str| {
        Request::GetItem(GetItem {
            consistent: false,
            ..get(key)
        })
    };
    let transaction = |actions: Vec<TransactAction>| {
        Request::TransactWriteItems(TransactWriteItems {
            actions: actions.into(),
            token: None,
        })
    };
    let strong = |text| Query {
        consistent: true,
        ..query("Id = :i", text)
    };
    assert_eq!(price(&mut db, weak("Id=none")), (500, 0));
    assert_eq!(price(&mut db, weak("Id=l")), (1_500, 0));
    assert_eq!(price(&mut db, Request::GetItem(get("Id=l"))), (3_000, 0));
    assert_eq!(
        price(&mut db, Request::Query(query("Id = :i", ":i=l"))),
        (1_500, 0)
    );
    assert_eq!(
        price(&mut db, Request::Query(strong(":i=none"))),
        (1_000, 0)
    );
    assert_eq!(price(&mut db, failing("Id=none")), (0, 1_000));
    assert_eq!(price(&mut db, failing("Id=l")), (0, 9_000));
    let actions = vec![
        TransactAction::Put(put("Id=s")),
        TransactAction::Delete(delete("Id=none")),
    ];
    assert_eq!(price(&mut db, transaction(actions)), (0, 4_000));
    // It shrinks, and the size before is paid.
    assert_eq!(price(&mut db, Request::PutItem(put("Id=l"))), (0, 9_000));
    assert_eq!(
        price(&mut db, Request::DeleteItem(delete("Id=none"))),
        (0, 1_000)
    );
}

#[test]
fn an_index_is_written_only_when_it_changes() {
    let mut db = database();
    let mut paid = Vec::new();
    let steps = [
        (0, "Id=a Open=yes Date=1"),
        (1_000, "Id=a Open=yes Date=1"),
        (2_000, "Id=a Open=yes Date=1 n=1"),
        (3_000, "Id=a Open=yes Date=2"),
        (4_000, "Id=a"),
        (5_000, "Id=a n=1"),
    ];
    let mut before = 0;
    for (at, text) in steps {
        put_all(&mut db, at, &[text]);
        ask(&mut db, at + 100, Request::GetItem(get("Id=a")));
        let now = db.consumed(TABLE).expect("a table").index_write_milli;
        paid.push(now - before);
        before = now;
    }
    assert_eq!(paid, [1_000, 0, 1_000, 2_000, 1_000, 0]);
}

#[test]
fn a_provisioned_table_lives_on_its_burst_and_then_on_its_rate() {
    let mut definition = definition();
    definition.billing = Billing::Provisioned { read: 1, write: 1 };
    let mut db = database_with(definition);
    // Installed ten seconds ago; the bucket is full all the same, and not more than full.
    let writes = |db: &mut DynamoDb, at| {
        (0..)
            .take_while(|n| {
                let answer = ask(db, at, Request::PutItem(put(&format!("Id=i{n}"))));
                !answer.starts_with("ProvisionedThroughputExceededException")
            })
            .count()
    };
    assert_eq!(writes(&mut db, 0), 300);
    assert_eq!(writes(&mut db, 999), 1, "the debt of one request");
    assert_eq!(writes(&mut db, 1_000), 0);
    assert_eq!(writes(&mut db, 2_001), 2);
    assert_eq!(db.consumed(TABLE).expect("a table").throttled, 4);
    // Reads have a bucket of their own.
    assert_eq!(ask(&mut db, 2_001, Request::GetItem(get("Id=i0"))), "Id=i0");
}
