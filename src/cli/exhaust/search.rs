//! All cases on many threads.
//!
//! Threads take the next case each, so what has been played is a range without gaps, and its end is where to go on. What they count is added
//! up in any order; nothing in the totals depends on it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::arguments::Args;
use super::told;
use crate::cli::exit::{self, Exit};
use crate::cli::fuzz::stopwatch::Stopwatch;
use crate::cli::fuzz::{Failure, Partition, is_set, regression, told_of};
use crate::cli::panics;
use crate::exhaust::{Case, NotFit, Plan, PlayedCase, play};
use crate::fuzz::Cause;
use crate::report::Look;
use crate::scenario::Scenario;

/// Cases shrunk in one search; of each cause only the first is.
const SHRUNK_MAX: usize = 20;

/// What is played, and how far.
pub(super) struct Search {
    pub(super) world: Scenario,
    /// The file of the world; none: the standard one.
    pub(super) file: Option<PathBuf>,
    pub(super) pairs: bool,
    pub(super) from: usize,
    pub(super) partition: Partition,
    pub(super) threads: usize,
    pub(super) watch: Stopwatch,
    regressions: PathBuf,
    interrupted: Arc<AtomicBool>,
}

/// What was counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    /// Calls of the undisturbed day.
    pub(super) points: usize,
    /// Singles there are.
    pub(super) singles_all: usize,
    /// Pairs there are; none when they were not asked for.
    pub(super) pairs_all: Option<usize>,
    /// Cases there are; none where somebody ended it before the pairs that were asked for were known.
    pub(super) cases_all: Option<usize>,
    /// Singles played.
    pub(super) singles: usize,
    /// Pairs played.
    pub(super) pairs: usize,
    /// Calls of the engine.
    pub(super) calls: u64,
    /// The case to go on with: all before it were played, or belong to another part.
    pub(super) next: usize,
    /// Of every case's digest, in any order.
    pub(super) digest: [u8; 32],
    /// What broke, by case.
    pub(super) failures: BTreeMap<usize, (Case, Failure)>,
    causes: BTreeMap<Cause, u64>,
}

impl Search {
    pub(super) fn of(args: &Args, world: Scenario, interrupted: Arc<AtomicBool>) -> Self {
        Self {
            world,
            file: args.world.clone(),
            pairs: args.pairs,
            from: args.from,
            partition: args.shared.partition,
            threads: args.shared.threads(),
            watch: Stopwatch::start(),
            regressions: args.shared.regressions.clone(),
            interrupted,
        }
    }

    /// Whether somebody ended it early.
    pub(super) fn was_interrupted(&self) -> bool {
        is_set(&self.interrupted)
    }

    /// Plays all cases; `say` tells what is found when it is found.
    ///
    /// # Errors
    /// How the command ends when the world breaks undisturbed, which is told, or is disturbed already.
    pub(super) fn run(&self, say: &(dyn Fn(&str) + Sync), look: Look) -> Result<Totals, Exit> {
        let calm = self.play_one(None);
        if let Some(cause) = Cause::of_verdict(&calm.verdict) {
            let told = told_of(&calm.verdict);
            say(&format!(
                "FAIL  the world itself, with nothing that befalls it  {cause}: {told}\n"
            ));
            return Err(Exit::Broken);
        }
        let disturbed = calm.history.befallen().len();
        if disturbed > 0 {
            let error = NotFit::Disturbed(disturbed);
            say(&exit::shown(&error, Some(error.hint()), look));
            return Err(Exit::Usage);
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .build()
            .ok();
        let mut plan = Plan::singles_of(&calm.history);
        let totals = Mutex::new(Totals {
            points: calm.history.len(),
            singles_all: plan.singles(),
            next: self.from,
            ..Totals::default()
        });
        let histories = self.singles(&plan, &totals, pool.as_ref(), say);
        if self.pairs && histories.len() == plan.singles() {
            for history in &histories {
                plan.add_pairs_of_next(&history.history);
            }
            lock(&totals).pairs_all = Some(plan.pairs());
            self.second_ones(&plan, &totals, pool.as_ref(), say);
        }
        let mut totals = totals.into_inner().unwrap_or_else(PoisonError::into_inner);
        let are_known = !self.pairs || totals.pairs_all.is_some();
        totals.cases_all = are_known.then(|| plan.singles() + plan.pairs());
        Ok(totals)
    }

    /// Plays the singles, and gives what came of them in their order: up to where somebody ended it. For pairs they are
    /// all played, since each says which pairs follow; they count where they are asked for.
    fn singles(
        &self,
        plan: &Plan,
        totals: &Mutex<Totals>,
        pool: Option<&ThreadPool>,
        say: &(dyn Fn(&str) + Sync),
    ) -> Vec<PlayedCase> {
        let each = |number: usize| -> Option<PlayedCase> {
            let counts = number >= self.from && self.partition.has(number as u64);
            if self.was_interrupted() || !(counts || self.pairs) {
                return None;
            }
            let case = plan.case(number)?;
            let one = self.play_one(Some(&case));
            if counts {
                self.count(number, &case, &one, totals, say);
            }
            Some(one)
        };
        let numbers = 0..plan.singles();
        let played: Vec<Option<PlayedCase>> = match pool {
            Some(pool) => pool.install(|| numbers.into_par_iter().map(each).collect()),
            None => numbers.map(each).collect(),
        };
        let gap = played
            .iter()
            .enumerate()
            .skip(self.from)
            .find(|(number, one)| one.is_none() && self.partition.has(*number as u64))
            .map_or(plan.singles(), |(number, _)| number);
        let mut totals = lock(totals);
        totals.next = totals.next.max(gap);
        played.into_iter().map_while(|one| one).collect()
    }

    /// Plays the pairs.
    fn second_ones(
        &self,
        plan: &Plan,
        totals: &Mutex<Totals>,
        pool: Option<&ThreadPool>,
        say: &(dyn Fn(&str) + Sync),
    ) {
        let next = AtomicUsize::new(plan.singles().max(self.from));
        let work = || {
            while !self.was_interrupted() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(case) = plan.case(number) else { break };
                if self.partition.has(number as u64) {
                    let one = self.play_one(Some(&case));
                    self.count(number, &case, &one, totals, say);
                }
            }
        };
        match pool {
            Some(pool) => {
                pool.broadcast(|_| work());
            }
            None => work(),
        }
        let end = next.into_inner().min(plan.singles() + plan.pairs());
        lock(totals).next = end;
    }

    fn play_one(&self, case: Option<&Case>) -> PlayedCase {
        let playing = case.map_or_else(|| "the world".to_owned(), ToString::to_string);
        panics::caught_while(playing, || play(&self.world, case)).unwrap_or_else(PlayedCase::bug)
    }

    fn count(
        &self,
        number: usize,
        case: &Case,
        one: &PlayedCase,
        totals: &Mutex<Totals>,
        say: &(dyn Fn(&str) + Sync),
    ) {
        {
            let mut totals = lock(totals);
            match case.second {
                None => totals.singles += 1,
                Some(_) => totals.pairs += 1,
            }
            totals.calls += one.calls;
            let text = format!("{number} {}", one.digest);
            let mixed = blake3::hash(text.as_bytes());
            for (mine, theirs) in totals.digest.iter_mut().zip(mixed.as_bytes()) {
                *mine ^= theirs;
            }
        }
        if let Some(cause) = Cause::of_verdict(&one.verdict) {
            self.failed(number, case, cause, told_of(&one.verdict), totals, say);
        }
    }

    /// Something broke: it is told, and the first of its kind is shrunk and written.
    fn failed(
        &self,
        number: usize,
        case: &Case,
        cause: Cause,
        told: String,
        totals: &Mutex<Totals>,
        say: &(dyn Fn(&str) + Sync),
    ) {
        say(&format!(
            "FAIL  case {number}  {cause}: {told}\n      {case}\n"
        ));
        let shrinks = {
            let mut totals = lock(totals);
            let times = totals.causes.entry(cause.clone()).or_default();
            *times += 1;
            *times == 1 && totals.causes.len() <= SHRUNK_MAX
        };
        let file = shrinks
            .then(|| self.shrunk(number, case, &cause, say))
            .flatten();
        let failure = Failure { cause, told, file };
        lock(totals).failures.insert(number, (*case, failure));
    }

    fn shrunk(
        &self,
        number: usize,
        case: &Case,
        cause: &Cause,
        say: &(dyn Fn(&str) + Sync),
    ) -> Option<PathBuf> {
        let story = case.story(&self.world);
        let small = regression::small(&story, cause, regression::BUDGET, &self.interrupted);
        let scenario = small.as_ref().map_or(&story, |small| &small.scenario);
        let origin = told::origin(self, number, case);
        regression::keep_or_say(&self.regressions, scenario, cause, &origin, say)
    }
}

impl Totals {
    /// Whether every case of the part was played, from the first one asked for to the last.
    pub(super) fn is_complete(&self) -> bool {
        self.cases_all.is_some_and(|all| self.next >= all)
    }

    /// How the search ends: the gravest failure counts; without one, that it was cut off.
    pub(super) fn exit(&self) -> Exit {
        let failures = self.failures.values();
        let gravest = failures.map(|(_, failure)| failure.exit()).max();
        let cut_off = (!self.is_complete()).then_some(Exit::Attention);
        gravest.or(cut_off).unwrap_or(Exit::Ok)
    }
}

fn lock(totals: &Mutex<Totals>) -> std::sync::MutexGuard<'_, Totals> {
    // What a thread that panicked has counted is still counted.
    totals.lock().unwrap_or_else(PoisonError::into_inner)
}
