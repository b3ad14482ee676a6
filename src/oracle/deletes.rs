//! At each delete, asked for and done: ownership (S2), fresh and complete looks (S4, S5), clocks
//! (S21). What may go by the rules is judged in `retention` and `blast`.

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::{Asked, CallMemory, DeleteMemory, PassMemory, Phase};
use super::truth::{Actor, Deed, Truth};
use crate::domain::{Job, SnapshotId};
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
            self.check_set(truth, place, id);
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
        let Some(((operation, filters), listing)) = pass.listings.first_key_value() else {
            return;
        };
        let truth = format!("{operation:?} {filters:?}: {}", listing.why);
        let lines = vec![listing.line];
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
                if refused.class != RejectionClass::NotFound {
                    self.memory.sets.stays(id);
                }
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
                self.memory.sets.stays(id);
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
}
