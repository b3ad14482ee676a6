//! When expectations are judged: one at its instant, a rule whenever something changed.

use smol_str::{SmolStr, format_smolstr};

use super::expect::{Look, judge_rule};
use super::played::{Broken, EXPECTATION};
use super::run::Runner;
use super::watch::RulesDue;
use crate::scenario::model::{Check, Rule};

/// A rule that holds at every instant up to its own.
pub(super) struct RuleWatch {
    pub(super) expectation: usize,
    pub(super) reached: bool,
    pub(super) broken: bool,
}

impl Runner<'_> {
    /// Judges one expectation, now.
    pub(super) fn judge(&mut self, expectation: usize) {
        let expectation = &self.scenario.expect[expectation];
        let at = self.launch.clock.world_now();
        let watch = self.watch.borrow();
        let policies = self.launch.policies.borrow();
        let look = Look {
            watch: &watch,
            policies: &policies,
            start: self.scenario.start,
            at: at.min(self.scenario.end),
        };
        self.broken.extend(look.judge(expectation));
    }

    /// Judges the rules that hold always: after every pass that ended well, and cheap ones after
    /// every step of time.
    pub(super) fn judge_rules(&mut self) {
        if self.rules.is_empty() {
            return;
        }
        let now = self.launch.clock.world_now();
        let due = self.watch.borrow_mut().due.take();
        let watch = self.watch.borrow();
        for watched in &mut self.rules {
            let expectation = &self.scenario.expect[watched.expectation];
            let Check::Always(rule) = &expectation.check else {
                continue;
            };
            if watched.broken || now > expectation.at || !rule_is_due(rule, due) {
                continue;
            }
            let Some((expected, actual)) = judge_rule(&watch, rule, &mut watched.reached) else {
                continue;
            };
            watched.broken = true;
            self.broken.push(Broken {
                id: EXPECTATION.into(),
                promise: expectation.text.clone(),
                at: now,
                file_line: Some(expectation.line),
                expected,
                actual,
                subjects: Vec::new(),
            });
        }
    }
}

impl Runner<'_> {
    /// A number that was never reached was never kept either: what can't break promises nothing.
    pub(super) fn judge_unreached(&mut self) {
        for watched in &self.rules {
            let expectation = &self.scenario.expect[watched.expectation];
            let Check::Always(Rule::CompletedAtLeast { of, count }) = &expectation.check else {
                continue;
            };
            if watched.reached {
                continue;
            }
            self.broken.push(Broken {
                id: EXPECTATION.into(),
                promise: expectation.text.clone(),
                at: expectation.at,
                file_line: Some(expectation.line),
                expected: format_smolstr!("{of} keeps at least {count} completed snapshots"),
                actual: SmolStr::new_static("it never had so many"),
                subjects: Vec::new(),
            });
        }
    }
}

const fn rule_is_due(rule: &Rule, due: RulesDue) -> bool {
    match rule {
        Rule::NoDuplicateSlot => due.changed_since_pass && due.pass_ended,
        Rule::EverySnapshotHasARow => due.changed_since_sync && due.sync_ended,
        Rule::CompletedAtLeast { .. } => true,
    }
}
