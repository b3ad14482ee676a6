//! The mark: a row says that its snapshot goes before anything is sent.

use smol_str::SmolStr;

use crate::calls::Stop;
use crate::catalog::write::{Conditional, at_revision, transact};
use crate::catalog::{Guard, SnapshotRow, Written, attr};
use crate::domain::RowState;
use crate::engine::Pass;
use crate::plan::ExpireMember;
use crate::ports::table::{Item, PutItem, TransactAction};

/// Marks the row and raises the volume's guard, both or neither, while the lease is ours. None when one of
/// them is not what the plan was made on; then nothing else of the volume may be marked by that plan.
///
/// A crash right after leaves an `expiring` row, which the next pass judges anew.
pub(super) async fn mark(
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
    if !member.finishes_a_set() {
        // A note of an earlier run, none of whose deletes has acted.
        row.set_begun = None;
    }
    let row_item = pass.writer.stamp(&row);
    let guard_item = pass.writer.stamp(guard);
    let actions = vec![
        at_its_revision(&row, &row_item),
        at_its_revision(guard, &guard_item),
    ];
    let token = token(&row_item, pass.writer.pass());
    match transact(&pass.caller, token, row.id.as_str(), actions, Some(lease)).await? {
        Written::Done => {
            row.written(row_item);
            guard.written(guard_item);
            pass.row_changed(&row, Some(from));
            Ok(Some(row))
        }
        // Row, guard or lease is not what the plan was made on: the next pass judges anew.
        Written::Conflict => Ok(None),
    }
}

/// Stores a row, if it is still what it was when it was read.
pub(super) fn at_its_revision(row: &impl Conditional, item: &Item) -> TransactAction {
    TransactAction::Put(PutItem {
        condition: at_revision(row.revision()),
        item: item.clone(),
    })
}

/// At most 36 characters, derived from what the transaction stores.
pub(super) fn token(row: &Item, pass: &SmolStr) -> SmolStr {
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
