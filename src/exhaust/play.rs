//! One case from its story to what came of it.

use std::cell::RefCell;
use std::rc::Rc;

use super::case::Case;
use super::history::History;
use super::world::day;
use crate::domain::Timestamp;
use crate::fuzz::play::judge_beside;
use crate::journal::Digest;
use crate::player::Verdict;
use crate::scenario::Scenario;

/// What came of a case.
#[derive(Clone, Debug)]
pub struct PlayedCase {
    /// Whether everything held.
    pub verdict: Verdict,
    /// Of what happened and when.
    pub digest: Digest,
    /// The calls of the day.
    pub history: History,
    /// Calls of the engine in the whole run.
    pub calls: u64,
}

impl PlayedCase {
    /// A mistake of ours ended it.
    #[must_use]
    pub fn bug(message: String) -> Self {
        Self {
            verdict: Verdict::Bug(message),
            digest: Digest::of_text(""),
            history: History::new(Timestamp::MIN, Timestamp::MIN),
            calls: 0,
        }
    }
}

/// Plays a case in a world; none is the world undisturbed.
///
/// A case that does not befall the calls it names is our own mistake, and its verdict says so: what was not tried must not count as
/// held. A world's own story may befall others beside them, which it does not do undisturbed.
#[must_use]
pub fn play(world: &Scenario, case: Option<&Case>) -> PlayedCase {
    let (begins, ends) = day(world);
    let history = Rc::new(RefCell::new(History::new(begins, ends)));
    let beside = Rc::clone(&history) as Rc<RefCell<dyn crate::player::Witness>>;
    let judged = match case {
        Some(case) => judge_beside(&case.story(world), beside),
        None => judge_beside(world, beside),
    };
    let history = history.replace(History::new(begins, ends));
    let named: Vec<u32> = case.into_iter().flat_map(Case::calls).collect();
    let befallen = history.befallen();
    let all_are = named.iter().all(|nth| befallen.contains(nth));
    let verdict = match judged.played.verdict {
        Verdict::Held if !all_are => Verdict::Bug(format!(
            "calls {named:?} were to be befallen, and {:?} were",
            befallen
        )),
        verdict => verdict,
    };
    PlayedCase {
        verdict,
        digest: judged.digest,
        history,
        calls: judged.played.figures.calls,
    }
}
