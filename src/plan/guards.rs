//! What forbids the delete of a snapshot that no rule keeps.

use super::fleet::{Known, Standing};
use super::input::{ExpireInput, Lock, RowFacts, Source};
use crate::domain::tags::key;
use crate::domain::{BlockedBy, RowState, Snapshot, SnapshotState, SourceGone, VolumeId};

/// What stands against deleting it, doubt about what it is first; none when nothing does.
pub(super) fn obstacle(
    input: &ExpireInput<'_>,
    known: &Known<'_>,
    row: &RowFacts,
) -> Option<BlockedBy> {
    let Some(seen) = &known.snapshot.seen else {
        return Some(BlockedBy::NotSeen);
    };
    identity(input, known.id, row, seen)
        .or_else(|| is_a_copy(input, known, seen).then_some(BlockedBy::Mismatch))
        .or_else(|| planted!(state(known.standing(), row, seen), DeletesInAnUnknownState => None))
        .or_else(|| protection(input, known, seen))
}

/// Whether it is surely the snapshot that our row speaks of.
pub(super) fn identity(
    input: &ExpireInput<'_>,
    volume: &VolumeId,
    row: &RowFacts,
    seen: &Snapshot,
) -> Option<BlockedBy> {
    let tag = |name| seen.tags.get(name).map(|value| value.as_str());
    if seen.owner != *input.account {
        return Some(BlockedBy::OtherOwner);
    }
    let is_foreign = tag(key::INSTALLATION) != Some(input.installation.as_str());
    if planted!(is_foreign, DeletesWhatLostItsTag => false) {
        return Some(BlockedBy::NotOurs);
    }
    // A tag alone, which anybody may have put there, makes it no other policy's.
    let is_of_policy =
        row.policy == input.policy.name && tag(key::POLICY) == Some(input.policy.name.as_str());
    let same = seen.started_at(row.start) && seen.volume == row.volume && row.volume == *volume;
    (!same || !is_of_policy).then_some(BlockedBy::Mismatch)
}

/// Whether another snapshot without a row may be what our operation made, and this one a copy of its tags: it carries
/// the same operation, and started earlier, though not so long before that the copy would have come too late to be taken
/// for it. EC2 may show the copy first, and then it may get the row.
fn is_a_copy(input: &ExpireInput<'_>, known: &Known<'_>, seen: &Snapshot) -> bool {
    let Some(op) = seen.tags.get(key::OP) else {
        return false;
    };
    let limits = &input.policy.limits;
    let reach = limits.call_timeout + limits.visibility_window + limits.clock_error_max * 2;
    let rowless = known
        .volume
        .snapshots
        .iter()
        .filter(|other| other.row.is_none());
    rowless
        .filter_map(|other| other.seen.as_ref())
        .any(|other| {
            other.tags.get(key::OP) == Some(op)
                && (other.start, &other.id) < (seen.start, &seen.id)
                && seen.start <= other.start + reach
        })
}

/// Whether row and EC2 agree on a state in which it may go.
fn state(standing: Standing, row: &RowFacts, seen: &Snapshot) -> Option<BlockedBy> {
    match (standing, &row.state, &seen.state) {
        (_, RowState::Other(state), _) | (_, _, SnapshotState::Other(state)) => {
            Some(BlockedBy::UnknownState(state.clone()))
        }
        (_, RowState::Pending, _) | (_, _, SnapshotState::Pending) => Some(BlockedBy::Pending),
        (Standing::Good, _, SnapshotState::Completed)
        | (Standing::Failed, _, SnapshotState::Error) => None,
        (Standing::Good, _, SnapshotState::Error)
        | (Standing::Failed, _, SnapshotState::Completed)
        | (Standing::Foreign | Standing::Gone | Standing::Unsettled, _, _) => {
            Some(BlockedBy::Mismatch)
        }
    }
}

/// Whether somebody protects it.
fn protection(input: &ExpireInput<'_>, known: &Known<'_>, seen: &Snapshot) -> Option<BlockedBy> {
    if planted!(seen.tags.get(key::HOLD).is_some(), IgnoresAHold => false) {
        return Some(BlockedBy::Held);
    }
    match known.snapshot.lock {
        Lock::Locked => return Some(BlockedBy::Locked),
        Lock::Open => {}
    }
    if let Some(image) = &known.snapshot.image {
        return Some(BlockedBy::Image(Some(image.clone())));
    }
    match (known.volume.source, input.policy.source_gone) {
        (Source::Gone { .. }, SourceGone::Hold) => Some(BlockedBy::SourceGoneHold),
        (Source::Gone { .. }, SourceGone::KeepLast(_) | SourceGone::Finish)
        | (Source::Present, _) => None,
    }
}
