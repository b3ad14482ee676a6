//! Which marks there are.

use std::fmt;

use crate::domain::{Job, RowState};
use crate::fuzz::expand::Kind;
use crate::fuzz::profile::Profile;
use crate::journal::FindingKind;
use crate::plan::{Reason, Verdict};
use crate::ports::{Effect, NotSentCause, OperationName, RejectionClass, Service, UnknownCause};
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

/// How a call ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// It acted.
    Ok,
    /// It was refused.
    Rejected,
    /// It may have acted.
    Unknown,
    /// It was not sent.
    NotSent,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Rejected, Self::Unknown, Self::NotSent];

    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "acts",
            Self::Rejected => "is refused",
            Self::Unknown => "has no usable answer",
            Self::NotSent => "is not sent",
        }
    }
}

/// How a pass ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// It did all it had to do.
    Done,
    /// It could not go on and said why.
    Stopped,
    /// It was killed.
    Killed,
}

impl Fate {
    const ALL: [Self; 3] = [Self::Done, Self::Stopped, Self::Killed];

    const fn name(self) -> &'static str {
        match self {
            Self::Done => "ends well",
            Self::Stopped => "can't go on",
            Self::Killed => "is killed",
        }
    }
}

/// A row's state that this version knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// [`RowState::Pending`].
    Pending,
    /// [`RowState::Completed`].
    Completed,
    /// [`RowState::Error`].
    Error,
    /// [`RowState::Expiring`].
    Expiring,
    /// [`RowState::Deleted`].
    Deleted,
    /// [`RowState::Lost`].
    Lost,
}

impl Stage {
    /// The state; none for one that this version does not know.
    #[must_use]
    pub const fn of(state: &RowState) -> Option<Self> {
        match state {
            RowState::Pending => Some(Self::Pending),
            RowState::Completed => Some(Self::Completed),
            RowState::Error => Some(Self::Error),
            RowState::Expiring => Some(Self::Expiring),
            RowState::Deleted => Some(Self::Deleted),
            RowState::Lost => Some(Self::Lost),
            RowState::Other(_) => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Error => "error",
            Self::Expiring => "expiring",
            Self::Deleted => "deleted",
            Self::Lost => "lost",
        }
    }
}

/// A reason without what belongs to the single case.
macro_rules! reasons {
    ($($name:ident $pattern:pat => $text:literal;)*) => {
        /// The kind of a [`Reason`]; what blocks a delete is [`Mark::Blocked`].
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum ReasonKind { $(#[doc = $text] $name,)* }

        impl ReasonKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The kind of a reason; none where it is what blocks.
            #[must_use]
            pub const fn of(reason: &Reason) -> Option<Self> {
                match reason { $($pattern => Some(Self::$name),)* Reason::Blocked(_) => None }
            }

            const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
        }
    };
}

reasons! {
    Selected Reason::Selected => "selected and due";
    AlreadyServed Reason::AlreadyServed => "slot already served";
    RootVolume Reason::RootVolume => "root volume";
    ExcludedByTag Reason::ExcludedByTag(_) => "excluded by tag";
    ExcludedByDevice Reason::ExcludedByDevice(_) => "excluded by device";
    InstanceState Reason::InstanceState(_) => "instance without volumes to take";
    VolumeState Reason::VolumeState(_) => "volume in another state";
    TakenWith Reason::TakenWith(_) => "taken with another instance";
    NothingLeft Reason::NothingLeft => "nothing left to take";
    Lifetime Reason::Lifetime(_) => "lifetime not over";
    NoExpiry Reason::NoExpiry => "no expiry";
    UnreadableLifetime Reason::UnreadableLifetime(_) => "unreadable lifetime";
    Last Reason::Last(_) => "among the last";
    LifetimeEnded Reason::LifetimeEnded(_) => "lifetime over";
    BeyondLast Reason::BeyondLast => "beyond the last";
    FailedAndGraceEnded Reason::FailedAndGraceEnded => "failed, grace over";
    FailedAndBlocking Reason::FailedAndBlocking => "failed and blocking";
    FailedGrace Reason::FailedGrace(_) => "failed, within grace";
    FinishSet Reason::FinishSet => "rest of a half deleted set";
}

macro_rules! named {
    ($(#[$doc:meta])* $kind:ident { $($name:ident $least:ident $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum $kind { $(#[doc = $text] $name,)* }

        impl $kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }

            const fn least(self) -> Profile { match self { $(Self::$name => Profile::$least,)* } }
        }
    };
}

named! {
    /// What a call met on its way.
    Fault {
        Refusal BadDay "a refusal";
        Throttle BusyAccount "a throttle";
        NoConnection BadDay "no connection";
        LostRequest BadDay "a lost request";
        PageToken BusyAccount "a refused page token";
        LostAnswer BadDay "a lost answer";
        LateAnswer BusyAccount "a late answer";
        NeverAnswered BadDay "no answer at all";
        Unreadable BadDay "an answer that can't be read";
        ServerError BadDay "an act answered with a 5xx";
    }
}

named! {
    /// Several things that came together; where it belongs to an invariant, what that one is about.
    Moment {
        DeleteAtFloor Calm "S3: a delete leaves exactly as many as must stay";
        DeleteBesideBad BadDay "S18: a delete while its volume has a failed or pending one";
        DeleteRefusedInUse BadDay "S6: a delete is refused, the snapshot is in use";
        InUseThenDeleted BadDay "S6: what was in use is deleted later";
        CreateSentAgain BadDay "S8: a create without an answer is sent again";
        CreateFoundByTag BadDay "S8: a create without an answer is found by its tag";
        SecondOfSlot BadDay "S7: a slot gets a second snapshot";
        TwoRunners BusyAccount "S13: two passes of one job at once";
        TriedToTheEnd BadDay "S15: a call is tried as often as it may be";
        RowAfterCrash BadDay "S16: a row is written by another pass than the one that made the snapshot";
        ServedAgain Calm "S22: a create pass serves a slot that is served";
        MoreThanLimit Calm "S23: a pass wants to delete more than its limit";
        ApprovedDelete Calm "S23: what was too much is deleted once approved";
        DeleteAfterHeal Calm "L3: a snapshot goes after the heal";
        RecordedAfterCrash BadDay "L1: what a killed pass made gets its row";
        ServedLate BadDay "L4: a slot is served more than an hour late";
        WellAfterCrash BadDay "L6: a pass ends well after a crash of its job";
        IdleExpire Calm "L8: an expire pass with nothing due changes nothing";
        DeleteLostThenGone BadDay "a delete without an answer had acted";
        WriteLostThenConflict BadDay "a write without an answer, then: it is there already";
        CrashInCreate BadDay "killed after a create call acted";
        CrashInDelete BadDay "killed after a delete call acted";
        CrashWhileExpiring BadDay "killed while a row is marked as expiring";
        Unmarked BadDay "expire: rolled back";
        UnmarkedByImage BadDay "expire: rolled back, an image uses it";
        DeletedUnderOurHands WorstYear "deleted by hand while it was marked";
        OutsiderInAPass Calm "somebody acts while a pass is under way";
        PolicyChangedInAPass Calm "a policy changes while a pass is under way";
        ThrottledDelete BusyAccount "a delete is throttled";
        PageAfterPage BusyAccount "a listing of several pages";
        ResumeAsked BusyAccount "a pass asks to be run again early";
        NoDeleteAfterPartial BadDay "S5: an expire pass with a listing that failed deletes nothing";
        SetOfSeveral Calm "a set of several volumes is taken";
        Notified Calm "a notification is published";
        ClockChange Calm "a story over a change of clocks";
        LeapDay Calm "a story over a 29th of February";
        AllInFlight BusyAccount "several deletes of one pass";
        TwoPolicies Calm "a story with two policies";
        NothingOptsIn Calm "a story in which nothing opts in";
    }
}

/// Every kind of finding; [`finding_least`] does not build when one is missing there.
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

/// Row changes that are possible, and the mildest profile in which each must be met.
const ROWS: [(Option<Stage>, Stage, Profile); 11] = [
    (None, Stage::Pending, Profile::Calm),
    (None, Stage::Completed, Profile::BadDay),
    (Some(Stage::Pending), Stage::Completed, Profile::Calm),
    (Some(Stage::Pending), Stage::Error, Profile::BadDay),
    (Some(Stage::Pending), Stage::Lost, Profile::Calm),
    (Some(Stage::Completed), Stage::Expiring, Profile::Calm),
    (Some(Stage::Completed), Stage::Lost, Profile::Calm),
    (Some(Stage::Error), Stage::Expiring, Profile::BadDay),
    (Some(Stage::Expiring), Stage::Completed, Profile::BadDay),
    (Some(Stage::Expiring), Stage::Deleted, Profile::Calm),
    (Some(Stage::Expiring), Stage::Error, Profile::BadDay),
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
            NotSentCause::Budget,
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

    /// The mildest profile in which it must be reached; none where no story can reach it yet.
    #[must_use]
    pub fn least(self) -> Option<Profile> {
        let story = Profile::BadDay;
        match self {
            Self::Call(call, class) => call_least(call, class),
            Self::Refused(class) => Some(match class {
                RejectionClass::Throttled | RejectionClass::Quota => Profile::BusyAccount,
                RejectionClass::Conflict => Profile::Calm,
                // The simulated AWS has every operation that we call.
                RejectionClass::NoSuchOperation => return None,
                RejectionClass::InUse
                | RejectionClass::NotFound
                | RejectionClass::Transient
                | RejectionClass::Denied
                | RejectionClass::Invalid
                | RejectionClass::UnknownCode => story,
            }),
            Self::Unknown(UnknownCause::TimedOut) => Some(Profile::BusyAccount),
            Self::Unknown(_) => Some(story),
            Self::NotSent(NotSentCause::NoConnection) => Some(story),
            // What the caller itself holds back never gets to the journal.
            Self::NotSent(
                NotSentCause::Budget | NotSentCause::Deadline | NotSentCause::LeaseTooShort,
            ) => None,
            // Of real accounts and of people only.
            Self::NotSent(
                NotSentCause::NotPrepared | NotSentCause::Stopping | NotSentCause::JournalLost,
            ) => None,
            Self::Pass(_, Fate::Done) => Some(Profile::Calm),
            Self::Pass(_, Fate::Stopped | Fate::Killed) => Some(story),
            Self::Reason(kind) => Some(match kind {
                // Volumes are there or gone; the world has none in between.
                ReasonKind::VolumeState => return None,
                ReasonKind::FailedAndGraceEnded
                | ReasonKind::FailedAndBlocking
                | ReasonKind::FailedGrace
                | ReasonKind::InstanceState
                | ReasonKind::FinishSet => story,
                _ => Profile::Calm,
            }),
            Self::Blocked(kind) => blocked_least(kind),
            Self::Finding(kind) => finding_least(kind),
            Self::Row(from, to) => ROWS
                .iter()
                .find(|row| (row.0, row.1) == (from, to))
                .map(|row| row.2),
            Self::Met(fault) => Some(fault.least()),
            Self::Step(kind) => Some(kind.least()),
            Self::Moment(moment) => Some(moment.least()),
        }
    }
}

/// Which ends of which calls a story can reach.
fn call_least(call: OperationName, class: Class) -> Option<Profile> {
    match (call, class) {
        // Only `init` makes the table and reads all of it, and every story begins after it.
        (
            OperationName::CreateTable
            | OperationName::UpdateTable
            | OperationName::DescribeTable
            | OperationName::EnableTimeToLive
            | OperationName::DescribeTimeToLive
            | OperationName::EnableRecovery
            | OperationName::Scan,
            _,
        ) => None,
        // Only people's commands: `hold` and `release`, and `doctor`.
        (
            OperationName::CreateTags
            | OperationName::DeleteTags
            | OperationName::DryRun
            | OperationName::GetTopicAttributes,
            _,
        ) => None,
        // The engine writes rows whole, so it never calls it.
        (OperationName::UpdateItem, _) => None,
        // Nothing pages nor publishes so much that a connection fails just there.
        (OperationName::DescribeLockedSnapshots | OperationName::Publish, Class::NotSent) => None,
        (_, Class::Ok) => Some(Profile::Calm),
        (OperationName::PutItem, Class::Rejected) => Some(Profile::BusyAccount),
        (_, Class::Rejected) => Some(Profile::BadDay),
        (_, Class::Unknown) => Some(Profile::BadDay),
        (_, Class::NotSent) if call.effect() == Effect::Mutation => Some(Profile::BadDay),
        (_, Class::NotSent) if call.service() == Service::Ec2 => Some(Profile::BadDay),
        (_, Class::NotSent) => Some(Profile::WorstYear),
    }
}

const fn blocked_least(kind: BlockedKind) -> Option<Profile> {
    match kind {
        BlockedKind::Held | BlockedKind::Image | BlockedKind::Floor | BlockedKind::BlastLimit => {
            Some(Profile::Calm)
        }
        BlockedKind::Locked | BlockedKind::SetMember => Some(Profile::BusyAccount),
        BlockedKind::NotOurs
        | BlockedKind::NotSeen
        | BlockedKind::UnknownState
        | BlockedKind::SourceGoneHold
        | BlockedKind::Mismatch => Some(Profile::BadDay),
        // A row ahead of EC2: only a table that was restored, or clocks that are wrong, make one.
        BlockedKind::Pending => Some(Profile::WorstYear),
        // What is of another account, or dated in the future, never gets a row here.
        BlockedKind::OtherOwner | BlockedKind::Future => None,
        // These stand in rows; no plan decides for them.
        BlockedKind::RetryAt | BlockedKind::Refused => None,
    }
}

const fn finding_least(kind: FindingKind) -> Option<Profile> {
    match kind {
        FindingKind::UnreadableLifetime
        | FindingKind::NoExpiry
        | FindingKind::NothingSelected
        | FindingKind::Lost
        | FindingKind::Blocked
        | FindingKind::BlastLimit
        | FindingKind::Shortened => Some(Profile::Calm),
        FindingKind::Stale
        | FindingKind::MissedSlot
        | FindingKind::CreateFailed
        | FindingKind::Overlap
        | FindingKind::Unclaimed
        | FindingKind::StuckPending => Some(Profile::BusyAccount),
        FindingKind::PartialInventory
        | FindingKind::CreateOpen
        | FindingKind::SnapshotFailed
        | FindingKind::Duplicate
        | FindingKind::ClockError
        | FindingKind::DeleteOpen
        | FindingKind::PassStopped
        | FindingKind::SourceGone
        | FindingKind::NotifyFailed => Some(Profile::BadDay),
        FindingKind::WrongPlace | FindingKind::Reappeared => Some(Profile::WorstYear),
        // A creation that was given up while what it made was hidden: no story comes to it yet.
        FindingKind::Adopted => None,
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

/// Whether a verdict is a delete.
pub(super) const fn is_delete(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Expire)
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
