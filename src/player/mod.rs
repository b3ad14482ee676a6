//! Plays scenarios: builds the world, lets schedules and story run, and judges what came of it.
//!
//! - [`played`]: what came of it, the facts that every report is made of;
//! - `setting`: the world as the file describes it; `level`: what stands between it and the engine;
//!   `timeline`: what happens next;
//! - `run`: one run; `steps`: what a step of the story does; `launch`: starting passes and ending them; `chains`: those
//!   under way; `faults`, `outside`: what goes wrong and what others do; `aims`: which of it met nothing; `names`: snapshots as a
//!   person names them;
//! - `watch`, `story`: following a run; `expect`: judging what the file expects; `rules`: when that is done;
//!   `promise`: what the oracle judges by;
//! - `twice`: every scenario is run twice, and both runs must agree.

mod aims;
mod chains;
mod expect;
pub(crate) mod faults;
mod launch;
mod level;
mod names;
pub(crate) mod outside;
pub mod played;
mod promise;
mod rules;
mod run;
mod setting;
mod steps;
mod story;
mod timeline;
mod twice;
mod watch;

pub use names::Names;
pub use played::{
    Broken, EXPECTATION, Figures, Lane, Note, PassStory, Played, StoryEvent, Verdict, Weight,
};
pub(crate) use setting::{build as build_world, installation_id};
pub use story::KeepStory;
pub use twice::{play, play_before};
pub use watch::Witness;

use smol_str::SmolStr;

pub use level::{LevelMissing, has_level};

use crate::scenario::model::Level;

/// How scenarios are played; by default at the level `model`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PlayOptions {
    /// Wins over the file's own seed.
    pub seed: Option<u64>,
    /// Whether the whole journal is wanted.
    pub journal: KeepJournal,
    /// How much of the story is wanted.
    pub story: KeepStory,
    /// Whether the run is made a second time and compared.
    pub check: Check,
    /// What stands between engine and world.
    pub level: Level,
    /// Where DynamoDB Local answers, for the level of that name: the URL of its root. A program has
    /// one for as long as it runs, so it is not copied about.
    pub table_url: Option<&'static str>,
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

/// Whether a run is made twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Check {
    /// Twice, one after the other, and both journals must agree line by line.
    #[default]
    Twice,
    /// The same with a thread for each: for one scenario alone.
    TwiceSideBySide,
    /// Once: for measuring.
    Once,
}

/// BLAKE3 of `Cargo.lock` as it was when this program was built, 64 hexadecimal digits.
#[must_use]
pub fn lock_file_digest() -> SmolStr {
    const LOCK_FILE: &[u8] = include_bytes!("../../Cargo.lock");
    static DIGEST: std::sync::LazyLock<SmolStr> =
        std::sync::LazyLock::new(|| SmolStr::new(blake3::hash(LOCK_FILE).to_hex().as_str()));
    DIGEST.clone()
}
