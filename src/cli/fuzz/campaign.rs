//! Many seeds on many threads.
//!
//! Threads take the next seed each, so what has been played is a range without gaps. What they
//! count is added up in any order; nothing in the totals depends on it, the digest included.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::arguments::Args;
use super::failure::{Failure, told_of};
use super::is_set;
use super::regression;
use super::shared::Partition;
use super::stopwatch::{Stopwatch, new_seed};
use crate::cli::exit::Exit;
use crate::cli::panics;
use crate::domain::Span;
use crate::fuzz::marks::Tally;
use crate::fuzz::{Cause, Judged, Order, Profile, Size, expand, judge};
use crate::player::{self, Check, PlayOptions, Verdict};
use crate::scenario::Scenario;

/// Seeds without another limit.
const SEEDS: u64 = 1_000;
/// Seeds until every mark was reached.
const SEEDS_UNTIL_REACHED: u64 = 100_000;
/// One seed in so many is played twice more, and both runs are compared line by line.
const TWICE_EVERY: u64 = 64;
/// After so many seeds a thread adds up what it has counted.
const ADD_UP_EVERY: u64 = 32;
/// Stories shrunk for one cause; what else breaks in the same way is only told.
const SHRUNK_OF_A_CAUSE: u64 = 1;
/// Stories shrunk in one search.
const SHRUNK_MAX: usize = 20;

/// What is played, and until when.
pub(super) struct Campaign {
    pub(super) first_seed: u64,
    pub(super) profile: Profile,
    pub(super) size: Size,
    pub(super) partition: Partition,
    pub(super) until_reached: bool,
    pub(super) watch: Stopwatch,
    pub(super) threads: usize,
    pub(super) regressions: PathBuf,
    seeds_max: u64,
    lasts: Option<Duration>,
    interrupted: Arc<AtomicBool>,
    next: AtomicU64,
    over: AtomicBool,
    totals: Mutex<Totals>,
}

/// What was counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    /// Seeds played.
    pub(super) seeds: u64,
    /// How many of them were played twice more.
    pub(super) twice: u64,
    /// Simulated time.
    pub(super) simulated: Span,
    /// Calls of the engine.
    pub(super) calls: u64,
    /// Lines of the journals.
    pub(super) lines: u64,
    /// The last seed that was given out, partition or not; none before the first.
    pub(super) last: Option<u64>,
    /// Of every seed's digest, in any order.
    pub(super) digest: [u8; 32],
    /// What was reached.
    pub(super) tally: Tally,
    /// What broke, by seed.
    pub(super) failures: BTreeMap<u64, Failure>,
    /// How often each cause was met.
    causes: BTreeMap<Cause, u64>,
}

impl Campaign {
    pub(super) fn of(args: &Args, interrupted: Arc<AtomicBool>) -> Self {
        let seeds_max = args
            .seeds
            .unwrap_or(match (args.lasts, args.until_reached) {
                (Some(_), _) => u64::MAX,
                (None, true) => SEEDS_UNTIL_REACHED,
                (None, false) => SEEDS,
            });
        Self {
            first_seed: args.first_seed.unwrap_or_else(new_seed),
            profile: args.profile,
            size: args.size,
            partition: args.shared.partition,
            until_reached: args.until_reached,
            watch: Stopwatch::start(),
            threads: args.shared.threads(),
            regressions: args.shared.regressions.clone(),
            seeds_max,
            lasts: args.lasts,
            interrupted,
            next: AtomicU64::new(0),
            over: AtomicBool::new(false),
            totals: Mutex::default(),
        }
    }

    /// Whether somebody ended it early.
    pub(super) fn was_interrupted(&self) -> bool {
        is_set(&self.interrupted)
    }

    /// Plays until it is over. `say` tells what is found when it is found.
    pub(super) fn run(&self, say: &(dyn Fn(&str) + Sync)) -> Totals {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .build();
        match pool {
            Ok(pool) => {
                pool.broadcast(|_| self.work(say));
            }
            // Where no thread can be had, this one is still there.
            Err(_) => self.work(say),
        }
        self.locked().clone()
    }

    /// One thread's part.
    fn work(&self, say: &(dyn Fn(&str) + Sync)) {
        let mut counted = Totals::default();
        let mut since = 0;
        while !self.is_over() {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.seeds_max {
                break;
            }
            let seed = self.first_seed.wrapping_add(number);
            counted.last = counted.last.max(Some(number));
            if !self.partition.has(number) {
                continue;
            }
            self.play(seed, number, &mut counted, say);
            since += 1;
            if since == ADD_UP_EVERY {
                self.add_up(&mut counted);
                since = 0;
            }
        }
        self.add_up(&mut counted);
    }

    fn is_over(&self) -> bool {
        is_set(&self.over)
            || self.was_interrupted()
            || self.lasts.is_some_and(|lasts| self.watch.lasted() >= lasts)
    }

    fn play(&self, seed: u64, number: u64, counted: &mut Totals, say: &(dyn Fn(&str) + Sync)) {
        let order = Order {
            seed,
            profile: self.profile,
            size: self.size,
        };
        let playing = format!("seed {seed} of {}", self.profile.name());
        let story = panics::caught_while(playing.clone(), || expand(order));
        counted.seeds += 1;
        let story = match story {
            Ok(story) => story,
            Err(message) => {
                self.failed(seed, None, Cause::bug(&message), message, say);
                return;
            }
        };
        let judged = panics::caught_while(playing.clone(), || judge(&story));
        let verdict = match judged {
            Ok(judged) => {
                counted.count(seed, &judged);
                judged.played.verdict
            }
            Err(message) => Verdict::Bug(message),
        };
        let own_number = number / self.partition.of;
        let verdict = if own_number.is_multiple_of(TWICE_EVERY) && matches!(verdict, Verdict::Held)
        {
            counted.twice += 1;
            let twice = PlayOptions {
                check: Check::Twice,
                ..PlayOptions::default()
            };
            panics::caught_while(playing, || player::play(&story, twice).verdict)
                .unwrap_or_else(Verdict::Bug)
        } else {
            verdict
        };
        if let Some(cause) = Cause::of_verdict(&verdict) {
            let told = told_of(&verdict);
            self.failed(seed, Some(&story), cause, told, say);
        }
    }

    /// Something broke: it is told, and the first of its kind is shrunk and written.
    fn failed(
        &self,
        seed: u64,
        story: Option<&Scenario>,
        cause: Cause,
        told: String,
        say: &(dyn Fn(&str) + Sync),
    ) {
        say(&format!("FAIL  seed {seed}  {cause}: {told}\n"));
        let shrinks = {
            let mut totals = self.locked();
            let times = totals.causes.entry(cause.clone()).or_default();
            *times += 1;
            *times <= SHRUNK_OF_A_CAUSE && totals.causes.len() <= SHRUNK_MAX
        };
        let file = match story.filter(|_| shrinks) {
            Some(story) => self.shrunk(seed, story, &cause, say),
            None => None,
        };
        let failure = Failure { cause, told, file };
        self.locked().failures.insert(seed, failure);
    }

    fn shrunk(
        &self,
        seed: u64,
        story: &Scenario,
        cause: &Cause,
        say: &(dyn Fn(&str) + Sync),
    ) -> Option<PathBuf> {
        let shrunk = regression::small(story, cause, regression::BUDGET, &self.interrupted);
        let again = format!(
            "snaplife fuzz --profile {} --size {} --first-seed {seed} --seeds 1",
            self.profile.name(),
            self.size.name()
        );
        let (scenario, origin) = match &shrunk {
            Some(shrunk) => (
                &shrunk.scenario,
                format!(
                    "Found by `{again}` and shrunk from {} steps to {}.",
                    story.story.len(),
                    shrunk.scenario.story.len()
                ),
            ),
            None => (story, format!("Found by `{again}`.")),
        };
        regression::keep_or_say(&self.regressions, scenario, cause, &origin, say)
    }

    fn add_up(&self, counted: &mut Totals) {
        let mut totals = self.locked();
        totals.add(counted);
        *counted = Totals::default();
        if self.until_reached && totals.tally.unreached(self.profile).is_empty() {
            self.over.store(true, Ordering::Relaxed);
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Totals> {
        // What a thread that panicked has counted is still counted.
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Totals {
    fn count(&mut self, seed: u64, judged: &Judged) {
        let played = &judged.played;
        self.simulated = self.simulated + played.figures.simulated;
        self.calls += played.figures.calls;
        self.lines += played.figures.lines;
        self.tally.add(&judged.tally);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(judged.digest.to_string().as_bytes());
        self.mix(hasher.finalize().as_bytes());
    }

    /// Whatever the order, the same comes out.
    fn mix(&mut self, digest: &[u8; 32]) {
        for (mine, theirs) in self.digest.iter_mut().zip(digest) {
            *mine ^= theirs;
        }
    }

    fn add(&mut self, other: &Self) {
        self.seeds += other.seeds;
        self.twice += other.twice;
        self.simulated = self.simulated + other.simulated;
        self.calls += other.calls;
        self.lines += other.lines;
        self.last = self.last.max(other.last);
        self.mix(&other.digest);
        self.tally.add(&other.tally);
    }

    /// How the search ends: the gravest failure counts; without one, that it was cut off.
    pub(super) fn exit(&self, campaign: &Campaign) -> Exit {
        let graver = self.failures.values().map(Failure::exit);
        let reached = campaign.until_reached
            && !campaign.was_interrupted()
            && !self.tally.unreached(campaign.profile).is_empty();
        let unreached = reached.then_some(Exit::Broken);
        let cut_off = campaign.was_interrupted().then_some(Exit::Attention);
        let gravest = graver.chain(unreached).max();
        gravest.or(cut_off).unwrap_or(Exit::Ok)
    }
}
