//! Passes that do nothing by themselves: what a person does by hand, and what only looks, goes through
//! them.

use super::context::Pass;
use super::pass::{Begin, PassSetup, begin, caller, pass_of};
use super::rehearsal;
use crate::calls::{Caller, Stop};
use crate::catalog::{Installation, PolicyMeta};

/// A pass that does nothing by itself, once credentials and installation are checked.
///
/// # Errors
/// [`Stop`] when AWS refuses, or the installation is missing or another account's.
pub async fn pass(setup: PassSetup) -> Result<Pass, Stop> {
    let setup = rehearsal::prepare(setup);
    let caller = caller(&setup);
    let begun = begin(&caller).await?;
    Ok(pass_of(setup, caller, begun))
}

/// Makes calls as a pass would, before anything is known of the place; nothing is checked. With
/// [`Consent::Nothing`](crate::plan::Consent::Nothing) nothing that it sends can change anything.
#[must_use]
pub fn calls(setup: PassSetup) -> Caller {
    let setup = rehearsal::prepare(setup);
    caller(&setup)
}

/// As [`pass`] for an installation that is still to be made: it can look, and no more is to be done with
/// it.
#[must_use]
pub fn pass_before_init(setup: PassSetup, as_if: Installation) -> Pass {
    let setup = rehearsal::prepare(setup);
    let caller = caller(&setup);
    let meta = PolicyMeta::new(&setup.policy.name);
    let begun = Begin {
        installation: as_if,
        lease: None,
        meta,
    };
    pass_of(setup, caller, begun)
}
