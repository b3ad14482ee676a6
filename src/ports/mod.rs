//! The seam: everything the engine may ask of the outside.
//!
//! One request is one AWS call, and one page of a listing is one call, so that a crash can be
//! placed between any two. What stands behind the seam is [`Aws`]: the simulated world, or the SDK.
//! Decorators (the journal's recorder, faults and latency) implement the same trait once for every
//! call there is.
//!
//! - [`operation`]: the list of calls, with service, effect and answer type of each; [`resource`]:
//!   what a call is about;
//! - [`ec2`], [`table`], [`sns`], [`sts`]: what they carry; [`Page`]: what all pages have in common;
//! - [`answer`]: how they end; [`classify`]: what AWS's codes mean; [`clock`]: time.
//!
//! A port is behind `Rc`, not `Arc`: a pass is one future on one thread, and dropping that future
//! is a crash.

pub mod answer;
pub mod classify;
pub mod clock;
pub mod ec2;
pub mod operation;
mod page;
pub mod resource;
pub mod sns;
pub mod sts;
pub mod table;

use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use answer::{
    Answer, Done, Meta, NotSentCause, Outcome, Rejection, RejectionClass, UnknownCause,
};
pub use clock::Clock;
pub use operation::{Effect, Operation, OperationName, Reply, Request, Service};
pub use page::Page;

use crate::domain::{Job, PolicyName};

/// What answers calls.
pub trait Aws {
    /// Sends one call and waits for how it ends.
    ///
    /// The future must be safe to drop at any point: that is what a time-out and a crash do. It
    /// resolves to the reply that belongs to the request; anything else is a bug of the
    /// implementation and is met with `Unknown(Unreadable)`.
    fn call<'a>(
        &'a self,
        context: &'a CallContext,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Answer<Reply>>;
}

/// On whose behalf a call is made; it names the call in the journal and keys every draw about it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallContext {
    /// Which try of the same logical call this is, from 1.
    pub attempt: u32,
    /// The job.
    pub job: Job,
    /// The policy.
    pub policy: PolicyName,
    /// What the call is about: a snapshot, an instance, a row.
    pub subject: SmolStr,
}

/// One of each; built once at start, and the only thing that tells one level from another.
#[derive(Clone)]
pub struct Ports {
    /// EC2, DynamoDB, SNS and STS.
    pub aws: Rc<dyn Aws>,
    /// Time.
    pub clock: Rc<dyn Clock>,
}
