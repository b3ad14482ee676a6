//! A pass that a person asks to end, at any moment, plays back the same.

use std::borrow::Cow;
use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use rayon::prelude::*;
use snaplife::calls::{Halt, Pacer};
use snaplife::domain::{Job, Slot, Span, Timestamp};
use snaplife::engine::{PassSetup, run_pass};
use snaplife::journal::sink::{Keep, Stream};
use snaplife::journal::{Event, Header, Journal as _, PassStart};
use snaplife::local::LocalWorld;
use snaplife::plan::Consent;
use snaplife::playback;
use snaplife::ports::Ports;
use snaplife::scenario::Configuration;
use snaplife::simulated::simulated_runtime;
use snaplife::site::Place;
use snaplife_sim::fault::{Fault, FaultEffect, Matcher};

use super::desk::Desk;

/// A `create` in a new world with a creation that is not answered, asked to end after `after`.
fn halted(desk: &Desk, after: Span) -> (String, Timestamp) {
    let runtime = simulated_runtime();
    let inside = runtime.enter();
    let world = LocalWorld::open(&desk.path("world.json"), || {}).expect("it opens");
    world.conditions().add_fault(Fault {
        effect: FaultEffect::LoseAnswer,
        matcher: Matcher {
            times: Some(1),
            ..Matcher::operation("ec2:CreateSnapshots")
        },
        name: "lost".into(),
    });
    let policy = Configuration::default().policies.remove(0);
    let stream = Stream::new(world.journal_time(), Keep::All);
    stream.note(Event::Header(Cow::Owned(Header {
        level: "simulated".into(),
        lock_file: "".into(),
        scenario: "".into(),
        scenario_digest: "".into(),
        schema: 1,
        seed: world.chance().seed(),
    })));
    let journal = stream.for_pass(1);
    let clock = world.clock();
    let now = clock.now();
    let slot = policy.schedules.latest_create_at_or_before(now);
    let name = world.next_pass();
    let deadline = now + policy.limits.deadline;
    let start = PassStart {
        deadline,
        name: name.clone(),
        rules: Box::new(policy.clone()),
    };
    journal.note(Event::Setup(Cow::Owned(start)));
    let halt = Halt::default();
    let setup = PassSetup {
        ports: Ports {
            aws: world.aws(&name, journal.clone()),
            clock: clock.clone(),
        },
        journal: journal.clone(),
        deadline,
        policy: Rc::new(policy),
        job: Job::Create,
        slot: Slot::scheduled(slot.expect("without a schedule it is the day")),
        chance: world.chance(),
        pacer: Rc::new(RefCell::new(Pacer::new(80))),
        name,
        consent: Consent::Everything,
        halt: halt.clone(),
    };
    runtime.block_on(async {
        let asking = async {
            clock.sleep(after).await;
            journal.note(Event::Halt);
            halt.ask();
            std::future::pending::<()>().await
        };
        match select(pin!(run_pass(setup)), pin!(asking)).await {
            Either::Left(_) | Either::Right(_) => {}
        }
    });
    let ended = clock.now();
    drop(inside);
    (stream.finish().kept, ended)
}

#[test]
fn asked_to_end_at_any_moment_it_plays_back_the_same() {
    let desk = Desk::new("halts");
    let (whole, ended) = halted(&desk, Span::hours(1));
    assert!(whole.contains("ec2:CreateSnapshots"), "{whole}");
    let began: Timestamp =
        serde_json::from_str::<serde_json::Value>(whole.lines().next().expect("a header"))
            .map(|line| Timestamp::from_ms(line["at"].as_i64().expect("a time")))
            .expect("a line of JSON");
    // Every 50 ms of the calls, every 5 s of the wait for what was not answered.
    let length = (ended - began).as_ms();
    let moments = (0..4_000).step_by(50).chain((4_000..length).step_by(5_000));
    let differences: Vec<String> = moments
        .collect::<Vec<i64>>()
        .into_par_iter()
        .flat_map_iter(|after| {
            let desk = Desk::new(&format!("halts/{after}"));
            let (journal, _) = halted(&desk, Span::from_ms(after));
            desk.write("journal.jsonl", &journal);
            let recorded = playback::read(&desk.path("journal.jsonl")).expect("it is a journal");
            let [pass] = recorded.passes.as_slice() else {
                panic!("one pass, not {}", recorded.passes.len());
            };
            let played = playback::play_back(pass).differences;
            played
                .into_iter()
                .map(move |told| format!("after {after} ms: {told}"))
        })
        .collect();
    assert_eq!(differences, Vec::<String>::new());
}
