//! Safety: one event breaks it.

mod creates;
mod deletes;
mod rows;
mod sets;

use super::story::{Step, Story};
use crate::domain::Job;
use Step::{Complete, Create, Look, Pass, Row, Wait};

const DB: u8 = 0;

/// Two completed snapshots with rows, of 25 hours and of one.
const TWO: [Step; 14] = [
    Pass(Job::Create),
    Create {
        volume: DB,
        slot: 1,
    },
    Complete(0),
    Pass(Job::Sync),
    Look(DB),
    Row(0),
    Wait(24),
    Pass(Job::Create),
    Create {
        volume: DB,
        slot: 2,
    },
    Complete(1),
    Pass(Job::Sync),
    Look(DB),
    Row(1),
    Wait(1),
];

fn after(steps: &[Step]) -> Story {
    Story::new().play(&TWO).play(steps)
}

fn broken(steps: &[Step]) -> String {
    after(steps).broken()
}
