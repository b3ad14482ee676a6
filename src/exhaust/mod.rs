//! Everything that can go wrong once, and every two things that can, in a small world.
//!
//! Where [`fuzz`](crate::fuzz) draws, this counts: the run of a small world is a list of calls, each can be disturbed in a few ways, and all
//! of them are played. A case is a scenario like any other; what breaks is shrunk and written as the fuzzer does it.
//!
//! - `world`: in which everything is tried, and which scenario fits;
//! - [`injection`]: what can befall a call, and which of it is told apart in pairs; [`case`]: one or two of them as a story;
//! - [`history`]: the calls of a run, which are the points of the next case; [`play`]: a case from story to result;
//! - [`plan`]: all cases in their order, each with its number.
//!
//! **Complete** means: of the calls that are sent on the second day of the world, each, with everything of [`What`] that can befall it; and
//! for pairs, after each of those, each later call of the day *in the history to which the first one leads*, with everything that
//! differs in what AWS did and what the caller may conclude. A pass dies once: of the calls that it had under way beside the one at
//! which it was killed, none is the point of another crash.

pub mod case;
pub mod history;
pub mod injection;
pub mod plan;
pub mod play;
mod world;

pub use case::Case;
pub use injection::{Injection, What};
pub use plan::Plan;
pub use play::{PlayedCase, play};
pub use world::{NotFit, standard, usable};

#[cfg(test)]
mod tests;
