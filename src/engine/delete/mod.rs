//! Mark → look → delete, a few snapshots at a time.
//!
//! The planner proved that each may go; here each is proved again, from reads of this very moment,
//! and refused when anything differs. A wrong delete can't be undone.
//!
//! - `mark`: the row says `expiring` before anything is sent; `look`: what both sides say right
//!   before the deletes, and what in it stands against one; `answer`: what each answer means.

mod answer;
mod look;
mod mark;

use self::answer::{answered, roll_back};
use self::look::{LOOK_FRESH, Look, look};
use self::mark::mark;
use super::context::Pass;
use super::facts::Facts;
use crate::calls::Stop;
use crate::catalog::SnapshotRow;
use crate::plan::{ExpireMember, ExpirePlan};
use crate::ports::Outcome;
use crate::ports::ec2::DeleteSnapshot;
use crate::ports::table::TransactAction;

pub(super) use self::answer::deleted;

/// Members marked and looked at together. At 4 deletes a second their look is 5 s old at the end.
const TOGETHER: usize = 20;

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
            // The look and the deletes need their time too: a pass that only marks gets nowhere,
            // and the next one would not either.
            let spent = pass.now() - began;
            if !pass.caller.has_time_for(spent + spent) {
                break;
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
        while planted!(look.age(pass.now()) > LOOK_FRESH, TrustsAnOldLook => false) {
            *look = look::look(pass, left).await?;
        }
        if let Some(blocked) = look.objection(&pass.installation, &pass.policy.name, member, row) {
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
        look.waited = look.waited + wait;
        attempt += 1;
    }
}
