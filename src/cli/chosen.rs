//! Which policies a command is about, and how its errors end the program.

use super::acting;
use super::exit::{self, Exit};
use super::ui::Ui;
use crate::domain::{Policy, PolicyName};
use crate::look::{LookError, subject};
use crate::site::Site;

/// The named policy, or all of them.
///
/// # Errors
/// [`LookError::NoSuchPolicy`].
pub(super) fn policies<'a>(
    site: &'a Site,
    named: Option<&str>,
) -> Result<Vec<&'a Policy>, LookError> {
    let all = &site.config().policies;
    match named {
        None => Ok(all.iter().collect()),
        Some(name) => named_one(all, name).map(|policy| vec![policy]),
    }
}

/// The named policy, or the only one there is.
///
/// # Errors
/// [`LookError::NoSuchPolicy`], and [`LookError::WhichPolicy`] when none is named and there are
/// several.
pub(super) fn policy<'a>(site: &'a Site, named: Option<&str>) -> Result<&'a Policy, LookError> {
    let all = &site.config().policies;
    match (named, all.as_slice()) {
        (Some(name), _) => named_one(all, name),
        (None, [one]) => Ok(one),
        (None, _) => Err(LookError::WhichPolicy {
            known: all.iter().map(|policy| policy.name.clone()).collect(),
        }),
    }
}

/// Any policy: for what no policy has a say in.
pub(super) fn any(site: &Site) -> &Policy {
    let first = site.config().policies.first();
    first.expect("a configuration has at least one policy")
}

/// What is said of a policy that takes nothing yet, while others are served.
pub(super) fn before_its_slots(policy: &PolicyName) -> String {
    format!("{policy} is passed over: its first slot is still to come\n")
}

fn named_one<'a>(all: &'a [Policy], name: &str) -> Result<&'a Policy, LookError> {
    let found = subject::policy(name, all.iter().map(|policy| &policy.name))?;
    let is_it = |policy: &&Policy| policy.name == *found;
    Ok(all.iter().find(is_it).expect("its name was just found"))
}

/// Tells what is wrong, and how the program ends with it.
pub(super) fn refused(error: &LookError, ui: &Ui) -> Exit {
    let hint = error.hint();
    ui.say(&exit::shown(error, hint.as_deref(), ui.err));
    match error {
        LookError::NotAnId { .. }
        | LookError::NoSuchPolicy { .. }
        | LookError::WhichPolicy { .. }
        | LookError::NoSuchSnapshot(_)
        | LookError::NoRow(_)
        | LookError::OtherPolicy { .. }
        | LookError::NotInEc2(_)
        | LookError::NotOurs(_)
        | LookError::OtherPlan { .. } => Exit::Usage,
        LookError::Stop(stop) => acting::of_stop(stop),
    }
}
