//! All or nothing, once for each token; and batches, which are neither.

use snaplife_sim::dynamodb::request::{
    BatchGetItem, BatchKeys, BatchWrite, BatchWriteItem, ConditionCheck, PutItem, Reply, Request,
    TransactAction, TransactGetItems, TransactWriteItems,
};
use snaplife_sim::dynamodb::{DynamoDb, Tokens};
use snaplife_sim::time::Timestamp;

use crate::support::{TABLE, ask, database, delete, get, item, put, put_all, show, tokens, update};

fn transact(actions: Vec<TransactAction>, token: &str) -> Request {
    Request::TransactWriteItems(TransactWriteItems {
        actions: actions.into(),
        token: Some(token.into()),
    })
}

fn create(text: &str) -> TransactAction {
    TransactAction::Put(PutItem {
        condition: Some("attribute_not_exists(Id)".into()),
        ..put(text)
    })
}

fn check(key: &str, condition: &str, with: &str) -> TransactAction {
    TransactAction::ConditionCheck(ConditionCheck {
        condition: condition.into(),
        key: item(key),
        table: TABLE.into(),
        tokens: tokens(with),
    })
}

fn count(key: &str) -> TransactAction {
    TransactAction::Update(update(key, "ADD n :one", ":one=1"))
}

fn truth(db: &DynamoDb) -> String {
    let items: Vec<_> = db.items(TABLE).map(|item| show(item)).collect();
    items.join("; ")
}

#[test]
fn one_failed_condition_undoes_everything_and_is_named_by_its_place() {
    let mut db = database();
    put_all(&mut db, 0, &["Id=lease Token=7", "Id=text n=x"]);
    let mut told = Vec::new();
    let mut run = |db: &mut DynamoDb, held: &str, counted: &str| {
        let actions = vec![
            create("Id=a"),
            check("Id=lease", "#t = :t", &format!("#t=Token :t={held}")),
            count(counted),
            TransactAction::Delete(delete("Id=none")),
        ];
        told.push(ask(db, 0, transact(actions, "same")));
        told.push(truth(db));
    };
    run(&mut db, "8", "Id=b");
    run(&mut db, "7", "Id=text");
    run(&mut db, "7", "Id=b");
    insta::assert_snapshot!(told.join("\n"), @"
    TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None, None]
    Id=lease Token=7; Id=text n=x
    TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, None, ValidationError, None]
    Id=lease Token=7; Id=text n=x
    Transacted
    Id=a; Id=b n=1; Id=lease Token=7; Id=text n=x
    ");
}

#[test]
fn a_token_acts_once_within_ten_minutes_and_again_after() {
    let mut db = database();
    let ten_minutes = 600_000;
    let told = [
        ask(&mut db, 0, transact(vec![count("Id=a")], "t")),
        ask(&mut db, 1, transact(vec![count("Id=a")], "t")),
        ask(&mut db, 2, transact(vec![count("Id=b")], "t")),
        ask(&mut db, ten_minutes - 1, transact(vec![count("Id=a")], "t")),
        truth(&db),
        ask(&mut db, ten_minutes, transact(vec![count("Id=a")], "t")),
        truth(&db),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    Transacted
    Transacted
    IdempotentParameterMismatchException: The provided client token is already in use
    Transacted
    Id=a n=1
    Transacted
    Id=a n=2
    ");
}

#[test]
fn a_transaction_is_bounded_and_touches_each_item_once() {
    let mut db = database();
    let many = (0..101).map(|n| create(&format!("Id=i{n}"))).collect();
    let twice = vec![create("Id=a"), check("Id=a", "attribute_exists(Id)", "")];
    let told = [
        ask(&mut db, 0, transact(many, "a")),
        ask(&mut db, 0, transact(twice, "b")),
        ask(&mut db, 0, transact(vec![create("Id=a")], "")),
        ask(&mut db, 0, transact(vec![check("Id=a", "a ==", "")], "c")),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    ValidationException: 1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100, Member must have length greater than or equal to 1
    ValidationException: Transaction request cannot include multiple operations on one item
    ValidationException: 1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36
    ValidationException: Invalid ConditionExpression: Syntax error; token: "=", near: "=="
    "#);
}

#[test]
fn reads_of_a_transaction_come_in_the_order_asked() {
    let mut db = database();
    put_all(&mut db, 0, &["Id=a n=1", "Id=b n=2"]);
    let gets = vec![get("Id=b"), get("Id=none"), get("Id=a")];
    let request = Request::TransactGetItems(TransactGetItems { gets });
    let Ok(Reply::Items(items)) = db.call(Timestamp(0), &request) else {
        panic!("no items");
    };
    let told: Vec<_> = items
        .iter()
        .map(|item| item.as_deref().map_or("nothing".to_owned(), show))
        .collect();
    insta::assert_snapshot!(told.join("; "), @"Id=b n=2; nothing; Id=a n=1");
}

#[test]
fn a_batch_does_what_it_can_and_gives_back_the_rest() {
    let mut db = database();
    let put = |text: &str| BatchWrite::Put {
        item: item(text).into(),
        table: TABLE.into(),
    };
    let drop = |key: &str| BatchWrite::Delete {
        key: item(key),
        table: TABLE.into(),
    };
    let write = |writes| Request::BatchWriteItem(BatchWriteItem { writes });
    put_all(&mut db, 0, &["Id=c n=0"]);
    db.settings_mut(TABLE).expect("a table").batch_entries_max = Some(2);
    let all = vec![put("Id=a n=1"), drop("Id=c"), put("Id=b n=2")];
    let answer = db.call(Timestamp(0), &write(all));
    assert_eq!(answer, Ok(Reply::Unprocessed(vec![put("Id=b n=2")])));
    insta::assert_snapshot!(truth(&db), @"Id=a n=1");

    put_all(&mut db, 0, &["Id=b n=2"]);
    let keys = |keys: &[&str]| BatchKeys {
        consistent: true,
        keys: keys.iter().map(|key| item(key)).collect(),
        projection: None,
        table: TABLE.into(),
        tokens: Tokens::default(),
    };
    let read = Request::BatchGetItem(BatchGetItem {
        tables: vec![keys(&["Id=b", "Id=none", "Id=a"])],
    });
    let Ok(Reply::Batch(batch)) = db.call(Timestamp(0), &read) else {
        panic!("no batch");
    };
    let found: Vec<_> = batch.items.iter().map(|(_, item)| show(item)).collect();
    assert_eq!(found, ["Id=b n=2"]);
    assert_eq!(batch.unprocessed, [keys(&["Id=a"])]);

    let twice = write(vec![put("Id=a"), drop("Id=a")]);
    insta::assert_snapshot!(
        ask(&mut db, 0, twice),
        @"ValidationException: Provided list of item keys contains duplicates"
    );
    db.settings_mut(TABLE).expect("a table").batch_entries_max = Some(0);
    assert!(ask(&mut db, 0, write(vec![put("Id=a")])).starts_with("ProvisionedThroughput"));
}
