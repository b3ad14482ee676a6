//! A whole life, from `init` to `list`, with endpoints that are as sloppy as some are.

use crate::desk::{Desk, POLICY, SURELY_OVER, each, wait};
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

/// What one of them made is no business of the other one: neither lists it, and neither deletes it.
#[test]
fn two_installations_share_an_account_with_a_table_each() {
    let desk = Desk::new("life-tables", fleet::world(2), "");
    let done = |command: &str| {
        let seen = desk.sees(command);
        let code = seen.code.expect("nobody kills it");
        assert!([0, 4].contains(&code), "{command}: {}", seen.text());
        seen
    };
    let listed = || {
        let list = done("list --output json").out;
        let lines = list.lines().filter(|line| line.contains("\"snapshot\":"));
        lines.map(str::to_owned).collect::<Vec<String>>()
    };
    done("init --yes");
    done("create --ad-hoc a --yes");
    let first = listed();
    assert_eq!(first.len(), 3, "{first:?}");

    desk.write("snaplife.yaml", &format!("table: Snaps-blue\n{POLICY}"));
    let told = done("init --yes").text();
    assert!(told.contains(", table Snaps-blue"), "{told}");
    assert_eq!(listed(), Vec::<String>::new());
    done("create --ad-hoc b --yes");
    // One of the first ones is over its lifetime by now.
    wait(SURELY_OVER);
    done("sync --yes");
    done("expire --yes");
    done("doctor");

    desk.write("snaplife.yaml", POLICY);
    assert_eq!(listed(), first);
    let rows = desk
        .endpoint
        .world(|world, _| ["Snaps", "Snaps-blue"].map(|table| world.dynamodb.items(table).count()));
    assert!(rows[0] > 0 && rows[1] > 0, "{rows:?}");
}
