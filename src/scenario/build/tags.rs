//! Tags of a policy: what EC2 would refuse, and what is not for a policy to write.

use std::ops::Range;

use smol_str::SmolStr;

use super::Builder;
use crate::domain::{Tag, tags};
use crate::scenario::file::text::{Entries, Text};

/// What a policy may add: EC2's 50 on a resource, less those that a creation puts there itself and a
/// hold.
const ADDED_MAX: usize = tags::PER_RESOURCE_MAX - tags::OURS;

impl Builder<'_> {
    /// Keys of tags that are copied from a source.
    pub(super) fn copied_tags(&mut self, keys: &[Text]) -> Vec<SmolStr> {
        for key in keys {
            self.not_awss(&key.value, key.span.clone());
        }
        self.tag_keys(keys)
    }

    /// Keys of tags that are read.
    pub(super) fn tag_keys(&mut self, keys: &[Text]) -> Vec<SmolStr> {
        for key in keys {
            self.tag_key(&key.value, key.span.clone());
        }
        keys.iter().map(|key| key.value.as_str().into()).collect()
    }

    /// Tags that each snapshot gets.
    pub(super) fn added_tags(&mut self, written: &Entries<String>) -> Vec<Tag> {
        for (at, (key, value)) in written.0.iter().enumerate() {
            self.tag_key(&key.value, key.span.clone());
            self.not_awss(&key.value, key.span.clone());
            let characters = value.chars().count();
            if characters > tags::VALUE_CHARACTERS_MAX {
                self.wrong(
                    key.span.clone(),
                    format!("the value of this tag has {characters} characters"),
                    format!("EC2 takes up to {}", tags::VALUE_CHARACTERS_MAX),
                );
            }
            if at == ADDED_MAX {
                self.wrong(
                    key.span.clone(),
                    format!(
                        "EC2 takes {} tags on a snapshot, and {} are snaplife's own",
                        tags::PER_RESOURCE_MAX,
                        tags::OURS
                    ),
                    format!("write at most {ADDED_MAX}"),
                );
            }
        }
        tag_list(written)
    }

    /// A call that puts one of them on a snapshot fails as a whole.
    fn not_awss(&mut self, key: &str, place: Range<usize>) {
        if tags::is_reserved(key) {
            let message =
                "tags that start with `aws:` are AWS's own, and can't be put on a snapshot";
            self.wrong(place, message, "use another key");
        }
    }

    /// Our own tags carry meaning: no one else may write them.
    fn tag_key(&mut self, key: &str, place: Range<usize>) {
        let ours = tags::key::PREFIX;
        let characters = key.chars().count();
        if key.is_empty() {
            self.wrong(place, "a tag's key cannot be empty", "write the key");
        } else if key.starts_with(ours) {
            let message = format!("tags that start with `{ours}` are snaplife's own");
            self.wrong(place, message, "use another key");
        } else if characters > tags::KEY_CHARACTERS_MAX {
            self.wrong(
                place,
                format!("this tag's key has {characters} characters"),
                format!("EC2 takes up to {}", tags::KEY_CHARACTERS_MAX),
            );
        }
    }
}

/// Tags as they are written.
pub(super) fn tag_list(written: &Entries<String>) -> Vec<Tag> {
    let pairs = written.0.iter();
    pairs
        .map(|(key, value)| Tag::new(key.value.as_str(), value.as_str()))
        .collect()
}
