//! Requests about single items, and listings.
//!
//! Source: DynamoDB API Reference, *GetItem*, *PutItem*, *UpdateItem*, *DeleteItem*, *Query*, *Scan*.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use smol_str::{SmolStr, format_smolstr};

use super::error::{parse, validation};
use super::item::{Attributes, item, tokens};
use crate::answer::Answer;
use crate::dynamodb::request::{self as sim, Request, ReturnValues};

/// `#name` tokens.
pub(super) type Names = Option<BTreeMap<SmolStr, SmolStr>>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetItem {
    consistent_read: Option<bool>,
    expression_attribute_names: Names,
    key: Attributes,
    projection_expression: Option<SmolStr>,
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
    table_name: SmolStr,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PutItem {
    condition_expression: Option<SmolStr>,
    expression_attribute_names: Names,
    expression_attribute_values: Option<Attributes>,
    item: Attributes,
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
    #[serde(rename = "ReturnItemCollectionMetrics")]
    _metrics: Option<IgnoredAny>,
    return_values: Option<SmolStr>,
    table_name: SmolStr,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UpdateItem {
    condition_expression: Option<SmolStr>,
    expression_attribute_names: Names,
    expression_attribute_values: Option<Attributes>,
    key: Attributes,
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
    #[serde(rename = "ReturnItemCollectionMetrics")]
    _metrics: Option<IgnoredAny>,
    return_values: Option<SmolStr>,
    table_name: SmolStr,
    update_expression: Option<SmolStr>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteItem {
    condition_expression: Option<SmolStr>,
    expression_attribute_names: Names,
    expression_attribute_values: Option<Attributes>,
    key: Attributes,
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
    #[serde(rename = "ReturnItemCollectionMetrics")]
    _metrics: Option<IgnoredAny>,
    return_values: Option<SmolStr>,
    table_name: SmolStr,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Query {
    consistent_read: Option<bool>,
    exclusive_start_key: Option<Attributes>,
    expression_attribute_names: Names,
    expression_attribute_values: Option<Attributes>,
    filter_expression: Option<SmolStr>,
    index_name: Option<SmolStr>,
    key_condition_expression: Option<SmolStr>,
    limit: Option<i64>,
    projection_expression: Option<SmolStr>,
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
    scan_index_forward: Option<bool>,
    table_name: SmolStr,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Scan {
    consistent_read: Option<bool>,
    exclusive_start_key: Option<Attributes>,
    expression_attribute_names: Names,
    expression_attribute_values: Option<Attributes>,
    filter_expression: Option<SmolStr>,
    index_name: Option<SmolStr>,
    limit: Option<i64>,
    projection_expression: Option<SmolStr>,
    #[serde(rename = "ReturnConsumedCapacity")]
    _consumed: Option<IgnoredAny>,
    table_name: SmolStr,
}

pub(super) fn get_item(body: &[u8]) -> Answer<Request> {
    parse::<GetItem>(body)?.read().map(Request::GetItem)
}

pub(super) fn put_item(body: &[u8]) -> Answer<Request> {
    parse::<PutItem>(body)?.read().map(Request::PutItem)
}

pub(super) fn update_item(body: &[u8]) -> Answer<Request> {
    parse::<UpdateItem>(body)?.read().map(Request::UpdateItem)
}

pub(super) fn delete_item(body: &[u8]) -> Answer<Request> {
    parse::<DeleteItem>(body)?.read().map(Request::DeleteItem)
}

pub(super) fn query(body: &[u8]) -> Answer<Request> {
    let query: Query = parse(body)?;
    Ok(Request::Query(sim::Query {
        consistent: query.consistent_read.unwrap_or_default(),
        descending: query.scan_index_forward == Some(false),
        filter: query.filter_expression,
        index: query.index_name,
        key_condition: query.key_condition_expression.ok_or_else(|| {
            validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in \
                 the request.",
            )
        })?,
        limit: limit(query.limit)?,
        projection: query.projection_expression,
        start: start(query.exclusive_start_key)?,
        table: query.table_name,
        tokens: tokens(
            query.expression_attribute_names,
            query.expression_attribute_values,
        )?,
    }))
}

pub(super) fn scan(body: &[u8]) -> Answer<Request> {
    let scan: Scan = parse(body)?;
    Ok(Request::Scan(sim::Scan {
        consistent: scan.consistent_read.unwrap_or_default(),
        filter: scan.filter_expression,
        index: scan.index_name,
        limit: limit(scan.limit)?,
        projection: scan.projection_expression,
        start: start(scan.exclusive_start_key)?,
        table: scan.table_name,
        tokens: tokens(
            scan.expression_attribute_names,
            scan.expression_attribute_values,
        )?,
    }))
}

impl GetItem {
    pub(super) fn read(self) -> Answer<sim::GetItem> {
        Ok(sim::GetItem {
            consistent: self.consistent_read.unwrap_or_default(),
            key: item(self.key)?,
            projection: self.projection_expression,
            table: self.table_name,
            tokens: tokens(self.expression_attribute_names, None)?,
        })
    }
}

impl PutItem {
    pub(super) fn read(self) -> Answer<sim::PutItem> {
        Ok(sim::PutItem {
            condition: self.condition_expression,
            item: Arc::new(item(self.item)?),
            returns: returns(self.return_values)?,
            table: self.table_name,
            tokens: tokens(
                self.expression_attribute_names,
                self.expression_attribute_values,
            )?,
        })
    }
}

impl UpdateItem {
    pub(super) fn read(self) -> Answer<sim::UpdateItem> {
        Ok(sim::UpdateItem {
            condition: self.condition_expression,
            key: item(self.key)?,
            returns: returns(self.return_values)?,
            table: self.table_name,
            tokens: tokens(
                self.expression_attribute_names,
                self.expression_attribute_values,
            )?,
            update: self.update_expression,
        })
    }
}

impl DeleteItem {
    pub(super) fn read(self) -> Answer<sim::DeleteItem> {
        Ok(sim::DeleteItem {
            condition: self.condition_expression,
            key: item(self.key)?,
            returns: returns(self.return_values)?,
            table: self.table_name,
            tokens: tokens(
                self.expression_attribute_names,
                self.expression_attribute_values,
            )?,
        })
    }
}

/// A transaction's check of a condition.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ConditionCheck {
    condition_expression: SmolStr,
    expression_attribute_names: Names,
    expression_attribute_values: Option<Attributes>,
    key: Attributes,
    table_name: SmolStr,
}

impl ConditionCheck {
    pub(super) fn read(self) -> Answer<sim::ConditionCheck> {
        Ok(sim::ConditionCheck {
            condition: self.condition_expression,
            key: item(self.key)?,
            table: self.table_name,
            tokens: tokens(
                self.expression_attribute_names,
                self.expression_attribute_values,
            )?,
        })
    }
}

fn returns(text: Option<SmolStr>) -> Answer<ReturnValues> {
    Ok(match text.as_deref() {
        None | Some("NONE") => ReturnValues::None,
        Some("ALL_OLD") => ReturnValues::AllOld,
        Some("ALL_NEW") => ReturnValues::AllNew,
        Some(other @ ("UPDATED_OLD" | "UPDATED_NEW")) => {
            return Err(validation(format_smolstr!(
                "The simulated DynamoDB does not model ReturnValues={other}"
            )));
        }
        Some(other) => {
            return Err(validation(format_smolstr!(
                "1 validation error detected: Value '{other}' at 'returnValues' failed to satisfy \
                 constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, \
                 NONE, UPDATED_NEW]"
            )));
        }
    })
}

fn limit(limit: Option<i64>) -> Answer<Option<u32>> {
    let Some(limit) = limit else { return Ok(None) };
    match u32::try_from(limit) {
        Ok(count) if count > 0 => Ok(Some(count)),
        _ => Err(validation(format_smolstr!(
            "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: \
             Member must have value greater than or equal to 1"
        ))),
    }
}

fn start(key: Option<Attributes>) -> Answer<Option<Arc<crate::dynamodb::Item>>> {
    key.map(|key| item(key).map(Arc::new)).transpose()
}
