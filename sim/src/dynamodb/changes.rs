//! The recent changes of a table, in order: what indexes and stale reads still have to see.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::key::Key;
use super::table::Stored;
use crate::time::{Span, Timestamp};

/// One item before and after a write.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) at: Timestamp,
    pub(super) key: Key,
    pub(super) old: Option<Stored>,
    pub(super) new: Option<Stored>,
}

/// Changes since some instant, oldest first; each has a number that never changes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Changes {
    queue: VecDeque<Change>,
    /// The number of the first one in the queue.
    first: u64,
    /// So many at the front are in the indexes already.
    indexed: usize,
}

impl Changes {
    pub(super) fn push(&mut self, change: Change) {
        self.queue.push_back(change);
    }

    /// The number that the next change will have.
    pub(super) fn next_number(&self) -> u64 {
        self.first + self.queue.len() as u64
    }

    /// The oldest change that no index has seen and that is at least `lag` old; it counts as seen
    /// from now on.
    pub(super) fn next_for_indexes(&mut self, now: Timestamp, lag: Span) -> Option<(&Change, u64)> {
        let change = self.queue.get(self.indexed)?;
        if change.at + lag > now {
            return None;
        }
        let number = self.first + self.indexed as u64;
        self.indexed += 1;
        Some((change, number))
    }

    /// Forgets what indexes have seen and what is at least `lag` old.
    pub(super) fn forget(&mut self, now: Timestamp, lag: Span) {
        while self.indexed > 0
            && let Some(front) = self.queue.front()
            && front.at + lag <= now
        {
            self.queue.pop_front();
            self.first += 1;
            self.indexed -= 1;
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.first = self.next_number();
        self.queue.clear();
        self.indexed = 0;
    }

    /// The item as it was `lag` ago, when it has changed since.
    pub(super) fn before(&self, key: &Key, now: Timestamp, lag: Span) -> Option<&Option<Stored>> {
        self.queue
            .iter()
            .find(|change| change.at + lag > now && change.key == *key)
            .map(|change| &change.old)
    }
}
