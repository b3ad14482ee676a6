//! Mark → look → delete, a few snapshots at a time.
//!
//! The planner proved that each may go; here each is proved again, from reads of this very moment,
//! and refused when anything differs. A wrong delete can't be undone.
//!
//! - `mark`: the row says `expiring` before anything is sent; `look`: what both sides say right
//!   before the deletes, and what in it stands against one; `begin`: the note that a set is whole no
//!   more; `one`: a delete and its tries; `answer`: what each answer means.

use std::collections::BTreeMap;

mod answer;
mod begin;
mod look;
mod mark;
mod one;

use self::answer::roll_back;
use self::look::{LastLook, look};
use self::mark::mark;
use self::one::{Came, objection, one};
use super::context::Pass;
use super::expire::judging_instant;
use super::facts::Facts;
use crate::calls::Stop;
use crate::catalog::{Guard, SnapshotRow};
use crate::domain::{BlockedBy, SnapshotId, VolumeId};
use crate::plan::{ExpireItem, ExpireMember, ExpirePlan};
use crate::ports::table::TransactAction;

pub(super) use self::answer::deleted;

/// What goes, and its row, which says so.
type Marked<'a> = (&'a ExpireMember, SnapshotRow);

/// Members marked and looked at together, or as many as one set has. At 4 deletes a second their look is
/// 5 s old at the end.
const TOGETHER: usize = 20;

/// How far the deletes came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ended {
    /// All of the plan was tried.
    Done,
    /// On the way the clocks turned out to be too far apart: what was left of the plan stays.
    ClocksApart,
}

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
) -> Result<Ended, Stop> {
    let Facts {
        mut rows,
        mut guards,
        ..
    } = facts;
    let mut left = plan.items.as_slice();
    while !left.is_empty() {
        let began = pass.now();
        let mut marked = Vec::new();
        let mut sizes = Vec::new();
        let mut taken = 0;
        for item in left {
            if taken > 0 && marked.len() + item.members.len() > TOGETHER {
                break;
            }
            taken += 1;
            let members = mark_whole(pass, lease, item, &rows, &mut guards).await?;
            sizes.push(members.len());
            marked.extend(members);
            // The look and the deletes need their time too: a pass that only marks gets nowhere,
            // and the next one would not either.
            let spent = pass.now() - began;
            if !pass.caller.has_time_for(spent + spent) {
                break;
            }
        }
        let (chunk, rest) = left.split_at(taken);
        let mut look = look(pass, &marked).await?;
        let mut place = 0;
        for size in sizes {
            whole(pass, lease, &mut marked[place..], size, &mut look).await?;
            place += size;
            if judging_instant(pass).is_none() {
                for (_, row) in marked.split_off(place) {
                    roll_back(pass, row, BlockedBy::Clocks, None).await?;
                }
                return Ok(Ended::ClocksApart);
            }
        }
        for member in chunk.iter().flat_map(|item| &item.members) {
            rows.remove(&member.snapshot);
        }
        left = rest;
    }
    Ok(Ended::Done)
}

/// Marks what goes as a whole. When one member can't be marked, the others stay too, unless its set is
/// half deleted already.
async fn mark_whole<'a>(
    pass: &Pass,
    lease: &TransactAction,
    item: &'a ExpireItem,
    rows: &BTreeMap<SnapshotId, SnapshotRow>,
    guards: &mut BTreeMap<VolumeId, Guard>,
) -> Result<Vec<Marked<'a>>, Stop> {
    let mut marked = Vec::new();
    let mut all = true;
    for member in &item.members {
        let (Some(row), Some(guard)) = (rows.get(&member.snapshot), guards.get_mut(&member.volume))
        else {
            pass.refuse(member.snapshot.as_str(), "its volume was changed meanwhile");
            all = false;
            continue;
        };
        match mark(pass, lease, member, row, guard).await? {
            Some(row) => marked.push((member, row)),
            None => {
                pass.refuse(member.snapshot.as_str(), "its row was changed meanwhile");
                // What the plan counted on may be going by another hand.
                guards.remove(&member.volume);
                all = false;
            }
        }
    }
    if all || item.finishes() {
        return Ok(marked);
    }
    for (_, row) in marked {
        roll_back(pass, row, BlockedBy::SetMember, None).await?;
    }
    Ok(Vec::new())
}

/// Deletes the first `size` of these, which go as a whole: until one of their deletes may have acted,
/// whatever stands against one of them stands against all. Then the rest follows, each by its own look.
async fn whole(
    pass: &Pass,
    lease: &TransactAction,
    left: &mut [Marked<'_>],
    size: usize,
    look: &mut LastLook,
) -> Result<(), Stop> {
    let members = &left[..size];
    let finishes = members.iter().any(|(member, _)| member.finishes_a_set());
    let mut together = if finishes { 1 } else { size };
    for place in 0..size {
        match one(pass, lease, &mut left[place..], together, look).await? {
            Came::MayHaveActed => together = 1,
            // Only the first can come here: none was sent yet.
            Came::Stays if together > 1 => {
                for other in &left[1..size] {
                    let blocked = objection(pass, look, other).unwrap_or(BlockedBy::SetMember);
                    roll_back(pass, other.1.clone(), blocked, None).await?;
                }
                return Ok(());
            }
            Came::Stays => {}
        }
    }
    Ok(())
}
