//! All cases on many threads.
//!
//! Threads take the next case each, so what has been played is a range without gaps, and its end is where to go on. What they count is added
//! up in any order; nothing in the totals depends on it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;

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
    pub(super) regressions: PathBuf,
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
}

/// Whether there may be a case after one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Next,
    Last,
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
        let unfit = match (disturbed, calm.history.len()) {
            (0, 0) => Some(NotFit::Quiet),
            (0, _) => None,
            _ => Some(NotFit::Disturbed(disturbed)),
        };
        if let Some(error) = unfit {
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
        self.keep(&mut totals, say);
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
        let played: Mutex<BTreeMap<usize, PlayedCase>> = Mutex::default();
        let first = if self.pairs { 0 } else { self.from };
        let end = self.in_order(first, pool, |number| {
            let Some(case) = plan.case(number).filter(|case| case.second.is_none()) else {
                return Step::Last;
            };
            let counts = number >= self.from && self.partition.has(number as u64);
            if counts || self.pairs {
                let one = self.play_one(Some(&case));
                if counts {
                    self.count(number, &case, &one, totals, say);
                }
                let mut played = played.lock().unwrap_or_else(PoisonError::into_inner);
                played.insert(number, one);
            }
            Step::Next
        });
        let mut totals = lock(totals);
        totals.next = totals.next.max(end.min(plan.singles()));
        let played = played.into_inner().unwrap_or_else(PoisonError::into_inner);
        played.into_values().collect()
    }

    /// Plays the pairs.
    fn second_ones(
        &self,
        plan: &Plan,
        totals: &Mutex<Totals>,
        pool: Option<&ThreadPool>,
        say: &(dyn Fn(&str) + Sync),
    ) {
        let end = self.in_order(plan.singles().max(self.from), pool, |number| {
            let Some(case) = plan.case(number) else {
                return Step::Last;
            };
            if self.partition.has(number as u64) {
                let one = self.play_one(Some(&case));
                self.count(number, &case, &one, totals, say);
            }
            Step::Next
        });
        lock(totals).next = end.min(plan.singles() + plan.pairs());
    }

    /// Plays numbers from `first` on, on all threads; each takes the next one, and what it has taken it plays, so that
    /// what was played is a range without gaps. The first number that was not taken.
    fn in_order(
        &self,
        first: usize,
        pool: Option<&ThreadPool>,
        play: impl Fn(usize) -> Step + Sync,
    ) -> usize {
        let next = AtomicUsize::new(first);
        let work = || {
            while !self.was_interrupted() {
                if play(next.fetch_add(1, Ordering::Relaxed)) == Step::Last {
                    break;
                }
            }
        };
        match pool {
            Some(pool) => {
                pool.broadcast(|_| work());
            }
            None => work(),
        }
        next.into_inner()
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

    /// Something broke: it is told at once.
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
        let failure = Failure {
            cause,
            told,
            file: None,
        };
        lock(totals).failures.insert(number, (*case, failure));
    }

    /// Of each cause the first case is shrunk and written, once all are known: which one that is must not depend on the
    /// threads.
    fn keep(&self, totals: &mut Totals, say: &(dyn Fn(&str) + Sync)) {
        let mut causes = BTreeSet::new();
        for (number, (case, failure)) in &mut totals.failures {
            if causes.len() < SHRUNK_MAX && causes.insert(failure.cause.clone()) {
                failure.file = self.shrunk(*number, case, &failure.cause, say);
            }
        }
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
