//! What a plan decides about one subject, and why; how each reads in a sentence.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::{
    BlockedBy, Device, InstanceId, InstanceState, SnapshotId, Tag, Timestamp, VolumeId,
};

/// One line of a plan.
#[must_use = "a decision that nobody reads protects nothing"]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// Why.
    pub reason: Reason,
    /// About what.
    pub subject: Subject,
    /// What will be done.
    pub verdict: Verdict,
}

/// What a decision is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An instance whose volumes are taken as a set.
    Instance(InstanceId),
    /// A snapshot.
    Snapshot(SnapshotId),
    /// A volume.
    Volume(VolumeId),
}

impl Subject {
    /// Its id.
    #[must_use]
    pub fn text(&self) -> &SmolStr {
        match self {
            Self::Instance(id) => id.text(),
            Self::Snapshot(id) => id.text(),
            Self::Volume(id) => id.text(),
        }
    }
}

/// What will be done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Snapshot it.
    Take,
    /// Leave it out of this creation.
    LeaveOut,
    /// Keep the snapshot: a rule wants it.
    Keep,
    /// Delete the snapshot: no rule wants it.
    Expire,
    /// No rule wants the snapshot, but something forbids its delete.
    Block,
}

/// Why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The target carries the policy's tag and is due.
    Selected,
    /// The slot is already served for it.
    AlreadyServed,
    /// It is the root volume of its instance.
    RootVolume,
    /// It carries a tag that the policy excludes.
    ExcludedByTag(Tag),
    /// It is on a device that the policy excludes.
    ExcludedByDevice(Device),
    /// Its instance is in a state without volumes to snapshot.
    InstanceState(InstanceState),
    /// The volume itself is in a state in which it can't be snapshotted, as EC2 spells it.
    VolumeState(SmolStr),
    /// Another instance of this plan already takes this multi-attach volume.
    TakenWith(InstanceId),
    /// Nothing is left to take.
    NothingLeft,
    /// Its lifetime has not ended; it ends at this instant.
    Lifetime(Timestamp),
    /// It has no expiry: neither a tag nor a rule gives one.
    NoExpiry,
    /// The tag that should hold its lifetime can't be read, so it has no expiry.
    UnreadableLifetime(SmolStr),
    /// It is among the newest of its volume that `last` keeps; its place, 1 is the newest.
    Last(u32),
    /// Its lifetime ended at this instant and no other rule keeps it.
    LifetimeEnded(Timestamp),
    /// It is beyond the newest that `last` keeps, and no other rule keeps it.
    BeyondLast,
    /// It failed, and its grace has ended.
    FailedAndGraceEnded,
    /// It failed and blocks its volume.
    FailedAndBlocking,
    /// It failed and is kept until this instant for a person to look at.
    FailedGrace(Timestamp),
    /// Its set was half deleted before; the rest follows.
    FinishSet,
    /// Something stands against it.
    Blocked(BlockedBy),
}

impl fmt::Display for Decision {
    /// A plain sentence without its subject: `keep: its lifetime ends at 2026-04-01T00:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.verdict, self.reason)
    }
}

impl Subject {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Instance(id) => id.as_str(),
            Self::Snapshot(id) => id.as_str(),
            Self::Volume(id) => id.as_str(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::LeaveOut => "leave out",
            Self::Keep => "keep",
            Self::Expire => "expire",
            Self::Block => "block",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selected => f.write_str("the policy selects it"),
            Self::AlreadyServed => f.write_str("its slot is already served"),
            Self::RootVolume => f.write_str("it is the root volume of its instance"),
            Self::ExcludedByTag(tag) => {
                write!(f, "the policy excludes its tag {}={}", tag.key, tag.value)
            }
            Self::ExcludedByDevice(device) => {
                write!(f, "the policy excludes its device {device}")
            }
            Self::InstanceState(state) => write!(f, "the instance is {}", state.as_str()),
            Self::VolumeState(state) => write!(f, "the volume is {state}"),
            Self::TakenWith(instance) => write!(f, "it is taken with {instance}"),
            Self::NothingLeft => f.write_str("nothing is left to take"),
            Self::Lifetime(end) => write!(f, "its lifetime ends at {end}"),
            Self::NoExpiry => f.write_str("it has no expiry"),
            Self::UnreadableLifetime(value) => {
                write!(
                    f,
                    "its lifetime `{value}` can't be read, so it has no expiry"
                )
            }
            Self::Last(place) => write!(f, "it is number {place} of the newest that are kept"),
            Self::LifetimeEnded(end) => {
                write!(f, "its lifetime ended at {end} and no other rule keeps it")
            }
            Self::BeyondLast => f.write_str("it is beyond the newest that are kept"),
            Self::FailedAndGraceEnded => f.write_str("it failed and its grace has ended"),
            Self::FailedAndBlocking => f.write_str("it failed and blocks its volume"),
            Self::FailedGrace(end) => write!(f, "it failed and is kept for a look until {end}"),
            Self::FinishSet => f.write_str("its set is half deleted and the rest follows"),
            Self::Blocked(by) => by.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_data_with_a_code_and_a_sentence() {
        let decisions = [
            (Verdict::Take, Reason::Selected),
            (Verdict::LeaveOut, Reason::TakenWith("i-a".into())),
            (Verdict::Keep, Reason::Last(2)),
            (Verdict::Block, Reason::Blocked(BlockedBy::Held)),
        ];
        let text: String = decisions
            .into_iter()
            .map(|(verdict, reason)| {
                let decision = Decision {
                    reason,
                    subject: Subject::Volume("vol-1".into()),
                    verdict,
                };
                let json = serde_json::to_string(&decision).unwrap();
                assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), decision);
                format!("{json}\n  {}, {decision}\n", decision.subject)
            })
            .collect();
        insta::assert_snapshot!(text, @"
        {\"reason\":\"selected\",\"subject\":{\"volume\":\"vol-1\"},\"verdict\":\"take\"}
          vol-1, take: the policy selects it
        {\"reason\":{\"taken_with\":\"i-a\"},\"subject\":{\"volume\":\"vol-1\"},\"verdict\":\"leave_out\"}
          vol-1, leave out: it is taken with i-a
        {\"reason\":{\"last\":2},\"subject\":{\"volume\":\"vol-1\"},\"verdict\":\"keep\"}
          vol-1, keep: it is number 2 of the newest that are kept
        {\"reason\":{\"blocked\":\"held\"},\"subject\":{\"volume\":\"vol-1\"},\"verdict\":\"block\"}
          vol-1, block: it is held by the tag snaplife:hold
        ");
    }
}
