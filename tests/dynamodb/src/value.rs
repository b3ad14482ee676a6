//! Values in plain JSON, for cases that people read; DynamoDB's own JSON is made of them and shown as them.
//!
//! `1` is a number, `"a"` a text, `true` and `null` themselves, `[…]` a list, `{…}` a map. What plain JSON can't say has its type in
//! front: `{"$SS": ["a"]}`, `{"$NS": ["1"]}`, `{"$BS": ["YQ=="]}`, `{"$B": "YQ=="}`, `{"$N": "1e2"}`.

use serde_json::{Map, Value, json};

/// Attributes by name, as DynamoDB's JSON has them.
pub(crate) fn attributes(plain: &Value) -> Value {
    match plain {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), typed(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// One value, as DynamoDB's JSON has it.
pub(crate) fn typed(plain: &Value) -> Value {
    match plain {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(truth) => json!({ "BOOL": truth }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(elements) => json!({ "L": elements.iter().map(typed).collect::<Vec<_>>() }),
        Value::Object(fields) => match tagged(fields) {
            Some((kind, value)) => json!({ kind: value }),
            None => json!({ "M": attributes(plain) }),
        },
    }
}

fn tagged(fields: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, value) = fields.iter().next().filter(|_| fields.len() == 1)?;
    Some((name.strip_prefix('$')?, value))
}

/// DynamoDB's JSON with each value as plain JSON, for people.
pub(crate) fn plain(stored: &Value) -> Value {
    match stored {
        Value::Object(fields) => one_value(fields).unwrap_or_else(|| {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), plain(value)));
            Value::Object(fields.collect())
        }),
        Value::Array(elements) => Value::Array(elements.iter().map(plain).collect()),
        other => other.clone(),
    }
}

fn one_value(fields: &Map<String, Value>) -> Option<Value> {
    let (kind, value) = fields.iter().next().filter(|_| fields.len() == 1)?;
    Some(match (kind.as_str(), value) {
        ("S", Value::String(_)) | ("BOOL", Value::Bool(_)) => value.clone(),
        ("N", Value::String(digits)) => match serde_json::from_str(digits) {
            Ok(Value::Number(number)) if number.to_string() == *digits => Value::Number(number),
            _ => json!({ "$N": digits }),
        },
        ("NULL", Value::Bool(_)) => Value::Null,
        ("L", Value::Array(_)) => plain(value),
        ("M", Value::Object(fields)) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect(),
        ),
        ("B" | "SS" | "NS" | "BS", Value::String(_) | Value::Array(_)) => {
            json!({ format!("${kind}"): value })
        }
        _ => return None,
    })
}
