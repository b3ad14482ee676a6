//! Finding out what a creation without an answer did.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::format_smolstr;

use super::context::Pass;
use super::settle::{Told, close, record};
use super::{observe, operation};
use crate::calls::Stop;
use crate::catalog::write::put;
use crate::catalog::{Intent, IntentState, Written, attr, read};
use crate::domain::{OpId, Snapshot, Span, Timestamp, VolumeId};
use crate::journal::FindingKind;
use crate::ports::table::Item;

/// Complete looks that must have found nothing, after the visibility window, before a creation may
/// be sent again.
const EMPTY_LOOKS: i64 = 2;
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

/// Whether nothing is left to be looked for, so that an open creation may be sent: it never was, or
/// what was sent provably did nothing.
pub(super) fn may_be_sent(intent: &Intent) -> bool {
    intent.state != IntentState::Sending || intent.empty_looks >= EMPTY_LOOKS
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
        let ops = looked_for(pass, waiting.iter());
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
        let is_in_vain = !pass.caller.has_time_for(wait) || are_of_the_future(pass, &waiting);
        if is_in_vain || pass.is_rehearsal() {
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
    recall(pass, intent, found);
    let seen = made_by(pass, intent, found);
    let volumes: BTreeSet<_> = seen.iter().map(|snapshot| &snapshot.volume).collect();
    let whole = intent.members.iter().all(|member| volumes.contains(member));
    let window_passed = window_passed(pass, intent);
    if !seen.is_empty() && (whole || window_passed) {
        record(pass, intent, None, &seen, Told::ByLook).await?;
        return Ok(Some(Resolved::Recorded));
    }
    if !window_passed || !seen.is_empty() {
        return Ok(None);
    }
    intent.empty_looks += 1;
    if intent.empty_looks < EMPTY_LOOKS {
        return Ok(None);
    }
    if has_row(pass, intent).await? {
        close(pass, intent, "a row says that it was made").await?;
        return Ok(Some(Resolved::Recorded));
    }
    intent.enter(
        IntentState::Sending,
        "it was sent, had no answer and made nothing",
        pass.now(),
    );
    Ok(Some(
        match put(&pass.caller, &pass.writer, intent).await? {
            Written::Done => Resolved::Nothing,
            // Whoever writes it now may fail: somebody looks after it.
            Written::Conflict => {
                report_open(pass, intent);
                Resolved::Open
            }
        },
    ))
}

/// Whether a row says that one of its operations made something: whoever had the answer was killed before it could
/// settle the intent. EC2 may show it later than the window promises, or somebody has deleted it; what else was made with
/// it is adopted when it is shown.
async fn has_row(pass: &Pass, intent: &Intent) -> Result<bool, Stop> {
    for member in &intent.members {
        let rows = read::of_volume_brief(&pass.caller, member).await?;
        let made = |row: &Item| {
            row.text(attr::OP_ID)
                .is_some_and(|op| intent.ops.iter().any(|known| known.text() == op))
        };
        if rows.iter().any(made) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The operations that these may have been sent with: those on record, and the next one, which a restored table has
/// forgotten.
pub(super) fn looked_for<'a>(
    pass: &Pass,
    intents: impl Iterator<Item = &'a Intent>,
) -> BTreeSet<OpId> {
    let of_one = |intent: &'a Intent| {
        let next = operation::next_id(pass, intent);
        intent.ops.iter().cloned().chain([next])
    };
    intents.flat_map(of_one).collect()
}

/// Remembers an operation that the intent has forgotten: one that only the next try could have been sent with was sent,
/// and the table was restored to an earlier time since.
pub(super) fn recall(pass: &Pass, intent: &mut Intent, found: &BTreeMap<OpId, Vec<Snapshot>>) {
    let next = operation::next_id(pass, intent);
    let made = found.get(&next).into_iter().flatten();
    if let Some(start) = made.map(|snapshot| snapshot.start).min() {
        intent.sent_at = intent.sent_at.max(Some(start));
        intent.ops.push(next);
    }
}

/// What the operations of an intent made, of all that carries their ids.
pub(super) fn made_by(
    pass: &Pass,
    intent: &Intent,
    found: &BTreeMap<OpId, Vec<Snapshot>>,
) -> Vec<Snapshot> {
    let ops = intent.ops.iter().filter_map(|op| found.get(op));
    let limits = &pass.policy.limits;
    // What started later than the call can have acted is a copy of the tags.
    let latest = intent
        .sent_at
        .map(|sent| sent + limits.call_timeout + limits.clock_error_max);
    ops.flat_map(|of_op| originals(of_op))
        .filter(|snapshot| latest.is_none_or(|latest| snapshot.start <= latest))
        .cloned()
        .collect()
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

/// Whether a clock that was ahead has dated all of them, so that they may be open for hours: what is asked for in the
/// meantime must not wait for them.
fn are_of_the_future(pass: &Pass, waiting: &[Intent]) -> bool {
    let latest = pass.caller.latest_now() + pass.policy.limits.clock_error_max;
    let mut sent = waiting.iter().filter_map(|intent| intent.sent_at);
    sent.all(|sent| sent > latest)
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
    pass.report(FindingKind::CreateOpen, intent.target.clone(), text);
    pass.resume_at(at);
}
