//! Attribute values and items, with the sizes that AWS counts.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::bytes;
pub use super::item::Item;
use super::number::Number;

/// One value of an item.
///
/// Equality is DynamoDB's: numbers by value, sets without order. In JSON it is a map of the type's
/// name to the value, as in DynamoDB's own, but for whole numbers, which are JSON's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AttributeValue {
    /// Text.
    S(SmolStr),
    /// A number.
    N(Number),
    /// Bytes; base64 in JSON.
    #[serde(with = "bytes::one")]
    B(Arc<[u8]>),
    /// True or false.
    #[serde(rename = "BOOL")]
    Bool(bool),
    /// The null of DynamoDB, which is a value.
    #[serde(rename = "NULL")]
    Null,
    /// A list.
    L(Vec<AttributeValue>),
    /// A map.
    M(Item),
    /// A set of texts, never empty in a stored item.
    #[serde(rename = "SS")]
    Ss(BTreeSet<SmolStr>),
    /// A set of numbers, never empty in a stored item.
    #[serde(rename = "NS")]
    Ns(BTreeSet<Number>),
    /// A set of bytes, never empty in a stored item.
    #[serde(rename = "BS", with = "bytes::set")]
    Bs(BTreeSet<Arc<[u8]>>),
}

impl AttributeValue {
    /// The type as AWS writes it: `S`, `N`, `BOOL` …
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::S(_) => "S",
            Self::N(_) => "N",
            Self::B(_) => "B",
            Self::Bool(_) => "BOOL",
            Self::Null => "NULL",
            Self::L(_) => "L",
            Self::M(_) => "M",
            Self::Ss(_) => "SS",
            Self::Ns(_) => "NS",
            Self::Bs(_) => "BS",
        }
    }

    /// Bytes that the value takes in an item.
    ///
    /// Source: DynamoDB Developer Guide, *Item sizes and formats*: text by UTF-8 bytes, bool and
    /// null 1, a list or map 3 and 1 for each element.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::S(text) => text.len(),
            Self::N(number) => number.size(),
            Self::B(bytes) => bytes.len(),
            Self::Bool(_) | Self::Null => 1,
            Self::L(elements) => 3 + elements.iter().map(|value| 1 + value.size()).sum::<usize>(),
            Self::M(fields) => 3 + fields.len() + item_size(fields),
            Self::Ss(texts) => texts.iter().map(SmolStr::len).sum(),
            Self::Ns(numbers) => numbers.iter().map(Number::size).sum(),
            Self::Bs(blobs) => blobs.iter().map(|bytes| bytes.len()).sum(),
        }
    }
}

impl From<i64> for AttributeValue {
    fn from(whole: i64) -> Self {
        Self::N(whole.into())
    }
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::S(text.into())
    }
}

/// Bytes that an item takes: names and values. The 100 bytes that storage adds are billed by the
/// month, not by the request.
#[must_use]
pub fn item_size(item: &Item) -> usize {
    item.iter()
        .map(|(name, value)| name.len() + value.size())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_as_much_as_values() {
        let item = Item::from([
            ("Id".into(), "abc".into()),
            ("Date".into(), 1_774_663_200_000.into()),
            ("Held".into(), AttributeValue::Bool(true)),
            (
                "Tags".into(),
                AttributeValue::M(Item::from([("k".into(), "v".into())])),
            ),
        ]);
        assert_eq!(
            item_size(&item),
            (2 + 3) + (4 + 5) + (4 + 1) + (4 + 3 + 1 + 2)
        );
    }
}
