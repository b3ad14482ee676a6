//! What has the right shape and makes no sense.

use super::{SMALL, expecting, mistakes, small_but, story};

#[test]
fn all_mistakes_of_meaning_are_told_at_once() {
    let file = small_but("run_for: 10d", "run_for: 10 fortnights")
        .replace("30 2 * * ? *", "30 2 * * * *")
        .replace("ec2:CreateSnapshots", "ec2:CreateSnapshot, of: vol-dv")
        .replace("completed: 9", "completed: about 9");
    insta::assert_snapshot!(mistakes(file), @r#"
        error: `fortnights` is no unit of time
         --> story.yaml:3:13
          |
        3 | run_for: 10 fortnights
          |             ^^^^^^^^^^
          |
          = help: write a whole number and a unit (w, d, h, m, s, ms), as 36h or 1d 12h

        error: one of the two day fields must be `?`
          --> story.yaml:10:30
           |
        10 | policy: { create: "cron(30 2 * * * *)", timezone: Europe/Berlin }
           |                              ^^^^^
           |
           = help: write `?` in day-of-week

        error: there is no volume `vol-dv`
          --> story.yaml:12:69
           |
        12 |   - { at: 0d, fault: { lose_answer: { call: ec2:CreateSnapshot, of: vol-dv } } }
           |                                                                     ^^^^^^
           |
           = help: did you mean `vol-db`?

        error: `about 9` is not a count
          --> story.yaml:14:43
           |
        14 |   - { snapshots: { of: vol-db, completed: about 9 } }
           |                                           ^^^^^^^
           |
           = help: write a number, or one of "<= 7", ">= 1", "< 3", "> 0", "7..8"
        "#);
}

#[test]
fn times_must_lie_within_the_run() {
    insta::assert_snapshot!(mistakes(small_but("run_for: 10d", "run_for: 0d")), @"
        error: a duration of zero means nothing here
         --> story.yaml:3:10
          |
        3 | run_for: 0d
          |          ^^
          |
          = help: write a longer one
        ");
    insta::assert_snapshot!(mistakes(story("  - { at: 10d, run: create }")), @"
        error: 2026-04-07T00:00:00Z is outside the run
          --> story.yaml:12:11
           |
        12 |   - { at: 10d, run: create }
           |           ^^^
           |
           = help: the run is from 2026-03-28T00:00:00Z to 2026-04-07T00:00:00Z
        ");
    insta::assert_snapshot!(mistakes(story("  - { at: 2026-03-27T00:00:00Z, run: create }")), @"
        error: 2026-03-27T00:00:00Z is outside the run
          --> story.yaml:12:11
           |
        12 |   - { at: 2026-03-27T00:00:00Z, run: create }
           |           ^^^^^^^^^^^^^^^^^^^^
           |
           = help: the run is from 2026-03-28T00:00:00Z to 2026-04-07T00:00:00Z
        ");
    insta::assert_snapshot!(mistakes(story("  - { at: 2d 25:00, run: create }")), @"
        error: `25:00` is not a time of day
          --> story.yaml:12:14
           |
        12 |   - { at: 2d 25:00, run: create }
           |              ^^^^^
           |
           = help: write an offset from the start, as 4d or 2d 02:30, or an instant, as 2026-03-28T02:30:00Z
        ");
    insta::assert_snapshot!(mistakes(small_but("2026-03-28T00:00:00Z", "2026-03-28")), @"
        error: `2026-03-28` is not an instant
         --> story.yaml:2:8
          |
        2 | start: 2026-03-28
          |        ^^^^^^^^^^
          |
          = help: write it with its offset from UTC, as 2026-03-28T00:00:00Z
        ");
}

#[test]
fn names_are_given_once_and_references_lead_somewhere() {
    let twice = small_but(
        "        - { id: vol-db,",
        "        - { id: vol-db, device: /dev/sdg }\n        - { id: vol-db,",
    );
    insta::assert_snapshot!(mistakes(twice), @"
        error: volume `vol-db` is there already, on line 9
          --> story.yaml:10:17
           |
        10 |         - { id: vol-db, device: /dev/sdf, size_gib: 200 }
           |                 ^^^^^^
           |
           = help: give it another name
        ");
    let shared_twice = small_but(
        "        - { id: vol-db,",
        "        - { id: vol-db, multi_attach: true, device: /dev/sdg }\n        - { id: vol-db, multi_attach: true,",
    );
    insta::assert_snapshot!(mistakes(shared_twice), @"
        error: `i-db` has the volume vol-db twice
          --> story.yaml:10:17
           |
        10 |         - { id: vol-db, multi_attach: true, device: /dev/sdf, size_gib: 200 }
           |                 ^^^^^^
           |
           = help: an instance holds a volume once; take one of the two out

        error: `vol-db` is described twice
          --> story.yaml:10:17
           |
        10 |         - { id: vol-db, multi_attach: true, device: /dev/sdf, size_gib: 200 }
           |                 ^^^^^^
           |
           = help: here keep `id`, `device` and `multi_attach` only
        ");
    let roots = small_but(
        "        - { id: vol-db,",
        "        - { id: vol-a, device: /dev/xvda, root: true }\n        - { id: vol-db, root: true,",
    );
    insta::assert_snapshot!(mistakes(roots), @"
        error: `i-db` has two roots: /dev/xvda and /dev/sdf
          --> story.yaml:10:17
           |
        10 |         - { id: vol-db, root: true, device: /dev/sdf, size_gib: 200 }
           |                 ^^^^^^
           |
           = help: mark one volume as `root: true`
        ");
    insta::assert_snapshot!(mistakes(story("  - { at: 1d, outsider: { delete_snapshot: newest of vol-bd } }")), @"
        error: there is no volume `vol-bd`
          --> story.yaml:12:54
           |
        12 |   - { at: 1d, outsider: { delete_snapshot: newest of vol-bd } }
           |                                                      ^^^^^^
           |
           = help: did you mean `vol-db`?
        ");
    insta::assert_snapshot!(mistakes(story("  - { at: 1d, outsider: { delete_snapshot: the newest } }")), @"
        error: `the newest` does not say which snapshot
          --> story.yaml:12:44
           |
        12 |   - { at: 1d, outsider: { delete_snapshot: the newest } }
           |                                            ^^^^^^^^^^
           |
           = help: write `newest of vol-db`, `oldest of vol-db`, `all of vol-db`, `nth 2 of vol-db`, or the name of a snapshot that the file makes
        ");
    insta::assert_snapshot!(mistakes(story("  - { at: 1d, approve: nightly }")), @"
        error: there is no policy `nightly`
          --> story.yaml:12:24
           |
        12 |   - { at: 1d, approve: nightly }
           |                        ^^^^^^^
           |
           = help: known: `default`
        ");
    insta::assert_snapshot!(mistakes(small_but("id: i-db", "id: db#1")), @"
        error: `db#1` cannot be the name of an instance
         --> story.yaml:6:11
          |
        6 |     - id: db#1
          |           ^^^^
          |
          = help: start with `i-` and go on with letters, digits, `-`, `_` or `.`; 64 at most
        ");
}

#[test]
fn a_fault_that_could_never_meet_a_call_is_refused() {
    insta::assert_snapshot!(mistakes(small_but("call: ec2:CreateSnapshots", "call: ec2:CreateSnapshots, of: vol-db")), @"
        error: ec2:CreateSnapshots never names a volume: this would never happen
          --> story.yaml:12:70
           |
        12 |   - { at: 0d, fault: { lose_answer: { call: ec2:CreateSnapshots, of: vol-db } } }
           |                                                                      ^^^^^^
           |
           = help: name the instance: of: i-…
        ");
    insta::assert_snapshot!(mistakes(story("  - { at: 0d, fault: { page_token_refused: { call: ec2:DeleteSnapshot } } }")), @"
        error: ec2:DeleteSnapshot has no pages, so no token to refuse
          --> story.yaml:12:52
           |
        12 |   - { at: 0d, fault: { page_token_refused: { call: ec2:DeleteSnapshot } } }
           |                                                    ^^^^^^^^^^^^^^^^^^
           |
           = help: name a listing, as ec2:DescribeSnapshots
        ");
    insta::assert_snapshot!(mistakes(story("  - { at: 0d, fault: { throttle: { call: any, times: 0 } } }")), @"
        error: 0 means nothing here
          --> story.yaml:12:54
           |
        12 |   - { at: 0d, fault: { throttle: { call: any, times: 0 } } }
           |                                                      ^
           |
           = help: write at least 1
        ");
}

#[test]
fn a_step_says_one_thing() {
    insta::assert_snapshot!(mistakes(story("  - { at: 0d }")), @"
        error: this step says nothing
          --> story.yaml:12:11
           |
        12 |   - { at: 0d }
           |           ^^
           |
           = help: add one of `run`, `fault`, `outsider`, `crash`, `change_policy`, `approve`, `adopt`, `clock`, `pause`, `duplicate` or `overlap`
        ");
    insta::assert_snapshot!(mistakes(story("  - { at: 0d, run: sync, approve: default, ad_hoc: x }")), @"
        error: this step says several things: `run` and `approve`
          --> story.yaml:12:11
           |
        12 |   - { at: 0d, run: sync, approve: default, ad_hoc: x }
           |           ^^
           |
           = help: make one step of each

        error: `ad_hoc` goes with `run: create` only
          --> story.yaml:12:52
           |
        12 |   - { at: 0d, run: sync, approve: default, ad_hoc: x }
           |                                                    ^
           |
           = help: take it out
        ");
}

#[test]
fn an_expectation_that_cannot_fail_is_refused() {
    insta::assert_snapshot!(mistakes(expecting("  - { calls: { ec2:CreateSnapshots: \">= 0\" } }")), @r#"
        error: every number is so: this expectation can't fail
          --> story.yaml:14:37
           |
        14 |   - { calls: { ec2:CreateSnapshots: ">= 0" } }
           |                                     ^^^^^^
           |
           = help: write a comparison that could be wrong, as ">= 1"
        "#);
    insta::assert_snapshot!(mistakes(expecting("  - { snapshots: { of: vol-db } }")), @"
        error: this expectation says nothing that could fail
          --> story.yaml:14:7
           |
        14 |   - { snapshots: { of: vol-db } }
           |       ^^^^^^^^^
           |
           = help: add `completed`, `pending`, `error` or `total`
        ");
    insta::assert_snapshot!(mistakes(expecting("  - { max_gap: { of: vol-db, span: 11d } }")), @"
        error: no gap can be longer than the 10d until then: this can't fail
          --> story.yaml:14:36
           |
        14 |   - { max_gap: { of: vol-db, span: 11d } }
           |                                    ^^^
           |
           = help: write a shorter one
        ");
    insta::assert_snapshot!(mistakes(expecting("  - { at: end }")), @"
        error: this expectation says nothing
          --> story.yaml:14:7
           |
        14 |   - { at: end }
           |       ^^
           |
           = help: add one of `snapshots`, `rows`, `calls`, `findings`, `findings_only`, `notifications`, `always`, `deleted`, `kept`, `reason`, `passes_stopped` or `max_gap`
        ");
}

#[test]
fn a_policy_that_selects_everything_is_refused() {
    insta::assert_snapshot!(mistakes(small_but("policy: {", "policy: { select: { instances: {} },")), @r#"
        error: an empty selector would select everything
          --> story.yaml:10:21
           |
        10 | policy: { select: { instances: {} }, create: "cron(30 2 * * ? *)", timezone: Europe/Berlin }
           |                     ^^^^^^^^^
           |
           = help: name the tag that opts in, as { instances: { snapshot: snapshot } }
        "#);
    insta::assert_snapshot!(mistakes(small_but("policy: {", "policy: { select: { volumes: { backup: \"\" } },")), @r#"
        error: a tag that opts in needs a key and a value
          --> story.yaml:10:32
           |
        10 | policy: { select: { volumes: { backup: "" } }, create: "cron(30 2 * * ? *)", timezone: Europe/Berlin }
           |                                ^^^^^^
           |
           = help: write both, as { snapshot: snapshot }
        "#);
    insta::assert_snapshot!(mistakes(small_but("policy: {", "policy: { keep: { last: 0, at_least: 0 }, tags: { \"snaplife:op\": x },")), @r#"
        error: 0 means nothing here
          --> story.yaml:10:25
           |
        10 | policy: { keep: { last: 0, at_least: 0 }, tags: { "snaplife:op": x }, create: "cron(30 2 * * ? *)", timezone: Europe/Berlin }
           |                         ^
           |
           = help: write at least 1

        error: the last good snapshot of a volume is never deleted
          --> story.yaml:10:38
           |
        10 | policy: { keep: { last: 0, at_least: 0 }, tags: { "snaplife:op": x }, create: "cron(30 2 * * ? *)", timezone: Europe/Berlin }
           |                                      ^
           |
           = help: write at least 1

        error: tags that start with `snaplife:` are snaplife's own
          --> story.yaml:10:51
           |
        10 | policy: { keep: { last: 0, at_least: 0 }, tags: { "snaplife:op": x }, create: "cron(30 2 * * ? *)", timezone: Europe/Berlin }
           |                                                   ^^^^^^^^^^^^^
           |
           = help: use another key
        "#);
    insta::assert_snapshot!(mistakes(small_but("create: \"cron(30 2 * * ? *)\", ", "")), @"
        error: nothing ever runs: no policy has a schedule and no step runs a job
          --> story.yaml:10:11
           |
        10 | policy: { timezone: Europe/Berlin }
           |           ^^^^^^^^
           |
           = help: give the policy `create`, `sync` and `expire`, or add a step `{ at: 0d, run: create }`
        ");
}

#[test]
fn a_limit_to_some_levels_says_why() {
    insta::assert_snapshot!(mistakes(format!("levels: [model, wires]\n{SMALL}")), @"
        error: a scenario that is limited to some levels must say why
         --> story.yaml:1:10
          |
        1 | levels: [model, wires]
          |          ^^^^^
          |
          = help: add a line `because: …`

        error: `wires` is not a level
         --> story.yaml:1:17
          |
        1 | levels: [model, wires]
          |                 ^^^^^
          |
          = help: did you mean `wire`?
        ");
    insta::assert_snapshot!(mistakes(format!("because: no reason\n{SMALL}")), @"
        error: `because` says why `levels` are limited, and they are not
         --> story.yaml:1:10
          |
        1 | because: no reason
          |          ^^^^^^^^^
          |
          = help: add `levels: [model, wire]`, or move the text to `why`
        ");
}

#[test]
fn a_trigger_needs_a_schedule() {
    insta::assert_snapshot!(mistakes(story("  - { at: 1d, overlap: { job: expire } }")), @"
        error: nothing triggers expire: there is no schedule for it
          --> story.yaml:12:26
           |
        12 |   - { at: 1d, overlap: { job: expire } }
           |                          ^^^
           |
           = help: give the policy `expire`, or write two steps `run: expire`
        ");
}

#[test]
fn a_pass_has_time_for_a_call_and_a_clock_is_only_so_wrong() {
    let limits =
        |limits: &str| small_but("policy: {", &format!("policy: {{ limits: {{ {limits} }},"));
    insta::assert_snapshot!(mistakes(limits("deadline: 10s")), @r#"
        error: a pass of 10s has no time for a call, which may take 30s
          --> story.yaml:10:31
           |
        10 | policy: { limits: { deadline: 10s }, create: "cron(30 2 * * ? *)", timezone: Europe/Berlin }
           |                               ^^^
           |
           = help: give `deadline` more than `call_timeout`
        "#);
    insta::assert_snapshot!(mistakes(limits("call_timeout: 1m, deadline: 1m")), @r#"
        error: a pass of 1m has no time for a call, which may take 1m
          --> story.yaml:10:49
           |
        10 | policy: { limits: { call_timeout: 1m, deadline: 1m }, create: "cron(30 2 * * ? *)", timezone: Europe/Berlin }
           |                                                 ^^
           |
           = help: give `deadline` more than `call_timeout`
        "#);
    insta::assert_snapshot!(mistakes(limits("clock_error: 30d")), @r#"
        error: a clock that is wrong by 30d can't be trusted with deletes
          --> story.yaml:10:34
           |
        10 | policy: { limits: { clock_error: 30d }, create: "cron(30 2 * * ? *)", timezone: Europe/Berlin }
           |                                  ^^^
           |
           = help: write at most 5m: AWS itself refuses what is signed by a worse clock
        "#);
    insta::assert_snapshot!(mistakes(limits("call_timeout: 2m")), @r#"
        error: a call of 2m could outlast the lease under which EC2 is changed
          --> story.yaml:10:35
           |
        10 | policy: { limits: { call_timeout: 2m }, create: "cron(30 2 * * ? *)", timezone: Europe/Berlin }
           |                                   ^^
           |
           = help: write at most 1m 15s
        "#);
    insta::assert_snapshot!(mistakes(story("  - { at: 1d, clock: { error: -4000d } }")), @"
        error: no clock is so wrong
          --> story.yaml:12:31
           |
        12 |   - { at: 1d, clock: { error: -4000d } }
           |                               ^^^^^^
           |
           = help: write at most 3650d
        ");
}

/// One mistake is told once: what depends on it is not judged.
#[test]
fn what_follows_from_a_mistake_is_no_second_one() {
    let all = story("  - { at: 1d, run: create }");
    insta::assert_snapshot!(mistakes(all.replace("run_for: ", "run_for: x")), @"
        error: a number is missing here
         --> story.yaml:3:10
          |
        3 | run_for: x10d
          |          ^^^^
          |
          = help: write a whole number and a unit (w, d, h, m, s, ms), as 36h or 1d 12h
        ");
    insta::assert_snapshot!(mistakes(all.replace("start: ", "start: x")), @"
        error: `x2026-03-28T00:00:00Z` is not an instant
         --> story.yaml:2:8
          |
        2 | start: x2026-03-28T00:00:00Z
          |        ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write it with its offset from UTC, as 2026-03-28T00:00:00Z
        ");
}

#[test]
fn more_mistakes_than_anybody_reads_are_counted() {
    let faults = "  - { at: 99d, run: create }\n".repeat(60);
    let told = mistakes(story(faults.trim_end()));
    assert_eq!(told.matches("error: ").count(), 50, "{told}");
    assert!(told.ends_with("… and 10 more"), "{told}");
}

#[test]
fn an_expectation_counts_the_calls_of_one_operation() {
    insta::assert_snapshot!(mistakes(expecting("  - { calls: { \"ec2:*\": \">= 1\" } }")), @r#"
        error: an expectation of calls names one operation, not `ec2:*`
          --> story.yaml:14:16
           |
        14 |   - { calls: { "ec2:*": ">= 1" } }
           |                ^^^^^^^
           |
           = help: name each one that counts, as ec2:CreateSnapshots
        "#);
    insta::assert_snapshot!(mistakes(expecting("  - { calls: { any: 1 } }")), @"
        error: an expectation of calls names one operation, not `any`
          --> story.yaml:14:16
           |
        14 |   - { calls: { any: 1 } }
           |                ^^^
           |
           = help: name each one that counts, as ec2:CreateSnapshots
        ");
}
