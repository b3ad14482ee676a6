//! At each creation: all tags in the call (S9), no blind second send (S8), one snapshot per slot
//! (S7).

use smol_str::SmolStr;

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place, phase_of};
use super::memory::{Asked, Creation, Look, SendMemory, SnapshotMemory};
use super::truth::{Actor, Deed, Truth};
use crate::domain::{Tags, tags::key};
use crate::journal::Call;
use crate::ports::{Outcome, RejectionClass, Reply};

/// Without one of these a lost snapshot can't be found again, or is never deleted.
const NEEDED: [&str; 5] = [
    key::INSTALLATION,
    key::POLICY,
    key::SLOT,
    key::OP,
    key::LIFETIME,
];
/// A lost answer and one send more: what may exist of one slot and volume at a time.
const OF_ONE_SLOT_MAX: usize = 2;

impl Oracle {
    pub(super) fn create_called(
        &mut self,
        truth: &dyn Truth,
        place: Place,
        call: &Call<'_>,
        tags: &Tags,
        target: &SmolStr,
    ) -> Asked {
        let missing: Vec<&str> = NEEDED
            .into_iter()
            .filter(|needed| tags.get(needed).is_none())
            .collect();
        if !missing.is_empty() {
            self.report(
                place,
                Broken {
                    invariant: Invariant::S9,
                    subject: target,
                    sentence: format!(
                        "the create for {target} was sent without {}",
                        missing.join(", ")
                    ),
                    believed: "tags could follow".to_owned(),
                    truth: "a crash right after leaves a snapshot that nobody can claim".to_owned(),
                    lines: Vec::new(),
                },
            );
        }
        let value = |key: &str| tags.get(key).cloned().unwrap_or_default();
        let creation: Creation = (
            call.context.policy.clone(),
            value(key::SLOT),
            target.clone(),
        );
        self.check_resend(truth, place, &creation);
        let op = value(key::OP);
        let before = self.memory.sends.remove(&creation);
        if let Some(before) = &before {
            self.memory.sends_by_op.remove(&before.op);
        }
        self.memory.sends_by_op.insert(op.clone(), creation.clone());
        let send = SendMemory {
            op,
            sent_at: place.at,
            line: place.line,
            look: Look::None,
            is_resend: before.is_some(),
        };
        self.memory.sends.insert(creation.clone(), send);
        Asked::Create(creation)
    }

    /// A send that is still remembered has no usable answer.
    fn check_resend(&mut self, truth: &dyn Truth, place: Place, creation: &Creation) {
        let Some(before) = self.memory.sends.get(creation) else {
            return;
        };
        let moved = self
            .memory
            .passes
            .get(&place.pass)
            .is_some_and(|pass| pass.clock_moved);
        let believed = match before.look {
            Look::Empty => return,
            Look::None if moved => return,
            Look::None => "it had not looked for it long enough",
            Look::Found => "it had found what the first send made",
        };
        // Somebody took our tag off what it made: nobody can find it by that any more. Or somebody deleted it
        // before it had a row: whoever looks now finds nothing, and nothing is there twice.
        let made = truth.snapshots().into_iter().map(|(_, found)| found.marks);
        let made = made.filter(|marks| marks.op.as_ref() == Some(&before.op));
        let made: Vec<_> = made.map(|marks| marks.installation).collect();
        let is_gone = before.look == Look::Found && made.is_empty();
        if is_gone || made.iter().any(|owner| !self.is_ours(owner.as_ref())) {
            return;
        }
        let (_, slot, target) = creation;
        let (op, sent_at, line) = (before.op.clone(), before.sent_at, before.line);
        let window = self.promise.bounds.visibility_window;
        self.report(place, Broken {
            invariant: Invariant::S8,
            subject: target,
            sentence: format!(
                "the create for {target} in slot {slot} was sent again without knowing what {op} did"
            ),
            believed: believed.to_owned(),
            truth: format!("{op} was sent at {sent_at} and may stay unseen for {window}"),
            lines: vec![line],
        });
    }

    pub(super) fn create_answered(&mut self, creation: &Creation, outcome: &Outcome<Reply>) {
        let is_known = match outcome {
            Outcome::Ok(_) | Outcome::NotSent(_) => true,
            // Nothing happened; but a second one within fifteen seconds may be refused for what the first
            // one made (aws-sdk-net#1355).
            Outcome::Rejected(rejection) => {
                let send = self.memory.sends.get(creation);
                let may_be_ours = rejection.code == "SnapshotCreationPerVolumeRateExceeded"
                    && send.is_some_and(|send| send.is_resend);
                rejection.class != RejectionClass::UnknownCode && !may_be_ours
            }
            Outcome::Unknown(_) => false,
        };
        if is_known && let Some(send) = self.memory.sends.remove(creation) {
            self.memory.sends_by_op.remove(&send.op);
        }
    }

    /// A snapshot came to be.
    pub(super) fn created(&mut self, truth: &dyn Truth, line: u64, deed: &Deed) {
        let Some(found) = truth.snapshot(&deed.snapshot) else {
            return;
        };
        let marks = found.marks;
        let is_ours = self.is_ours(marks.installation.as_ref());
        if deed.by == Actor::Client
            && is_ours
            && let Some(policy) = &marks.policy
        {
            self.memory
                .created_at
                .entry(policy.clone())
                .or_default()
                .push(deed.at);
        }
        let of_slot = marks.policy.clone().zip(marks.slot.clone());
        let phase = phase_of(&found.state);
        let snapshot = SnapshotMemory {
            by: deed.by,
            created_at: deed.at,
            is_known: false,
            is_said_gone: false,
            said_completed: None,
            recorded_completed: None,
            completed_again: None,
            marks,
            phase,
            start: found.start,
            volume: deed.volume.clone(),
        };
        self.remember(deed.snapshot.clone(), snapshot);
        self.memory.shelve(&deed.snapshot, phase);
        if let (true, Actor::Client, Some((policy, slot))) = (is_ours, deed.by, of_slot) {
            let place = Place {
                at: deed.at,
                line,
                pass: 0,
            };
            self.check_slot(place, &(policy, slot, deed.volume.clone()), OF_ONE_SLOT_MAX);
        }
    }

    /// Whether more snapshots of a slot exist than may; those made by us, that count.
    pub(super) fn check_slot(
        &mut self,
        place: Place,
        slot: &super::memory::SlotOfVolume,
        most: usize,
    ) {
        let Some(all) = self.memory.of_slot.get(slot) else {
            return;
        };
        let made_by_us = |id: &&crate::domain::SnapshotId| {
            self.memory
                .snapshots
                .get(*id)
                .is_some_and(|s| s.by == Actor::Client)
        };
        let ids: Vec<String> = all
            .iter()
            .filter(made_by_us)
            .map(ToString::to_string)
            .collect();
        if ids.len() <= most {
            return;
        }
        let (_, name, volume) = slot;
        self.report(
            place,
            Broken {
                invariant: Invariant::S7,
                subject: volume.as_str(),
                sentence: format!("slot {name} of {volume} has {} snapshots", ids.len()),
                believed: "the slot was still to be served".to_owned(),
                truth: ids.join(", "),
                lines: Vec::new(),
            },
        );
    }
}
