//! What the keep rules want: how long age keeps a snapshot, and which place it has among the
//! newest. The rules are OR-ed: one that keeps is enough.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::fleet::{Fleet, Known, Standing};
use super::guards;
use super::input::{ExpireInput, RowFacts, VolumeFacts};
use super::lifetime::{LifetimeNote, by_rule};
use crate::domain::tags::key;
use crate::domain::{
    Counted, Lifetime, Policy, Retroactive, SnapshotId, SnapshotState, Span, Timestamp, VolumeId,
};

/// How long age keeps a snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Age {
    /// Until this instant, which is no longer part of it.
    Ends(Timestamp),
    /// Not at all: only a count keeps.
    Nothing,
    /// For ever.
    Never,
    /// For ever, since the tag with this value can't be read.
    Unreadable(SmolStr),
}

/// Applies the effective lifetime: the longest of what the row, the snapshot's own tag and
/// instance tag or policy say now; under `retroactive` the last alone, when it is known.
///
/// Where there is no instance nor volume any more whose tags could be read, the policy's own rule still
/// counts if it is longer: whoever lengthened it meant these snapshots, too.
pub(super) fn age(policy: &Policy, known: &Known<'_>, row: &RowFacts) -> Age {
    let now = known.volume.lifetime_now;
    let effective = match (
        planted!(policy.retroactive, ShortensAPromise => Retroactive::Yes),
        now,
    ) {
        (Retroactive::Yes, Some(lifetime)) => lifetime,
        (Retroactive::Yes, None) | (Retroactive::No, _) => {
            let recorded = match on_the_tag(known) {
                Ok(tag) => row.lifetime.max(tag.unwrap_or(row.lifetime)),
                Err(text) => return Age::Unreadable(text),
            };
            recorded.max(now.or_else(|| by_rule(&policy.keep)).unwrap_or(recorded))
        }
    };
    match beside_a_count(policy, effective) {
        Lifetime::For(span) if span <= Span::ZERO => Age::Nothing,
        Lifetime::For(span) => Age::Ends(known.start(row) + span),
        Lifetime::Forever => match &known.volume.lifetime_note {
            Some(LifetimeNote::Unreadable { value, .. }) => Age::Unreadable(value.clone()),
            Some(LifetimeNote::NoRule) | None => Age::Never,
        },
    }
}

/// What the snapshot's tag says; none without one, the text when a person made it unreadable.
fn on_the_tag(known: &Known<'_>) -> Result<Option<Lifetime>, SmolStr> {
    let seen = known.snapshot.seen.as_ref();
    match seen.and_then(|seen| seen.tags.get(key::LIFETIME)) {
        Some(text) => match Lifetime::from_tag_value(text) {
            Some(lifetime) => Ok(Some(lifetime)),
            None => Err(text.clone()),
        },
        None => Ok(None),
    }
}

/// "Age keeps nothing" was said while a count kept. Where the count has gone from the policy
/// since, the policy's other rules speak, and without any there is no expiry.
fn beside_a_count(policy: &Policy, lifetime: Lifetime) -> Lifetime {
    if lifetime <= Lifetime::NOTHING && policy.keep.last.is_none() {
        by_rule(&policy.keep).unwrap_or(Lifetime::Forever)
    } else {
        lifetime
    }
}

/// The counted, good snapshots of one volume in their order.
#[derive(Default)]
pub(super) struct Ranking<'a> {
    /// The place of each among the items of its volume, 1 for the newest.
    pub(super) places: BTreeMap<&'a SnapshotId, u32>,
    /// Those that push others back, newest first.
    pub(super) good: Vec<&'a SnapshotId>,
}

/// Ranks the snapshots of one volume.
///
/// Only good items push others back: duplicates, failed, pending, expiring, unseen and
/// future-dated snapshots don't, nor does a set with such a member at hand, nor one of which EC2 and its row
/// disagree (its tags may have been edited). A completed snapshot that does
/// not count because of its set still has the place that it would have, so losing a member never
/// makes the rest of a set go earlier.
pub(super) fn ranking<'a>(
    input: &ExpireInput<'_>,
    fleet: &Fleet<'a>,
    id: &'a VolumeId,
    volume: &'a VolumeFacts,
) -> Ranking<'a> {
    let mut items: Vec<(Known<'a>, &'a RowFacts, bool)> = volume
        .snapshots
        .iter()
        .filter_map(|snapshot| {
            let known = Known {
                id,
                volume,
                snapshot,
            };
            let row = snapshot.row.as_ref()?;
            let seen = snapshot.seen.as_ref()?;
            let has_place = planted!(row.counted == Counted::Once, CountsADuplicateAsNewer => true)
                && known.standing() == Standing::Good
                && seen.state == SnapshotState::Completed
                && known.start(row) <= input.now;
            let is_surely_ours = guards::identity(input, id, row, seen).is_none();
            has_place.then_some((known, row, is_surely_ours))
        })
        .collect();
    items.sort_by_key(|(known, row, _)| Reverse((known.start(row), &known.snapshot.id)));

    let mut ranking = Ranking::default();
    for (known, row, is_surely_ours) in items {
        let before = u32::try_from(ranking.good.len()).unwrap_or(u32::MAX);
        let id = &known.snapshot.id;
        ranking.places.insert(id, before.saturating_add(1));
        let set_is_good = row.set.as_ref().is_none_or(|set| fleet.is_good(set));
        if known.stands_completed() && set_is_good && is_surely_ours {
            ranking.good.push(id);
        }
    }
    ranking
}
