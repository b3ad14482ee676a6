//! Requests about many items: batches and transactions.
//!
//! Source: DynamoDB API Reference, *BatchGetItem*, *BatchWriteItem*, *TransactGetItems*,
//! *TransactWriteItems*. Maps by table are read in the order of the tables' names: a JSON object has
//! none, and clients send any.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use smol_str::SmolStr;

use super::error::{parse, validation};
use super::item::{Attributes, item, tokens};
use super::read::{ConditionCheck, DeleteItem, GetItem, Names, PutItem, UpdateItem};
use crate::answer::Answer;
use crate::dynamodb::request::{self as sim, Request};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct BatchGetItem {
    request_items: BTreeMap<SmolStr, Keys>,
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Keys {
    consistent_read: Option<bool>,
    expression_attribute_names: Names,
    keys: Vec<Attributes>,
    projection_expression: Option<SmolStr>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct BatchWriteItem {
    request_items: BTreeMap<SmolStr, Vec<BatchWrite>>,
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
    #[serde(rename = "ReturnItemCollectionMetrics")]
    _metrics: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct BatchWrite {
    delete_request: Option<DeleteRequest>,
    put_request: Option<PutRequest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteRequest {
    key: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PutRequest {
    item: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TransactGetItems {
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
    transact_items: Vec<TransactGet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TransactGet {
    get: GetItem,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TransactWriteItems {
    client_request_token: Option<SmolStr>,
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
    #[serde(rename = "ReturnItemCollectionMetrics")]
    _metrics: Option<IgnoredAny>,
    transact_items: Vec<TransactWrite>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TransactWrite {
    condition_check: Option<ConditionCheck>,
    delete: Option<DeleteItem>,
    put: Option<PutItem>,
    update: Option<UpdateItem>,
}

pub(super) fn batch_get_item(body: &[u8]) -> Answer<Request> {
    let batch: BatchGetItem = parse(body)?;
    let keys = |(table, keys): (SmolStr, Keys)| {
        Ok(sim::BatchKeys {
            consistent: keys.consistent_read.unwrap_or_default(),
            keys: keys.keys.into_iter().map(item).collect::<Answer<_>>()?,
            projection: keys.projection_expression,
            table,
            tokens: tokens(keys.expression_attribute_names, None)?,
        })
    };
    let tables = batch.request_items.into_iter().map(keys);
    Ok(Request::BatchGetItem(sim::BatchGetItem {
        tables: tables.collect::<Answer<_>>()?,
    }))
}

pub(super) fn batch_write_item(body: &[u8]) -> Answer<Request> {
    let batch: BatchWriteItem = parse(body)?;
    let mut writes = Vec::new();
    for (table, of_table) in batch.request_items {
        for write in of_table {
            writes.push(write.read(table.clone())?);
        }
    }
    Ok(Request::BatchWriteItem(sim::BatchWriteItem { writes }))
}

pub(super) fn transact_get_items(body: &[u8]) -> Answer<Request> {
    let transaction: TransactGetItems = parse(body)?;
    let gets = transaction.transact_items.into_iter();
    Ok(Request::TransactGetItems(sim::TransactGetItems {
        gets: gets.map(|item| item.get.read()).collect::<Answer<_>>()?,
    }))
}

pub(super) fn transact_write_items(body: &[u8]) -> Answer<Request> {
    let transaction: TransactWriteItems = parse(body)?;
    let actions = transaction
        .transact_items
        .into_iter()
        .map(TransactWrite::read)
        .collect::<Answer<Vec<_>>>()?;
    Ok(Request::TransactWriteItems(sim::TransactWriteItems {
        actions: actions.into(),
        token: transaction.client_request_token,
    }))
}

impl BatchWrite {
    fn read(self, table: SmolStr) -> Answer<sim::BatchWrite> {
        match (self.put_request, self.delete_request) {
            (Some(put), None) => Ok(sim::BatchWrite::Put {
                item: Arc::new(item(put.item)?),
                table,
            }),
            (None, Some(delete)) => Ok(sim::BatchWrite::Delete {
                key: item(delete.key)?,
                table,
            }),
            (None, None) | (Some(_), Some(_)) => Err(validation(
                "Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest",
            )),
        }
    }
}

impl TransactWrite {
    fn read(self) -> Answer<sim::TransactAction> {
        let Self {
            condition_check,
            delete,
            put,
            update,
        } = self;
        match (condition_check, delete, put, update) {
            (Some(check), None, None, None) => {
                check.read().map(sim::TransactAction::ConditionCheck)
            }
            (None, Some(delete), None, None) => delete.read().map(sim::TransactAction::Delete),
            (None, None, Some(put), None) => put.read().map(sim::TransactAction::Put),
            (None, None, None, Some(update)) => update.read().map(sim::TransactAction::Update),
            _ => Err(validation(
                "TransactItems can only contain one of Check, Put, Update or Delete",
            )),
        }
    }
}
