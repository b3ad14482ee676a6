//! One item, or one map inside of it.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use super::value::AttributeValue;

/// Attribute name to value, sorted by name, each name once.
///
/// A sorted vector and not a tree: items are small, they are read and copied far more often than
/// they are changed, and there are very many of them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Item(Vec<(SmolStr, AttributeValue)>);

impl Item {
    /// An attribute's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        let at = self.find(name).ok()?;
        Some(&self.0[at].1)
    }

    /// An attribute's value, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut AttributeValue> {
        let at = self.find(name).ok()?;
        Some(&mut self.0[at].1)
    }

    /// Whether there is such an attribute.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Sets an attribute; what it was before.
    pub fn insert(&mut self, name: SmolStr, value: AttributeValue) -> Option<AttributeValue> {
        match self.find(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// Takes an attribute out; what it was.
    pub fn remove(&mut self, name: &str) -> Option<AttributeValue> {
        let at = self.find(name).ok()?;
        Some(self.0.remove(at).1)
    }

    /// The attributes, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&SmolStr, &AttributeValue)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// The values, sorted by name.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &AttributeValue> {
        self.0.iter().map(|(_, value)| value)
    }

    /// How many attributes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names mostly differ in their first byte, and comparing that alone spares a call to `memcmp`.
    fn find(&self, name: &str) -> Result<usize, usize> {
        let name = name.as_bytes();
        self.0.binary_search_by(|(known, _)| {
            let known = known.as_bytes();
            known
                .first()
                .cmp(&name.first())
                .then_with(|| known.cmp(name))
        })
    }
}

/// As a map.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Of attributes with one name the last counts.
impl FromIterator<(SmolStr, AttributeValue)> for Item {
    fn from_iter<I: IntoIterator<Item = (SmolStr, AttributeValue)>>(attributes: I) -> Self {
        let mut all: Vec<_> = attributes.into_iter().collect();
        if !all.is_sorted_by(|one, next| one.0 < next.0) {
            all.sort_by(|one, other| one.0.cmp(&other.0));
            // Equal names stand in the order they came in; what comes later takes the place.
            all.dedup_by(|later, kept| {
                let same = later.0 == kept.0;
                if same {
                    std::mem::swap(&mut later.1, &mut kept.1);
                }
                same
            });
        }
        all.shrink_to_fit();
        Self(all)
    }
}

impl Extend<(SmolStr, AttributeValue)> for Item {
    fn extend<I: IntoIterator<Item = (SmolStr, AttributeValue)>>(&mut self, attributes: I) {
        for (name, value) in attributes {
            self.insert(name, value);
        }
    }
}

impl<const N: usize> From<[(SmolStr, AttributeValue); N]> for Item {
    fn from(attributes: [(SmolStr, AttributeValue); N]) -> Self {
        attributes.into_iter().collect()
    }
}

impl IntoIterator for Item {
    type Item = (SmolStr, AttributeValue);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// As a map.
impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Attributes;
        impl<'de> Visitor<'de> for Attributes {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
                let mut all = Vec::new();
                while let Some(attribute) = map.next_entry()? {
                    all.push(attribute);
                }
                Ok(all.into_iter().collect())
            }
        }
        deserializer.deserialize_map(Attributes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(attributes: &[(&str, i64)]) -> Item {
        let attribute = |(name, value): &(&str, i64)| (SmolStr::new(name), (*value).into());
        attributes.iter().map(attribute).collect()
    }

    #[test]
    fn names_are_sorted_and_of_equal_ones_the_last_counts() {
        let told = item(&[("b", 1), ("a", 2), ("c", 3), ("b", 4), ("b", 5), ("a", 6)]);
        assert_eq!(told, item(&[("a", 6), ("b", 5), ("c", 3)]));
        assert_eq!(told.len(), 3);
    }

    #[test]
    fn an_attribute_is_set_found_and_taken_out() {
        let mut told = Item::default();
        for (name, value) in [("m", 1), ("a", 2), ("z", 3), ("m", 4)] {
            told.insert(name.into(), value.into());
        }
        assert_eq!(told, item(&[("a", 2), ("m", 4), ("z", 3)]));
        assert_eq!(told.get("m"), Some(&4.into()));
        assert_eq!(told.remove("m"), Some(4.into()));
        assert_eq!(told.remove("m"), None);
        assert!(!told.contains_key("m"));
    }

    #[test]
    fn json_is_a_map_and_reads_back() {
        let told = item(&[("b", 1), ("a", -2)]);
        let json = serde_json::to_string(&told).expect("an item is JSON");
        assert_eq!(json, r#"{"a":{"N":-2},"b":{"N":1}}"#);
        assert_eq!(
            serde_json::from_str::<Item>(&json).expect("it is an item"),
            told
        );
    }
}
