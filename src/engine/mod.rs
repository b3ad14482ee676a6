//! The lifecycle engine: observe → plan → execute, through the ports and nothing else.
//!
//! It does not know whether AWS is simulated. A pass is one future: nothing is spawned, nothing
//! happens in `Drop`, so that dropping the future at any point is a crash.
//!
//! - [`pass`]: one run of one job, from lease to record; [`context`]: what a pass carries along;
//!   `rehearsal`: a pass that changes nothing; [`idle`]: one that does nothing by itself;
//! - [`observe`]: listings, page by page, checked against what was asked;
//! - [`create`]: the job `create`; [`targets`]: what the policy's tag selects; [`left_open`]: what
//!   earlier passes began; [`missed`]: what is not taken;
//! - [`send`]: one creation; [`operation`]: the ids of creations; [`unanswered`]: finding out what one
//!   without an answer did; [`in_doubt`]: what another one may have made; [`settle`]: recording what
//!   was made;
//! - [`sync`]: the job `sync`; [`audit`]: its daily comparison of both sides;
//! - [`expire`]: the job `expire`; [`facts`]: what it must know before it decides; [`locks`]: which
//!   snapshots a lock protects; [`source`]: whether a volume is gone; [`delete`]: mark → look → delete;
//! - [`side_by_side`]: work of a pass that does not depend on each other;
//! - [`rejudge`]: walking over a policy's snapshots when its rules have changed;
//! - [`preview`]: what the next `expire` would decide, without doing it;
//! - [`notify`]: telling people; [`record`]: what a run leaves;
//! - [`by_hand`], [`holding`]: what only a person may do; [`init`]: the first start; [`takeover`]:
//!   rows of the old scripts.

pub mod by_hand;
pub mod context;
pub mod holding;
pub mod idle;
pub mod init;
pub mod pass;
pub mod preview;
pub mod takeover;

mod audit;
mod create;
mod delete;
mod expire;
pub(crate) mod facts;
mod in_doubt;
mod left_open;
pub(crate) mod locks;
mod missed;
mod notify;
pub(crate) mod observe;
mod operation;
mod record;
mod rehearsal;
mod rejudge;
mod send;
mod settle;
pub(crate) mod side_by_side;
mod source;
mod sync;
mod targets;
mod unanswered;

pub use context::Pass;
pub use pass::{PassReport, PassSetup, run_pass};
pub(crate) use sync::AUDIT_EVERY;
