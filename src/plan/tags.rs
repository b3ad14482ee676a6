//! The tags that a creation puts on its snapshots.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::create::CreateInput;
use crate::domain::tags::{PER_RESOURCE_MAX, is_reserved, key};
use crate::domain::{Lifetime, Tags};

/// What there is room for, less the three that come later: operation and target, which are added per
/// try, and a hold.
const TAGS_MAX: usize = PER_RESOURCE_MAX - 3;

/// Ours, then the configured ones, then those copied from the source, in the policy's order and as
/// long as there is room; of two for one key the first stays.
///
/// A copied tag never has a key of ours: a hold on an instance is not one on its snapshots.
pub(super) fn for_creation(input: &CreateInput<'_>, source: &Tags, lifetime: Lifetime) -> Tags {
    let policy = input.policy;
    let mut tags = BTreeMap::<SmolStr, SmolStr>::from([
        (
            SmolStr::new_static(key::INSTALLATION),
            input.installation.text().clone(),
        ),
        (
            SmolStr::new_static(key::POLICY),
            SmolStr::new(policy.name.as_str()),
        ),
        (
            SmolStr::new_static(key::SLOT),
            planted!(input.slot.text().clone(), NamesTheSlotByTheDay => input.slot.as_str().chars().take(8).collect()),
        ),
        (
            SmolStr::new_static(key::LIFETIME),
            SmolStr::from(lifetime.tag_value()),
        ),
    ]);
    let configured = policy
        .extra_tags
        .iter()
        .map(|tag| (&tag.key, &tag.value))
        .filter(|(name, _)| ![key::OP, key::TARGET].contains(&name.as_str()));
    let copied = policy
        .copy_tags
        .iter()
        .filter(|name| !name.starts_with(key::PREFIX))
        .filter_map(|name| source.get(name).map(|value| (name, value)));
    for (name, value) in configured.chain(copied) {
        if tags.len() < TAGS_MAX && !is_reserved(name) {
            tags.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    tags.into_iter().collect()
}
