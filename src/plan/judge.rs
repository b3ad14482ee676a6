//! The judgement of one snapshot by itself; what its set adds comes after, in `expire`.

use std::collections::BTreeMap;

use super::decision::{Reason, Verdict};
use super::fleet::{Fleet, Known, Standing};
use super::floor::Floor;
use super::guards;
use super::input::{Creation, ExpireInput, RowFacts};
use super::retention::{self, Age, Ranking};
use crate::domain::{BlockedBy, Lifetime, RowState, SnapshotId, Span, Timestamp, VolumeId};

/// How long until something that stands against a delete, and that nobody tells us about when it
/// ends, is looked at again. An hour less than a day: a daily pass that begins a moment earlier than
/// the one before must not let a day go by.
const LOOK_AGAIN: Span = Span::hours(23);
/// The same for a copy that has not ended: most take minutes or hours.
const LOOK_AGAIN_PENDING: Span = Span::hours(1);

/// What becomes of a snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Judgement {
    /// It may go.
    Goes {
        why: Reason,
        /// The instant from which it might.
        since: Timestamp,
        /// What must be there when it goes.
        companions: Vec<SnapshotId>,
        /// What `last` counts before it.
        newer: Vec<SnapshotId>,
    },
    /// It stays.
    Stays {
        verdict: Verdict,
        reason: Reason,
        /// When to judge it next.
        again: Option<Timestamp>,
    },
}

impl Judgement {
    fn keep(reason: Reason, again: Option<Timestamp>) -> Self {
        Self::Stays {
            verdict: Verdict::Keep,
            reason,
            again,
        }
    }

    pub(super) fn block(by: BlockedBy, again: Timestamp) -> Self {
        Self::Stays {
            verdict: Verdict::Block,
            reason: Reason::Blocked(by),
            again: Some(again),
        }
    }

    pub(super) fn block_for_now(by: BlockedBy, now: Timestamp) -> Self {
        let wait = match &by {
            BlockedBy::Pending => LOOK_AGAIN_PENDING,
            BlockedBy::NotOurs
            | BlockedBy::NotSeen
            | BlockedBy::OtherOwner
            | BlockedBy::Held
            | BlockedBy::Locked
            | BlockedBy::Image(_)
            | BlockedBy::UnknownState(_)
            | BlockedBy::Floor(_)
            | BlockedBy::Future
            | BlockedBy::Mismatch
            | BlockedBy::SourceGoneHold
            | BlockedBy::SetMember
            | BlockedBy::BlastLimit
            // No plan finds it.
            | BlockedBy::Clocks
            | BlockedBy::Refused(_) => LOOK_AGAIN,
        };
        Self::block(
            by,
            now + planted!(wait, LooksAgainInAMonth => Span::days(30)),
        )
    }
}

/// What a rule says: keep, or let it go for this reason since this instant.
type Wish = Result<(Reason, Timestamp), Judgement>;

/// Judges snapshots one by one, with what must be known of their volumes.
pub(super) struct Judge<'a> {
    input: &'a ExpireInput<'a>,
    fleet: &'a Fleet<'a>,
    volumes: BTreeMap<&'a VolumeId, VolumeRules<'a>>,
}

struct VolumeRules<'a> {
    floor: Floor,
    ranking: Ranking<'a>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(input: &'a ExpireInput<'a>, fleet: &'a Fleet<'a>) -> Self {
        let volumes = input.volumes.iter().map(|(id, volume)| {
            let rules = VolumeRules {
                floor: Floor::of(input, id, volume),
                ranking: match input.policy.keep.last {
                    Some(_) => retention::ranking(input, fleet, id, volume),
                    None => Ranking::default(),
                },
            };
            (id, rules)
        });
        Self {
            input,
            fleet,
            volumes: volumes.collect(),
        }
    }

    /// Rules first, then what forbids: a snapshot that a rule keeps is never called blocked.
    pub(super) fn alone(&self, id: &SnapshotId) -> Judgement {
        let now = self.input.now;
        let Some(known) = self.fleet.get(id) else {
            return Judgement::block_for_now(BlockedBy::NotSeen, now);
        };
        let Some(row) = &known.snapshot.row else {
            return Judgement::block_for_now(BlockedBy::NotOurs, now);
        };
        let start = known.start(row);
        if start > now {
            return Judgement::block(BlockedBy::Future, start);
        }
        let wish = match known.standing() {
            Standing::Failed => self.failed(&known, row),
            Standing::Foreign | Standing::Good | Standing::Gone | Standing::Unsettled => {
                self.retained(&known, row)
            }
        };
        let (why, since) = match wish {
            Ok(wish) => wish,
            Err(kept) => return kept,
        };
        if let Some(by) = guards::obstacle(self.input, &known, row) {
            return Judgement::block_for_now(by, now);
        }
        let floor = self.volumes.get(known.id).map(|rules| &rules.floor);
        let companions = floor.and_then(|floor| floor.companions(&known));
        match planted!(companions, ForgetsTheFloor => Some(&[][..])) {
            Some(companions) => Judgement::Goes {
                why,
                since,
                companions: companions.to_vec(),
                newer: self.newer(&known),
            },
            None => Judgement::block_for_now(BlockedBy::Floor(known.id.clone()), now),
        }
    }

    /// A failed snapshot is no backup: only its grace keeps it.
    fn failed(&self, known: &Known<'_>, row: &RowFacts) -> Wish {
        if known.volume.creation == Creation::BlockedByFailed {
            return Ok((Reason::FailedAndBlocking, row.start));
        }
        // One that is being deleted already had its grace.
        let end = match &row.state {
            RowState::Expiring => row.start,
            RowState::Error
            | RowState::Pending
            | RowState::Completed
            | RowState::Deleted
            | RowState::Lost
            | RowState::Other(_) => row.updated_at + self.input.policy.limits.error_grace,
        };
        if self.input.now < end {
            return Err(Judgement::keep(Reason::FailedGrace(end), Some(end)));
        }
        Ok((Reason::FailedAndGraceEnded, end))
    }

    /// Age keeps, else the place among the newest keeps, else nothing does.
    fn retained(&self, known: &Known<'_>, row: &RowFacts) -> Wish {
        let now = self.input.now;
        let (why, since) = match retention::age(self.input.policy, known, row) {
            Age::Ends(end) if planted!(now < end, RoundsTheAge => now + Span::hours(12) < end) => {
                return Err(Judgement::keep(Reason::Lifetime(end), Some(end)));
            }
            Age::Never => {
                // It was promised an end, and its source names none now: a tag that was taken off
                // can come back.
                let had_an_end =
                    Lifetime::NOTHING < row.lifetime && row.lifetime < Lifetime::Forever;
                let names_none = known.volume.lifetime_now == Some(Lifetime::Forever);
                let again = (had_an_end && names_none).then_some(now + LOOK_AGAIN);
                return Err(Judgement::keep(Reason::NoExpiry, again));
            }
            Age::Unreadable(value) => {
                let reason = Reason::UnreadableLifetime(value);
                return Err(Judgement::keep(reason, Some(now + LOOK_AGAIN)));
            }
            Age::Ends(end) => (Reason::LifetimeEnded(end), end),
            Age::Nothing => (Reason::BeyondLast, row.start),
        };
        match self.place(known) {
            Some(place)
                if self
                    .input
                    .policy
                    .keep
                    .last
                    .is_some_and(|last| planted!(place <= last, KeepsOneFewer => place < last)) =>
            {
                let reason = Reason::Last(place);
                Err(Judgement::keep(reason, Some(now + LOOK_AGAIN)))
            }
            Some(_) | None => Ok((why, since)),
        }
    }

    fn place(&self, known: &Known<'_>) -> Option<u32> {
        let rules = self.volumes.get(known.id)?;
        rules.ranking.places.get(&known.snapshot.id).copied()
    }

    /// As many newer ones as `last` counts, where they are why it goes: if one of them is there no more, its own place is
    /// another one.
    fn newer(&self, known: &Known<'_>) -> Vec<SnapshotId> {
        let place = match known.standing() {
            Standing::Failed => None,
            Standing::Foreign | Standing::Good | Standing::Gone | Standing::Unsettled => {
                self.place(known)
            }
        };
        let last = place.and(self.input.policy.keep.last);
        let (Some(last), Some(rules)) = (last, self.volumes.get(known.id)) else {
            return Vec::new();
        };
        let last = usize::try_from(last).unwrap_or(usize::MAX);
        let newest = rules.ranking.good.iter().take(last);
        newest.map(|id| (*id).clone()).collect()
    }
}
