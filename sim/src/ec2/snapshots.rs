//! All snapshots, with the indexes and counts that keep a call's cost apart from their number.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::time::Timestamp;

use super::ids::{AccountId, SnapshotId, VolumeId};
use super::model::{SnapshotState, SnapshotTruth};
use super::tags::Tags;

/// All snapshots of the Region, also deleted ones that are still listed.
///
/// A listing shows them by id. As ids are drawn, that order means nothing, as with AWS.
#[derive(Clone, Debug)]
pub(super) struct Snapshots {
    account: AccountId,
    all: BTreeMap<SnapshotId, SnapshotTruth>,
    books: BTreeMap<VolumeId, Book>,
    /// Key, value, snapshots: as listings may see it, so also tags that are changed but still show.
    by_tag: BTreeMap<SmolStr, BTreeMap<SmolStr, BTreeSet<SnapshotId>>>,
    in_quota: usize,
}

/// What is known of one volume's snapshots; it outlives the volume.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    /// Its snapshots by start, deleted ones that are still listed among them.
    by_start: BTreeSet<(Timestamp, SnapshotId)>,
    /// Until when older snapshots of it are being copied.
    pub(super) copying_until: Timestamp,
    /// How many were ever made: it numbers their ids.
    pub(super) made: u64,
    /// When the last one was made.
    pub(super) last_made: Option<Timestamp>,
    /// How many are pending or failed.
    pub(super) places_taken: usize,
}

impl Book {
    /// Its snapshots' ids, oldest first.
    pub(super) fn ids(&self) -> impl DoubleEndedIterator<Item = &SnapshotId> + ExactSizeIterator {
        self.by_start.iter().map(|(_, id)| id)
    }
}

impl Snapshots {
    pub(super) fn new(account: AccountId) -> Self {
        Self {
            account,
            all: BTreeMap::new(),
            books: BTreeMap::new(),
            by_tag: BTreeMap::new(),
            in_quota: 0,
        }
    }

    pub(super) fn insert(&mut self, snapshot: SnapshotTruth) {
        let book = self.book_mut(&snapshot.volume);
        book.by_start.insert((snapshot.start, snapshot.id.clone()));
        let tags = snapshot.tags.clone();
        self.index(&snapshot.id, &tags);
        self.count(&snapshot, 1);
        self.all.insert(snapshot.id.clone(), snapshot);
    }

    /// Takes a snapshot out for good.
    pub(super) fn forget(&mut self, id: &SnapshotId) {
        let Some(snapshot) = self.all.remove(id) else {
            return;
        };
        self.count(&snapshot, -1);
        if let Some(book) = self.books.get_mut(&snapshot.volume) {
            book.by_start.remove(&(snapshot.start, snapshot.id.clone()));
        }
        self.unindex(id, &snapshot.tags, &[]);
        for (_, tags) in &snapshot.seen.stale_tags {
            self.unindex(id, tags, &[]);
        }
    }

    /// Changes anything but the tags, keeping the counts right.
    pub(super) fn change<T>(
        &mut self,
        id: &SnapshotId,
        change: impl FnOnce(&mut SnapshotTruth) -> T,
    ) -> Option<T> {
        let mut snapshot = self.all.remove(id)?;
        self.count(&snapshot, -1);
        let done = change(&mut snapshot);
        self.count(&snapshot, 1);
        self.all.insert(id.clone(), snapshot);
        Some(done)
    }

    /// Gives a snapshot new tags. Until `stale_until` reads show the old ones.
    pub(super) fn set_tags(&mut self, id: &SnapshotId, tags: Tags, stale_until: Option<Timestamp>) {
        let Some(snapshot) = self.all.get_mut(id) else {
            return;
        };
        let old = std::mem::replace(&mut snapshot.tags, tags.clone());
        if let Some(until) = stale_until {
            snapshot.seen.stale_tags.push((until, old.clone()));
        }
        self.index(id, &tags);
        if stale_until.is_none() {
            self.drop_tags(id, &[old]);
        }
    }

    /// Lets go of tags that do not show any more.
    pub(super) fn show_tags(&mut self, id: &SnapshotId, now: Timestamp) {
        let Some(snapshot) = self.all.get_mut(id) else {
            return;
        };
        let stale = &mut snapshot.seen.stale_tags;
        let over = stale.extract_if(.., |(until, _)| *until <= now);
        let over: Vec<Tags> = over.map(|(_, tags)| tags).collect();
        self.drop_tags(id, &over);
    }

    pub(super) fn get(&self, id: &str) -> Option<&SnapshotTruth> {
        self.all.get(id)
    }

    /// Those after an id, in the order of a listing.
    pub(super) fn after(&self, id: Option<&str>) -> impl Iterator<Item = &SnapshotTruth> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = id.map_or(Unbounded, Excluded);
        self.all
            .range::<str, _>((from, Unbounded))
            .map(|(_, snapshot)| snapshot)
    }

    pub(super) fn book(&self, volume: &str) -> Option<&Book> {
        self.books.get(volume)
    }

    pub(super) fn book_mut(&mut self, volume: &VolumeId) -> &mut Book {
        // Not `entry`, which would need a clone of the key every time.
        if !self.books.contains_key(volume) {
            self.books.insert(volume.clone(), Book::default());
        }
        self.books
            .get_mut(volume)
            .expect("it was put there just now")
    }

    /// Those that may be seen with this tag.
    pub(super) fn tagged(&self, key: &str, value: &str) -> Option<&BTreeSet<SnapshotId>> {
        self.by_tag.get(key)?.get(value)
    }

    /// How many count against the Region's quota.
    pub(super) const fn in_quota(&self) -> usize {
        self.in_quota
    }

    /// Whether a volume has a snapshot that a new one can build upon: without one, everything is
    /// copied.
    pub(super) fn has_base(&self, volume: &VolumeId) -> bool {
        let Some(book) = self.books.get(volume) else {
            return false;
        };
        book.ids()
            .rev()
            .filter_map(|id| self.all.get(id))
            .any(|snapshot| {
                let usable = match snapshot.state {
                    SnapshotState::Pending | SnapshotState::Completed => true,
                    SnapshotState::Error | SnapshotState::Other(_) => false,
                };
                usable && !snapshot.is_gone()
            })
    }

    fn count(&mut self, snapshot: &SnapshotTruth, by: isize) {
        if snapshot.is_gone() {
            return;
        }
        if snapshot.owner == self.account {
            self.in_quota = self.in_quota.saturating_add_signed(by);
        }
        if snapshot.state.takes_a_place() {
            let book = self.book_mut(&snapshot.volume);
            book.places_taken = book.places_taken.saturating_add_signed(by);
        }
    }

    fn index(&mut self, id: &SnapshotId, tags: &Tags) {
        for (key, value) in tags.iter() {
            if !self.by_tag.contains_key(key) {
                self.by_tag.insert(key.clone(), BTreeMap::new());
            }
            let values = self.by_tag.get_mut(key).expect("it was put there just now");
            match values.get_mut(value) {
                Some(ids) => {
                    ids.insert(id.clone());
                }
                None => {
                    values.insert(value.clone(), BTreeSet::from([id.clone()]));
                }
            }
        }
    }

    /// Takes these tags out of the index where the snapshot does not show them otherwise.
    fn drop_tags(&mut self, id: &SnapshotId, dropped: &[Tags]) {
        let Some(snapshot) = self.all.get(id) else {
            return;
        };
        let stale = snapshot
            .seen
            .stale_tags
            .iter()
            .map(|(_, tags)| tags.clone());
        let kept: Vec<Tags> = stale.chain([snapshot.tags.clone()]).collect();
        for tags in dropped {
            self.unindex(id, tags, &kept);
        }
    }

    fn unindex(&mut self, id: &SnapshotId, tags: &Tags, kept: &[Tags]) {
        for (key, value) in tags.iter() {
            if kept.iter().any(|tags| tags.get(key) == Some(value)) {
                continue;
            }
            let Some(values) = self.by_tag.get_mut(key) else {
                continue;
            };
            if let Some(ids) = values.get_mut(value) {
                ids.remove(id);
                if ids.is_empty() {
                    values.remove(value);
                }
            }
            if values.is_empty() {
                self.by_tag.remove(key);
            }
        }
    }
}
