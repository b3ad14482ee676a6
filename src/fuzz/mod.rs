//! Looks for what nobody wrote down.
//!
//! A seed is first expanded into an explicit scenario, which could have been written by hand, then
//! played, and judged by the oracle. What fails is shrunk as data, not as a stream of random
//! numbers, into a file that a person can read and that is replayed for ever.
//!
//! - [`profile`]: how hard and how long; [`expand`]: from a seed to its story, by
//!   way of `draw`: draws that are named, so that one more moves no other;
//! - [`marks`]: what was reached, by name; [`play`]: one seed from story to result;
//! - [`cause`]: what broke first; [`shrink`]: the smallest story that breaks in the same way.

pub mod cause;
mod draw;
pub mod expand;
pub mod marks;
pub mod play;
pub mod profile;
pub mod shrink;

pub use cause::Cause;
pub use expand::{Order, expand};
pub use play::{Judged, judge};
pub use profile::{Profile, Size};
pub use shrink::{Shrunk, shrink};

#[cfg(test)]
mod tests;
