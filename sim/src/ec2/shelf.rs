//! Resources by id, and in the shuffled order in which listings show them.
//!
//! EC2 promises no order. Each resource gets a place when it comes to be, drawn from its id; so the
//! order looks arbitrary, is the same in every run, and costs no sorting.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::chance::Chance;

/// Resources of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Deserialize<'de> + Ord, V: Deserialize<'de>"))]
pub(super) struct Shelf<K, V> {
    items: BTreeMap<K, (u64, V)>,
    places: BTreeMap<u64, K>,
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self {
            items: BTreeMap::new(),
            places: BTreeMap::new(),
        }
    }
}

impl<K: Ord + Clone + std::borrow::Borrow<str>, V> Shelf<K, V> {
    pub(super) fn insert(&mut self, chance: Chance, id: K, item: V) {
        // Two ids with one place are near impossible; the second one then tries another.
        let place = (0..).map(|n| chance.draw("listing-place", &[id.borrow()], n));
        let free = place
            .into_iter()
            .find(|place| !self.places.contains_key(place));
        let place = free.expect("there are more numbers than resources");
        self.remove(id.borrow());
        self.places.insert(place, id.clone());
        self.items.insert(id, (place, item));
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<V> {
        let (place, item) = self.items.remove(id)?;
        self.places.remove(&place);
        Some(item)
    }

    pub(super) fn get(&self, id: &str) -> Option<&V> {
        self.items.get(id).map(|(_, item)| item)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut V> {
        self.items.get_mut(id).map(|(_, item)| item)
    }

    /// All of them, by id.
    pub(super) fn iter(&self) -> impl Iterator<Item = &V> {
        self.items.values().map(|(_, item)| item)
    }

    /// Those after a place, in the order of a listing.
    pub(super) fn listed(&self, after: Option<u64>) -> impl Iterator<Item = (u64, &V)> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.places
            .range((from, Bound::Unbounded))
            .filter_map(|(place, id)| Some((*place, self.get(id.borrow())?)))
    }

    /// Some of them with their places, in the order of a listing; ids that are not here are left
    /// out.
    pub(super) fn some(&self, ids: impl Iterator<Item = impl AsRef<str>>) -> Vec<(u64, &V)> {
        let found = ids.filter_map(|id| self.items.get(id.as_ref()));
        let mut found: Vec<(u64, &V)> = found.map(|(place, item)| (*place, item)).collect();
        found.sort_unstable_by_key(|(place, _)| *place);
        found.dedup_by_key(|(place, _)| *place);
        found
    }
}
