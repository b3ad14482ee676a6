//! The world in which everything is tried.

use crate::domain::{Span, Timestamp};
use crate::scenario::{Colour, Scenario, load};

const STANDARD: &str = include_str!("standard.yaml");
/// The shortest run: a day before, the day itself, and a day in which all must come right.
const LASTS_MIN: Span = Span::days(3);

/// A scenario in which not everything can be tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotFit {
    /// It runs for no more than this.
    #[error(
        "the scenario runs for {0}, and three days are needed: one before, one whose calls are disturbed, and one to come right in"
    )]
    TooShort(Span),
    /// Its own story befalls so many calls of the second day.
    #[error(
        "the scenario's own story befalls {0} calls of its second day, which are to be disturbed one at a time"
    )]
    Disturbed(usize),
    /// Nothing is called on the second day.
    #[error("the scenario calls nothing on its second day, so nothing can befall a call of it")]
    Quiet,
}

impl NotFit {
    /// What to do about it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::TooShort(_) => "give it a `run_for` of three days or more",
            Self::Disturbed(_) => {
                "take the faults out of its `story`, or let them end before the second day"
            }
            Self::Quiet => "give its policy schedules that are due on the second day",
        }
    }
}

/// The standard small world, `standard.yaml` beside this file.
///
/// # Panics
/// When that file is wrong, which a test would have found.
#[must_use]
pub fn standard() -> Scenario {
    load("standard.yaml", STANDARD.as_bytes()).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.render(STANDARD.as_bytes(), Colour::Plain))
    })
}

/// A scenario as the world of an exhaustive search. What it expects in the end is left out, since that was written for its own story; the
/// invariants stay.
///
/// # Errors
/// When it is too short.
pub fn usable(mut scenario: Scenario) -> Result<Scenario, NotFit> {
    let lasts = scenario.end - scenario.start;
    if lasts < LASTS_MIN {
        return Err(NotFit::TooShort(lasts));
    }
    scenario.expect.clear();
    scenario.seed.get_or_insert(0);
    Ok(scenario)
}

/// The day whose calls are disturbed: its first instant and the first after it.
pub(super) fn day(world: &Scenario) -> (Timestamp, Timestamp) {
    let begins = world.start + Span::days(1);
    (begins, begins + Span::days(1))
}
