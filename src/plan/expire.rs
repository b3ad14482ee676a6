//! What may go, and what forbids it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::blast;
use super::decision::{Decision, Reason, Subject, Verdict};
use super::fleet::Fleet;
use super::input::ExpireInput;
use super::judge::{Judge, Judgement};
use crate::domain::{BlockedBy, PlanDigest, RowState, SetId, SnapshotId, Timestamp, VolumeId};

/// What one `expire` pass will do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpirePlan {
    /// Every judged snapshot with its verdict: the due ones and the other members of their sets
    /// ([`ExpireInput::judged`]); sorted by subject.
    pub decisions: Vec<Decision>,
    /// What goes, in the order in which it goes: what was marked before first, then oldest first. Empty
    /// when the blast limit stopped the plan.
    pub items: Vec<ExpireItem>,
    /// For every judged snapshot that stays: when to judge it next and what blocked it. One whose
    /// row is `expiring` is to be rolled back.
    pub judge_again: BTreeMap<SnapshotId, JudgeAgain>,
    /// Whether the plan stayed within the blast limit.
    pub blast: Blast,
    /// BLAKE3 over what the plan would delete; what `approve` stores.
    pub digest: PlanDigest,
}

/// One thing that goes as a whole: a set, or a single snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpireItem {
    /// Its members that still exist, oldest first, then by id.
    pub members: Vec<ExpireMember>,
}

impl ExpireItem {
    /// Whether it is the rest of a set whose delete has begun: what may still go of it goes.
    #[must_use]
    pub fn finishes(&self) -> bool {
        self.members.iter().any(ExpireMember::finishes_a_set)
    }
}

impl ExpireMember {
    /// Whether it is of a set whose delete has begun.
    #[must_use]
    pub fn finishes_a_set(&self) -> bool {
        self.why == Reason::FinishSet
    }
}

/// One snapshot that goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExpireMember {
    /// The completed snapshots of the volume that must still be there, and completed, right before
    /// the delete: as many as the floor asks for, newest first. Empty for one that never counted
    /// (failed) and where no floor holds (source gone).
    pub companions: Vec<SnapshotId>,
    /// The state its row was in: `completed`, `error`, or `expiring` when a run before was cut off.
    pub from: RowState,
    /// Its tag of a lifetime, as EC2 showed it; none without one.
    #[serde(default)]
    pub lifetime_tag: Option<SmolStr>,
    /// As many newer ones as `last` keeps, newest first, where that would keep it without them: EC2 must
    /// still show them as completed.
    #[serde(default)]
    pub newer: Vec<SnapshotId>,
    /// The revision of its row that the decision was made on.
    pub revision: i64,
    /// Which.
    pub snapshot: SnapshotId,
    /// EC2's start time, looked at again before the delete.
    pub start: Timestamp,
    /// Of which volume.
    pub volume: VolumeId,
    /// Why.
    pub why: Reason,
}

/// When a due snapshot that stays is judged next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JudgeAgain {
    /// The instant; none when only a change of the policy can matter. Stopped by the blast limit, it
    /// lies in the past: the snapshot stays due.
    pub at: Option<Timestamp>,
    /// What stands against its delete; none when a rule keeps it.
    pub blocked_by: Option<BlockedBy>,
}

/// The blast limit's verdict.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blast {
    /// Few enough.
    Within,
    /// More than allowed, and the digest of this very plan was approved by a person.
    Approved,
    /// Too many: nothing goes.
    Stopped {
        /// How many may go without approval.
        allowed: u64,
        /// How many would have gone.
        wanted: u64,
    },
}

/// Decides what an `expire` pass deletes.
///
/// Each judged snapshot is judged by itself, then sets become one decision each, then the whole is
/// weighed against the blast limit. Linear in the snapshots given, but for the sorting.
#[must_use]
pub fn plan_expire(input: &ExpireInput<'_>) -> ExpirePlan {
    let fleet = Fleet::of(input);
    let judge = Judge::new(input, &fleet);
    let mut judged: BTreeMap<&SnapshotId, Judgement> = fleet
        .judged()
        .into_iter()
        .map(|id| (id, judge.alone(id)))
        .collect();
    join_sets(input, &fleet, &mut judged);

    let mut items = items(&fleet, &judged);
    let digest = blast::digest(input.policy, &items);
    let blast = blast::weigh(input, &items, &digest);
    match blast {
        Blast::Within | Blast::Approved => {}
        Blast::Stopped { .. } => {
            items.clear();
            stop_all(&mut judged);
        }
    }

    let mut decisions = Vec::with_capacity(judged.len());
    let mut judge_again = BTreeMap::new();
    for (id, judgement) in judged {
        let (reason, verdict) = match judgement {
            Judgement::Goes { why, .. } => (why, Verdict::Expire),
            Judgement::Stays {
                verdict,
                reason,
                again: at,
            } => {
                let blocked_by = blocked_by(&reason);
                judge_again.insert(id.clone(), JudgeAgain { at, blocked_by });
                (reason, verdict)
            }
        };
        decisions.push(Decision {
            reason,
            subject: Subject::Snapshot(id.clone()),
            verdict,
        });
    }
    ExpirePlan {
        decisions,
        items,
        judge_again,
        blast,
        digest,
    }
}

/// Makes each set one decision: if one member stays, all stay. A set whose delete has begun is
/// past that: what may still go of it goes.
fn join_sets(
    input: &ExpireInput<'_>,
    fleet: &Fleet<'_>,
    judged: &mut BTreeMap<&SnapshotId, Judgement>,
) {
    let mut sets = BTreeMap::<&SetId, Vec<&SnapshotId>>::new();
    for id in judged.keys() {
        if let Some(set) = fleet.get(id).and_then(|known| known.decided_with()) {
            sets.entry(set).or_default().push(id);
        }
    }
    for (set, members) in sets {
        let half_deleted = fleet.is_half_deleted(set);
        let stays = |id: &&SnapshotId| matches!(judged.get(id), Some(Judgement::Stays { .. }));
        let one_stays = planted!(members.iter().any(stays), LetsASetGoInParts => false);
        for id in members {
            match judged.get_mut(id) {
                Some(Judgement::Goes { why, .. }) if half_deleted => *why = Reason::FinishSet,
                Some(going @ Judgement::Goes { .. }) if one_stays => {
                    *going = Judgement::block_for_now(BlockedBy::SetMember, input.now);
                }
                Some(Judgement::Goes { .. } | Judgement::Stays { .. }) | None => {}
            }
        }
    }
}

/// Gathers what goes: sets whole, everything else singly; what was marked before first, then by age.
fn items(fleet: &Fleet<'_>, judged: &BTreeMap<&SnapshotId, Judgement>) -> Vec<ExpireItem> {
    let mut sets = BTreeMap::<&SetId, Vec<ExpireMember>>::new();
    let mut items = Vec::new();
    for (id, judgement) in judged {
        let Judgement::Goes {
            why,
            companions,
            newer,
            ..
        } = judgement
        else {
            continue;
        };
        let known = fleet.get(id).expect("only a known snapshot may go");
        let row = known.snapshot.row.as_ref();
        let row = row.expect("only a snapshot with a row may go");
        let member = ExpireMember {
            snapshot: known.snapshot.id.clone(),
            volume: known.id.clone(),
            start: row.start,
            revision: row.revision,
            from: row.state.clone(),
            companions: companions.clone(),
            lifetime_tag: known.lifetime_tag().cloned(),
            newer: newer.clone(),
            why: why.clone(),
        };
        match known.decided_with() {
            Some(set) => sets.entry(set).or_default().push(member),
            None => items.push(ExpireItem {
                members: vec![member],
            }),
        }
    }
    items.extend(sets.into_values().map(|mut members| {
        members.sort_by(|a, b| (a.start, &a.snapshot).cmp(&(b.start, &b.snapshot)));
        ExpireItem { members }
    }));
    items.sort_by(|a, b| order(a).cmp(&order(b)));
    items
}

/// The place of an item in the plan.
fn order(item: &ExpireItem) -> (bool, Option<(Timestamp, &SnapshotId)>) {
    let first = item.members.first();
    let is_begun =
        |member: &ExpireMember| member.finishes_a_set() || member.from == RowState::Expiring;
    (
        !item.members.iter().any(is_begun),
        first.map(|member| (member.start, &member.snapshot)),
    )
}

/// Nothing goes. What would have gone keeps the instant from which it may go, so it stays due and
/// the same plan comes back until a person approves it.
fn stop_all(judged: &mut BTreeMap<&SnapshotId, Judgement>) {
    for judgement in judged.values_mut() {
        match judgement {
            Judgement::Goes { since, .. } => {
                *judgement = Judgement::block(BlockedBy::BlastLimit, *since);
            }
            Judgement::Stays { .. } => {}
        }
    }
}

fn blocked_by(reason: &Reason) -> Option<BlockedBy> {
    if let Reason::Blocked(by) = reason {
        Some(by.clone())
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
