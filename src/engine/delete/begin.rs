//! The note that the first delete of a set is about to be sent.
//!
//! A mark sends nothing: a pass that ends between the marks of a set and its first delete leaves a whole
//! set. From this note on it may be one no more, and the rest follows, whatever stands against one of
//! them ([`ExpireItem::finishes`](crate::plan::ExpireItem::finishes)), unless all that were noted are
//! still there when no delete can be unseen any more.

use super::mark::{at_its_revision, token};
use super::{Marked, SnapshotRow};
use crate::calls::Stop;
use crate::catalog::write::transact;
use crate::catalog::{Conditional, Written};
use crate::domain::SetBegun;
use crate::engine::Pass;
use crate::ports::table::TransactAction;

/// DynamoDB takes 100 actions, of which the lease's is one. Of a larger set the first ones carry the note,
/// which counts all.
const NOTED_MAX: usize = 99;

/// Notes on each of these, all or none, that their set has begun to go.
///
/// # Errors
/// As [`transact`].
pub(super) async fn begin(
    pass: &Pass,
    lease: &TransactAction,
    members: &mut [Marked<'_>],
) -> Result<Written, Stop> {
    let begun = SetBegun {
        at: pass.now(),
        members: i64::try_from(members.len()).unwrap_or(i64::MAX),
    };
    note(pass, Some(lease), members, Some(begun)).await
}

/// Takes the note back: the delete was provably not sent. A lease that has ended is no reason to leave it.
///
/// # Errors
/// As [`transact`]. The note stays then, and the set counts as begun.
pub(super) async fn take_back(pass: &Pass, members: &mut [Marked<'_>]) -> Result<(), Stop> {
    // A conflict means that another run took the set up; it notes for itself.
    let _ = note(pass, None, members, None).await?;
    Ok(())
}

async fn note(
    pass: &Pass,
    lease: Option<&TransactAction>,
    members: &mut [Marked<'_>],
    begun: Option<SetBegun>,
) -> Result<Written, Stop> {
    let some = members.len().min(NOTED_MAX);
    let rows: Vec<&mut SnapshotRow> = members[..some].iter_mut().map(|(_, row)| row).collect();
    let mut items = Vec::with_capacity(rows.len());
    let mut actions = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut noted = SnapshotRow::clone(row);
        noted.set_begun = begun;
        let item = pass.writer.stamp(&noted);
        actions.push(at_its_revision(*row, &item));
        items.push(item);
    }
    let (Some(first), Some(item)) = (rows.first(), items.first()) else {
        return Ok(Written::Done);
    };
    let (subject, token) = (first.id.clone(), token(item, pass.writer.pass()));
    let written = transact(&pass.caller, token, subject.as_str(), actions, lease).await?;
    if written == Written::Done {
        for (row, item) in rows.into_iter().zip(items) {
            row.set_begun = begun;
            row.written(item);
        }
    }
    Ok(written)
}
