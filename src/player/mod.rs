//! Plays scenarios: builds the world, lets schedules and story run, and judges what came of it.
//!
//! - [`played`]: what came of it.

pub mod played;

use crate::scenario::Scenario;
pub use played::{Broken, Figures, Lane, PassStory, Played, StoryEvent, Verdict};

/// How scenarios are played.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PlayOptions {
    /// Wins over the file's own seed.
    pub seed: Option<u64>,
    /// Whether the whole journal is wanted.
    pub journal: KeepJournal,
}

/// Whether the whole journal of a run is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum KeepJournal {
    /// Its digest and story only.
    #[default]
    No,
    /// Every line.
    Yes,
}

/// Plays a scenario twice, compares both runs line by line, and judges the first.
#[must_use]
pub fn play(scenario: &Scenario, options: PlayOptions) -> Played {
    let _ = (scenario, options);
    unimplemented!()
}
