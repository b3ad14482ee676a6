//! A small simulated account that passes have worked in.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use snaplife::calls::{Caller, CallerSetup, Halt, Pacer};
use snaplife::catalog::Installation;
use snaplife::catalog::write::Writer;
use snaplife::domain::{InstallationId, Job, Policy, Slot, SnapshotId, Span, Timestamp};
use snaplife::engine::{Pass, PassReport, PassSetup, init, run_pass};
use snaplife::journal::sink::{Keep, Stream};
use snaplife::plan::Consent;
use snaplife::ports::{Clock, Effect, Ports};
use snaplife::scenario;
use snaplife::simulated::level::Model;
use snaplife::simulated::{ConditionSettings, Conditions, Latency, SimClock, simulated_runtime};
use snaplife_sim::chance::Chance;
use snaplife_sim::ec2::{
    self, AccountId, Hibernation, NewInstance, NewVolume, OnTermination, RootDeviceType, VolumeType,
};
use snaplife_sim::fault::{Fault, FaultEffect, Matcher};
use snaplife_sim::time::Timestamp as WorldTime;
use snaplife_sim::world::World;

/// The account at one moment; passes and people share it.
pub(super) struct Account {
    pub(super) clock: SimClock,
    pub(super) world: Rc<RefCell<World>>,
    stream: Rc<Stream>,
    policy: RefCell<Rc<Policy>>,
    conditions: Rc<Conditions>,
    installation: RefCell<Option<Installation>>,
    pacer: Rc<RefCell<Pacer>>,
    passes: Cell<u32>,
}

/// A database with one data volume, whose snapshots live a week.
const WORLD: [(&str, &[(&str, u32)]); 1] = [("i-db", &[("vol-db", 200)])];

/// Runs a story in the account; it begins on 2026-01-05 at midnight with nothing in it.
pub(super) fn story<F: Future<Output = String>>(
    policy: &str,
    tell: impl FnOnce(Rc<Account>) -> F,
) -> String {
    simulated_runtime().block_on(async { tell(Account::new(policy)).await })
}

impl Account {
    fn new(policy: &str) -> Rc<Self> {
        let start = Timestamp::parse("2026-01-05T00:00:00Z").expect("it is an instant");
        let account = AccountId::new("111122223333");
        let mut world = World::new(Chance::new(0), account, "eu-central-1");
        hardware(&mut world, start);
        let world = Rc::new(RefCell::new(world));
        let clock = SimClock::new(start);
        let latency = Latency::fixed(Span::from_ms(50));
        let settings = ConditionSettings {
            chance: Chance::new(0),
            read: latency,
            mutation: latency,
            page_size: None,
        };
        let level = Rc::new(Model::new(world.clone()));
        let conditions = Conditions::new(level, clock.clone(), settings);
        let now = clock.clone();
        Rc::new(Self {
            stream: Stream::new(move || now.world_now(), Keep::All),
            clock,
            world,
            policy: RefCell::new(Rc::new(read(policy))),
            conditions,
            installation: RefCell::default(),
            pacer: Rc::new(RefCell::new(Pacer::new(80))),
            passes: Cell::new(0),
        })
    }

    /// What `snaplife init` does.
    pub(super) async fn init(&self) {
        let caller = self.caller();
        let writer = Writer::new("init".into());
        let mut made = init::Initialised::default();
        let id = InstallationId::from("one");
        let installed = init::run(&caller, &writer, id, &mut made).await;
        self.installation
            .replace(Some(installed.expect("nothing stands against it")));
    }

    /// One pass now.
    pub(super) async fn run(&self, job: Job) -> PassReport {
        let slot = Slot::scheduled(
            self.policy()
                .schedules
                .latest_create_at_or_before(self.clock.now())
                .expect("the first slot has come"),
        );
        let number = self.number();
        let journal = self.stream.for_pass(number);
        let setup = PassSetup {
            ports: self.ports(number),
            journal,
            policy: self.policy(),
            job,
            slot,
            chance: Chance::new(0),
            pacer: self.pacer.clone(),
            name: format!("pass-{number}").into(),
            deadline: self.clock.now() + Span::hours(1),
            consent: Consent::Everything,
            halt: Halt::default(),
        };
        run_pass(setup).await
    }

    /// Some nights: each takes its snapshots, follows them and lets go what may go.
    pub(super) async fn nights(&self, count: u32) {
        for _ in 0..count {
            let _ = self.run(Job::Create).await;
            self.clock.sleep(Span::hours(6)).await;
            let _ = self.run(Job::Sync).await;
            let _ = self.run(Job::Expire).await;
            self.clock.sleep(Span::hours(18)).await;
        }
    }

    /// A pass that does nothing by itself.
    pub(super) fn hand(&self) -> Pass {
        let number = self.number();
        let installation = self.installation.borrow().clone();
        Pass::new(
            self.caller(),
            Writer::new(format!("hand-{number}").into()),
            self.stream.for_pass(number),
            self.policy(),
            installation.expect("init was run"),
            Slot::scheduled(self.clock.now()),
        )
    }

    /// Makes calls, and nothing by itself.
    pub(super) fn caller(&self) -> Caller {
        let setup = CallerSetup {
            ports: self.ports(self.number()),
            chance: Chance::new(0),
            policy: self.policy().name.clone(),
            job: Job::Sync,
            limits: self.policy().limits.clone(),
            deadline: self.clock.now() + Span::hours(1),
            halt: Halt::default(),
        };
        Caller::new(setup, self.pacer.clone())
    }

    /// The policy as it is now.
    pub(super) fn policy(&self) -> Rc<Policy> {
        self.policy.borrow().clone()
    }

    /// Somebody edits the policy.
    pub(super) fn change_policy(&self, change: impl FnOnce(&mut Policy)) {
        let mut policy = Policy::clone(&self.policy());
        change(&mut policy);
        self.policy.replace(Rc::new(policy));
    }

    /// Every line of the journal so far.
    pub(super) fn journal(&self) -> String {
        self.stream.finish().kept
    }

    /// From now on AWS refuses this call.
    pub(super) fn refuse(&self, call: &str, code: &str, status: u16) {
        self.fault(
            call,
            FaultEffect::Refuse {
                code: code.into(),
                message: "as the story wants it".into(),
                status,
            },
        );
    }

    /// From now on this becomes of a call.
    pub(super) fn fault(&self, call: &str, effect: FaultEffect) {
        self.conditions.add_fault(Fault {
            effect,
            matcher: Matcher::operation(call),
            name: format!("{call} goes wrong").into(),
        });
    }

    /// The snapshots of a volume that are there, oldest first.
    pub(super) fn snapshots_of(&self, volume: &str) -> Vec<SnapshotId> {
        let world = self.world.borrow();
        let volume = ec2::VolumeId::from(volume);
        let there = world.ec2.snapshots_of(&volume);
        let mut there: Vec<_> = there
            .map(|truth| (truth.start, SnapshotId::from(truth.id.as_str())))
            .collect();
        there.sort();
        there.into_iter().map(|(_, id)| id).collect()
    }

    /// Lets somebody else in the account act.
    pub(super) fn outsider<T>(&self, act: impl FnOnce(&mut ec2::Outsider<'_>) -> T) -> T {
        let now = WorldTime(self.clock.world_now().as_ms());
        let mut world = self.world.borrow_mut();
        world.advance(now);
        act(&mut world.ec2.outsider(now))
    }

    /// How many mutating calls were sent so far.
    pub(super) fn mutations(&self) -> u64 {
        let counters = self.conditions.counters();
        counters
            .iter()
            .filter(|(name, _)| name.effect() == Effect::Mutation)
            .map(|(_, tally)| tally.made)
            .sum()
    }

    fn number(&self) -> u32 {
        self.passes.set(self.passes.get() + 1);
        self.passes.get()
    }

    fn ports(&self, number: u32) -> Ports {
        let journal = self.stream.for_pass(number);
        Ports {
            aws: self.conditions.for_pass(journal, number.to_string()),
            clock: Rc::new(self.clock.clone()),
        }
    }
}

/// The policy, as a scenario file would say it.
fn read(policy: &str) -> Policy {
    let text = format!(
        "name: A world to look at\nwhy: It has a policy.\nstart: 2026-01-05T00:00:00Z\n\
         run_for: 1d\nworld: {{}}\npolicy: {policy}\n"
    );
    let loaded = scenario::load("policy", text.as_bytes())
        .unwrap_or_else(|no| panic!("{}", no.render(text.as_bytes(), scenario::Colour::Plain)));
    let policy = loaded.policies.into_iter().next();
    policy.expect("it has one").clone()
}

fn hardware(world: &mut World, start: Timestamp) {
    let mut us = world.ec2.outsider(WorldTime(start.as_ms()));
    for (instance, volumes) in WORLD {
        us.launch_instance(NewInstance {
            hibernation: Hibernation::Off,
            id: instance.into(),
            root_device: Some("/dev/xvda".into()),
            root_device_type: RootDeviceType::Ebs,
            tags: [("snapshot", "snapshot"), ("snaplifetime", "7")]
                .into_iter()
                .collect(),
        })
        .expect("the id is free");
        for (volume, size_gib) in volumes {
            us.create_volume(NewVolume {
                daily_change_gib: 1,
                encrypted: false,
                id: (*volume).into(),
                multi_attach: false,
                size_gib: *size_gib,
                tags: ec2::Tags::default(),
                volume_type: VolumeType::Gp3,
            })
            .expect("the id is free");
            us.attach_volume(
                &(*volume).into(),
                &instance.into(),
                "/dev/sdf",
                OnTermination::Keep,
            )
            .expect("both are there");
        }
    }
}
