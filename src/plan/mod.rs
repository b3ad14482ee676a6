//! (policies, facts, now) → a plan: decisions with reasons. Pure and synchronous.
//!
//! Nothing in here can wait, ask, fail or know what time it is; `plan` has no clock.

pub mod input;
