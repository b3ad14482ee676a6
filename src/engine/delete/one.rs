//! One delete: its turn, its last look, its note, its tries, and what came of it.

use super::Marked;
use super::answer::{answered, roll_back};
use super::begin::{begin, take_back};
use super::look::{LOOK_FRESH, LastLook, look};
use crate::calls::Stop;
use crate::catalog::Written;
use crate::domain::BlockedBy;
use crate::engine::Pass;
use crate::engine::expire::judging_instant;
use crate::ports::ec2::DeleteSnapshot;
use crate::ports::table::TransactAction;
use crate::ports::{Done, Outcome, RejectionClass};

/// What came of one delete.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Came {
    /// The snapshot is gone, or may be.
    MayHaveActed,
    /// It stays.
    Stays,
}

impl Came {
    fn of(outcome: &Outcome<Done>) -> Self {
        match outcome {
            Outcome::Ok(_) | Outcome::Unknown(_) => Self::MayHaveActed,
            Outcome::Rejected(refused) if refused.class == RejectionClass::NotFound => {
                Self::MayHaveActed
            }
            Outcome::Rejected(_) | Outcome::NotSent(_) => Self::Stays,
        }
    }
}

/// How the tries of one delete ended.
enum Tried {
    /// With this; no further one is due.
    Ended(Outcome<Done>),
    /// Before one was sent: this stands against it.
    Against(BlockedBy),
    /// Before one was sent: another run has written its row, or one of those that go with it.
    TakenOver,
}

/// Deletes the first of these and records what came of it.
///
/// # Errors
/// [`Stop`] when a look is not complete, the lease is lost or the table can't be written.
pub(super) async fn one(
    pass: &Pass,
    lease: &TransactAction,
    left: &mut [Marked<'_>],
    together: usize,
    look: &mut LastLook,
) -> Result<Came, Stop> {
    let tried = tries(pass, lease, left, together, look).await;
    let is_over = matches!(tried, Err(_) | Ok(Tried::Ended(Outcome::NotSent(_))));
    if is_over && together > 1 && left[0].1.set_begun.is_some() {
        // None of the tries can have acted, so what goes together is as whole as before. When this
        // fails, too, the note stays, and what ends the pass is still its first cause.
        let _ = take_back(pass, &mut left[..together]).await;
    }
    let row = left[0].1.clone();
    match tried? {
        Tried::Ended(outcome) => {
            let came = Came::of(&outcome);
            answered(pass, row, outcome).await?;
            return Ok(came);
        }
        Tried::Against(blocked) => roll_back(pass, row, blocked, None).await?,
        Tried::TakenOver => pass.refuse(row.id.as_str(), "its row was changed meanwhile"),
    }
    Ok(Came::Stays)
}

/// Sends the delete of the first of these until that is final. However long its turn, its note or
/// another try was waited for, it is sent only on a fresh look, which says nothing against it nor
/// against those that go `together` with it, itself among them.
///
/// # Errors
/// As [`one`]; then none of the tries has acted.
async fn tries(
    pass: &Pass,
    lease: &TransactAction,
    left: &mut [Marked<'_>],
    together: usize,
    look: &mut LastLook,
) -> Result<Tried, Stop> {
    let snapshot = left[0].1.id.clone();
    let mut attempt = 1;
    loop {
        if let Err(cause) = pass.caller.wait_turn::<DeleteSnapshot>().await {
            return Ok(Tried::Ended(Outcome::NotSent(cause)));
        }
        if let Some(blocked) = against(pass, left, together, look).await? {
            return Ok(Tried::Against(blocked));
        }
        if together > 1 && left[0].1.set_begun.is_none() {
            if begin(pass, lease, &mut left[..together]).await? == Written::Conflict {
                return Ok(Tried::TakenOver);
            }
            if let Some(blocked) = against(pass, left, together, look).await? {
                return Ok(Tried::Against(blocked));
            }
        }
        let request = DeleteSnapshot {
            snapshot: snapshot.clone(),
        };
        let outcome = pass
            .caller
            .send_once(snapshot.as_str(), request, attempt)
            .await;
        let wait =
            pass.caller
                .wait_before_retry::<DeleteSnapshot>(snapshot.as_str(), &outcome, attempt);
        let Some(wait) = wait else {
            return Ok(Tried::Ended(outcome));
        };
        pass.caller.sleep(wait).await;
        attempt += 1;
    }
}

/// What a fresh look says against the first of these, or against one of those that go `together` with it.
async fn against(
    pass: &Pass,
    left: &[Marked<'_>],
    together: usize,
    look: &mut LastLook,
) -> Result<Option<BlockedBy>, Stop> {
    refresh(pass, left, look).await?;
    // What was asked since the plan was made may have told more of the clocks.
    if judging_instant(pass).is_none() {
        return Ok(Some(BlockedBy::Clocks));
    }
    let with_others = || {
        let others = left[1..together].iter();
        let mut against = others.filter_map(|other| objection(pass, look, other));
        against.next().map(|_| BlockedBy::SetMember)
    };
    Ok(objection(pass, look, &left[0]).or_else(with_others))
}

/// What the look says against this one.
pub(super) fn objection(
    pass: &Pass,
    look: &LastLook,
    (member, row): &Marked<'_>,
) -> Option<BlockedBy> {
    look.objection(&pass.installation, &pass.policy.name, member, row)
}

/// Looks again when the look is old. One that took too long itself is no better; the deadline ends this.
async fn refresh(pass: &Pass, left: &[Marked<'_>], last: &mut LastLook) -> Result<(), Stop> {
    while planted!(last.age(pass) > LOOK_FRESH, TrustsAnOldLook => false) {
        *last = look(pass, left).await?;
    }
    Ok(())
}
