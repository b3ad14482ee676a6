//! All snapshots, with the indexes and counts that keep a call's cost apart from their number.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::time::Timestamp;

use super::ids::{AccountId, VolumeId};
use super::model::{SnapshotState, SnapshotTruth};
use super::tags::Tags;

/// All snapshots of the Region, also deleted ones that are still listed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Snapshots {
    account: AccountId,
    all: BTreeMap<Key, SnapshotTruth>,
    books: BTreeMap<VolumeId, Book>,
    /// Key, value, snapshots: as listings may see it, so also tags that are changed but still show.
    by_tag: ByTag,
    in_quota: usize,
}

/// The first sixteen of a snapshot id's seventeen digits as a number: what maps and indexes hold
/// instead of the id, as numbers are small and quick to compare.
///
/// It is also a snapshot's place in listings, which is thus the order of the ids. As ids are drawn,
/// that order means nothing, as with AWS.
pub(super) type Key = u64;

/// The key of an id; none for a text that can't be the id of a snapshot here.
pub(super) fn key(id: &str) -> Option<Key> {
    let digits = id
        .strip_prefix("snap-")
        .filter(|digits| digits.len() == 17)?;
    u64::from_str_radix(digits.get(..16)?, 16).ok()
}

/// Some snapshots. Many a tag's value stands on one snapshot only, which then needs no tree.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Keys {
    One(Key),
    Many(BTreeSet<Key>),
}

impl Keys {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(keys) => keys.len(),
        }
    }

    /// Those after a place, in the order of a listing.
    pub(super) fn after(&self, place: Option<Key>) -> impl Iterator<Item = Key> {
        let from = place.map_or(Bound::Unbounded, Bound::Excluded);
        let (one, many) = match self {
            Self::One(key) => (
                Some(*key).filter(|key| place.is_none_or(|place| *key > place)),
                None,
            ),
            Self::Many(keys) => (None, Some(keys.range((from, Bound::Unbounded)))),
        };
        one.into_iter().chain(many.into_iter().flatten().copied())
    }

    fn insert(&mut self, new: Key) {
        match self {
            Self::One(key) if *key == new => {}
            Self::One(key) => *self = Self::Many(BTreeSet::from([*key, new])),
            Self::Many(keys) => {
                keys.insert(new);
            }
        }
    }

    /// Takes a key out; tells whether none is left.
    fn remove(&mut self, old: Key) -> bool {
        match self {
            Self::One(key) => *key == old,
            Self::Many(keys) => {
                keys.remove(&old);
                keys.is_empty()
            }
        }
    }
}

/// What is known of one volume's snapshots; it outlives the volume.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Book {
    /// Its snapshots by start, deleted ones that are still listed among them.
    by_start: BTreeSet<(Timestamp, Key)>,
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
    /// Its snapshots, oldest first.
    pub(super) fn keys(&self) -> impl DoubleEndedIterator<Item = Key> + ExactSizeIterator {
        self.by_start.iter().map(|(_, key)| *key)
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

    /// Puts a new snapshot in; its id must have a key that is free.
    pub(super) fn insert(&mut self, snapshot: SnapshotTruth) {
        let key = snapshot.key();
        let book = self.book_mut(&snapshot.volume);
        book.by_start.insert((snapshot.start, key));
        index(&mut self.by_tag, key, &snapshot.tags);
        self.count(
            Counted::default(),
            Counted::of(&snapshot, &self.account),
            &snapshot.volume,
        );
        self.all.insert(key, snapshot);
    }

    /// Takes a snapshot out for good.
    pub(super) fn forget(&mut self, key: Key) {
        let Some(snapshot) = self.all.remove(&key) else {
            return;
        };
        let counted = Counted::of(&snapshot, &self.account);
        self.count(counted, Counted::default(), &snapshot.volume);
        if let Some(book) = self.books.get_mut(&snapshot.volume) {
            book.by_start.remove(&(snapshot.start, key));
        }
        unindex(&mut self.by_tag, key, &snapshot.tags, &[]);
        for (_, tags) in &snapshot.seen.stale_tags {
            unindex(&mut self.by_tag, key, tags, &[]);
        }
    }

    /// Changes anything but id, volume, start and tags, keeping the counts right.
    pub(super) fn change<T>(
        &mut self,
        key: Key,
        change: impl FnOnce(&mut SnapshotTruth) -> T,
    ) -> Option<T> {
        let snapshot = self.all.get_mut(&key)?;
        let before = Counted::of(snapshot, &self.account);
        let done = change(snapshot);
        let after = Counted::of(snapshot, &self.account);
        if before != after {
            let volume = snapshot.volume.clone();
            self.count(before, after, &volume);
        }
        Some(done)
    }

    /// Gives a snapshot new tags. Until `stale_until` reads show the old ones.
    pub(super) fn set_tags(&mut self, key: Key, tags: Tags, stale_until: Option<Timestamp>) {
        let Some(snapshot) = self.all.get_mut(&key) else {
            return;
        };
        index(&mut self.by_tag, key, &tags);
        let old = std::mem::replace(&mut snapshot.tags, tags);
        match stale_until {
            Some(until) => snapshot.seen.stale_tags.push((until, old)),
            None => drop_tags(&mut self.by_tag, key, snapshot, &[old]),
        }
    }

    /// Lets go of tags that do not show any more.
    pub(super) fn show_tags(&mut self, key: Key, now: Timestamp) {
        let Some(snapshot) = self.all.get_mut(&key) else {
            return;
        };
        let stale = &mut snapshot.seen.stale_tags;
        let over = stale.extract_if(.., |(until, _)| *until <= now);
        let over: Vec<Tags> = over.map(|(_, tags)| tags).collect();
        drop_tags(&mut self.by_tag, key, snapshot, &over);
    }

    /// By id.
    pub(super) fn get(&self, id: &str) -> Option<&SnapshotTruth> {
        self.at(key(id)?)
            .filter(|snapshot| snapshot.id.as_str() == id)
    }

    /// By key.
    pub(super) fn at(&self, key: Key) -> Option<&SnapshotTruth> {
        self.all.get(&key)
    }

    /// Those after a place, in the order of a listing.
    pub(super) fn after(&self, place: Option<Key>) -> impl Iterator<Item = (Key, &SnapshotTruth)> {
        let from = place.map_or(Bound::Unbounded, Bound::Excluded);
        self.all
            .range((from, Bound::Unbounded))
            .map(|(key, snapshot)| (*key, snapshot))
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
    pub(super) fn tagged(&self, key: &str, value: &str) -> Option<&Keys> {
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
        book.keys()
            .rev()
            .filter_map(|key| self.at(key))
            .any(|snapshot| {
                let usable = match snapshot.state {
                    SnapshotState::Pending | SnapshotState::Completed => true,
                    SnapshotState::Error | SnapshotState::Other(_) => false,
                };
                usable && !snapshot.is_gone()
            })
    }

    fn count(&mut self, before: Counted, after: Counted, volume: &VolumeId) {
        self.in_quota -= usize::from(before.in_quota);
        self.in_quota += usize::from(after.in_quota);
        if before.takes_a_place != after.takes_a_place {
            let book = self.book_mut(volume);
            book.places_taken -= usize::from(before.takes_a_place);
            book.places_taken += usize::from(after.takes_a_place);
        }
    }
}

/// What one snapshot counts for; by default nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Counted {
    in_quota: bool,
    takes_a_place: bool,
}

impl Counted {
    fn of(snapshot: &SnapshotTruth, account: &AccountId) -> Self {
        let here = !snapshot.is_gone();
        Self {
            in_quota: here && snapshot.owner == *account,
            takes_a_place: here && snapshot.state.takes_a_place(),
        }
    }
}

type ByTag = BTreeMap<SmolStr, BTreeMap<SmolStr, Keys>>;

fn index(by_tag: &mut ByTag, snapshot: Key, tags: &Tags) {
    for (key, value) in tags.iter() {
        if !by_tag.contains_key(key) {
            by_tag.insert(key.clone(), BTreeMap::new());
        }
        let values = by_tag.get_mut(key).expect("it was put there just now");
        match values.get_mut(value) {
            Some(keys) => keys.insert(snapshot),
            None => {
                values.insert(value.clone(), Keys::One(snapshot));
            }
        }
    }
}

/// Takes these tags out of the index where the snapshot does not show them otherwise.
fn drop_tags(by_tag: &mut ByTag, key: Key, snapshot: &SnapshotTruth, dropped: &[Tags]) {
    let stale = snapshot
        .seen
        .stale_tags
        .iter()
        .map(|(_, tags)| tags.clone());
    let kept: Vec<Tags> = stale.chain([snapshot.tags.clone()]).collect();
    for tags in dropped {
        unindex(by_tag, key, tags, &kept);
    }
}

fn unindex(by_tag: &mut ByTag, snapshot: Key, tags: &Tags, kept: &[Tags]) {
    for (key, value) in tags.iter() {
        if kept.iter().any(|tags| tags.get(key) == Some(value)) {
            continue;
        }
        let Some(values) = by_tag.get_mut(key) else {
            continue;
        };
        if values
            .get_mut(value)
            .is_some_and(|keys| keys.remove(snapshot))
        {
            values.remove(value);
        }
        if values.is_empty() {
            by_tag.remove(key);
        }
    }
}
