//! The program is killed at each of its requests, and runs again.
//!
//! A killed program can't know whether its last request acted. So at each request it is killed right
//! after that has acted; and where the request changes something, also while it is still on its way:
//! it acts in the middle of the next run. That a request never acts is the kill at the one before.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use snaplife_endpoint::Last;
use snaplife_sim::World;
use snaplife_sim::ec2::SnapshotId;
use snaplife_sim::time::Span;

use crate::desk::{Desk, SURELY_OVER, each, wait};
use crate::truth::Done;
use crate::{fleet, truth};

/// Enough for a request of any kind, two in flight, and an instance with two volumes.
const INSTANCES: usize = 2;
/// Longer than any command here takes to come to a request.
const PATIENCE: Duration = Duration::from_secs(60);

/// How late it acts: after the next run has looked for it once, and before the window of visibility is
/// over, which ends 3 s after it was sent.
const LATE: Span = Span(2_000);

/// A command, and the world in which it is killed.
struct Story {
    command: &'static str,
    name: &'static str,
    /// What brings everything to rest afterwards, one after the other.
    then: &'static [&'static str],
    world: World,
    foreign: Vec<SnapshotId>,
}

/// Where it is killed.
struct Kill {
    request: usize,
    last: Last,
}

#[test]
fn a_create_that_is_killed_anywhere_leaves_nothing_unrecorded_and_nothing_twice() {
    let (world, foreign) = made_before("kills-create-before", &["init --yes"]);
    let story = Story {
        command: "create --ad-hoc a --yes",
        name: "kills-create",
        then: &["create --ad-hoc a --yes", "sync --yes"],
        world,
        foreign,
    };
    let done = everywhere(&story);
    assert_eq!(
        done,
        BTreeSet::from([(3, 0)]),
        "each volume once, and none deleted"
    );
}

#[test]
fn an_expire_that_is_killed_anywhere_deletes_what_is_due_and_nothing_else() {
    let before = [
        "init --yes",
        "create --ad-hoc a --yes",
        "sync --yes",
        "create --ad-hoc b --yes",
        "sync --yes",
    ];
    let (world, foreign) = made_before("kills-expire-before", &before);
    wait(SURELY_OVER);
    let story = Story {
        command: "expire --yes",
        name: "kills-expire",
        then: &["expire --yes", "expire --yes"],
        world,
        foreign,
    };
    let done = everywhere(&story);
    assert_eq!(
        done,
        BTreeSet::from([(6, 1)]),
        "what is due goes, and the last copy stays"
    );
}

/// The world after these commands.
fn made_before(test: &str, commands: &[&str]) -> (World, Vec<SnapshotId>) {
    let desk = Desk::new(test, fleet::world(INSTANCES), "");
    desk.done(&commands[..1], &[0]);
    let foreign = desk.endpoint.world(fleet::foreign);
    for command in &commands[1..] {
        desk.done(&[command], &[0, 4]);
        wait(300);
    }
    (desk.endpoint.world(|world, _| world.clone()), foreign)
}

/// Kills the command at each of its requests; what came of it, made and deleted.
fn everywhere(story: &Story) -> BTreeSet<(usize, usize)> {
    let desk = Desk::new(&format!("{}-whole", story.name), story.world.clone(), "");
    desk.done(&[story.command], &[0, 4]);
    let mut kills = Vec::new();
    for (at, call) in desk.endpoint.calls().iter().enumerate() {
        let mut kill = |last| {
            kills.push(Kill {
                request: at + 1,
                last,
            });
        };
        kill(Last::Acts);
        let changes = ["Create", "Delete", "Put", "Update", "Transact"];
        if changes.iter().any(|verb| {
            call.split(':')
                .nth(1)
                .is_some_and(|it| it.starts_with(verb))
        }) {
            kill(Last::ActsLate(LATE));
        }
    }
    let reached = AtomicUsize::new(0);
    let done: Vec<Done> = each(&kills, |kill| once(story, kill, &reached));
    // Requests that are in flight together come in any order, so a few more or less may come.
    let reached = reached.into_inner();
    assert!(
        reached + 3 >= kills.len(),
        "{reached} of {} kills",
        kills.len()
    );
    done.iter().map(|done| (done.made, done.deleted)).collect()
}

/// Kills the command once, and lets others bring everything to rest.
fn once(story: &Story, kill: &Kill, reached: &AtomicUsize) -> Done {
    let Kill { request, last } = kill;
    let when = match last {
        Last::ActsLate(_) => "late",
        Last::Acts | Last::IsHeld(_) | Last::IsLost => "before",
    };
    let name = format!("{}-{request}-{when}", story.name);
    let desk = Desk::new(&name, story.world.clone(), "");
    let told = desk.endpoint.hang_at(*request, *last);
    let mut child = desk.begun(story.command);
    if told.recv_timeout(PATIENCE).is_ok() {
        reached.fetch_add(1, Ordering::Relaxed);
    }
    // SIGKILL.
    child.kill().expect("it is ours");
    let _ = child.wait_with_output();
    desk.endpoint.go_on();
    for command in story.then {
        // The window of visibility is 1 s, by whichever clock makes it longer: what was not seen is looked for
        // again after it.
        wait(SURELY_OVER);
        at_rest(&desk, command);
    }
    let open = desk.endpoint.world(|world, _| truth::open(world));
    let pending = |row: &&String| row.ends_with(" pending");
    let left: Vec<&String> = open.iter().filter(|row| !pending(row)).collect();
    assert!(left.is_empty(), "{name}: {left:?}");
    // Every line that was written is whole, but for one that was cut off.
    let _ = desk.journal();
    desk.endpoint
        .world(|world, _| truth::judge(world, &story.foreign))
}

/// Runs a command; once more when a write of the killed one came late and took the lease.
fn at_rest(desk: &Desk, command: &str) {
    for _ in 0..2 {
        desk.endpoint.world(truth::leases_run_out);
        let seen = desk.sees(command);
        assert!(
            [Some(0), Some(4)].contains(&seen.code),
            "snaplife {command}: {}",
            seen.text()
        );
        if !seen.out.contains("overlap") {
            return;
        }
    }
    panic!("snaplife {command}: somebody holds the lease, and there is nobody");
}
