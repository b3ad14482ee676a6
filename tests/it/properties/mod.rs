//! Properties of the planner over random fleets.
//!
//! - `fleet`: random volumes, snapshots and policies; `naive`: retention once more, slow and plain;
//! - `expire`: what must hold of every plan to delete, and how plans move when the facts move;
//! - `create`: what must hold of every plan to take.

mod create;
mod expire;
mod fleet;
mod naive;
