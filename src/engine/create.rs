//! The job `create`: finish what is open, then serve the slot.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::send::{self, Sent};
use super::side_by_side;
use super::targets::{Observed, observe_targets};
use super::{missed, observe, settle, unanswered};
use crate::calls::Stop;
use crate::catalog::key::OpenKind;
use crate::catalog::{Intent, IntentState, key, read};
use crate::domain::{
    Instance, Job, OpId, Policy, Slot, Snapshot, Span, Timestamp, Volume, VolumeId, tags,
};
use crate::journal::FindingKind;
use crate::plan::{CreateInput, CreateTask, LifetimeNote, plan_create};
use crate::ports::table::Item;

/// A creation that AWS refused for now is tried again after this, doubled per try.
const AGAIN_AFTER: Span = Span::minutes(10);

pub(super) async fn run(pass: &Pass) -> Result<(), Stop> {
    if missed::is_to_come(pass) {
        return Ok(());
    }
    let meta = pass.policy_meta().await?;
    let (older, others): (Vec<Intent>, Vec<Intent>) = open_intents(pass)
        .await?
        .into_iter()
        .partition(|intent| has_passed(pass, intent));
    end(pass, older, "its slot passed before it could be sent").await?;
    if missed::is_older_than_served(pass, &meta) {
        return Ok(());
    }
    planted!(missed::report_slots(pass, &meta), SaysNothingOfMissedSlots => ());
    let Observed {
        instances,
        volumes,
        stop,
    } = observe_targets(pass).await;
    if stop.is_none() {
        end_unselected(pass, &instances, &volumes, others).await?;
    }
    if stop.is_none() && instances.is_empty() && volumes.is_empty() {
        pass.report(
            FindingKind::NothingSelected,
            pass.policy.name.as_str(),
            "the policy's tag matches nothing, so nothing is snapshotted; check tag key and value",
        );
    }
    let tasks = plan_tasks(pass, &instances, &volumes).await?;
    serve(pass, pass.consented_creations(tasks)).await?;
    if let Some(stop) = stop {
        if !instances.is_empty() || !volumes.is_empty() {
            let text = format_smolstr!(
                "the listing broke off ({stop}); what was seen is snapshotted, the rest is not"
            );
            pass.report(FindingKind::PartialInventory, Job::Create.name(), text);
        }
        return Err(stop);
    }
    if pass.slot.instant().is_some() {
        pass.change_meta(|meta| {
            meta.first_slot.get_or_insert_with(|| pass.slot.clone());
            meta.newest_slot = Some(pass.slot.clone());
        })
        .await?;
    }
    Ok(())
}

/// The policy's open intents, each read consistently. The index may run behind; that is no harm,
/// since taking a slot is a conditional write.
pub(super) async fn open_intents(pass: &Pass) -> Result<Vec<Intent>, Stop> {
    let listed = read::open(&pass.caller, &pass.policy.name, OpenKind::Intent).await?;
    let keys: Vec<SmolStr> = listed
        .iter()
        .filter_map(|item| item.key().cloned())
        .collect();
    let mut open = Vec::new();
    for item in read::batch(&pass.caller, keys).await?.into_values() {
        open.extend(readable(pass, item).filter(|intent| intent.state.is_open()));
    }
    Ok(open)
}

/// An intent as it is stored. One that this version can't read is told of: what it asked for is unknown, so
/// its target is not asked for again, and no other has to wait for it.
fn readable(pass: &Pass, item: Item) -> Option<Intent> {
    match Intent::from_item(item) {
        Ok(intent) => Some(intent),
        Err(error) => {
            let text = format_smolstr!(
                "{error}; nothing more is taken of its target for that slot, unless the row is mended or deleted"
            );
            pass.report(FindingKind::CreateFailed, error.key, text);
            None
        }
    }
}

/// Whether the intent's slot is over, so that it is not sent any more. One of a slot that is newer
/// than this pass's, whose clock is behind or who makes up for an old slot, is left alone.
fn has_passed(pass: &Pass, intent: &Intent) -> bool {
    let Some(slot) = intent.slot.instant() else {
        return intent.slot != pass.slot;
    };
    // A slot of its own says nothing about those of the schedule.
    let schedules = &pass.policy.schedules;
    let latest = pass
        .slot
        .instant()
        .or_else(|| schedules.latest_create_at_or_before(pass.now()));
    latest.is_some_and(|latest| slot < latest)
}

/// Brings intents to an end: what was sent is looked for, the rest is missed for this reason.
async fn end(pass: &Pass, intents: Vec<Intent>, why: &str) -> Result<(), Stop> {
    let (taken, sending): (Vec<Intent>, Vec<Intent>) = intents
        .into_iter()
        .partition(|intent| intent.state == IntentState::Taken);
    for mut intent in taken {
        missed::give_up(pass, &mut intent, why).await?;
    }
    for (mut intent, resolved) in unanswered::resolve(pass, sending).await? {
        if resolved == unanswered::Resolved::Nothing {
            missed::give_up(
                pass,
                &mut intent,
                "it was sent, had no answer and made nothing",
            )
            .await?;
        }
    }
    Ok(())
}

/// Creations of this slot that an earlier pass began for what is not to be taken any more, or is
/// taken in another way now: they end before anything is sent for the same volumes.
async fn end_unselected(
    pass: &Pass,
    instances: &[Instance],
    volumes: &BTreeMap<VolumeId, Volume>,
    open: Vec<Intent>,
) -> Result<(), Stop> {
    let of_slot = open.into_iter().filter(|intent| intent.slot == pass.slot);
    let mut begun: BTreeMap<SmolStr, Intent> = of_slot
        .map(|intent| (intent.target.clone(), intent))
        .collect();
    if begun.is_empty() {
        return Ok(());
    }
    let wanted = plan_create(&CreateInput {
        policy: &pass.policy,
        installation: &pass.installation.id,
        slot: &pass.slot,
        instances,
        volumes,
        served: &BTreeSet::new(),
    });
    for task in &wanted.tasks {
        begun.remove(task.target());
    }
    let why = "it is not to be taken, or not in this way, any more";
    end(pass, begun.into_values().collect(), why).await
}

/// What is to be done for this slot: planned from what was seen, less what is served.
async fn plan_tasks(
    pass: &Pass,
    instances: &[Instance],
    volumes: &BTreeMap<VolumeId, Volume>,
) -> Result<Vec<(CreateTask, Option<Intent>)>, Stop> {
    let input = |served| CreateInput {
        policy: &pass.policy,
        installation: &pass.installation.id,
        slot: &pass.slot,
        instances,
        volumes,
        served,
    };
    let nothing = BTreeSet::new();
    let wanted = plan_create(&input(&nothing));
    let key_of = |target: &str| key::intent(&pass.policy.name, &pass.slot, target);
    let keys: Vec<SmolStr> = wanted
        .tasks
        .iter()
        .map(|task| key_of(task.target()))
        .collect();
    let mut intents = BTreeMap::new();
    let mut unreadable: BTreeSet<SmolStr> = BTreeSet::new();
    for (key, item) in read::batch(&pass.caller, keys).await? {
        match readable(pass, item) {
            Some(intent) => {
                intents.insert(intent.target.clone(), intent);
            }
            None => {
                unreadable.insert(key);
            }
        }
    }
    // Once per run, before the first send: what the slot made already, though its intents are gone
    // (a table that was restored to an earlier point in time).
    let made = if wanted.tasks.is_empty() {
        Vec::new()
    } else {
        observe::snapshots_of_slot(pass, &pass.slot).await?
    };
    settle_late(pass, &mut intents, &wanted.tasks, &made).await?;
    let mut served: BTreeSet<String> = BTreeSet::new();
    for task in &wanted.tasks {
        match intents.get(task.target()) {
            Some(intent) if planted!(!intent.state.is_open(), ServesASlotAgain => false) => {
                served.insert(task.target().to_owned());
            }
            Some(_) => {}
            None if unreadable.contains(&key_of(task.target())) => {
                served.insert(task.target().to_owned());
            }
            None => served.extend(made_of(task, &made)),
        }
    }
    let plan = plan_create(&input(&served));
    pass.decided(&plan.decisions);
    for task in &plan.tasks {
        report_lifetime(pass, task);
    }
    Ok(plan
        .tasks
        .into_iter()
        .map(|task| {
            let intent = intents.remove(task.target());
            (task, intent)
        })
        .collect())
}

/// Settles what was asked for once and looked for until it could no longer appear, when EC2 shows after
/// all what it made: EC2 promises no bound on how late that is. Its run may have died before it asked
/// again, or may have asked and been refused.
async fn settle_late(
    pass: &Pass,
    intents: &mut BTreeMap<SmolStr, Intent>,
    tasks: &[CreateTask],
    made: &[Snapshot],
) -> Result<(), Stop> {
    let mut by_op: BTreeMap<OpId, Vec<Snapshot>> = BTreeMap::new();
    for snapshot in made {
        if let Some(op) = settle::op_of(snapshot) {
            by_op.entry(op).or_default().push(snapshot.clone());
        }
    }
    for task in tasks {
        let is_next =
            |intent: &&mut Intent| intent.state.is_open() && unanswered::may_be_sent(intent);
        let Some(intent) = intents.get_mut(task.target()).filter(is_next) else {
            continue;
        };
        let found = unanswered::made_by(intent, &by_op);
        if !found.is_empty() {
            settle::record(pass, intent, Some(task), &found).await?;
        }
    }
    Ok(())
}

/// What the slot has made already of a target without an intent: the whole target, where a snapshot was made
/// for it, since EC2 makes a set whole or not at all and may show only a part of it yet; of what was made for
/// another target, which the volume was attached to then, that volume alone.
fn made_of(task: &CreateTask, made: &[Snapshot]) -> BTreeSet<String> {
    let member = |snapshot: &&Snapshot| {
        let mut members = task.members.iter();
        members.any(|member| member.volume == snapshot.volume)
    };
    let served =
        made.iter()
            .filter(member)
            .map(|snapshot| match snapshot.tags.get(tags::key::TARGET) {
                Some(target) if target != task.target() => snapshot.volume.to_string(),
                Some(_) | None => task.target().to_owned(),
            });
    served.collect()
}

fn report_lifetime(pass: &Pass, task: &CreateTask) {
    match &task.note {
        None => {}
        Some(LifetimeNote::Unreadable { key, value }) => {
            let text = format_smolstr!(
                "its tag `{key}` says `{value}`, which is no lifetime; its snapshots never expire until that is mended (write days, or `36h`, `2w`)"
            );
            pass.report(FindingKind::UnreadableLifetime, task.target(), text);
        }
        Some(LifetimeNote::NoRule) => {
            let text = "neither its tags nor the policy say how long its snapshots live, so they never expire";
            pass.report(FindingKind::NoExpiry, task.target(), text);
        }
    }
}

/// Takes everything of the slot; creations without an answer are looked for until it is clear what
/// they did, and sent again only when they did nothing.
async fn serve(pass: &Pass, tasks: Vec<(CreateTask, Option<Intent>)>) -> Result<(), Stop> {
    let mut todo = tasks;
    while !todo.is_empty() {
        let mut stopped = None;
        let mut unasked = todo.len();
        let is_over = Cell::new(false);
        let mut open: Vec<(CreateTask, Intent)> = Vec::new();
        let begun = todo.into_iter().take_while(|_| !is_over.get());
        let sends = begun.map(|(task, intent)| async move {
            let sent = send::one(pass, &task, intent).await;
            (task, sent)
        });
        let mut results = Box::pin(side_by_side::results(sends));
        while let Some((task, sent)) = results.next().await {
            unasked -= 1;
            match sent {
                Ok(Sent::Settled) => {}
                // Whoever has it may fail: somebody looks after it.
                Ok(Sent::Elsewhere) => ask_again(pass, 1),
                Ok(Sent::Again { attempts }) => ask_again(pass, attempts),
                Ok(Sent::Open(intent)) => open.push((task, *intent)),
                Err(stop) => {
                    // What stands against one target alone keeps no other from its snapshot.
                    is_over.set(is_over.get() || stop.ends_everything());
                    stopped = stopped.or(Some(stop));
                }
            }
        }
        drop(results);
        if let Some(stop) = stopped {
            if unasked > 0 {
                let text = format_smolstr!(
                    "{unasked} more were not asked for ({stop}); a later pass takes them"
                );
                pass.report(FindingKind::CreateFailed, pass.policy.name.as_str(), text);
            }
            for (_, intent) in &open {
                unanswered::report_open(pass, intent);
            }
            return Err(stop);
        }
        let mut tasks: BTreeMap<SmolStr, CreateTask> = BTreeMap::new();
        let mut intents = Vec::new();
        for (task, intent) in open {
            tasks.insert(intent.target.clone(), task);
            intents.push(intent);
        }
        todo = Vec::new();
        for (intent, resolved) in unanswered::resolve(pass, intents).await? {
            if resolved == unanswered::Resolved::Nothing
                && let Some(task) = tasks.remove(&intent.target)
            {
                todo.push((task, Some(intent)));
            }
        }
    }
    Ok(())
}

/// Another pass tries again, unless the next slot comes first.
fn ask_again(pass: &Pass, attempts: usize) {
    if let Some(at) = again_at(&pass.policy, &pass.slot, pass.now(), attempts) {
        pass.resume_at(at);
    }
}

/// When a slot that could not be served in full is tried again after so many tries; none when the
/// next slot comes first.
pub(super) fn again_at(
    policy: &Policy,
    slot: &Slot,
    now: Timestamp,
    attempts: usize,
) -> Option<Timestamp> {
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(0)
        .min(4);
    let at = now + Span::from_ms(AGAIN_AFTER.as_ms() << doublings);
    let next = slot
        .instant()
        .and_then(|slot| policy.schedules.next_after(Job::Create, slot));
    next.is_none_or(|next| at < next).then_some(at)
}
