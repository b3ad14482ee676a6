//! Generated sequences of requests, on both sides, answers compared step by step.
//!
//! Few keys and few values, so that steps meet. A failing sequence is shrunk and printed as the requests that it is. Everything is
//! seeded: the same sequences every time, more of them with `SNAPLIFE_SEQUENCES`.
//!
//! - `steps`: what a step may be; - `condition`, `update`: expressions; - `items`: values.

mod condition;
mod items;
mod steps;
mod update;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

pub(crate) use steps::Mix;

use crate::arms::{Arms, LocalError};
use crate::differences;
use crate::request::{Request, scan};

/// Sequences of each mix, unless the environment says otherwise.
pub(crate) const SEQUENCES: u32 = 80;
/// Steps of a sequence, at most.
const STEPS_MAX: usize = 14;
/// A shrunk sequence is for people; beyond so many tries it is as good as it gets.
const SHRINKS_MAX: u32 = 600;

/// Plays sequences of a mix; how many were played.
///
/// # Errors
/// The smallest sequence found on which the two sides differ, as text.
pub(crate) fn play(arms: &mut Arms, mix: Mix, sequences: u32) -> Result<usize, String> {
    let config = Config {
        cases: sequences,
        failure_persistence: None,
        max_shrink_iters: SHRINKS_MAX,
        ..Config::default()
    };
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[mix.seed(); 32]);
    let strategy = proptest::collection::vec(mix.steps(), 1..=STEPS_MAX);
    let arms = std::cell::RefCell::new(arms);
    let result = TestRunner::new_with_rng(config, seed).run(&strategy, |steps| {
        match differing(&mut arms.borrow_mut(), &steps) {
            Ok(None) => Ok(()),
            Ok(Some(told)) => Err(TestCaseError::fail(told)),
            Err(error) => Err(TestCaseError::fail(crate::server::causes(&error))),
        }
    });
    match result {
        Ok(()) => Ok(usize::try_from(sequences).unwrap_or(usize::MAX)),
        Err(TestError::Fail(told, _)) => Err(told.message().to_owned()),
        Err(TestError::Abort(why)) => Err(format!("no sequence could be made: {}", why.message())),
    }
}

/// Where the two sides part, with all that led there.
fn differing(arms: &mut Arms, steps: &[Request]) -> Result<Option<String>, LocalError> {
    arms.clear()?;
    let mut told = String::new();
    let ends = ["", "Open", "Word", "Date"].map(|index| match index {
        "" => scan(),
        index => scan().field("IndexName", index),
    });
    for step in steps.iter().chain(&ends) {
        let answers = arms.ask(step)?;
        if answers.fake != answers.local && !differences::is_known(&answers) {
            let (fake, local) = (answers.fake, answers.local);
            return Ok(Some(format!(
                "\n{told}  - {step}\n    simulated:      {fake}\n    DynamoDB Local: {local}"
            )));
        }
        told.push_str(&format!("  - {step}\n    both: {}\n", answers.fake));
    }
    Ok(None)
}
