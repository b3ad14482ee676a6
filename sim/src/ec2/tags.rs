//! Tags, and the rules that EC2 has for them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::answer::Refusal;

use super::settings::Limits;

/// The tags of one resource: sorted by key, one value per key, shared and cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Tags(Arc<[(SmolStr, SmolStr)]>);

impl Tags {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&SmolStr> {
        let at = self.0.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Key and value, sorted by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&SmolStr, &SmolStr)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The shared pairs, sorted by key.
    #[must_use]
    pub const fn pairs(&self) -> &Arc<[(SmolStr, SmolStr)]> {
        &self.0
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

    /// These tags with `over` put on top: keys of `over` win, others stay.
    #[must_use]
    pub fn with(&self, over: &Self) -> Self {
        if self.is_empty() {
            return over.clone();
        }
        if over.is_empty() {
            return self.clone();
        }
        self.0.iter().chain(over.0.iter()).cloned().collect()
    }

    /// These tags without the ones that `remove` names: a key alone removes whatever its value is,
    /// a key with a value removes only that pair (API Reference, *DeleteTags*).
    #[must_use]
    pub fn without(&self, remove: &[(SmolStr, Option<SmolStr>)]) -> Self {
        let named = |key: &SmolStr, value: &SmolStr| {
            remove
                .iter()
                .any(|(k, v)| k == key && v.as_ref().is_none_or(|v| v == value))
        };
        self.0
            .iter()
            .filter(|(key, value)| !named(key, value))
            .cloned()
            .collect()
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
        let in_order = sorted.windows(2).all(|two| two[0].0 < two[1].0);
        if !in_order {
            sorted.reverse();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            sorted.dedup_by(|later, first| later.0 == first.0);
        }
        Self(sorted.into())
    }
}

/// Checks tags that a caller wants to put on a resource.
///
/// Key at most 128 characters, value at most 256, `aws:` reserved (EC2 User Guide, *Tag your Amazon
/// EC2 resources*). The codes are those of the API Reference's *Error codes* where it has one;
/// `InvalidParameterValue` for a value too long and for the reserved prefix is an assumption.
pub(super) fn check(tags: &Tags, limits: &Limits) -> Result<(), Refusal> {
    for (key, value) in tags.iter() {
        let characters = key.chars().count();
        if characters == 0 || characters > limits.tag_key_characters_max {
            let message = format!("Tag key exceeds the maximum length or is empty: {key}");
            return Err(Refusal::new(400, "InvalidTagKey.Malformed", message));
        }
        if key.starts_with("aws:") {
            let message = "Tag keys starting with 'aws:' are reserved for internal use";
            return Err(Refusal::new(400, "InvalidParameterValue", message));
        }
        if value.chars().count() > limits.tag_value_characters_max {
            let message = format!("Tag value exceeds the maximum length: {key}");
            return Err(Refusal::new(400, "InvalidParameterValue", message));
        }
    }
    check_count(tags.len(), limits)
}

/// At most 50 tags on a resource (EC2 User Guide, *Tag your Amazon EC2 resources*); beyond,
/// `TagLimitExceeded` (*Error codes*).
pub(super) fn check_count(count: usize, limits: &Limits) -> Result<(), Refusal> {
    if count > limits.tags_per_resource_max {
        let message = "The maximum number of Tags for a resource has been reached.";
        return Err(Refusal::new(400, "TagLimitExceeded", message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_too_long_a_value_too_long_and_a_reserved_prefix_are_refused() {
        let limits = Limits::default();
        let code = |key: &str, value: &str| {
            check(&Tags::from_iter([(key, value)]), &limits).map_err(|refusal| refusal.code)
        };
        assert_eq!(code(&"k".repeat(128), &"v".repeat(256)), Ok(()));
        assert_eq!(
            code(&"k".repeat(129), "").unwrap_err(),
            "InvalidTagKey.Malformed"
        );
        assert_eq!(code("", "").unwrap_err(), "InvalidTagKey.Malformed");
        assert_eq!(
            code("k", &"v".repeat(257)).unwrap_err(),
            "InvalidParameterValue"
        );
        assert_eq!(code("aws:x", "").unwrap_err(), "InvalidParameterValue");
    }

    #[test]
    fn the_later_of_two_values_for_a_key_stays() {
        let tags = Tags::from_iter([("b", "1"), ("a", "1"), ("b", "2")]);
        let over = Tags::from_iter([("a", "3"), ("c", "4")]);
        assert_eq!(
            tags.with(&over),
            Tags::from_iter([("a", "3"), ("b", "2"), ("c", "4")])
        );
        let kept = tags.without(&[("a".into(), Some("other".into())), ("b".into(), None)]);
        assert_eq!(kept, Tags::from_iter([("a", "1")]));
    }
}
