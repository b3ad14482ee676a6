//! One story played before the watcher, and judged by oracle and always-marks together.

use std::cell::RefCell;
use std::rc::Rc;

use smol_str::SmolStr;
use snaplife_sim::ec2::Effect;
use snaplife_sim::world::World;

use super::marks::{Failing, Tally, Watched, Watcher, of_story};
use crate::journal::{Digest, Line};
use crate::player::{self, Broken, Played, Verdict, Witness};
use crate::scenario::Scenario;

/// What came of a story.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What came of it, always-marks that did not hold included.
    pub played: Played,
    /// What was reached.
    pub tally: Tally,
    /// Of what happened and when.
    pub digest: Digest,
}

/// Plays a story once and judges it.
#[must_use]
pub fn judge(scenario: &Scenario) -> Judged {
    let watcher = watcher_of(scenario);
    let witness = Rc::clone(&watcher) as Rc<RefCell<dyn Witness>>;
    judged(scenario, &watcher, witness)
}

/// As [`judge`], with somebody else who looks on.
#[must_use]
pub fn judge_beside(scenario: &Scenario, other: Rc<RefCell<dyn Witness>>) -> Judged {
    let watcher = watcher_of(scenario);
    let both = Both(Rc::clone(&watcher), other);
    judged(scenario, &watcher, Rc::new(RefCell::new(both)))
}

/// Two who look on.
struct Both(Rc<RefCell<Watcher>>, Rc<RefCell<dyn Witness>>);

impl Witness for Both {
    fn line(&mut self, number: u64, line: &Line<'_>, world: &World) {
        self.0.borrow_mut().line(number, line, world);
        self.1.borrow_mut().line(number, line, world);
    }

    fn effect(&mut self, effect: &Effect, world: &World) {
        self.0.borrow_mut().effect(effect, world);
        self.1.borrow_mut().effect(effect, world);
    }
}

fn watcher_of(scenario: &Scenario) -> Rc<RefCell<Watcher>> {
    let last_step = scenario.story.last().map_or(scenario.start, |step| step.at);
    Rc::new(RefCell::new(Watcher::new(last_step)))
}

fn judged(
    scenario: &Scenario,
    watcher: &RefCell<Watcher>,
    witness: Rc<RefCell<dyn Witness>>,
) -> Judged {
    let mut played = player::play_before(scenario, witness);
    let watcher = watcher.replace(Watcher::new(scenario.start));
    let Watched {
        mut tally,
        failings,
        digest,
    } = watcher.finish();
    of_story(scenario, &mut tally);
    let also: Vec<Broken> = failings.into_iter().map(broken).collect();
    if !also.is_empty() {
        played.verdict = match played.verdict {
            Verdict::Held => Verdict::Broken(also),
            Verdict::Broken(mut all) => {
                all.extend(also);
                all.sort_by_key(|broken| broken.at);
                Verdict::Broken(all)
            }
            graver @ (Verdict::NotDeterministic { .. } | Verdict::Bug(_)) => graver,
        };
    }
    Judged {
        played,
        tally,
        digest,
    }
}

fn broken(failing: Failing) -> Broken {
    Broken {
        id: failing.always.id().into(),
        promise: failing.always.sentence().into(),
        at: failing.at,
        file_line: None,
        expected: SmolStr::new_static(failing.always.sentence()),
        actual: failing.actual,
        subjects: vec![failing.subject],
    }
}
