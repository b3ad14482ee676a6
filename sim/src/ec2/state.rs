//! The EC2 of one account and Region: all its state, and what happens in it by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::time::Timestamp;

use super::arranged::Arrangement;
use super::effects::{Actor, Effect, EffectKind};
use super::guards::{ImageTruth, Lock, LockEnd};
use super::ids::{AccountId, ImageId, InstanceId, SnapshotId, VolumeId};
use super::model::{Ending, InstanceTruth, SnapshotState, SnapshotTruth, VolumeTruth};
use super::queue::{Queue, Transition};
use super::settings::Settings;
use super::shelf::Shelf;
use super::snapshots::{Key, Snapshots};
use super::throttle::Buckets;

/// EC2, as far as EBS snapshots need it.
///
/// Every call says what time it is; time may stand still between calls and must never go back.
/// Calls of the API stand in the files named after them, outsiders' deeds behind
/// [`outsider`](Self::outsider).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ec2 {
    pub(super) account: AccountId,
    pub(super) arranged: Vec<Arrangement>,
    pub(super) buckets: Buckets,
    pub(super) chance: Chance,
    pub(super) effects: Vec<Effect>,
    pub(super) image_uses: BTreeMap<SnapshotId, BTreeSet<ImageId>>,
    pub(super) images: Shelf<ImageId, ImageTruth>,
    pub(super) instances: Shelf<InstanceId, InstanceTruth>,
    pub(super) locks: BTreeMap<SnapshotId, Lock>,
    pub(super) now: Timestamp,
    pub(super) queue: Queue,
    pub(super) sets: u64,
    pub(super) settings: Settings,
    pub(super) snapshots: Snapshots,
    pub(super) volumes: Shelf<VolumeId, VolumeTruth>,
}

impl Ec2 {
    /// An empty account.
    #[must_use]
    pub fn new(chance: Chance, account: AccountId, settings: Settings) -> Self {
        Self {
            snapshots: Snapshots::new(account.clone()),
            account,
            arranged: Vec::new(),
            buckets: Buckets::default(),
            chance,
            effects: Vec::new(),
            image_uses: BTreeMap::new(),
            images: Shelf::default(),
            instances: Shelf::default(),
            locks: BTreeMap::new(),
            now: Timestamp(i64::MIN),
            queue: Queue::default(),
            sets: 0,
            settings,
            volumes: Shelf::default(),
        }
    }

    /// The instant that was seen last.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// Lets everything happen that is due at `now`. Every call does this first.
    pub fn advance(&mut self, now: Timestamp) {
        assert!(now >= self.now, "time went back from {} to {now}", self.now);
        while let Some((at, transitions)) = self.queue.take_due(now) {
            for transition in transitions {
                self.apply(at, transition);
            }
        }
        self.now = now;
    }

    /// The next instant at which something happens by itself.
    #[must_use]
    pub fn next_transition(&self) -> Option<Timestamp> {
        self.queue.next()
    }

    /// What happened to snapshots since the last time, in the order in which it truly happened.
    pub fn drain_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// How the world behaves; may be changed at any moment and holds from then on.
    pub const fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// A snapshot that truly exists.
    #[must_use]
    pub fn snapshot(&self, id: &SnapshotId) -> Option<&SnapshotTruth> {
        self.snapshots
            .get(id.as_str())
            .filter(|snapshot| !snapshot.is_gone())
    }

    /// All snapshots that truly exist, by id.
    pub fn snapshots(&self) -> impl Iterator<Item = &SnapshotTruth> {
        let all = self.snapshots.after(None).map(|(_, snapshot)| snapshot);
        all.filter(|snapshot| !snapshot.is_gone())
    }

    /// The snapshots of a volume that truly exist, oldest first; the volume may be long gone.
    pub fn snapshots_of<'a>(
        &'a self,
        volume: &VolumeId,
    ) -> impl DoubleEndedIterator<Item = &'a SnapshotTruth> + use<'a> {
        let book = self.snapshots.book(volume.as_str());
        let keys = book.into_iter().flat_map(|book| book.keys());
        let found = keys.filter_map(|key| self.snapshots.at(key));
        found.filter(|snapshot| !snapshot.is_gone())
    }

    /// An instance; a terminated one is here while it is listed.
    #[must_use]
    pub fn instance(&self, id: &InstanceId) -> Option<&InstanceTruth> {
        self.instances.get(id.as_str())
    }

    /// All instances, by id.
    pub fn instances(&self) -> impl Iterator<Item = &InstanceTruth> {
        self.instances.iter()
    }

    /// A volume, also a deleted one.
    #[must_use]
    pub fn volume(&self, id: &VolumeId) -> Option<&VolumeTruth> {
        self.volumes.get(id.as_str())
    }

    /// All volumes, deleted ones too, by id.
    pub fn volumes(&self) -> impl Iterator<Item = &VolumeTruth> {
        self.volumes.iter()
    }

    /// All images that are not deregistered, by id.
    pub fn images(&self) -> impl Iterator<Item = &ImageTruth> {
        self.images.iter()
    }

    /// The lock on a snapshot, also one that is over.
    #[must_use]
    pub fn lock_on(&self, id: &SnapshotId) -> Option<&Lock> {
        self.locks.get(id)
    }

    fn apply(&mut self, at: Timestamp, transition: Transition) {
        match transition {
            Transition::Settle(key) => self.settle(at, key),
            Transition::Forget(key) => self.snapshots.forget(key),
            Transition::ShowTags(key) => self.snapshots.show_tags(key, at),
            Transition::Unlist(id) => {
                self.instances.remove(id.as_str());
            }
        }
    }

    /// Ends a copy, and with it a deletion that waited for its end.
    fn settle(&mut self, at: Timestamp, key: Key) {
        let end = |snapshot: &mut SnapshotTruth| {
            let ending = snapshot.copying.take()?.ending;
            if snapshot.delete_asked_by.is_none() {
                snapshot.state = match ending {
                    Ending::Completes => SnapshotState::Completed,
                    Ending::Fails => SnapshotState::Error,
                };
            }
            Some((ending, snapshot.delete_asked_by))
        };
        let Some(Some((ending, delete_asked_by))) = self.snapshots.change(key, end) else {
            return;
        };
        if let Some(by) = delete_asked_by {
            self.delete_now(at, key, by);
            return;
        }
        self.settle_lock(at, key, ending);
        let kind = match ending {
            Ending::Completes => EffectKind::Completed,
            Ending::Fails => EffectKind::Failed,
        };
        self.record(at, key, kind, Actor::Aws);
    }

    /// A lock put on a pending snapshot runs from its completion, and falls with a failure (EBS User
    /// Guide, *Considerations for Amazon EBS snapshot lock*).
    fn settle_lock(&mut self, at: Timestamp, key: Key, ending: Ending) {
        if self.locks.is_empty() {
            return;
        }
        let Some(snapshot) = self.snapshots.at(key) else {
            return;
        };
        let Some(lock) = self.locks.get_mut(&snapshot.id) else {
            return;
        };
        match (ending, lock.end) {
            (Ending::Completes, LockEnd::AfterCompletion(span)) => {
                lock.end = LockEnd::At(at + span);
            }
            (Ending::Completes, LockEnd::At(_)) => {}
            (Ending::Fails, LockEnd::AfterCompletion(_) | LockEnd::At(_)) => {
                self.locks.remove(&snapshot.id);
            }
        }
    }

    /// Deletes a snapshot this instant; listings may show it for a while.
    pub(super) fn delete_now(&mut self, at: Timestamp, key: Key, by: Actor) {
        self.record(at, key, EffectKind::Deleted, by);
        let Some(snapshot) = self.snapshots.at(key) else {
            return;
        };
        self.locks.remove(&snapshot.id);
        let lag_max = self.settings.visibility.deletes_max;
        let lag = self.lag(lag_max, "delete-lag", &snapshot.id, at);
        if lag.0 == 0 {
            self.snapshots.forget(key);
            return;
        }
        let until = at + lag;
        self.snapshots.change(key, |snapshot| {
            snapshot.copying = None;
            snapshot.seen.gone_until = Some(until);
        });
        self.queue.add(until, Transition::Forget(key));
    }

    pub(super) fn record(&mut self, at: Timestamp, key: Key, kind: EffectKind, by: Actor) {
        let Some(snapshot) = self.snapshots.at(key) else {
            return;
        };
        self.effects.push(Effect {
            at,
            by,
            kind,
            snapshot: snapshot.id.clone(),
            volume: snapshot.volume.clone(),
        });
    }
}
