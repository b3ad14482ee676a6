//! Steps.

use std::ops::Range;

use super::Builder;
use crate::domain::{Job, PolicyName, Slot, Timestamp};
use crate::scenario::file::story::{BoundaryFile, CrashFile, JobFile, StepFile};
use crate::scenario::file::text::{AdHocName, At, PolicyText};
use crate::scenario::model::{Boundary, Crash, Repeat, Run, RunSlot, Step, StepKind};

const KINDS: &str = "`run`, `fault`, `outsider`, `crash`, `change_policy`, `approve`, `adopt`, \
     `clock`, `pause`, `duplicate` or `overlap`";

impl Builder<'_> {
    /// All steps, in the order in which they happen. Changed policies build on one another in that
    /// order, so it is fixed first.
    pub(super) fn story(&mut self, steps: &[At<StepFile>]) -> Vec<Step> {
        let mut timed: Vec<(Timestamp, &At<StepFile>)> = steps
            .iter()
            .map(|step| (self.moment(&step.value.at), step))
            .collect();
        timed.sort_by_key(|(at, _)| *at);
        let mut story: Vec<Step> = timed
            .into_iter()
            .filter_map(|(at, step)| {
                let line = self.line(step.span.start);
                let what = self.step(&step.value, at)?;
                Some(Step { at, line, what })
            })
            .collect();
        story.sort_by_key(|step| (step.at, step.what.rank()));
        story
    }

    fn step(&mut self, step: &StepFile, now: Timestamp) -> Option<StepKind> {
        self.only_with_run(step);
        let mut found: Vec<(&'static str, StepKind)> = Vec::new();
        if let Some(job) = &step.run {
            found.push(("run", StepKind::Run(self.run(step, job.value.into()))));
        }
        if let Some(fault) = &step.fault {
            found.push(("fault", StepKind::Fault(self.fault(&fault.value, now))));
        }
        if let Some(outsider) = &step.outsider {
            let acts = self.outsider(&outsider.value, now);
            found.push(("outsider", StepKind::Outsider(acts)));
        }
        if let Some(crash) = &step.crash {
            found.push(("crash", StepKind::Crash(self.crash(&crash.value))));
        }
        if let Some(change) = &step.change_policy {
            let changed = self.changed_policy(change);
            found.push(("change_policy", StepKind::ChangePolicy(Box::new(changed))));
        }
        if let Some(policy) = &step.approve {
            let policy = self.policy_name(policy);
            found.push(("approve", StepKind::Approve { policy }));
        }
        if let Some(adopt) = &step.adopt {
            let kind = StepKind::Adopt {
                snapshot: self.one_snapshot(&adopt.value.snapshot),
                policy: self.one_policy(adopt.value.policy.as_ref(), &adopt.span),
                lifetime: adopt.value.lifetime.as_ref().map(|l| self.lifetime(l)),
            };
            found.push(("adopt", kind));
        }
        if let Some(clock) = &step.clock {
            let error = self.clock_error(&clock.value.error);
            found.push(("clock", StepKind::Clock { error }));
        }
        if let Some(pause) = &step.pause {
            let span = self.positive(&pause.value.span);
            found.push(("pause", StepKind::Pause { span }));
        }
        if let Some(duplicate) = &step.duplicate {
            let job = duplicate.value.job.into();
            let kind = StepKind::Duplicate {
                job,
                policies: self.triggered(job, duplicate.value.policy.as_ref(), &duplicate.span),
                times: self.several(duplicate.value.times.as_ref()),
            };
            found.push(("duplicate", kind));
        }
        if let Some(overlap) = &step.overlap {
            let job = overlap.value.job.into();
            let kind = StepKind::Overlap {
                job,
                policies: self.triggered(job, overlap.value.policy.as_ref(), &overlap.span),
            };
            found.push(("overlap", kind));
        }
        self.just_one(found, &step.at.span, "step", KINDS)
    }

    /// The policies whose schedule triggers a job: the one that is named, or all that have one.
    fn triggered(
        &mut self,
        job: Job,
        name: Option<&PolicyText>,
        place: &Range<usize>,
    ) -> Vec<PolicyName> {
        let mut policies = self.policies_of(name);
        let scheduled = |name: &PolicyName| {
            let mut all = self.policies.iter();
            all.any(|policy| policy.name == *name && policy.schedules.of(job).is_some())
        };
        policies.retain(scheduled);
        if policies.is_empty() {
            self.wrong(
                name.map_or_else(|| self.start_of(place), |name| name.span.clone()),
                format!("nothing triggers {job}: there is no schedule for it"),
                format!("give the policy `{job}`, or write two steps `run: {job}`"),
            );
        }
        policies
    }

    /// Takes the one thing that an item says.
    pub(super) fn just_one<T>(
        &mut self,
        found: Vec<(&'static str, T)>,
        place: &Range<usize>,
        item: &str,
        kinds: &str,
    ) -> Option<T> {
        let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        match names.as_slice() {
            [] => self.wrong(
                place.clone(),
                format!("this {item} says nothing"),
                format!("add one of {kinds}"),
            ),
            [_] => {}
            several => {
                let listed = crate::scenario::suggest::listed(several, "and");
                self.wrong(
                    place.clone(),
                    format!("this {item} says several things: {listed}"),
                    format!("make one {item} of each"),
                );
            }
        }
        found.into_iter().next().map(|(_, kind)| kind)
    }

    fn only_with_run(&mut self, step: &StepFile) {
        let create = step
            .run
            .as_ref()
            .is_some_and(|job| matches!(job.value, JobFile::Create));
        let fields = [
            (
                "policy",
                step.policy.as_ref().map(|f| &f.span),
                step.run.is_some(),
                "run",
            ),
            (
                "twice",
                step.twice.as_ref().map(|f| &f.span),
                step.run.is_some(),
                "run",
            ),
            (
                "deadline",
                step.deadline.as_ref().map(|f| &f.span),
                step.run.is_some(),
                "run",
            ),
            (
                "slot",
                step.slot.as_ref().map(|f| &f.span),
                create,
                "run: create",
            ),
            (
                "ad_hoc",
                step.ad_hoc.as_ref().map(|f| &f.span),
                create,
                "run: create",
            ),
        ];
        for (field, place, allowed, with) in fields {
            if let Some(place) = place.filter(|_| !allowed) {
                let message = format!("`{field}` goes with `{with}` only");
                self.wrong(place.clone(), message, "take it out");
            }
        }
        if let (Some(_), Some(ad_hoc)) = (&step.slot, &step.ad_hoc) {
            self.wrong(
                ad_hoc.span.clone(),
                "`slot` and `ad_hoc` both name the slot",
                "keep one of the two",
            );
        }
    }

    fn run(&mut self, step: &StepFile, job: Job) -> Run {
        let slot = match (&step.slot, &step.ad_hoc) {
            (Some(slot), _) => RunSlot::Exactly(self.slot(slot)),
            (None, Some(name)) => RunSlot::Exactly(self.ad_hoc(name)),
            (None, None) => RunSlot::Latest,
        };
        Run {
            job,
            policies: self.policies_of(step.policy.as_ref()),
            slot,
            repeat: if step.twice.as_ref().is_some_and(|twice| twice.value) {
                Repeat::Twice
            } else {
                Repeat::Once
            },
            deadline: step
                .deadline
                .as_ref()
                .map(|deadline| self.positive(deadline)),
        }
    }

    /// The name of a slot stands in row keys and in a tag, as a policy's does.
    fn ad_hoc(&mut self, name: &AdHocName) -> Slot {
        if crate::domain::PolicyName::parse(&name.value).is_err() {
            self.wrong(
                name.span.clone(),
                format!("`{}` cannot be the name of a slot", name.value),
                "use 1 to 40 of a-z, 0-9 and -",
            );
        }
        Slot::ad_hoc(&name.value)
    }

    fn crash(&mut self, crash: &CrashFile) -> Crash {
        let calls = self.calls(&crash.call);
        Crash {
            calls,
            resource: self.resource(calls, crash.of.as_ref()),
            job: crash.job.map(Job::from),
            nth: self.at_least_one(crash.nth.as_ref(), 1),
            when: match crash.when {
                BoundaryFile::Before => Boundary::Before,
                BoundaryFile::After => Boundary::After,
            },
        }
    }

    fn several(&mut self, times: Option<&At<u32>>) -> u32 {
        const TIMES_MAX: u32 = 1_000;
        let Some(times) = times else {
            return 2;
        };
        if !(2..=TIMES_MAX).contains(&times.value) {
            self.wrong(
                times.span.clone(),
                format!("{} times is no duplicate", times.value),
                format!("write a number from 2 to {TIMES_MAX}"),
            );
        }
        times.value
    }
}

impl From<JobFile> for Job {
    fn from(job: JobFile) -> Self {
        match job {
            JobFile::Create => Self::Create,
            JobFile::Sync => Self::Sync,
            JobFile::Expire => Self::Expire,
        }
    }
}
