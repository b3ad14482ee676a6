//! Rows and values, from the SDK's types to ours and back. Nothing else knows how either is made.

use std::sync::Arc;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use smol_str::{SmolStr, ToSmolStr};
use snaplife_sim::dynamodb::Number;

use crate::ports::table::{Attributes, Item, Value};

/// A row in the SDK's types, in no order.
pub(in super::super) fn to_row<R: FromIterator<(String, AttributeValue)>>(item: &Item) -> R {
    to_fields(&item.0)
}

fn to_fields<R: FromIterator<(String, AttributeValue)>>(fields: &Attributes) -> R {
    fields
        .iter()
        .map(|(name, value)| (name.to_string(), to_value(value)))
        .collect()
}

/// A value in the SDK's types.
pub(super) fn to_value(value: &Value) -> AttributeValue {
    match value {
        Value::S(text) => AttributeValue::S(text.to_string()),
        Value::N(number) => AttributeValue::N(number.to_string()),
        Value::Bool(value) => AttributeValue::Bool(*value),
        Value::Null => AttributeValue::Null(true),
        Value::L(elements) => AttributeValue::L(elements.iter().map(to_value).collect()),
        Value::M(fields) => AttributeValue::M(to_fields(fields)),
        Value::Ss(members) => AttributeValue::Ss(members.iter().map(ToString::to_string).collect()),
        Value::Ns(members) => AttributeValue::Ns(members.iter().map(ToString::to_string).collect()),
        Value::B(bytes) => AttributeValue::B(Blob::new(&**bytes)),
        Value::Bs(members) => {
            AttributeValue::Bs(members.iter().map(|bytes| Blob::new(&**bytes)).collect())
        }
    }
}

/// A row in our types; none when it holds something that this version does not know, or a number
/// that DynamoDB would not keep.
pub(super) fn from_row(row: impl IntoIterator<Item = (String, AttributeValue)>) -> Option<Item> {
    from_fields(row).map(|attributes| Item(Arc::new(attributes)))
}

fn from_fields(fields: impl IntoIterator<Item = (String, AttributeValue)>) -> Option<Attributes> {
    fields
        .into_iter()
        .map(|(name, value)| Some((name.to_smolstr(), from_value(value)?)))
        .collect()
}

fn from_value(value: AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::S(text) => Value::S(SmolStr::from(text)),
        AttributeValue::N(digits) => Value::N(Number::parse(&digits).ok()?),
        AttributeValue::Bool(value) => Value::Bool(value),
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::L(elements) => Value::L(
            elements
                .into_iter()
                .map(from_value)
                .collect::<Option<_>>()?,
        ),
        AttributeValue::M(fields) => Value::M(from_fields(fields)?),
        AttributeValue::Ss(members) => Value::Ss(members.into_iter().map(SmolStr::from).collect()),
        AttributeValue::Ns(members) => Value::Ns(
            members
                .iter()
                .map(|digits| Number::parse(digits).ok())
                .collect::<Option<_>>()?,
        ),
        AttributeValue::B(blob) => Value::B(blob.into_inner().into()),
        AttributeValue::Bs(members) => Value::Bs(
            members
                .into_iter()
                .map(|blob| blob.into_inner().into())
                .collect(),
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_comes_back_as_it_went() {
        let number = |digits| Number::parse(digits).expect("it is a number");
        let bytes = |bytes: &[u8]| Arc::<[u8]>::from(bytes);
        let all = [
            Value::S("text".into()),
            Value::from(i64::MIN),
            Value::N(number("12345678901234567890.5")),
            Value::Bool(true),
            Value::Null,
            Value::L(vec![Value::from(1), Value::Null]),
            Value::M(Attributes::from([("k".into(), Value::S("v".into()))])),
            Value::Ss(["a".into(), "b".into()].into()),
            Value::Ns([number("1"), number("2.5")].into()),
            Value::B(bytes(&[0, 1, 2])),
            Value::Bs([bytes(&[0]), bytes(&[1])].into()),
        ];
        for value in all {
            assert_eq!(from_value(to_value(&value)), Some(value));
        }
    }

    #[test]
    fn a_number_that_no_table_keeps_is_not_read() {
        assert_eq!(from_value(AttributeValue::N("one".into())), None);
    }
}
