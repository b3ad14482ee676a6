//! What can be wrong with what was asked for, and what to do about it.

use std::borrow::Cow;

use crate::calls::Stop;
use crate::domain::{PlanDigest, PolicyName, SnapshotId};
use crate::scenario::suggest;

/// Why there is nothing to show, or nothing to do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LookError {
    /// A text that is no id.
    #[error("`{text}` is not the id of a {noun}")]
    NotAnId {
        /// As it was given.
        text: String,
        /// Of what.
        noun: &'static str,
        /// What such an id begins with.
        prefix: &'static str,
    },
    /// A name that no policy has.
    #[error("there is no policy `{name}`")]
    NoSuchPolicy {
        /// As it was given.
        name: String,
        /// What may have been meant.
        help: String,
    },
    /// A snapshot that neither side knows.
    #[error("neither the table nor EC2 knows {0} in this account and Region")]
    NoSuchSnapshot(SnapshotId),
    /// A snapshot without a row, which no pass ever judges.
    #[error("{0} has no row in the table, so no pass judges it and nothing of ours deletes it")]
    NoRow(SnapshotId),
    /// Its row belongs to a policy that the configuration does not have.
    #[error("{snapshot} belongs to the policy `{policy}`, which the configuration does not have")]
    OtherPolicy {
        /// Which.
        snapshot: SnapshotId,
        /// Whose.
        policy: PolicyName,
    },
    /// A snapshot that EC2 does not show, so nothing can be done to it.
    #[error("EC2 does not show {0}, so nothing was done")]
    NotInEc2(SnapshotId),
    /// A snapshot that is not this installation's.
    #[error("{0} does not carry this installation's tags, so nothing was done")]
    NotOurs(SnapshotId),
    /// No policy is named, and there are several.
    #[error("there are several policies, and none is named")]
    WhichPolicy {
        /// The names that there are.
        known: Vec<PolicyName>,
    },
    /// The plan of this moment is not the one that was named.
    #[error("the plan of this moment is {now}, not {named}; nothing was approved")]
    OtherPlan {
        /// As it was given.
        named: String,
        /// What would be approved.
        now: PlanDigest,
    },
    /// AWS or the table did not give what was needed.
    #[error("{0}")]
    Stop(#[from] Stop),
}

impl LookError {
    /// What to do about it; none where the sentence says it all.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::NotAnId { noun, prefix, .. } => Some(Cow::Owned(format!(
                "the id of a {noun} is {prefix} and 17 hexadecimal digits; `snaplife list` shows \
                 those that are known"
            ))),
            Self::NoSuchPolicy { help, .. } => Some(Cow::Borrowed(help)),
            Self::NoSuchSnapshot(_) => Some(Cow::Borrowed(
                "`snaplife list` shows what is known; a row is forgotten some time after its \
                 snapshot was deleted",
            )),
            Self::NoRow(_) => Some(Cow::Borrowed(
                "`snaplife show` says what EC2 knows; `snaplife adopt` gives it a row when it is \
                 of this installation",
            )),
            Self::OtherPolicy { .. } => Some(Cow::Borrowed(
                "a renamed policy is a new one; name the old one in the configuration to have its \
                 snapshots judged again",
            )),
            Self::NotInEc2(_) => Some(Cow::Borrowed(
                "a new one may take some minutes to show; `snaplife show` says what the table knows",
            )),
            Self::NotOurs(_) => Some(Cow::Borrowed(
                "what others made is theirs to keep, and nothing of ours deletes it",
            )),
            Self::WhichPolicy { known } => {
                let known: Vec<&str> = known.iter().map(PolicyName::as_str).collect();
                Some(Cow::Owned(format!(
                    "give --policy with one of {}",
                    suggest::listed(&known, "and")
                )))
            }
            Self::OtherPlan { .. } => Some(Cow::Borrowed(
                "what is due has changed since; look at it without --plan",
            )),
            Self::Stop(stop) => stop.hint().map(Cow::Borrowed),
        }
    }
}
