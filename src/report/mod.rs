//! What came of a run, made readable; nothing in here decides anything or prints.
//!
//! - [`text`]: one line per scenario, and the last line that counts;
//! - [`story`]: a failure on one screen; [`excerpt`]: which events belong to it;
//! - [`explain`]: every pass with every decision and its reason;
//! - [`pass`], [`pass_json`]: what a single pass would do and what one did; [`init_json`]: the same of
//!   `init`;
//! - [`json`]: all of it for a machine, with a version;
//! - [`junit`]: test results as CI servers read them; [`world`]: what a simulated account holds;
//! - [`look`]: width and colour; [`offset`], [`kind`]: instants, and kinds of findings, as they are
//!   written in a scenario.

pub mod excerpt;
pub mod explain;
pub mod init_json;
pub mod json;
pub mod junit;
pub mod kind;
pub mod look;
pub mod offset;
pub mod pass;
pub mod pass_json;
pub mod story;
pub mod text;
pub mod world;

#[cfg(test)]
pub(crate) mod samples;

pub use look::{Aim, Colour, Look};
