//! The first start: what `init` makes in an empty account, and that repeating it changes nothing.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use snaplife::calls::{Caller, CallerSetup, Halt, Pacer};
use snaplife::catalog::Installation;
use snaplife::catalog::write::Writer;
use snaplife::domain::{InstallationId, Job, Limits, PolicyName, Span, Timestamp};
use snaplife::engine::init::{self, Initialised};
use snaplife::journal::sink::{Keep, Stream};
use snaplife::journal::{Event, Line};
use snaplife::ports::{Outcome, Ports};
use snaplife::simulated::level::Model;
use snaplife::simulated::{ConditionSettings, Conditions, Latency, SimClock, simulated_runtime};
use snaplife_sim::chance::Chance;
use snaplife_sim::ec2::AccountId;
use snaplife_sim::fault::{Fault, FaultEffect, Matcher};
use snaplife_sim::world::World;

/// Runs `init` once per id, one after the other, and tells what each said and which calls it made.
fn first_starts(ids: &[&str], fault: Option<Fault>) -> String {
    simulated_runtime().block_on(async {
        let start = Timestamp::from_ms(1_767_571_200_000);
        let world = World::new(
            Chance::new(0),
            AccountId::new("111122223333"),
            "eu-central-1",
        );
        let clock = SimClock::new(start);
        let latency = Latency::fixed(Span::from_ms(50));
        let settings = ConditionSettings {
            chance: Chance::new(0),
            read: latency,
            mutation: latency,
            page_size: None,
        };
        let level = Rc::new(Model::new(Rc::new(RefCell::new(world))));
        let conditions = Conditions::new(level, clock.clone(), settings);
        fault
            .into_iter()
            .for_each(|fault| conditions.add_fault(fault));
        let mut told = String::new();
        for id in ids {
            let now = clock.clone();
            let stream = Stream::new(move || now.world_now(), Keep::All);
            let aws = conditions.for_pass(stream.for_pass(1), *id);
            let setup = CallerSetup {
                ports: Ports {
                    aws,
                    clock: Rc::new(clock.clone()),
                },
                chance: Chance::new(0),
                policy: PolicyName::default(),
                job: Job::Sync,
                limits: Limits::default(),
                deadline: clock.world_now() + Span::hours(1),
                halt: Halt::default(),
            };
            let caller = Caller::new(setup, Rc::new(RefCell::new(Pacer::new(80))));
            let writer = Writer::new((*id).into());
            let mut made = Initialised::default();
            let outcome = init::run(&caller, &writer, InstallationId::from(*id), &mut made).await;
            match outcome {
                Ok(Installation {
                    id: of,
                    account,
                    region,
                }) => told += &format!("{id}: {of} for {account} in {region}\n"),
                Err(stop) => told += &format!("{id}: {stop}\n"),
            }
            told += &calls(&stream.finish().kept);
        }
        told
    })
}

/// One line per call with how it ended; repeats are counted.
fn calls(journal: &str) -> String {
    let mut lines: Vec<(String, u32)> = Vec::new();
    let mut asked = String::new();
    for line in journal.lines() {
        let line: Line<'_> = serde_json::from_str(line).expect("the journal can be read back");
        match &line.event {
            Event::Call(call) => asked = call.request.name().text().to_owned(),
            Event::Answer(answer) => {
                let end = match &answer.outcome {
                    Cow::Owned(Outcome::Rejected(refused))
                    | Cow::Borrowed(Outcome::Rejected(refused)) => refused.code.to_string(),
                    other => other.name().to_owned(),
                };
                let text = format!("{asked}: {end}");
                match lines.last_mut() {
                    Some((last, count)) if *last == text => *count += 1,
                    _ => lines.push((text, 1)),
                }
            }
            _ => {}
        }
    }
    let told = |(text, count): &(String, u32)| match count {
        1 => format!("  {text}\n"),
        count => format!("  {text}, {count} times\n"),
    };
    lines.iter().map(told).collect()
}

#[test]
fn an_empty_account_gets_its_table_and_the_second_start_keeps_the_first_installation() {
    insta::assert_snapshot!(first_starts(&["one", "two"], None), @"
    one: one for 111122223333 in eu-central-1
      sts:GetCallerIdentity: ok
      dynamodb:DescribeTable: ResourceNotFoundException
      dynamodb:CreateTable: ok
      dynamodb:DescribeTable: ok, 3 times
      dynamodb:UpdateTable: ok
      dynamodb:DescribeTable: ok
      dynamodb:UpdateTimeToLive: ok
      dynamodb:UpdateContinuousBackups: ok
      dynamodb:PutItem: ok
      dynamodb:GetItem: ok
    two: one for 111122223333 in eu-central-1
      sts:GetCallerIdentity: ok
      dynamodb:DescribeTable: ok
      dynamodb:DescribeTimeToLive: ok
      dynamodb:GetItem: ok
      dynamodb:DescribeTable: ok
      dynamodb:UpdateContinuousBackups: ok
    ");
}

#[test]
fn a_table_whose_creation_was_not_answered_is_waited_for() {
    let lost = Fault {
        effect: FaultEffect::LoseAnswer,
        matcher: Matcher {
            times: Some(1),
            ..Matcher::operation("dynamodb:CreateTable")
        },
        name: "lost".into(),
    };
    insta::assert_snapshot!(first_starts(&["one"], Some(lost)), @"
    one: one for 111122223333 in eu-central-1
      sts:GetCallerIdentity: ok
      dynamodb:DescribeTable: ResourceNotFoundException
      dynamodb:CreateTable: unknown
      dynamodb:DescribeTable: ok, 3 times
      dynamodb:UpdateTable: ok
      dynamodb:DescribeTable: ok
      dynamodb:UpdateTimeToLive: ok
      dynamodb:UpdateContinuousBackups: ok
      dynamodb:PutItem: ok
      dynamodb:GetItem: ok
    ");
}

#[test]
fn a_table_that_does_not_come_is_no_missing_installation() {
    let lost = Fault {
        effect: FaultEffect::RequestLost,
        matcher: Matcher::operation("dynamodb:CreateTable"),
        name: "lost".into(),
    };
    insta::assert_snapshot!(first_starts(&["one"], Some(lost)), @"
        one: the table is still missing after 10m
          sts:GetCallerIdentity: ok
          dynamodb:DescribeTable: ResourceNotFoundException
          dynamodb:CreateTable: unknown
          dynamodb:DescribeTable: ResourceNotFoundException, 120 times
        ");
}
