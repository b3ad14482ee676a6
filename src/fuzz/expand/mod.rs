//! A seed becomes a story: an explicit scenario that could have been written by hand.
//!
//! The run has five phases: warm-up, in which nothing fails; storm, in which the story happens;
//! heal, in which faults end and people clear up; drain, in which the work that was put off is done;
//! audit, up to the end, at which the oracle demands every bound of liveness. The kinds of steps are
//! chosen per seed (swarm selection), so that many seeds have none of a kind and some have little else.

mod call_faults;
mod heal;
mod kind;
mod outsiders;
mod policies;
mod steps;
mod world;

use smol_str::format_smolstr;

pub use kind::Kind;

use super::draw::Draw;
use super::profile::{Profile, Size};
use crate::domain::{Span, Timestamp};
use crate::scenario::Scenario;
use crate::scenario::model::{Init, Step};

/// Starts that have something in store: ordinary days, both changes of clocks, the end of a month
/// and of a year, leap days, and the day on which 32 bits of seconds run out.
const STARTS: [&str; 8] = [
    "2026-01-05T00:00:00Z",
    "2026-03-21T00:00:00Z",
    "2026-10-17T00:00:00Z",
    "2026-06-24T18:00:00Z",
    "2026-12-20T09:30:00Z",
    "2028-02-20T00:00:00Z",
    "2038-01-12T03:14:07Z",
    "2026-04-27T12:00:00Z",
];

/// What a story is made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// Of every draw.
    pub seed: u64,
    /// How much goes wrong.
    pub profile: Profile,
    /// How long it lasts.
    pub size: Size,
}

/// What the parts of a story are made with.
pub(super) struct Frame {
    draw: Draw,
    profile: Profile,
    size: Size,
    start: Timestamp,
    /// The first instant of the storm.
    storm: Timestamp,
    /// From here on nothing new goes wrong.
    heal: Timestamp,
    end: Timestamp,
}

/// Makes the story of a seed. Equal orders give equal stories, on every machine.
#[must_use]
pub fn expand(order: Order) -> Scenario {
    let Order {
        seed,
        profile,
        size,
    } = order;
    let draw = Draw::new(seed);
    let start = draw.one(STARTS, "start", 0);
    let start = Timestamp::parse(start).unwrap_or_default();
    let lasts = size.lasts();
    let fifth = Span::from_ms(lasts.as_ms() / 5);
    let frame = Frame {
        draw,
        profile,
        size,
        start,
        storm: start + Span::days(fifth.whole_days()),
        heal: start + Span::days((fifth * 3).whole_days()),
        end: start + lasts,
    };
    let world = frame.world();
    let policies = frame.policies(world.latency.to);
    let mut story = frame.storm(&world, &policies);
    story.extend(frame.heal(&world, &policies, &story));
    story.sort_by_key(|step| (step.at, step.what.rank()));
    for (step, line) in story.iter_mut().zip(1..) {
        step.line = line;
    }
    let name = format_smolstr!("Seed {seed}, {} {}", profile.name(), size.name());
    Scenario {
        path: format_smolstr!("seed-{seed}"),
        digest: blake3::hash(name.as_bytes()).to_hex().as_str().into(),
        name,
        why: "The invariants hold whatever happens.".into(),
        start,
        end: frame.end,
        seed: Some(seed),
        init: Init::Done,
        levels: None,
        world,
        policies,
        story,
        expect: Vec::new(),
    }
}

impl Frame {
    /// A step without its line, which is known when all are there.
    fn step(at: Timestamp, what: crate::scenario::model::StepKind) -> Step {
        Step { at, line: 0, what }
    }
}
