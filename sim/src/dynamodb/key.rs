//! Keys as the storage orders them, and ranges of them.
//!
//! Order is DynamoDB's: text and bytes by unsigned bytes, numbers by value. Source: DynamoDB
//! Developer Guide, *Working with queries*.

use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::number::Number;
use super::schema::{KeyAttribute, KeySchema, KeyType};
use super::value::{AttributeValue, Item};

/// The value of a key attribute.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) enum KeyValue {
    S(SmolStr),
    N(Number),
    B(Arc<[u8]>),
}

/// A value, or the place before or after all values; stored keys have `At`, or `Before` for a part
/// that the schema does not have.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) enum Edge<T> {
    Before,
    At(T),
    After,
}

/// The key of an item in a table, or the first part of one in an index.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) struct Key {
    pub(super) partition: KeyValue,
    pub(super) sort: Edge<KeyValue>,
}

/// The place of an item in an index, whose own key need not be unique.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) struct Position {
    pub(super) key: Key,
    pub(super) base: Edge<Key>,
}

impl KeyValue {
    /// The value, when it has the type that the key asks for.
    pub(super) fn of(value: &AttributeValue, kind: KeyType) -> Option<Self> {
        match (value, kind) {
            (AttributeValue::S(text), KeyType::S) => Some(Self::S(text.clone())),
            (AttributeValue::N(number), KeyType::N) => Some(Self::N(number.clone())),
            (AttributeValue::B(bytes), KeyType::B) => Some(Self::B(Arc::clone(bytes))),
            _ => None,
        }
    }

    /// The smallest value greater than everything that begins with this one; none when there is
    /// no such value, or when it is a number.
    pub(super) fn after_prefix(&self) -> Option<Self> {
        match self {
            Self::S(text) => {
                let mut text = text.to_string();
                while let Some(last) = text.pop() {
                    // The code point after U+D7FF is U+E000: a range of `char` steps over the gap.
                    if let Some(next) = (last..=char::MAX).nth(1) {
                        text.push(next);
                        return Some(Self::S(text.into()));
                    }
                }
                None
            }
            Self::B(bytes) => {
                let mut bytes = bytes.to_vec();
                while let Some(last) = bytes.pop() {
                    if let Some(next) = last.checked_add(1) {
                        bytes.push(next);
                        return Some(Self::B(bytes.into()));
                    }
                }
                None
            }
            Self::N(_) => None,
        }
    }
}

impl Key {
    /// The key of an item; none when a part is missing or of another type.
    pub(super) fn of(item: &Item, schema: &KeySchema) -> Option<Self> {
        let part = |attribute: &KeyAttribute| {
            KeyValue::of(item.get(attribute.name.as_str())?, attribute.kind)
        };
        Some(Self {
            partition: part(&schema.partition)?,
            sort: match &schema.sort {
                None => Edge::Before,
                Some(sort) => Edge::At(part(sort)?),
            },
        })
    }
}

/// A range of sort keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SortRange {
    pub(super) low: Bound<KeyValue>,
    pub(super) high: Bound<KeyValue>,
}

impl SortRange {
    pub(super) const ALL: Self = Self {
        low: Bound::Unbounded,
        high: Bound::Unbounded,
    };
}

/// A place in a sorted storage: the two kinds share the way that ranges are made of them.
pub(super) trait Place: Ord + Clone {
    /// The first or last place with this key.
    fn edge(key: Key, last: bool) -> Self;
}

impl Place for Key {
    fn edge(key: Key, _last: bool) -> Self {
        key
    }
}

impl Place for Position {
    fn edge(key: Key, last: bool) -> Self {
        Self {
            key,
            base: if last { Edge::After } else { Edge::Before },
        }
    }
}

/// The places of one partition within a range of sort keys.
pub(super) fn bounds<P: Place>(partition: &KeyValue, range: &SortRange) -> (Bound<P>, Bound<P>) {
    let key = |sort| Key {
        partition: partition.clone(),
        sort,
    };
    let at = |value: &KeyValue| key(Edge::At(value.clone()));
    let low = match &range.low {
        Bound::Unbounded => Bound::Included(P::edge(key(Edge::Before), false)),
        Bound::Included(value) => Bound::Included(P::edge(at(value), false)),
        Bound::Excluded(value) => Bound::Excluded(P::edge(at(value), true)),
    };
    let high = match &range.high {
        Bound::Unbounded => Bound::Included(P::edge(key(Edge::After), true)),
        Bound::Included(value) => Bound::Included(P::edge(at(value), true)),
        Bound::Excluded(value) => Bound::Excluded(P::edge(at(value), false)),
    };
    (low, high)
}

/// Whether a range can be given to a `BTreeMap`, which panics on an inverted one.
pub(super) fn is_ordered<P: Ord>(low: &Bound<P>, high: &Bound<P>) -> bool {
    match (low, high) {
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => true,
        (Bound::Excluded(low), Bound::Excluded(high)) => low < high,
        (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high))
        | (Bound::Included(low), Bound::Excluded(high)) => low <= high,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_just_behind_everything_that_begins_with_it() {
        let after = |text: &str| KeyValue::S(text.into()).after_prefix();
        assert_eq!(after("ab"), Some(KeyValue::S("ac".into())));
        assert_eq!(after("a\u{d7ff}"), Some(KeyValue::S("a\u{e000}".into())));
        assert_eq!(after("a\u{10ffff}"), Some(KeyValue::S("b".into())));
        assert_eq!(after("\u{10ffff}"), None);
        assert_eq!(after(""), None);
        let bytes = KeyValue::B(vec![1, 255].into()).after_prefix();
        assert_eq!(bytes, Some(KeyValue::B(vec![2].into())));
    }
}
