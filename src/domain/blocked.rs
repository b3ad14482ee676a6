//! Why a snapshot that is due is not deleted.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::ids::{ImageId, VolumeId};

/// What stands against a delete, as data; shown in plan, report and row.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedBy {
    /// It lacks our installation's tag, or carries another's.
    NotOurs,
    /// EC2 does not show it, so nothing about it is certain.
    NotSeen,
    /// EC2 says another account owns it.
    OtherOwner,
    /// A person holds it with the tag `snaplife:hold`.
    Held,
    /// A snapshot lock protects it.
    Locked,
    /// An image uses it; the id when EC2 named one.
    Image(Option<ImageId>),
    /// It is in a state this version does not know.
    UnknownState(SmolStr),
    /// Its copy has not ended.
    Pending,
    /// It is one of the last completed snapshots of this volume.
    Floor(VolumeId),
    /// It is dated in the future.
    Future,
    /// What EC2 says about it differs from its row: start time, volume or policy.
    Mismatch,
    /// Its volume is gone and the policy says to hold.
    SourceGoneHold,
    /// Another member of its set may not go.
    SetMember,
    /// Too many deletes at once; a person must approve.
    BlastLimit,
    /// While it was being deleted, AWS's clock and ours turned out to be too far apart.
    Clocks,
    /// EC2 refused with this code.
    Refused(SmolStr),
}

impl fmt::Display for BlockedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOurs => f.write_str("it does not carry this installation's tag"),
            Self::NotSeen => f.write_str("EC2 does not show it"),
            Self::OtherOwner => f.write_str("another account owns it"),
            Self::Held => f.write_str("it is held by the tag snaplife:hold"),
            Self::Locked => f.write_str("a snapshot lock protects it"),
            Self::Image(Some(image)) => write!(f, "image {image} uses it"),
            Self::Image(None) => f.write_str("an image uses it"),
            Self::UnknownState(state) => write!(f, "it is in the unknown state `{state}`"),
            Self::Pending => f.write_str("its copy has not ended"),
            Self::Floor(volume) => {
                write!(f, "it is one of the last completed snapshots of {volume}")
            }
            Self::Future => f.write_str("it is dated in the future"),
            Self::Mismatch => f.write_str("EC2 and its row disagree about it"),
            Self::SourceGoneHold => {
                f.write_str("its volume is gone and the policy holds what is left")
            }
            Self::SetMember => f.write_str("another member of its set may not go"),
            Self::BlastLimit => f.write_str("too many would go at once and nobody approved it"),
            Self::Clocks => f.write_str("our clock and AWS's are too far apart"),
            Self::Refused(code) => write!(f, "EC2 refused with {code}"),
        }
    }
}
