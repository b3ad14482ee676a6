//! Where a command acts: a simulated account of this machine, or a real one.
//!
//! - [`place`]: what differs between the two, as a trait; `local` implements it over a world in a
//!   file, `live` over the SDK;
//! - [`open`]: an open [`Site`]: the place with the configuration, the journal and a runtime;
//!   [`configuration`]: where that is read from, and what it pins; `error`: what keeps a site shut;
//! - [`journal`]: the file that every command appends to; [`recording`]: notes the calls of a place
//!   that has no conditions above it;
//! - [`planfile`]: a plan between `plan --out` and `apply`;
//! - `time`: in what time it works; [`interrupt`]: Ctrl-C, as an end in good order.
//!
//! A command opens a site, makes passes of it ([`Site::pass`], [`Site::deed_pass`]), runs their futures
//! on it ([`Site::run`]) and closes it.

pub mod configuration;
mod error;
mod interrupt;
pub mod journal;
pub mod open;
pub mod place;
pub mod planfile;
pub mod recording;
mod time;

pub use configuration::configuration;
pub use error::SiteError;
pub use open::{Opening, Site, Where};
pub use place::{Identity, Place, PlaceError};
