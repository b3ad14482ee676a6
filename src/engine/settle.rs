//! Recording what creations made: each snapshot has its row, then the intent is settled.

use std::collections::BTreeSet;

use smol_str::{SmolStr, format_smolstr};

use super::context::{Pass, tagged_lifetime};
use crate::calls::Stop;
use crate::catalog::write::put;
use crate::catalog::{Conditional, Intent, IntentState, SnapshotRow, Written, attr, read};
use crate::domain::{Blocks, Counted, OpId, RowState, Snapshot, SnapshotState};
use crate::journal::FindingKind;
use crate::plan::CreateTask;
use crate::ports::Rejection;

/// How it is known what a creation made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Told {
    /// By its answer, which names all of it.
    ByAnswer,
    /// By a look, which may not show all of it yet.
    ByLook,
}

/// Gives each snapshot its row, then settles the intent.
///
/// A crash in between leaves an intent in `sending`, which is looked for again; the rows that are
/// there already are met as our own.
///
/// # Errors
/// [`Stop`] when the table can't be read or written.
pub(super) async fn record(
    pass: &Pass,
    intent: &mut Intent,
    task: Option<&CreateTask>,
    snapshots: &[Snapshot],
    told: Told,
) -> Result<(), Stop> {
    // Of two operations of one intent that both acted, the first one counts.
    let order = |snapshot: &Snapshot| {
        let op = op_of(snapshot);
        intent
            .ops
            .iter()
            .position(|known| Some(known) == op.as_ref())
            .unwrap_or(intent.ops.len())
    };
    let mut sorted: Vec<&Snapshot> = snapshots.iter().collect();
    sorted.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.id.cmp(&b.id)));
    let mut counted_volumes = BTreeSet::new();
    for snapshot in sorted {
        // What AWS took unasked does not count: the volume may be taken with a target of its own, too.
        let is_first = counted_volumes.insert(snapshot.volume.clone())
            && intent.members.contains(&snapshot.volume);
        let counted = if planted!(is_first, CountsADuplicate => true) {
            Counted::Once
        } else {
            Counted::Duplicate
        };
        new_row(pass, intent, task, snapshot, counted).await?;
    }
    for member in &intent.members {
        if !counted_volumes.contains(member) {
            let text = format_smolstr!(
                "AWS made no snapshot of it for slot {}: it was detached or deleted meanwhile",
                intent.slot
            );
            pass.report(FindingKind::CreateFailed, member.text().clone(), text);
        }
    }
    if told == Told::ByAnswer {
        // Another target of the slot may still take what AWS left out.
        let members = &mut intent.members;
        members.retain(|member| counted_volumes.contains(member));
    }
    close(pass, intent, "its snapshots are recorded").await
}

/// The intent is done with.
///
/// # Errors
/// [`Stop`] when the table can't be written.
pub(super) async fn close(pass: &Pass, intent: &mut Intent, why: &'static str) -> Result<(), Stop> {
    intent.last_error = None;
    intent.enter(IntentState::Settled, why, pass.now());
    if put(&pass.caller, &pass.writer, intent).await? == Written::Done {
        return Ok(());
    }
    // Another run settles the same intent with the same rows; but a table that was restored meanwhile has forgotten it, or
    // how far it was, and with it that the slot is served.
    let stored = read::get(&pass.caller, &intent.key()).await?;
    let revision = stored
        .and_then(|item| item.number(attr::REVISION))
        .unwrap_or(0);
    if revision < intent.revision {
        intent.revision = revision;
        // Whoever was quicker says the same.
        let _ = put(&pass.caller, &pass.writer, intent).await?;
    }
    Ok(())
}

async fn new_row(
    pass: &Pass,
    intent: &Intent,
    task: Option<&CreateTask>,
    snapshot: &Snapshot,
    counted: Counted,
) -> Result<(), Stop> {
    let member = task.and_then(|task| task.members.iter().find(|m| m.volume == snapshot.volume));
    if !intent.members.contains(&snapshot.volume) {
        let text = format_smolstr!(
            "AWS took a snapshot of {} that was not asked for; it lives its lifetime and counts nowhere",
            snapshot.volume
        );
        pass.report(FindingKind::CreateFailed, snapshot.id.text().clone(), text);
    }
    let op = op_of(snapshot);
    let mut row = SnapshotRow::new(
        snapshot,
        &pass.policy.name,
        &intent.slot,
        intent.promised_by(op.as_ref()),
        pass.now(),
    );
    row.op = op.or_else(|| intent.ops.last().cloned());
    row.set = intent.set_of(row.op.as_ref());
    row.device = member.and_then(|member| member.device.clone());
    row.instance = member.and_then(|member| member.instance.clone());
    row.counted = counted;
    match insert(pass, row, snapshot).await? {
        // A row that is there already was met as ours, or reported.
        Written::Done | Written::Conflict => Ok(()),
    }
}

/// Stores a new row in the state that EC2 shows. Finding it there already, with the same operation,
/// is as good.
///
/// # Errors
/// [`Stop`] when the table can't be read or written.
pub(super) async fn insert(
    pass: &Pass,
    mut row: SnapshotRow,
    snapshot: &Snapshot,
) -> Result<Written, Stop> {
    if let Some(promised) = tagged_lifetime(snapshot) {
        row.lifetime = row.lifetime.max(promised);
    }
    follow(pass, &mut row, &snapshot.state);
    if pass.store(&mut row, None).await? == Written::Done {
        // One that is found late may have hung for days; the next `sync` may be days away.
        tell_if_stuck(pass, &row, &snapshot.state);
        return Ok(Written::Done);
    }
    let stored = read::get(&pass.caller, row.id.text()).await?;
    let same = stored
        .as_ref()
        .and_then(|item| item.text(crate::catalog::attr::OP_ID).cloned());
    if same.as_ref() != row.op.as_ref().map(OpId::text) {
        let text =
            format_smolstr!("it has a row that names another operation; the row stays as it is");
        pass.report(FindingKind::Unclaimed, row.id.text().clone(), text);
    }
    Ok(Written::Conflict)
}

/// Moves a row to the state that EC2 shows now, with its next judging; says whether it changed.
pub(super) fn follow(pass: &Pass, row: &mut SnapshotRow, state: &SnapshotState) -> bool {
    let (next, reason) = match state {
        SnapshotState::Pending => (
            planted!(RowState::Pending, TakesARunningCopyForCompleted => RowState::Completed),
            "EC2 copies its blocks",
        ),
        SnapshotState::Completed => (RowState::Completed, "EC2 says that it is completed"),
        SnapshotState::Error => (
            planted!(RowState::Error, TakesAFailedCopyForCompleted => RowState::Completed),
            "EC2 says that it failed",
        ),
        SnapshotState::Other(_) => return false,
    };
    if row.state == next && row.revision > 0 {
        return false;
    }
    row.enter(next, SmolStr::new_static(reason), pass.now());
    row.judge_at = pass.first_judging(row);
    if row.state == RowState::Error {
        let text = format_smolstr!(
            "EC2 says that it failed; it is kept until {} for a look, then removed",
            row.judge_at.unwrap_or_default()
        );
        pass.report(FindingKind::SnapshotFailed, row.id.text().clone(), text);
    }
    true
}

/// Says that a copy goes on for too long, if it does.
pub(super) fn tell_if_stuck(pass: &Pass, row: &SnapshotRow, state: &SnapshotState) {
    let age = pass.now() - row.start;
    let is_stuck = age > pass.policy.limits.stuck_after;
    if !planted!(is_stuck, SaysNothingOfAStuckCopy => false) {
        return;
    }
    let text = match state {
        SnapshotState::Completed | SnapshotState::Error => return,
        SnapshotState::Other(state) => format_smolstr!(
            "EC2 shows it as `{state}`, which this version does not know, {age} after its start; it is kept, and counts as no backup"
        ),
        SnapshotState::Pending => format_smolstr!(
            "its copy has gone on for {age}; the next slot is served beside it, and it counts as no backup until it is completed"
        ),
    };
    pass.report(FindingKind::StuckPending, row.id.text().clone(), text);
}

/// A volume whose limit of pending snapshots is reached may be blocked by failed ones, which count
/// too (EC2 API Reference, `ConcurrentSnapshotLimitExceeded`): they are judged at once.
///
/// # Errors
/// [`Stop`] when the table can't be read or written.
pub(super) async fn clear_failed(
    pass: &Pass,
    task: &CreateTask,
    refused: &Rejection,
) -> Result<(), Stop> {
    if refused.code != "ConcurrentSnapshotLimitExceeded" {
        return Ok(());
    }
    for member in &task.members {
        for item in read::of_volume(&pass.caller, &member.volume).await? {
            let Ok(mut row) = SnapshotRow::from_item(item) else {
                continue;
            };
            let now = pass.now();
            let waits = row.state == RowState::Error && row.policy == pass.policy.name;
            if waits && row.judge_at.is_none_or(|at| at > now) {
                row.judge_at = Some(now);
                row.blocked_by = None;
                row.blocks = Blocks::Creation;
                row.reason =
                    SmolStr::new_static("it failed and blocks new snapshots of its volume");
                // A conflict means that somebody is at it already.
                let _ = put(&pass.caller, &pass.writer, &mut row).await?;
            }
        }
    }
    Ok(())
}

/// The operation that a snapshot's tag names.
pub(super) fn op_of(snapshot: &Snapshot) -> Option<OpId> {
    snapshot
        .tags
        .get(crate::domain::tags::key::OP)
        .cloned()
        .map(OpId::new)
}
