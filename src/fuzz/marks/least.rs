//! The mildest profile in which each mark must be reached.

use super::kinds::{Class, Fate, ReasonKind, Stage};
use super::mark::Mark;
use crate::fuzz::profile::Profile;
use crate::journal::FindingKind;
use crate::ports::{Effect, NotSentCause, OperationName, RejectionClass, Service, UnknownCause};
use crate::scenario::model::BlockedKind;

/// Row changes that are possible, and the mildest profile in which each must be met.
pub(super) const ROWS: [(Option<Stage>, Stage, Profile); 11] = [
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
            Self::NotSent(NotSentCause::Deadline | NotSentCause::LeaseTooShort) => None,
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
        // They stand in rows; no plan decides for them.
        BlockedKind::Refused | BlockedKind::Clocks => None,
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
