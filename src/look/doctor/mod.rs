//! Whether an installation can work: who we are, the table, the permissions, the clock.
//!
//! Nothing is changed and nobody is told: reads are made, and what would change something is tried
//! with `DryRun` where EC2 offers it. What can't be found out that way is said, not guessed.
//!
//! - [`check`]: one line and what to do about it; `place`: identity and pins; `table`: table,
//!   indexes, expiry, installation; `permissions`: reads and dry runs; `policies`: snapshots that no
//!   policy serves; `runs`: jobs that nobody starts any more; `others`: topics, quotas, the clock.

pub mod check;
mod others;
mod permissions;
mod place;
mod policies;
mod runs;
mod table;

use std::rc::Rc;

pub use check::{Check, Level, Subject};
pub use permissions::TriedOn;

use crate::calls::Caller;
use crate::domain::{AccountId, Policy, Region, TableName};

/// What is looked at, and with what.
pub struct Patient<'a> {
    /// Makes the calls.
    pub caller: &'a Caller,
    /// The policies of the configuration.
    pub policies: &'a [Rc<Policy>],
    /// The account that the configuration insists on.
    pub account: Option<&'a AccountId>,
    /// The Region that the configuration insists on.
    pub region: Option<&'a Region>,
    /// The table that is asked.
    pub table: &'a TableName,
    /// What dry runs are made with.
    pub tried_on: TriedOn,
}

/// Looks at everything, in the order in which things depend on each other. What makes no sense
/// after something broke is skipped, and says so.
pub async fn examine(patient: &Patient<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    let identity = place::identity(patient, &mut checks).await;
    let installation = table::examine(patient, identity.as_ref(), &mut checks).await;
    permissions::examine(patient, installation.as_ref(), &mut checks).await;
    policies::examine(patient, installation.as_ref(), &mut checks).await;
    runs::examine(patient, installation.as_ref(), &mut checks).await;
    others::topics(patient, &mut checks).await;
    others::quotas(&mut checks);
    others::clock(patient, &mut checks);
    checks
}

/// The gravest of these levels; `ok` of none.
#[must_use]
pub fn gravest(checks: &[Check]) -> Level {
    checks
        .iter()
        .map(|check| check.level)
        .max()
        .unwrap_or(Level::Ok)
}
