//! The same promises judged the slow way: for each delete the whole history is read again.
//!
//! On small generated histories both judges must agree about S1, S2, S3 and S7. This one remembers
//! nothing and shares nothing with the oracle but the names of the promises.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::story::{Step, Story, slot_of, volume_id};
use crate::domain::Job;
use crate::oracle::Invariant;

/// A snapshot lives for this many hours.
const LIFETIME_HOURS: i64 = 24;

/// A snapshot, as the steps up to some point tell it.
#[derive(Clone, Copy)]
struct Told {
    made: usize,
    volume: u8,
    slot: u8,
    ours: bool,
    state: State,
    exists: bool,
    has_row: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    Completed,
    Failed,
}

/// Every snapshot of the first `end` steps, read anew.
fn told(steps: &[Step], end: usize) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    for (made, step) in steps[..end].iter().enumerate() {
        let settle = |all: &mut Vec<Told>, n: u8, state| {
            if let Some(found) = all.get_mut(usize::from(n))
                && found.exists
                && found.state == State::Pending
            {
                found.state = state;
            }
        };
        match *step {
            Step::Create { volume, slot } | Step::Foreign { volume, slot } => all.push(Told {
                made,
                volume,
                slot,
                ours: matches!(step, Step::Create { .. }),
                state: State::Pending,
                exists: true,
                has_row: false,
            }),
            Step::Complete(n) => settle(&mut all, n, State::Completed),
            Step::Fail(n) => settle(&mut all, n, State::Failed),
            Step::Row(n) => {
                if let Some(found) = all.get_mut(usize::from(n)) {
                    found.has_row |= found.exists;
                }
            }
            Step::Delete(n) | Step::OutsiderDelete(n) => {
                if let Some(found) = all.get_mut(usize::from(n)) {
                    found.exists = false;
                }
            }
            Step::Wait(_) | Step::Pass(_) | Step::Look(_) | Step::VolumeGone(_) => {}
        }
    }
    all
}

fn hours(steps: &[Step]) -> i64 {
    let waited = |step: &Step| {
        if let Step::Wait(hours) = step {
            *hours
        } else {
            0
        }
    };
    steps.iter().map(waited).sum()
}

/// What the pass that runs at `end` has seen completed of a volume and not deleted itself since.
fn seen_completed(steps: &[Step], end: usize, volume: u8) -> BTreeSet<usize> {
    let begin = steps[..end]
        .iter()
        .rposition(|step| matches!(step, Step::Pass(_)));
    let Some(begin) = begin else {
        return BTreeSet::new();
    };
    if steps[begin] != Step::Pass(Job::Expire) {
        return BTreeSet::new();
    }
    let mut seen = BTreeSet::new();
    for at in begin..end {
        match steps[at] {
            Step::Look(looked) if looked == volume => {
                for (n, found) in told(steps, at).iter().enumerate() {
                    if found.exists && found.volume == volume {
                        if found.state == State::Completed {
                            seen.insert(n);
                        } else {
                            seen.remove(&n);
                        }
                    }
                }
            }
            Step::Delete(n) => {
                let before = told(steps, at);
                if before.get(usize::from(n)).is_some_and(|found| found.exists) {
                    seen.remove(&usize::from(n));
                }
            }
            _ => {}
        }
    }
    seen
}

fn judge(steps: &[Step]) -> BTreeSet<(Invariant, String)> {
    let mut broken = BTreeSet::new();
    for (at, step) in steps.iter().enumerate() {
        let before = told(steps, at);
        match *step {
            Step::Delete(n) => {
                let Some(found) = before.get(usize::from(n)).filter(|found| found.exists) else {
                    continue;
                };
                let id = format!("snap-{n}");
                let age = hours(&steps[found.made..at]);
                if found.state != State::Failed && age < LIFETIME_HOURS {
                    broken.insert((Invariant::S1, id.clone()));
                }
                if !found.ours || !found.has_row {
                    broken.insert((Invariant::S2, id));
                }
                let volume_gone = steps[..at].contains(&Step::VolumeGone(found.volume));
                let in_pass = steps[..at].iter().any(|step| matches!(step, Step::Pass(_)));
                let mut others = seen_completed(steps, at, found.volume);
                others.remove(&usize::from(n));
                if found.state == State::Completed && !volume_gone && in_pass && others.is_empty() {
                    broken.insert((Invariant::S3, volume_id(found.volume).to_string()));
                }
            }
            Step::Create { volume, slot } => {
                let same = |found: &&Told| {
                    found.exists && found.ours && found.volume == volume && found.slot == slot
                };
                if told(steps, at + 1).iter().filter(same).count() > 2 {
                    broken.insert((Invariant::S7, volume_id(volume).to_string()));
                }
            }
            _ => {}
        }
    }
    broken.extend(counted_twice(steps));
    broken
}

/// Slots of a volume with several rows that count in the end.
fn counted_twice(steps: &[Step]) -> Vec<(Invariant, String)> {
    let all = told(steps, steps.len());
    let rows = row_states(steps);
    let counts = |n: &usize| all[*n].exists && rows.get(*n).copied().flatten() == Some(true);
    let mut broken = Vec::new();
    for volume in 0..VOLUMES {
        for slot in 0..SLOTS {
            let of_slot =
                (0..all.len()).filter(|n| all[*n].volume == volume && all[*n].slot == slot);
            if of_slot.filter(counts).count() > 1 {
                broken.push((Invariant::S7, volume_id(volume).to_string()));
            }
        }
    }
    broken
}

/// For each snapshot whether its row, as written last, counts.
fn row_states(steps: &[Step]) -> Vec<Option<bool>> {
    let mut rows = vec![None; told(steps, steps.len()).len()];
    for (at, step) in steps.iter().enumerate() {
        if let Step::Row(n) = step
            && let Some(found) = told(steps, at).get(usize::from(*n))
            && found.exists
        {
            rows[usize::from(*n)] = Some(found.state != State::Failed);
        }
    }
    rows
}

const VOLUMES: u8 = 2;
const SLOTS: u8 = 2;

fn step() -> impl Strategy<Value = Step> {
    let which = 0..VOLUMES;
    let slot = 0..SLOTS;
    let nth = 0u8..8;
    prop_oneof![
        (1i64..30).prop_map(Step::Wait),
        any::<bool>().prop_map(|expire| Step::Pass(if expire { Job::Expire } else { Job::Create })),
        (which.clone(), slot.clone()).prop_map(|(volume, slot)| Step::Create { volume, slot }),
        (which.clone(), slot).prop_map(|(volume, slot)| Step::Foreign { volume, slot }),
        nth.clone().prop_map(Step::Complete),
        nth.clone().prop_map(Step::Fail),
        nth.clone().prop_map(Step::Row),
        which.clone().prop_map(Step::Look),
        nth.clone().prop_map(Step::Delete),
        nth.prop_map(Step::OutsiderDelete),
        which.prop_map(Step::VolumeGone),
        Just(Step::Pass(Job::Expire)),
    ]
}

proptest! {
    #[test]
    fn both_judges_agree_on_small_histories(steps in vec(step(), 0..40)) {
        let violations = Story::new().play(&steps).finish();
        let judged = [Invariant::S1, Invariant::S2, Invariant::S3, Invariant::S7];
        let fast: BTreeSet<(Invariant, String)> = violations
            .iter()
            .filter(|violation| judged.contains(&violation.invariant))
            .map(|violation| (violation.invariant, violation.subject.to_string()))
            .collect();
        prop_assert_eq!(fast, judge(&steps));
    }
}

#[test]
fn the_slow_judge_sees_each_promise_broken() {
    let create = |slot| Step::Create { volume: 0, slot };
    let steps = [
        create(0),
        create(0),
        create(0),
        Step::Complete(0),
        Step::Pass(Job::Expire),
        Step::Delete(0),
    ];
    let broken: Vec<&str> = judge(&steps)
        .iter()
        .map(|(invariant, _)| invariant.id())
        .collect();
    assert_eq!(broken, ["S1", "S2", "S3", "S7"]);
    assert_eq!(slot_of(0).as_str(), "adhoc-s0");
}
