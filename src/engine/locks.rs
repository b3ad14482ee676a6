//! Which snapshots a lock protects.

use std::collections::BTreeSet;

use super::context::Pass;
use super::observe::{PAGE, chunks, each_page};
use crate::calls::Stop;
use crate::domain::SnapshotId;
use crate::ports::RejectionClass;
use crate::ports::ec2::{DescribeLockedSnapshots, PageRequest};

/// Which of these snapshots a lock protects. One that does not exist has none; who does not know the
/// question knows no locks, and EC2 itself refuses to delete what is locked.
///
/// # Errors
/// [`Stop`] when an answer is not complete.
pub(crate) async fn locked(
    pass: &Pass,
    wanted: &BTreeSet<SnapshotId>,
) -> Result<BTreeSet<SnapshotId>, Stop> {
    let mut found = BTreeSet::new();
    let mut left = chunks(wanted);
    while let Some(snapshots) = left.pop() {
        // EC2 refuses a page's size beside ids where it documents it (`DescribeSnapshots`); here it says
        // nothing.
        let request = |page| DescribeLockedSnapshots {
            page: PageRequest {
                max_results: None,
                ..page
            },
            snapshots: snapshots.clone(),
        };
        let subject = snapshots
            .first()
            .map(SnapshotId::as_str)
            .unwrap_or_default();
        let listed = each_page(&pass.caller, subject, PAGE, request, |reply| {
            found.extend(reply.locked);
        });
        let class = match listed.await {
            Ok(()) => continue,
            Err(Stop::Refused { rejection, .. }) if may_be_passed_over(rejection.class) => {
                rejection.class
            }
            Err(stop) => return Err(stop),
        };
        if class == RejectionClass::NoSuchOperation {
            break;
        }
        // One of them is gone, though a listing may still show it, and EC2 may refuse the whole question
        // for it; the others are asked about without it.
        let (some, others) = snapshots.split_at(snapshots.len() / 2);
        if !some.is_empty() {
            left.extend([some.to_vec(), others.to_vec()]);
        }
    }
    Ok(found)
}

const fn may_be_passed_over(class: RejectionClass) -> bool {
    matches!(
        class,
        RejectionClass::NoSuchOperation | RejectionClass::NotFound
    )
}
