//! What happens by itself, in the order of time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

use super::ids::InstanceId;
use super::snapshots::Key;

/// One thing that happens by itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Transition {
    /// A copy ends.
    Settle(Key),
    /// A deleted snapshot is not listed any more.
    Forget(Key),
    /// Changed tags show everywhere.
    ShowTags(Key),
    /// A terminated instance is not listed any more.
    Unlist(InstanceId),
}

/// Transitions by instant; at one instant in the order in which they were added.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Queue(BTreeMap<Timestamp, Vec<Transition>>);

impl Queue {
    pub(super) fn add(&mut self, at: Timestamp, transition: Transition) {
        self.0.entry(at).or_default().push(transition);
    }

    /// The earliest instant at which something happens.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.0.first_key_value().map(|(at, _)| *at)
    }

    /// What happens first, if that is not after `now`.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, Vec<Transition>)> {
        let first = self.0.first_entry()?;
        (*first.key() <= now).then(|| first.remove_entry())
    }
}
