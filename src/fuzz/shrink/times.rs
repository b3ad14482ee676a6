//! A shorter run, a later start, and round times.

use super::Search;
use crate::domain::{Span, Timestamp};
use crate::scenario::Scenario;

/// Grains to which the time of a step is moved, the roundest first.
const GRAINS: [Span; 5] = [
    Span::days(1),
    Span::hours(12),
    Span::hours(1),
    Span::minutes(10),
    Span::seconds(1),
];

impl Search<'_> {
    /// The run ends earlier, or starts later.
    pub(super) fn shorter(&mut self) {
        let mut step = (self.best().end - self.best().start).whole_days() / 2;
        while step > 0 && !self.is_over() {
            let shorter = self.try_with(|scenario| ends_earlier(scenario, Span::days(step)));
            let later = self.try_with(|scenario| starts_later(scenario, Span::days(step)));
            if !shorter && !later {
                step /= 2;
            }
        }
    }

    pub(super) fn rounder_times(&mut self) {
        let mut nth = 0;
        while let Some(step) = self.best().story.get(nth) {
            let since = step.at - self.best().start;
            for grain in GRAINS {
                let down = since.as_ms() / grain.as_ms() * grain.as_ms();
                if self.is_over() || down == since.as_ms() {
                    break;
                }
                let up = down + grain.as_ms();
                let moved = |to: i64| {
                    move |scenario: &mut Scenario| {
                        let at = scenario.start + Span::from_ms(to);
                        move_step(scenario, nth, at);
                    }
                };
                if self.try_with(moved(down)) || self.try_with(moved(up)) {
                    break;
                }
            }
            nth += 1;
        }
        let midnight = midnight(self.best().start);
        self.try_with(|scenario| {
            let by = midnight - scenario.start;
            shift(scenario, by);
        });
        let plain = Timestamp::parse("2026-01-05T00:00:00Z").unwrap_or_default();
        self.try_with(|scenario| {
            let by = plain - scenario.start;
            shift(scenario, by);
        });
    }
}

/// What was expected at the end is expected at the new one.
fn ends_earlier(scenario: &mut Scenario, by: Span) {
    let at_end = scenario.end;
    scenario.end = scenario.end - by;
    for expectation in scenario.expect.iter_mut().filter(|one| one.at == at_end) {
        expectation.at = scenario.end;
    }
}

/// What was in the first days falls away; what comes later is where it was.
fn starts_later(scenario: &mut Scenario, by: Span) {
    scenario.start += by;
    for policy in &mut scenario.policies {
        policy.schedules.anchor += by;
    }
    let start = scenario.start;
    for step in &mut scenario.story {
        if let crate::scenario::model::StepKind::ChangePolicy(policy) = &mut step.what {
            policy.schedules.anchor = start;
        }
    }
}

/// Moves a step and the end of what it begins.
fn move_step(scenario: &mut Scenario, nth: usize, at: Timestamp) {
    let by = at - scenario.story[nth].at;
    scenario.story[nth].at = at;
    ends_later(&mut scenario.story[nth].what, by);
    scenario
        .story
        .sort_by_key(|step| (step.at, step.what.rank()));
}

/// The whole story on other days.
fn shift(scenario: &mut Scenario, by: Span) {
    scenario.start += by;
    scenario.end += by;
    for policy in &mut scenario.policies {
        policy.schedules.anchor += by;
    }
    for snapshot in &mut scenario.world.snapshots {
        snapshot.started += by;
    }
    for step in &mut scenario.story {
        step.at += by;
        ends_later(&mut step.what, by);
    }
    for expectation in &mut scenario.expect {
        expectation.at += by;
    }
}

fn ends_later(step: &mut crate::scenario::model::StepKind, by: Span) {
    use crate::scenario::model::{Fault, Outsider, StepKind, WorldFault};
    match step {
        StepKind::Fault(Fault::Call(fault)) => {
            if let Some(until) = &mut fault.matching.until {
                *until += by;
            }
        }
        StepKind::Fault(Fault::World(WorldFault::IndexLag { until, .. })) => *until += by,
        StepKind::Outsider(Outsider::RestoreTable { to }) => *to += by,
        StepKind::ChangePolicy(policy) => policy.schedules.anchor += by,
        _ => {}
    }
}

fn midnight(at: Timestamp) -> Timestamp {
    at - Span::from_ms(at.as_ms().rem_euclid(Span::days(1).as_ms()))
}
