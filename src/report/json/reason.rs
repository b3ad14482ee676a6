//! Reasons as data in the JSON report: a code that stays, and what the single case adds.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::BlockedBy;
use crate::plan::Reason;
use crate::scenario::model::BlockedKind;

/// Why something was decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ReasonReport {
    /// The kind of reason in kebab-case, as `lifetime-ended`; kinds may be added.
    pub code: &'static str,
    /// What the single case adds: an instant (RFC 3339, UTC), an id, a tag as `key=value`, a
    /// state, a device or a place counted from 1; left out when there is nothing to add.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// For the code `blocked`: what stands against the delete, in the words of scenario files,
    /// as `floor`; left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<&'static str>,
}

impl From<&Reason> for ReasonReport {
    fn from(reason: &Reason) -> Self {
        let blocked_by = if let Reason::Blocked(by) = reason {
            Some(BlockedKind::of(by).name())
        } else {
            None
        };
        Self {
            code: code(reason),
            detail: detail(reason),
            blocked_by,
        }
    }
}

const fn code(reason: &Reason) -> &'static str {
    match reason {
        Reason::Selected => "selected",
        Reason::AlreadyServed => "already-served",
        Reason::RootVolume => "root-volume",
        Reason::ExcludedByTag(_) => "excluded-by-tag",
        Reason::ExcludedByDevice(_) => "excluded-by-device",
        Reason::InstanceState(_) => "instance-state",
        Reason::VolumeState(_) => "volume-state",
        Reason::TakenWith(_) => "taken-with",
        Reason::NothingLeft => "nothing-left",
        Reason::Lifetime(_) => "lifetime",
        Reason::NoExpiry => "no-expiry",
        Reason::UnreadableLifetime(_) => "unreadable-lifetime",
        Reason::Last(_) => "last",
        Reason::LifetimeEnded(_) => "lifetime-ended",
        Reason::BeyondLast => "beyond-last",
        Reason::FailedAndGraceEnded => "failed-and-grace-ended",
        Reason::FailedAndBlocking => "failed-and-blocking",
        Reason::FailedGrace(_) => "failed-grace",
        Reason::FinishSet => "finish-set",
        Reason::Blocked(_) => "blocked",
    }
}

fn detail(reason: &Reason) -> Option<String> {
    match reason {
        Reason::ExcludedByTag(tag) => Some(format!("{}={}", tag.key, tag.value)),
        Reason::ExcludedByDevice(device) => Some(device.to_string()),
        Reason::InstanceState(state) => Some(state.as_str().to_owned()),
        Reason::VolumeState(state) => Some(state.to_string()),
        Reason::TakenWith(instance) => Some(instance.to_string()),
        Reason::Lifetime(at) | Reason::LifetimeEnded(at) | Reason::FailedGrace(at) => {
            Some(at.to_string())
        }
        Reason::UnreadableLifetime(value) => Some(value.to_string()),
        Reason::Last(place) => Some(place.to_string()),
        Reason::Blocked(by) => blocked_detail(by),
        Reason::Selected
        | Reason::AlreadyServed
        | Reason::RootVolume
        | Reason::NothingLeft
        | Reason::NoExpiry
        | Reason::BeyondLast
        | Reason::FailedAndGraceEnded
        | Reason::FailedAndBlocking
        | Reason::FinishSet => None,
    }
}

fn blocked_detail(by: &BlockedBy) -> Option<String> {
    match by {
        BlockedBy::Image(image) => image.as_ref().map(ToString::to_string),
        BlockedBy::UnknownState(state) => Some(state.to_string()),
        BlockedBy::Floor(volume) => Some(volume.to_string()),
        BlockedBy::Refused(code) => Some(code.to_string()),
        BlockedBy::NotOurs
        | BlockedBy::NotSeen
        | BlockedBy::OtherOwner
        | BlockedBy::Held
        | BlockedBy::Locked
        | BlockedBy::Pending
        | BlockedBy::Future
        | BlockedBy::Mismatch
        | BlockedBy::SourceGoneHold
        | BlockedBy::SetMember
        | BlockedBy::Clocks
        | BlockedBy::BlastLimit => None,
    }
}
