//! Requests to DynamoDB in the SDK's types.
//!
//! The SDK keeps names, values and rows in unordered maps; nothing here depends on their order, and
//! nothing here names them.

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Put, TransactWriteItem};
use smol_str::SmolStr;

use super::value::{to_row, to_value};
use crate::ports::table::{BRIEF, Expression, KEY, Projection, PutItem, TransactAction};

/// The key of a row.
pub(in super::super) fn key<R: FromIterator<(String, AttributeValue)>>(row: &SmolStr) -> R {
    std::iter::once((KEY.to_owned(), AttributeValue::S(row.to_string()))).collect()
}

/// The text of a key; none for what is no key of ours.
pub(super) fn key_text(key: impl IntoIterator<Item = (String, AttributeValue)>) -> Option<SmolStr> {
    key.into_iter().find_map(|(name, value)| match value {
        AttributeValue::S(text) if name == KEY => Some(text.into()),
        _ => None,
    })
}

/// `#name` tokens; none when there are none, which DynamoDB asks for.
pub(super) fn names<R: FromIterator<(String, String)>>(
    expression: &Expression,
    projection: Projection,
) -> Option<R> {
    let brief: &[(&str, &str)] = match projection {
        Projection::Whole => &[],
        Projection::Brief => &BRIEF,
    };
    if expression.names.is_empty() && brief.is_empty() {
        return None;
    }
    let brief = brief.iter().map(|(token, name)| (*token, *name));
    let own = expression.names.iter();
    let own = own.map(|(token, name)| (token.as_str(), name.as_str()));
    Some(
        own.chain(brief)
            .map(|(token, name)| (token.to_owned(), name.to_owned()))
            .collect(),
    )
}

/// `:value` tokens; none when there are none.
pub(super) fn values<R: FromIterator<(String, AttributeValue)>>(
    expression: &Expression,
) -> Option<R> {
    if expression.values.is_empty() {
        return None;
    }
    let values = expression.values.iter();
    Some(
        values
            .map(|(token, value)| (token.to_string(), to_value(value)))
            .collect(),
    )
}

/// Actions of a transaction; none when one of them lacks something, which is our own bug.
pub(super) fn actions(actions: &[TransactAction], table: &str) -> Option<Vec<TransactWriteItem>> {
    actions.iter().map(|one| action(one, table)).collect()
}

fn action(action: &TransactAction, table: &str) -> Option<TransactWriteItem> {
    let built = TransactWriteItem::builder();
    Some(
        match action {
            TransactAction::Check {
                condition,
                key: row,
            } => built.condition_check(check(condition, row, table)?),
            TransactAction::Put(asked) => built.put(put(asked, table)?),
        }
        .build(),
    )
}

fn check(condition: &Expression, row: &SmolStr, table: &str) -> Option<ConditionCheck> {
    ConditionCheck::builder()
        .table_name(table)
        .set_key(Some(key(row)))
        .condition_expression(condition.text.as_str())
        .set_expression_attribute_names(names(condition, Projection::Whole))
        .set_expression_attribute_values(values(condition))
        .build()
        .ok()
}

fn put(asked: &PutItem, table: &str) -> Option<Put> {
    Put::builder()
        .table_name(table)
        .set_item(Some(to_row(&asked.item)))
        .condition_expression(asked.condition.text.as_str())
        .set_expression_attribute_names(names(&asked.condition, Projection::Whole))
        .set_expression_attribute_values(values(&asked.condition))
        .build()
        .ok()
}
