//! The lifetime that an instance's (or singly taken volume's) tag and the policy give.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::{Lifetime, Policy, Tags};

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
#[must_use]
pub fn lifetime_for(policy: &Policy, tags: &Tags) -> (Lifetime, Option<LifetimeNote>) {
    let _ = (policy, tags);
    unimplemented!()
}
