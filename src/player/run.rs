//! One run of a scenario: passes, story and expectations on one line of simulated time.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::{Either, LocalBoxFuture, select};
use smol_str::SmolStr;
use snaplife_sim::chance::Chance;
use snaplife_sim::ec2::AccountId;
use snaplife_sim::world::World;

use super::aims::Aims;
use super::chains::Chains;
use super::launch::{Ended, Launch};
use super::played::Broken;
use super::rules::RuleWatch;
use super::story::{KeepStory, Story};
use super::timeline::{Due, Later, Timeline};
use super::watch::{RulesDue, Watch, Witness};
use super::{level, outside, promise, setting};
use crate::calls::Pacer;
use crate::domain::{Span, Timestamp};
use crate::journal::sink::{Keep, Observer, Record, Stream};
use crate::journal::{Decisions, Digest, Event, Header, Journal};
use crate::oracle::Oracle;
use crate::ports::table::Item;
use crate::scenario::model::{Check, Level, Scenario};
use crate::simulated::{
    ConditionSettings, Conditions, Gait, Latency, SimClock, SimulatedRuntime, table,
};

/// The version of the journal's format.
const JOURNAL_SCHEMA: u32 = 1;

/// What a run left behind.
pub(super) struct Ran {
    /// The journal's digests, and its lines where they were kept.
    pub(super) record: Record,
    /// What did not hold, in order of time.
    pub(super) broken: Vec<Broken>,
    /// What was seen.
    pub(super) watch: Rc<RefCell<Watch>>,
    /// What was decided and done, for the `decisions` digest.
    pub(super) decisions: Rc<RefCell<Decisions>>,
    /// Steps of the story that met nothing, by their place in it.
    pub(super) missed: BTreeSet<usize>,
    /// The table's rows in the end, where the level kept them; none: the world has them.
    rows: Option<Vec<Item>>,
}

impl Ran {
    /// The `decisions` digest of the run, the table's rows as they are in the end included.
    pub(super) fn decisions_digest(&self) -> Digest {
        let decisions = self.decisions.borrow();
        if let Some(rows) = &self.rows {
            return decisions.digest(rows.iter().cloned());
        }
        let watch = self.watch.borrow();
        let world = watch.world.borrow();
        let rows = world.dynamodb.items(table::TABLE);
        decisions.digest(rows.map(|row| Item(Arc::clone(row))))
    }
}

/// Whether the oracle follows a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Judging {
    /// It does, from line to line.
    Judged,
    /// It does not: only the journal is compared with that of a run that it followed, and where they
    /// are equal it would say the same.
    Compared,
}

/// How a run is made.
#[derive(Clone, Copy)]
pub(super) struct RunOptions {
    /// What stands between engine and world.
    pub(super) level: Level,
    /// Where DynamoDB Local answers, for the level of that name.
    #[cfg_attr(
        not(feature = "live"),
        expect(dead_code, reason = "only the SDK's levels have a server")
    )]
    pub(super) table_url: Option<&'static str>,
    /// Of every draw.
    pub(super) seed: u64,
    /// How much of the story is kept.
    pub(super) story: KeepStory,
    /// Whether the oracle follows.
    pub(super) judging: Judging,
    /// How time passes; it makes no difference that can be seen.
    pub(super) gait: Gait,
    /// Added to the engine's clock. Zero, but in the test that proves the alarm.
    pub(super) disturbance: fn() -> Span,
}

/// Runs a scenario once, from its first instant to its last.
///
/// # Errors
/// A sentence when the world can't be built, which is our own bug: the loader has checked the file.
pub(super) fn run(scenario: &Scenario, options: &RunOptions, keep: Keep) -> Result<Ran, String> {
    run_before(scenario, options, keep, None)
}

/// As [`run`], followed by a witness.
///
/// # Errors
/// As [`run`].
pub(super) fn run_before(
    scenario: &Scenario,
    options: &RunOptions,
    keep: Keep,
    witness: Option<Rc<RefCell<dyn Witness>>>,
) -> Result<Ran, String> {
    SimulatedRuntime::new(options.gait).block_on(async {
        let mut runner = Runner::new(scenario, options, keep)?;
        runner.watch.borrow_mut().witness = witness;
        runner.play().await;
        Ok(runner.finish())
    })
}

pub(super) struct Runner<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) disturbance: Span,
    pub(super) world: Rc<RefCell<World>>,
    pub(super) watch: Rc<RefCell<Watch>>,
    pub(super) decisions: Rc<RefCell<Decisions>>,
    pub(super) launch: Rc<Launch>,
    pub(super) timeline: Timeline,
    pub(super) chains: u64,
    pub(super) open_chains: BTreeSet<u64>,
    /// What the steps of the story aim at.
    pub(super) aims: Aims,
    /// How many faults of each name were armed.
    pub(super) fault_names: BTreeMap<String, u32>,
    /// Expectations that wait for passes which began at their instant or before.
    pub(super) waiting: Vec<(usize, BTreeSet<u64>)>,
    pub(super) rules: Vec<RuleWatch>,
    pub(super) broken: Vec<Broken>,
}

impl<'a> Runner<'a> {
    fn new(scenario: &'a Scenario, options: &RunOptions, keep: Keep) -> Result<Self, String> {
        let chance = Chance::new(options.seed);
        let (world, names) = setting::build(scenario, chance)
            .map_err(|no| format!("the world can't be built: {}: {}", no.code, no.message))?;
        let world = Rc::new(RefCell::new(world));
        let clock = SimClock::new(scenario.start);
        let disturbance = (options.disturbance)();
        clock.set_error(scenario.world.clock_error + disturbance);
        let spec = &scenario.world;
        let latency = Latency {
            min: spec.latency.from,
            max: spec.latency.to,
        };
        let settings = ConditionSettings {
            chance,
            read: latency,
            mutation: latency,
            page_size: spec
                .page_size
                .map(|size| u16::try_from(size).unwrap_or(u16::MAX)),
        };
        let level = level::build(options, Rc::clone(&world), chance)
            .map_err(|missing| missing.to_string())?;
        let conditions = Conditions::new(level, clock.clone(), settings);
        let told = clock.clone();
        let stream = Stream::new(move || told.world_now(), keep);
        let asked = scenario
            .expect
            .iter()
            .filter_map(|expectation| match &expectation.check {
                Check::MaxGap { of, .. } => Some((of.clone(), BTreeSet::new())),
                _ => None,
            });
        let oracle = {
            let world = world.borrow();
            Oracle::new(promise::of(scenario, &world), &*world, scenario.start)
        };
        let watch = Rc::new(RefCell::new(Watch {
            witness: None,
            world: Rc::clone(&world),
            names,
            story: Story::new(options.story),
            oracle,
            judging: options.judging,
            deleted_by_us: BTreeMap::new(),
            taken_by_us: BTreeMap::new(),
            completed_starts: asked.collect(),
            passes_stopped: 0,
            jobs: BTreeMap::new(),
            due: RulesDue::default(),
        }));
        let decisions = Rc::new(RefCell::new(Decisions::default()));
        stream.add_observer(Rc::clone(&watch) as Rc<RefCell<dyn Observer>>);
        if options.story != KeepStory::Nothing {
            stream.add_observer(Rc::clone(&decisions) as Rc<RefCell<dyn Observer>>);
        }
        let header = Header {
            level: "simulated".into(),
            lock_file: super::lock_file_digest(),
            scenario: scenario.name.clone(),
            scenario_digest: scenario.digest.clone(),
            schema: JOURNAL_SCHEMA,
            seed: options.seed,
        };
        stream.note(Event::Header(Cow::Owned(header)));
        let pace = scenario
            .policies
            .iter()
            .map(|policy| policy.limits.pace_percent)
            .min();
        let policies = scenario.policies.iter();
        let launch = Rc::new(Launch {
            clock,
            conditions,
            stream,
            chance,
            pacer: Rc::new(RefCell::new(Pacer::new(pace.unwrap_or(80)))),
            policies: RefCell::new(
                policies
                    .map(|p| (p.name.clone(), Rc::new(p.clone())))
                    .collect(),
            ),
            installation: setting::installation(scenario),
            passes: Cell::new(0),
            watch: Rc::clone(&watch),
        });
        let rules = scenario
            .expect
            .iter()
            .enumerate()
            .filter_map(|(expectation, expected)| {
                let rule = RuleWatch {
                    expectation,
                    reached: false,
                    broken: false,
                };
                matches!(expected.check, Check::Always(_)).then_some(rule)
            });
        Ok(Self {
            scenario,
            disturbance,
            world,
            watch,
            decisions,
            launch,
            timeline: Timeline::new(scenario),
            chains: 0,
            open_chains: BTreeSet::new(),
            aims: Aims::default(),
            fault_names: BTreeMap::new(),
            waiting: Vec::new(),
            rules: rules.collect(),
            broken: Vec::new(),
        })
    }

    async fn play(&mut self) {
        let mut chains = Chains::default();
        loop {
            let next = self.timeline.next_at().unwrap_or(self.scenario.end);
            let clock = self.launch.clock.clone();
            let came = {
                let reached = pin!(clock.world_reaches(next));
                let ended = pin!(chains.next());
                // Passes first: what ends at this very instant has ended before it.
                match select(ended, reached).await {
                    Either::Left((ended, _)) => Some(ended),
                    Either::Right(((), _)) => None,
                }
            };
            match came {
                Some(ended) => self.chain_ended(ended),
                None if next >= self.scenario.end => break,
                None => {
                    let now = next.max(clock.world_now());
                    self.world.borrow_mut().advance(setting::sim_time(now));
                    while let Some(due) = self.timeline.pop(next) {
                        if let Some(chain) = self.happen(next, due) {
                            chains.begin(chain);
                        }
                    }
                }
            }
            self.watch.borrow_mut().drain();
            self.judge_rules();
        }
        // What is still under way is cut off: the run ends here.
        drop(chains);
    }

    /// Lets something happen; a chain of passes when that begins one.
    fn happen(&mut self, at: Timestamp, due: Due) -> Option<LocalBoxFuture<'static, Ended>> {
        match due {
            Due::Step(number) => {
                let step = &self.scenario.story[number];
                self.step(at, number, step)
            }
            Due::Later(Later::RightAccount) => {
                let account = AccountId::new(self.scenario.world.account.text().clone());
                self.world.borrow_mut().sts.become_account(account);
                self.tell(
                    at,
                    "the credentials are the right ones again".into(),
                    SmolStr::default(),
                );
                None
            }
            Due::Later(Later::UsualIndexLag) => {
                let usual = self.scenario.world.index_lag.unwrap_or(Span::from_ms(100));
                let lag = snaplife_sim::time::Span(usual.as_ms());
                outside::set_index_lag(&mut self.world.borrow_mut(), lag);
                None
            }
            Due::Passes(triggers) => {
                let chain = self.next_chain();
                Some(self.launch.chain(chain, triggers))
            }
            Due::Expect(expectation) => {
                if self.open_chains.is_empty() {
                    self.judge(expectation);
                } else {
                    self.waiting.push((expectation, self.open_chains.clone()));
                }
                None
            }
        }
    }

    pub(super) fn next_chain(&mut self) -> u64 {
        self.chains += 1;
        self.open_chains.insert(self.chains);
        self.chains
    }

    fn chain_ended(&mut self, ended: Ended) {
        self.open_chains.remove(&ended.chain);
        for (policy, at) in ended.resumes {
            self.timeline.resume(&policy, at);
        }
        self.watch.borrow_mut().drain();
        let waiting = std::mem::take(&mut self.waiting);
        for (expectation, mut chains) in waiting {
            chains.remove(&ended.chain);
            if chains.is_empty() {
                self.judge(expectation);
            } else {
                self.waiting.push((expectation, chains));
            }
        }
    }

    /// Someone may have changed a tag that gives a lifetime.
    pub(super) fn renew_promise(&self, watch: &mut Watch) {
        let world = self.world.borrow();
        let policies = self.launch.policies.borrow();
        for (name, promised) in &mut watch.oracle.promise_mut().policies {
            if let Some(policy) = policies.get(name) {
                let now = promise::lifetimes(policy, &world);
                for (volume, before) in std::mem::replace(&mut promised.lifetime_of, now) {
                    let longest = promised.longest_of.entry(volume).or_insert(before);
                    *longest = before.max(*longest);
                }
            }
        }
    }

    fn finish(mut self) -> Ran {
        // A call may have acted at the very end, which is no part of the run.
        self.world
            .borrow_mut()
            .catch_up(setting::sim_time(self.scenario.end - Span::from_ms(1)));
        self.watch.borrow_mut().drain();
        for (expectation, _) in std::mem::take(&mut self.waiting) {
            self.judge(expectation);
        }
        for expectation in self.timeline.take_rest() {
            self.judge(expectation);
        }
        self.judge_unreached();
        let violations = self.watch.borrow_mut().finish(self.scenario.end);
        self.broken
            .extend(violations.into_iter().map(promise::broken));
        self.broken.sort_by_key(|broken| broken.at);
        let last = self.scenario.end - Span::from_ms(1);
        let conditions = &self.launch.conditions;
        let missed = self
            .aims
            .missed(conditions, self.timeline.fired(), &self.world.borrow().ec2);
        let level = conditions.level();
        Ran {
            missed,
            rows: level.rows(last),
            record: self.launch.stream.finish(),
            broken: self.broken,
            watch: self.watch,
            decisions: self.decisions,
        }
    }
}
