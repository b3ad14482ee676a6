//! What `expire` must know before it decides.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::context::Pass;
use super::locks;
use super::observe::{self, Completeness};
use super::source::{self, Notes};
use crate::calls::Stop;
use crate::catalog::{Guard, SnapshotRow, key, read};
use crate::domain::{
    Instance, InstanceState, Lifetime, OpId, Policy, RowState, Snapshot, SnapshotId, SnapshotState,
    Target, Timestamp, Volume, VolumeId,
};
use crate::plan::input::{BlastFacts, Lock, SnapshotFacts, VolumeFacts};
use crate::plan::{LifetimeNote, lifetime_for};

/// Both sides of everything that the due snapshots touch, read within this pass.
pub(super) struct Facts {
    /// By volume, as the planner wants it.
    pub(super) volumes: BTreeMap<VolumeId, VolumeFacts>,
    /// What EC2 showed.
    pub(super) seen: BTreeSet<SnapshotId>,
    /// The rows, read consistently.
    pub(super) rows: BTreeMap<SnapshotId, SnapshotRow>,
    /// The guards, read consistently.
    pub(super) guards: BTreeMap<VolumeId, Guard>,
}

/// What a snapshot of a volume would live for if it were made now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Lives {
    /// How long.
    pub(super) lifetime: Lifetime,
    /// What a person should know about it.
    pub(super) note: Option<LifetimeNote>,
}

/// What tag and policy give each selected volume now. Volumes that are not selected any more are
/// absent: for them what was promised stands.
///
/// # Errors
/// [`Stop`] when the listing is not whole: by a part nothing is judged.
pub(super) async fn lifetimes_now(pass: &Pass) -> Result<BTreeMap<VolumeId, Lives>, Stop> {
    let (lives, completeness) = match &pass.policy.select.target {
        Target::Instances(tag) => {
            let (instances, completeness) = observe::instances(pass, tag).await;
            (
                lives_with(&pass.policy, instances.values(), &[]),
                completeness,
            )
        }
        Target::Volumes(tag) => {
            let (volumes, completeness) = observe::volumes_tagged(pass, tag).await;
            (
                lives_with(&pass.policy, &[], volumes.values()),
                completeness,
            )
        }
    };
    match completeness {
        Completeness::Complete => Ok(lives),
        Completeness::Partial(stop) => planted!(Err(stop), JudgesByAPartialListing => Ok(lives)),
    }
}

/// The volumes that the policy selects now, and those beside them on their instances.
///
/// # Errors
/// As [`lifetimes_now`].
pub(crate) async fn volumes_now(pass: &Pass) -> Result<BTreeSet<VolumeId>, Stop> {
    Ok(lifetimes_now(pass).await?.into_keys().collect())
}

/// The lifetimes that these instances give their volumes, and these volumes themselves.
pub(super) fn lives_with<'a>(
    policy: &Policy,
    instances: impl IntoIterator<Item = &'a Instance>,
    volumes: impl IntoIterator<Item = &'a Volume>,
) -> BTreeMap<VolumeId, Lives> {
    let mut lives: BTreeMap<VolumeId, Lives> = BTreeMap::new();
    // One that is only starting is not snapshotted yet, but what its tag promises holds.
    for instance in instances
        .into_iter()
        .filter(|i| i.state != InstanceState::Terminated)
    {
        let (lifetime, note) = lifetime_for(policy, &instance.tags);
        for attachment in &instance.attachments {
            // A volume on several instances is promised the longest.
            let longest = lives.get(&attachment.volume).map(|lives| lives.lifetime);
            if longest.is_none_or(
                |longest| planted!(longest < lifetime, TakesTheShorterOfTwo => longest > lifetime),
            ) {
                let note = note.clone();
                lives.insert(attachment.volume.clone(), Lives { lifetime, note });
            }
        }
    }
    for volume in volumes {
        let (lifetime, note) = lifetime_for(policy, &volume.tags);
        lives.insert(volume.id.clone(), Lives { lifetime, note });
    }
    lives
}

/// Reads everything about the due rows, their sets and their volumes. Only for `Notes::Kept` is
/// anything written: since when a volume is gone.
///
/// # Errors
/// [`Stop`] when any listing is not whole or the table can't be read: then nothing is deleted.
pub(super) async fn gather(
    pass: &Pass,
    due: &BTreeMap<SnapshotId, SnapshotRow>,
    notes: Notes,
) -> Result<Facts, Stop> {
    let mut volumes: BTreeSet<VolumeId> = due.values().map(|row| row.volume.clone()).collect();
    let mut seen: BTreeMap<SnapshotId, Snapshot> = BTreeMap::new();
    let note = |seen: &mut BTreeMap<SnapshotId, Snapshot>, found: Vec<Snapshot>| {
        seen.extend(
            found
                .into_iter()
                .map(|snapshot| (snapshot.id.clone(), snapshot)),
        );
    };
    note(
        &mut seen,
        observe::snapshots_of_volumes(pass, &volumes).await?,
    );
    // A set goes as a whole, so the volumes of its other members count too.
    let sets: BTreeSet<OpId> = due.values().filter_map(|row| row.set.clone()).collect();
    // One that somebody gave to another policy is still one of them, by its row; a copy of our tags has none.
    let members: Vec<Snapshot> = observe::snapshots_of_ops(pass, &sets)
        .await?
        .into_values()
        .flatten()
        .collect();
    let further: BTreeSet<VolumeId> = members
        .iter()
        .filter(|snapshot| pass.is_ours(snapshot))
        .map(|snapshot| snapshot.volume.clone())
        .filter(|volume| !volumes.contains(volume))
        .collect();
    note(&mut seen, members);
    note(
        &mut seen,
        observe::snapshots_of_volumes(pass, &further).await?,
    );
    volumes.extend(further);
    // A due snapshot that lost its tags is not in those listings; by id EC2 still tells.
    let missing = due
        .keys()
        .filter(|id| !seen.contains_key(*id))
        .cloned()
        .collect();
    seen.extend(observe::snapshots(pass, &missing).await?);

    let ids: BTreeSet<SnapshotId> = seen.keys().chain(due.keys()).cloned().collect();
    // Guards before rows: a mark that another run sets between the two moves the guard, and then
    // ours is refused.
    let mut guards = guards(pass, &volumes).await?;
    let rows = rows(pass, &ids).await?;
    let due_ids: BTreeSet<SnapshotId> = due.keys().cloned().collect();
    // Members of a due set are judged with it, so they are asked about too. What EC2 does not show is
    // not deleted, whatever protects it.
    let asked: BTreeSet<SnapshotId> = rows
        .values()
        .filter(|row| row.set.as_ref().is_some_and(|set| sets.contains(set)))
        .map(|row| row.id.clone())
        .chain(due_ids)
        .filter(|id| seen.contains_key(id))
        .collect();
    let locked = locks::locked(pass, &asked).await?;
    let images = observe::images(pass, &asked).await?;
    let lives = lifetimes_now(pass).await?;
    let sources = source::judge(pass, &volumes, &lives, &mut guards, notes).await?;

    let mut by_volume: BTreeMap<VolumeId, Vec<SnapshotFacts>> = BTreeMap::new();
    for id in &ids {
        let row = rows.get(id);
        let shown = seen.get(id);
        let of_policy = row.is_some_and(|row| row.policy == pass.policy.name)
            || shown.is_some_and(|snapshot| pass.is_ours(snapshot));
        let volume = row
            .map(|row| &row.volume)
            .or_else(|| shown.map(|s| &s.volume));
        let Some(volume) = volume.filter(|_| of_policy) else {
            continue;
        };
        by_volume
            .entry(volume.clone())
            .or_default()
            .push(SnapshotFacts {
                id: id.clone(),
                row: row.map(SnapshotRow::facts),
                seen: shown.cloned(),
                lock: if locked.contains(id) {
                    Lock::Locked
                } else {
                    Lock::Open
                },
                image: images.get(id).cloned(),
            });
    }
    let volumes = by_volume
        .into_iter()
        .map(|(volume, mut snapshots)| {
            let start = |facts: &SnapshotFacts| {
                let shown = facts.seen.as_ref().map(|snapshot| snapshot.start);
                shown.or_else(|| facts.row.as_ref().map(|row| row.start))
            };
            snapshots.sort_by(|a, b| start(a).cmp(&start(b)).then_with(|| a.id.cmp(&b.id)));
            let facts = source::volume_facts(
                snapshots,
                lives.get(&volume),
                sources.get(&volume).copied(),
                &rows,
            );
            (volume, facts)
        })
        .collect();
    Ok(Facts {
        seen: seen.into_keys().collect(),
        volumes,
        rows,
        guards,
    })
}

async fn rows(
    pass: &Pass,
    ids: &BTreeSet<SnapshotId>,
) -> Result<BTreeMap<SnapshotId, SnapshotRow>, Stop> {
    let keys = ids.iter().map(|id| id.text().clone());
    let mut rows = BTreeMap::new();
    for item in read::batch(&pass.caller, keys).await?.into_values() {
        let row = SnapshotRow::from_item(item)?;
        rows.insert(row.id.clone(), row);
    }
    Ok(rows)
}

async fn guards(
    pass: &Pass,
    volumes: &BTreeSet<VolumeId>,
) -> Result<BTreeMap<VolumeId, Guard>, Stop> {
    let key = |volume: &VolumeId| -> SmolStr { key::guard(volume, &pass.policy.name) };
    let mut stored = read::batch(&pass.caller, volumes.iter().map(key)).await?;
    let mut guards = BTreeMap::new();
    for volume in volumes {
        let guard = match stored.remove(&key(volume)) {
            Some(item) => Guard::from_item(item)?,
            None => Guard::new(volume, &pass.policy.name),
        };
        guards.insert(volume.clone(), guard);
    }
    Ok(guards)
}

/// What the blast limit is measured by: counted on the volumes at hand only, so the figures are
/// lower bounds and the limit is never wider than the rule says.
pub(super) fn blast(
    pass: &Pass,
    facts: &Facts,
    last_expire_at: Option<Timestamp>,
    approved: Option<crate::domain::PlanDigest>,
) -> BlastFacts {
    // By the later of the two clocks: with one that is behind, more would seem to have come in since.
    let day_ago = pass.caller.latest_now() - crate::domain::Span::hours(24);
    let since = last_expire_at.map_or(day_ago, |at| at.min(day_ago));
    let mut facts_of = BlastFacts {
        created_recently: 0,
        completed_known: 0,
        approved,
    };
    let shown = facts.volumes.values().flat_map(|volume| &volume.snapshots);
    let completed: BTreeSet<&SnapshotId> = shown
        .filter_map(|known| known.seen.as_ref())
        .filter(|seen| seen.state == SnapshotState::Completed)
        .map(|seen| &seen.id)
        .collect();
    // What EC2 does not show, or not as completed, is no copy that could be left.
    for row in facts
        .rows
        .values()
        .filter(|row| row.policy == pass.policy.name && facts.seen.contains(&row.id))
    {
        if row.start >= since {
            facts_of.created_recently += 1;
        }
        if row.state == RowState::Completed && completed.contains(&row.id) {
            facts_of.completed_known += 1;
        }
    }
    facts_of
}
