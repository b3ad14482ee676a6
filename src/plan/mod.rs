//! (policies, facts, now) → a plan: decisions with reasons. Pure and synchronous.
//!
//! Nothing in here can wait, ask, fail or know what time it is; `plan` has no clock.
//!
//! - [`decision`]: one line of a plan and how it reads; [`input`]: what the planner is told;
//! - [`lifetime`]: the lifetime that tag and policy give;
//! - [`create`]: what is due and how it is taken; `tags`: what it is tagged with;
//! - [`expire`]: what may go and what forbids it. Behind it stand `fleet` (facts by id and set),
//!   `retention` (what the keep rules want), `floor` (what must stay), `guards` (what forbids a
//!   delete), `judge` (one snapshot by itself) and `blast` (how many may go);
//! - [`repair`]: orphans (in EC2, not in the catalog) and ghosts (the reverse);
//! - [`consent`]: how much of a plan a pass may carry out.

mod blast;
pub mod consent;
pub mod create;
pub mod decision;
pub mod expire;
#[cfg(test)]
mod fixture;
mod fleet;
mod floor;
mod guards;
pub mod input;
mod judge;
pub mod lifetime;
pub mod repair;
mod retention;
mod tags;

pub use consent::{BlastVerdict, Consent, PassPlan, Refused};
pub use create::{CreateInput, CreatePlan, CreateTask, Member, Taken, plan_create};
pub use decision::{Decision, Reason, Subject, Verdict};
pub use expire::{Blast, ExpireItem, ExpireMember, ExpirePlan, JudgeAgain, plan_expire};
pub use lifetime::{LifetimeNote, lifetime_for};
pub use repair::{GhostVerdict, OrphanFacts, OrphanVerdict, judge_ghost, judge_orphan};
