//! Snapshots as a person names them, looked up in the world as it is now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use snaplife_sim::ec2::{Ec2, EffectKind, SnapshotId};
use snaplife_sim::world::World;

use crate::domain::VolumeId;
use crate::scenario::model::SnapshotRef;

/// What names stand for: snapshots of the file, and every snapshot a volume ever had.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Names {
    named: BTreeMap<SmolStr, SnapshotId>,
    ever: BTreeMap<SmolStr, Vec<SnapshotId>>,
}

impl Names {
    /// Gives a snapshot the name that the file uses.
    pub(crate) fn name(&mut self, name: SmolStr, snapshot: SnapshotId) {
        self.named.insert(name, snapshot);
    }

    /// The snapshot of a name, whether or not it still exists.
    pub(crate) fn named(&self, name: &str) -> Option<SnapshotId> {
        self.named.get(name).cloned()
    }

    /// The names that were given.
    pub(crate) fn given(&self) -> Vec<SmolStr> {
        self.named.keys().cloned().collect()
    }

    /// Notes a snapshot that came to be.
    pub(crate) fn saw(&mut self, effect: &snaplife_sim::ec2::Effect) {
        if effect.kind == EffectKind::Created {
            let ever = self.ever.entry(effect.volume.text().clone()).or_default();
            ever.push(effect.snapshot.clone());
        }
    }

    /// The snapshots meant, those that exist now; oldest first.
    pub(crate) fn find(&self, world: &World, wanted: &SnapshotRef) -> Vec<SnapshotId> {
        match wanted {
            SnapshotRef::Newest(volume) => of(&world.ec2, volume).pop().into_iter().collect(),
            SnapshotRef::Oldest(volume) => of(&world.ec2, volume).into_iter().take(1).collect(),
            SnapshotRef::All(volume) => of(&world.ec2, volume),
            SnapshotRef::Nth(nth, volume) => self
                .ever
                .get(volume.as_str())
                .and_then(|ever| ever.get(usize::try_from(*nth).ok()?.checked_sub(1)?))
                .filter(|id| world.ec2.snapshot(id).is_some())
                .cloned()
                .into_iter()
                .collect(),
            SnapshotRef::Named(name) => self
                .named
                .get(name)
                .filter(|id| world.ec2.snapshot(id).is_some())
                .cloned()
                .into_iter()
                .collect(),
        }
    }
}

fn of(ec2: &Ec2, volume: &VolumeId) -> Vec<SnapshotId> {
    let volume = snaplife_sim::ec2::VolumeId::new(volume.text().clone());
    ec2.snapshots_of(&volume)
        .map(|snapshot| snapshot.id.clone())
        .collect()
}
