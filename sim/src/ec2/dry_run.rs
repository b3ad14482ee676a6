//! `DryRun=true`: whether a call would be allowed, without making it.
//!
//! Source: EC2 API Reference, *Common query parameters*: with the permission the answer is the error
//! `DryRunOperation`, without it `UnauthorizedOperation`; the call is never made. So there is no
//! such thing as a dry run that succeeds. Permissions are not modelled, so everything is allowed.
//! That the resources are not looked at is an assumption: the reference does not say whether a
//! missing one is refused first. The status 412 is that of other imitations, not documented.

use crate::answer::Refusal;
use crate::time::Timestamp;

use super::state::Ec2;
use super::throttle::{Api, Scope};

/// The calls that can be tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Tried {
    /// `CreateSnapshot`.
    CreateSnapshot,
    /// `CreateSnapshots`.
    CreateSnapshots,
    /// `CreateTags`.
    CreateTags,
    /// `DeleteSnapshot`.
    DeleteSnapshot,
    /// `DeleteTags`.
    DeleteTags,
}

impl Ec2 {
    /// A call with `DryRun=true`. It takes its token like the call itself, and changes nothing.
    ///
    /// What comes is always a refusal: `DryRunOperation` when it would be allowed, or
    /// `RequestLimitExceeded`.
    pub fn dry_run(&mut self, now: Timestamp, tried: Tried) -> Refusal {
        let api = match tried {
            Tried::CreateSnapshot => Api::CreateSnapshot,
            Tried::CreateSnapshots => Api::CreateSnapshots,
            Tried::CreateTags => Api::CreateTags,
            Tried::DeleteSnapshot => Api::DeleteSnapshot,
            Tried::DeleteTags => Api::DeleteTags,
        };
        match self.admit(now, api, Scope::Narrow) {
            Err(refused) => refused,
            Ok(()) => Refusal::new(
                412,
                "DryRunOperation",
                "Request would have succeeded, but DryRun flag is set.",
            ),
        }
    }
}
