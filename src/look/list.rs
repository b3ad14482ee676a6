//! The snapshots of a policy or a volume, from both sides.
//!
//! Which query answers what:
//!
//! | asked for | asked |
//! | --- | --- |
//! | a volume | the index `ByVolume`, and EC2 by volume |
//! | only `pending`, only `expiring` | the index `Open`, and EC2 by id |
//! | anything else | EC2 by our tags, `Open` and `Due`, and `ByVolume` of every volume that these name or the policy selects now |
//!
//! There is no scan. Indexes and listings only say which rows there are; what is shown of a row was
//! read consistently by its key. EC2 does not show what is lost, and `Due` names nothing that is kept
//! for ever, so each volume is asked for. A lost or deleted snapshot of a volume that is not selected
//! any more and of which nothing else is left is found by its volume only.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::sides;
use crate::calls::Stop;
use crate::catalog::key::{DUE_SHARDS, OpenKind};
use crate::catalog::{SnapshotRow, attr, read};
use crate::domain::{
    BlockedBy, InstanceId, Lifetime, PolicyName, RowState, Snapshot, SnapshotId, SnapshotState,
    Timestamp, VolumeId, tags,
};
use crate::engine::{Pass, context::tagged_lifetime, facts, observe, side_by_side};
use crate::ports::table::Item;

/// What is wanted of a policy's snapshots.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Of this volume only.
    pub volume: Option<VolumeId>,
    /// Whose rows are in one of these states; empty for all but `deleted`.
    pub states: BTreeSet<RowState>,
}

/// One snapshot, as a line of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Which.
    pub id: SnapshotId,
    /// Whose.
    pub policy: PolicyName,
    /// Of which volume.
    pub volume: VolumeId,
    /// The instance it was taken with.
    pub instance: Option<InstanceId>,
    /// What the row says; none without a row.
    pub row: Option<RowState>,
    /// What EC2 says; none when it is not shown.
    pub ec2: Option<SnapshotState>,
    /// EC2's start time.
    pub start: Timestamp,
    /// The lifetime it was promised: the longer one of its row's and its tag's. None without either.
    pub lifetime: Option<Lifetime>,
    /// What stood against its delete when it was judged last, or is seen to now.
    pub blocked_by: Option<BlockedBy>,
}

impl Listed {
    /// When its promised lifetime ends. It does not go earlier, and may stay longer: other rules,
    /// the floor and the tag of its instance have their say ([`explain`](super::explain)).
    #[must_use]
    pub fn not_before(&self) -> Option<Timestamp> {
        let lifetime = self.lifetime?;
        lifetime.ends(self.start)
    }

    /// Whether both sides say the same.
    #[must_use]
    pub fn agrees(&self) -> bool {
        sides::agree(self.row.as_ref(), self.ec2.as_ref())
    }
}

/// Lists the snapshots of the pass's policy, oldest first, then by id.
///
/// # Errors
/// [`Stop`] when a listing is not whole or the table can't be read: half a list is none.
pub async fn of_policy(pass: &Pass, wanted: &Wanted) -> Result<Vec<Listed>, Stop> {
    let (keys, mut seen) = match &wanted.volume {
        Some(volume) => of_volume(pass, volume).await?,
        None if only(wanted, &[RowState::Pending, RowState::Expiring]) => open(pass).await?,
        None => of_all(pass, wanted).await?,
    };
    let ids = keys
        .into_iter()
        .chain(seen.keys().map(|id| id.text().clone()));
    let mut rows = BTreeMap::new();
    for item in read::batch(&pass.caller, ids).await?.into_values() {
        let row = SnapshotRow::from_item(item)?;
        if row.policy == pass.policy.name {
            rows.insert(row.id.clone(), row);
        }
    }
    // One that lost its tags is in no listing by them; by its id EC2 still tells.
    let unseen = rows.values().filter(|row| row.state != RowState::Deleted);
    let unseen = unseen.map(|row| row.id.clone());
    let unseen: BTreeSet<SnapshotId> = unseen.filter(|id| !seen.contains_key(id)).collect();
    seen.extend(observe::snapshots(pass, &unseen).await?);
    let ids: BTreeSet<&SnapshotId> = rows.keys().chain(seen.keys()).collect();
    let mut listed: Vec<Listed> = ids
        .into_iter()
        .filter_map(|id| one(pass, rows.get(id), seen.get(id)))
        .filter(|listed| is_wanted(wanted, listed))
        .collect();
    listed.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
    Ok(listed)
}

/// Keys of rows, and what EC2 shows.
type Found = (BTreeSet<SmolStr>, BTreeMap<SnapshotId, Snapshot>);

async fn of_volume(pass: &Pass, volume: &VolumeId) -> Result<Found, Stop> {
    let keys = keys_of(&read::of_volume_brief(&pass.caller, volume).await?);
    let wanted = BTreeSet::from([volume.clone()]);
    let seen = observe::snapshots_of_volumes(pass, &wanted).await?;
    Ok((keys, by_id(seen)))
}

async fn open(pass: &Pass) -> Result<Found, Stop> {
    let keys = open_keys(pass).await?;
    let ids = keys.iter().cloned().map(SnapshotId::new).collect();
    let mut seen = observe::snapshots(pass, &ids).await?;
    seen.retain(|_, snapshot| pass.is_ours(snapshot));
    Ok((keys, seen))
}

async fn of_all(pass: &Pass, wanted: &Wanted) -> Result<Found, Stop> {
    let mut seen = Vec::new();
    observe::snapshots_of_policy(pass, |page| seen.extend(page)).await?;
    let mut keys = open_keys(pass).await?;
    let mut volumes: BTreeSet<VolumeId> = seen.iter().map(|shown| shown.volume.clone()).collect();
    for shard in 0..DUE_SHARDS {
        // Whatever is to be judged at all, however late.
        let items = read::due(&pass.caller, &pass.policy.name, shard, Timestamp::MAX).await?;
        keys.extend(keys_of(&items));
        for item in items {
            volumes.insert(SnapshotRow::from_item(item)?.volume);
        }
    }
    volumes.extend(facts::volumes_now(pass).await?);
    let keys = RefCell::new(keys);
    let asked = volumes.iter().map(async |volume: &VolumeId| {
        let mut items = read::of_volume_brief(&pass.caller, volume).await?;
        items.retain(|item| may_be_wanted(pass, wanted, item));
        keys.borrow_mut().extend(keys_of(&items));
        Ok(())
    });
    side_by_side::all(asked).await?;
    Ok((keys.into_inner(), by_id(seen)))
}

/// Whether its row is worth reading: a volume may have rows of many policies, and of deleted snapshots
/// for months.
fn may_be_wanted(pass: &Pass, wanted: &Wanted, item: &Item) -> bool {
    let is_other = |policy: &SmolStr| policy != pass.policy.name.as_str();
    let is_deleted = |state: &SmolStr| RowState::from_text(state) == RowState::Deleted;
    !item.text(attr::POLICY).is_some_and(is_other)
        && (wanted.states.contains(&RowState::Deleted)
            || !item.text(attr::STATE).is_some_and(is_deleted))
}

async fn open_keys(pass: &Pass) -> Result<BTreeSet<SmolStr>, Stop> {
    let mut keys = BTreeSet::new();
    for kind in [OpenKind::Pending, OpenKind::Expiring] {
        keys.extend(keys_of(
            &read::open(&pass.caller, &pass.policy.name, kind).await?,
        ));
    }
    Ok(keys)
}

fn keys_of(items: &[Item]) -> BTreeSet<SmolStr> {
    items
        .iter()
        .filter_map(|item| item.key().cloned())
        .collect()
}

fn by_id(seen: Vec<Snapshot>) -> BTreeMap<SnapshotId, Snapshot> {
    seen.into_iter()
        .map(|snapshot| (snapshot.id.clone(), snapshot))
        .collect()
}

fn only(wanted: &Wanted, states: &[RowState]) -> bool {
    !wanted.states.is_empty() && wanted.states.iter().all(|state| states.contains(state))
}

fn is_wanted(wanted: &Wanted, listed: &Listed) -> bool {
    let of_volume = wanted
        .volume
        .as_ref()
        .is_none_or(|volume| *volume == listed.volume);
    let in_state = match &listed.row {
        Some(state) if wanted.states.is_empty() => *state != RowState::Deleted,
        Some(state) => wanted.states.contains(state),
        None => wanted.states.is_empty(),
    };
    of_volume && in_state
}

fn one(pass: &Pass, row: Option<&SnapshotRow>, seen: Option<&Snapshot>) -> Option<Listed> {
    let id = row.map(|row| &row.id).or(seen.map(|seen| &seen.id))?;
    let volume = row.map(|row| &row.volume).or(seen.map(|s| &s.volume))?;
    // The later of the two, as it is judged: an answer to a create call tells whole seconds.
    let starts = [row.map(|row| row.start), seen.map(|seen| seen.start)];
    let start = starts.into_iter().flatten().max()?;
    let promised = [row.map(|row| row.lifetime), seen.and_then(tagged_lifetime)];
    Some(Listed {
        id: id.clone(),
        policy: pass.policy.name.clone(),
        volume: volume.clone(),
        instance: row.and_then(|row| row.instance.clone()),
        row: row.map(|row| row.state.clone()),
        ec2: seen.map(|seen| seen.state.clone()),
        start,
        lifetime: promised.into_iter().flatten().max(),
        blocked_by: blocked_by(pass, row, seen),
    })
}

/// What is seen now comes before what was found when it was judged last.
fn blocked_by(
    pass: &Pass,
    row: Option<&SnapshotRow>,
    seen: Option<&Snapshot>,
) -> Option<BlockedBy> {
    let held = seen.is_some_and(|seen| seen.tags.get(tags::key::HOLD).is_some());
    match row {
        _ if held => Some(BlockedBy::Held),
        Some(_) if seen.is_some_and(|seen| !pass.is_ours(seen)) => Some(BlockedBy::NotOurs),
        Some(row) => row
            .blocked_by
            .clone()
            .filter(|blocked| *blocked != BlockedBy::Held || seen.is_none()),
        None => None,
    }
}
