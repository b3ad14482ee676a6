//! One call at a time under each condition, told as the journal and the world saw it.

use futures_util::future::{Either, select};
use snaplife_sim::fault::{CallMatch, Matcher};

use super::*;
use crate::domain::{Job, PolicyName};
use crate::journal::{Keep, Stream};
use crate::ports::ec2::{DeleteSnapshot, DescribeSnapshots, PageRequest, SnapshotPage};
use crate::ports::{Clock, Done};
use crate::simulated::simulated_runtime;

/// A level that says yes to everything and remembers when what arrived.
#[derive(Default)]
struct Yes(RefCell<Vec<String>>);

impl Level for Yes {
    fn apply(&self, now: Timestamp, request: &Request) -> Answer<Reply> {
        let (what, reply) = match request {
            Request::DescribeSnapshots(listing) => (
                format!("page of {:?}", listing.page.max_results),
                Reply::DescribeSnapshots(SnapshotPage {
                    next: None,
                    snapshots: Vec::new(),
                }),
            ),
            _ => ("delete".to_owned(), Reply::DeleteSnapshot(Done {})),
        };
        self.0
            .borrow_mut()
            .push(format!("{what} at {}", now.as_ms()));
        Answer::bare(Outcome::Ok(reply))
    }
}

struct Setup {
    faults: Vec<Fault>,
    crash: Option<ArmedCrash>,
    latency: Latency,
    page_size: Option<u16>,
    patience: Span,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            faults: Vec::new(),
            crash: None,
            latency: Latency::fixed(Span::from_ms(10)),
            page_size: None,
            patience: Span::from_ms(100),
        }
    }
}

fn with_fault(effect: FaultEffect) -> Setup {
    Setup {
        faults: vec![Fault {
            effect,
            matcher: Matcher::operation("ec2:DeleteSnapshot"),
            name: "it".into(),
        }],
        ..Setup::default()
    }
}

fn dies(boundary: Boundary) -> Setup {
    Setup {
        crash: Some(ArmedCrash {
            boundary,
            call: CallMatch::Operation("ec2:DeleteSnapshot".into()),
            job: None,
            left: 1,
            name: "it".into(),
            resource: None,
        }),
        ..Setup::default()
    }
}

fn delete() -> Request {
    DeleteSnapshot {
        snapshot: "snap-a".into(),
    }
    .into()
}

fn describe(max_results: Option<u16>) -> Request {
    DescribeSnapshots {
        filters: Vec::new(),
        page: PageRequest {
            max_results,
            token: None,
        },
    }
    .into()
}

/// Makes one call and tells what happened: the journal, what arrived, what the caller saw.
fn told(setup: Setup, request: &Request) -> String {
    let mut story = Vec::new();
    simulated_runtime().block_on(async {
        let clock = SimClock::new(Timestamp::from_ms(0));
        let level = Rc::new(Yes::default());
        let settings = ConditionSettings {
            chance: Chance::new(7),
            read: setup.latency,
            mutation: setup.latency,
            page_size: setup.page_size,
        };
        let conditions =
            Conditions::new(Rc::clone(&level) as Rc<dyn Level>, clock.clone(), settings);
        setup
            .faults
            .into_iter()
            .for_each(|f| conditions.add_fault(f));
        let world_clock = clock.clone();
        let stream = Stream::new(move || world_clock.world_now(), Keep::All);
        setup
            .crash
            .into_iter()
            .for_each(|crash| conditions.arm_crash(crash));
        let pass = conditions.for_pass(stream.for_pass(1), "a test");
        let context = CallContext {
            attempt: 1,
            job: Job::Expire,
            policy: PolicyName::default(),
            subject: "snap-a".into(),
        };
        let call = pass.call(&context, request);
        let patient = select(call, clock.sleep(setup.patience));
        let crashed = std::pin::pin!(pass.crashed());
        let seen = match select(crashed, patient).await {
            Either::Left(_) => "killed".to_owned(),
            Either::Right((Either::Left((answer, _)), _)) => format!("{:?}", answer.outcome),
            Either::Right((Either::Right(_), _)) => "gave up".to_owned(),
        };
        let ended = clock.world_now().as_ms();
        for line in stream.finish().kept.lines() {
            story.push(short(line));
        }
        story.extend(
            level
                .0
                .borrow()
                .iter()
                .map(|arrived| format!("world   {arrived}")),
        );
        story.push(format!("caller  {seen} at {ended}"));
    });
    story.join("\n")
}

/// A line of the journal without what is always the same.
fn short(line: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    let (kind, event) = value["event"].as_object().unwrap().iter().next().unwrap();
    let what = match kind.as_str() {
        "call" => format!("ticket {}", event["ticket"]),
        "answer" => event["outcome"].to_string(),
        "fault" => event["what"].to_string(),
        _ => event.to_string(),
    };
    format!("{kind:<7} {what} at {}", value["at"])
}

#[test]
fn a_call_acts_half_way_and_is_answered_in_the_end() {
    insta::assert_snapshot!(told(Setup::default(), &delete()), @r#"
    call    ticket 1 at 0
    answer  {"ok":{"ec2:DeleteSnapshot":{}}} at 10
    world   delete at 5
    caller  Ok(DeleteSnapshot(Done)) at 10
    "#);
}

#[test]
fn a_lost_answer_acted_and_a_lost_request_did_not_and_both_look_the_same() {
    insta::assert_snapshot!(told(with_fault(FaultEffect::LoseAnswer), &delete()), @r#"
    call    ticket 1 at 0
    fault   "the answer to ec2:DeleteSnapshot for snap-a is lost" at 0
    answer  {"unknown":"connection_lost"} at 10
    world   delete at 5
    caller  Unknown(ConnectionLost) at 10
    "#);
    insta::assert_snapshot!(told(with_fault(FaultEffect::RequestLost), &delete()), @r#"
    call    ticket 1 at 0
    fault   "the request ec2:DeleteSnapshot for snap-a is lost on its way" at 0
    answer  {"unknown":"connection_lost"} at 10
    caller  Unknown(ConnectionLost) at 10
    "#);
}

#[test]
fn a_call_that_is_given_up_acted_and_its_end_stands_in_the_journal() {
    insta::assert_snapshot!(told(with_fault(FaultEffect::NeverAnswer), &delete()), @r#"
    call    ticket 1 at 0
    fault   "ec2:DeleteSnapshot for snap-a is never answered" at 0
    answer  {"unknown":"timed_out"} at 100
    world   delete at 5
    caller  gave up at 100
    "#);
}

#[test]
fn a_killed_pass_acted_or_not_and_notes_nothing_more() {
    insta::assert_snapshot!(told(dies(Boundary::Before), &delete()), @r#"
    call    ticket 1 at 0
    crash   {"boundary":"before","ticket":1} at 0
    caller  killed at 0
    "#);
    insta::assert_snapshot!(told(dies(Boundary::After), &delete()), @r#"
    call    ticket 1 at 0
    crash   {"boundary":"after","ticket":1} at 5
    world   delete at 5
    caller  killed at 5
    "#);
}

#[test]
fn each_fault_means_what_its_code_means() {
    let outcome = |effect| {
        let story = told(with_fault(effect), &delete());
        let seen = story.lines().last().unwrap().to_owned();
        let acted = story.lines().any(|line| line.starts_with("world"));
        format!("{} acted: {acted}", seen.split(['{', ' ']).nth(2).unwrap())
    };
    let refuse = FaultEffect::Refuse {
        code: "InvalidSnapshot.InUse".into(),
        message: "in use".into(),
        status: 400,
    };
    assert_eq!(outcome(refuse), "Rejected(Rejection acted: false");
    assert_eq!(
        outcome(FaultEffect::Throttle),
        "Rejected(Rejection acted: false"
    );
    assert_eq!(
        outcome(FaultEffect::NotSent),
        "NotSent(NoConnection) acted: false"
    );
    assert_eq!(
        outcome(FaultEffect::GarbleAnswer),
        "Unknown(Unreadable) acted: true"
    );
    assert_eq!(
        outcome(FaultEffect::ServerErrorAfter(503)),
        "Unknown(ServerError) acted: true"
    );
    let late = FaultEffect::DelayAnswer(snaplife_sim::time::Span(20));
    assert_eq!(outcome(late), "Ok(DeleteSnapshot(Done)) acted: true");
}

#[test]
fn pages_are_cut_for_the_world_and_never_made_larger() {
    let arrived = |page_size, asked| {
        let setup = Setup {
            page_size,
            ..Setup::default()
        };
        let story = told(setup, &describe(asked));
        let world = story.lines().find(|line| line.starts_with("world"));
        world.unwrap_or_default().to_owned()
    };
    assert_eq!(
        arrived(Some(5), Some(1_000)),
        "world   page of Some(5) at 5"
    );
    assert_eq!(arrived(Some(50), Some(5)), "world   page of Some(5) at 5");
    assert_eq!(arrived(Some(5), None), "world   page of Some(5) at 5");
    assert_eq!(arrived(None, None), "world   page of None at 5");
}

#[test]
fn latency_is_drawn_within_its_range_and_moves_with_its_key_alone() {
    let range = Latency {
        min: Span::from_ms(5),
        max: Span::from_ms(500),
    };
    let draw = |subject: &str, n| range.draw(Chance::new(7), &["op", subject], n);
    assert_eq!(draw("a", 1), draw("a", 1));
    let drawn: std::collections::BTreeSet<i64> = (0..100).map(|n| draw("a", n).as_ms()).collect();
    assert!(drawn.len() > 50, "they differ: {}", drawn.len());
    assert!(drawn.iter().all(|ms| (5..=500).contains(ms)));
    let never = Latency::fixed(Span::ZERO);
    assert_eq!(never.draw(Chance::new(7), &[], 0), Span::from_ms(1));
}

#[test]
fn calls_that_arrive_together_act_in_the_order_of_their_tickets() {
    use futures_util::StreamExt;
    use futures_util::stream::FuturesUnordered;

    let arrived = simulated_runtime().block_on(async {
        let clock = SimClock::new(Timestamp::from_ms(0));
        let level = Rc::new(Yes::default());
        let settings = ConditionSettings {
            chance: Chance::new(7),
            read: Latency::fixed(Span::from_ms(10)),
            mutation: Latency::fixed(Span::from_ms(10)),
            page_size: None,
        };
        let conditions = Conditions::new(Rc::clone(&level) as Rc<dyn Level>, clock, settings);
        let stream = Stream::new(|| Timestamp::from_ms(0), Keep::Digests);
        let pass = conditions.for_pass(stream.for_pass(1), "a test");
        let context = CallContext {
            attempt: 1,
            job: Job::Expire,
            policy: PolicyName::default(),
            subject: "snap-a".into(),
        };
        // Each asks for pages of its own size, which tells them apart.
        let requests: Vec<Request> = (1..=40).map(|n| describe(Some(n))).collect();
        let calls: FuturesUnordered<_> = requests
            .iter()
            .map(|request| pass.call(&context, request))
            .collect();
        assert_eq!(calls.count().await, 40);
        level.0.borrow().clone()
    });
    let in_order: Vec<String> = (1..=40)
        .map(|n| format!("page of Some({n}) at 5"))
        .collect();
    assert_eq!(arrived, in_order);
}
