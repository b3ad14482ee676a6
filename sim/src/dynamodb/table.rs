//! One table: its items, and everything that follows a write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::backups::Recovery;
use super::capacity::Capacity;
use super::changes::{Change, Changes};
use super::index::Index;
use super::key::Key;
use super::request::{Status, TableDescription};
use super::schema::{IndexDefinition, Settings, TableDefinition};
use super::value::{AttributeValue, Item, item_size};
use crate::time::{Span, Timestamp};

/// Items that expired longer ago are not deleted any more. Source: *Time to Live*: "five years".
const TTL_AGE_MAX: Span = Span::days(5 * 365);

/// An item with its size.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) item: Arc<Item>,
    pub(super) bytes: usize,
}

impl Stored {
    pub(super) fn new(item: Arc<Item>) -> Self {
        Self {
            bytes: item_size(&item),
            item,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) capacity: Capacity,
    changes: Changes,
    pub(super) created_at: Timestamp,
    pub(super) definition: TableDefinition,
    pub(super) deleted_at: Option<Timestamp>,
    /// Every change, oldest first, while `keep_history` is set.
    history: Vec<Change>,
    pub(super) indexes: Vec<Index>,
    #[serde(with = "crate::pairs")]
    pub(super) items: BTreeMap<Key, Stored>,
    pub(super) recovery: Recovery,
    pub(super) settings: Settings,
    /// The latest instant up to which lagging work is done.
    settled_at: Timestamp,
    ttl: Option<TimeToLive>,
}

/// The items that will expire, soonest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct TimeToLive {
    attribute: SmolStr,
    expiring: BTreeSet<(Timestamp, Key)>,
}

impl TimeToLive {
    /// When an item expires: the attribute in seconds since 1970, when it is a whole number.
    fn expiry(&self, item: &Item) -> Option<Timestamp> {
        match item.get(self.attribute.as_str()) {
            Some(AttributeValue::N(seconds)) => seconds.as_i64()?.checked_mul(1_000).map(Timestamp),
            _ => None,
        }
    }
}

impl Table {
    pub(super) fn new(definition: TableDefinition, settings: Settings, now: Timestamp) -> Self {
        let items = BTreeMap::new();
        let ready_at = now + settings.create_time;
        let indexes = definition
            .indexes
            .iter()
            .map(|index| Index::fill(index.clone(), &definition.key, &items, ready_at, 0))
            .collect();
        Self {
            capacity: Capacity::new(definition.billing, now),
            changes: Changes::default(),
            created_at: now,
            definition,
            deleted_at: None,
            history: Vec::new(),
            indexes,
            items,
            recovery: Recovery::Disabled,
            settings,
            settled_at: now,
            ttl: None,
        }
    }

    pub(super) fn status(&self, now: Timestamp) -> Status {
        if self.deleted_at.is_some() {
            Status::Deleting
        } else if now < self.created_at + self.settings.create_time {
            Status::Creating
        } else if self.indexes.iter().any(|index| now < index.ready_at) {
            Status::Updating
        } else {
            Status::Active
        }
    }

    pub(super) fn describe(&self, now: Timestamp) -> TableDescription {
        let index_status = |index: &Index| {
            if now < index.ready_at {
                Status::Creating
            } else {
                Status::Active
            }
        };
        TableDescription {
            created_at: self.created_at,
            definition: self.definition.clone(),
            index_status: self.indexes.iter().map(index_status).collect(),
            item_count: self.items.len(),
            status: self.status(now),
        }
    }

    /// The item as a strongly consistent read sees it.
    pub(super) fn get(&self, key: &Key) -> Option<&Stored> {
        self.items.get(key)
    }

    /// The item as a read sees it that may be behind.
    pub(super) fn get_stale(&self, key: &Key, now: Timestamp) -> Option<&Stored> {
        let lag = self.settings.base_lag;
        if lag <= Span::ZERO {
            return self.get(key);
        }
        match self.changes.before(key, now, lag) {
            Some(before) => before.as_ref(),
            None => self.get(key),
        }
    }

    /// Puts an item in the place of its key, or deletes what is there.
    pub(super) fn write(&mut self, now: Timestamp, key: Key, new: Option<Stored>) {
        let old = match new.clone() {
            Some(new) => self.items.insert(key.clone(), new),
            None => self.items.remove(&key),
        };
        if old.is_none() && new.is_none() {
            return;
        }
        self.follow_expiry(now, &key, old.as_ref(), new.as_ref());
        let change = Change {
            at: now,
            key,
            old,
            new,
        };
        if self.settings.keep_history {
            self.history.push(change.clone());
        }
        if !self.indexes.is_empty() || self.settings.base_lag > Span::ZERO {
            self.changes.push(change);
        }
    }

    fn follow_expiry(
        &mut self,
        now: Timestamp,
        key: &Key,
        old: Option<&Stored>,
        new: Option<&Stored>,
    ) {
        let Some(ttl) = &mut self.ttl else {
            return;
        };
        if let Some(expiry) = old.and_then(|old| ttl.expiry(&old.item)) {
            ttl.expiring.remove(&(expiry, key.clone()));
        }
        if let Some(expiry) = new.and_then(|new| ttl.expiry(&new.item))
            && expiry + TTL_AGE_MAX > now
        {
            ttl.expiring.insert((expiry, key.clone()));
        }
    }

    /// Turns TTL on for an attribute, or off.
    pub(super) fn set_ttl(&mut self, now: Timestamp, attribute: Option<SmolStr>) {
        self.ttl = attribute.map(|attribute| TimeToLive {
            attribute,
            expiring: BTreeSet::new(),
        });
        let Some(ttl) = &mut self.ttl else {
            return;
        };
        let expiring = self
            .items
            .iter()
            .filter_map(|(key, stored)| Some((ttl.expiry(&stored.item)?, key.clone())))
            .filter(|(expiry, _)| *expiry + TTL_AGE_MAX > now)
            .collect();
        ttl.expiring = expiring;
    }

    pub(super) fn ttl_attribute(&self) -> Option<&SmolStr> {
        self.ttl.as_ref().map(|ttl| &ttl.attribute)
    }

    /// Does what is due by now: deletes expired items, brings indexes up to date.
    pub(super) fn settle(&mut self, now: Timestamp) {
        while let Some((expiry, key)) = self.next_expired(now) {
            let at = (expiry + self.settings.ttl_delay).max(self.settled_at);
            self.write(at, key, None);
        }
        let lag = self.settings.index_lag;
        let mut cost = 0;
        while let Some((change, number)) = self.changes.next_for_indexes(now, lag) {
            for index in &mut self.indexes {
                cost += index.take_over(&self.definition.key, change, number);
            }
        }
        self.capacity.consumed.index_write_milli += cost;
        self.changes.forget(now, self.settings.base_lag);
        self.settled_at = self.settled_at.max(now);
    }

    fn next_expired(&mut self, now: Timestamp) -> Option<(Timestamp, Key)> {
        let ttl = self.ttl.as_mut()?;
        let (expiry, _) = ttl.expiring.first()?;
        if *expiry + self.settings.ttl_delay > now {
            return None;
        }
        ttl.expiring.pop_first()
    }

    /// Undoes every change after an instant, as far back as history goes, and rebuilds the
    /// indexes at once.
    pub(super) fn restore(&mut self, now: Timestamp, to: Timestamp) {
        while let Some(change) = self.history.pop_if(|change| change.at > to) {
            match change.old {
                Some(old) => self.items.insert(change.key, old),
                None => self.items.remove(&change.key),
            };
        }
        self.changes.clear();
        let since = self.changes.next_number();
        for index in &mut self.indexes {
            let (definition, ready_at) = (index.definition.clone(), index.ready_at);
            *index = Index::fill(
                definition,
                &self.definition.key,
                &self.items,
                ready_at,
                since,
            );
        }
        let attribute = self.ttl_attribute().cloned();
        self.set_ttl(now, attribute);
    }

    /// Adds an index of what the table holds now.
    pub(super) fn add_index(&mut self, now: Timestamp, definition: IndexDefinition) {
        self.definition.indexes.push(definition.clone());
        self.indexes.push(Index::fill(
            definition,
            &self.definition.key,
            &self.items,
            now + self.settings.index_create_time,
            self.changes.next_number(),
        ));
    }
}
