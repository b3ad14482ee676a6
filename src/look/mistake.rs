//! What can be wrong with what was asked for, and what to do about it.

use std::borrow::Cow;

use crate::calls::Stop;
use crate::domain::{PolicyName, SnapshotId};

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
            Self::Stop(stop) => stop.hint().map(Cow::Borrowed),
        }
    }
}
