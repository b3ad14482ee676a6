//! The job `sync`: bring the table to the truth in EC2.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::settle::Told;
use super::{audit, left_open, observe, settle, side_by_side, unanswered};
use crate::calls::Stop;
use crate::catalog::intent::IntentState;
use crate::catalog::key::OpenKind;
use crate::catalog::write::put;
use crate::catalog::{PolicyMeta, SnapshotRow, Written, attr, read};
use crate::domain::{Counted, RowState, Slot, Snapshot, SnapshotId, Span};
use crate::journal::FindingKind;
use crate::plan::{GhostVerdict, judge_ghost};
use crate::ports::table::Item;

/// The two sides are compared in full this often.
pub(crate) const AUDIT_EVERY: Span = Span::hours(24);
/// So long after one the next is due: a daily `sync` that begins a moment earlier than the one before must not let a day go by.
const AUDIT_AGAIN: Span = Span::hours(23);

pub(super) async fn run(pass: &Pass) -> Result<(), Stop> {
    intents(pass).await?;
    pending(pass).await?;
    let meta = pass.policy_meta().await?;
    if audit_is_due(pass, &meta) {
        audit::run(pass, &meta).await?;
        let now = pass.now();
        pass.change_meta(|meta| meta.audited_at = Some(now)).await?;
    }
    Ok(())
}

/// Whether there is nothing to follow and no audit is due. Such a pass changes nothing, so it needs
/// neither lease nor record.
///
/// # Errors
/// [`Stop`] when the table can't be read.
pub(super) async fn is_quiet(pass: &Pass) -> Result<bool, Stop> {
    let meta = pass.policy_meta().await?;
    if audit_is_due(pass, &meta) {
        return Ok(false);
    }
    for kind in [OpenKind::Intent, OpenKind::Pending] {
        if !read::open(&pass.caller, &pass.policy.name, kind)
            .await?
            .is_empty()
        {
            return Ok(false);
        }
    }
    Ok(true)
}

fn audit_is_due(pass: &Pass, meta: &PolicyMeta) -> bool {
    // One of the future was written by a clock that was ahead.
    let now = pass.caller.latest_heard().unwrap_or(pass.now());
    let latest = now.max(pass.now()) + pass.policy.limits.clock_error_max;
    meta.audited_at
        .is_none_or(|at| at + AUDIT_AGAIN <= pass.now() || at > latest)
}

/// What was sent and not settled: record what it made; ask for a `create` pass where something is
/// left to do.
async fn intents(pass: &Pass) -> Result<(), Stop> {
    let open = left_open::open_intents(pass).await?;
    let sending = open
        .iter()
        .filter(|intent| intent.state == IntentState::Sending);
    let ops = unanswered::looked_for(pass, sending);
    let found = if ops.is_empty() {
        BTreeMap::new()
    } else {
        observe::snapshots_of_ops(pass, &ops).await?
    };
    let current = pass
        .policy
        .schedules
        .latest_create_at_or_before(pass.now())
        .map(Slot::scheduled);
    for mut intent in open {
        unanswered::recall(pass, &mut intent, &found);
        let window_passed = unanswered::window_passed(pass, &intent);
        let seen = unanswered::made_by(pass, &intent, &found);
        let whole = intent
            .members
            .iter()
            .all(|m| seen.iter().any(|s| &s.volume == m));
        if intent.state == IntentState::Sending && !seen.is_empty() && (whole || window_passed) {
            settle::record(pass, &mut intent, None, &seen, Told::ByLook).await?;
        } else if current.as_ref() == Some(&intent.slot) || intent.state == IntentState::Sending {
            // `create` alone may send again, and only it gives up.
            let at = match intent.state {
                IntentState::Sending => unanswered::window_end(pass, &intent).max(pass.now()),
                IntentState::Taken | IntentState::Settled | IntentState::Missed => pass.now(),
            };
            pass.resume_at(at + Span::seconds(1));
        }
    }
    Ok(())
}

/// Rows whose copy had not ended.
async fn pending(pass: &Pass) -> Result<(), Stop> {
    let listed = read::open(&pass.caller, &pass.policy.name, OpenKind::Pending).await?;
    for chunk in listed.chunks(observe::FILTER_VALUES_MAX) {
        let ids: BTreeSet<SnapshotId> = chunk
            .iter()
            .filter_map(|item| item.key().cloned().map(SnapshotId::new))
            .collect();
        let seen = observe::snapshots(pass, &ids).await?;
        let mut of_volume: BTreeMap<Option<&SmolStr>, Vec<&Item>> = BTreeMap::new();
        for item in chunk {
            let volume = item.text(attr::VOLUME_ID);
            of_volume.entry(volume).or_default().push(item);
        }
        let followed = of_volume.into_values();
        side_by_side::all(followed.map(|rows| follow_volume(pass, rows, &seen))).await?;
    }
    Ok(())
}

/// The pending rows of one volume, one after the other: what is completed moves others of its volume.
async fn follow_volume(
    pass: &Pass,
    rows: Vec<&Item>,
    seen: &BTreeMap<SnapshotId, Snapshot>,
) -> Result<(), Stop> {
    for item in rows {
        let row = SnapshotRow::from_item(item.clone())?;
        match seen.get(&row.id) {
            Some(snapshot) => pending_one(pass, row, snapshot).await?,
            None => ghost(pass, row).await?,
        }
    }
    Ok(())
}

async fn pending_one(pass: &Pass, mut row: SnapshotRow, snapshot: &Snapshot) -> Result<(), Stop> {
    let from = row.state.clone();
    if snapshot.started_at(row.start) {
        // A listing tells it more exactly than the answer to the create call.
        row.start = snapshot.start;
    }
    if settle::follow(pass, &mut row, &snapshot.state) {
        // A conflict means that another run saw it first, or that the index ran behind.
        if pass.store(&mut row, Some(from)).await? == Written::Done {
            completed(pass, &row).await?;
        }
        return Ok(());
    }
    seen_again(pass, &mut row).await?;
    settle::tell_if_stuck(pass, &row, &snapshot.state);
    Ok(())
}

/// A new completed snapshot can push older ones of its volume beyond what `last` keeps, and can
/// carry the floor that held one: those are judged again.
pub(super) async fn completed(pass: &Pass, row: &SnapshotRow) -> Result<(), Stop> {
    if row.state != RowState::Completed || row.counted == Counted::Duplicate {
        return Ok(());
    }
    let Some(last) = pass.policy.keep.last else {
        return Ok(());
    };
    let now = pass.now();
    let mut newest_first = Vec::new();
    for item in read::of_volume(&pass.caller, &row.volume).await? {
        let Ok(other) = SnapshotRow::from_item(item) else {
            continue;
        };
        let counts = other.state == RowState::Completed && other.counted == Counted::Once;
        if counts && other.policy == row.policy && other.id != row.id {
            newest_first.push(other);
        }
    }
    newest_first.sort_by(|a, b| b.start.cmp(&a.start).then_with(|| b.id.cmp(&a.id)));
    let kept_beside_this = usize::try_from(last)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    for mut older in newest_first.into_iter().skip(kept_beside_this) {
        let ends = older.lifetime.ends(older.start);
        let Some(at) = ends.map(|ends| ends.max(now)) else {
            continue;
        };
        if older.judge_at.is_none_or(|judge| judge > at) {
            older.judge_at = Some(at);
            // A conflict means that it changed after the index knew it; the next completed snapshot
            // comes by here again.
            let _ = put(&pass.caller, &pass.writer, &mut older).await?;
        }
    }
    Ok(())
}

/// A row whose snapshot EC2 did not show.
///
/// # Errors
/// [`Stop`] when the table can't be written.
pub(super) async fn ghost(pass: &Pass, mut row: SnapshotRow) -> Result<(), Stop> {
    let now = pass.now();
    let window = pass.policy.limits.visibility_window;
    // By whichever clock makes the window longer: a clock that is put right meanwhile must not end it.
    let (noted, earliest) = (pass.caller.latest_now(), pass.caller.earliest_now());
    match judge_ghost(row.start, row.unseen_since, earliest, window) {
        GhostVerdict::Wait if row.unseen_since.is_some() => Ok(()),
        GhostVerdict::Wait => {
            row.unseen_since = Some(noted);
            // A conflict means that another run noted what it saw.
            let _ = put(&pass.caller, &pass.writer, &mut row).await?;
            Ok(())
        }
        GhostVerdict::Lost => {
            let from = row.state.clone();
            let since = row.unseen_since.unwrap_or(now);
            let why = format_smolstr!("EC2 has not shown it since {since}, and it was not us");
            row.enter(RowState::Lost, why.clone(), now);
            row.judge_at = None;
            if pass.store(&mut row, Some(from)).await? == Written::Done {
                pass.report(FindingKind::Lost, row.id.text().clone(), why);
            }
            Ok(())
        }
    }
}

/// A row that is not what EC2 shows now: brought up to date.
///
/// # Errors
/// [`Stop`] when the table can't be written.
pub(super) async fn reconcile(
    pass: &Pass,
    mut row: SnapshotRow,
    snapshot: &Snapshot,
) -> Result<(), Stop> {
    let from = row.state.clone();
    match row.state {
        RowState::Pending => pending_one(pass, row, snapshot).await,
        // It was lost and is back.
        RowState::Lost => {
            row.state = RowState::Other(SmolStr::default());
            let back = settle::follow(pass, &mut row, &snapshot.state);
            row.reason = SmolStr::new_static("EC2 shows it again");
            if back {
                // A conflict means that another run saw it, too.
                let _ = pass.store(&mut row, Some(from)).await?;
            }
            Ok(())
        }
        // A deleted snapshot may be listed for a while (EC2 Developer Guide, *Eventual consistency*).
        RowState::Deleted if row.updated_at + pass.policy.limits.visibility_window > pass.now() => {
            Ok(())
        }
        RowState::Deleted => {
            let text = "its row says that it is deleted, but EC2 shows it; it is kept until you adopt or delete it by hand";
            pass.report(FindingKind::Reappeared, row.id.text().clone(), text);
            Ok(())
        }
        RowState::Completed | RowState::Error => seen_again(pass, &mut row).await,
        RowState::Expiring | RowState::Other(_) => Ok(()),
    }
}

/// Forgets a look that did not see it: only looks in a row make a ghost.
async fn seen_again(pass: &Pass, row: &mut SnapshotRow) -> Result<(), Stop> {
    if row.unseen_since.take().is_some() {
        // A conflict means that another run writes what it saw.
        let _ = put(&pass.caller, &pass.writer, row).await?;
    }
    Ok(())
}
