//! What the oracle remembers: little per snapshot, per pass, per creation and per open call.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::sets::Sets;
use super::truth::{Actor, Marks};
use crate::domain::{Job, Lifetime, PolicyName, Slot, SnapshotId, Span, Timestamp, VolumeId};
use crate::journal::OpenCalls;
use crate::ports::OperationName;
use crate::ports::ec2::Filter;

/// All of it.
#[derive(Default)]
pub(super) struct Memory {
    /// Snapshots that exist and carry our mark.
    pub(super) snapshots: BTreeMap<SnapshotId, SnapshotMemory>,
    /// The completed ones of a volume and policy, by start.
    pub(super) completed: BTreeMap<Shelf, BTreeSet<(Timestamp, SnapshotId)>>,
    /// How many of them a policy has.
    pub(super) completed_of: BTreeMap<PolicyName, u64>,
    /// What exists of a slot and volume.
    pub(super) of_slot: BTreeMap<SlotOfVolume, BTreeSet<SnapshotId>>,
    /// Slots of volumes that ever got a snapshot, with the first one's instant.
    pub(super) served: BTreeMap<SlotOfVolume, Timestamp>,
    /// When a policy's snapshots came to be, oldest first; forgotten once no limit counts them.
    pub(super) created_at: BTreeMap<PolicyName, Vec<Timestamp>>,
    /// The good `expire`s of a policy, oldest first, as far back as a table can be restored.
    pub(super) expires: BTreeMap<PolicyName, Vec<Expire>>,
    /// Which snapshots were made together, and which of them go.
    pub(super) sets: Sets,
    /// Sets of which somebody else deleted a member.
    pub(super) torn_sets: BTreeSet<SmolStr>,
    /// Policies of which somebody else deleted a snapshot: its row is left, and is looked at when it is due.
    pub(super) has_ghosts: BTreeSet<PolicyName>,
    /// The slot of the first create pass that ended well: nobody can know of a slot before it.
    pub(super) first_slot: BTreeMap<PolicyName, Timestamp>,
    /// Passes that run, and the last few that ended.
    pub(super) passes: BTreeMap<u32, PassMemory>,
    /// How much time passes have that are about to begin.
    pub(super) times: BTreeMap<u32, Span>,
    /// Calls without an answer.
    pub(super) calls: OpenCalls<CallMemory>,
    /// The last delete call for a snapshot, while it may act.
    pub(super) deletes: BTreeMap<SnapshotId, DeleteMemory>,
    /// Creations whose last send has no usable answer.
    pub(super) sends: BTreeMap<Creation, SendMemory>,
    /// The same by operation id.
    pub(super) sends_by_op: BTreeMap<SmolStr, Creation>,
    /// Rows as they were seen last.
    pub(super) rows: BTreeMap<SmolStr, RowMemory>,
    /// Slots of which a creation was under way when the table was restored: its record went with it, and EC2 may not have
    /// shown what it made.
    pub(super) forgotten: BTreeSet<(PolicyName, SmolStr)>,
    /// When the table was last restored.
    pub(super) restored_at: Option<Timestamp>,
    /// Snapshots with a finding, and the kinds of findings.
    pub(super) findings: BTreeMap<SmolStr, BTreeSet<crate::journal::FindingKind>>,
    /// Snapshots that a person told us to take over.
    pub(super) adopted: BTreeSet<SnapshotId>,
    /// What was reported as not snapshotted: policy, slot, and target, volume or the slot itself.
    pub(super) excused: BTreeSet<(PolicyName, SmolStr, SmolStr)>,
    /// Per policy the slot before which many were reported as missed without their names.
    pub(super) excused_before: BTreeMap<PolicyName, SmolStr>,
    /// How many slots of a policy are judged already.
    pub(super) slots_judged: BTreeMap<PolicyName, usize>,
    /// Passes that were killed and have no good successor yet.
    pub(super) crashes: BTreeMap<(PolicyName, Job), Timestamp>,
    /// When the last fault met a call or the last outsider acted.
    pub(super) trouble_at: Option<Timestamp>,
    /// When a limit of deletes last asked for approval.
    pub(super) awaits_approval: bool,
    /// Create passes that ended well, by slot: when, and what had happened until then.
    pub(super) served_well: BTreeMap<(PolicyName, Slot), (Timestamp, Happened)>,
    /// The world has changed when this has.
    pub(super) happened: Happened,
    /// What people asked us to take over, and for how long, each of them: one of these is a promise when the row is there.
    pub(super) adopting: BTreeMap<SnapshotId, Vec<Lifetime>>,
}

/// How much has happened so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Happened {
    /// What came to be, ended or went of the snapshots.
    pub(super) deeds: u64,
    /// What others did, and what else the story brought.
    pub(super) outside: u64,
}

/// A volume's snapshots of one policy.
pub(super) type Shelf = (VolumeId, PolicyName);
/// A slot of a volume, of one policy.
pub(super) type SlotOfVolume = (PolicyName, SmolStr, VolumeId);
/// Policy, slot and target.
pub(super) type Creation = (PolicyName, SmolStr, SmolStr);

/// A snapshot with our mark.
pub(super) struct SnapshotMemory {
    pub(super) by: Actor,
    pub(super) created_at: Timestamp,
    /// It was there, with a row, before the run began; or it was taken over later.
    pub(super) is_known: bool,
    /// An answer to a delete called it gone.
    pub(super) is_said_gone: bool,
    /// When an answer first called it completed.
    pub(super) said_completed: Option<Timestamp>,
    /// When its row first called it completed.
    pub(super) recorded_completed: Option<Timestamp>,
    /// When its row last came to call it completed: again, where its delete was called off.
    pub(super) completed_again: Option<Timestamp>,
    pub(super) marks: Marks,
    pub(super) phase: Phase,
    pub(super) start: Timestamp,
    pub(super) volume: VolumeId,
}

/// How far a snapshot truly is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    Pending,
    Completed,
    Failed,
    Unknown,
}

impl Phase {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Unknown => "in an unknown state",
        }
    }
}

/// A pass.
pub(super) struct PassMemory {
    pub(super) policy: PolicyName,
    pub(super) job: Job,
    pub(super) slot: Slot,
    pub(super) began: Timestamp,
    /// How long it may take.
    pub(super) may_take: Span,
    /// The engine's clock minus AWS's when it began.
    pub(super) clock_error: Span,
    /// Something may have moved the engine's clock since: its deadlines are not judged.
    pub(super) clock_moved: bool,
    /// It said that a clock is wrong.
    pub(super) told_of_clocks: bool,
    pub(super) has_ended: bool,
    /// A policy or a tag was changed while it ran.
    pub(super) rules_moved: bool,
    pub(super) calls: u64,
    pub(super) reads: u64,
    /// A call of it had another answer than the one it was made for, so it may have had to read more.
    pub(super) is_troubled: bool,
    pub(super) ec2_mutations: u64,
    pub(super) deletes: u64,
    /// Completed snapshots of the policy when it began.
    pub(super) completed_before: u64,
    /// What had happened when it began.
    pub(super) happened_before: Happened,
    /// Its name, as it wrote it into its lease.
    pub(super) holder: Option<SmolStr>,
    /// When its lease was taken, from the write's answer.
    pub(super) leased_at: Option<Timestamp>,
    /// Whether its own credentials were seen to be the right ones.
    pub(super) identity: Identity,
    /// The largest distance between the clocks in an answer of EC2; none without a `Date`.
    pub(super) clocks_apart: Option<Span>,
    /// Snapshots that an answer of this pass showed: when it was asked, and what it said.
    pub(super) seen: BTreeMap<SnapshotId, Seen>,
    /// Of those the completed ones, by volume and policy.
    pub(super) seen_completed: BTreeMap<Shelf, BTreeMap<SnapshotId, (Timestamp, u64)>>,
    /// How many of them it has deleted, which are among them no more.
    pub(super) seen_and_deleted: u64,
    /// The same for ones that are no backup: failed, pending, unknown.
    pub(super) seen_other: BTreeMap<Shelf, BTreeSet<SnapshotId>>,
    /// Listings that are not complete, by what they ask for.
    pub(super) listings: BTreeMap<(OperationName, Vec<Filter>), ListingMemory>,
    /// Deletes that AWS refused because something uses the snapshot.
    pub(super) refused_in_use: BTreeMap<SnapshotId, u64>,
}

/// What a pass knows of its credentials.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Identity {
    /// It did not ask.
    NotAsked,
    /// They belong to the installation.
    Right,
    /// They belong elsewhere.
    Wrong(String),
}

/// An expire that ended well.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expire {
    /// By the earlier of the two clocks: one that calls nothing of EC2 knows only its own.
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
}

/// What an answer said about a snapshot.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// What of it forbids every delete, in words.
    pub(super) against: Option<&'static str>,
    /// The installation that its tag names.
    pub(super) installation: Option<SmolStr>,
    /// How long it lives by its tag; for ever where nobody can read that.
    pub(super) lifetime: Option<Lifetime>,
    pub(super) asked_at: Timestamp,
    pub(super) answered_at: Timestamp,
    pub(super) line: u64,
}

/// A listing that goes on, or broke off.
pub(super) struct ListingMemory {
    pub(super) began: Timestamp,
    pub(super) line: u64,
    /// Operations that a page of it showed.
    pub(super) ops: BTreeSet<SmolStr>,
    pub(super) why: &'static str,
}

/// A call without an answer.
pub(super) struct CallMemory {
    pub(super) pass: u32,
    pub(super) operation: OperationName,
    pub(super) at: Timestamp,
    pub(super) line: u64,
    pub(super) asked: Asked,
}

/// What of a request matters when its answer comes.
pub(super) enum Asked {
    /// Nothing.
    Plain,
    /// `DeleteSnapshot`.
    Delete(SnapshotId),
    /// A create.
    Create(Creation),
    /// A listing of snapshots, by what it asks for without its page; `whole` when an incomplete
    /// one forbids deletes.
    Listing {
        filters: Vec<Filter>,
        first: bool,
        /// Operations that it looks for.
        ops: Vec<SmolStr>,
        whole: bool,
    },
    /// Rows are written; of a lease also who is to hold it.
    Rows {
        keys: Vec<SmolStr>,
        holder: Option<SmolStr>,
    },
}

/// A delete call that may act.
pub(super) struct DeleteMemory {
    pub(super) pass: u32,
    pub(super) line: u64,
    /// What the snapshot's tags said when the call was made.
    pub(super) marks: Option<Marks>,
    pub(super) has_row: bool,
}

/// A send without a usable answer.
pub(super) struct SendMemory {
    pub(super) op: SmolStr,
    pub(super) sent_at: Timestamp,
    pub(super) line: u64,
    pub(super) look: Look,
    /// An earlier one had no usable answer.
    pub(super) is_resend: bool,
}

/// What was looked for after a send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    /// Nobody looked after the visibility window.
    None,
    /// A complete look after it found nothing.
    Empty,
    /// It was found.
    Found,
}

/// A row as it was seen last.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct RowMemory {
    pub(super) holder: Option<SmolStr>,
    pub(super) revision: Option<i64>,
    pub(super) state: Option<SmolStr>,
    pub(super) token: Option<i64>,
}

impl Memory {
    /// Puts a snapshot on its shelf, or takes it off.
    pub(super) fn shelve(&mut self, id: &SnapshotId, phase: Phase) {
        let Some(snapshot) = self.snapshots.get_mut(id) else {
            return;
        };
        snapshot.phase = phase;
        let Some(policy) = snapshot.marks.policy.clone() else {
            return;
        };
        let key = (snapshot.start, id.clone());
        let shelf = (snapshot.volume.clone(), policy.clone());
        let changed = if phase == Phase::Completed {
            self.completed.entry(shelf).or_default().insert(key)
        } else {
            self.completed
                .get_mut(&shelf)
                .is_some_and(|all| all.remove(&key))
        };
        if changed {
            let count = self.completed_of.entry(policy).or_default();
            *count = if phase == Phase::Completed {
                *count + 1
            } else {
                count.saturating_sub(1)
            };
        }
    }

    /// Forgets a snapshot that is no more.
    pub(super) fn forget(&mut self, id: &SnapshotId) {
        self.shelve(id, Phase::Unknown);
        let Some(snapshot) = self.snapshots.remove(id) else {
            return;
        };
        if let Some(op) = &snapshot.marks.op {
            self.sets.leaves(op, id);
        }
        if let (Some(policy), Some(slot)) = (snapshot.marks.policy, snapshot.marks.slot) {
            let key = (policy, slot, snapshot.volume);
            if let Some(all) = self.of_slot.get_mut(&key) {
                all.remove(id);
                if all.is_empty() {
                    self.of_slot.remove(&key);
                }
            }
        }
    }

    /// The trouble that a bound of liveness waits for: the later of it and `at`.
    pub(super) fn calm_since(&self, at: Timestamp) -> Timestamp {
        self.trouble_at.map_or(at, |trouble| trouble.max(at))
    }
}
