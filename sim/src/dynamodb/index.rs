//! A global secondary index: the items that have its key, in its order, some time behind.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::capacity::write_cost;
use super::changes::Change;
use super::key::{Edge, Key, Position};
use super::schema::{IndexDefinition, KeySchema, Projection};
use super::table::Stored;
use super::value::{Item, item_size};
use crate::time::Timestamp;

/// One index of a table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Index {
    pub(super) definition: IndexDefinition,
    #[serde(with = "crate::pairs")]
    pub(super) entries: BTreeMap<Position, Stored>,
    /// Until then it is `CREATING` and can't be read.
    pub(super) ready_at: Timestamp,
    /// The first change that was not in the table when the index was filled.
    since: u64,
}

impl Index {
    /// An index of what the table holds now; `since` is the number of the table's next change.
    pub(super) fn fill(
        definition: IndexDefinition,
        base: &KeySchema,
        items: &BTreeMap<Key, Stored>,
        ready_at: Timestamp,
        since: u64,
    ) -> Self {
        let mut index = Self {
            definition,
            entries: BTreeMap::new(),
            ready_at,
            since,
        };
        for (key, stored) in items {
            if let Some(position) = index.position(key, &stored.item) {
                let entry = index.projected(base, stored);
                index.entries.insert(position, entry);
            }
        }
        index
    }

    /// Takes over one change of the table; the price in thousandths of a write unit.
    ///
    /// Source of the price: *Global secondary indexes*, provisioned throughput considerations:
    /// one write to put, update or delete an entry, two when its key changes, none otherwise.
    pub(super) fn take_over(&mut self, base: &KeySchema, change: &Change, number: u64) -> i64 {
        if number < self.since {
            return 0;
        }
        let position = |stored: &Option<Stored>| {
            stored
                .as_ref()
                .and_then(|stored| self.position(&change.key, &stored.item))
        };
        let (old, new) = (position(&change.old), position(&change.new));
        let entry = change
            .new
            .as_ref()
            .filter(|_| new.is_some())
            .map(|stored| self.projected(base, stored));
        let moved = old != new;
        let removed = old
            .filter(|_| moved)
            .and_then(|position| self.entries.remove(&position));
        let mut cost = removed.map_or(0, |stored| write_cost(stored.bytes));
        if let (Some(position), Some(entry)) = (new, entry) {
            let bytes = entry.bytes;
            let item = Arc::clone(&entry.item);
            let before = self.entries.insert(position, entry);
            if before.as_ref().is_none_or(|before| before.item != item) {
                cost += write_cost(bytes.max(before.map_or(0, |before| before.bytes)));
            }
        }
        cost
    }

    fn position(&self, key: &Key, item: &Item) -> Option<Position> {
        Some(Position {
            key: Key::of(item, &self.definition.key)?,
            base: Edge::At(key.clone()),
        })
    }

    fn projected(&self, base: &KeySchema, stored: &Stored) -> Stored {
        let extra = match &self.definition.projection {
            Projection::All => return stored.clone(),
            Projection::KeysOnly => &[][..],
            Projection::Include(names) => names,
        };
        let kept = |name: &str| {
            base.has(name)
                || self.definition.key.has(name)
                || extra.iter().any(|extra| extra == name)
        };
        let item: Item = stored
            .item
            .iter()
            .filter(|(name, _)| kept(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Stored {
            bytes: item_size(&item),
            item: Arc::new(item),
        }
    }
}
