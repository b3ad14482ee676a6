//! Looking, and nothing else: what the catalog and EC2 know, side by side, and what the planner
//! says about it. Nothing in here changes anything.
//!
//! - [`list`]: the snapshots of a policy or a volume; [`show`]: all that is known of one;
//!   [`explain`]: when one may go, what keeps it and what blocks it, in the planner's own words;
//! - [`doctor`]: whether an installation can work;
//! - [`subject`]: ids and names as they come from a command line; [`mistake`]: what can be wrong
//!   with them; `sides`: when table and EC2 agree;
//! - [`text`], [`json`]: how all of that reads.

pub mod doctor;
pub mod explain;
pub mod json;
pub mod list;
pub mod mistake;
pub mod show;
mod sides;
pub mod subject;
pub mod text;

pub use mistake::LookError;
