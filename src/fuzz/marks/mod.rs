//! What was reached: marks with names, and how often each was hit.
//!
//! A *sometimes* mark is something that must happen in some seed, or the fuzzer looks into a corner
//! that is empty; an *always* mark is something that must hold each time it is looked at, whatever
//! happens: a second, small judge beside the oracle. Marks are derived from the lines of the journal
//! and the truth of the world by [`watcher`], so the engine knows nothing of them.
//!
//! - [`mark`]: which there are; [`kinds`]: what they are made of; `least`: from which profile on each must
//!   be reached; [`tally`]: hits;
//! - `story`: those that a story reaches by what it is;
//! - [`watcher`]: follows a run; `passes`, `snapshots`, `faults`: what it sees of each;
//!   `trace`: a digest of what happened; [`always`]: what holds each time.

pub mod always;
mod faults;
pub mod kinds;
mod least;
pub mod mark;
mod passes;
mod snapshots;
mod story;
pub mod tally;
mod trace;
pub mod watcher;

pub use always::{Always, Failing};
pub use kinds::Moment;
pub use mark::Mark;
pub use story::of_story;
pub use tally::Tally;
pub use watcher::{Watched, Watcher};
