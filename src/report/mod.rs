//! What came of a run, made readable; nothing in here decides anything or prints.
//!
//! - [`text`]: one line per scenario, and the last line that counts;
//! - [`story`]: a failure on one screen; [`slice`]: which events belong to it;
//! - [`explain`]: every pass with every decision and its reason;
//! - [`json`]: all of it for a machine, with a version;
//! - [`junit`]: test results as CI servers read them;
//! - [`look`]: width and colour; [`offset`], [`kind`]: instants, and kinds of findings, as they are
//!   written in a scenario.

pub mod explain;
pub mod json;
pub mod junit;
pub mod kind;
pub mod look;
pub mod offset;
pub mod slice;
pub mod story;
pub mod text;

#[cfg(test)]
pub(crate) mod samples;

pub use look::{Colour, Look};
