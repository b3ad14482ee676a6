//! The facts of a pass, found by snapshot and by set, and what each snapshot is to us.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::input::{ExpireInput, RowFacts, SnapshotFacts, VolumeFacts};
use crate::domain::{
    RowState, SetBegun, SetId, SnapshotId, SnapshotState, Timestamp, VolumeId, tags,
};

/// Every snapshot of a pass, by id and by set.
pub(super) struct Fleet<'a> {
    input: &'a ExpireInput<'a>,
    by_id: BTreeMap<&'a SnapshotId, Known<'a>>,
    sets: BTreeMap<&'a SetId, Vec<Known<'a>>>,
}

/// A snapshot with the volume that it was found under.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) id: &'a VolumeId,
    pub(super) volume: &'a VolumeFacts,
    pub(super) snapshot: &'a SnapshotFacts,
}

/// What a snapshot is to us, by its row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    /// It has no row.
    Foreign,
    /// It completed; its delete may be under way.
    Good,
    /// It failed; its delete may be under way.
    Failed,
    /// Deleted by us, or lost and not seen again.
    Gone,
    /// Pending, lost but seen again, or in a state this version does not know.
    Unsettled,
}

impl<'a> Fleet<'a> {
    pub(super) fn of(input: &'a ExpireInput<'_>) -> Self {
        let mut by_id = BTreeMap::new();
        let mut sets = BTreeMap::<_, Vec<_>>::new();
        for (id, volume) in &input.volumes {
            for snapshot in &volume.snapshots {
                let known = Known {
                    id,
                    volume,
                    snapshot,
                };
                by_id.insert(&snapshot.id, known);
                if let Some(set) = snapshot.row.as_ref().and_then(|row| row.set.as_ref()) {
                    sets.entry(set).or_default().push(known);
                }
            }
        }
        Self { input, by_id, sets }
    }

    pub(super) fn get(&self, id: &SnapshotId) -> Option<Known<'a>> {
        self.by_id.get(id).copied()
    }

    /// The due snapshots and the other members of their sets, by id.
    pub(super) fn judged(&self) -> BTreeSet<&'a SnapshotId> {
        let mut judged: BTreeSet<&'a SnapshotId> = self.input.due.iter().collect();
        let sets: BTreeSet<&SetId> = self
            .input
            .due
            .iter()
            .filter_map(|id| self.get(id)?.decided_with())
            .collect();
        for set in sets {
            let members = self.members(set).iter();
            judged.extend(
                members
                    .filter(|member| member.decided_with().is_some())
                    .map(|member| &member.snapshot.id),
            );
        }
        judged
    }

    /// Whether all members of a set completed and still stand: then it is one good item.
    pub(super) fn is_good(&self, set: &SetId) -> bool {
        self.members(set).iter().all(Known::stands_completed)
    }

    /// Whether a delete of one of its good members may have acted: then the rest follows, each by
    /// itself. A failed member goes by itself and takes nobody along.
    pub(super) fn is_half_deleted(&self, set: &SetId) -> bool {
        let members = self.members(set);
        let rows = members
            .iter()
            .filter_map(|known| known.snapshot.row.as_ref());
        let mut good = rows.filter(|row| row.came_from != Some(RowState::Error));
        good.any(|row| match row.set_begun {
            Some(begun) => !self.is_unharmed(members, begun),
            None => row.state == RowState::Deleted,
        })
    }

    /// Whether as many as were noted to go are still there, so long after the note that EC2 would show it if
    /// one were not: the run that wrote it ended before it sent a delete, or none has acted. That run may
    /// have taken some of the notes back.
    fn is_unharmed(&self, members: &[Known<'_>], begun: SetBegun) -> bool {
        let is_shown = |known: &&Known<'_>| {
            let standing = matches!(known.standing(), Standing::Good | Standing::Unsettled);
            standing && known.snapshot.seen.is_some()
        };
        let shown = members.iter().filter(is_shown).count();
        let window = self.input.policy.limits.visibility_window;
        let is_long_ago = begun.at + window <= self.input.now;
        is_long_ago && i64::try_from(shown).is_ok_and(|shown| shown >= begun.members)
    }

    fn members(&self, set: &SetId) -> &[Known<'a>] {
        self.sets.get(set).map_or(&[], Vec::as_slice)
    }
}

impl<'a> Known<'a> {
    pub(super) fn standing(&self) -> Standing {
        let Some(row) = &self.snapshot.row else {
            return Standing::Foreign;
        };
        match (&row.state, &row.came_from) {
            (RowState::Completed, _) => Standing::Good,
            (RowState::Error, _) | (RowState::Expiring, Some(RowState::Error)) => Standing::Failed,
            (RowState::Expiring, _) => Standing::Good,
            (RowState::Deleted, _) => Standing::Gone,
            (RowState::Lost, _) if self.snapshot.seen.is_none() => Standing::Gone,
            (RowState::Pending | RowState::Lost | RowState::Other(_), _) => Standing::Unsettled,
        }
    }

    /// The set whose decision is its own; none for one that stands or goes alone.
    pub(super) fn decided_with(&self) -> Option<&'a SetId> {
        match self.standing() {
            Standing::Good | Standing::Unsettled => self.snapshot.row.as_ref()?.set.as_ref(),
            Standing::Foreign | Standing::Failed | Standing::Gone => None,
        }
    }

    /// Whether row and EC2 both say `completed`, and no delete has begun.
    pub(super) fn stands_completed(&self) -> bool {
        let recorded = self.snapshot.row.as_ref().map(|row| &row.state);
        let seen = self.snapshot.seen.as_ref().map(|seen| &seen.state);
        recorded == Some(&RowState::Completed) && seen == Some(&SnapshotState::Completed)
    }

    /// What its tag says of its lifetime.
    pub(super) fn lifetime_tag(&self) -> Option<&'a SmolStr> {
        self.snapshot.seen.as_ref()?.tags.get(tags::key::LIFETIME)
    }

    /// The later of the two start times, should they differ: age is never overstated.
    pub(super) fn start(&self, row: &RowFacts) -> Timestamp {
        let seen = self.snapshot.seen.as_ref();
        seen.map_or(row.start, |seen| seen.start.max(row.start))
    }
}
