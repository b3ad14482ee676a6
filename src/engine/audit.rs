//! The daily comparison of both sides: orphans, ghosts, and volumes without a recent backup.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::facts::{Lives, lives_with};
use super::targets::{self, Observed};
use super::{observe, settle, side_by_side, sync};
use crate::calls::Stop;
use crate::catalog::write::put;
use crate::catalog::{Conditional, Intent, PolicyMeta, SnapshotRow, Written, attr, key, read};
use crate::domain::{
    Counted, Instance, Lifetime, OpId, Retroactive, RowState, Slot, Snapshot, SnapshotId,
    SnapshotState, Span, Target, Timestamp, Volume, VolumeId, tags,
};
use crate::journal::FindingKind;
use crate::plan::repair::OrphanIntent;
use crate::plan::{CreateInput, OrphanFacts, OrphanVerdict, judge_orphan, plan_create};
use crate::ports::table::Item;

pub(super) async fn run(pass: &Pass, meta: &PolicyMeta) -> Result<(), Stop> {
    let mut volumes: BTreeMap<VolumeId, Listed> = BTreeMap::new();
    observe::snapshots_of_policy(pass, |page| {
        for snapshot in page {
            note(&mut volumes, snapshot);
        }
    })
    .await?;
    let observed = targets::observe_targets(pass).await;
    let members = members(pass, &observed);
    if let Some(stop) = observed.stop {
        return Err(stop);
    }
    let lifetimes = lives_of(pass, &observed.instances, &observed.volumes);
    for volume in lifetimes.keys() {
        if !volumes.contains_key(volume) {
            volumes.insert(volume.clone(), Listed::default());
        }
    }
    let compared = volumes.iter().map(|(id, volume)| {
        let lives = lifetimes.get(id).map(|lives| lives.lifetime);
        compare(pass, id, volume, lives)
    });
    // First: what stands in the way of comparing one volume says nothing of the others.
    stale(pass, meta, &volumes, &members);
    side_by_side::all(compared).await
}

/// Both sides of one volume. The index tells which rows want a closer look; those are read
/// consistently before anything is believed.
async fn compare(
    pass: &Pass,
    id: &VolumeId,
    volume: &Listed,
    lives: Option<Lifetime>,
) -> Result<(), Stop> {
    let brief = read::of_volume_brief(&pass.caller, id).await?;
    let known: BTreeMap<&SmolStr, &Item> = brief
        .iter()
        .filter_map(|item| Some((item.key()?, item)))
        .collect();
    // Only a shortened lifetime that applies needs more of a row than its brief tells.
    let all = pass.policy.retroactive == Retroactive::Yes;
    let wants_look = |item: Option<&&Item>| {
        all || item.is_none_or(|item| {
            let state = item.text(attr::STATE).map(|text| RowState::from_text(text));
            let odd = match state {
                Some(RowState::Lost | RowState::Deleted) | None => true,
                Some(
                    RowState::Pending
                    | RowState::Completed
                    | RowState::Error
                    | RowState::Expiring
                    | RowState::Other(_),
                ) => false,
            };
            odd || item.0.contains_key(attr::UNSEEN_SINCE)
        })
    };
    let mut looked_at: Vec<&Snapshot> = volume
        .snapshots
        .values()
        .filter(|snapshot| wants_look(known.get(snapshot.id.text())))
        .collect();
    // Of what carries the same tags the one that started first is no copy.
    looked_at.sort_by_key(|snapshot| (snapshot.start, &snapshot.id));
    let keys = looked_at.iter().map(|snapshot| snapshot.id.text().clone());
    let mut rows = read::batch(&pass.caller, keys).await?;
    // The index may not know yet what was given its row a moment ago, by this very pass, too.
    let mut siblings: Vec<Item> = rows.values().chain(&brief).cloned().collect();
    for snapshot in looked_at {
        match rows.remove(snapshot.id.text()) {
            None => siblings.extend(orphan(pass, snapshot, &siblings).await?),
            Some(item) => {
                let row = SnapshotRow::from_item(item)?;
                match shortened(pass, &row, lives) {
                    Some(row) => judge_earlier(pass, row).await?,
                    None => sync::reconcile(pass, row, snapshot).await?,
                }
            }
        }
    }
    ghosts(pass, volume, &brief).await
}

fn lives_of(
    pass: &Pass,
    instances: &[Instance],
    volumes: &BTreeMap<VolumeId, Volume>,
) -> BTreeMap<VolumeId, Lives> {
    match pass.policy.select.target {
        Target::Instances(_) => lives_with(&pass.policy, instances, &[]),
        Target::Volumes(_) => lives_with(&pass.policy, &[], volumes.values()),
    }
}

/// The volumes that the next slot would take.
fn members(pass: &Pass, observed: &Observed) -> BTreeSet<VolumeId> {
    let plan = plan_create(&CreateInput {
        policy: &pass.policy,
        installation: &pass.installation.id,
        slot: &pass.slot,
        instances: &observed.instances,
        volumes: &observed.volumes,
        served: &BTreeSet::new(),
    });
    let tasks = plan.tasks.into_iter();
    tasks
        .flat_map(|task| task.members.into_iter().map(|member| member.volume))
        .collect()
}

/// What the listing of snapshots showed of a volume.
#[derive(Default)]
struct Listed {
    snapshots: BTreeMap<SnapshotId, Snapshot>,
    newest_completed: Option<Timestamp>,
}

fn note(volumes: &mut BTreeMap<VolumeId, Listed>, snapshot: Snapshot) {
    let volume = volumes.entry(snapshot.volume.clone()).or_default();
    if snapshot.state == SnapshotState::Completed {
        volume.newest_completed = volume.newest_completed.max(Some(snapshot.start));
    }
    volume.snapshots.insert(snapshot.id.clone(), snapshot);
}

/// A row that would be judged earlier, since its lifetime was shortened and that applies.
fn shortened(pass: &Pass, row: &SnapshotRow, now_lives: Option<Lifetime>) -> Option<SnapshotRow> {
    let lives = now_lives.filter(|lives| *lives < row.lifetime)?;
    if pass.policy.retroactive != Retroactive::Yes || row.state != RowState::Completed {
        return None;
    }
    let ends = lives.ends(row.start)?;
    let mut row = row.clone();
    if row.judge_at.is_some_and(|at| at <= ends) {
        return None;
    }
    let text =
        format_smolstr!("its lifetime was shortened to {lives}, and `retroactive` applies that");
    pass.report(FindingKind::Shortened, row.id.text().clone(), text);
    row.judge_at = Some(ends);
    Some(row)
}

async fn judge_earlier(pass: &Pass, mut row: SnapshotRow) -> Result<(), Stop> {
    // A conflict means that it is being judged, or seen to, right now; tomorrow it is met again.
    let _ = put(&pass.caller, &pass.writer, &mut row).await?;
    Ok(())
}

/// A snapshot with our tags and without a row, judged beside its siblings, the rows of its volume. Gives the row that it
/// got, if it got one.
async fn orphan(pass: &Pass, snapshot: &Snapshot, siblings: &[Item]) -> Result<Option<Item>, Stop> {
    let slot = snapshot
        .tags
        .get(tags::key::SLOT)
        .map(|text| Slot::from_text(text));
    let target = snapshot.tags.get(tags::key::TARGET);
    let intent = match (&slot, target) {
        (Some(slot), Some(target)) => {
            let key = key::intent(&pass.policy.name, slot, target);
            read::get(&pass.caller, &key)
                .await?
                .map(Intent::from_item)
                .transpose()?
        }
        _ => None,
    };
    let text = |item: &Item, name: &str| item.text(name).cloned();
    let holds = |name: &str, value: Option<&SmolStr>| {
        value.is_some_and(|value| {
            siblings.iter().any(|item| {
                text(item, name).as_ref() == Some(value)
                    && text(item, attr::POLICY).as_deref() == Some(pass.policy.name.as_str())
            })
        })
    };
    let op = settle::op_of(snapshot);
    let facts = OrphanFacts {
        snapshot,
        installation: &pass.installation.id,
        account: &pass.installation.account,
        intent: intent.as_ref().and_then(|intent| {
            let first = intent.first_sent_at?;
            // The row of what it made may be purged by now, and nothing tells that from a copy of its
            // tags then.
            if pass.now() >= first + pass.policy.limits.keep_deleted_rows {
                return None;
            }
            let last = intent.sent_at.unwrap_or(first) + pass.policy.limits.call_timeout;
            // The intent has our clock, the snapshot EC2's.
            let clock_error = pass.policy.limits.clock_error_max;
            Some(OrphanIntent {
                slot: &intent.slot,
                ops: &intent.ops,
                members: &intent.members,
                sent_at: first - clock_error,
                sent_until: last + clock_error,
            })
        }),
        slot_taken: holds(attr::SLOT, slot.as_ref().map(Slot::text)),
        op_taken: holds(attr::OP_ID, op.as_ref().map(OpId::text)),
    };
    match judge_orphan(&facts) {
        OrphanVerdict::Adopt(counted) => {
            planted!(adopt(pass, snapshot, intent, counted).await, NeverAdopts => Ok(None))
        }
        OrphanVerdict::Unclaimed(why) => {
            let text = format_smolstr!(
                "it carries our tags, but {why}; it is kept until you adopt it or take its tags off"
            );
            pass.report(FindingKind::Unclaimed, snapshot.id.text().clone(), text);
            Ok(None)
        }
    }
}

async fn adopt(
    pass: &Pass,
    snapshot: &Snapshot,
    intent: Option<Intent>,
    counted: Counted,
) -> Result<Option<Item>, Stop> {
    let Some(intent) = intent else {
        return Ok(None);
    };
    // A tag that promises more prevails when the row is stored; one that was cut short does not.
    let op = settle::op_of(snapshot);
    let mut row = SnapshotRow::new(
        snapshot,
        &pass.policy.name,
        &intent.slot,
        intent.promised_by(op.as_ref()),
        pass.now(),
    );
    row.op = op;
    row.set = intent.set_of(row.op.as_ref());
    row.counted = counted;
    let kind = match counted {
        Counted::Once => FindingKind::Adopted,
        Counted::Duplicate => FindingKind::Duplicate,
    };
    let text = match counted {
        Counted::Once => "its creation was never answered; it has its row now",
        Counted::Duplicate => {
            "it is a second snapshot of its slot and volume; it lives its lifetime and counts nowhere"
        }
    };
    let item = row.to_item();
    // Whoever was quicker to give it a row has told of it.
    if settle::insert(pass, row, snapshot).await? == Written::Done {
        pass.report(kind, snapshot.id.text().clone(), text);
    }
    Ok(Some(item))
}

/// Rows of the volume whose snapshots the listing did not show. Each is looked for by id before
/// anything is believed: a snapshot that lost its tags is no ghost.
async fn ghosts(pass: &Pass, volume: &Listed, brief: &[Item]) -> Result<(), Stop> {
    let mut missing: BTreeSet<SnapshotId> = BTreeSet::new();
    for item in brief {
        let may_be_ghost = match item.text(attr::STATE).map(|text| RowState::from_text(text)) {
            Some(RowState::Completed | RowState::Error) => true,
            Some(
                RowState::Pending
                | RowState::Expiring
                | RowState::Deleted
                | RowState::Lost
                | RowState::Other(_),
            )
            | None => false,
        };
        let of_policy =
            item.text(attr::POLICY).map(SmolStr::as_str) == Some(pass.policy.name.as_str());
        let id = item.key().cloned().map(SnapshotId::new);
        missing.extend(
            id.filter(|id| may_be_ghost && of_policy && !volume.snapshots.contains_key(id)),
        );
    }
    if missing.is_empty() {
        return Ok(());
    }
    let seen = observe::snapshots(pass, &missing).await?;
    let keys = missing.iter().map(|id| id.text().clone());
    for item in read::batch(&pass.caller, keys).await?.into_values() {
        let row = SnapshotRow::from_item(item)?;
        let stands = row.state == RowState::Completed || row.state == RowState::Error;
        if seen.contains_key(&row.id) {
            let text = "it lost our tags, so it is not ours to delete any more; put them back or take it over by hand";
            pass.report(FindingKind::Unclaimed, row.id.text().clone(), text);
        } else if stands {
            sync::ghost(pass, row).await?;
        }
    }
    Ok(())
}

/// Volumes that the policy takes, without a completed snapshot within twice its period. One that
/// has none yet is only told of when the policy has been served for that long.
fn stale(
    pass: &Pass,
    meta: &PolicyMeta,
    volumes: &BTreeMap<VolumeId, Listed>,
    members: &BTreeSet<VolumeId>,
) {
    let now = pass.now();
    let schedules = &pass.policy.schedules;
    let Some(slot) = schedules.latest_create_at_or_before(now) else {
        return;
    };
    let Some(period) = schedules.create_period_at(slot) else {
        return;
    };
    let oldest = now - Span::from_ms(period.as_ms().saturating_mul(2));
    let first = meta.first_slot.as_ref().and_then(Slot::instant);
    if first.is_none_or(|first| first > oldest) {
        return;
    }
    for volume in members {
        let newest = volumes
            .get(volume)
            .and_then(|volume| volume.newest_completed);
        if newest.is_none_or(|newest| newest < oldest) {
            let text = match newest {
                Some(newest) => format_smolstr!(
                    "its newest good snapshot is of {newest}, more than two periods ago"
                ),
                None => SmolStr::new_static("it has no good snapshot"),
            };
            pass.report(FindingKind::Stale, volume.text().clone(), text);
        }
    }
}
