//! One case: a single injection, or one and a later one.

use std::fmt;

use smol_str::format_smolstr;

use super::injection::{Injection, What};
use super::world::day;
use crate::scenario::Scenario;

/// What befalls the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Case {
    /// The first thing, or the only one.
    pub first: Injection,
    /// What befalls a later call.
    pub second: Option<Injection>,
}

impl Case {
    /// The case as a scenario in a world.
    #[must_use]
    pub fn story(&self, world: &Scenario) -> Scenario {
        let (begins, _) = day(world);
        let mut scenario = world.clone();
        scenario.name = format_smolstr!("{}: {self}", world.name);
        scenario.why =
            "A machine may be lost between any two effects, and any call may fail.".into();
        let mut steps = vec![self.first.step(begins, self.first.nth)];
        if let Some(second) = self.second {
            steps.push(second.step(begins, second.nth - self.uncounted(second.what)));
        }
        scenario.story.splice(0..0, steps);
        scenario
            .story
            .sort_by_key(|step| (step.at, step.what.rank()));
        for (step, line) in scenario.story.iter_mut().zip(1..) {
            step.line = line;
        }
        scenario
    }

    /// How many of the calls up to the second one do not count for it: faults and crashes count the calls that they see, and the call
    /// that the first one meets is not always seen by the second.
    const fn uncounted(&self, second: What) -> u32 {
        match (self.first.what, second.is_crash()) {
            // Of two crashes, and of two faults, only the one that strikes counts the call; a pass that is killed before a call meets no fault at it.
            (What::CrashBefore, _) | (What::CrashAfter, true) => 1,
            // The pass is killed after the faults have looked at the call.
            (What::CrashAfter, false) => 0,
            // Crashes are looked at before faults.
            (_, true) => 0,
            (_, false) => 1,
        }
    }

    /// Which calls of the day it befalls.
    pub(super) fn calls(&self) -> impl Iterator<Item = u32> {
        let second = self.second.map(|second| second.nth);
        [Some(self.first.nth), second].into_iter().flatten()
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.second {
            None => write!(f, "{}", self.first),
            Some(second) => write!(f, "{}, then {second}", self.first),
        }
    }
}
