//! Plays a recorded journal back: the engine gets the recorded answers at the recorded times, and its
//! decisions are compared.
//!
//! - [`recorded`]: the passes of a journal's file; `answers`: the ports that give recorded answers;
//! - [`play`]: one pass played back, and what differs.
//!
//! Between two lines of a journal the engine may have read its clock; what it read is taken to lie
//! where simulated time stands then, which is exact for a local world and off by less than the next
//! line for a real account.

mod answers;
pub mod play;
pub mod recorded;

pub use play::{PlayedBack, play_back};
pub use recorded::{Recorded, RecordedPass, RecordingError, read};
