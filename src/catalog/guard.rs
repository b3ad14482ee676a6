//! The guard row of a volume's floor, and since when the volume is gone.
//!
//! Every delete raises its revision in the same transaction that marks the snapshot, so that two
//! runs can't both count on each other's snapshots to carry the floor.

use smol_str::SmolStr;

use super::attr;
use super::item::RowError;
use super::key;
use super::write::Conditional;
use crate::domain::{PolicyName, Timestamp, VolumeId};
use crate::ports::table::Item;

/// One volume, for one policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guard {
    /// The volume.
    pub volume: VolumeId,
    /// The policy.
    pub policy: PolicyName,
    /// The first pass that asked for the volume by id and was told that it is gone.
    pub gone_since: Option<Timestamp>,
    /// Counts writes; 0 for one that is not stored yet.
    pub revision: i64,
    /// The item as it was read.
    pub stored: Item,
}

const KIND: &str = "guard";

impl Guard {
    /// The guard of a volume that has none stored.
    #[must_use]
    pub fn new(volume: &VolumeId, policy: &PolicyName) -> Self {
        Self {
            volume: volume.clone(),
            policy: policy.clone(),
            gone_since: None,
            revision: 0,
            stored: Item::default(),
        }
    }

    /// Reads a stored item.
    ///
    /// # Errors
    /// [`RowError`] when something that every guard has is missing.
    pub fn from_item(item: Item) -> Result<Self, RowError> {
        let policy = PolicyName::parse(item.need_text(attr::POLICY)?)
            .map_err(|error| item.broken(error.to_string()))?;
        let stored_key = item.need_text(attr::KEY)?;
        let volume = stored_key.split('#').nth(1).unwrap_or_default();
        Ok(Self {
            volume: VolumeId::new(volume),
            policy,
            gone_since: item.instant(attr::GONE_SINCE),
            revision: item.need_number(attr::REVISION)?,
            stored: item,
        })
    }
}

impl Conditional for Guard {
    fn key(&self) -> SmolStr {
        key::guard(&self.volume, &self.policy)
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn to_item(&self) -> Item {
        let mut item = self.stored.clone();
        item.set_head(&self.key(), KIND);
        item.set_text(attr::POLICY, self.policy.as_str());
        item.set_instant(attr::GONE_SINCE, self.gone_since);
        item
    }

    fn written(&mut self, item: Item) {
        self.revision += 1;
        self.stored = item;
    }
}
