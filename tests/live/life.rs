//! A whole life, from `init` to `list`, with endpoints that are as sloppy as some are.

use crate::desk::{Desk, SURELY_OVER, each, wait};
use crate::{fleet, truth};

/// Instances that opt in; with pages of 5, three pages.
const INSTANCES: usize = 12;

/// A whole life with an endpoint of these habits: how each command ended, and what came of it.
fn life(habits: &str) -> String {
    let name: String = habits
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let desk = Desk::new(&format!("life-{name}"), fleet::world(INSTANCES), habits);
    let mut codes = Vec::new();
    let mut run = |command: &str| {
        let seen = desk.sees(command);
        let code = seen.code.expect("nobody kills it");
        assert!(
            [0, 3, 4].contains(&code),
            "snaplife {command}: {}",
            seen.text()
        );
        let word = command.split(' ').next().unwrap_or_default();
        codes.push(format!("{word} {code}"));
        code
    };
    let begun = run("init --yes");
    let foreign = match begun {
        0 => desk.endpoint.world(fleet::foreign),
        _ => Vec::new(),
    };
    run("create --ad-hoc a --yes");
    wait(50);
    run("sync --yes");
    run("create --ad-hoc b --yes");
    // A window of visibility is over then, too.
    wait(SURELY_OVER);
    run("sync --yes");
    run("expire --yes");
    wait(1_100);
    run("expire --yes");
    run("list");
    let done = desk
        .endpoint
        .world(|world, _| truth::judge(world, &foreign));
    let habits = if habits.is_empty() { "(none)" } else { habits };
    format!("{habits}\n  {}\n  {done}\n", codes.join(", "))
}

fn lives(habits: &[&str]) -> String {
    each(habits, |habits| life(habits)).concat()
}

/// 18 volumes that are no root volumes, twice; of the three whose lifetime is over the first one
/// goes, and the last one stays since it is the last.
#[test]
fn a_whole_life() {
    insta::assert_snapshot!(lives(&["", "small-pages=5"]));
}

#[test]
fn whatever_is_sloppy_breaks_no_promise() {
    insta::assert_snapshot!(lives(&[
        "completed-at-once",
        "no-state-in-create",
        "completed-at-once no-state-in-create small-pages=5",
        "ignore-exclusions",
        "ignore-owner-filter",
        "ignore-max-results",
        "ignore-tokens small-pages=5",
        "ignore-tokens",
        "pages-count-reservations small-pages=6",
        "unknown-is-html-500",
        "unknown=DescribeLockedSnapshots",
        "unknown=DescribeLockedSnapshots unknown-is-html-500",
        "unknown=DescribeImages",
        "denied=DescribeSnapshots",
        "slow=20",
        "html",
        "ignore-exclusions ignore-owner-filter ignore-max-results no-state-in-create unknown-is-html-500",
    ]));
}
