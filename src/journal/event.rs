//! What can happen in a run, as one line of the journal each.
//!
//! Fields stand in alphabetical order and enums are externally tagged, so that the JSON is
//! canonical as it is written: keys sorted, whole numbers only.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::{Job, Policy, PolicyName, RowState, Slot, Timestamp};
use crate::plan::{Consent, Decision};
use crate::ports::{CallContext, NotSentCause, Outcome, Reply, Request};

/// One line.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Line<'a> {
    /// AWS's time, milliseconds since 1970 UTC. (In a live recording: our own clock.)
    pub at: Timestamp,
    /// What happened.
    pub event: Event<'a>,
    /// The pass it belongs to, counted from 1 in a run; none for what happens outside of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<u32>,
}

/// What happened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event<'a> {
    /// The first line of a journal.
    Header(Cow<'a, Header>),
    /// A pass is made; only where it may be played back.
    Setup(Cow<'a, PassStart>),
    /// A pass begins.
    Now(Cow<'a, Now>),
    /// A call is made.
    Call(Call<'a>),
    /// A call has ended.
    Answer(AnswerLine<'a>),
    /// The plan decided something.
    Decision(Cow<'a, Decision>),
    /// A row of the catalog is known to have changed its state.
    Row(Cow<'a, RowChange>),
    /// A fault or an outsider acted.
    Fault(Cow<'a, FaultLine>),
    /// Something a person should know.
    Finding(Cow<'a, Finding>),
    /// A person asked the pass to end early: from here on it leaves EC2 alone.
    Halt,
    /// A pass was killed.
    Crash(Cow<'a, CrashLine>),
    /// A pass has ended.
    End(Cow<'a, PassEnd>),
}

/// What a journal is a journal of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// `simulated` for a scenario, `model` for commands in a local world, `live` for those in an
    /// account. At which level a scenario was played leaves no trace: the journals are the same,
    /// byte for byte.
    pub level: SmolStr,
    /// BLAKE3 of `Cargo.lock` at build time: a seed replays only under the same one.
    pub lock_file: SmolStr,
    /// The scenario's name; empty for a live run.
    pub scenario: SmolStr,
    /// BLAKE3 of the scenario file, or of the policy of a live run.
    pub scenario_digest: SmolStr,
    /// The version of this format.
    pub schema: u32,
    /// The seed of every draw.
    pub seed: u64,
}

/// What a pass is started with, beside what [`Now`] says: all that playing it back needs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PassStart {
    /// When it must have ended.
    pub deadline: Timestamp,
    /// Names the holder of its lease and marks its rows.
    pub name: SmolStr,
    /// The whole policy.
    #[serde(with = "canonical")]
    pub rules: Box<Policy>,
}

/// A policy with its keys sorted, as every line of a journal has them.
mod canonical {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::domain::Policy;

    pub(super) fn serialize<S: Serializer>(rules: &Policy, to: S) -> Result<S::Ok, S::Error> {
        let mut value = serde_json::to_value(rules).map_err(serde::ser::Error::custom)?;
        value.sort_all_objects();
        value.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Box<Policy>, D::Error> {
        Box::deserialize(from)
    }
}

/// A pass begins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Now {
    /// How much of its plan the pass may carry out.
    #[serde(default, skip_serializing_if = "Consent::is_everything")]
    pub consent: Consent,
    /// Which job.
    pub job: Job,
    /// What the engine's own clock says.
    pub now: Timestamp,
    /// Whose.
    pub policy: PolicyName,
    /// The slot it serves; for `sync` and `expire` the scheduled instant.
    pub slot: Slot,
}

/// A call is made. It borrows what it shows: a line is written for every call there is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Call<'a> {
    /// On whose behalf.
    pub context: Cow<'a, CallContext>,
    /// What is asked.
    pub request: Cow<'a, Request>,
    /// Its number in the run; the world applies calls in the order of (time, ticket).
    pub ticket: u64,
}

/// A call has ended: answered, or given up by the caller, which is `Unknown(TimedOut)`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AnswerLine<'a> {
    /// How.
    pub outcome: Cow<'a, Outcome<Reply>>,
    /// AWS's `Date`, if one came.
    pub server_time: Option<Timestamp>,
    /// The call's number.
    pub ticket: u64,
}

/// A row changed its state, as far as the engine knows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RowChange {
    /// The state before; none for a new row.
    pub from: Option<RowState>,
    /// The snapshot's id.
    pub key: SmolStr,
    /// Why, in a sentence.
    pub reason: SmolStr,
    /// The state now.
    pub to: RowState,
}

/// A fault or an outsider acted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FaultLine {
    /// The call it met, if it met one.
    pub ticket: Option<u64>,
    /// Which, in a sentence: `the answer to ec2:CreateSnapshots for i-db is lost`.
    pub what: SmolStr,
}

/// Something a person should know.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Which kind; the key that expectations and alarms match.
    pub kind: FindingKind,
    /// About what: an id.
    pub subject: SmolStr,
    /// The whole story in a sentence, with what to do.
    pub text: SmolStr,
}

/// The kinds of findings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A lifetime tag can't be read: its snapshots have no expiry.
    UnreadableLifetime,
    /// Neither a tag nor a rule gives an end.
    NoExpiry,
    /// The policy's tag matched nothing.
    NothingSelected,
    /// A listing was not complete; nothing is deleted by it.
    PartialInventory,
    /// A slot was not served in time.
    MissedSlot,
    /// A creation could not be done.
    CreateFailed,
    /// A creation's outcome is still open when the pass ends.
    CreateOpen,
    /// A snapshot failed.
    SnapshotFailed,
    /// A snapshot is pending for too long.
    StuckPending,
    /// A snapshot with our tag that nothing of ours explains.
    Unclaimed,
    /// A snapshot whose row says `deleted`.
    Reappeared,
    /// A snapshot that was found and given its row.
    Adopted,
    /// A second snapshot of the same slot and volume.
    Duplicate,
    /// A snapshot that EC2 does not show any more, and it was not us.
    Lost,
    /// A due snapshot can't be deleted.
    Blocked,
    /// Too many deletes at once; a person must approve.
    BlastLimit,
    /// Our clock and AWS's are too far apart, or AWS's is not known: nothing is deleted.
    ClockError,
    /// A delete's outcome is still open when the pass ends.
    DeleteOpen,
    /// The credentials belong elsewhere, or the table holds no installation.
    WrongPlace,
    /// The pass ended early.
    PassStopped,
    /// No good snapshot of a volume within twice its period.
    Stale,
    /// A volume is gone.
    SourceGone,
    /// Another run holds the lease.
    Overlap,
    /// A notification could not be published.
    NotifyFailed,
    /// A lifetime was shortened and `retroactive` applies it.
    Shortened,
}

/// A pass was killed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CrashLine {
    /// `before` the call was applied, or `after` (applied, its answer not seen).
    pub boundary: SmolStr,
    /// The call.
    pub ticket: u64,
}

/// A pass has ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PassEnd {
    /// How many findings it reported.
    pub findings: u32,
    /// How many mutating calls it sent.
    pub mutations: u64,
    /// When it wants to be run again before its schedule does; none otherwise.
    pub resume_at: Option<Timestamp>,
    /// Why it could not go on, in a sentence; none when it did all it had to do.
    pub stopped: Option<SmolStr>,
    /// Why a call was not sent, where it stopped for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsent: Option<NotSentCause>,
}
