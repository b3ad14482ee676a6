//! Orphans (in EC2, not in the catalog) and ghosts (in the catalog, not in EC2).

use smol_str::SmolStr;

use crate::domain::tags::key;
use crate::domain::{
    AccountId, Counted, InstallationId, OpId, Slot, Snapshot, Span, Timestamp, VolumeId,
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
    /// When it was first sent, earlier by the clock error that is allowed.
    pub sent_at: Timestamp,
    /// When its last send can have acted at the latest, later by the clock error that is allowed.
    pub sent_until: Timestamp,
}

/// What to do with an orphan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrphanVerdict {
    /// It is ours beyond doubt: give it a row.
    Adopt(Counted),
    /// Something does not fit: a finding, kept until a person adopts it. The sentence says what.
    Unclaimed(&'static str),
}

/// Judges an orphan: a snapshot with our tags and without a row. Adopting gives us the right to delete
/// it one day, so it takes every sign at once; a person can adopt what lacks one.
#[must_use]
pub fn judge_orphan(facts: &OrphanFacts<'_>) -> OrphanVerdict {
    match planted!(missing_sign(facts), AdoptsWhateverCarriesOurTags => None) {
        Some(sentence) => OrphanVerdict::Unclaimed(sentence),
        None if planted!(facts.slot_taken, CountsADuplicate => false) => {
            OrphanVerdict::Adopt(Counted::Duplicate)
        }
        None => OrphanVerdict::Adopt(Counted::Once),
    }
}

/// The first sign that an orphan lacks, as a sentence; none when it is ours beyond doubt.
fn missing_sign(facts: &OrphanFacts<'_>) -> Option<&'static str> {
    let snapshot = facts.snapshot;
    let tag = |name| snapshot.tags.get(name).map(SmolStr::as_str);
    if snapshot.owner != *facts.account {
        return Some("another account owns it");
    }
    if tag(key::INSTALLATION) != Some(facts.installation.as_str()) {
        return Some("it does not carry this installation's tag");
    }
    let Some(intent) = &facts.intent else {
        return Some("no creation of ours that is still on record explains it");
    };
    if !intent
        .ops
        .iter()
        .any(|op| tag(key::OP) == Some(op.as_str()))
    {
        return Some("its operation was never sent for that creation");
    }
    if tag(key::SLOT) != Some(intent.slot.as_str()) {
        return Some("its slot is not the one of that creation");
    }
    if !intent.members.contains(&snapshot.volume) {
        return Some("its volume is not among those of that creation");
    }
    if snapshot.start < intent.sent_at || snapshot.start > intent.sent_until {
        return Some("it was not started while that creation was sent");
    }
    if facts.op_taken {
        return Some("another snapshot is on record for the same operation and volume");
    }
    None
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
///
/// Both a fresh snapshot and the answer to one look may lag behind, so the window must have passed
/// since the start and since the first look.
#[must_use]
pub fn judge_ghost(
    start: Timestamp,
    unseen_since: Option<Timestamp>,
    now: Timestamp,
    visibility_window: Span,
) -> GhostVerdict {
    match unseen_since {
        Some(first) if now > first && now >= start.max(first) + visibility_window => {
            GhostVerdict::Lost
        }
        Some(_) | None => GhostVerdict::Wait,
    }
}

#[cfg(test)]
mod tests;
