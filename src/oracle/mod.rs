//! The judge of a simulated run: did it keep what was promised?
//!
//! It reads the journal and the truth of the world, and nothing else: it shares no rule with the
//! planner, the engine or the catalog, or it would share their mistakes. Start at [`judge`].
//!
//! - [`invariant`]: the promises, each in a sentence; [`promise`]: this run's figures for them;
//! - [`truth`]: what is asked of the world; [`violation`]: a broken promise, told;
//!   [`secret`]: credentials in a text;
//! - `calls`, `listings`, `deletes` with `retention`, `sets` and `blast`, `creates`, `rows`, `passes`,
//!   `liveness` with `expiry`: the checks, by what they look at; `memory`: what is remembered for them.

pub mod invariant;
pub mod judge;
pub mod promise;
pub mod secret;
pub mod truth;
pub mod violation;

mod blast;
mod calls;
mod creates;
mod deletes;
mod expiry;
mod listings;
mod liveness;
mod memory;
mod passes;
mod retention;
mod rows;
mod sets;

#[cfg(test)]
mod tests;

pub use invariant::{Invariant, Status};
pub use judge::Oracle;
pub use promise::{Bounds, PolicyPromise, Promise, Shortening, SlotPromise};
pub use secret::find_secret;
pub use truth::{Deed, Truth};
pub use violation::Violation;
