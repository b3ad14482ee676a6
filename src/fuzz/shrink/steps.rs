//! Fewer steps, and plainer ones.

use super::Search;
use crate::domain::{Span, Timestamp};
use crate::scenario::model::{
    Calls, Fault, Outsider, Repeat, RunSlot, SnapshotRef, StepKind, WorldFault,
};

/// Windows that people write.
const WINDOWS: [Span; 4] = [
    Span::minutes(10),
    Span::hours(1),
    Span::hours(6),
    Span::days(1),
];

impl Search<'_> {
    pub(super) fn fewer_steps(&mut self) {
        self.fewer(|scenario| &mut scenario.story, 0);
    }

    pub(super) fn plainer_steps(&mut self) {
        let mut nth = 0;
        while let Some(step) = self.best().story.get(nth) {
            if self.is_over() {
                return;
            }
            let at = step.at;
            for plainer in plainer(&step.what, at) {
                let changes = |scenario: &mut crate::scenario::Scenario| {
                    scenario.story[nth].what = plainer;
                };
                self.try_with(changes);
            }
            nth += 1;
        }
    }
}

/// What says less than a step does.
fn plainer(step: &StepKind, at: Timestamp) -> Vec<StepKind> {
    match step {
        StepKind::Fault(Fault::Call(fault)) => {
            let mut all = Vec::new();
            let mut change = |change: &dyn Fn(&mut crate::scenario::model::CallFault)| {
                let mut plainer = fault.clone();
                change(&mut plainer);
                all.push(StepKind::Fault(Fault::Call(plainer)));
            };
            if fault.matching.times.is_some() {
                // Without an end; then without any number.
                change(&|fault| fault.matching.until = None);
                change(&|fault| {
                    fault.matching.until = None;
                    fault.matching.times = Some(1);
                });
                change(&|fault| fault.matching.times = Some(1));
            } else {
                change(&|fault| {
                    fault.matching.until = None;
                    fault.matching.times = Some(1);
                });
                for window in WINDOWS {
                    if fault
                        .matching
                        .until
                        .is_some_and(|until| at + window < until)
                    {
                        change(&|fault| fault.matching.until = Some(at + window));
                    }
                }
            }
            change(&|fault| fault.matching.nth = 1);
            change(&|fault| fault.matching.resource = None);
            if !matches!(fault.matching.calls, Calls::One(_)) {
                for call in crate::ports::OperationName::ALL {
                    if fault.matching.calls.contain(*call) {
                        change(&|fault| fault.matching.calls = Calls::One(*call));
                    }
                }
            }
            all
        }
        StepKind::Fault(Fault::World(fault)) => plainer_world(fault)
            .into_iter()
            .map(|fault| StepKind::Fault(Fault::World(fault)))
            .collect(),
        StepKind::Outsider(deed) => {
            let mut all = Vec::new();
            if let Outsider::DeleteSnapshot(which) = deed
                && let Some(plainer) = plainer_reference(which)
            {
                all.push(StepKind::Outsider(Outsider::DeleteSnapshot(plainer)));
            }
            all
        }
        StepKind::Pause { span } => WINDOWS
            .into_iter()
            .filter(|window| window < span)
            .map(|span| StepKind::Pause { span })
            .collect(),
        StepKind::Clock { error } => [Span::seconds(90), Span::seconds(20)]
            .into_iter()
            .filter(|plain| plain.as_ms() < error.as_ms())
            .map(|error| StepKind::Clock { error })
            .collect(),
        StepKind::Crash(crash) => {
            let mut first = crash.clone();
            first.nth = 1;
            let mut plain = crash.clone();
            plain.resource = None;
            let mut any_job = crash.clone();
            any_job.job = None;
            [first, plain, any_job].map(StepKind::Crash).to_vec()
        }
        StepKind::Duplicate { job, policies, .. } => vec![StepKind::Duplicate {
            job: *job,
            policies: policies.clone(),
            times: 2,
        }],
        StepKind::Run(run) => {
            let mut once = run.clone();
            once.repeat = Repeat::Once;
            let mut latest = run.clone();
            latest.slot = RunSlot::Latest;
            let mut unhurried = run.clone();
            unhurried.deadline = None;
            [once, latest, unhurried].map(StepKind::Run).to_vec()
        }
        StepKind::ChangePolicy(_)
        | StepKind::Overlap { .. }
        | StepKind::Approve { .. }
        | StepKind::Adopt { .. } => Vec::new(),
    }
}

fn plainer_world(fault: &WorldFault) -> Vec<WorldFault> {
    match fault {
        WorldFault::HideNewSnapshots { span, .. } => vec![WorldFault::HideNewSnapshots {
            span: *span,
            times: 1,
        }],
        WorldFault::FailSnapshots { of, .. } => vec![
            WorldFault::FailSnapshots { of: None, times: 1 },
            WorldFault::FailSnapshots {
                of: of.clone(),
                times: 1,
            },
        ],
        WorldFault::StuckSnapshots { of, span, .. } => vec![
            WorldFault::StuckSnapshots {
                of: None,
                times: 1,
                span: None,
            },
            WorldFault::StuckSnapshots {
                of: of.clone(),
                times: 1,
                span: *span,
            },
        ],
        WorldFault::SlowSnapshots { of, take, .. } => vec![
            WorldFault::SlowSnapshots {
                of: None,
                times: 1,
                take: *take,
            },
            WorldFault::SlowSnapshots {
                of: of.clone(),
                times: 1,
                take: *take,
            },
        ],
        WorldFault::IndexLag { .. } => Vec::new(),
    }
}

fn plainer_reference(which: &SnapshotRef) -> Option<SnapshotRef> {
    match which {
        SnapshotRef::Nth(_, volume) | SnapshotRef::All(volume) => {
            Some(SnapshotRef::Newest(volume.clone()))
        }
        SnapshotRef::Newest(_) | SnapshotRef::Oldest(_) | SnapshotRef::Named(_) => None,
    }
}
