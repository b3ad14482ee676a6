//! Retention once more: each rule as it is written down, asked of the whole fleet for every
//! snapshot. Slow, plain, and sharing nothing with the planner but the facts.

use std::collections::BTreeSet;

use snaplife::domain::tags::key;
use snaplife::domain::{Counted, Lifetime, Retroactive, RowState, SnapshotId, SourceGone, Span};
use snaplife::plan::input::{Creation, Lock, RowFacts, SnapshotFacts, Source};

use super::fleet::{Fleet, account};

/// A snapshot with its row and the volume it stands under.
struct One<'a> {
    fleet: &'a Fleet,
    volume: &'a str,
    facts: &'a SnapshotFacts,
    row: &'a RowFacts,
}

/// What goes, were there no blast limit.
pub(crate) fn what_goes(fleet: &Fleet) -> BTreeSet<SnapshotId> {
    let all = all(fleet);
    let due = |one: &One<'_>| fleet.due.contains(&one.facts.id);
    let goes = all.iter().filter(|one| {
        let mates: Vec<&One<'_>> = all.iter().filter(|other| one.is_mate_of(other)).collect();
        let judged = due(one) || mates.iter().any(|mate| due(mate));
        let begun = all
            .iter()
            .any(|other| one.shares_set_with(other) && other.is_begun(&all));
        judged && one.may_go() && (begun || mates.iter().all(|mate| mate.may_go()))
    });
    goes.map(|one| one.facts.id.clone()).collect()
}

fn all(fleet: &Fleet) -> Vec<One<'_>> {
    let volumes = fleet.volumes.iter();
    let facts = volumes.flat_map(|(id, volume)| volume.snapshots.iter().map(move |s| (id, s)));
    facts
        .filter_map(|(id, facts)| {
            Some(One {
                fleet,
                volume: id.as_str(),
                facts,
                row: facts.row.as_ref()?,
            })
        })
        .collect()
}

impl One<'_> {
    fn ec2_state(&self) -> &str {
        self.facts
            .seen
            .as_ref()
            .map_or("", |seen| seen.state.as_str())
    }

    fn tag(&self, name: &str) -> Option<&str> {
        Some(self.facts.seen.as_ref()?.tags.get(name)?.as_str())
    }

    fn has_failed(&self) -> bool {
        let expiring_failed = ("expiring", Some(&RowState::Error));
        self.row.state.as_str() == "error"
            || (self.row.state.as_str(), self.row.came_from.as_ref()) == expiring_failed
    }

    /// A delete of its set may have acted, and not because it failed: it is deleted, or noted to go,
    /// and fewer than were noted are seen five minutes later.
    fn is_begun(&self, all: &[One<'_>]) -> bool {
        if self.row.came_from == Some(RowState::Error) {
            return false;
        }
        let Some(begun) = self.row.set_begun else {
            return self.row.state.as_str() == "deleted";
        };
        let shown = |other: &&One<'_>| {
            let is_there = other.exists() && other.facts.seen.is_some();
            self.shares_set_with(other) && is_there && !other.has_failed()
        };
        let shown = i64::try_from(all.iter().filter(shown).count()).expect("a small fleet");
        self.fleet.now - begun.at < Span::minutes(5) || shown < begun.members
    }

    fn exists(&self) -> bool {
        match self.row.state.as_str() {
            "deleted" => false,
            "lost" => self.facts.seen.is_some(),
            _ => true,
        }
    }

    fn shares_set_with(&self, other: &One<'_>) -> bool {
        self.row.set.is_some() && self.row.set == other.row.set
    }

    fn is_mate_of(&self, other: &One<'_>) -> bool {
        self.shares_set_with(other)
            && [self, other]
                .iter()
                .all(|one| one.exists() && !one.has_failed())
    }

    fn is_good(&self) -> bool {
        self.row.state.as_str() == "completed" && self.ec2_state() == "completed"
    }

    fn is_certain(&self) -> bool {
        let Some(seen) = &self.facts.seen else {
            return false;
        };
        seen.owner == account()
            && self.tag(key::INSTALLATION) == Some("ours")
            && self.tag(key::POLICY) == Some("default")
            && seen.start == self.row.start
            && seen.volume == self.row.volume
    }

    fn may_go(&self) -> bool {
        let state = self.row.state.as_str();
        let agreed = (["completed", "expiring"].contains(&state)
            && self.ec2_state() == "completed"
            && !self.has_failed())
            || (self.has_failed() && self.ec2_state() == "error");
        let protected = self.tag(key::HOLD).is_some()
            || self.facts.lock == Lock::Locked
            || self.facts.image.is_some()
            || (self.is_gone() && self.fleet.policy.source_gone == SourceGone::Hold);
        let unwanted = if self.has_failed() {
            self.grace_is_over()
        } else {
            !self.is_kept_by_age() && !self.is_kept_by_last() && self.floor_holds_without_it()
        };
        self.is_certain() && self.row.start <= self.fleet.now && agreed && !protected && unwanted
    }

    fn grace_is_over(&self) -> bool {
        self.volume_facts().creation == Creation::BlockedByFailed
            || self.row.state.as_str() == "expiring"
            || self.fleet.now >= self.row.updated_at + Span::days(1)
    }

    fn is_kept_by_age(&self) -> bool {
        let policy = &self.fleet.policy;
        let now = self.volume_facts().lifetime_now;
        let mut promises = vec![];
        match (policy.retroactive, now) {
            (Retroactive::Yes, Some(now)) => promises.push(now),
            (_, now) => {
                promises.push(self.row.lifetime);
                promises.extend(now);
                // Whose tags can't be read any more still has the policy's own rule.
                if now.is_none() {
                    promises.extend(policy.keep.lifetime.map(Lifetime::For));
                }
                promises.extend(self.tag(key::LIFETIME).map(|text| match text {
                    "forever" | "soon" => Lifetime::Forever,
                    ms => Lifetime::For(Span::from_ms(ms.parse().expect("a number"))),
                }));
            }
        }
        // Where no count stands beside it, "age keeps nothing" is no promise to break.
        if promises.iter().all(|promise| *promise == Lifetime::NOTHING)
            && policy.keep.last.is_none()
        {
            promises.push(
                policy
                    .keep
                    .lifetime
                    .map_or(Lifetime::Forever, Lifetime::For),
            );
        }
        promises.into_iter().any(|promise| match promise {
            Lifetime::Forever => true,
            Lifetime::For(span) => self.fleet.now < self.row.start + span,
        })
    }

    fn is_kept_by_last(&self) -> bool {
        let Some(last) = self.fleet.policy.keep.last else {
            return false;
        };
        let all = all(self.fleet);
        let newer = all.iter().filter(|other| {
            let mut set = all.iter().filter(|mate| other.shares_set_with(mate));
            other.volume == self.volume
                && other.row.counted == Counted::Once
                && other.is_good()
                && other.is_certain()
                && other.start() <= self.fleet.now
                && set.all(One::is_good)
                && (other.start(), &other.facts.id) > (self.start(), &self.facts.id)
        });
        self.row.counted == Counted::Once && newer.count() < usize::try_from(last).expect("small")
    }

    fn floor_holds_without_it(&self) -> bool {
        if self.is_gone() {
            match (self.volume_facts().source, self.fleet.policy.source_gone) {
                (_, SourceGone::Finish) => return true,
                (Source::Gone { since }, SourceGone::KeepLast(span))
                    if self.fleet.now >= since + span =>
                {
                    return true;
                }
                (_, _) => {}
            }
        }
        let all = all(self.fleet);
        let on_the_floor: Vec<&One<'_>> = all
            .iter()
            .filter(|other| {
                other.volume == self.volume
                    && other.is_good()
                    && other.is_certain()
                    && other.row.start <= self.fleet.now
            })
            .collect();
        // One copy per slot: the counted one, else the newest.
        let copies: Vec<&&One<'_>> = on_the_floor
            .iter()
            .filter(|one| {
                let rank = |one: &One<'_>| {
                    let counted = one.row.counted == Counted::Once;
                    (counted, one.row.start, one.facts.id.clone())
                };
                let same_slot = on_the_floor.iter().filter(|o| o.row.slot == one.row.slot);
                same_slot.map(|other| rank(other)).max() == Some(rank(one))
            })
            .collect();
        let newer = copies
            .iter()
            .filter(|other| (other.row.start, &other.facts.id) > (self.row.start, &self.facts.id));
        let wanted = usize::try_from(self.fleet.policy.keep.at_least.count()).expect("small");
        let is_copy = copies.iter().any(|copy| copy.facts.id == self.facts.id);
        copies.len() >= wanted && (!is_copy || newer.count() >= wanted)
    }

    fn start(&self) -> snaplife::domain::Timestamp {
        let seen = self.facts.seen.as_ref().map(|seen| seen.start);
        self.row.start.max(seen.unwrap_or(self.row.start))
    }

    fn is_gone(&self) -> bool {
        matches!(self.volume_facts().source, Source::Gone { .. })
    }

    fn volume_facts(&self) -> &snaplife::plan::input::VolumeFacts {
        let found = self
            .fleet
            .volumes
            .iter()
            .find(|(id, _)| id.as_str() == self.volume);
        found.expect("its own volume").1
    }
}
