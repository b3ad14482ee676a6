//! The EC2 of one account and Region: all its state, and what happens in it by itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::chance::Chance;
use crate::time::Timestamp;

use super::arranged::Arrangement;
use super::ids::{AccountId, ImageId, InstanceId, SnapshotId, VolumeId};
use super::model::{
    Actor, Effect, EffectKind, Ending, ImageTruth, InstanceTruth, Lock, LockEnd, SnapshotState,
    SnapshotTruth, VolumeTruth,
};
use super::queue::{Queue, Transition};
use super::settings::Settings;
use super::shelf::Shelf;
use super::snapshots::Snapshots;
use super::throttle::Buckets;

/// EC2, as far as EBS snapshots need it.
///
/// Every call says what time it is; time may stand still between calls and must never go back.
/// Calls of the API stand in the files named after them, outsiders' deeds behind
/// [`outsider`](Self::outsider).
#[derive(Clone, Debug)]
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
        self.snapshots
            .after(None)
            .filter(|snapshot| !snapshot.is_gone())
    }

    /// The snapshots of a volume that truly exist, oldest first; the volume may be long gone.
    pub fn snapshots_of(
        &self,
        volume: &VolumeId,
    ) -> impl DoubleEndedIterator<Item = &SnapshotTruth> {
        let book = self.snapshots.book(volume.as_str());
        let ids = book.into_iter().flat_map(|book| book.ids());
        ids.filter_map(|id| self.snapshot(id))
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
            Transition::Settle(id) => self.settle(at, &id),
            Transition::Forget(id) => self.snapshots.forget(&id),
            Transition::ShowTags(id) => self.snapshots.show_tags(&id, at),
            Transition::Unlist(id) => {
                self.instances.remove(id.as_str());
            }
        }
    }

    /// Ends a copy, and with it a deletion that waited for its end.
    fn settle(&mut self, at: Timestamp, id: &SnapshotId) {
        let Some(Some(copying)) = self
            .snapshots
            .change(id, |snapshot| snapshot.copying.take())
        else {
            return;
        };
        if let Some(by) = self
            .snapshots
            .get(id.as_str())
            .and_then(|s| s.delete_asked_by)
        {
            self.delete_now(at, id, by);
            return;
        }
        let (state, kind) = match copying.ending {
            Ending::Completes => (SnapshotState::Completed, EffectKind::Completed),
            Ending::Fails => (SnapshotState::Error, EffectKind::Failed),
        };
        self.snapshots.change(id, |snapshot| snapshot.state = state);
        self.settle_lock(at, id, copying.ending);
        self.record(at, id, kind, Actor::Aws);
    }

    /// A lock put on a pending snapshot runs from its completion, and falls with a failure (EBS User
    /// Guide, *Considerations for Amazon EBS snapshot lock*).
    fn settle_lock(&mut self, at: Timestamp, id: &SnapshotId, ending: Ending) {
        let Some(lock) = self.locks.get_mut(id) else {
            return;
        };
        match (ending, lock.end) {
            (Ending::Completes, LockEnd::AfterCompletion(span)) => {
                lock.end = LockEnd::At(at + span);
            }
            (Ending::Completes, LockEnd::At(_)) => {}
            (Ending::Fails, LockEnd::AfterCompletion(_) | LockEnd::At(_)) => {
                self.locks.remove(id);
            }
        }
    }

    /// Deletes a snapshot this instant; listings may show it for a while.
    pub(super) fn delete_now(&mut self, at: Timestamp, id: &SnapshotId, by: Actor) {
        self.record(at, id, EffectKind::Deleted, by);
        self.locks.remove(id);
        let lag = self.lag(self.settings.visibility.deletes_max, "delete-lag", id, at);
        if lag.0 == 0 {
            self.snapshots.forget(id);
            return;
        }
        let until = at + lag;
        self.snapshots.change(id, |snapshot| {
            snapshot.copying = None;
            snapshot.seen.gone_until = Some(until);
        });
        self.queue.add(until, Transition::Forget(id.clone()));
    }

    pub(super) fn record(&mut self, at: Timestamp, id: &SnapshotId, kind: EffectKind, by: Actor) {
        let Some(snapshot) = self.snapshots.get(id.as_str()) else {
            return;
        };
        self.effects.push(Effect {
            at,
            by,
            kind,
            snapshot: id.clone(),
            volume: snapshot.volume.clone(),
        });
    }
}
