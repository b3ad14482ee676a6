//! The local world: shown, moved on, troubled, kept apart and never overwritten.

#[cfg(target_os = "linux")]
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};

use super::desk::Desk;
#[cfg(target_os = "linux")]
use crate::interrupted::{Interrupted, interrupted_at_a_result};

#[test]
fn a_world_is_shown_moved_on_and_started_anew() {
    let desk = Desk::new("world");
    insta::assert_snapshot!(desk.session(&[
        "world",
        "world advance 3d",
        "world outsider '{ terminate_instance: i-web }'",
        "world outsider '{ delete_snapshot: newest of vol-db-data }'",
        "world show",
        "world reset --yes",
        "world advance never",
        "world fault '{ lose_anser: { call: ec2:CreateSnapshots } }'",
        "world outsider '{ stop_instance: i-dbx }'",
    ]));
}

#[test]
fn schedules_run_on_the_way() {
    let desk = Desk::new("world-run");
    desk.write(
        "snaplife.yaml",
        "policies:\n  - { create: \"cron(30 2 * * ? *)\", sync: rate(6 hours), expire: \"cron(0 12 * * ? *)\" }\n",
    );
    insta::assert_snapshot!(desk.session(&[
        "world advance 2d",
        "world reset --yes",
        "world fault '{ lose_answer: { call: ec2:CreateSnapshots, times: 1 } }'",
        "world advance --run 4d",
        "world",
    ]));
    let without = Desk::new("world-run-without");
    insta::assert_snapshot!(without.session(&["world advance --run 1d"]));
}

#[test]
fn a_file_that_is_no_world_is_refused_and_left_as_it_is() {
    let desk = Desk::new("world-refused");
    desk.done(&["world advance 1h"]);
    let whole = desk.read(".snaplife/world.json");
    let cases = [
        ("torn.json", whole[..whole.len() / 2].to_owned()),
        ("empty.json", String::new()),
        ("foreign.json", "{ \"some\": \"thing\" }\n".to_owned()),
        ("text.json", "hello\n".to_owned()),
        (
            "newer.json",
            whole.replace("\"version\":1,", "\"version\":2,"),
        ),
        (
            "another.json",
            whole.replace("\"schema\":\"snaplife world\"", "\"schema\":\"other\""),
        ),
        ("changed.json", whole.replace("\"clock\":", "\"clok\":")),
        (
            "nought.json",
            whole.replace("\"version\":1,", "\"version\":0,"),
        ),
        ("before.json", whole.replace("\"clock\":", "\"clock\":-")),
        (
            "after.json",
            whole.replace("\"clock\":1", "\"clock\":999999"),
        ),
    ];
    let mut told = String::new();
    for (name, text) in &cases {
        desk.write(name, text);
        for command in ["create --yes", "world advance 1d"] {
            let command = format!("{command} --world {name}");
            let seen = desk.session(&[&command]);
            assert!(seen.contains("\ncode 2\n"), "{seen}");
            assert_eq!(desk.read(name), *text, "{command}");
            if command.starts_with("create") {
                told += &seen;
            }
        }
        // Only what is known for a world of this version is started anew.
        let reset = desk.session(&[&format!("world reset --yes --world {name}")]);
        let is_world = ["changed.json", "before.json", "after.json"].contains(name);
        assert_eq!(reset.contains("\ncode 0\n"), is_world, "{reset}");
        assert_eq!(desk.read(name) != *text, is_world, "{reset}");
    }
    // How long a world is says nothing.
    insta::with_settings!({ filters => [(r"column \d+", "column N")] }, {
        insta::assert_snapshot!(told);
    });
}

/// What would be written could not be read again.
#[test]
fn a_clock_goes_no_further_than_a_world_can_be_read() {
    let desk = Desk::new("world-far");
    desk.done(&["world advance 1h"]);
    let before = desk.read(".snaplife/world.json");
    let far = desk.sees(&["world", "advance", "2900000d"]);
    insta::assert_snapshot!(far, @"
    code 2
    -- stderr
    error: the clock of a world shows 9001-01-01T00:00:00Z at most: this one shows 2026-03-02T09:00:00Z and can go on by
           2547505d
      hint: the world is left as it is; go less far, or start it anew with `snaplife world reset`
    ");
    let with_passes = desk.sees(&["world", "advance", "--run", "2900000d"]);
    assert_eq!(with_passes, far);
    assert_eq!(desk.read(".snaplife/world.json"), before);
    desk.done(&["world advance 2547505d", "world show", "world reset --yes"]);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_a_long_way_with_its_report_and_keeps_what_was_reached() {
    let desk = Desk::new("world-interrupted");
    desk.write(
        "snaplife.yaml",
        "policies:\n  - { create: rate(1 day), sync: rate(1 hour), expire: rate(1 day) }\n",
    );
    let begun = &mut desk.command(&["world", "advance", "300d", "--run"]);
    let Interrupted {
        first,
        rest,
        output,
    } = interrupted_at_a_result(begun);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{first}{rest}{said}");
    let (ending, reached) = said.split_once('\n').unwrap_or_default();
    assert_eq!(
        ending,
        "ending after the call in flight; once more ends at once"
    );
    let reached = reached
        .trim()
        .strip_prefix("the clock shows ")
        .expect("it is said");
    assert!(reached < "2026-12-27", "{reached}");
    let world = desk.sees(&["world"]);
    assert!(
        world.starts_with("code 0\n") && world.contains(reached),
        "{world}"
    );
    let beside = fs::read_dir(desk.path(".snaplife")).expect("it is there");
    let beside = beside.map(|file| file.expect("it can be read").file_name());
    let beside: BTreeSet<String> = beside.filter_map(|name| name.into_string().ok()).collect();
    assert_eq!(
        beside,
        [".world.json.lock", "journal.jsonl", "world.json"]
            .map(str::to_owned)
            .into()
    );
}

#[test]
fn two_commands_are_kept_apart() {
    let desk = Desk::new("world-lock");
    desk.done(&["world advance 1h"]);
    let lock = File::open(desk.path(".snaplife/.world.json.lock")).expect("it is there");
    lock.lock().expect("nobody has it");
    let mut second = desk.begun(&["world", "advance", "1h"]);
    let mut said = BufReader::new(second.stderr.take().expect("it is piped"));
    let mut text = String::new();
    said.read_line(&mut text).expect("it says that it waits");
    assert!(
        desk.read(".snaplife/world.json")
            .contains("\"clock\":1772442000000")
    );
    lock.unlock().expect("it is ours");
    said.read_to_string(&mut text).expect("it goes on");
    assert!(second.wait().expect("it ends").success());
    insta::assert_snapshot!(text);
}

#[test]
fn what_has_no_place_here_is_said() {
    let desk = Desk::new("world-cannot");
    insta::assert_snapshot!(desk.session(&[
        "world outsider '{ restore_table: { to: 1d } }'",
        "create --yes",
        "replay --journal .snaplife/journal.jsonl story.yaml",
    ]));
}

#[test]
fn a_schedule_that_is_over_is_named_by_the_doctor() {
    let desk = Desk::new("world-over");
    let policy = "{ name: daily, create: \"cron(0 2 * * ? 2025)\" }";
    desk.write("snaplife.yaml", &format!("policies: [{policy}]\n"));
    let told = desk.session(&["doctor"]);
    let at = told.find("broken").expect("something is broken");
    let lines: Vec<&str> = told[at..].lines().take(2).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
        broken   policies      the schedule of `daily` has no slot any more, so nothing is taken
                               do: mend `create` of the policy; a `*` for the year has no end
        ");
}
