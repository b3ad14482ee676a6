//! Which marks there are.

use std::fmt;

use super::kinds::{Class, Fate, Fault, Moment, ReasonKind, Stage};
use super::least::ROWS;
use crate::domain::Job;
use crate::fuzz::expand::Kind;
use crate::journal::FindingKind;
use crate::ports::{NotSentCause, OperationName, RejectionClass, UnknownCause};
use crate::scenario::model::BlockedKind;

/// Something that must happen sometimes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mark {
    /// A call ended in this way.
    Call(OperationName, Class),
    /// A refusal meant this.
    Refused(RejectionClass),
    /// The effect of a call was not known for this reason.
    Unknown(UnknownCause),
    /// A call was not sent for this reason.
    NotSent(NotSentCause),
    /// A pass of this job ended in this way.
    Pass(Job, Fate),
    /// The plan decided for this reason.
    Reason(ReasonKind),
    /// A delete was forbidden by this.
    Blocked(BlockedKind),
    /// This was found.
    Finding(FindingKind),
    /// A row went from one state to another.
    Row(Option<Stage>, Stage),
    /// A call met this fault.
    Met(Fault),
    /// A step of this kind happened.
    Step(Kind),
    /// Several things came together.
    Moment(Moment),
}

/// Every kind of finding; `least.rs` does not build when one is missing there.
const FINDINGS: [FindingKind; 25] = [
    FindingKind::UnreadableLifetime,
    FindingKind::NoExpiry,
    FindingKind::NothingSelected,
    FindingKind::PartialInventory,
    FindingKind::MissedSlot,
    FindingKind::CreateFailed,
    FindingKind::CreateOpen,
    FindingKind::SnapshotFailed,
    FindingKind::StuckPending,
    FindingKind::Unclaimed,
    FindingKind::Reappeared,
    FindingKind::Adopted,
    FindingKind::Duplicate,
    FindingKind::Lost,
    FindingKind::Blocked,
    FindingKind::BlastLimit,
    FindingKind::ClockError,
    FindingKind::DeleteOpen,
    FindingKind::WrongPlace,
    FindingKind::PassStopped,
    FindingKind::Stale,
    FindingKind::SourceGone,
    FindingKind::Overlap,
    FindingKind::NotifyFailed,
    FindingKind::Shortened,
];

impl Mark {
    /// Every mark that some profile must reach.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let calls = OperationName::ALL
            .iter()
            .flat_map(|call| Class::ALL.map(|class| Self::Call(*call, class)));
        let passes = Job::ALL
            .into_iter()
            .flat_map(|job| Fate::ALL.map(|fate| Self::Pass(job, fate)));
        let unknown = [
            UnknownCause::TimedOut,
            UnknownCause::ConnectionLost,
            UnknownCause::ServerError,
            UnknownCause::Unreadable,
        ];
        let not_sent = [
            NotSentCause::NoConnection,
            NotSentCause::Deadline,
            NotSentCause::LeaseTooShort,
        ];
        let refused = [
            RejectionClass::Throttled,
            RejectionClass::Transient,
            RejectionClass::NotFound,
            RejectionClass::InUse,
            RejectionClass::Conflict,
            RejectionClass::Denied,
            RejectionClass::Invalid,
            RejectionClass::Quota,
            RejectionClass::NoSuchOperation,
            RejectionClass::UnknownCode,
        ];
        calls
            .chain(refused.map(Self::Refused))
            .chain(unknown.map(Self::Unknown))
            .chain(not_sent.map(Self::NotSent))
            .chain(passes)
            .chain(ReasonKind::ALL.iter().copied().map(Self::Reason))
            .chain(BlockedKind::ALL.iter().copied().map(Self::Blocked))
            .chain(FINDINGS.map(Self::Finding))
            .chain(ROWS.map(|(from, to, _)| Self::Row(from, to)))
            .chain(Fault::ALL.iter().copied().map(Self::Met))
            .chain(Kind::ALL.iter().copied().map(Self::Step))
            .chain(Moment::ALL.iter().copied().map(Self::Moment))
            .filter(|mark| mark.least().is_some())
            .collect()
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call, class) => write!(f, "{} {}", call.text(), class.name()),
            Self::Refused(class) => write!(f, "a refusal means {}", word(class)),
            Self::Unknown(cause) => write!(f, "an effect is not known: {}", word(cause)),
            Self::NotSent(cause) => write!(f, "not sent: {}", word(cause)),
            Self::Pass(job, fate) => write!(f, "{job} {}", fate.name()),
            Self::Reason(kind) => write!(f, "decided: {}", kind.name()),
            Self::Blocked(kind) => write!(f, "not deleted: {}", kind.name()),
            Self::Finding(kind) => write!(f, "found: {}", word(kind)),
            Self::Row(from, to) => {
                let from = from.map_or("no row", Stage::name);
                write!(f, "row {from} → {}", to.name())
            }
            Self::Met(fault) => write!(f, "a call meets {}", fault.name()),
            Self::Step(kind) => write!(f, "step: {}", kind.name()),
            Self::Moment(moment) => f.write_str(moment.name()),
        }
    }
}

/// An enum's own word for itself, with blanks.
fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word.replace(['_', '-'], " "),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_more_than_a_hundred_and_each_has_its_own_name() {
        let all = Mark::all();
        assert!(all.len() >= 100, "{} marks", all.len());
        let names: BTreeSet<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), all.len());
    }
}
