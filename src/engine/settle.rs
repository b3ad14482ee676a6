//! Finding out what a creation without an answer did, and recording what creations made.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::{SmolStr, format_smolstr};

use super::context::{Pass, tagged_lifetime};
use super::observe;
use crate::calls::{ClockVerdict, Stop};
use crate::catalog::write::put;
use crate::catalog::{Intent, IntentState, SnapshotRow, Written, read};
use crate::domain::{Counted, OpId, RowState, Snapshot, SnapshotState, Span, Timestamp, VolumeId};
use crate::journal::FindingKind;
use crate::plan::CreateTask;
use crate::ports::Rejection;

/// Complete looks that must have found nothing, after the visibility window, before a creation may
/// be sent again.
pub(super) const EMPTY_LOOKS: i64 = 2;
/// Waits between looks while the window is open.
const LOOK_WAITS: [Span; 4] = [
    Span::seconds(5),
    Span::seconds(15),
    Span::seconds(45),
    Span::seconds(90),
];
/// The longest wait between two looks after the window.
const LAST_LOOK_WAIT: Span = Span::seconds(30);

/// What became of a creation without an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Resolved {
    /// It had acted; its snapshots have rows now.
    Recorded,
    /// It provably did nothing; it may be sent again.
    Nothing,
    /// The deadline came first; a later pass goes on.
    Open,
}

/// When a creation that is not to be seen can no longer appear.
pub(super) fn window_end(pass: &Pass, intent: &Intent) -> Timestamp {
    let limits = &pass.policy.limits;
    intent.sent_at.unwrap_or(intent.updated_at)
        + limits.call_timeout
        + planted!(limits.visibility_window, ForgetsTheVisibilityWindow => Span::ZERO)
}

/// Whether that instant has passed, by our clock and by AWS's.
pub(super) fn window_passed(pass: &Pass, intent: &Intent) -> bool {
    pass.caller.earliest_now() > window_end(pass, intent)
}

/// Looks for what these creations did until each is clear, or the deadline comes.
///
/// # Errors
/// [`Stop`] when a look is not complete or the table can't be written; every creation stays as its
/// row says.
pub(super) async fn resolve(
    pass: &Pass,
    intents: Vec<Intent>,
) -> Result<Vec<(Intent, Resolved)>, Stop> {
    let mut done = Vec::new();
    let mut waiting = intents;
    let mut round = 0;
    let mut found = BTreeMap::new();
    while !waiting.is_empty() {
        let ops = waiting
            .iter()
            .flat_map(|intent| intent.ops.iter().cloned())
            .collect();
        remember(&mut found, observe::snapshots_of_ops(pass, &ops).await?);
        let mut still = Vec::new();
        for mut intent in waiting {
            match judge(pass, &mut intent, &found).await? {
                Some(resolved) => done.push((intent, resolved)),
                None => still.push(intent),
            }
        }
        waiting = still;
        if waiting.is_empty() {
            break;
        }
        let wait = next_wait(pass, &waiting, round);
        if !pass.caller.has_time_for(wait) || pass.is_rehearsal() {
            for intent in waiting {
                report_open(pass, &intent);
                done.push((intent, Resolved::Open));
            }
            break;
        }
        pass.caller.sleep_unless_halted(wait).await;
        round += 1;
    }
    Ok(done)
}

/// Adds what a look showed to what earlier ones did. What was seen once was made, though somebody
/// deleted it since and the rest of its set is not to be seen yet.
fn remember(found: &mut BTreeMap<OpId, Vec<Snapshot>>, look: BTreeMap<OpId, Vec<Snapshot>>) {
    for (op, snapshots) in look {
        let known = found.entry(op).or_default();
        for snapshot in snapshots {
            known.retain(|earlier| earlier.id != snapshot.id);
            known.push(snapshot);
        }
    }
}

/// The verdict about one creation by all looks so far; none when it must be looked for again.
async fn judge(
    pass: &Pass,
    intent: &mut Intent,
    found: &BTreeMap<OpId, Vec<Snapshot>>,
) -> Result<Option<Resolved>, Stop> {
    let seen = made_by(intent, found);
    let volumes: BTreeSet<_> = seen.iter().map(|snapshot| &snapshot.volume).collect();
    let whole = intent.members.iter().all(|member| volumes.contains(member));
    let window_passed = window_passed(pass, intent);
    if !seen.is_empty() && (whole || window_passed) {
        record(pass, intent, None, &seen).await?;
        return Ok(Some(Resolved::Recorded));
    }
    if !window_passed || !seen.is_empty() {
        return Ok(None);
    }
    intent.empty_looks += 1;
    if intent.empty_looks < EMPTY_LOOKS {
        return Ok(None);
    }
    intent.enter(
        IntentState::Sending,
        "it was sent, had no answer and made nothing",
        pass.now(),
    );
    Ok(Some(
        match put(&pass.caller, &pass.writer, intent).await? {
            Written::Done => Resolved::Nothing,
            Written::Conflict => Resolved::Open,
        },
    ))
}

/// What the operations of an intent made, of all that carries their ids.
pub(super) fn made_by(intent: &Intent, found: &BTreeMap<OpId, Vec<Snapshot>>) -> Vec<Snapshot> {
    let ops = intent.ops.iter().filter_map(|op| found.get(op));
    ops.flat_map(|of_op| originals(of_op)).cloned().collect()
}

/// What one operation made: a snapshot per volume, the one that started first. A later one that
/// carries the same tags is somebody's copy of them, since tags are there to be copied only when the
/// first one is; what it is, is for the audit to say.
fn originals(of_op: &[Snapshot]) -> impl Iterator<Item = &Snapshot> {
    let mut first: BTreeMap<&VolumeId, &Snapshot> = BTreeMap::new();
    for snapshot in of_op {
        first
            .entry(&snapshot.volume)
            .and_modify(|known| {
                if (snapshot.start, &snapshot.id) < (known.start, &known.id) {
                    *known = snapshot;
                }
            })
            .or_insert(snapshot);
    }
    first.into_values()
}

fn next_wait(pass: &Pass, waiting: &[Intent], round: usize) -> Span {
    let now = pass.caller.earliest_now();
    let in_window = waiting.iter().any(|intent| now <= window_end(pass, intent));
    if !in_window {
        return last_look_wait(pass);
    }
    let step = LOOK_WAITS
        .get(round)
        .copied()
        .unwrap_or(LOOK_WAITS[LOOK_WAITS.len() - 1]);
    let first_end = waiting
        .iter()
        .map(|intent| window_end(pass, intent))
        .filter(|end| *end >= now)
        .min();
    let to_end = first_end.map_or(step, |end| end - now + Span::from_ms(1));
    step.min(to_end)
}

/// The wait between two looks after the window; not longer than the window was.
fn last_look_wait(pass: &Pass) -> Span {
    LAST_LOOK_WAIT.min(pass.policy.limits.visibility_window)
}

/// Tells that a creation's outcome is open, and asks for a pass that goes on.
pub(super) fn report_open(pass: &Pass, intent: &Intent) {
    let behind = pass.now() - pass.caller.earliest_now();
    let at = (window_end(pass, intent) + behind).max(pass.now()) + last_look_wait(pass);
    let text = format_smolstr!(
        "whether its snapshot of slot {} was made is not known yet; go on at {at}",
        intent.slot
    );
    pass.find(FindingKind::CreateOpen, intent.target.clone(), text);
    pass.resume_at(at);
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
        let is_first = counted_volumes.insert(snapshot.volume.clone());
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
            pass.find(FindingKind::CreateFailed, member.text().clone(), text);
        }
    }
    intent.last_error = None;
    intent.enter(
        IntentState::Settled,
        "its snapshots are recorded",
        pass.now(),
    );
    match put(&pass.caller, &pass.writer, intent).await? {
        Written::Done => {}
        // Another run settles the same intent with the same rows.
        Written::Conflict => {}
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
            "AWS took a snapshot of {} that was not asked for; it is recorded like the others",
            snapshot.volume
        );
        pass.find(FindingKind::CreateFailed, snapshot.id.text().clone(), text);
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
    row.set = if intent.target.starts_with("vol-") {
        None
    } else {
        row.op.clone()
    };
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
        return Ok(Written::Done);
    }
    let stored = read::get(&pass.caller, row.id.text()).await?;
    let same = stored
        .as_ref()
        .and_then(|item| item.text(crate::catalog::attr::OP_ID).cloned());
    if same.as_ref() != row.op.as_ref().map(OpId::text) {
        let text =
            format_smolstr!("it has a row that names another operation; the row stays as it is");
        pass.find(FindingKind::Unclaimed, row.id.text().clone(), text);
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
        pass.find(FindingKind::SnapshotFailed, row.id.text().clone(), text);
    }
    true
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
                row.reason = SmolStr::new_static(FAILED_AND_BLOCKING);
                // A conflict means that somebody is at it already.
                let _ = put(&pass.caller, &pass.writer, &mut row).await?;
            }
        }
    }
    Ok(())
}

/// The reason of a failed row that blocks its volume; the next `expire` removes it at once.
pub(super) const FAILED_AND_BLOCKING: &str = "it failed and blocks new snapshots of its volume";

/// The operation that a snapshot's tag names.
pub(super) fn op_of(snapshot: &Snapshot) -> Option<OpId> {
    snapshot
        .tags
        .get(crate::domain::tags::key::OP)
        .cloned()
        .map(OpId::new)
}

/// The instant to judge by; a finding and none when the clocks forbid every delete.
pub(super) fn judging_instant(pass: &Pass) -> Option<Timestamp> {
    match pass.caller.clock_verdict() {
        ClockVerdict::Trusted(at) => Some(at),
        ClockVerdict::NoServerTime => {
            pass.find(
                FindingKind::ClockError,
                "clock",
                "no answer of EC2 carried its time, so nothing is deleted",
            );
            None
        }
        ClockVerdict::TooFarApart(apart) => {
            let text = format_smolstr!(
                "our clock and AWS's are {apart} apart, so nothing is deleted; set this machine's clock"
            );
            pass.find(FindingKind::ClockError, "clock", text);
            None
        }
    }
}
