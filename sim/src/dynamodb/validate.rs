//! What is wrong with items, keys and tables before anything happens.
//!
//! Sources: DynamoDB Developer Guide, *Service, account, and table quotas* and *Naming rules*; the
//! sentences follow open emulators of the service.

use super::key::{Edge, Key, KeyValue};
use super::refusals::{parameter, validation};
use super::schema::{KeyAttribute, TableDefinition};
use super::table::Stored;
use super::value::{AttributeValue, Item};
use crate::answer::{Answer, Refusal};

/// Bytes of an item, at most: 400 KB.
const ITEM_BYTES_MAX: usize = 400 << 10;
/// Bytes of a partition key, at most.
const PARTITION_BYTES_MAX: usize = 2_048;
/// Bytes of a sort key, at most.
const SORT_BYTES_MAX: usize = 1_024;
/// Levels of lists and maps, at most.
const NESTING_MAX: usize = 32;
/// Global secondary indexes of a table, at most (the default quota).
const INDEXES_MAX: usize = 20;

/// The key of an item that is about to be put.
pub(super) fn key_of_item(table: &TableDefinition, item: &Item) -> Answer<Key> {
    for attribute in table.key.attributes() {
        let Some(value) = item.get(attribute.name.as_str()) else {
            return Err(parameter(format_args!(
                "Missing the key {} in the item",
                attribute.name
            )));
        };
        if KeyValue::of(value, attribute.kind).is_none() {
            return Err(parameter(format_args!(
                "Type mismatch for key {} expected: {} actual: {}",
                attribute.name,
                attribute.kind.name(),
                value.type_name()
            )));
        }
    }
    bounded_key(table, item)
}

/// The key that a request names: all key attributes and nothing else.
pub(super) fn key(table: &TableDefinition, key: &Item) -> Answer<Key> {
    let wanted = table.key.attributes().count();
    if key.len() != wanted || Key::of(key, &table.key).is_none() {
        return Err(validation(
            "The provided key element does not match the schema",
        ));
    }
    bounded_key(table, key)
}

fn bounded_key(table: &TableDefinition, item: &Item) -> Answer<Key> {
    let mismatch = || validation("The provided key element does not match the schema");
    let key = Key::of(item, &table.key).ok_or_else(mismatch)?;
    bounded(
        &table.key.partition,
        &key.partition,
        "hashkey",
        PARTITION_BYTES_MAX,
    )?;
    if let (Some(sort), Edge::At(value)) = (&table.key.sort, &key.sort) {
        bounded(sort, value, "rangekey", SORT_BYTES_MAX)?;
    }
    Ok(key)
}

fn bounded(
    attribute: &KeyAttribute,
    value: &KeyValue,
    part: &str,
    bytes_max: usize,
) -> Result<(), Refusal> {
    let (bytes, kind) = match value {
        KeyValue::S(text) => (text.len(), "string"),
        KeyValue::B(bytes) => (bytes.len(), "binary"),
        KeyValue::N(_) => return Ok(()),
    };
    if bytes == 0 {
        return Err(validation(format_args!(
            "One or more parameter values are not valid. The AttributeValue for a key attribute \
             cannot contain an empty {kind} value. Key: {}",
            attribute.name
        )));
    }
    if bytes > bytes_max {
        return Err(parameter(format_args!(
            "Size of {part} has exceeded the maximum size limit of{bytes_max} bytes"
        )));
    }
    Ok(())
}

/// Whether a whole item may be stored: its size, its values, and the keys of indexes in it.
pub(super) fn stored(table: &TableDefinition, stored: &Stored) -> Result<(), Refusal> {
    if stored.bytes > ITEM_BYTES_MAX {
        return Err(validation(
            "Item size has exceeded the maximum allowed size",
        ));
    }
    for value in stored.item.values() {
        self::value(value, 0)?;
    }
    for index in table.indexes.iter() {
        for attribute in index.key.attributes() {
            let Some(value) = stored.item.get(attribute.name.as_str()) else {
                continue;
            };
            index_key(&index.name, attribute, value)?;
        }
    }
    Ok(())
}

fn index_key(index: &str, attribute: &KeyAttribute, value: &AttributeValue) -> Result<(), Refusal> {
    let bytes = match KeyValue::of(value, attribute.kind) {
        None => {
            return Err(parameter(format_args!(
                "Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {index}",
                attribute.name,
                attribute.kind.name(),
                value.type_name()
            )));
        }
        Some(KeyValue::N(_)) => return Ok(()),
        Some(KeyValue::S(text)) => text.len(),
        Some(KeyValue::B(bytes)) => bytes.len(),
    };
    if bytes == 0 {
        return Err(validation(format_args!(
            "One or more parameter values are not valid. A value specified for a secondary index \
             key is not supported. The AttributeValue for a key attribute cannot contain an empty \
             string value. IndexName: {index}, IndexKey: {}",
            attribute.name
        )));
    }
    Ok(())
}

/// Whether a value may be stored or used in an expression.
pub(super) fn value(value: &AttributeValue, level: usize) -> Result<(), Refusal> {
    let empty_set = || parameter("An string set  may not be empty");
    match value {
        AttributeValue::S(_)
        | AttributeValue::N(_)
        | AttributeValue::B(_)
        | AttributeValue::Bool(_)
        | AttributeValue::Null => Ok(()),
        AttributeValue::Ss(members) if members.is_empty() => Err(empty_set()),
        AttributeValue::Ns(members) if members.is_empty() => Err(empty_set()),
        AttributeValue::Bs(members) if members.is_empty() => Err(empty_set()),
        AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_) => Ok(()),
        AttributeValue::L(_) | AttributeValue::M(_) if level >= NESTING_MAX => Err(validation(
            "Nesting Levels have exceeded supported limits: Attributes cannot have more than 32 \
             levels of nesting",
        )),
        AttributeValue::L(elements) => elements
            .iter()
            .try_for_each(|element| self::value(element, level + 1)),
        AttributeValue::M(fields) => fields
            .values()
            .try_for_each(|field| self::value(field, level + 1)),
    }
}

/// Whether a table may be made.
pub(super) fn definition(table: &TableDefinition) -> Result<(), Refusal> {
    let names = std::iter::once(&table.name).chain(table.indexes.iter().map(|index| &index.name));
    for name in names {
        let fits = (3..=255).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        if !fits {
            return Err(validation(format_args!(
                "Invalid table/index name.  Table/index names must be between 3 and 255 \
                 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', \
                 and '.': {name}"
            )));
        }
    }
    if table.indexes.len() > INDEXES_MAX {
        return Err(parameter(format_args!(
            "GlobalSecondaryIndex count exceeds the per-table limit of {INDEXES_MAX}"
        )));
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = table.indexes.iter().find(|index| !seen.insert(&index.name)) {
        return Err(parameter(format_args!(
            "Duplicate index name: {}",
            twice.name
        )));
    }
    Ok(())
}
