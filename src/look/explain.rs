//! When a snapshot may go, what keeps it, what blocks it, and what the next pass would do.
//!
//! All of it is the planner's own answer to the facts of a pass ([`preview`]). What lies in the
//! future is its answer at that instant, by today's facts: true if nothing else changes.

use std::collections::BTreeSet;

use super::mistake::LookError;
use crate::calls::{ClockVerdict, Stop};
use crate::catalog::{SnapshotRow, read};
use crate::domain::{
    BlockedBy, InstanceId, Job, Lifetime, RowState, SnapshotId, SnapshotState, Timestamp, VolumeId,
};
use crate::engine::Pass;
use crate::engine::context::tagged_lifetime;
use crate::engine::preview::{self, Preview};
use crate::plan::{Blast, ExpirePlan, Reason, Subject, Verdict};

/// Why a snapshot is still there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// Which.
    pub id: SnapshotId,
    /// Of which volume.
    pub volume: VolumeId,
    /// The instance it was taken with.
    pub instance: Option<InstanceId>,
    /// What its row says.
    pub state: RowState,
    /// What EC2 says; none when it does not show it.
    pub ec2: Option<SnapshotState>,
    /// EC2's start time, as recorded.
    pub start: Timestamp,
    /// The instant that was judged by.
    pub now: Timestamp,
    /// Who promised it which lifetime.
    pub lifetimes: Lifetimes,
    /// What the planner says now, and at each later instant at which its answer changes by time
    /// alone; at least one.
    pub steps: Vec<Step>,
    /// The completed snapshots that must be there when it goes; empty while it stays.
    pub companions: Vec<SnapshotId>,
    /// How the floor of its volume stands.
    pub floor: FloorStands,
    /// What the next `expire` pass does with it.
    pub next: NextPass,
}

/// The lifetimes that count: the longest of them holds, or the last one alone when the policy is
/// `retroactive`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lifetimes {
    /// Of its row: promised when it was made.
    pub row: Lifetime,
    /// Of its own tag; none without one that can be read.
    pub tag: Option<Lifetime>,
    /// What the instance's tag or the policy give now; none when its volume is not selected.
    pub now: Option<Lifetime>,
}

/// The planner's answer from an instant on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// From when.
    pub from: Timestamp,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
}

/// The floor of a volume.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FloorStands {
    /// How many completed snapshots the policy keeps at least.
    pub at_least: u32,
    /// Those that are completed by row and by EC2, oldest first, this one included.
    pub completed: Vec<SnapshotId>,
}

/// What the next `expire` pass does with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NextPass {
    /// It does not even look at it before this instant; never, when there is none.
    LooksLater {
        /// When the pass is.
        at: When,
        /// When it is worth judging.
        judge_at: Option<Timestamp>,
    },
    /// It judges it so.
    Judges {
        /// When the pass is.
        at: When,
        /// What becomes of it.
        verdict: Verdict,
        /// Why.
        reason: Reason,
        /// Whether the pass would stay within the blast limit.
        blast: Blast,
    },
    /// It deletes nothing at all, because the clocks can't be trusted.
    NothingIsJudged(ClockVerdict),
}

/// When a pass is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// By its schedule.
    Scheduled(Timestamp),
    /// The policy has no schedule for it: as soon as somebody runs it.
    ByHand,
}

/// Explains one snapshot of the pass's policy.
///
/// # Errors
/// [`LookError::NoSuchSnapshot`], [`LookError::NoRow`] and [`LookError::OtherPolicy`];
/// [`LookError::Stop`] when the facts can't be gathered whole.
pub async fn explain(pass: &Pass, id: &SnapshotId) -> Result<Explanation, LookError> {
    let Some(item) = read::get(&pass.caller, id.text()).await? else {
        let wanted = BTreeSet::from([id.clone()]);
        let seen = crate::engine::observe::snapshots(pass, &wanted).await?;
        return Err(match seen.get(id) {
            Some(_) => LookError::NoRow(id.clone()),
            None => LookError::NoSuchSnapshot(id.clone()),
        });
    };
    let row = SnapshotRow::from_item(item).map_err(Stop::from)?;
    if row.policy != pass.policy.name {
        return Err(LookError::OtherPolicy {
            snapshot: id.clone(),
            policy: row.policy,
        });
    }
    let facts = preview::expire(pass, [row.clone()]).await?;
    Ok(explained(pass, &facts, &row))
}

fn explained(pass: &Pass, facts: &Preview, row: &SnapshotRow) -> Explanation {
    let steps = steps(pass, facts, &row.id);
    let goes_at = steps.last().map_or(facts.now, |step| step.from);
    let volume = facts.volumes.get(&row.volume);
    let seen = volume
        .into_iter()
        .flat_map(|volume| &volume.snapshots)
        .find(|known| known.id == row.id)
        .and_then(|known| known.seen.as_ref());
    Explanation {
        id: row.id.clone(),
        volume: row.volume.clone(),
        instance: row.instance.clone(),
        state: row.state.clone(),
        ec2: seen.map(|seen| seen.state.clone()),
        start: seen.map_or(row.start, |seen| seen.start.max(row.start)),
        now: facts.now,
        lifetimes: Lifetimes {
            row: row.lifetime,
            tag: seen.and_then(tagged_lifetime),
            now: volume.and_then(|volume| volume.lifetime_now),
        },
        companions: companions(&alone(pass, facts, &row.id, goes_at), &row.id),
        steps,
        floor: floor(pass, facts, &row.volume),
        next: next(pass, facts, row),
    }
}

/// The plan for this one and its set, whatever else is due: a limit on numbers is the pass's own
/// concern and told with it.
fn alone(pass: &Pass, facts: &Preview, id: &SnapshotId, at: Timestamp) -> ExpirePlan {
    facts.plan(pass, at, &BTreeSet::from([id.clone()]))
}

/// The planner's answers along time. Only an end that is known beforehand leads to another step;
/// what depends on others (a count, the floor, a hold) has no known end.
fn steps(pass: &Pass, facts: &Preview, id: &SnapshotId) -> Vec<Step> {
    const STEPS_MAX: usize = 8;
    let mut steps: Vec<Step> = Vec::new();
    let mut at = facts.now;
    while steps.len() < STEPS_MAX {
        let plan = alone(pass, facts, id, at);
        let Some((verdict, reason)) = verdict_of(&plan, id) else {
            break;
        };
        let end = known_end(&reason).filter(|end| *end > at);
        steps.push(Step {
            from: at,
            verdict,
            reason,
        });
        match end {
            Some(end) => at = end,
            None => break,
        }
    }
    steps
}

fn known_end(reason: &Reason) -> Option<Timestamp> {
    match reason {
        Reason::Lifetime(end) | Reason::FailedGrace(end) => Some(*end),
        Reason::Selected
        | Reason::AlreadyServed
        | Reason::RootVolume
        | Reason::ExcludedByTag(_)
        | Reason::ExcludedByDevice(_)
        | Reason::InstanceState(_)
        | Reason::VolumeState(_)
        | Reason::TakenWith(_)
        | Reason::NothingLeft
        | Reason::NoExpiry
        | Reason::UnreadableLifetime(_)
        | Reason::Last(_)
        | Reason::LifetimeEnded(_)
        | Reason::BeyondLast
        | Reason::FailedAndGraceEnded
        | Reason::FailedAndBlocking
        | Reason::FinishSet
        | Reason::Blocked(_) => None,
    }
}

fn verdict_of(plan: &ExpirePlan, id: &SnapshotId) -> Option<(Verdict, Reason)> {
    plan.decisions
        .iter()
        .find(|decision| matches!(&decision.subject, Subject::Snapshot(judged) if judged == id))
        .map(|decision| (decision.verdict, decision.reason.clone()))
}

fn companions(plan: &ExpirePlan, id: &SnapshotId) -> Vec<SnapshotId> {
    plan.items
        .iter()
        .flat_map(|item| &item.members)
        .find(|member| member.snapshot == *id)
        .map(|member| member.companions.clone())
        .unwrap_or_default()
}

fn floor(pass: &Pass, facts: &Preview, volume: &VolumeId) -> FloorStands {
    let completed = facts
        .volumes
        .get(volume)
        .into_iter()
        .flat_map(|volume| &volume.snapshots)
        .filter(|known| {
            let row = known.row.as_ref().map(|row| &row.state);
            let seen = known.seen.as_ref().map(|seen| &seen.state);
            row == Some(&RowState::Completed) && seen == Some(&SnapshotState::Completed)
        })
        .map(|known| known.id.clone())
        .collect();
    FloorStands {
        at_least: pass.policy.keep.at_least.count(),
        completed,
    }
}

fn next(pass: &Pass, facts: &Preview, row: &SnapshotRow) -> NextPass {
    if !matches!(facts.clock, ClockVerdict::Trusted(_)) {
        return NextPass::NothingIsJudged(facts.clock);
    }
    let scheduled = pass.policy.schedules.next_after(Job::Expire, facts.now);
    let (at, instant) = match scheduled {
        Some(at) => (When::Scheduled(at), at),
        None => (When::ByHand, facts.now),
    };
    let due = due_at(facts, instant);
    if !due.contains(&row.id) {
        let judge_at = row.judge_at.filter(|_| may_be_judged(&row.state));
        return NextPass::LooksLater { at, judge_at };
    }
    let plan = facts.plan(pass, instant, &due);
    let (verdict, reason) =
        verdict_of(&plan, &row.id).unwrap_or((Verdict::Block, Reason::Blocked(BlockedBy::NotSeen)));
    NextPass::Judges {
        at,
        verdict,
        reason,
        blast: plan.blast,
    }
}

/// What is due at an instant, of the rows at hand: those of every volume that has something due
/// now, and of this snapshot's own.
fn due_at(facts: &Preview, at: Timestamp) -> BTreeSet<SnapshotId> {
    let of_rows = facts
        .rows
        .values()
        .filter(|row| row.policy == facts.meta.policy && may_be_judged(&row.state))
        .filter(|row| row.judge_at.is_some_and(|due| due <= at))
        .map(|row| row.id.clone());
    facts.due.iter().cloned().chain(of_rows).collect()
}

const fn may_be_judged(state: &RowState) -> bool {
    match state {
        RowState::Completed | RowState::Error | RowState::Expiring => true,
        RowState::Pending | RowState::Deleted | RowState::Lost | RowState::Other(_) => false,
    }
}
