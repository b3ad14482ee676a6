//! Tags of EC2 resources, and the ones that are ours.

use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

/// The tag keys that carry our meaning.
pub mod key {
    /// Whose snapshot it is: without ours, nothing is ever deleted.
    pub const INSTALLATION: &str = "snaplife:installation";
    /// The policy it belongs to.
    pub const POLICY: &str = "snaplife:policy";
    /// The slot it serves.
    pub const SLOT: &str = "snaplife:slot";
    /// The try that made it.
    pub const OP: &str = "snaplife:op";
    /// Its lifetime as recorded at creation, in milliseconds, or `forever`.
    pub const LIFETIME: &str = "snaplife:lifetime";
    /// Set by a person: never deleted while present, whatever its value.
    pub const HOLD: &str = "snaplife:hold";
    /// The instance or volume that the creation was for; with policy and slot it names the intent.
    pub const TARGET: &str = "snaplife:target";
    /// What a snapshot gets that the old scripts made, when it is taken over.
    pub const TAKEN_OVER: [&str; 4] = [INSTALLATION, POLICY, SLOT, LIFETIME];
    /// What every key of ours starts with.
    pub const PREFIX: &str = "snaplife:";
}

/// Tags on a resource (EC2 User Guide, *Tag your Amazon EC2 resources*; so are the next two).
pub const PER_RESOURCE_MAX: usize = 50;
/// Characters of a key.
pub const KEY_CHARACTERS_MAX: usize = 128;
/// Characters of a value.
pub const VALUE_CHARACTERS_MAX: usize = 256;
/// How many of them are ours on a snapshot: six from its creation on, and the one of a hold, for which
/// there must always be room.
pub const OURS: usize = 7;

/// Whether a key starts with `aws:`, in any case: it is AWS's own, and a call that sets it fails as a
/// whole.
#[must_use]
pub fn is_reserved(key: &str) -> bool {
    key.get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:"))
}

/// One tag.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Tag {
    /// Case-sensitive.
    pub key: SmolStr,
    /// Case-sensitive; may be empty.
    pub value: SmolStr,
}

impl Tag {
    /// A tag from its two parts.
    pub fn new(key: impl Into<SmolStr>, value: impl Into<SmolStr>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
        }
    }
}

/// The tags of one resource: sorted by key, one value per key, cheap to clone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tags(Arc<[(SmolStr, SmolStr)]>);

impl Tags {
    /// Takes pairs that are sorted by key already, each key once; nothing is copied.
    #[must_use]
    pub fn from_sorted(pairs: Arc<[(SmolStr, SmolStr)]>) -> Self {
        debug_assert!(
            pairs.is_sorted_by(|a, b| a.0 < b.0),
            "tags are sorted, each key once"
        );
        Self(pairs)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&SmolStr> {
        let at = self.0.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Whether this very tag is there, key and value.
    #[must_use]
    pub fn has(&self, tag: &Tag) -> bool {
        self.get(&tag.key) == Some(&tag.value)
    }

    /// Key and value, sorted by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&SmolStr, &SmolStr)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for Tags {
    fn default() -> Self {
        Self(Arc::from([]))
    }
}

impl<K: Into<SmolStr>, V: Into<SmolStr>> FromIterator<(K, V)> for Tags {
    /// Of two values for one key the later one stays.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut sorted: Vec<(SmolStr, SmolStr)> = pairs
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        sorted.reverse();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.dedup_by(|later, first| later.0 == first.0);
        Self(sorted.into())
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<SmolStr, SmolStr>::deserialize(deserializer)?;
        Ok(map.into_iter().collect())
    }
}
