//! Orphans (in EC2, not in the catalog) and ghosts (in the catalog, not in EC2).

use crate::domain::{
    AccountId, Counted, InstallationId, OpId, RowState, Slot, Snapshot, Span, Timestamp, VolumeId,
};

/// What is known about a snapshot that carries our tag but has no row.
#[derive(Clone, Debug)]
pub struct OrphanFacts<'a> {
    /// As EC2 shows it.
    pub snapshot: &'a Snapshot,
    /// Our mark.
    pub installation: &'a InstallationId,
    /// Our account.
    pub account: &'a AccountId,
    /// The intent that its `snaplife:op` names, if that intent still exists.
    pub intent: Option<OrphanIntent<'a>>,
    /// Whether a row of another snapshot holds the same slot and volume.
    pub slot_taken: bool,
    /// Whether a row of another snapshot holds the same operation and volume.
    pub op_taken: bool,
    /// The state of its own row, when it has one after all.
    pub row: Option<&'a RowState>,
}

/// The intent of a creation, as far as an orphan is judged by it.
#[derive(Clone, Debug)]
pub struct OrphanIntent<'a> {
    /// The slot it serves.
    pub slot: &'a Slot,
    /// Every operation id it was sent with.
    pub ops: &'a [OpId],
    /// The volumes it was to snapshot.
    pub members: &'a [VolumeId],
    /// When it was first sent.
    pub sent_at: Timestamp,
    /// When its last send can have acted at the latest.
    pub sent_until: Timestamp,
}

/// What to do with an orphan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrphanVerdict {
    /// It is ours beyond doubt: give it a row.
    Adopt(Counted),
    /// Something does not fit: a finding, kept until a person adopts it. The sentence says what.
    Unclaimed(&'static str),
    /// Its row says `deleted`: a finding, never adopted by itself.
    Reappeared,
    /// It has a row; nothing to do.
    Known,
}

/// Judges an orphan (design §6, *Sync*).
#[must_use]
pub fn judge_orphan(facts: &OrphanFacts<'_>) -> OrphanVerdict {
    let _ = facts;
    unimplemented!()
}

/// What to do with a row whose snapshot EC2 did not show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GhostVerdict {
    /// It may only be invisible yet.
    Wait,
    /// Two looks, and the visibility window has passed: it is lost.
    Lost,
}

/// Judges a ghost. `unseen_since` is the first look that missed it, none when this is the first.
#[must_use]
pub fn judge_ghost(
    start: Timestamp,
    unseen_since: Option<Timestamp>,
    now: Timestamp,
    visibility_window: Span,
) -> GhostVerdict {
    let _ = (start, unseen_since, now, visibility_window);
    unimplemented!()
}
