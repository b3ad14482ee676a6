//! The life of a table: made, changed, expired from, restored, deleted.

use snaplife_sim::dynamodb::request::{Query, Request, UpdateTable, UpdateTimeToLive};
use snaplife_sim::dynamodb::{
    Billing, DynamoDb, IndexDefinition, KeySchema, KeyType, Projection, Settings, TableDefinition,
};
use snaplife_sim::time::{Span, Timestamp};

use crate::support::{TABLE, ask, database, definition, delete, get, put_all, query, show};

fn describe() -> Request {
    Request::DescribeTable {
        table: TABLE.into(),
    }
}

fn change() -> UpdateTable {
    UpdateTable {
        billing: None,
        create_index: None,
        index_billing: None,
        deletion_protection: None,
        table: TABLE.into(),
    }
}

fn truth(db: &DynamoDb) -> String {
    let items: Vec<_> = db.items(TABLE).map(|item| show(item)).collect();
    items.join("; ")
}

#[test]
fn a_table_can_be_used_when_it_is_active_and_not_before() {
    let mut db = DynamoDb::new(Settings::default());
    let told = [
        ask(&mut db, 0, describe()),
        ask(&mut db, 0, Request::GetItem(get("Id=a"))),
        ask(&mut db, 0, Request::CreateTable(definition())),
        ask(&mut db, 1, Request::CreateTable(definition())),
        ask(&mut db, 9_999, Request::GetItem(get("Id=a"))),
        ask(&mut db, 10_000, describe()),
        ask(&mut db, 10_000, Request::GetItem(get("Id=a"))),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    ResourceNotFoundException: Requested resource not found: Table: Things not found
    ResourceNotFoundException: Requested resource not found
    CREATING CREATING
    ResourceInUseException: Table already exists: Things
    ResourceNotFoundException: Requested resource not found
    ACTIVE ACTIVE
    nothing
    ");
}

#[test]
fn a_new_index_holds_what_was_there_and_what_comes_meanwhile() {
    let mut db = database();
    put_all(&mut db, 0, &["Id=a Kind=x", "Id=b Kind=x n=1"]);
    let index = IndexDefinition {
        key: KeySchema::partition("Kind", KeyType::S),
        name: "ByKind".into(),
        projection: Projection::KeysOnly,
    };
    let add = UpdateTable {
        create_index: Some(index),
        ..change()
    };
    let by_kind = || {
        Request::Query(Query {
            index: Some("ByKind".into()),
            ..query("Kind = :k", ":k=x")
        })
    };
    let mut told = vec![ask(&mut db, 50, Request::UpdateTable(add))];
    put_all(&mut db, 60, &["Id=c Kind=x n=2", "Id=a"]);
    told.push(ask(&mut db, 60, by_kind()));
    told.push(ask(&mut db, 300_050, describe()));
    told.push(ask(&mut db, 300_050, by_kind()));
    insta::assert_snapshot!(told.join("\n"), @"
    UPDATING ACTIVE CREATING
    ValidationException: Cannot read from backfilling global secondary index: ByKind
    ACTIVE ACTIVE ACTIVE
    2 of 2 [Id=b Kind=x; Id=c Kind=x] next -
    ");
}

#[test]
fn an_index_of_a_table_with_provisioned_units_has_its_own() {
    let mut db = DynamoDb::new(Settings::default());
    let units = Billing::Provisioned { read: 5, write: 5 };
    let provisioned = TableDefinition {
        billing: units,
        ..definition()
    };
    ask(&mut db, 0, Request::CreateTable(provisioned));
    let mut add = |index_billing| {
        let add = UpdateTable {
            create_index: Some(IndexDefinition {
                key: KeySchema::partition("Kind", KeyType::S),
                name: "ByKind".into(),
                projection: Projection::KeysOnly,
            }),
            index_billing,
            ..change()
        };
        ask(&mut db, 20_000, Request::UpdateTable(add))
    };
    let told = [add(None), add(Some(Billing::OnDemand)), add(Some(units))];
    insta::assert_snapshot!(told.join("\n"), @"
    ValidationException: One or more parameter values were invalid: ProvisionedThroughput is not specified for index: ByKind
    ValidationException: One or more parameter values were invalid: ProvisionedThroughput is not specified for index: ByKind
    UPDATING ACTIVE CREATING
    ");
}

#[test]
fn a_protected_table_is_deleted_only_after_the_protection_is_off() {
    let mut db = database();
    let protect = |on| {
        Request::UpdateTable(UpdateTable {
            deletion_protection: Some(on),
            ..change()
        })
    };
    let drop = || Request::DeleteTable {
        table: TABLE.into(),
    };
    let told = [
        ask(&mut db, 0, protect(true)),
        ask(&mut db, 0, drop()),
        ask(&mut db, 0, protect(false)),
        ask(&mut db, 0, drop()),
        ask(&mut db, 1, drop()),
        ask(&mut db, 1, Request::GetItem(get("Id=a"))),
        ask(&mut db, 10_000, describe()),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    ACTIVE ACTIVE
    ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. Table: Things
    ACTIVE ACTIVE
    DELETING ACTIVE
    ResourceInUseException: Attempt to change a resource which is still in use: Table is being changed: Things
    ResourceNotFoundException: Requested resource not found
    ResourceNotFoundException: Requested resource not found: Table: Things not found
    ");
}

#[test]
fn an_expired_item_is_there_for_two_more_days() {
    let mut db = database();
    put_all(
        &mut db,
        0,
        &[
            "Id=old Purge=1",
            "Id=kept Purge=never",
            "Id=ancient Purge=-200000000",
        ],
    );
    let ttl = |enabled| {
        Request::UpdateTimeToLive(UpdateTimeToLive {
            attribute: "Purge".into(),
            enabled,
            table: TABLE.into(),
        })
    };
    assert!(ask(&mut db, 0, ttl(true)).contains("Purge"));
    insta::assert_snapshot!(
        ask(&mut db, 0, ttl(true)),
        @"ValidationException: TimeToLive is already enabled"
    );
    put_all(&mut db, 0, &["Id=later Purge=2", "Id=saved Purge=1"]);
    put_all(&mut db, 5_000, &["Id=saved"]);
    let two_days = Span::hours(48).0;
    db.advance(Timestamp(two_days + 999));
    assert_eq!(db.items(TABLE).count(), 5);
    db.advance(Timestamp(two_days + 1_000));
    insta::assert_snapshot!(
        truth(&db),
        @"Id=ancient Purge=-200000000; Id=kept Purge=never; Id=later Purge=2; Id=saved"
    );
    db.advance(Timestamp(two_days + 2_000));
    assert_eq!(db.items(TABLE).count(), 3);
}

#[test]
fn an_outsider_takes_the_table_back_in_time() {
    let mut db = database();
    db.settings_mut(TABLE).expect("a table").keep_history = true;
    put_all(&mut db, 0, &["Id=a n=1 Open=yes Date=1", "Id=b n=1"]);
    put_all(&mut db, 1_000, &["Id=a n=2", "Id=c n=1 Open=yes Date=2"]);
    ask(&mut db, 2_000, Request::DeleteItem(delete("Id=b")));
    assert!(db.restore(Timestamp(3_000), TABLE, Timestamp(500)));
    insta::assert_snapshot!(truth(&db), @"Date=1 Id=a Open=yes n=1; Id=b n=1");
    let open = Query {
        index: Some("Open".into()),
        ..query("#o = :o", "#o=Open :o=yes")
    };
    insta::assert_snapshot!(
        ask(&mut db, 3_000, Request::Query(open)),
        @"1 of 1 [Date=1 Id=a Open=yes n=1] next -"
    );
}
