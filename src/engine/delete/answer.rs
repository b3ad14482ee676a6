//! What the answer to a delete means, and what the row says then.

use smol_str::{SmolStr, format_smolstr};

use crate::calls::Stop;
use crate::catalog::SnapshotRow;
use crate::domain::{BlockedBy, ImageId, RowState, Span, Tags};
use crate::engine::Pass;
use crate::engine::expire::report_blocked;
use crate::journal::FindingKind;
use crate::ports::{Done, NotSentCause, OperationName, Outcome, Rejection, RejectionClass};

/// A delete that was refused or not answered is judged again after this, doubled per try.
const AGAIN_AFTER: Span = Span::hours(1);

/// Records what came of a delete.
pub(super) async fn answered(
    pass: &Pass,
    row: SnapshotRow,
    outcome: Outcome<Done>,
) -> Result<(), Stop> {
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
                "whether it was deleted is not known ({cause}); the next run looks"
            );
            pass.report(FindingKind::DeleteOpen, id.text().clone(), text);
            Ok(())
        }
        Outcome::NotSent(NotSentCause::LeaseTooShort) => Err(Stop::LeaseLost),
        Outcome::NotSent(cause) => Err(Stop::NotSent {
            operation: OperationName::DeleteSnapshot,
            subject: id.text().clone(),
            cause,
        }),
    }
}

/// Records that a snapshot is deleted, for good.
///
/// # Errors
/// [`Stop`] when the table can't be written; the row then stays `expiring`.
pub(in crate::engine) async fn deleted(
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
    // A conflict is another run that recorded the same delete, or took its mark back while it was on its
    // way: then the audit finds the snapshot gone.
    let _ = pass.store(&mut row, Some(RowState::Expiring)).await?;
    Ok(())
}

/// Back to where it came from, with what stood against it.
pub(super) async fn roll_back(
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
