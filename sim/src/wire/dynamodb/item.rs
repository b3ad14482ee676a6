//! Items and values as DynamoDB's JSON has them, both ways. The only place that knows how the world
//! keeps them.
//!
//! Source: DynamoDB API Reference, *AttributeValue*: an object with one field, named by the type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::error::{serialization, validation};
use crate::answer::Answer;
use crate::dynamodb::{AttributeValue, Item, Number, Tokens, base64};

/// Attributes as they were read.
pub(super) type Attributes = BTreeMap<SmolStr, Value>;

/// A value as it was read: right when exactly one field is there.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct Value {
    b: Option<SmolStr>,
    bool: Option<bool>,
    bs: Option<Vec<SmolStr>>,
    l: Option<Vec<Self>>,
    m: Option<Attributes>,
    n: Option<SmolStr>,
    ns: Option<Vec<SmolStr>>,
    null: Option<bool>,
    s: Option<SmolStr>,
    ss: Option<Vec<SmolStr>>,
}

/// An item, or the attributes of a key.
///
/// # Errors
/// A value without a type or with two, a number that is none, binary that is not base64, a set with
/// an element twice.
pub(super) fn item(attributes: Attributes) -> Answer<Item> {
    attributes
        .into_iter()
        .map(|(name, value)| Ok((name, value.read()?)))
        .collect()
}

/// The tokens of a request's expressions.
///
/// # Errors
/// An empty map of either kind, and what [`item`] says of a value.
pub(super) fn tokens(
    names: Option<BTreeMap<SmolStr, SmolStr>>,
    values: Option<Attributes>,
) -> Answer<Tokens> {
    let empty = |what| Err(validation(format_smolstr!("{what} must not be empty")));
    if names.as_ref().is_some_and(BTreeMap::is_empty) {
        return empty("ExpressionAttributeNames");
    }
    if values.as_ref().is_some_and(BTreeMap::is_empty) {
        return empty("ExpressionAttributeValues");
    }
    let values = values.unwrap_or_default().into_iter();
    Ok(Tokens {
        names: names.unwrap_or_default().into_iter().collect(),
        values: values
            .map(|(token, value)| Ok((token, value.read()?)))
            .collect::<Answer<_>>()?,
    })
}

impl Value {
    fn read(self) -> Answer<AttributeValue> {
        let mut read = Vec::with_capacity(1);
        if let Some(text) = self.s {
            read.push(AttributeValue::S(text));
        }
        if let Some(digits) = self.n {
            read.push(AttributeValue::N(number(&digits)?));
        }
        if let Some(text) = self.b {
            read.push(AttributeValue::B(bytes(&text)?));
        }
        if let Some(truth) = self.bool {
            read.push(AttributeValue::Bool(truth));
        }
        if let Some(truth) = self.null {
            if !truth {
                return Err(validation(
                    "One or more parameter values were invalid: Null attribute value types must \
                     have the value of true",
                ));
            }
            read.push(AttributeValue::Null);
        }
        if let Some(elements) = self.l {
            let elements = elements.into_iter().map(Self::read);
            read.push(AttributeValue::L(elements.collect::<Answer<_>>()?));
        }
        if let Some(fields) = self.m {
            read.push(AttributeValue::M(item(fields)?));
        }
        if let Some(members) = self.ss {
            read.push(AttributeValue::Ss(set(members, |text| Ok(text.clone()))?));
        }
        if let Some(members) = self.ns {
            read.push(AttributeValue::Ns(set(members, |digits| number(digits))?));
        }
        if let Some(members) = self.bs {
            read.push(AttributeValue::Bs(set(members, |text| bytes(text))?));
        }
        let value = read.pop().ok_or_else(|| {
            validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported \
                 datatypes",
            )
        })?;
        if !read.is_empty() {
            return Err(validation(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one \
                 of the supported datatypes",
            ));
        }
        Ok(value)
    }
}

fn number(digits: &str) -> Answer<Number> {
    Number::parse(digits).map_err(|error| validation(error.to_smolstr()))
}

fn bytes(text: &str) -> Answer<Arc<[u8]>> {
    let bytes = base64::decode(text).map(Arc::from);
    bytes.ok_or_else(|| serialization("Base64 encoded length is unexpected"))
}

fn set<T: Ord>(members: Vec<SmolStr>, read: impl Fn(&SmolStr) -> Answer<T>) -> Answer<BTreeSet<T>> {
    let set: BTreeSet<T> = members.iter().map(read).collect::<Answer<_>>()?;
    if set.len() < members.len() {
        return Err(validation(format_smolstr!(
            "One or more parameter values were invalid: Input collection [{}] contains duplicates.",
            members.join(", ")
        )));
    }
    Ok(set)
}

/// An item to be written.
pub(super) struct Written<'a>(pub(super) &'a Item);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|(name, value)| (name, WrittenValue(value))),
        )
    }
}

struct WrittenValue<'a>(&'a AttributeValue);

impl Serialize for WrittenValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_key(self.0.type_name())?;
        match self.0 {
            AttributeValue::S(text) => map.serialize_value(text)?,
            AttributeValue::N(number) => map.serialize_value(&Shown(number))?,
            AttributeValue::B(bytes) => map.serialize_value(&base64::encode(bytes))?,
            AttributeValue::Bool(truth) => map.serialize_value(truth)?,
            AttributeValue::Null => map.serialize_value(&true)?,
            AttributeValue::L(elements) => map.serialize_value(&Elements(elements))?,
            AttributeValue::M(fields) => map.serialize_value(&Written(fields))?,
            AttributeValue::Ss(members) => map.serialize_value(members)?,
            AttributeValue::Ns(members) => {
                let digits: Vec<Shown<'_, Number>> = members.iter().map(Shown).collect();
                map.serialize_value(&digits)?;
            }
            AttributeValue::Bs(members) => {
                let texts: Vec<String> =
                    members.iter().map(|bytes| base64::encode(bytes)).collect();
                map.serialize_value(&texts)?;
            }
        }
        map.end()
    }
}

struct Elements<'a>(&'a [AttributeValue]);

impl Serialize for Elements<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for element in self.0 {
            list.serialize_element(&WrittenValue(element))?;
        }
        list.end()
    }
}

/// A number as text.
struct Shown<'a, T>(&'a T);

impl<T: std::fmt::Display> Serialize for Shown<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}
