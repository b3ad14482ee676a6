//! `DescribeSnapshots`.

use smol_str::SmolStr;

use crate::answer::Answer;
use crate::time::Timestamp;

use super::filter::{Condition, Conditions, Field, Patterns};
use super::ids::AccountId;
use super::model::SnapshotTruth;
use super::page::{PageSize, Reader, question};
use super::refusals::Named;
use super::request::{DescribeSnapshots, Owner, Page, SnapshotInfo};
use super::snapshots::{self, Key, Keys};
use super::state::Ec2;
use super::tags::Tags;
use super::throttle::{Api, Scope};

/// The filters that only snapshots have; the page of the call has a few more, as `start-time`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Own {
    Description,
    Encrypted,
    OwnerId,
    Progress,
    SnapshotId,
    Status,
    StorageTier,
    VolumeId,
    VolumeSize,
}

impl Own {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "description" => Self::Description,
            "encrypted" => Self::Encrypted,
            "owner-id" => Self::OwnerId,
            "progress" => Self::Progress,
            "snapshot-id" => Self::SnapshotId,
            "status" => Self::Status,
            "storage-tier" => Self::StorageTier,
            "volume-id" => Self::VolumeId,
            "volume-size" => Self::VolumeSize,
            _ => return None,
        })
    }

    fn met(self, snapshot: &SnapshotTruth, now: Timestamp, any: &Patterns) -> bool {
        match self {
            Self::Description => any.meet(&snapshot.description),
            Self::Encrypted => any.meet(if snapshot.encrypted { "true" } else { "false" }),
            Self::OwnerId => any.meet(snapshot.owner.as_str()),
            Self::Progress => any.meet(&format!("{}%", snapshot.progress(now))),
            Self::SnapshotId => any.meet(snapshot.id.as_str()),
            Self::Status => any.meet(snapshot.state.as_str()),
            // Archiving is not modelled.
            Self::StorageTier => any.meet("standard"),
            Self::VolumeId => any.meet(snapshot.volume.as_str()),
            Self::VolumeSize => any.meet(&snapshot.size_gib.to_string()),
        }
    }
}

/// Where to look for what a request may mean, from the narrowest index that it allows.
enum Candidates<'a> {
    /// All of them.
    All,
    /// An index's own set.
    Set(&'a Keys),
    /// What several places have, sorted, each once.
    Some(Vec<Key>),
}

impl Ec2 {
    /// `DescribeSnapshots`: one page, or the snapshots that were named.
    ///
    /// Without owners and ids it shows all that may be restored, other accounts' snapshots among
    /// them (API Reference). Order is not promised. Filters see a new snapshot later, a deleted one
    /// longer and changed tags later than the truth, as [`super::settings::Visibility`] says.
    ///
    /// # Errors
    /// One id that does not exist fails the whole call with `InvalidSnapshot.NotFound`; ids together
    /// with `MaxResults` are refused with `InvalidParameterCombination` (the refusal is documented,
    /// the code an assumption); a bad token with `InvalidPaginationToken`.
    pub fn describe_snapshots(
        &mut self,
        now: Timestamp,
        request: &DescribeSnapshots,
    ) -> Answer<Page<SnapshotInfo>> {
        let narrow = !request.filters.is_empty()
            || !request.ids.is_empty()
            || request.page.max_results.is_some();
        let scope = if narrow { Scope::Narrow } else { Scope::Bare };
        self.admit(now, Api::DescribeSnapshots, scope)?;
        let conditions = Conditions::read(&request.filters, &self.settings.limits, Own::read)?;
        if !request.ids.is_empty() {
            return self.named_snapshots(now, request, &conditions);
        }
        let mut question = question("DescribeSnapshots", &request.filters);
        question.extend(request.owners.iter().map(|owner| match owner {
            Owner::Myself => "self",
            Owner::Account(account) => account.as_str(),
        }));
        let paging = &self.settings.paging;
        let reader = Reader::open(
            now,
            self.chance,
            paging,
            question,
            &request.page,
            PageSize::USUAL,
        )?;
        let wanted = |(_, snapshot): &(Key, &SnapshotTruth)| {
            snapshot.is_listed(now)
                && self.owned(&snapshot.owner, &request.owners)
                && holds(&conditions, snapshot, now)
        };
        let get = |key: Key| Some((key, self.snapshots.at(key)?));
        let after = reader.after_number();
        let page = match self.candidates(&conditions) {
            Candidates::All => reader.take(self.snapshots.after(after).filter(wanted)),
            Candidates::Set(keys) => reader.take(keys.after(after).filter_map(get).filter(wanted)),
            Candidates::Some(keys) => {
                let keys = keys.into_iter();
                let keys = keys.filter(|key| after.is_none_or(|after| *key > after));
                reader.take(keys.filter_map(get).filter(wanted))
            }
        };
        Ok(page.map(|snapshot| snapshot.info_seen(now)))
    }

    fn named_snapshots(
        &self,
        now: Timestamp,
        request: &DescribeSnapshots,
        conditions: &Conditions<Own>,
    ) -> Answer<Page<SnapshotInfo>> {
        request.page.refuse_beside_ids()?;
        let mut items = Vec::with_capacity(request.ids.len());
        for id in &request.ids {
            id.check_form()?;
            let found = self.snapshots.get(id.as_str());
            let snapshot = found.filter(|snapshot| snapshot.is_found(now));
            let snapshot = snapshot.ok_or_else(|| id.not_found())?;
            if self.owned(&snapshot.owner, &request.owners) && holds(conditions, snapshot, now) {
                items.push(snapshot.info_seen(now));
            }
        }
        Ok(Page { items, next: None })
    }

    fn owned(&self, owner: &AccountId, wanted: &[Owner]) -> bool {
        wanted.is_empty()
            || wanted.iter().any(|wanted| match wanted {
                Owner::Myself => *owner == self.account,
                Owner::Account(account) => owner == account,
            })
    }

    /// The narrowest index that a filter without wildcards points to.
    fn candidates<'a>(&'a self, conditions: &'a Conditions<Own>) -> Candidates<'a> {
        let indexed = |condition: &'a Condition<Own>| {
            let values = condition.any.literals()?;
            Some((
                self.count(&condition.field, values)?,
                &condition.field,
                values,
            ))
        };
        let narrowest = conditions
            .0
            .iter()
            .filter_map(indexed)
            .min_by_key(|(count, ..)| *count);
        let Some((count, field, values)) = narrowest else {
            return Candidates::All;
        };
        let mut keys: Vec<Key> = Vec::with_capacity(count);
        match field {
            Field::Tag(key) => {
                let sets = || {
                    values
                        .iter()
                        .filter_map(|value| self.snapshots.tagged(key, value))
                };
                let mut first_two = sets();
                if let (Some(only), None) = (first_two.next(), first_two.next()) {
                    return Candidates::Set(only);
                }
                keys.extend(sets().flat_map(|set| set.after(None)));
            }
            Field::Own(Own::VolumeId) => {
                let books = values
                    .iter()
                    .filter_map(|volume| self.snapshots.book(volume));
                keys.extend(books.flat_map(|book| book.keys()));
            }
            Field::Own(_) | Field::TagKey => {
                keys.extend(values.iter().filter_map(|id| snapshots::key(id)));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Candidates::Some(keys)
    }

    /// How many snapshots an index has for these values; none for a field without an index.
    fn count(&self, field: &Field<Own>, values: &[SmolStr]) -> Option<usize> {
        match field {
            Field::Tag(key) => {
                let sets = values
                    .iter()
                    .filter_map(|value| self.snapshots.tagged(key, value));
                Some(sets.map(Keys::len).sum())
            }
            Field::Own(Own::VolumeId) => {
                let books = values
                    .iter()
                    .filter_map(|volume| self.snapshots.book(volume));
                Some(books.map(|book| book.keys().len()).sum())
            }
            Field::Own(Own::SnapshotId) => Some(values.len()),
            Field::Own(
                Own::Description
                | Own::Encrypted
                | Own::OwnerId
                | Own::Progress
                | Own::Status
                | Own::StorageTier
                | Own::VolumeSize,
            )
            | Field::TagKey => None,
        }
    }
}

fn holds(conditions: &Conditions<Own>, snapshot: &SnapshotTruth, now: Timestamp) -> bool {
    conditions.hold(snapshot.tags_seen(now), |own, any| {
        own.met(snapshot, now, any)
    })
}

impl SnapshotTruth {
    /// As the calls show it, with these tags.
    pub(super) fn info(&self, now: Timestamp, tags: &Tags) -> SnapshotInfo {
        SnapshotInfo {
            description: self.description.clone(),
            encrypted: self.encrypted,
            id: self.id.clone(),
            owner: self.owner.clone(),
            progress: self.progress(now),
            size_gib: self.size_gib,
            start: self.start,
            state: self.state.clone(),
            tags: tags.clone(),
            volume: self.volume.clone(),
        }
    }

    fn info_seen(&self, now: Timestamp) -> SnapshotInfo {
        self.info(now, self.tags_seen(now))
    }
}
