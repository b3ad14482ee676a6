//! What was looked at, for people.
//!
//! - [`list`], [`show`], [`explain`], [`doctor`], [`deletes`]: one each; `words`: what they share.

mod deletes;
mod doctor;
mod explain;
mod list;
mod show;
mod words;

pub use deletes::deletes;
pub use doctor::doctor;
pub use explain::explain;
pub use list::list;
pub use show::{in_a_line, show};
pub(super) use words::counted;
