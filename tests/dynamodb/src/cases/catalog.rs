//! The requests of our own catalog, as the engine makes them.
//!
//! Nothing is copied here that could fall behind: scenarios are played on the simulated AWS, and the calls on the table that stand in
//! their journals are put to both sides again, in their order.

use std::path::Path;

use serde_json::{Value, json};
use snaplife::journal::{Event, Line};
use snaplife::player::{self, Check, KeepJournal, PlayOptions};
use snaplife::ports::table::{
    Attributes, BRIEF, Consistency, Expression, Item, KEY, Projection, PutItem, SortOrder,
    TransactAction, Value as TableValue,
};
use snaplife::ports::{self, table};
use snaplife::scenario;
use snaplife::simulated::table::table_definition;

use super::{Case, Expected, Group};
use crate::request::{Request, TABLE};

/// What these stories have the catalog do: create, sync, expire, sets, lost answers, stolen leases, floors, resumed deletes.
const SCENARIOS: &[&str] = &[
    "lifecycle/an-ordinary-fleet-over-a-year.yaml",
    "lifecycle/the-volumes-of-an-instance-are-one-set.yaml",
    "lifecycle/two-policies-do-not-count-each-other.yaml",
    "lifecycle/a-volume-without-its-instance-keeps-its-last-copy.yaml",
    "faults/a-brown-out-takes-nothing-twice.yaml",
    "faults/a-write-in-the-way-of-another-is-repeated.yaml",
    "recovery/a-half-deleted-set-is-finished.yaml",
    "recovery/a-lost-delete-answer-is-no-loss.yaml",
    "recovery/a-run-that-finds-a-dead-one-s-lease-comes-back.yaml",
    "recovery/an-expire-killed-after-any-call-is-finished.yaml",
];

/// Calls taken of each story: a year repeats itself.
const CALLS_MAX: usize = 400;

pub(super) fn group() -> Group {
    Group {
        name: "catalog",
        table: create_table(),
        cases: || SCENARIOS.iter().map(|path| case(path)).collect(),
    }
}

fn case(path: &str) -> Case {
    let steps: Vec<Request> = match calls(path) {
        Ok(calls) => calls.iter().filter_map(request).take(CALLS_MAX).collect(),
        Err(why) => return Case::broken(path, why),
    };
    if steps.is_empty() {
        return Case::broken(path, "its journal has no call on the table".to_owned());
    }
    Case::new(path, steps, Expected::Alike)
}

/// Every call of a scenario, in order.
fn calls(path: &str) -> Result<Vec<ports::Request>, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../scenarios")
        .join(path);
    let bytes = std::fs::read(&file).map_err(|error| error.to_string())?;
    let scenario = scenario::load(path, &bytes).map_err(|_| "it can't be read".to_owned())?;
    let played = player::play(
        &scenario,
        PlayOptions {
            check: Check::Once,
            journal: KeepJournal::Yes,
            ..PlayOptions::default()
        },
    );
    let mut calls = Vec::new();
    for line in played.journal.iter().flatten() {
        let line: Line<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
        if let Event::Call(call) = line.event {
            calls.push(call.request.into_owned());
        }
    }
    Ok(calls)
}

/// A call as DynamoDB's JSON; none when it is another service's, or about the table itself.
fn request(call: &ports::Request) -> Option<Request> {
    let on_table = |operation| Request::new(operation, json!({ "TableName": TABLE }));
    Some(match call {
        ports::Request::GetItem(get) => on_table("GetItem")
            .field("ConsistentRead", get.consistency == Consistency::Strong)
            .field("Key", key(&get.key)),
        ports::Request::BatchGetItem(get) => {
            let keys: Vec<Value> = get.keys.iter().map(|row| key(row)).collect();
            Request::new(
                "BatchGetItem",
                json!({ "RequestItems": { TABLE: { "ConsistentRead": true, "Keys": keys } } }),
            )
        }
        ports::Request::Query(query) => self::query(query),
        ports::Request::PutItem(put) => Request::new("PutItem", self::put(put)),
        ports::Request::TransactWrite(write) => {
            let actions: Vec<Value> = write.actions.iter().map(action).collect();
            Request::new(
                "TransactWriteItems",
                json!({ "ClientRequestToken": short(&write.token), "TransactItems": actions }),
            )
        }
        _ => return None,
    })
}

/// Room for what the arms add: no two cases may share tokens.
fn short(token: &str) -> &str {
    let end = token
        .char_indices()
        .nth(20)
        .map_or(token.len(), |(at, _)| at);
    &token[..end]
}

fn query(query: &table::Query) -> Request {
    let mut expression = query.key_condition.clone();
    if query.projection == Projection::Brief {
        let brief = BRIEF.map(|(token, name)| (token.into(), name.into()));
        expression.names.extend(brief);
    }
    let mut body = json!({
        "TableName": TABLE,
        "IndexName": query.index.name(),
        "KeyConditionExpression": expression.text.as_str(),
        "ScanIndexForward": query.order == SortOrder::Ascending,
    });
    add_tokens(&mut body, &expression);
    if query.projection == Projection::Brief {
        let tokens: Vec<&str> = BRIEF.iter().map(|(token, _)| *token).collect();
        body["ProjectionExpression"] = tokens.join(", ").into();
    }
    if let Some(limit) = query.limit {
        body["Limit"] = limit.into();
    }
    if let Some(start) = &query.start {
        body["ExclusiveStartKey"] = item(start);
    }
    Request::new("Query", body)
}

fn put(put: &PutItem) -> Value {
    let mut body = json!({
        "TableName": TABLE,
        "ConditionExpression": put.condition.text.as_str(),
        "Item": item(&put.item),
    });
    add_tokens(&mut body, &put.condition);
    body
}

fn action(action: &TransactAction) -> Value {
    match action {
        TransactAction::Check {
            condition,
            key: row,
        } => {
            let mut body = json!({
                "TableName": TABLE,
                "ConditionExpression": condition.text.as_str(),
                "Key": key(row),
            });
            add_tokens(&mut body, condition);
            json!({ "ConditionCheck": body })
        }
        TransactAction::Put(put) => json!({ "Put": self::put(put) }),
    }
}

fn add_tokens(body: &mut Value, expression: &Expression) {
    for (token, name) in &expression.names {
        body["ExpressionAttributeNames"][token.as_str()] = name.as_str().into();
    }
    for (token, value) in &expression.values {
        body["ExpressionAttributeValues"][token.as_str()] = self::value(value);
    }
}

fn key(row: &str) -> Value {
    json!({ KEY: { "S": row } })
}

fn item(item: &Item) -> Value {
    attributes(&item.0)
}

fn attributes(attributes: &Attributes) -> Value {
    let fields = attributes
        .iter()
        .map(|(name, value)| (name.to_string(), self::value(value)));
    Value::Object(fields.collect())
}

fn value(value: &TableValue) -> Value {
    match value {
        TableValue::S(text) => json!({ "S": text.as_str() }),
        TableValue::N(number) => json!({ "N": number.to_string() }),
        TableValue::B(bytes) => json!({ "B": snaplife_sim::dynamodb::base64::encode(bytes) }),
        TableValue::Bool(truth) => json!({ "BOOL": truth }),
        TableValue::Null => json!({ "NULL": true }),
        TableValue::L(elements) => {
            json!({ "L": elements.iter().map(self::value).collect::<Vec<_>>() })
        }
        TableValue::M(fields) => json!({ "M": attributes(fields) }),
        TableValue::Ss(members) => {
            json!({ "SS": members.iter().map(|member| member.as_str()).collect::<Vec<_>>() })
        }
        TableValue::Ns(members) => {
            json!({ "NS": members.iter().map(ToString::to_string).collect::<Vec<_>>() })
        }
        TableValue::Bs(members) => {
            let texts = members
                .iter()
                .map(|bytes| snaplife_sim::dynamodb::base64::encode(bytes));
            json!({ "BS": texts.collect::<Vec<_>>() })
        }
    }
}

/// `CreateTable` as `init` makes the table.
fn create_table() -> Value {
    let table = table_definition();
    let schema = |key: &snaplife_sim::dynamodb::KeySchema| -> Vec<Value> {
        key.attributes()
            .zip(["HASH", "RANGE"])
            .map(|(attribute, role)| json!({ "AttributeName": attribute.name.as_str(), "KeyType": role }))
            .collect()
    };
    let keys = std::iter::once(&table.key).chain(table.indexes.iter().map(|index| &index.key));
    let kinds: std::collections::BTreeMap<&str, &str> = keys
        .flat_map(|key| key.attributes())
        .map(|attribute| (attribute.name.as_str(), attribute.kind.name()))
        .collect();
    let attributes: Vec<Value> = kinds
        .iter()
        .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }))
        .collect();
    let indexes: Vec<Value> = table
        .indexes
        .iter()
        .map(|index| {
            json!({
                "IndexName": index.name.as_str(),
                "KeySchema": schema(&index.key),
                "Projection": { "ProjectionType": "ALL" },
            })
        })
        .collect();
    json!({
        "TableName": TABLE,
        "AttributeDefinitions": attributes,
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": indexes,
        "KeySchema": schema(&table.key),
    })
}
