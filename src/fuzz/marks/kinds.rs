//! What marks are made of: how calls and passes end, the kinds of reasons, what meets a call, and
//! several things that come together.

use crate::domain::RowState;
use crate::fuzz::profile::Profile;
use crate::plan::Reason;

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

    pub(super) const fn name(self) -> &'static str {
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
    pub(super) const ALL: [Self; 3] = [Self::Done, Self::Stopped, Self::Killed];

    pub(super) const fn name(self) -> &'static str {
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

    pub(super) const fn name(self) -> &'static str {
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

            pub(super) const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
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

            pub(super) const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }

            pub(super) const fn least(self) -> Profile { match self { $(Self::$name => Profile::$least,)* } }
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
