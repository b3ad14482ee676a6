//! Histories in a few words: steps that become journal lines, deeds and rows.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::{SmolStr, format_smolstr};

use crate::domain::{
    Encryption, Job, Lifetime, PolicyName, Slot, Snapshot, SnapshotId, SnapshotState, Span, Tags,
    Timestamp, VolumeId, tags::key,
};
use crate::journal::{AnswerLine, Call, Event, Line, Now, PassEnd};
use crate::oracle::truth::{Actor, Deed, EffectKind, Marks, TrueRow, TrueSnapshot};
use crate::oracle::{Bounds, Oracle, PolicyPromise, Promise, SlotPromise, Truth, Violation};
use crate::ports::ec2::{
    BootVolume, CallerIdentity, CreateSnapshot, CreateSnapshots, CreatedSnapshots, DeleteSnapshot,
    DescribeSnapshots, Done, Filter, GetCallerIdentity, PageRequest, SnapshotPage,
};
use crate::ports::table::{Expression, Item, KEY, PutItem, Value};
use crate::ports::{CallContext, Outcome, Rejection, RejectionClass, Reply, Request, UnknownCause};

use std::borrow::Cow;

pub(super) const INSTALLATION: &str = "our-id";
const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-central-1";

/// One thing that happens. Snapshots, volumes and slots are named by small numbers, so that any
/// list of steps is a history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// Time passes.
    Wait(i64),
    /// The pass before ends well; another begins, with its lease.
    Pass(Job),
    /// We make a snapshot of a volume in a slot; the answer comes.
    Create { volume: u8, slot: u8 },
    /// Somebody makes one with our tags.
    Foreign { volume: u8, slot: u8 },
    /// The copy of the nth snapshot ends.
    Complete(u8),
    /// It fails.
    Fail(u8),
    /// A row is written for the nth snapshot.
    Row(u8),
    /// The pass lists the snapshots of a volume.
    Look(u8),
    /// We delete the nth snapshot.
    Delete(u8),
    /// Somebody else does.
    OutsiderDelete(u8),
    /// A volume is deleted.
    VolumeGone(u8),
}

/// The truth of a story.
#[derive(Default)]
pub(super) struct FakeWorld {
    pub(super) snapshots: BTreeMap<SnapshotId, TrueSnapshot>,
    pub(super) gone: BTreeSet<VolumeId>,
    pub(super) rows: BTreeMap<SmolStr, TrueRow>,
}

impl Truth for FakeWorld {
    fn snapshot(&self, id: &SnapshotId) -> Option<TrueSnapshot> {
        self.snapshots.get(id).cloned()
    }

    fn snapshots(&self) -> Vec<(SnapshotId, TrueSnapshot)> {
        self.snapshots
            .iter()
            .map(|(id, s)| (id.clone(), s.clone()))
            .collect()
    }

    fn volume_exists(&self, id: &VolumeId) -> bool {
        !self.gone.contains(id)
    }

    fn row(&self, key: &str) -> Option<TrueRow> {
        self.rows.get(key).cloned()
    }

    fn rows(&self) -> Vec<(SmolStr, TrueRow)> {
        self.rows
            .iter()
            .map(|(key, row)| (key.clone(), row.clone()))
            .collect()
    }
}

/// A history under way.
pub(super) struct Story {
    pub(super) oracle: Oracle,
    pub(super) world: FakeWorld,
    pub(super) now: Timestamp,
    /// Every snapshot ever made, in order.
    pub(super) made: Vec<SnapshotId>,
    pub(super) pass: u32,
    /// The slot of the next passes; none gives each its own.
    pub(super) slot: Option<Slot>,
    job: Job,
    lines: u64,
    tickets: u64,
    revisions: i64,
}

pub(super) fn promise(lifetime: Span) -> Promise {
    let policy = PolicyPromise {
        lifetime_now: Some(Lifetime::For(lifetime)),
        periods: Job::ALL
            .into_iter()
            .map(|job| (job, Span::days(1)))
            .collect(),
        ..PolicyPromise::default()
    };
    Promise {
        installation: INSTALLATION.into(),
        account: ACCOUNT.into(),
        region: REGION.into(),
        policies: [(PolicyName::default(), policy)].into_iter().collect(),
        bounds: Bounds::default(),
        waived: BTreeMap::new(),
    }
}

impl Story {
    /// A story in which snapshots live for a day.
    pub(super) fn new() -> Self {
        Self::with(promise(Span::days(1)))
    }

    pub(super) fn with(promise: Promise) -> Self {
        let world = FakeWorld::default();
        let now = Timestamp::from_ms(0);
        Self {
            oracle: Oracle::new(promise, &world, now),
            world,
            now,
            made: Vec::new(),
            pass: 0,
            slot: None,
            job: Job::Create,
            lines: 0,
            tickets: 0,
            revisions: 0,
        }
    }

    /// Plays steps; those that are impossible (a delete of what is not there) do nothing.
    pub(super) fn play(mut self, steps: &[Step]) -> Self {
        for step in steps {
            self.step(*step);
        }
        self
    }

    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Wait(hours) => self.now += Span::hours(hours),
            Step::Pass(job) => self.begin(job),
            Step::Create { volume, slot } => {
                let op = format_smolstr!("op-{}", self.made.len());
                self.create(volume, slot, &op);
            }
            Step::Foreign { volume, slot } => {
                self.make(Actor::Outsider, volume, slot, "op-foreign");
            }
            Step::Complete(n) => self.settle(n, SnapshotState::Completed, EffectKind::Completed),
            Step::Fail(n) => self.settle(n, SnapshotState::Error, EffectKind::Failed),
            Step::Row(n) => {
                if let Some(id) = self.nth(n) {
                    let state = self.world.snapshots[&id].state.as_str().to_owned();
                    self.write_row(id.text(), &state);
                }
            }
            Step::Look(volume) => self.look(volume),
            Step::Delete(n) => self.delete(n),
            Step::OutsiderDelete(n) => self.gone(n, Actor::Outsider),
            Step::VolumeGone(volume) => {
                self.world.gone.insert(volume_id(volume));
            }
        }
    }

    /// The nth snapshot ever made, if it exists.
    pub(super) fn nth(&self, n: u8) -> Option<SnapshotId> {
        let id = self.made.get(usize::from(n))?;
        self.world.snapshots.contains_key(id).then(|| id.clone())
    }

    pub(super) fn line(&mut self, event: Event<'_>) {
        self.lines += 1;
        let line = Line {
            at: self.now,
            event,
            pass: (self.pass > 0).then_some(self.pass),
        };
        self.oracle.observe(self.lines, &line, &self.world);
    }

    /// The pass before ends well, and one begins: with the right credentials and its lease.
    pub(super) fn begin(&mut self, job: Job) {
        self.end(None, 0);
        self.begin_bare(job);
        let identity = CallerIdentity {
            account: ACCOUNT.into(),
            region: REGION.into(),
        };
        self.calls(
            GetCallerIdentity {},
            Outcome::Ok(Reply::GetCallerIdentity(identity)),
        );
        self.lease(Span::minutes(2));
    }

    /// A pass begins and has nothing yet.
    pub(super) fn begin_bare(&mut self, job: Job) {
        self.pass += 1;
        self.job = job;
        let own = || Slot::ad_hoc(&format!("pass-{}", self.pass));
        let now = Now {
            consent: Default::default(),
            job,
            now: self.now,
            policy: PolicyName::default(),
            slot: self.slot.clone().unwrap_or_else(own),
        };
        self.line(Event::Now(Cow::Owned(now)));
    }

    pub(super) fn end(&mut self, stopped: Option<&str>, findings: u32) {
        let end = PassEnd {
            findings,
            mutations: 0,
            resume_at: None,
            stopped: stopped.map(SmolStr::new),
        };
        self.line(Event::End(Cow::Owned(end)));
    }

    pub(super) fn lease(&mut self, left: Span) {
        let key = format_smolstr!("lease#default#{}", self.job);
        let row = TrueRow {
            holder: Some(format_smolstr!("pass {}", self.pass)),
            revision: self.next_revision(),
            token: Some(i64::from(self.pass)),
            until: Some(self.now + left),
            ..TrueRow::default()
        };
        self.put(&key, row);
    }

    /// A call and its answer.
    pub(super) fn calls(&mut self, request: impl Into<Request>, outcome: Outcome<Reply>) {
        let ticket = self.call(request.into());
        self.answer(ticket, outcome);
    }

    pub(super) fn call(&mut self, request: Request) -> u64 {
        self.tickets += 1;
        let context = CallContext {
            attempt: 1,
            job: self.job,
            policy: PolicyName::default(),
            subject: request.resources().first().cloned().unwrap_or_default(),
        };
        self.line(Event::Call(Call {
            context: Cow::Owned(context),
            request: Cow::Owned(request),
            ticket: self.tickets,
        }));
        self.tickets
    }

    pub(super) fn answer(&mut self, ticket: u64, outcome: Outcome<Reply>) {
        let at = self.now;
        self.line(Event::Answer(AnswerLine {
            outcome: Cow::Owned(outcome),
            server_time: Some(at),
            ticket,
        }));
    }

    pub(super) fn put(&mut self, key: &SmolStr, row: TrueRow) {
        let item = Item::from_iter([(SmolStr::new(KEY), Value::S(key.clone()))]);
        let put = PutItem {
            condition: Expression::default(),
            item,
        };
        let ticket = self.call(put.into());
        self.world.rows.insert(key.clone(), row);
        self.answer(ticket, Outcome::Ok(Reply::PutItem(Done {})));
    }

    pub(super) fn write_row(&mut self, key: &SmolStr, state: &str) {
        let row = TrueRow {
            revision: self.next_revision(),
            state: Some(state.into()),
            ..TrueRow::default()
        };
        self.put(key, row);
    }

    fn next_revision(&mut self) -> Option<i64> {
        self.revisions += 1;
        Some(self.revisions)
    }

    pub(super) fn create_request(volume: u8, slot: u8, op: &str) -> CreateSnapshot {
        CreateSnapshot {
            description: SmolStr::default(),
            tags: tags(slot, op),
            volume: volume_id(volume),
        }
    }

    fn create(&mut self, volume: u8, slot: u8, op: &str) {
        let ticket = self.call(Self::create_request(volume, slot, op).into());
        let snapshot = self.make(Actor::Client, volume, slot, op);
        let created = CreatedSnapshots {
            snapshots: vec![snapshot],
        };
        self.answer(ticket, Outcome::Ok(Reply::CreateSnapshot(created)));
    }

    /// A set for an instance without the tag `missing`; only the call.
    pub(super) fn create_set_without(&mut self, missing: &str) {
        let tags: Tags = tags(0, "op-set")
            .iter()
            .filter(|(key, _)| *key != missing)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let request = CreateSnapshots {
            boot_volume: BootVolume::Exclude,
            description: SmolStr::default(),
            exclude: Vec::new(),
            instance: "i-db".into(),
            tags,
        };
        self.calls(request, Outcome::Unknown(UnknownCause::TimedOut));
    }

    /// A snapshot comes to be; nobody is told.
    pub(super) fn make(&mut self, by: Actor, volume: u8, slot: u8, op: &str) -> Snapshot {
        let id = SnapshotId::new(format!("snap-{}", self.made.len()));
        let made = TrueSnapshot {
            blocked: None,
            marks: Marks {
                installation: Some(INSTALLATION.into()),
                lifetime: Some(Lifetime::For(Span::days(1))),
                op: Some(op.into()),
                policy: Some(PolicyName::default()),
                slot: Some(slot_of(slot).text().clone()),
            },
            start: self.now,
            state: SnapshotState::Pending,
            volume: volume_id(volume),
        };
        let shown = shown(&id, &made);
        self.world.snapshots.insert(id.clone(), made);
        self.made.push(id.clone());
        self.deed(id, by, EffectKind::Created, volume_id(volume));
        shown
    }

    fn deed(&mut self, snapshot: SnapshotId, by: Actor, kind: EffectKind, volume: VolumeId) {
        let deed = Deed {
            at: self.now,
            by,
            kind,
            snapshot,
            volume,
        };
        self.oracle.happened(&deed, &self.world);
    }

    fn settle(&mut self, n: u8, state: SnapshotState, kind: EffectKind) {
        let Some(id) = self.nth(n) else { return };
        let Some(found) = self.world.snapshots.get_mut(&id) else {
            return;
        };
        if found.state != SnapshotState::Pending {
            return;
        }
        found.state = state;
        let volume = found.volume.clone();
        self.deed(id, Actor::Aws, kind, volume);
    }

    /// The pass lists a volume.
    pub(super) fn look(&mut self, volume: u8) {
        let (request, page) = self.listing(volume);
        self.calls(request, Outcome::Ok(Reply::DescribeSnapshots(page)));
    }

    pub(super) fn listing(&self, volume: u8) -> (DescribeSnapshots, SnapshotPage) {
        let volume = volume_id(volume);
        let request = DescribeSnapshots {
            filters: vec![Filter::VolumeIds(vec![volume.clone()])],
            page: PageRequest::default(),
        };
        let found = self
            .world
            .snapshots
            .iter()
            .filter(|(_, s)| s.volume == volume);
        let page = SnapshotPage {
            next: None,
            snapshots: found.map(|(id, s)| shown(id, s)).collect(),
        };
        (request, page)
    }

    /// A complete look for an operation.
    pub(super) fn look_for(&mut self, op: &str) {
        let request = DescribeSnapshots {
            filters: vec![Filter::TagValues {
                key: key::OP.into(),
                values: vec![op.into()],
            }],
            page: PageRequest::default(),
        };
        let found = self
            .world
            .snapshots
            .iter()
            .filter(|(_, s)| s.marks.op.as_deref() == Some(op));
        let page = SnapshotPage {
            next: None,
            snapshots: found.map(|(id, s)| shown(id, s)).collect(),
        };
        self.calls(request, Outcome::Ok(Reply::DescribeSnapshots(page)));
    }

    fn delete(&mut self, n: u8) {
        let Some(id) = self.nth(n) else { return };
        let ticket = self.call(DeleteSnapshot { snapshot: id }.into());
        self.gone(n, Actor::Client);
        self.answer(ticket, Outcome::Ok(Reply::DeleteSnapshot(Done {})));
    }

    /// EC2 refuses a delete.
    pub(super) fn refused_delete(&mut self, n: u8) {
        let Some(id) = self.nth(n) else { return };
        let refused = Rejection {
            class: RejectionClass::InUse,
            code: "InvalidSnapshot.InUse".into(),
            message: "in use by ami-a".into(),
            reasons: Vec::new(),
        };
        self.calls(DeleteSnapshot { snapshot: id }, Outcome::Rejected(refused));
    }

    /// EC2 says that what it is asked to delete is not there.
    pub(super) fn delete_of_nothing(&mut self, n: u8) {
        let Some(id) = self.nth(n) else { return };
        let refused = Rejection {
            class: RejectionClass::NotFound,
            code: "InvalidSnapshot.NotFound".into(),
            message: "it does not exist".into(),
            reasons: Vec::new(),
        };
        self.calls(DeleteSnapshot { snapshot: id }, Outcome::Rejected(refused));
    }

    fn gone(&mut self, n: u8, by: Actor) {
        let Some(id) = self.nth(n) else { return };
        let Some(found) = self.world.snapshots.remove(&id) else {
            return;
        };
        self.deed(id, by, EffectKind::Deleted, found.volume);
    }

    /// What is broken so far.
    pub(super) fn broken(&self) -> String {
        told(self.oracle.violations())
    }

    /// What is broken in the end.
    pub(super) fn finish(mut self) -> Vec<Violation> {
        let end = self.now;
        self.oracle.finish(end, &self.world)
    }
}

pub(super) fn told(violations: &[Violation]) -> String {
    let lines = violations
        .iter()
        .map(|v| format!("{} {}", v.invariant, v.sentence));
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn volume_id(volume: u8) -> VolumeId {
    VolumeId::new(format!("vol-{volume}"))
}

pub(super) fn slot_of(slot: u8) -> Slot {
    Slot::ad_hoc(&format!("s{slot}"))
}

/// A slot that was due at the beginning for one volume.
pub(super) fn slot_due(slot: u8, volume: u8) -> SlotPromise {
    SlotPromise {
        at: Timestamp::from_ms(0),
        due: vec![("i-db".into(), volume_id(volume))],
        slot: slot_of(slot),
    }
}

fn tags(slot: u8, op: &str) -> Tags {
    let slot = slot_of(slot);
    [
        (key::INSTALLATION, INSTALLATION),
        (key::LIFETIME, "86400000"),
        (key::OP, op),
        (key::POLICY, "default"),
        (key::SLOT, slot.as_str()),
    ]
    .into_iter()
    .collect()
}

/// A snapshot as an answer shows it.
fn shown(id: &SnapshotId, found: &TrueSnapshot) -> Snapshot {
    let slot = found.marks.slot.clone().unwrap_or_default();
    let tags = [
        (SmolStr::new(key::INSTALLATION), SmolStr::new(INSTALLATION)),
        (
            SmolStr::new(key::OP),
            found.marks.op.clone().unwrap_or_default(),
        ),
        (SmolStr::new(key::POLICY), SmolStr::new("default")),
        (SmolStr::new(key::SLOT), slot),
    ];
    let hold = found
        .blocked
        .map(|why| (SmolStr::new(key::HOLD), SmolStr::new(why)));
    Snapshot {
        encrypted: Encryption::Plain,
        id: id.clone(),
        owner: ACCOUNT.into(),
        size_gib: 8,
        start: found.start,
        state: found.state.clone(),
        tags: tags.into_iter().chain(hold).collect(),
        volume: found.volume.clone(),
    }
}
