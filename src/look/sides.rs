//! Whether the table and EC2 say the same about a snapshot.

use crate::domain::{RowState, SnapshotState};

/// Whether a row in this state goes with what EC2 shows, or does not show.
#[must_use]
pub(in crate::look) fn agree(row: Option<&RowState>, ec2: Option<&SnapshotState>) -> bool {
    match (row, ec2) {
        (Some(RowState::Pending), Some(SnapshotState::Pending))
        | (Some(RowState::Completed | RowState::Expiring), Some(SnapshotState::Completed))
        | (Some(RowState::Error | RowState::Expiring), Some(SnapshotState::Error))
        | (Some(RowState::Deleted | RowState::Lost), None) => true,
        (
            None
            | Some(
                RowState::Pending
                | RowState::Completed
                | RowState::Error
                | RowState::Expiring
                | RowState::Deleted
                | RowState::Lost
                | RowState::Other(_),
            ),
            _,
        ) => false,
    }
}
