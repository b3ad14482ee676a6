//! Mark → look → delete, a few snapshots at a time.
//!
//! The planner proved that each may go; here each is proved again, from reads of this very moment,
//! and refused when anything differs. A wrong delete can't be undone.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::expire::report_blocked;
use super::facts::Facts;
use super::observe;
use crate::calls::Stop;
use crate::catalog::write::{Conditional, at_revision, transact};
use crate::catalog::{Guard, SnapshotRow, Written, attr, read};
use crate::domain::{
    BlockedBy, ImageId, RowState, Snapshot, SnapshotId, SnapshotState, Span, Tags, Timestamp, tags,
};
use crate::journal::FindingKind;
use crate::plan::{ExpireMember, ExpirePlan};
use crate::ports::ec2::{DeleteSnapshot, Done};
use crate::ports::table::{PutItem, TransactAction};
use crate::ports::{NotSentCause, Outcome, Rejection, RejectionClass};

/// Members marked and looked at together. At 4 deletes a second their look is 5 s old at the end.
const TOGETHER: usize = 20;
/// A look older than this is repeated before the delete is sent.
const LOOK_FRESH: Span = Span::seconds(30);
/// A delete that was refused or not answered is judged again after this, doubled per try.
const AGAIN_AFTER: Span = Span::hours(1);

/// Deletes what the plan says, in its order.
///
/// # Errors
/// [`Stop`] when a look is not complete, the lease is lost or the table can't be written. What was
/// deleted until then is recorded; what was marked goes on with the next pass.
pub(super) async fn run(
    pass: &Pass,
    lease: &TransactAction,
    facts: Facts,
    plan: &ExpirePlan,
) -> Result<(), Stop> {
    let Facts {
        mut rows,
        mut guards,
        ..
    } = facts;
    let members: Vec<&ExpireMember> = plan.items.iter().flat_map(|item| &item.members).collect();
    let mut left = members.as_slice();
    while !left.is_empty() {
        let began = pass.now();
        let mut marked = Vec::new();
        let mut taken = 0;
        for member in left.iter().take(TOGETHER) {
            // The look and the deletes need their time too: a pass that only marks gets nowhere,
            // and the next one would not either.
            let spent = pass.now() - began;
            if taken > 0 && !pass.caller.has_time_for(spent + spent) {
                break;
            }
            taken += 1;
            let (Some(row), Some(guard)) =
                (rows.get(&member.snapshot), guards.get_mut(&member.volume))
            else {
                continue;
            };
            match mark(pass, lease, member, row, guard).await? {
                Some(row) => marked.push((*member, row)),
                None => pass.refuse(member.snapshot.as_str(), "its row was changed meanwhile"),
            }
        }
        let (chunk, rest) = left.split_at(taken);
        let mut look = look(pass, &marked).await?;
        for place in 0..marked.len() {
            one(pass, &marked[place..], &mut look).await?;
        }
        rows.retain(|id, _| !chunk.iter().any(|member| &member.snapshot == id));
        left = rest;
    }
    Ok(())
}

/// Marks the row and raises the volume's guard, both or neither, while the lease is ours.
///
/// A crash right after leaves an `expiring` row, which the next pass judges anew.
async fn mark(
    pass: &Pass,
    lease: &TransactAction,
    member: &ExpireMember,
    row: &SnapshotRow,
    guard: &mut Guard,
) -> Result<Option<SnapshotRow>, Stop> {
    if row.revision != member.revision {
        return Ok(None);
    }
    planted!(DeletesWithoutMarking => { return Ok(Some(row.clone())) });
    let mut row = row.clone();
    let from = row.state.clone();
    row.enter(RowState::Expiring, member.why.to_string(), pass.now());
    row.attempts += 1;
    let row_item = pass.writer.stamp(&row);
    let guard_item = pass.writer.stamp(guard);
    let put = |item: &crate::ports::table::Item, revision| {
        TransactAction::Put(PutItem {
            condition: at_revision(revision),
            item: item.clone(),
        })
    };
    let actions = vec![
        put(&row_item, row.revision),
        put(&guard_item, guard.revision),
        lease.clone(),
    ];
    let token = token(&row_item, pass.writer.pass());
    match transact(&pass.caller, token, row.id.as_str(), actions).await? {
        Written::Done => {
            row.written(row_item);
            guard.written(guard_item);
            pass.row_changed(&row, Some(from));
            Ok(Some(row))
        }
        // Row, guard or lease is not what the plan was made on: the next pass judges anew.
        Written::Conflict => {
            let fresh = read::get(&pass.caller, &guard.key()).await?;
            if let Some(item) = fresh {
                *guard = Guard::from_item(item)?;
            }
            Ok(None)
        }
    }
}

/// At most 36 characters, derived from what the transaction stores.
fn token(row: &crate::ports::table::Item, pass: &SmolStr) -> SmolStr {
    let mut hasher = blake3::Hasher::new();
    for part in [
        row.key().map(SmolStr::as_str).unwrap_or_default(),
        row.text(attr::WRITER)
            .map(SmolStr::as_str)
            .unwrap_or_default(),
        pass,
    ] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    SmolStr::new(&hasher.finalize().to_hex()[..32])
}

/// What both sides say right before the deletes.
struct Look {
    at: Timestamp,
    seen: BTreeMap<SnapshotId, Snapshot>,
    locked: BTreeSet<SnapshotId>,
    /// Companions whose row says `completed`, by a consistent read.
    good_rows: BTreeSet<SnapshotId>,
}

async fn look(pass: &Pass, marked: &[(&ExpireMember, SnapshotRow)]) -> Result<Look, Stop> {
    let at = pass.now();
    let going: BTreeSet<SnapshotId> = marked
        .iter()
        .map(|(member, _)| member.snapshot.clone())
        .collect();
    let companions: BTreeSet<SnapshotId> = marked
        .iter()
        .flat_map(|(member, _)| member.companions.iter().cloned())
        .collect();
    if going.is_empty() {
        return Ok(Look {
            at,
            seen: BTreeMap::new(),
            locked: BTreeSet::new(),
            good_rows: BTreeSet::new(),
        });
    }
    let all = going.union(&companions).cloned().collect();
    let seen = observe::snapshots(pass, &all).await?;
    let locked = observe::locked(pass, &going).await?;
    let keys = companions.iter().map(|id| id.text().clone());
    let good = |item: &crate::ports::table::Item| {
        item.text(attr::STATE).map(SmolStr::as_str) == Some(RowState::Completed.as_str())
    };
    let rows = read::batch(&pass.caller, keys).await?;
    let good_rows = rows
        .into_iter()
        .filter(|(_, item)| good(item))
        .map(|(key, _)| SnapshotId::new(key))
        .collect();
    Ok(Look {
        at,
        seen,
        locked,
        good_rows,
    })
}

/// Why this snapshot may not go after all.
fn objection(
    pass: &Pass,
    member: &ExpireMember,
    row: &SnapshotRow,
    look: &Look,
) -> Option<BlockedBy> {
    let Some(seen) = look.seen.get(&member.snapshot) else {
        return Some(BlockedBy::NotSeen);
    };
    if seen.owner != pass.installation.account {
        return Some(BlockedBy::OtherOwner);
    }
    let is_foreign = seen.tags.get(tags::key::INSTALLATION) != Some(pass.installation.id.text());
    if planted!(is_foreign, DeletesWhatLostItsTag => false) {
        return Some(BlockedBy::NotOurs);
    }
    if planted!(seen.tags.get(tags::key::HOLD).is_some(), IgnoresAHold => false) {
        return Some(BlockedBy::Held);
    }
    if look.locked.contains(&member.snapshot) {
        return Some(BlockedBy::Locked);
    }
    let same =
        seen.start == member.start && seen.volume == member.volume && seen.start == row.start;
    if !same || planted!(!pass.is_ours(seen), DeletesWhatLostItsTag => false) {
        return Some(BlockedBy::Mismatch);
    }
    match &seen.state {
        SnapshotState::Completed | SnapshotState::Error => {}
        SnapshotState::Pending => return Some(BlockedBy::Pending),
        SnapshotState::Other(state) => {
            planted!(return Some(BlockedBy::UnknownState(state.clone())), DeletesInAnUnknownState => {})
        }
    }
    let carries = |companion: &&SnapshotId| {
        planted!(CountsAFailedCopy => { return true });
        look.good_rows.contains(*companion)
            && look.seen.get(*companion).is_some_and(|seen| {
                seen.state == SnapshotState::Completed && seen.volume == member.volume
            })
    };
    if member.companions.iter().filter(carries).count() < member.companions.len() {
        return Some(BlockedBy::Floor(member.volume.clone()));
    }
    None
}

/// Sends the delete of the first of these and records what came of it. However long its turn or
/// another try was waited for, it is sent only on a fresh look.
async fn one(
    pass: &Pass,
    left: &[(&ExpireMember, SnapshotRow)],
    look: &mut Look,
) -> Result<(), Stop> {
    let Some((member, row)) = left.first() else {
        return Ok(());
    };
    let id = &row.id;
    let mut attempt = 1;
    loop {
        if let Err(cause) = pass.caller.wait_turn::<DeleteSnapshot>().await {
            return answered(pass, row.clone(), Outcome::NotSent(cause)).await;
        }
        // A look that took too long itself is no better than an old one; the deadline ends this.
        while planted!(pass.now() - look.at > LOOK_FRESH, TrustsAnOldLook => false) {
            *look = self::look(pass, left).await?;
        }
        if let Some(blocked) = objection(pass, member, row, look) {
            return roll_back(pass, row.clone(), blocked, None).await;
        }
        let request = DeleteSnapshot {
            snapshot: id.clone(),
        };
        let outcome = pass.caller.send_once(id.as_str(), request, attempt).await;
        let wait = pass
            .caller
            .wait_before_retry::<DeleteSnapshot>(id.as_str(), &outcome, attempt);
        let Some(wait) = wait else {
            return answered(pass, row.clone(), outcome).await;
        };
        pass.caller.sleep(wait).await;
        attempt += 1;
    }
}

/// Records what came of a delete.
async fn answered(pass: &Pass, row: SnapshotRow, outcome: Outcome<Done>) -> Result<(), Stop> {
    let id = row.id.clone();
    match outcome {
        Outcome::Ok(_) => deleted(pass, row, "EC2 deleted it").await,
        Outcome::Rejected(refused) => match refused.class {
            // Its identity was confirmed a moment ago and the row says `expiring`.
            RejectionClass::NotFound => deleted(pass, row, "EC2 says that it is gone").await,
            RejectionClass::InUse => {
                planted!(LeavesARefusedDeleteMarked => { return Ok(()) });
                let image = image_in(&refused.message);
                roll_back(pass, row, BlockedBy::Image(image), Some(refused)).await
            }
            RejectionClass::Throttled
            | RejectionClass::Transient
            | RejectionClass::Conflict
            | RejectionClass::Denied
            | RejectionClass::Invalid
            | RejectionClass::Quota
            | RejectionClass::NoSuchOperation
            | RejectionClass::UnknownCode => {
                let blocked = BlockedBy::Refused(refused.code.clone());
                roll_back(pass, row, blocked, Some(refused)).await
            }
        },
        // It may be deleted. The row stays `expiring`, so the next pass asks before it acts.
        Outcome::Unknown(cause) => {
            planted!(ReadsNoAnswerAsDone => { return deleted(pass, row, "it was to be deleted").await });
            let text = format_smolstr!(
                "whether it was deleted is not known ({cause:?}); the next run looks"
            );
            pass.find(FindingKind::DeleteOpen, id.text().clone(), text);
            Ok(())
        }
        Outcome::NotSent(NotSentCause::LeaseTooShort) => Err(Stop::LeaseLost),
        Outcome::NotSent(cause) => Err(Stop::NotSent {
            operation: crate::ports::OperationName::DeleteSnapshot,
            subject: id.text().clone(),
            cause,
        }),
    }
}

/// Records that a snapshot is deleted, for good.
///
/// # Errors
/// [`Stop`] when the table can't be written; the row then stays `expiring`.
pub(super) async fn deleted(
    pass: &Pass,
    mut row: SnapshotRow,
    why: &'static str,
) -> Result<(), Stop> {
    let now = pass.now();
    row.enter(RowState::Deleted, SmolStr::new_static(why), now);
    row.judge_at = None;
    row.blocked_by = None;
    row.purge = Some(now + pass.policy.limits.keep_deleted_rows);
    // Kept for the audit; its tags are of no more use.
    row.tags = Tags::default();
    // A conflict can only be another run that recorded the same delete.
    let _ = pass.store(&mut row, Some(RowState::Expiring)).await?;
    Ok(())
}

/// Back to where it came from, with what stood against it.
async fn roll_back(
    pass: &Pass,
    mut row: SnapshotRow,
    blocked: BlockedBy,
    refused: Option<Rejection>,
) -> Result<(), Stop> {
    let now = pass.now();
    report_blocked(pass, &row.id, &blocked);
    pass.refuse(row.id.as_str(), &blocked.to_string());
    let unseen = blocked == BlockedBy::NotSeen;
    let back = row.came_from.clone().unwrap_or(RowState::Completed);
    row.enter(
        planted!(back, RollsBackToCompleted => RowState::Completed),
        blocked.to_string(),
        now,
    );
    row.blocked_by = planted!(Some(blocked), ForgetsWhyItStays => None);
    row.last_error =
        refused.map(|refused| format_smolstr!("{}: {}", refused.code, refused.message));
    let doublings = u32::try_from(row.attempts.saturating_sub(1))
        .unwrap_or(0)
        .min(5);
    row.judge_at = Some(now + Span::from_ms(AGAIN_AFTER.as_ms() << doublings));
    if unseen {
        row.unseen_since = Some(now);
    }
    // A conflict means that another run took the delete up; it judges for itself.
    let _ = pass.store(&mut row, Some(RowState::Expiring)).await?;
    Ok(())
}

/// The image that EC2's sentence names: `… is currently in use by ami-0123`.
fn image_in(message: &str) -> Option<ImageId> {
    let at = message.find("ami-")?;
    let id: String = message[at..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    Some(ImageId::new(id))
}
