//! From a story that fails to the smallest one found that fails in the same way.
//!
//! It works on the story as data, by passes that each try to leave something out or to make it
//! plainer, until none of them helps or the budget is used up. Each try is written as a file, read
//! back and played, so that what is kept is what a file says, and its failure the file's. The order
//! of tries is fixed: a story shrinks in the same way each time, unless time runs out.
//!
//! - `steps`: leaves steps out and makes them plainer; `things`: machines, volumes, policies;
//!   `settings`: how AWS behaves and what policies say; `times`: shorter, and round times;
//!   `names`: plain names.

mod names;
mod settings;
mod steps;
mod things;
mod times;

#[cfg(test)]
mod tests;

use super::cause::Cause;
use crate::player::EXPECTATION;
use crate::scenario::{Scenario, load, write};

/// Tries of one shrinking; a story of 20 steps needs some hundreds.
pub const TRIES_MAX: u32 = 3_000;

/// What became of a story.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The smallest one found; it fails in the same way.
    pub scenario: Scenario,
    /// How many were played.
    pub tries: u32,
    /// Whether time or tries ran out before nothing helped any more.
    pub cut_short: bool,
}

/// Tries stories one after the other and keeps the best.
pub(super) struct Search<'a> {
    best: Scenario,
    cause: Cause,
    judge: &'a mut dyn FnMut(&Scenario) -> Option<Cause>,
    goes_on: &'a mut dyn FnMut() -> bool,
    tries: u32,
    cut_short: bool,
}

/// Shrinks a story that fails for a cause.
///
/// `judge` plays a story and says what broke first; `goes_on` says whether there is time for
/// another try. None when the story as a file does not fail for that cause.
pub fn shrink(
    scenario: &Scenario,
    cause: &Cause,
    judge: &mut dyn FnMut(&Scenario) -> Option<Cause>,
    goes_on: &mut dyn FnMut() -> bool,
) -> Option<Shrunk> {
    let mut search = Search {
        best: scenario.clone(),
        cause: cause.clone(),
        judge,
        goes_on,
        tries: 0,
        cut_short: false,
    };
    // What nobody could read back is no story.
    if !search.better(scenario.clone()) {
        return None;
    }
    search.one_expectation();
    loop {
        let before = written(&search.best);
        search.less();
        if search.is_over() || written(&search.best) == before {
            break;
        }
    }
    Some(Shrunk {
        scenario: search.best,
        tries: search.tries,
        cut_short: search.cut_short,
    })
}

impl Search<'_> {
    /// Of several expectations the one that breaks: another one that comes to break is another cause.
    fn one_expectation(&mut self) {
        let all = self.best.expect.clone();
        if all.len() < 2 || self.cause.id != EXPECTATION {
            return;
        }
        for one in all {
            if self.is_over() || self.try_with(|scenario| scenario.expect = vec![one]) {
                break;
            }
        }
    }

    /// All passes once, those that leave most out first.
    fn less(&mut self) {
        if !self.best.expect.is_empty() && self.cause.id != EXPECTATION {
            let mut plain = self.best.clone();
            plain.expect.clear();
            self.better(plain);
        }
        self.fewer_steps();
        self.shorter();
        self.fewer_things();
        self.plainer_settings();
        self.plainer_steps();
        self.rounder_times();
        self.plainer_names();
    }

    pub(super) fn best(&self) -> &Scenario {
        &self.best
    }

    pub(super) fn is_over(&self) -> bool {
        self.cut_short
    }

    /// Plays a try; it is the new best one if it fails in the same way.
    pub(super) fn better(&mut self, tried: Scenario) -> bool {
        if self.tries >= TRIES_MAX || !(self.goes_on)() {
            self.cut_short = true;
            return false;
        }
        let text = write(&tried, None);
        let Ok(mut read) = load(&tried.path, text.as_bytes()) else {
            return false;
        };
        read.digest = tried.digest;
        self.tries += 1;
        let same = (self.judge)(&read).is_some_and(|cause| cause == self.cause);
        if same {
            self.best = read;
        }
        same
    }

    /// Changes a copy of the best one and tries it. A change that changes nothing is not tried.
    pub(super) fn try_with(&mut self, change: impl FnOnce(&mut Scenario)) -> bool {
        let mut tried = self.best.clone();
        change(&mut tried);
        written(&tried) != written(&self.best) && self.better(tried)
    }

    /// Leaves out items of a list, by ever smaller blocks (delta debugging), the last ones first.
    pub(super) fn fewer<T>(&mut self, list: impl Fn(&mut Scenario) -> &mut Vec<T>, fewest: usize) {
        let mut size = list(&mut self.best.clone()).len();
        while size > 0 && !self.is_over() {
            let mut end = list(&mut self.best.clone()).len();
            while end > 0 && !self.is_over() {
                let from = end.saturating_sub(size);
                let mut tried = self.best.clone();
                let items = list(&mut tried);
                let to = end.min(items.len());
                items.drain(from..to);
                if items.len() >= fewest {
                    self.better(tried);
                }
                end = from;
            }
            size /= 2;
        }
    }
}

/// The text of a story, which says whether two are the same.
fn written(scenario: &Scenario) -> String {
    write(scenario, None)
}
