//! A key condition: the partition and a range of the sort key.
//!
//! Source: DynamoDB Developer Guide, *Key condition expressions for the Query operation*.

use std::borrow::Cow;
use std::ops::Bound;

use super::tree::{Comparator, Condition, Operand, Path};
use crate::answer::Refusal;
use crate::dynamodb::key::{KeyValue, SortRange};
use crate::dynamodb::refusals::{parameter, validation};
use crate::dynamodb::request::Tokens;
use crate::dynamodb::schema::{KeyAttribute, KeySchema};

/// What a query looks at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::dynamodb) struct KeyRange {
    pub(in crate::dynamodb) partition: KeyValue,
    pub(in crate::dynamodb) sort: SortRange,
}

/// Reads a parsed condition as a key condition for a schema.
///
/// # Errors
/// `ValidationException`: not of the form `pk = :v [AND sk …]`, or a value of a wrong type.
pub(in crate::dynamodb) fn key_range(
    condition: &Condition,
    tokens: &Tokens,
    schema: &KeySchema,
) -> Result<KeyRange, Refusal> {
    let parts = match condition {
        Condition::And(parts) => parts.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut partition = None;
    let mut sort = None;
    for part in parts {
        let (path, part) = subject_first(part)?;
        let name = tokens.resolve(&path.root);
        let sort_key = schema.sort.as_ref().filter(|sort| sort.name == *name);
        let again = if *name == schema.partition.name {
            partition
                .replace(equal(&part, tokens, &schema.partition)?)
                .is_some()
        } else if let Some(attribute) = sort_key {
            sort.replace(range(&part, tokens, attribute)?).is_some()
        } else if parts.len() == 1 {
            return Err(missed(&schema.partition));
        } else {
            return Err(not_supported());
        };
        if again {
            return Err(validation(
                "KeyConditionExpressions must only contain one condition per key",
            ));
        }
    }
    Ok(KeyRange {
        partition: partition.ok_or_else(|| missed(&schema.partition))?,
        sort: sort.unwrap_or(SortRange::ALL),
    })
}

fn missed(attribute: &KeyAttribute) -> Refusal {
    validation(format_args!(
        "Query condition missed key schema element: {}",
        attribute.name
    ))
}

/// The attribute that a part is about, and the part with that attribute first: `:v = pk` means
/// `pk = :v`.
fn subject_first(part: &Condition) -> Result<(&Path, Cow<'_, Condition>), Refusal> {
    let operand = match part {
        Condition::Compare(_, Comparator::NotEqual, _) => return Err(operator("<>")),
        Condition::Compare(value @ Operand::Value(_), comparator, Operand::Path(path)) => {
            let path_first = Operand::Path(path.clone());
            let turned = Condition::Compare(path_first, comparator.turned(), value.clone());
            return top_level(path).map(|path| (path, Cow::Owned(turned)));
        }
        Condition::Compare(operand, ..)
        | Condition::Between(operand, ..)
        | Condition::BeginsWith(operand, _) => operand,
        Condition::And(_) => return Err(operator("AND")),
        Condition::Or(_) => return Err(operator("OR")),
        Condition::Not(_) => return Err(operator("NOT")),
        Condition::In(..) => return Err(operator("IN")),
        Condition::Exists(_) => return Err(operator("attribute_exists")),
        Condition::NotExists(_) => return Err(operator("attribute_not_exists")),
        Condition::Type(..) => return Err(operator("attribute_type")),
        Condition::Contains(..) => return Err(operator("contains")),
    };
    match operand {
        Operand::Path(path) => top_level(path).map(|path| (path, Cow::Borrowed(part))),
        Operand::Value(_) => Err(not_supported()),
        Operand::Size(_) => Err(operator("size")),
    }
}

fn top_level(path: &Path) -> Result<&Path, Refusal> {
    if path.steps.is_empty() {
        return Ok(path);
    }
    Err(validation(
        "KeyConditionExpressions cannot have conditions on nested attributes",
    ))
}

fn not_supported() -> Refusal {
    validation("Query key condition not supported")
}

fn operator(name: &str) -> Refusal {
    validation(format_args!(
        "Invalid operator used in KeyConditionExpression: {name}"
    ))
}

fn equal(part: &Condition, tokens: &Tokens, attribute: &KeyAttribute) -> Result<KeyValue, Refusal> {
    match part {
        Condition::Compare(_, Comparator::Equal, value) => literal(value, tokens, attribute),
        _ => Err(not_supported()),
    }
}

fn range(
    part: &Condition,
    tokens: &Tokens,
    attribute: &KeyAttribute,
) -> Result<SortRange, Refusal> {
    let value = |operand| literal(operand, tokens, attribute);
    let (low, high) = match part {
        Condition::Compare(_, comparator, other) => {
            let value = value(other)?;
            match comparator {
                Comparator::Equal => (Bound::Included(value.clone()), Bound::Included(value)),
                Comparator::Less => (Bound::Unbounded, Bound::Excluded(value)),
                Comparator::LessOrEqual => (Bound::Unbounded, Bound::Included(value)),
                Comparator::Greater => (Bound::Excluded(value), Bound::Unbounded),
                Comparator::GreaterOrEqual => (Bound::Included(value), Bound::Unbounded),
                Comparator::NotEqual => return Err(operator("<>")),
            }
        }
        Condition::Between(_, low, high) => {
            (Bound::Included(value(low)?), Bound::Included(value(high)?))
        }
        Condition::BeginsWith(_, prefix) => {
            let prefix = value(prefix)?;
            let end = prefix
                .after_prefix()
                .map_or(Bound::Unbounded, Bound::Excluded);
            (Bound::Included(prefix), end)
        }
        _ => return Err(not_supported()),
    };
    Ok(SortRange { low, high })
}

fn literal(
    operand: &Operand,
    tokens: &Tokens,
    attribute: &KeyAttribute,
) -> Result<KeyValue, Refusal> {
    let value = match operand {
        Operand::Value(token) => tokens.value(token),
        Operand::Path(_) | Operand::Size(_) => None,
    };
    let value = value
        .and_then(|value| KeyValue::of(value, attribute.kind))
        .ok_or_else(|| parameter("Condition parameter type does not match schema type"))?;
    // Source: Developer Guide, *Supported data types*: a key attribute has no empty value.
    let empty = match &value {
        KeyValue::S(text) => text.is_empty(),
        KeyValue::B(bytes) => bytes.is_empty(),
        KeyValue::N(_) => false,
    };
    if empty {
        return Err(validation(format_args!(
            "One or more parameter values are not valid. The AttributeValue for a key attribute \
             cannot contain an empty string value. Key: {}",
            attribute.name
        )));
    }
    Ok(value)
}
