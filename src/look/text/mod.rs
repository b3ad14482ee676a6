//! What was looked at, for people.
//!
//! - [`list`], [`show`], [`explain`], [`doctor`]: one each; `words`: what they share.

mod doctor;
mod explain;
mod list;
mod show;
mod words;

pub use doctor::doctor;
pub use explain::explain;
pub use list::list;
pub use show::show;
