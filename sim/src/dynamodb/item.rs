//! One item, or one map inside of it.

use std::cmp::Ordering;
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
pub struct Item(Vec<Attribute>);

#[derive(Clone, PartialEq, Eq)]
struct Attribute {
    head: Head,
    name: SmolStr,
    value: AttributeValue,
}

/// The first eight bytes of a name, as a number that sorts as they do. Most names differ in them,
/// and comparing numbers takes a third fewer instructions than comparing texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Head(u64);

impl Head {
    /// Four to seven bytes are read as two halves that overlap: a copy of so few is a call and takes longer.
    #[inline]
    fn of(name: &str) -> Self {
        let name = name.as_bytes();
        if let Some(first) = name.first_chunk() {
            return Self(u64::from_be_bytes(*first));
        }
        if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
            let half = |bytes: &[u8; 4]| u64::from(u32::from_be_bytes(*bytes));
            return Self(half(first) << 32 | half(last) << (64 - 8 * name.len()));
        }
        let byte = |at: usize| u64::from(name.get(at).copied().unwrap_or(0));
        Self(byte(0) << 56 | byte(1) << 48 | byte(2) << 40)
    }
}

impl Attribute {
    fn new(name: SmolStr, value: AttributeValue) -> Self {
        Self {
            head: Head::of(&name),
            name,
            value,
        }
    }

    /// By name; the head alone decides where it can.
    fn cmp_name(&self, head: Head, name: &str) -> Ordering {
        self.head
            .cmp(&head)
            .then_with(|| self.name.as_str().cmp(name))
    }

    /// Whether that is its name, if that is its head.
    fn has_name(&self, name: &str) -> bool {
        let own = self.name.as_str();
        // A head is all of a short name but its length.
        own.len() == name.len() && (name.len() <= size_of::<Head>() || own == name)
    }
}

impl Item {
    /// An attribute's value.
    #[inline]
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        let at = self.find(name).ok()?;
        Some(&self.0[at].value)
    }

    /// An attribute's value, to be changed.
    #[inline]
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut AttributeValue> {
        let at = self.find(name).ok()?;
        Some(&mut self.0[at].value)
    }

    /// Whether there is such an attribute.
    #[inline]
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Sets an attribute; what it was before.
    #[inline]
    pub fn insert(&mut self, name: SmolStr, value: AttributeValue) -> Option<AttributeValue> {
        match self.find(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].value, value)),
            Err(at) => {
                self.0.insert(at, Attribute::new(name, value));
                None
            }
        }
    }

    /// Takes an attribute out; what it was.
    pub fn remove(&mut self, name: &str) -> Option<AttributeValue> {
        let at = self.find(name).ok()?;
        Some(self.0.remove(at).value)
    }

    /// The attributes, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&SmolStr, &AttributeValue)> {
        self.0.iter().map(|one| (&one.name, &one.value))
    }

    /// The values, sorted by name.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &AttributeValue> {
        self.0.iter().map(|one| &one.value)
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

    #[inline]
    fn find(&self, name: &str) -> Result<usize, usize> {
        let head = Head::of(name);
        // The heads alone lead there without a branch that a processor could guess wrong; names are compared only among equal heads.
        let mut at = self.0.partition_point(|one| one.head < head);
        while let Some(one) = self.0.get(at).filter(|one| one.head == head) {
            if one.has_name(name) {
                return Ok(at);
            }
            if one.name.as_str() > name {
                break;
            }
            at += 1;
        }
        Err(at)
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
        let attribute = |(name, value)| Attribute::new(name, value);
        let mut all: Vec<_> = attributes.into_iter().map(attribute).collect();
        let order = |one: &Attribute, other: &Attribute| one.cmp_name(other.head, &other.name);
        if !all.is_sorted_by(|one, next| order(one, next) == Ordering::Less) {
            all.sort_by(order);
            // Equal names stand in the order they came in; what comes later takes the place.
            all.dedup_by(|later, kept| {
                let same = later.name == kept.name;
                if same {
                    std::mem::swap(&mut later.value, &mut kept.value);
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
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(self.0.into_iter())
    }
}

/// The attributes of an item, sorted by name.
pub struct IntoIter(std::vec::IntoIter<Attribute>);

impl Iterator for IntoIter {
    type Item = (SmolStr, AttributeValue);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|one| (one.name, one.value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
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

    /// Names that agree in eight bytes and more, that are shorter than that, and that end in zeros.
    #[test]
    fn names_are_in_the_order_of_their_bytes() {
        let names = [
            "",
            "\0",
            "a",
            "a\0",
            "a\0b",
            "abcdefg",
            "abcdefg\0",
            "abcdefgh",
            "abcdefgh\0",
            "abcdefghi",
            "abcdefghj",
            "abcdefgi",
            "b",
            "é",
            "\u{10ffff}",
        ];
        let told: Item = names
            .iter()
            .rev()
            .map(|name| (SmolStr::new(name), 1.into()))
            .collect();
        let order: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(order, names);
        for name in names {
            assert!(told.contains_key(name), "{name:?}");
        }
        assert!(!told.contains_key("abcdefghk"));
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
