//! What the steps of a story aim at, and which of them met nothing.
//!
//! Such a step breaks nothing, but a story with one proves less than it says, so the report notes it.
//! A step is known by its place in the story. Steps that always do what they say (a clock, a pause, a
//! changed policy, a pass by hand) aim at nothing.

use std::collections::BTreeSet;

use smol_str::SmolStr;
use snaplife_sim::ec2::{Arrangement, Ec2};

use crate::simulated::Conditions;

/// What was aimed at so far in a run.
#[derive(Debug, Default)]
pub(super) struct Aims {
    /// Steps that found nothing to act on.
    found_nothing: BTreeSet<usize>,
    /// Steps that wait for a call, with the names of their faults, or of their crash.
    calls: Vec<(usize, Vec<SmolStr>)>,
    /// Steps that wait for a snapshot, in the order in which they were arranged.
    snapshots: Vec<(usize, Arrangement)>,
    /// Steps that wait for a trigger.
    triggers: Vec<usize>,
}

impl Aims {
    /// A step found nothing to act on.
    pub(super) fn found_nothing(&mut self, step: usize) {
        self.found_nothing.insert(step);
    }

    /// A step waits for a call to meet one of its faults, or its crash.
    pub(super) fn at_calls(&mut self, step: usize, names: Vec<SmolStr>) {
        self.calls.push((step, names));
    }

    /// A step waits for a snapshot to be made.
    pub(super) fn at_snapshots(&mut self, step: usize, arranged: Arrangement) {
        self.snapshots.push((step, arranged));
    }

    /// A step waits for a trigger.
    pub(super) fn at_a_trigger(&mut self, step: usize) {
        self.triggers.push(step);
    }

    /// The steps that met nothing up to now; `fired` are those whose trigger came.
    pub(super) fn missed(
        &self,
        conditions: &Conditions,
        fired: &BTreeSet<usize>,
        ec2: &Ec2,
    ) -> BTreeSet<usize> {
        let calls = self
            .calls
            .iter()
            .filter(|(_, names)| !names.iter().any(|name| conditions.has_met(name)))
            .map(|(step, _)| *step);
        let triggers = self.triggers.iter().filter(|step| !fired.contains(step));
        let mut missed = self.found_nothing.clone();
        missed.extend(calls);
        missed.extend(triggers);
        missed.extend(untouched(&self.snapshots, ec2.arranged()));
        missed
    }
}

/// The steps whose arrangement was not used at all. Of arrangements of one kind the one made first is
/// used up first, so those that are left are the ones made last.
fn untouched(made: &[(usize, Arrangement)], left: &[Arrangement]) -> Vec<usize> {
    let mut left: Vec<&Arrangement> = left.iter().collect();
    let mut untouched = Vec::new();
    for (step, made) in made.iter().rev() {
        let is_alike = |it: &&Arrangement| it.volume == made.volume && it.what == made.what;
        let Some(place) = left.iter().rposition(is_alike) else {
            continue;
        };
        if left.remove(place).times == made.times {
            untouched.push(*step);
        }
    }
    untouched
}

#[cfg(test)]
mod tests {
    use snaplife_sim::ec2::Arranged;

    use super::*;

    fn fails(times: u32) -> Arrangement {
        Arrangement {
            times,
            volume: None,
            what: Arranged::Fails,
        }
    }

    #[test]
    fn of_equal_arrangements_the_last_are_those_that_are_left() {
        let made = [(0, fails(2)), (1, fails(2)), (2, fails(1))];
        assert_eq!(untouched(&made, &[]), [0; 0]);
        assert_eq!(untouched(&made, &[fails(1)]), [2]);
        assert_eq!(untouched(&made, &[fails(1), fails(1)]), [2]);
        assert_eq!(untouched(&made, &[fails(2), fails(1)]), [2, 1]);
        let sticks = Arrangement {
            what: Arranged::Sticks,
            ..fails(2)
        };
        assert_eq!(untouched(&made, &[sticks]), [0; 0]);
    }
}
