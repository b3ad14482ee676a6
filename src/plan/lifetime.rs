//! The lifetime that an instance's (or singly taken volume's) tag and the policy give.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::{Keep, Lifetime, Policy, Tags, duration};

/// Something a person should know about how a lifetime came about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifetimeNote {
    /// The tag's value can't be read (`7O`): no expiry, even with a policy default.
    Unreadable {
        /// The tag's key.
        key: SmolStr,
        /// Its value.
        value: SmolStr,
    },
    /// Neither a tag nor any rule gives an end: no expiry.
    NoRule,
}

/// What a snapshot made now would live for.
///
/// The first of the policy's lifetime tags that is present decides, readable or not; the policy's
/// own `for` speaks only where there is no such tag. With neither, a policy that counts (`last`)
/// gives [`Lifetime::NOTHING`] (age keeps nothing, the count does), and one without any rule gives
/// no expiry.
#[must_use]
pub fn lifetime_for(policy: &Policy, tags: &Tags) -> (Lifetime, Option<LifetimeNote>) {
    let tag = policy
        .lifetime_tags
        .iter()
        .find_map(|key| tags.get(key).map(|value| (key, value)));
    match planted!(tag, ForgetsTheLifetimeTag => None,
        TakesAnUnreadableTagForNone => tag.filter(|(_, value)| duration::parse_lifetime_tag(value).is_ok()))
    {
        Some((key, value)) => match duration::parse_lifetime_tag(value) {
            Ok(span) => (
                Lifetime::For(
                    planted!(span, RoundsTheLifetime => crate::domain::Span::days(span.whole_days())),
                ),
                None,
            ),
            Err(_) => {
                let (key, value) = (key.clone(), value.clone());
                (
                    Lifetime::Forever,
                    Some(LifetimeNote::Unreadable { key, value }),
                )
            }
        },
        None => match by_rule(&policy.keep) {
            Some(lifetime) => (lifetime, None),
            None => (Lifetime::Forever, Some(LifetimeNote::NoRule)),
        },
    }
}

/// What the keep rules give where no tag speaks; none when there is no rule.
pub(super) fn by_rule(keep: &Keep) -> Option<Lifetime> {
    match (keep.lifetime, keep.last) {
        (Some(span), _) => Some(Lifetime::For(span)),
        (None, Some(_)) => Some(Lifetime::NOTHING),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
