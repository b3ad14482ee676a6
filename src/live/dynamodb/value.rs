//! Rows and values, from the SDK's types to ours and back. Nothing else knows how either is made.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::base64;
use smol_str::SmolStr;

use crate::ports::table::{Item, Value};

/// A row in the SDK's types, in no order; none when it holds a binary that is no base64.
pub(super) fn to_row<R: FromIterator<(String, AttributeValue)>>(item: &Item) -> Option<R> {
    to_fields(&item.0)
}

fn to_fields<R: FromIterator<(String, AttributeValue)>>(
    fields: &BTreeMap<SmolStr, Value>,
) -> Option<R> {
    fields
        .iter()
        .map(|(name, value)| Some((name.to_string(), to_value(value)?)))
        .collect()
}

/// A value in the SDK's types; none as for [`to_row`].
pub(super) fn to_value(value: &Value) -> Option<AttributeValue> {
    let texts = |members: &[SmolStr]| members.iter().map(ToString::to_string).collect();
    Some(match value {
        Value::S(text) => AttributeValue::S(text.to_string()),
        Value::N(whole) => AttributeValue::N(whole.to_string()),
        Value::BigN(digits) => AttributeValue::N(digits.to_string()),
        Value::Bool(value) => AttributeValue::Bool(*value),
        Value::Null => AttributeValue::Null(true),
        Value::L(elements) => {
            AttributeValue::L(elements.iter().map(to_value).collect::<Option<_>>()?)
        }
        Value::M(fields) => AttributeValue::M(to_fields(fields)?),
        Value::Ss(members) => AttributeValue::Ss(texts(members)),
        Value::Ns(members) => AttributeValue::Ns(texts(members)),
        Value::B(text) => AttributeValue::B(to_blob(text)?),
        Value::Bs(members) => AttributeValue::Bs(
            members
                .iter()
                .map(|text| to_blob(text))
                .collect::<Option<_>>()?,
        ),
    })
}

/// A row in our types; none when it holds a kind of value that this version does not know.
pub(super) fn from_row(row: impl IntoIterator<Item = (String, AttributeValue)>) -> Option<Item> {
    from_fields(row).map(Item)
}

fn from_fields(
    fields: impl IntoIterator<Item = (String, AttributeValue)>,
) -> Option<BTreeMap<SmolStr, Value>> {
    fields
        .into_iter()
        .map(|(name, value)| Some((SmolStr::from(name), from_value(value)?)))
        .collect()
}

fn from_value(value: AttributeValue) -> Option<Value> {
    let texts = |members: Vec<String>| members.into_iter().map(SmolStr::from).collect();
    Some(match value {
        AttributeValue::S(text) => Value::S(text.into()),
        AttributeValue::N(digits) => match digits.parse() {
            Ok(whole) => Value::N(whole),
            Err(_) => Value::BigN(digits.into()),
        },
        AttributeValue::Bool(value) => Value::Bool(value),
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::L(elements) => Value::L(
            elements
                .into_iter()
                .map(from_value)
                .collect::<Option<_>>()?,
        ),
        AttributeValue::M(fields) => Value::M(from_fields(fields)?),
        AttributeValue::Ss(members) => Value::Ss(texts(members)),
        AttributeValue::Ns(members) => Value::Ns(texts(members)),
        AttributeValue::B(blob) => Value::B(from_blob(&blob)),
        AttributeValue::Bs(members) => Value::Bs(members.iter().map(from_blob).collect()),
        _ => return None,
    })
}

fn to_blob(text: &str) -> Option<Blob> {
    base64::decode(text).ok().map(Blob::new)
}

fn from_blob(blob: &Blob) -> SmolStr {
    base64::encode(blob).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_comes_back_as_it_went() {
        let all = [
            Value::S("text".into()),
            Value::N(i64::MIN),
            Value::BigN("12345678901234567890.5".into()),
            Value::Bool(true),
            Value::Null,
            Value::L(vec![Value::N(1), Value::Null]),
            Value::M(BTreeMap::from([("k".into(), Value::S("v".into()))])),
            Value::Ss(vec!["a".into(), "b".into()]),
            Value::Ns(vec!["1".into(), "2.5".into()]),
            Value::B("AAECAw==".into()),
            Value::Bs(vec!["AA==".into()]),
        ];
        for value in all {
            assert_eq!(to_value(&value).and_then(from_value), Some(value));
        }
    }

    #[test]
    fn what_is_no_base64_is_not_sent() {
        assert_eq!(to_value(&Value::B("?".into())), None);
    }
}
