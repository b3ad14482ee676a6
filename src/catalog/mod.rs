//! Our own record in the table `Snaps`: what was asked for, what came of it, what may go when.
//!
//! The table is a port like any other; this module knows how rows look and how they are written.
//! Each write is conditional.
//!
//! - [`attr`], [`key`]: the names of attributes and the keys of rows;
//! - [`snapshot_row`], [`intent`], [`guard`], [`lease`], [`meta`]: one kind of row each;
//! - [`item`]: reading and building items; [`write`]: conditional writes whose answer was lost;
//! - [`read`]: consistent reads and queries on the three indexes.

pub mod attr;
pub mod guard;
pub mod intent;
pub mod item;
pub mod key;
pub mod lease;
pub mod meta;
pub mod read;
pub mod snapshot_row;
pub mod write;

pub use guard::Guard;
pub use intent::{Intent, IntentState, set_made};
pub use item::RowError;
pub use lease::Lease;
pub use meta::{Installation, PolicyMeta};
pub use snapshot_row::SnapshotRow;
pub use write::{Conditional, Written};
