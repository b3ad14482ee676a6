//! The truth of a story, and what happens in it.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::Story;
use super::names::{INSTALLATION, shown, slot_of, volume_id};
use crate::domain::{Lifetime, PolicyName, Snapshot, SnapshotId, SnapshotState, Span, VolumeId};
use crate::oracle::Truth;
use crate::oracle::truth::{Actor, Deed, EffectKind, Marks, TrueRow, TrueSnapshot};

/// The truth of a story.
#[derive(Default)]
pub(in crate::oracle::tests) struct FakeWorld {
    pub(in crate::oracle::tests) snapshots: BTreeMap<SnapshotId, TrueSnapshot>,
    pub(in crate::oracle::tests) gone: BTreeSet<VolumeId>,
    pub(in crate::oracle::tests) rows: BTreeMap<SmolStr, TrueRow>,
}

impl Truth for FakeWorld {
    fn snapshot(&self, id: &SnapshotId) -> Option<TrueSnapshot> {
        self.snapshots.get(id).cloned()
    }

    fn snapshots(&self) -> Vec<(SnapshotId, TrueSnapshot)> {
        self.snapshots
            .iter()
            .map(|(id, s)| (id.clone(), s.clone()))
            .collect()
    }

    fn volume_exists(&self, id: &VolumeId) -> bool {
        !self.gone.contains(id)
    }

    fn row(&self, key: &str) -> Option<TrueRow> {
        self.rows.get(key).cloned()
    }

    fn rows(&self) -> Vec<(SmolStr, TrueRow)> {
        self.rows
            .iter()
            .map(|(key, row)| (key.clone(), row.clone()))
            .collect()
    }
}

impl Story {
    /// A snapshot comes to be; nobody is told.
    pub(in crate::oracle::tests) fn make(
        &mut self,
        by: Actor,
        volume: u8,
        slot: u8,
        op: &str,
    ) -> Snapshot {
        let id = SnapshotId::new(format!("snap-{}", self.made.len()));
        let made = TrueSnapshot {
            blocked: None,
            marks: Marks {
                installation: Some(INSTALLATION.into()),
                lifetime: Some(Lifetime::For(Span::days(1))),
                op: Some(op.into()),
                policy: Some(PolicyName::default()),
                slot: Some(slot_of(slot).text().clone()),
            },
            start: self.now,
            state: SnapshotState::Pending,
            volume: volume_id(volume),
        };
        let shown = shown(&id, &made);
        self.world.snapshots.insert(id.clone(), made);
        self.made.push(id.clone());
        self.deed(id, by, EffectKind::Created, volume_id(volume));
        shown
    }

    pub(super) fn deed(
        &mut self,
        snapshot: SnapshotId,
        by: Actor,
        kind: EffectKind,
        volume: VolumeId,
    ) {
        let deed = Deed {
            at: self.now,
            by,
            kind,
            snapshot,
            volume,
        };
        self.oracle.happened(&deed, &self.world);
    }

    pub(super) fn settle(&mut self, n: u8, state: SnapshotState, kind: EffectKind) {
        let Some(id) = self.nth(n) else { return };
        let Some(found) = self.world.snapshots.get_mut(&id) else {
            return;
        };
        if found.state != SnapshotState::Pending {
            return;
        }
        found.state = state;
        let volume = found.volume.clone();
        self.deed(id, Actor::Aws, kind, volume);
    }

    pub(super) fn gone(&mut self, n: u8, by: Actor) {
        let Some(id) = self.nth(n) else { return };
        let Some(found) = self.world.snapshots.remove(&id) else {
            return;
        };
        self.deed(id, by, EffectKind::Deleted, found.volume);
    }
}
