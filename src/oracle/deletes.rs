//! At each delete, asked for and done: lifetimes (S1), ownership (S2), the floor (S3, S18), fresh
//! and complete looks (S4, S5), clocks (S21), the blast limit (S23).

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::{Asked, CallMemory, DeleteMemory, PassMemory, Phase, Shelf, SnapshotMemory};
use super::promise::Shortening;
use super::truth::{Actor, Deed, Truth};
use crate::domain::{Job, Lifetime, SnapshotId, Span, Timestamp};
use crate::ports::{Outcome, RejectionClass, Reply};

impl Oracle {
    /// The engine asks for a delete.
    pub(super) fn delete_called(&mut self, truth: &dyn Truth, place: Place, id: &SnapshotId) {
        let marks = truth.snapshot(id).map(|found| found.marks);
        if let (Some(marks), Some(known)) = (&marks, self.memory.snapshots.get_mut(id))
            && known.marks.policy.is_none()
        {
            // It got our tags when it was taken over.
            known.marks = marks.clone();
            let phase = known.phase;
            self.memory.shelve(id, phase);
        }
        let memory = DeleteMemory {
            pass: place.pass,
            line: place.line,
            marks,
            has_row: truth.row(id.as_str()).is_some(),
        };
        self.memory.deletes.insert(id.clone(), memory);
        let is_expire = |pass: &PassMemory| pass.job == Job::Expire;
        if self.memory.passes.get(&place.pass).is_some_and(is_expire) {
            self.check_look(place, id);
            self.check_obstacles(place, id);
            self.check_listings(place, id);
            self.check_clocks(place, id);
        }
    }

    fn check_look(&mut self, place: Place, id: &SnapshotId) {
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        let age_max = self.promise.bounds.look_age_max;
        let (believed, lines) = match (pass.seen.get(id), pass.leased_at) {
            (None, _) => ("it never looked at it in this run".to_owned(), Vec::new()),
            (Some(seen), None) => ("it holds no lease".to_owned(), vec![seen.line]),
            (Some(seen), Some(leased)) if seen.asked_at < leased => (
                format!("it looked at {}, before its lease", seen.asked_at),
                vec![seen.line],
            ),
            (Some(seen), Some(_)) if place.at - seen.answered_at > age_max => (
                format!("it looked at {}", seen.answered_at),
                vec![seen.line],
            ),
            (Some(_), Some(_)) => return,
        };
        let truth = match pass.leased_at {
            Some(leased) => format!(
                "the lease was taken at {leased}, and the delete is sent at {}",
                place.at
            ),
            None => "no lease was taken in this run".to_owned(),
        };
        self.report(
            place,
            Broken {
                invariant: Invariant::S4,
                subject: id.as_str(),
                sentence: format!("the delete of {id} rests on no fresh look of this run"),
                believed,
                truth,
                lines,
            },
        );
    }

    /// What the last look at it showed, and what forbids every delete.
    fn check_obstacles(&mut self, place: Place, id: &SnapshotId) {
        let pass = self.memory.passes.get(&place.pass);
        let Some(seen) = pass.and_then(|pass| pass.seen.get(id)) else {
            return;
        };
        let (Some(against), line) = (seen.against, seen.line) else {
            return;
        };
        self.report(
            place,
            Broken {
                invariant: Invariant::S2,
                subject: id.as_str(),
                sentence: format!(
                    "{id} is deleted, though the last look at it said that {against}"
                ),
                believed: "nothing stood against it".to_owned(),
                truth: against.to_owned(),
                lines: vec![line],
            },
        );
    }

    fn check_listings(&mut self, place: Place, id: &SnapshotId) {
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        let Some((asked, listing)) = pass.listings.first_key_value() else {
            return;
        };
        let (truth, lines) = (format!("{asked}: {}", listing.why), vec![listing.line]);
        self.report(
            place,
            Broken {
                invariant: Invariant::S5,
                subject: id.as_str(),
                sentence: format!("{id} is deleted in a run with a listing that is not complete"),
                believed: "it had seen everything".to_owned(),
                truth,
                lines,
            },
        );
    }

    fn check_clocks(&mut self, place: Place, id: &SnapshotId) {
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        let most = self.promise.bounds.clock_error_max;
        let truth = match pass.clocks_apart {
            _ if pass.clock_moved => return,
            Some(apart) if apart <= most => return,
            Some(apart) => format!("the clocks were {apart} apart; {most} is allowed"),
            None => "no answer of EC2 told its time in this run".to_owned(),
        };
        self.report(
            place,
            Broken {
                invariant: Invariant::S21,
                subject: id.as_str(),
                sentence: format!("{id} is deleted by a clock that can't be trusted"),
                believed: "its clock was right".to_owned(),
                truth,
                lines: Vec::new(),
            },
        );
    }

    pub(super) fn delete_answered(
        &mut self,
        place: Place,
        call: &CallMemory,
        id: &SnapshotId,
        outcome: &Outcome<Reply>,
    ) {
        match outcome {
            Outcome::Rejected(refused) => {
                self.memory.deletes.remove(id);
                if refused.class == RejectionClass::NotFound
                    && let Some(snapshot) = self.memory.snapshots.get_mut(id)
                {
                    snapshot.is_said_gone = true;
                }
                if refused.class == RejectionClass::InUse
                    && let Some(pass) = self.memory.passes.get_mut(&call.pass)
                {
                    pass.refused_in_use.insert(id.clone(), place.line);
                }
            }
            Outcome::NotSent(_) => {
                self.memory.deletes.remove(id);
            }
            // It acted already, or may act later.
            Outcome::Ok(_) | Outcome::Unknown(_) => {}
        }
        debug_assert!(matches!(call.asked, Asked::Delete(_)));
    }

    /// A delete of ours acted.
    pub(super) fn deleted_by_us(&mut self, truth: &dyn Truth, line: u64, deed: &Deed) {
        let call = self.memory.deletes.remove(&deed.snapshot);
        let place = Place {
            at: deed.at,
            line: call.as_ref().map_or(line, |call| call.line),
            pass: call.as_ref().map_or(0, |call| call.pass),
        };
        self.check_ownership(place, deed, call.as_ref());
        let Some(snapshot) = self.memory.snapshots.get(&deed.snapshot) else {
            return;
        };
        let pass = self.memory.passes.get(&place.pass);
        let rules_moved = pass.is_some_and(|pass| pass.rules_moved);
        if snapshot.phase != Phase::Failed && !rules_moved {
            self.check_lifetime(truth, place, deed);
        }
        let was_completed = self
            .memory
            .snapshots
            .get(&deed.snapshot)
            .is_some_and(|s| s.phase == Phase::Completed);
        if was_completed && !rules_moved && truth.volume_exists(&deed.volume) {
            self.check_floor(place, deed);
        }
        self.check_blast(place, deed);
    }

    fn check_ownership(&mut self, place: Place, deed: &Deed, call: Option<&DeleteMemory>) {
        let id = &deed.snapshot;
        let marks = call.and_then(|call| call.marks.as_ref());
        // A tag that somebody took off a moment ago is still shown (EC2 API Reference, *Eventual
        // consistency*): nobody can know better than the last look.
        let pass = self.memory.passes.get(&place.pass);
        let shown = pass.and_then(|pass| pass.seen.get(id));
        let tagged = self.is_ours(marks.and_then(|marks| marks.installation.as_ref()))
            || self.is_ours(shown.and_then(|seen| seen.installation.as_ref()));
        let known = self
            .memory
            .snapshots
            .get(id)
            .is_some_and(|snapshot| snapshot.by == Actor::Client || snapshot.is_known);
        let truth = if !tagged {
            "it does not carry our tag"
        } else if !call.is_some_and(|call| call.has_row) {
            "no row names it"
        } else if !known {
            "we did not make it, and no person gave it to us"
        } else {
            return;
        };
        self.report(
            place,
            Broken {
                invariant: Invariant::S2,
                subject: id.as_str(),
                sentence: format!(
                    "{id} of {} was deleted and is not ours to delete",
                    deed.volume
                ),
                believed: "it was ours".to_owned(),
                truth: truth.to_owned(),
                lines: Vec::new(),
            },
        );
    }

    fn check_lifetime(&mut self, world: &dyn Truth, place: Place, deed: &Deed) {
        let id = &deed.snapshot;
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return;
        };
        let Some(policy) = snapshot
            .marks
            .policy
            .as_ref()
            .and_then(|name| self.policy(name))
        else {
            return;
        };
        let now = policy.lifetime_for(&deed.volume);
        let promised = match policy.shortening {
            Shortening::Refused => snapshot.marks.lifetime.max(now),
            Shortening::Applies => now.or(snapshot.marks.lifetime),
        };
        let age = deed.at - snapshot.start;
        let truth = match promised {
            Some(Lifetime::Forever) => Some("it has no expiry".to_owned()),
            Some(Lifetime::For(span)) if age < span => {
                Some(format!("it was {age} old and was promised {span}"))
            }
            // A second snapshot of its slot lives its lifetime and counts nowhere.
            Some(Lifetime::For(_)) | None
                if world.row(id.as_str()).is_some_and(|r| r.duplicate) =>
            {
                None
            }
            Some(Lifetime::For(_)) | None => {
                self.kept_by_count(world, place.pass, snapshot, policy.last)
            }
        };
        let Some(truth) = truth else { return };
        self.report(
            place,
            Broken {
                invariant: Invariant::S1,
                subject: id.as_str(),
                sentence: format!("{id} of {} was deleted before its time", deed.volume),
                believed: "nothing kept it any more".to_owned(),
                truth,
                lines: Vec::new(),
            },
        );
    }

    /// Whether the count `last` keeps a snapshot, judged by what the run saw of newer ones.
    fn kept_by_count(
        &self,
        world: &dyn Truth,
        pass: u32,
        snapshot: &SnapshotMemory,
        last: Option<u32>,
    ) -> Option<String> {
        let last = last?;
        let shelf: Shelf = (snapshot.volume.clone(), snapshot.marks.policy.clone()?);
        let seen = self.memory.passes.get(&pass)?.seen_completed.get(&shelf);
        // A second snapshot of a slot counts nowhere.
        let is_newer = |(id, (start, _)): &(&SnapshotId, &(Timestamp, u64))| {
            *start > snapshot.start && world.row(id.as_str()).is_none_or(|row| !row.duplicate)
        };
        let newer = seen.map_or(0, |seen| seen.iter().filter(is_newer).count());
        let newer = u32::try_from(newer).unwrap_or(u32::MAX);
        (newer < last).then(|| format!("only {newer} newer ones were seen; the newest {last} stay"))
    }

    fn check_floor(&mut self, place: Place, deed: &Deed) {
        let id = &deed.snapshot;
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return;
        };
        let Some(name) = snapshot.marks.policy.clone() else {
            return;
        };
        let Some(at_least) = self.policy(&name).map(|policy| policy.at_least) else {
            return;
        };
        let shelf = (deed.volume.clone(), name);
        let left: Vec<SnapshotId> =
            self.memory
                .completed
                .get(&shelf)
                .map_or_else(Vec::new, |all| {
                    all.iter()
                        .map(|(_, other)| other.clone())
                        .filter(|other| other != id)
                        .collect()
                });
        let Some(pass) = self.memory.passes.get_mut(&place.pass) else {
            return;
        };
        if let Some(seen) = pass.seen_completed.get_mut(&shelf) {
            seen.remove(id);
        }
        let seen = pass.seen_completed.get(&shelf);
        let companions: Vec<&SnapshotId> = seen.map_or_else(Vec::new, |seen| seen.keys().collect());
        let at_least = usize::try_from(at_least).unwrap_or(usize::MAX);
        if companions.len() >= at_least {
            return;
        }
        let others: usize = pass
            .seen_other
            .get(&shelf)
            .map_or(0, std::collections::BTreeSet::len);
        let lines = seen.map_or_else(Vec::new, |seen| {
            seen.values().map(|(_, line)| *line).collect()
        });
        let believed = format!(
            "it saw {} completed ({}) and {others} that are no backup",
            companions.len(),
            listed(companions.iter().copied())
        );
        let truth = format!(
            "{} completed are left ({})",
            left.len(),
            listed(left.iter())
        );
        let counted_bad = companions.len() + others >= at_least;
        let sentence = format!(
            "{id} was deleted and {} keeps fewer than {at_least} snapshots that this run saw completed",
            deed.volume
        );
        let mut tell = |invariant| {
            self.report(
                place,
                Broken {
                    invariant,
                    subject: deed.volume.as_str(),
                    sentence: sentence.clone(),
                    believed: believed.clone(),
                    truth: truth.clone(),
                    lines: lines.clone(),
                },
            );
        };
        tell(Invariant::S3);
        if counted_bad {
            tell(Invariant::S18);
        }
    }

    fn check_blast(&mut self, place: Place, deed: &Deed) {
        let Some(pass) = self.memory.passes.get_mut(&place.pass) else {
            return;
        };
        pass.deletes += 1;
        let (deletes, completed, name) = (pass.deletes, pass.completed_before, pass.policy.clone());
        let began = pass.began;
        let Some(policy) = self.policy(&name) else {
            return;
        };
        if policy.blast_approved || deletes <= policy.blast_floor {
            return;
        }
        let day_ago = began - Span::days(1);
        let since = self
            .memory
            .last_expire
            .get(&name)
            .map_or(day_ago, |last| (*last).min(day_ago));
        let created = self.memory.created_at.get(&name);
        let created = created.map_or(0, |all| all.iter().filter(|at| **at >= since).count());
        // What a person gave us came in like what we made.
        let given = |known: &&SnapshotMemory| {
            known.is_known
                && known.by != Actor::Client
                && known.start >= since
                && known.marks.policy.as_ref() == Some(&name)
        };
        let given = self.memory.snapshots.values().filter(given).count();
        let created = u64::try_from(created + given).unwrap_or(u64::MAX);
        let share = completed.saturating_mul(policy.blast_percent) / 100;
        let allowed = policy.blast_floor.max(created.saturating_mul(2).min(share));
        if deletes <= allowed {
            return;
        }
        self.report(place, Broken {
            invariant: Invariant::S23,
            subject: name.as_str(),
            sentence: format!("one run deleted {deletes} snapshots; {allowed} are allowed"),
            believed: "it stayed within its limit".to_owned(),
            truth: format!(
                "{} is delete {deletes}; {created} came in since {since} and {completed} were completed",
                deed.snapshot
            ),
            lines: Vec::new(),
        });
    }
}

fn listed<'a>(ids: impl Iterator<Item = &'a SnapshotId>) -> String {
    let texts: Vec<&str> = ids.map(SnapshotId::as_str).take(5).collect();
    if texts.is_empty() {
        "none".to_owned()
    } else {
        texts.join(", ")
    }
}
