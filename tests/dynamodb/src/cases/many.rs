//! Batches and transactions.
//!
//! Source: DynamoDB API Reference, *BatchGetItem*, *BatchWriteItem*, *TransactGetItems*, *TransactWriteItems*.

use serde_json::{Value, json};

use super::{CANCELLED, Case, Expected, INVALID};
use crate::request::{
    Request, TABLE, batch_get, batch_write, check, delete, get, key, put, transact, transact_get,
    update,
};

const DONE: Expected = Expected::Done;

pub(super) fn cases() -> Vec<Case> {
    batches()
        .into_iter()
        .chain(transactions())
        .chain(tokens())
        .collect()
}

fn stored() -> Request {
    put(&json!({ "Id": "a", "n": 1, "s": "old", "m": { "k": 2 } }))
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("id-{number:03}")).collect()
}

fn items(count: usize) -> Vec<Value> {
    ids(count)
        .iter()
        .map(|id| json!({ "Id": id, "n": 1 }))
        .collect()
}

fn batches() -> Vec<Case> {
    let all = |count| {
        let ids = ids(count);
        batch_get(ids.iter().map(String::as_str))
    };
    let with_projection = |text: &str, names: Value| {
        let mut request = batch_get(["a"]);
        let keys = &mut request.body["RequestItems"][TABLE];
        keys["ProjectionExpression"] = text.into();
        keys["ExpressionAttributeNames"] = names;
        request
    };
    let elsewhere = Request::new(
        "BatchGetItem",
        json!({ "RequestItems": { "not-there": { "Keys": [key("a")] } } }),
    );
    vec![
        Case::new(
            "a batch of puts and deletes",
            [stored(), batch_write(&items(3), ["a", "zz"])],
            DONE,
        ),
        Case::new("25 puts", [batch_write(&items(25), [])], DONE),
        Case::new("26 puts", [batch_write(&items(26), [])], INVALID),
        Case::new("no puts", [batch_write(&[], [])], INVALID),
        Case::new(
            "a batch of no tables",
            [Request::new(
                "BatchWriteItem",
                json!({ "RequestItems": {} }),
            )],
            INVALID,
        ),
        Case::new(
            "a key twice in a batch",
            [batch_write(
                &[json!({ "Id": "a" }), json!({ "Id": "a" })],
                [],
            )],
            INVALID,
        ),
        Case::new(
            "a put and a delete of one key",
            [batch_write(&[json!({ "Id": "a" })], ["a"])],
            INVALID,
        ),
        Case::new(
            "a batch with a bad item",
            [batch_write(&[json!({ "Id": "b" }), json!({ "x": 1 })], [])],
            INVALID,
        ),
        Case::new(
            "a write that is both",
            [Request::new(
                "BatchWriteItem",
                json!({ "RequestItems": { TABLE: [{
                "PutRequest": { "Item": key("a") }, "DeleteRequest": { "Key": key("b") },
            }] } }),
            )],
            INVALID,
        ),
        Case::new(
            "a batch of reads",
            [batch_write(&items(5), []), all(7)],
            DONE,
        ),
        Case::new("100 reads", [batch_write(&items(25), []), all(100)], DONE),
        Case::new("101 reads", [all(101)], INVALID),
        Case::new("no reads", [batch_get([])], INVALID),
        Case::new("a key twice among reads", [batch_get(["a", "a"])], INVALID),
        Case::new(
            "a batch elsewhere",
            [elsewhere],
            Expected::Refused("ResourceNotFoundException"),
        ),
        Case::new(
            "a batch with a projection",
            [stored(), with_projection("#n, m.k", json!({ "#n": "n" }))],
            DONE,
        ),
        Case::new(
            "a batch with a name that is not used",
            [stored(), with_projection("n", json!({ "#x": "n" }))],
            INVALID,
        ),
    ]
}

fn transactions() -> Vec<Case> {
    let one = json!({ ":one": 1 });
    let two = json!({ ":two": 2 });
    let add = || update("a", "SET n = n + :one").with(&one);
    let mut many: Vec<Request> = items(9).iter().map(put).collect();
    many.push(check("zz", "attribute_not_exists(Id)"));
    let elsewhere = |mut request: Request| {
        request.body["TableName"] = "not-there".into();
        request
    };
    let no_table = Expected::Refused("ResourceNotFoundException");
    vec![
        Case::new(
            "all kinds of actions",
            [
                stored(),
                put(&json!({ "Id": "gone" })),
                transact([
                    check("nobody", "attribute_not_exists(Id)"),
                    put(&json!({ "Id": "b" })).when("attribute_not_exists(Id)"),
                    add().when("n = :one"),
                    delete("gone").when("attribute_exists(Id)"),
                ]),
            ],
            DONE,
        ),
        Case::new("ten actions", [transact(many)], DONE),
        Case::new(
            "101 actions",
            [transact(items(101).iter().map(put))],
            INVALID,
        ),
        Case::new("no actions", [transact([])], INVALID),
        Case::new(
            "a check that fails",
            [
                stored(),
                transact([add(), check("b", "attribute_exists(Id)")]),
            ],
            CANCELLED,
        ),
        Case::new(
            "two of three fail",
            [
                stored(),
                transact([
                    check("a", "n = :two").with(&two),
                    put(&json!({ "Id": "b" })),
                    put(&json!({ "Id": "c" })).when("attribute_exists(Id)"),
                ]),
            ],
            CANCELLED,
        ),
        Case::new(
            "a lease that was stolen stops the mark",
            [
                stored(),
                put(&json!({ "Id": "lease", "token": 7 })),
                transact([
                    check("lease", "#t = :t").with(&json!({ "#t": "token", ":t": 6 })),
                    put(&json!({ "Id": "a", "n": 2 }))
                        .when("n = :one")
                        .with(&one),
                ]),
            ],
            CANCELLED,
        ),
        Case::new(
            "an update of what is not there",
            [transact([update("b", "ADD n :one").with(&one)])],
            DONE,
        ),
        Case::new(
            "a delete of what is not there",
            [transact([delete("b")])],
            DONE,
        ),
        Case::new(
            "one item twice",
            [
                stored(),
                transact([add(), check("a", "attribute_exists(Id)")]),
            ],
            INVALID,
        ),
        Case::new(
            "an update of a key",
            [
                stored(),
                transact([update("a", "SET Id = :v").with(&json!({ ":v": "b" }))]),
            ],
            INVALID,
        ),
        Case::new(
            "a bad expression",
            [stored(), transact([check("a", "n =")])],
            INVALID,
        ),
        Case::new(
            "an unused value",
            [
                stored(),
                transact([check("a", "attribute_exists(n)").with(&one)]),
            ],
            INVALID,
        ),
        Case::new(
            "a put without key",
            [transact([put(&json!({ "x": 1 }))])],
            INVALID,
        ),
        Case::new(
            "a check without condition",
            [Request::new(
                "TransactWriteItems",
                json!({ "TransactItems": [
            { "ConditionCheck": { "TableName": TABLE, "Key": key("a") } },
        ] }),
            )],
            INVALID,
        ),
        Case::new(
            "an action that is none",
            [Request::new(
                "TransactWriteItems",
                json!({ "TransactItems": [{}] }),
            )],
            INVALID,
        ),
        Case::new(
            "an action elsewhere",
            [transact([elsewhere(put(&json!({ "Id": "a" })))])],
            no_table,
        ),
        Case::new(
            "reads",
            [stored(), transact_get([bare("a"), bare("nobody")])],
            DONE,
        ),
        Case::new(
            "a read with a projection",
            [
                stored(),
                transact_get([bare("a").field("ProjectionExpression", "m.k, n")]),
            ],
            DONE,
        ),
        Case::new("no reads", [transact_get([])], INVALID),
        Case::new(
            "a read twice",
            [stored(), transact_get([bare("a"), bare("a")])],
            INVALID,
        ),
        Case::new(
            "a read elsewhere",
            [transact_get([elsewhere(bare("a"))])],
            no_table,
        ),
    ]
}

/// A read in a transaction takes no consistency.
fn bare(id: &str) -> Request {
    let mut get = get(id);
    if let Some(body) = get.body.as_object_mut() {
        body.remove("ConsistentRead");
    }
    get
}

fn tokens() -> Vec<Case> {
    let one = json!({ ":one": 1 });
    let add = |token: &str| {
        let actions = [update("a", "ADD n :one").with(&one)];
        transact(actions).field("ClientRequestToken", token)
    };
    let other = |token: &str| transact([delete("a")]).field("ClientRequestToken", token);
    let guarded = |token: &str| {
        let actions = [put(&json!({ "Id": "b" })).when("attribute_not_exists(Id)")];
        transact(actions).field("ClientRequestToken", token)
    };
    let failing = |token: &str| {
        transact([check("nobody", "attribute_exists(Id)")]).field("ClientRequestToken", token)
    };
    let mismatch = Expected::Refused("IdempotentParameterMismatchException");
    vec![
        Case::new(
            "the same token acts once",
            [stored(), add("t"), add("t"), get("a")],
            DONE,
        ),
        Case::new(
            "another token acts again",
            [stored(), add("t"), add("u"), get("a")],
            DONE,
        ),
        Case::new(
            "no token acts again",
            [stored(), plain(add("t")), plain(add("t")), get("a")],
            DONE,
        ),
        Case::new(
            "a token with other actions",
            [stored(), add("t"), other("t")],
            mismatch,
        ),
        Case::new(
            "a token answers success where the condition would fail now",
            [guarded("t"), guarded("t")],
            DONE,
        ),
        Case::new(
            "a cancelled transaction keeps no token",
            [failing("t"), failing("t")],
            CANCELLED,
        ),
        Case::new(
            "a cancelled transaction's token may be used for another",
            [stored(), failing("t"), add("t"), get("a")],
            DONE,
        ),
        Case::new("a token of 37 characters", [add(&"t".repeat(37))], INVALID),
    ]
}

fn plain(mut request: Request) -> Request {
    if let Some(body) = request.body.as_object_mut() {
        body.remove("ClientRequestToken");
    }
    request
}
