//! The world's replies as JSON.
//!
//! Source: DynamoDB API Reference, *Response Elements* of each action.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;
use serde_json::json;
use smol_str::SmolStr;

use super::is_describe;
use super::item::Written;
use super::read_table::ListTables;
use crate::answer::{Answer, Refusal};
use crate::dynamodb::request::{
    Batch, BatchKeys, BatchWrite, Page, Reply, Request, TableDescription,
};
use crate::dynamodb::{Billing, Item, KeySchema, Projection};
use crate::ec2::AccountId;

/// Where a table lives, for its ARN.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) account: &'a AccountId,
    pub(super) region: &'a str,
}

/// What [`ListTables`] asks for; the names come in order.
pub(super) fn table_names<'a>(
    names: impl Iterator<Item = &'a SmolStr>,
    wanted: &ListTables,
) -> Answer<Bytes> {
    let after = wanted.exclusive_start_table_name.as_ref();
    let behind: Vec<&SmolStr> = names
        .filter(|name| after.is_none_or(|after| *name > after))
        .collect();
    let count = wanted.limit.unwrap_or(100).clamp(1, 100);
    let page = &behind[..behind.len().min(count)];
    let mut answer = BTreeMap::from([("TableNames", json!(page))]);
    if page.len() < behind.len() {
        answer.insert("LastEvaluatedTableName", json!(page.last()));
    }
    body(&answer)
}

/// The reply to a request.
pub(super) fn reply(request: &Request, reply: &Reply, place: Place<'_>) -> Answer<Bytes> {
    match reply {
        Reply::Table(table) => {
            let name = if is_describe(request) {
                "Table"
            } else {
                "TableDescription"
            };
            body(&json!({ name: description(table, place) }))
        }
        Reply::TimeToLive(attribute) => time_to_live(request, attribute.as_ref()),
        Reply::Item(item) => {
            let item = item.as_deref().map(Written);
            match request {
                Request::GetItem(_) => body(&Got { item }),
                _ => body(&Wrote { attributes: item }),
            }
        }
        Reply::Page(page) => self::page(page),
        Reply::Unprocessed(writes) => unprocessed(writes),
        Reply::Batch(batch) => self::batch(request, batch),
        Reply::Transacted => body(&json!({})),
        Reply::Items(items) => body(&Responses {
            responses: items
                .iter()
                .map(|item| Got {
                    item: item.as_deref().map(Written),
                })
                .collect(),
        }),
    }
}

/// An answer as bytes.
///
/// # Errors
/// None can come: maps have texts as keys, and there are no floats.
pub(super) fn body(answer: &impl Serialize) -> Answer<Bytes> {
    serde_json::to_vec(answer)
        .map(Bytes::from)
        .map_err(|error| Refusal::new(500, "InternalServerError", error.to_string()))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Got<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Written<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Wrote<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<Written<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Responses<'a> {
    responses: Vec<Got<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listed<'a> {
    count: usize,
    items: Vec<Written<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_evaluated_key: Option<Written<'a>>,
    scanned_count: usize,
}

fn page(page: &Page) -> Answer<Bytes> {
    body(&Listed {
        count: page.items.len(),
        items: page.items.iter().map(|item| Written(item)).collect(),
        last_evaluated_key: page.last_key.as_deref().map(Written),
        scanned_count: page.scanned,
    })
}

/// A write that was not done: `{"PutRequest": {"Item": …}}` or `{"DeleteRequest": {"Key": …}}`.
type Unwritten<'a> = BTreeMap<&'static str, BTreeMap<&'static str, Written<'a>>>;

fn unprocessed(writes: &[BatchWrite]) -> Answer<Bytes> {
    let mut tables: BTreeMap<&SmolStr, Vec<Unwritten<'_>>> = BTreeMap::new();
    for write in writes {
        let (table, request, part, item): (_, _, _, &Item) = match write {
            BatchWrite::Put { item, table } => (table, "PutRequest", "Item", item),
            BatchWrite::Delete { key, table } => (table, "DeleteRequest", "Key", key),
        };
        let entry = BTreeMap::from([(request, BTreeMap::from([(part, Written(item))]))]);
        tables.entry(table).or_default().push(entry);
    }
    body(&BTreeMap::from([("UnprocessedItems", tables)]))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BatchGot<'a> {
    responses: BTreeMap<&'a SmolStr, Vec<Written<'a>>>,
    unprocessed_keys: BTreeMap<&'a SmolStr, Unread<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Unread<'a> {
    consistent_read: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    expression_attribute_names: BTreeMap<&'a SmolStr, &'a SmolStr>,
    keys: Vec<Written<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    projection_expression: Option<&'a SmolStr>,
}

/// Every table asked for has a list, also an empty one.
fn batch(request: &Request, batch: &Batch) -> Answer<Bytes> {
    let asked: &[BatchKeys] = match request {
        Request::BatchGetItem(request) => &request.tables,
        _ => &[],
    };
    let mut responses: BTreeMap<&SmolStr, Vec<Written<'_>>> =
        asked.iter().map(|keys| (&keys.table, Vec::new())).collect();
    for (table, item) in &batch.items {
        responses.entry(table).or_default().push(Written(item));
    }
    let unprocessed = batch.unprocessed.iter().map(|keys| {
        let names = keys.tokens.names.iter().map(|(token, name)| (token, name));
        let unread = Unread {
            consistent_read: keys.consistent,
            expression_attribute_names: names.collect(),
            keys: keys.keys.iter().map(Written).collect(),
            projection_expression: keys.projection.as_ref(),
        };
        (&keys.table, unread)
    });
    body(&BatchGot {
        responses,
        unprocessed_keys: unprocessed.collect(),
    })
}

fn time_to_live(request: &Request, attribute: Option<&SmolStr>) -> Answer<Bytes> {
    match request {
        Request::UpdateTimeToLive(change) => body(&json!({ "TimeToLiveSpecification": {
            "AttributeName": change.attribute,
            "Enabled": change.enabled,
        } })),
        _ => body(&match attribute {
            Some(name) => json!({ "TimeToLiveDescription": {
                "AttributeName": name,
                "TimeToLiveStatus": "ENABLED",
            } }),
            None => json!({ "TimeToLiveDescription": { "TimeToLiveStatus": "DISABLED" } }),
        }),
    }
}

/// A table's description. Its sizes are not modelled, and `CreationDateTime` has whole seconds.
fn description(table: &TableDescription, place: Place<'_>) -> serde_json::Value {
    let definition = &table.definition;
    let Place { account, region } = place;
    let arn = format!(
        "arn:aws:dynamodb:{region}:{account}:table/{}",
        definition.name
    );
    let (mode, read, write) = match definition.billing {
        Billing::OnDemand => ("PAY_PER_REQUEST", 0, 0),
        Billing::Provisioned { read, write } => ("PROVISIONED", read, write),
    };
    let throughput = json!({
        "NumberOfDecreasesToday": 0,
        "ReadCapacityUnits": read,
        "WriteCapacityUnits": write,
    });
    let with_status = definition.indexes.iter().zip(&table.index_status);
    let indexes: Vec<serde_json::Value> = with_status
        .map(|(index, status)| {
            json!({
                "IndexArn": format!("{arn}/index/{}", index.name),
                "IndexName": index.name,
                "IndexStatus": status.name(),
                "KeySchema": key_schema(&index.key),
                "Projection": projection(&index.projection),
                "ProvisionedThroughput": throughput,
            })
        })
        .collect();
    let mut answer = BTreeMap::from([
        ("AttributeDefinitions", json!(attributes(table))),
        ("BillingModeSummary", json!({ "BillingMode": mode })),
        (
            "CreationDateTime",
            json!(table.created_at.0.div_euclid(1_000)),
        ),
        (
            "DeletionProtectionEnabled",
            json!(definition.deletion_protection),
        ),
        ("ItemCount", json!(table.item_count)),
        ("KeySchema", json!(key_schema(&definition.key))),
        ("ProvisionedThroughput", throughput.clone()),
        ("TableArn", json!(arn)),
        ("TableName", json!(definition.name)),
        ("TableStatus", json!(table.status.name())),
    ]);
    if !indexes.is_empty() {
        answer.insert("GlobalSecondaryIndexes", json!(indexes));
    }
    json!(answer)
}

fn attributes(table: &TableDescription) -> Vec<serde_json::Value> {
    let definition = &table.definition;
    let keys =
        std::iter::once(&definition.key).chain(definition.indexes.iter().map(|index| &index.key));
    let by_name: BTreeMap<&SmolStr, &str> = keys
        .flat_map(KeySchema::attributes)
        .map(|attribute| (&attribute.name, attribute.kind.name()))
        .collect();
    by_name
        .into_iter()
        .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }))
        .collect()
}

fn key_schema(key: &KeySchema) -> Vec<serde_json::Value> {
    let roles = ["HASH", "RANGE"];
    key.attributes()
        .zip(roles)
        .map(|(attribute, role)| json!({ "AttributeName": attribute.name, "KeyType": role }))
        .collect()
}

fn projection(projection: &Projection) -> serde_json::Value {
    match projection {
        Projection::All => json!({ "ProjectionType": "ALL" }),
        Projection::KeysOnly => json!({ "ProjectionType": "KEYS_ONLY" }),
        Projection::Include(names) => {
            json!({ "NonKeyAttributes": names, "ProjectionType": "INCLUDE" })
        }
    }
}
