//! (policies, facts, now) → a plan: decisions with reasons. Pure and synchronous.
//!
//! Nothing in here can wait, ask, fail or know what time it is; `plan` has no clock.
//!
//! - [`decision`]: one line of a plan and how it reads; [`input`]: what the planner is told;
//! - [`create`]: what is due and how it is taken; [`expire`]: what may go and what forbids it;
//! - [`repair`]: orphans (in EC2, not in the catalog) and ghosts (the reverse);
//! - [`lifetime`]: the lifetime that tag and policy give.

pub mod create;
pub mod decision;
pub mod expire;
pub mod input;
pub mod lifetime;
pub mod repair;

pub use create::{CreateInput, CreatePlan, CreateTask, Member, Taken, plan_create};
pub use decision::{Decision, Reason, Subject, Verdict};
pub use expire::{Blast, ExpireItem, ExpireMember, ExpirePlan, JudgeAgain, plan_expire};
pub use lifetime::{LifetimeNote, lifetime_for};
pub use repair::{GhostVerdict, OrphanFacts, OrphanVerdict, judge_ghost, judge_orphan};
