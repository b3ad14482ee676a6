//! The job `create`: serve the slot, and finish what earlier ones left open.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::in_doubt::{self, InDoubt};
use super::send::{self, Sent};
use super::settle::Told;
use super::side_by_side;
use super::targets::{Observed, observe_targets};
use super::{left_open, missed, observe, settle, unanswered};
use crate::calls::Stop;
use crate::catalog::{Intent, PolicyMeta, key, read};
use crate::domain::{
    Instance, Job, OpId, Policy, Slot, Snapshot, Span, Timestamp, Volume, VolumeId,
};
use crate::journal::FindingKind;
use crate::plan::{CreateInput, CreateTask, LifetimeNote, plan_create};

/// A creation that AWS refused for now is tried again after this, doubled per try.
const AGAIN_AFTER: Span = Span::minutes(10);

/// What is to be taken, and how far an earlier pass came with it.
type Task = (CreateTask, Option<Intent>);

pub(super) async fn run(pass: &Pass) -> Result<(), Stop> {
    if missed::is_to_come(pass) {
        return Ok(());
    }
    let meta = pass.policy_meta().await?;
    let (older, others): (Vec<Intent>, Vec<Intent>) = left_open::open_intents(pass)
        .await?
        .into_iter()
        .partition(|intent| left_open::has_passed(pass, intent));
    let served = serve_slot(pass, &meta, others).await;
    if served.as_ref().is_err_and(Stop::ends_everything) {
        return served;
    }
    // After what is due now, which must not wait for it.
    let ended = left_open::end(pass, older, "its slot passed before it could be sent").await;
    served.and(ended.map(|_| ()))
}

/// Serves the slot of this pass; `others` are open creations that are not over yet.
async fn serve_slot(pass: &Pass, meta: &PolicyMeta, others: Vec<Intent>) -> Result<(), Stop> {
    if missed::is_older_than_served(pass, meta) {
        return Ok(());
    }
    planted!(missed::report_slots(pass, meta), SaysNothingOfMissedSlots => ());
    let Observed {
        instances,
        volumes,
        stop,
    } = observe_targets(pass).await;
    let of_slot = others.into_iter().filter(|open| open.slot == pass.slot);
    let mut unresolved = match stop {
        None => left_open::end_unselected(pass, &instances, &volumes, of_slot.collect()).await?,
        Some(_) => of_slot.collect(),
    };
    if stop.is_none() && instances.is_empty() && volumes.is_empty() {
        pass.report(
            FindingKind::NothingSelected,
            pass.policy.name.as_str(),
            "the policy's tag matches nothing, so nothing is snapshotted; check tag key and value",
        );
    }
    let tasks = plan_tasks(pass, &instances, &volumes, meta).await?;
    let mut held_up = BTreeSet::new();
    let tasks = pass.consented_creations(tasks);
    let mut served = serve(pass, tasks, &mut unresolved, &mut held_up).await;
    if served.is_ok() && !held_up.is_empty() {
        // What they waited for may be clear by now.
        held_up.clear();
        let tasks = plan_tasks(pass, &instances, &volumes, meta).await?;
        let tasks = pass.consented_creations(tasks);
        served = serve(pass, tasks, &mut unresolved, &mut held_up).await;
    }
    missed::report_held_up(pass, &held_up);
    served?;
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

/// What is to be done for this slot: planned from what was seen, less what is served.
async fn plan_tasks(
    pass: &Pass,
    instances: &[Instance],
    volumes: &BTreeMap<VolumeId, Volume>,
    meta: &PolicyMeta,
) -> Result<Vec<Task>, Stop> {
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
        match left_open::readable(pass, item) {
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
    // Only a slot that an earlier pass has begun can have what EC2 does not show yet.
    let is_again = !intents.is_empty() || meta.newest_slot.as_ref() == Some(&pass.slot);
    let mut served: BTreeSet<String> = BTreeSet::new();
    for task in &wanted.tasks {
        match intents.get(task.target()) {
            Some(intent) if planted!(!intent.state.is_open(), ServesASlotAgain => false) => {
                served.insert(task.target().to_owned());
            }
            Some(intent) => served.extend(in_doubt::made_beside(intent, task, &made)),
            None if unreadable.contains(&key_of(task.target())) => {
                served.insert(task.target().to_owned());
            }
            None => served.extend(in_doubt::made_for(task, &made)),
        }
        served.extend(in_doubt::settled_elsewhere(task, intents.values()));
        if is_again && !served.contains(task.target()) {
            let intent = intents.get(task.target());
            served.extend(in_doubt::recorded(pass, task, intent).await?);
        }
    }
    let plan = plan_create(&input(&served));
    pass.decided(&plan.decisions);
    missed::come_back_for_the_starting(pass, &plan.decisions);
    for task in &plan.tasks {
        report_lifetime(pass, task);
    }
    let with_intent = |task: CreateTask| {
        let intent = intents.remove(task.target());
        (task, intent)
    };
    Ok(plan.tasks.into_iter().map(with_intent).collect())
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
        let is_open = |intent: &&mut Intent| intent.state.is_open();
        let Some(intent) = intents.get_mut(task.target()).filter(is_open) else {
            continue;
        };
        unanswered::recall(pass, intent, &by_op);
        if !unanswered::may_be_sent(intent) {
            continue;
        }
        let found = unanswered::made_by(pass, intent, &by_op);
        if !found.is_empty() {
            settle::record(pass, intent, Some(task), &found, Told::ByLook).await?;
        }
    }
    Ok(())
}

fn report_lifetime(pass: &Pass, task: &CreateTask) {
    match &task.note {
        None => {}
        Some(LifetimeNote::Unreadable { key, value }) => {
            let text = format_smolstr!(
                "its tag `{key}` says `{value}`, which is no lifetime; what is taken until that is mended never expires (write days, or `36h`, `2w`)"
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
/// they did, and sent again only when they did nothing. What may have been made with one of the `unresolved` waits: its
/// target is `held_up`, also when the pass stops.
async fn serve(
    pass: &Pass,
    tasks: Vec<Task>,
    unresolved: &mut Vec<Intent>,
    held_up: &mut BTreeSet<SmolStr>,
) -> Result<(), Stop> {
    let mut todo = tasks;
    while !todo.is_empty() {
        let open = todo.iter().filter_map(|(_, intent)| intent.as_ref());
        let in_doubt = InDoubt::of(pass, open.chain(&*unresolved));
        todo.retain(|(task, intent)| {
            let is_sent_next = intent.as_ref().is_none_or(unanswered::may_be_sent);
            let waits = is_sent_next && in_doubt.holds_up(pass, task);
            if waits {
                held_up.insert(SmolStr::new(task.target()));
            }
            !waits
        });
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
            match (resolved, tasks.remove(&intent.target)) {
                (unanswered::Resolved::Nothing, Some(task)) => todo.push((task, Some(intent))),
                (unanswered::Resolved::Open, _) => unresolved.push(intent),
                (unanswered::Resolved::Nothing | unanswered::Resolved::Recorded, _) => {}
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
