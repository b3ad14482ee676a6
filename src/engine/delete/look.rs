//! The last look at what is to be deleted.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::calls::Stop;
use crate::catalog::{Installation, SnapshotRow, attr, read};
use crate::domain::{
    BlockedBy, PolicyName, RowState, Snapshot, SnapshotId, SnapshotState, Span, Timestamp, tags,
};
use crate::engine::{Pass, locks, observe};
use crate::plan::ExpireMember;
use crate::ports::table::Item;

/// A look older than this is repeated before the delete is sent.
pub(super) const LOOK_FRESH: Span = Span::seconds(30);

/// What both sides say right before the deletes.
pub(super) struct LastLook {
    /// When it began, by our clock: a machine that slept meanwhile is seen by it.
    at: Timestamp,
    /// The same by the process's own time: a clock that is set back makes no look younger.
    uptime: Span,
    seen: BTreeMap<SnapshotId, Snapshot>,
    locked: BTreeSet<SnapshotId>,
    /// Companions whose row says `completed`, by a consistent read.
    good_rows: BTreeSet<SnapshotId>,
}

/// Asks both sides about what is marked, and about the companions of each.
///
/// # Errors
/// [`Stop`] when an answer is not complete.
pub(super) async fn look(
    pass: &Pass,
    marked: &[(&ExpireMember, SnapshotRow)],
) -> Result<LastLook, Stop> {
    let (at, uptime) = (pass.now(), pass.caller.uptime());
    let going: BTreeSet<SnapshotId> = marked
        .iter()
        .map(|(member, _)| member.snapshot.clone())
        .collect();
    let companions: BTreeSet<SnapshotId> = marked
        .iter()
        .flat_map(|(member, _)| member.companions.iter().cloned())
        .collect();
    if going.is_empty() {
        return Ok(LastLook {
            at,
            uptime,
            seen: BTreeMap::new(),
            locked: BTreeSet::new(),
            good_rows: BTreeSet::new(),
        });
    }
    let newer = marked.iter().flat_map(|(member, _)| &member.newer);
    let all = going.union(&companions).chain(newer).cloned().collect();
    let seen = observe::snapshots(pass, &all).await?;
    let shown = going.into_iter().filter(|id| seen.contains_key(id));
    let locked = locks::locked(pass, &shown.collect()).await?;
    let keys = companions.iter().map(|id| id.text().clone());
    let good = |item: &Item| {
        item.text(attr::STATE).map(SmolStr::as_str) == Some(RowState::Completed.as_str())
    };
    let rows = read::batch(&pass.caller, keys).await?;
    let good_rows = rows
        .into_iter()
        .filter(|(_, item)| good(item))
        .map(|(key, _)| SnapshotId::new(key))
        .collect();
    Ok(LastLook {
        at,
        uptime,
        seen,
        locked,
        good_rows,
    })
}

impl LastLook {
    /// How old it is, by whichever tells more.
    pub(super) fn age(&self, pass: &Pass) -> Span {
        (pass.caller.uptime() - self.uptime).max(pass.now() - self.at)
    }

    /// Why this snapshot may not go after all.
    pub(super) fn objection(
        &self,
        installation: &Installation,
        policy: &PolicyName,
        member: &ExpireMember,
        row: &SnapshotRow,
    ) -> Option<BlockedBy> {
        let Some(seen) = self.seen.get(&member.snapshot) else {
            return Some(BlockedBy::NotSeen);
        };
        if seen.owner != installation.account {
            return Some(BlockedBy::OtherOwner);
        }
        let is_foreign = seen.tags.get(tags::key::INSTALLATION) != Some(installation.id.text());
        if planted!(is_foreign, DeletesWhatLostItsTag => false) {
            return Some(BlockedBy::NotOurs);
        }
        if planted!(seen.tags.get(tags::key::HOLD).is_some(), IgnoresAHold => false) {
            return Some(BlockedBy::Held);
        }
        if self.locked.contains(&member.snapshot) {
            return Some(BlockedBy::Locked);
        }
        let is_planned = seen.started_at(member.start)
            && seen.started_at(row.start)
            && seen.volume == member.volume;
        let is_of_policy =
            seen.tags.get(tags::key::POLICY).map(SmolStr::as_str) == Some(policy.as_str());
        if !is_planned || !planted!(is_of_policy, DeletesWhatLostItsTag => true) {
            return Some(BlockedBy::Mismatch);
        }
        match &seen.state {
            // What failed goes without a floor, so it must still be what it was planned as.
            SnapshotState::Completed if row.came_from == Some(RowState::Error) => {
                return Some(BlockedBy::Mismatch);
            }
            SnapshotState::Error if row.came_from == Some(RowState::Completed) => {
                return Some(BlockedBy::Mismatch);
            }
            SnapshotState::Completed | SnapshotState::Error => {}
            SnapshotState::Pending => return Some(BlockedBy::Pending),
            SnapshotState::Other(state) => {
                planted!(return Some(BlockedBy::UnknownState(state.clone())), DeletesInAnUnknownState => {})
            }
        }
        // A person may have set another lifetime since the plan was made.
        let tag = seen.tags.get(tags::key::LIFETIME);
        if planted!(tag != member.lifetime_tag.as_ref(), ShortensAPromise => false) {
            return Some(BlockedBy::Mismatch);
        }
        let all_stand = self.all_stand(installation, policy, member);
        (!all_stand).then(|| BlockedBy::Floor(member.volume.clone()))
    }

    /// Whether all are there that must be when this one goes: what the floor counts on, completed on both sides, and what
    /// the count of `last` needs, completed in EC2; all ours, of this policy and this volume.
    fn all_stand(
        &self,
        installation: &Installation,
        policy: &PolicyName,
        member: &ExpireMember,
    ) -> bool {
        let is_ours = |seen: &Snapshot| {
            let tag = |key| seen.tags.get(key).map(SmolStr::as_str);
            seen.owner == installation.account
                && tag(tags::key::INSTALLATION) == Some(installation.id.as_str())
                && tag(tags::key::POLICY) == Some(policy.as_str())
        };
        let stands = |other: &SnapshotId| {
            self.seen.get(other).is_some_and(|seen| {
                seen.state == SnapshotState::Completed
                    && seen.volume == member.volume
                    && planted!(is_ours(seen), CountsWhatIsNotOurs => true)
            })
        };
        let carries = |companion: &SnapshotId| {
            planted!(CountsAFailedCopy => { return true });
            self.good_rows.contains(companion) && stands(companion)
        };
        member.companions.iter().all(carries) && member.newer.iter().all(stands)
    }
}

#[cfg(test)]
mod tests;
