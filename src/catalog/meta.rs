//! What is remembered about the installation and about each policy.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::attr;
use super::item::RowError;
use super::key;
use super::write::Conditional;
use crate::domain::{
    AccountId, InstallationId, Job, PlanDigest, PolicyName, Region, Slot, Timestamp,
};
use crate::ports::table::Item;

/// One installation of snaplife; without its row, or on a mismatch, nothing is ever changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Installation {
    /// Its mark.
    pub id: InstallationId,
    /// The account it works in.
    pub account: AccountId,
    /// The Region it works in.
    pub region: Region,
}

const KIND: &str = "meta";

impl Installation {
    /// Reads the stored item.
    ///
    /// # Errors
    /// [`RowError`] when a part is missing.
    pub fn from_item(item: &Item) -> Result<Self, RowError> {
        Ok(Self {
            id: InstallationId::new(item.need_text(attr::INSTALLATION)?.clone()),
            account: AccountId::new(item.need_text(attr::ACCOUNT)?.clone()),
            region: Region::new(item.need_text(attr::REGION)?.clone()),
        })
    }

    /// The item to store, at revision 1.
    #[must_use]
    pub fn to_item(&self) -> Item {
        let mut item = Item::default();
        item.set_head(&SmolStr::new_static(key::INSTALLATION), KIND);
        item.set_text(attr::INSTALLATION, self.id.text().clone());
        item.set_text(attr::ACCOUNT, self.account.text().clone());
        item.set_text(attr::REGION, self.region.text().clone());
        item.set_number(attr::REVISION, 1);
        item
    }
}

/// What is remembered about a policy between runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyMeta {
    /// Which.
    pub policy: PolicyName,
    /// The digest of its rules as the last `expire` knew them.
    pub policy_digest: Option<SmolStr>,
    /// When `expire` last ended well.
    pub last_expire_at: Option<Timestamp>,
    /// When the last full audit ended.
    pub audited_at: Option<Timestamp>,
    /// The first scheduled slot that `create` served: before it nobody can miss a backup.
    pub first_slot: Option<Slot>,
    /// The newest scheduled slot that `create` served.
    pub newest_slot: Option<Slot>,
    /// The digest of the plan that a person approved.
    pub approved: Option<PlanDigest>,
    /// The digest of the plan that the blast limit stopped last.
    pub refused: Option<PlanDigest>,
    /// Per job the digest of the findings that people were last told of.
    pub notified: BTreeMap<Job, SmolStr>,
    /// Counts writes; 0 for one that is not stored yet.
    pub revision: i64,
    /// The item as it was read.
    pub stored: Item,
}

impl PolicyMeta {
    /// For a policy that has none stored.
    #[must_use]
    pub fn new(policy: &PolicyName) -> Self {
        Self {
            policy: policy.clone(),
            policy_digest: None,
            last_expire_at: None,
            audited_at: None,
            first_slot: None,
            newest_slot: None,
            approved: None,
            refused: None,
            notified: BTreeMap::new(),
            revision: 0,
            stored: Item::default(),
        }
    }

    /// Whether storing it would change nothing.
    #[must_use]
    pub fn to_item_unchanged(&self) -> bool {
        self.revision > 0 && self.to_item() == self.stored
    }

    /// Reads a stored item.
    ///
    /// # Errors
    /// [`RowError`] when something that every such row has is missing.
    pub fn from_item(item: Item) -> Result<Self, RowError> {
        let policy = PolicyName::parse(item.need_text(attr::POLICY)?)
            .map_err(|error| item.broken(error.to_string()))?;
        Ok(Self {
            policy,
            policy_digest: item.text(attr::POLICY_DIGEST).cloned(),
            last_expire_at: item.instant(attr::LAST_EXPIRE_AT),
            audited_at: item.instant(attr::AUDITED_AT),
            first_slot: item
                .text(attr::FIRST_SLOT)
                .map(|text| Slot::from_text(text)),
            newest_slot: item
                .text(attr::NEWEST_SLOT)
                .map(|text| Slot::from_text(text)),
            approved: item
                .text(attr::APPROVED)
                .map(|text| PlanDigest::new(text.clone())),
            refused: item
                .text(attr::REFUSED)
                .map(|text| PlanDigest::new(text.clone())),
            notified: Job::ALL
                .into_iter()
                .filter_map(|job| Some((job, item.text(attr::notified(job))?.clone())))
                .collect(),
            revision: item.need_number(attr::REVISION)?,
            stored: item,
        })
    }
}

impl Conditional for PolicyMeta {
    fn key(&self) -> SmolStr {
        key::policy(&self.policy)
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn to_item(&self) -> Item {
        let mut item = self.stored.clone();
        item.set_head(&self.key(), KIND);
        item.set_text(attr::POLICY, self.policy.as_str());
        item.set_text_or_remove(attr::POLICY_DIGEST, self.policy_digest.as_ref());
        item.set_instant(attr::LAST_EXPIRE_AT, self.last_expire_at);
        item.set_instant(attr::AUDITED_AT, self.audited_at);
        item.set_text_or_remove(attr::FIRST_SLOT, self.first_slot.as_ref().map(Slot::text));
        item.set_text_or_remove(attr::NEWEST_SLOT, self.newest_slot.as_ref().map(Slot::text));
        item.set_text_or_remove(attr::APPROVED, self.approved.as_ref().map(PlanDigest::text));
        item.set_text_or_remove(attr::REFUSED, self.refused.as_ref().map(PlanDigest::text));
        for job in Job::ALL {
            item.set_text_or_remove(attr::notified(job), self.notified.get(&job));
        }
        item
    }

    fn written(&mut self, item: Item) {
        self.revision += 1;
        self.stored = item;
    }
}
