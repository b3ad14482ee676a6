//! What happens next: schedules, the story and expectations on one line of time.
//!
//! At one instant: faults and outsiders, what people decide, then passes in the order sync, expire,
//! create, and last what is expected. Schedules do not fire while the runner is paused.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::domain::{Job, Policy, PolicyName, Slot, Span, Timestamp};
use crate::scenario::model::{Expectation, Repeat, Run, RunSlot, Scenario, StepKind};

/// Something that happens at one instant.
#[derive(Clone, Debug)]
pub(super) enum Due {
    /// A step of the story other than a run by hand: its place in the scenario's list.
    Step(usize),
    /// Passes of one policy, one after the other.
    Passes(Vec<Trigger>),
    /// Something that a step began ends.
    Later(Later),
    /// Something is expected: its place in the scenario's list.
    Expect(usize),
}

/// What ends by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Later {
    /// The credentials are the right ones again.
    RightAccount,
    /// The table's indexes are as far behind as the world's description says.
    UsualIndexLag,
}

/// One pass to start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Trigger {
    /// Whose.
    pub(super) policy: PolicyName,
    /// Which job.
    pub(super) job: Job,
    /// The slot that it serves, or the instant that triggered it.
    pub(super) slot: Slot,
    /// Its own deadline, counted from its start; none: the policy's.
    pub(super) deadline: Option<Span>,
}

/// The line of time of one run.
pub(super) struct Timeline {
    policies: BTreeMap<PolicyName, Policy>,
    next_fires: BTreeMap<(PolicyName, Job), Timestamp>,
    resumes: BTreeMap<PolicyName, Timestamp>,
    paused_until: Option<Timestamp>,
    /// The step that asks for it, and how often the next trigger fires.
    repeats: BTreeMap<(PolicyName, Job), (usize, u32)>,
    /// The step that asks for it.
    overlaps: BTreeMap<(PolicyName, Job), usize>,
    fired: BTreeSet<usize>,
    steps: Vec<(Timestamp, usize, Option<Run>)>,
    next_step: usize,
    expects: Vec<(Timestamp, usize)>,
    next_expect: usize,
    end: Timestamp,
    later: BTreeMap<(Timestamp, usize), Later>,
    /// How many were ever to end by themselves: of two that end at one instant neither takes the other's place.
    begun: usize,
    by_hand: Vec<Run>,
    chains: VecDeque<Vec<Trigger>>,
}

impl Timeline {
    /// The line of a scenario, from its start.
    pub(super) fn new(scenario: &Scenario) -> Self {
        let run_of = |what: &StepKind| match what {
            StepKind::Run(run) => Some(run.clone()),
            _ => None,
        };
        let steps = scenario.story.iter().enumerate();
        let mut expects: Vec<(Timestamp, usize)> = scenario
            .expect
            .iter()
            .enumerate()
            .map(|(at, expectation): (usize, &Expectation)| (expectation.at, at))
            .collect();
        expects.sort();
        let mut timeline = Self {
            policies: BTreeMap::new(),
            next_fires: BTreeMap::new(),
            resumes: BTreeMap::new(),
            paused_until: None,
            repeats: BTreeMap::new(),
            overlaps: BTreeMap::new(),
            fired: BTreeSet::new(),
            steps: steps
                .map(|(i, step)| (step.at, i, run_of(&step.what)))
                .collect(),
            next_step: 0,
            expects,
            next_expect: 0,
            end: scenario.end,
            later: BTreeMap::new(),
            begun: 0,
            by_hand: Vec::new(),
            chains: VecDeque::new(),
        };
        let just_before = scenario.start - Span::from_ms(1);
        for policy in &scenario.policies {
            timeline.set_policy(policy, just_before);
        }
        timeline
    }

    /// Follows a policy's schedules after `after`.
    pub(super) fn set_policy(&mut self, policy: &Policy, after: Timestamp) {
        for job in Job::ALL {
            let key = (policy.name.clone(), job);
            match policy.schedules.next_after(job, after) {
                Some(at) => self.next_fires.insert(key, at),
                None => self.next_fires.remove(&key),
            };
        }
        self.policies.insert(policy.name.clone(), policy.clone());
    }

    /// Schedules do not fire before `until`.
    pub(super) fn pause(&mut self, until: Timestamp) {
        self.paused_until = self.paused_until.max(Some(until));
    }

    /// The next trigger of this job starts so many passes, one after the other.
    pub(super) fn repeat_next(&mut self, step: usize, policy: &PolicyName, job: Job, times: u32) {
        self.repeats.insert((policy.clone(), job), (step, times));
    }

    /// The next trigger of this job starts two passes at once.
    pub(super) fn overlap_next(&mut self, step: usize, policy: &PolicyName, job: Job) {
        self.overlaps.insert((policy.clone(), job), step);
    }

    /// The steps whose repetition or overlap a trigger has started.
    pub(super) const fn fired(&self) -> &BTreeSet<usize> {
        &self.fired
    }

    /// A `create` pass of this policy is wanted at `at`.
    pub(super) fn resume(&mut self, policy: &PolicyName, at: Timestamp) {
        let earlier = self.resumes.get(policy).map_or(at, |other| at.min(*other));
        self.resumes.insert(policy.clone(), earlier);
    }

    /// The next instant at which something happens, before the end of the run.
    pub(super) fn next_at(&self) -> Option<Timestamp> {
        let fires = self.next_fires.values().copied();
        let resumes = self.resumes.values().copied();
        let step = self.steps.get(self.next_step).map(|(at, ..)| *at);
        let expect = self.expects.get(self.next_expect).map(|(at, _)| *at);
        let later = self.later.keys().next().map(|(at, _)| *at);
        let next = fires
            .chain(resumes)
            .chain(step)
            .chain(later)
            .chain(expect)
            .min()?;
        (next < self.end).then_some(next)
    }

    /// Takes the next thing that happens at `now`, in order; none when nothing is left. What a step
    /// changes (a pause, a policy) already holds for the passes of the same instant.
    pub(super) fn pop(&mut self, now: Timestamp) -> Option<Due> {
        while let Some((at, step, run)) = self.steps.get(self.next_step).cloned() {
            if at > now {
                break;
            }
            self.next_step += 1;
            match run {
                Some(run) => self.by_hand.push(run),
                None => return Some(Due::Step(step)),
            }
        }
        if let Some(entry) = self.later.first_entry()
            && entry.key().0 <= now
        {
            return Some(Due::Later(entry.remove()));
        }
        if self.chains.is_empty() {
            let by_hand = std::mem::take(&mut self.by_hand);
            let chains = self.passes(now, &by_hand);
            self.chains.extend(chains);
        }
        if let Some(chain) = self.chains.pop_front() {
            return Some(Due::Passes(chain));
        }
        let (at, expect) = self.expects.get(self.next_expect).copied()?;
        if at > now {
            return None;
        }
        self.next_expect += 1;
        Some(Due::Expect(expect))
    }

    /// Something ends at `at`.
    pub(super) fn later(&mut self, at: Timestamp, what: Later) {
        self.begun += 1;
        self.later.insert((at, self.begun), what);
    }

    /// What is expected at the end, and was not taken yet.
    pub(super) fn take_rest(&mut self) -> Vec<usize> {
        let rest = self.expects[self.next_expect..]
            .iter()
            .map(|(_, expect)| *expect)
            .collect();
        self.next_expect = self.expects.len();
        rest
    }

    /// One chain of passes per policy, and one more for each overlap.
    fn passes(&mut self, now: Timestamp, by_hand: &[Run]) -> Vec<Vec<Trigger>> {
        let mut chains: BTreeMap<PolicyName, Vec<Trigger>> = BTreeMap::new();
        let mut beside = Vec::new();
        for job in Job::ALL {
            for trigger in self.scheduled(now, job) {
                let key = (trigger.policy.clone(), job);
                if self.overlaps(&key) {
                    beside.push(vec![trigger.clone()]);
                }
                let times = self.repeats(&key);
                let chain = chains.entry(trigger.policy.clone()).or_default();
                chain.extend((0..times).map(|_| trigger.clone()));
            }
            for run in by_hand.iter().filter(|run| run.job == job) {
                for policy in &run.policies {
                    let trigger = self.by_hand(now, run, policy);
                    let key = (policy.clone(), job);
                    if self.overlaps(&key) {
                        beside.push(vec![trigger.clone()]);
                    }
                    let times = match run.repeat {
                        Repeat::Once => self.repeats(&key),
                        Repeat::Twice => 2,
                    };
                    let chain = chains.entry(policy.clone()).or_default();
                    chain.extend((0..times).map(|_| trigger.clone()));
                }
            }
        }
        chains.into_values().chain(beside).collect()
    }

    /// Whether a trigger starts two runners; asked once for each trigger.
    fn overlaps(&mut self, key: &(PolicyName, Job)) -> bool {
        let step = self.overlaps.remove(key);
        self.fired.extend(step);
        step.is_some()
    }

    /// How often a trigger fires; asked once for each trigger.
    fn repeats(&mut self, key: &(PolicyName, Job)) -> u32 {
        let Some((step, times)) = self.repeats.remove(key) else {
            return 1;
        };
        self.fired.insert(step);
        times
    }

    fn scheduled(&mut self, now: Timestamp, job: Job) -> Vec<Trigger> {
        let paused = self.paused_until.is_some_and(|until| now < until);
        let mut triggers = Vec::new();
        let names: Vec<PolicyName> = self.policies.keys().cloned().collect();
        for name in names {
            let key = (name.clone(), job);
            let fires = self.next_fires.get(&key).is_some_and(|at| *at <= now);
            if fires {
                let policy = &self.policies[&name];
                match policy.schedules.next_after(job, now) {
                    Some(next) => self.next_fires.insert(key, next),
                    None => self.next_fires.remove(&key),
                };
            }
            let resumed =
                job == Job::Create && self.resumes.get(&name).is_some_and(|at| *at <= now);
            if resumed {
                self.resumes.remove(&name);
            }
            if (fires || resumed) && !paused {
                let slot = match (job, fires) {
                    (Job::Create, false) => latest_slot(&self.policies[&name], now),
                    _ => Slot::scheduled(now),
                };
                triggers.push(Trigger {
                    policy: name,
                    job,
                    slot,
                    deadline: None,
                });
            }
        }
        triggers
    }

    fn by_hand(&self, now: Timestamp, run: &Run, policy: &PolicyName) -> Trigger {
        let slot = match (&run.slot, run.job) {
            (RunSlot::Exactly(slot), _) => slot.clone(),
            (RunSlot::Latest, Job::Create) => self
                .policies
                .get(policy)
                .map_or_else(|| Slot::scheduled(now), |p| latest_slot(p, now)),
            (RunSlot::Latest, Job::Sync | Job::Expire) => Slot::scheduled(now),
        };
        Trigger {
            policy: policy.clone(),
            job: run.job,
            slot,
            deadline: run.deadline,
        }
    }
}

/// The latest scheduled slot that is not after `now`; without a schedule the UTC day.
pub(super) fn latest_slot(policy: &Policy, now: Timestamp) -> Slot {
    let day = Span::days(1).as_ms();
    let midnight = Timestamp::from_ms(now.as_ms().div_euclid(day) * day);
    Slot::scheduled(
        policy
            .schedules
            .latest_at_or_before(Job::Create, now)
            .unwrap_or(midnight),
    )
}
