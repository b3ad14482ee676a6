//! A world that was kept in its file goes on exactly as one that was not.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use snaplife::calls::{Halt, Pacer};
use snaplife::domain::{Job, Policy, Slot, Span, Timestamp};
use snaplife::engine::{PassSetup, run_pass};
use snaplife::journal::sink::{Keep, Stream};
use snaplife::local::LocalWorld;
use snaplife::plan::Consent;
use snaplife::ports::Ports;
use snaplife::scenario;
use snaplife::simulated::simulated_runtime;
use snaplife::site::Place;

use super::desk::Desk;

const POLICY: &str = r#"
policies:
  - { create: "cron(30 2 * * ? *)", keep: { for: 20d, last: 3 } }
"#;

/// Some days in one opening of the world, each with its trouble and one pass of each job; what the
/// journal's digest is.
fn stretch(desk: &Desk, days: Range<u32>) -> String {
    let runtime = simulated_runtime();
    let _inside = runtime.enter();
    let path = desk.path("world.json");
    let world = LocalWorld::open(&path, || {}).expect("it opens");
    let config = scenario::load_configuration("snaplife.yaml", POLICY.as_bytes());
    let policy = config
        .expect("it is written as it should be")
        .policies
        .remove(0);
    let stream = Stream::new(world.journal_time(), Keep::Digests);
    let pacer = Rc::new(RefCell::new(Pacer::new(80)));
    for day in days {
        trouble(&world, day);
        runtime.block_on(world.advance(Span::days(1)));
        for job in [Job::Sync, Job::Expire, Job::Create] {
            let setup = setup(&world, &policy, job, &stream, &pacer);
            let _ = runtime.block_on(run_pass(setup));
        }
    }
    world.save().expect("it can be written");
    format!("{} lines", stream.finish().lines)
}

fn setup(
    world: &LocalWorld,
    policy: &Policy,
    job: Job,
    stream: &Rc<Stream>,
    pacer: &Rc<RefCell<Pacer>>,
) -> PassSetup {
    let clock = world.clock();
    let now = clock.now();
    let due = policy.schedules.latest_create_at_or_before(now);
    let slot = match job {
        Job::Create => due.unwrap_or(Timestamp::EPOCH),
        Job::Sync | Job::Expire => now,
    };
    let name = world.next_pass();
    let journal = stream.for_pass(1);
    PassSetup {
        ports: Ports {
            aws: world.aws(&name, journal.clone()),
            clock,
        },
        journal,
        policy: Rc::new(policy.clone()),
        job,
        slot: Slot::scheduled(slot),
        chance: world.chance(),
        pacer: Rc::clone(pacer),
        name,
        deadline: now + policy.limits.deadline,
        consent: Consent::Everything,
        halt: Halt::default(),
    }
}

fn trouble(world: &LocalWorld, day: u32) {
    let fault = match day % 11 {
        1 => Some("{ lose_answer: { call: ec2:CreateSnapshots, times: 1 } }"),
        4 => Some("{ brown_out: { for: 2d, percent: 20 } }"),
        7 => Some("{ fail_snapshots: { of: vol-db-log } }"),
        9 => Some("{ index_lag: { lag: 10m, for: 2d } }"),
        _ => None,
    };
    if let Some(fault) = fault {
        let fault = scenario::load_fault(fault, &world.known(), world.now());
        let _ = world.inject(&fault.expect("it is written as it should be"));
    }
    if day % 13 == 5 {
        let act = "{ delete_snapshot: oldest of vol-web-data }";
        let act = scenario::load_outsider(act, &world.known(), world.now());
        let _ = world.act(&act.expect("it is written as it should be"));
    }
}

/// The world as its file has it.
fn world(desk: &Desk) -> String {
    desk.read("world.json")
}

#[test]
fn five_months_are_the_same_whether_or_not_they_were_kept_in_between() {
    let whole = Desk::new("kept-whole");
    stretch(&whole, 0..150);

    // Written and read in the middle, and laid out by another hand.
    let halves = Desk::new("kept-halves");
    stretch(&halves, 0..75);
    let value: serde_json::Value = serde_json::from_str(&world(&halves)).expect("it is JSON");
    let laid_out = serde_json::to_string_pretty(&value).expect("so it stays");
    halves.write("world.json", &laid_out);
    stretch(&halves, 75..150);

    assert!(world(&whole).len() > 100_000, "much has happened");
    assert!(
        world(&whole) == world(&halves),
        "the second half went another way"
    );
}
