//! The job `expire`: delete what may go, and nothing else.

use std::collections::BTreeMap;

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::facts::{self, Facts};
use super::source::Notes;
use super::{delete, rejudge, side_by_side, sync};
use crate::calls::{ClockVerdict, Stop};
use crate::catalog::key::{DUE_SHARDS, OpenKind};
use crate::catalog::write::put;
use crate::catalog::{SnapshotRow, read};
use crate::domain::{BlockedBy, Retroactive, RowState, SnapshotId, Timestamp};
use crate::journal::FindingKind;
use crate::plan::input::ExpireInput;
use crate::plan::{Blast, ExpirePlan, JudgeAgain, plan_expire};
use crate::ports::table::TransactAction;

/// `lease` lets the transaction of a mark pass only while this pass holds its lease; without one
/// nothing is deleted.
pub(super) async fn run(pass: &Pass, lease: Option<TransactAction>) -> Result<(), Stop> {
    let meta = pass.policy_meta().await?;
    let made_due = rejudge::when_rules_changed(pass, &meta).await?;
    let due = due(pass, made_due).await?;
    if due.is_empty() {
        return done(pass, None).await;
    }
    let mut facts = facts::gather(pass, &due, Notes::Kept).await?;
    let due = gone_already(pass, due, &mut facts).await?;
    let Some(now) = judging_instant(pass) else {
        return Ok(());
    };
    let blast = facts::blast(pass, &facts, meta.last_expire_at, meta.approved.clone());
    let input = ExpireInput {
        policy: &pass.policy,
        installation: &pass.installation.id,
        account: &pass.installation.account,
        now,
        due: due.keys().cloned().collect(),
        volumes: facts.volumes.clone(),
        blast,
    };
    let mut plan = plan_expire(&input);
    drop(input);
    pass.decided(&plan.decisions);
    report_blast(pass, &plan);
    report_shortened(pass, &due, &facts);
    pass.plan_blast(&plan);
    plan.items = pass.consented_deletes(plan.items);
    postpone(pass, &facts.rows, &plan).await?;
    if let Some(lease) = lease {
        match delete::run(pass, &lease, facts, &plan).await? {
            delete::Ended::Done => {}
            delete::Ended::ClocksApart => return Ok(()),
        }
    }
    done(pass, Some(&plan)).await
}

/// Notes the good end of the pass. An approval holds for one plan, so it is forgotten once it was
/// used; a plan that was stopped is remembered, so that it can be approved.
async fn done(pass: &Pass, plan: Option<&ExpirePlan>) -> Result<(), Stop> {
    let now = pass.caller.latest_now();
    pass.change_meta(|meta| {
        meta.last_expire_at = Some(now);
        match plan.map(|plan| &plan.blast) {
            Some(Blast::Approved) => {
                meta.approved = None;
                meta.refused = None;
            }
            Some(Blast::Stopped { .. }) => meta.refused = plan.map(|plan| plan.digest.clone()),
            Some(Blast::Within) | None => meta.refused = None,
        }
    })
    .await
}

/// What wants judging, `made_due` by this pass or before, and deletes that an earlier pass began; each row
/// read consistently.
pub(super) async fn due(
    pass: &Pass,
    made_due: Vec<SmolStr>,
) -> Result<BTreeMap<SnapshotId, SnapshotRow>, Stop> {
    let now = pass.now();
    let mut keys = made_due;
    for shard in 0..planted!(DUE_SHARDS, ReadsThreeOfFourShards => DUE_SHARDS - 1) {
        let listed = read::due(&pass.caller, &pass.policy.name, shard, now).await?;
        keys.extend(listed.iter().filter_map(|item| item.key().cloned()));
    }
    let begun = read::open(&pass.caller, &pass.policy.name, OpenKind::Expiring).await?;
    keys.extend(begun.iter().filter_map(|item| item.key().cloned()));
    let mut due = BTreeMap::new();
    for item in read::batch(&pass.caller, keys).await?.into_values() {
        let row = SnapshotRow::from_item(item)?;
        let wants_judging = match row.state {
            RowState::Completed | RowState::Error => row.judge_at.is_some_and(|at| at <= now),
            RowState::Expiring => planted!(true, ForgetsBegunDeletes => false),
            RowState::Other(ref state) => {
                let text = format_smolstr!(
                    "its row is in the state `{state}`, which this version does not know; it is kept"
                );
                pass.report(FindingKind::Blocked, row.id.text().clone(), text);
                false
            }
            RowState::Pending | RowState::Deleted | RowState::Lost => false,
        };
        if wants_judging {
            due.insert(row.id.clone(), row);
        }
    }
    Ok(due)
}

/// Deletes that an earlier pass began and whose snapshot EC2 does not show any more: the first such
/// look is noted, the second one, after the visibility window, ends the row. Nothing is sent for
/// what can't be seen.
///
/// The answer to that delete was lost, or the pass was killed before it was recorded. That somebody
/// else was quicker can't be told apart, and makes no difference: it was to go, and it is gone.
async fn gone_already(
    pass: &Pass,
    due: BTreeMap<SnapshotId, SnapshotRow>,
    facts: &mut Facts,
) -> Result<BTreeMap<SnapshotId, SnapshotRow>, Stop> {
    // By whichever clock makes the window longer: a clock that is put right meanwhile must not end it.
    let (noted, now) = (pass.caller.latest_now(), pass.caller.earliest_now());
    let window = pass.policy.limits.visibility_window;
    let mut left = BTreeMap::new();
    for (id, row) in due {
        if row.state != RowState::Expiring || facts.seen.contains(&id) {
            left.insert(id, row);
            continue;
        }
        let mut row = row;
        for volume in facts.volumes.values_mut() {
            volume.snapshots.retain(|known| known.id != id);
        }
        match row.unseen_since {
            Some(since) if since + window <= now => {
                delete::deleted(
                    pass,
                    row,
                    "its delete was begun, and EC2 does not show it any more",
                )
                .await?;
            }
            Some(_) => {}
            None => {
                row.unseen_since = Some(noted);
                // A conflict means that another run looks at it too.
                let _ = put(&pass.caller, &pass.writer, &mut row).await?;
            }
        }
    }
    Ok(left)
}

/// Says where a promise made at creation is shortened, before anything goes by it.
fn report_shortened(pass: &Pass, due: &BTreeMap<SnapshotId, SnapshotRow>, facts: &Facts) {
    if pass.policy.retroactive == Retroactive::No {
        return;
    }
    for row in due.values() {
        let volume = facts.volumes.get(&row.volume);
        let lives = volume.and_then(|volume| volume.lifetime_now);
        if let Some(lives) = lives.filter(|lives| *lives < row.lifetime) {
            let text = format_smolstr!(
                "it was promised {} and lives {lives} now, since `retroactive` applies the shorter rule",
                row.lifetime
            );
            pass.report(FindingKind::Shortened, row.id.text().clone(), text);
        }
    }
}

fn report_blast(pass: &Pass, plan: &ExpirePlan) {
    if let Blast::Stopped { wanted, allowed } = plan.blast {
        let text = format_smolstr!(
            "{wanted} snapshots would go, {allowed} may go in one run; nothing is deleted until a person runs `snaplife approve` for the plan {}",
            plan.digest
        );
        pass.report(FindingKind::BlastLimit, pass.policy.name.as_str(), text);
    }
}

/// Writes down when what stays is judged next, and what stands against its delete.
///
/// A crash in between leaves rows that are judged again by the next pass.
async fn postpone(
    pass: &Pass,
    rows: &BTreeMap<SnapshotId, SnapshotRow>,
    plan: &ExpirePlan,
) -> Result<(), Stop> {
    let stored = |(snapshot, again)| Some((rows.get(snapshot)?, again));
    let postponed = plan.judge_again.iter().filter_map(stored);
    side_by_side::all(postponed.map(|(stored, again)| postpone_one(pass, stored, again))).await
}

async fn postpone_one(pass: &Pass, stored: &SnapshotRow, again: &JudgeAgain) -> Result<(), Stop> {
    let mut row = stored.clone();
    if let Some(blocked) = &again.blocked_by {
        report_blocked(pass, &row.id, blocked);
    }
    row.judge_at = again.at;
    row.blocked_by = again.blocked_by.clone();
    let from = row.state.clone();
    if row.blocked_by == Some(BlockedBy::NotSeen) && from != RowState::Expiring {
        return sync::ghost(pass, row).await;
    }
    if from == RowState::Expiring {
        // A delete that was begun and may not go on: back to where it came from.
        let back = row.came_from.clone().unwrap_or(RowState::Completed);
        let why = match &row.blocked_by {
            Some(blocked) => SmolStr::from(blocked.to_string()),
            None => SmolStr::new_static("a rule keeps it after all"),
        };
        row.enter(back, why, pass.now());
    }
    if row.judge_at == stored.judge_at && row.blocked_by == stored.blocked_by && row.state == from {
        return Ok(());
    }
    // A conflict means that somebody else judged it meanwhile.
    if put(&pass.caller, &pass.writer, &mut row).await? == crate::catalog::Written::Done {
        pass.row_changed(&row, Some(from));
    }
    Ok(())
}

/// A block that a person can do something about is reported; a floor or a sibling is daily life.
pub(super) fn report_blocked(pass: &Pass, snapshot: &SnapshotId, blocked: &BlockedBy) {
    match blocked {
        BlockedBy::Floor(_)
        | BlockedBy::SetMember
        | BlockedBy::BlastLimit
        | BlockedBy::SourceGoneHold
        | BlockedBy::Clocks
        | BlockedBy::Held
        | BlockedBy::Pending => {}
        BlockedBy::NotOurs
        | BlockedBy::NotSeen
        | BlockedBy::OtherOwner
        | BlockedBy::Locked
        | BlockedBy::Image(_)
        | BlockedBy::UnknownState(_)
        | BlockedBy::Future
        | BlockedBy::Mismatch
        | BlockedBy::Refused(_) => {
            let text = format_smolstr!("it is due, but {blocked}; it is kept");
            pass.report(FindingKind::Blocked, snapshot.text().clone(), text);
        }
    }
}

/// The instant to judge by; a finding and none when the clocks forbid every delete.
pub(super) fn judging_instant(pass: &Pass) -> Option<Timestamp> {
    match pass.caller.clock_verdict() {
        ClockVerdict::Trusted(at) => Some(at),
        ClockVerdict::NoServerTime => {
            pass.report(
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
            pass.report(FindingKind::ClockError, "clock", text);
            None
        }
    }
}
