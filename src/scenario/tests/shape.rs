//! What is no YAML, or not of the shape of a scenario.

use super::{SMALL, expecting, mistakes, small_but, story};
use crate::scenario::{Colour, FILE_BYTES_MAX, Mistakes, load};

#[test]
fn a_file_that_is_no_scenario_is_refused_in_a_sentence() {
    insta::assert_snapshot!(mistakes(""), @"
        error: the file is empty
         --> story.yaml:1:1
          |
        1 |
          | ^
          |
          = help: scenarios/README.md shows the format
        ");
    insta::assert_snapshot!(mistakes("# only a comment\n"), @"
        error: the file is empty
         --> story.yaml:1:1
          |
        1 | # only a comment
          | ^
          |
          = help: scenarios/README.md shows the format
        ");
    insta::assert_snapshot!(mistakes([0xff, 0xfe, 0x00]), @"
        error: the file is not UTF-8 text
         --> story.yaml:1:1
          |
        1 |
          | ^
          |
          = help: save it as UTF-8; scenarios/README.md shows the format
        ");
    insta::assert_snapshot!(mistakes("x".repeat(FILE_BYTES_MAX + 1)), @"
        error: the file is larger than 1 MiB, which no scenario is
         --> story.yaml:1:1
          |
        1 | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
          | ^
          |
          = help: describe many like instances as a `fleet`
        ");
    insta::assert_snapshot!(mistakes("just words"), @"
        error: a map belongs here, as `{ key: value }`
         --> story.yaml:1:1
          |
        1 | just words
          | ^^^^^^^^^^
        ");
    insta::assert_snapshot!(mistakes("name: [unclosed"), @"
        error: one text belongs here
         --> story.yaml:1:7
          |
        1 | name: [unclosed
          |       ^^^^^^^^^
        ");
    insta::assert_snapshot!(mistakes("name: \"unclosed"), @r#"
        error: unclosed quote
         --> story.yaml:1:7
          |
        1 | name: "unclosed
          |       ^^^^^^^^^
          |
          = help: close the quotes
        "#);
    insta::assert_snapshot!(mistakes("[".repeat(100_000)), @"
        error: the file is nested too deeply or unfolds to too much
         --> story.yaml:1:33
          |
        1 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...
          |                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write it with less nesting and fewer anchors
        ");
    insta::assert_snapshot!(mistakes(format!("{SMALL}---\n{SMALL}")), @"
        error: the file holds more than one document
          --> story.yaml:16:1
           |
        16 | name: A small story
           | ^^^^
           |
           = help: one file is one story: take out the line `---`
        ");
}

#[test]
fn an_unknown_word_is_refused_with_the_nearest_one() {
    insta::assert_snapshot!(mistakes(small_but("run_for", "runfor")), @"
        error: there is no field `runfor` here
         --> story.yaml:3:1
          |
        3 | runfor: 10d
          | ^^^^^^
          |
          = help: did you mean `run_for`?
        ");
    insta::assert_snapshot!(mistakes(small_but("size_gib", "size_gb")), @"
        error: there is no field `size_gb` here
         --> story.yaml:9:43
          |
        9 |         - { id: vol-db, device: /dev/sdf, size_gb: 200 }
          |                                           ^^^^^^^
          |
          = help: did you mean `size_gib`?
        ");
    insta::assert_snapshot!(mistakes(small_but("lose_answer", "loose_answer")), @"
        error: `loose_answer` is not known here
          --> story.yaml:12:24
           |
        12 |   - { at: 0d, fault: { loose_answer: { call: ec2:CreateSnapshots } } }
           |                        ^^^^^^^^^^^^
           |
           = help: did you mean `lose_answer`?
        ");
    insta::assert_snapshot!(mistakes(small_but("ec2:CreateSnapshots", "ec2:CreateSnapshotz")), @"
        error: snaplife never calls `ec2:CreateSnapshotz`
          --> story.yaml:12:45
           |
        12 |   - { at: 0d, fault: { lose_answer: { call: ec2:CreateSnapshotz } } }
           |                                             ^^^^^^^^^^^^^^^^^^^
           |
           = help: did you mean `ec2:CreateSnapshot` or `ec2:CreateSnapshots`?
        ");
    insta::assert_snapshot!(mistakes(small_but("timezone: Europe/Berlin", "timezone: Europe/Berln")), @r#"
        error: `Europe/Berln` is no time zone
          --> story.yaml:10:51
           |
        10 | policy: { create: "cron(30 2 * * ? *)", timezone: Europe/Berln }
           |                                                   ^^^^^^^^^^^^
           |
           = help: did you mean Europe/Berlin?
        "#);
    insta::assert_snapshot!(mistakes(expecting("  - { findings: { unclaimd: 1 } }")), @"
        error: `unclaimd` is not a kind of finding
          --> story.yaml:14:19
           |
        14 |   - { findings: { unclaimd: 1 } }
           |                   ^^^^^^^^
           |
           = help: did you mean `unclaimed`?
        ");
    insta::assert_snapshot!(mistakes(expecting("  - { reason: { snapshot: newest of vol-db, is: lockd } }")), @"
        error: `lockd` is not a reason against a delete
          --> story.yaml:14:49
           |
        14 |   - { reason: { snapshot: newest of vol-db, is: lockd } }
           |                                                 ^^^^^
           |
           = help: did you mean `locked`?
        ");
}

#[test]
fn a_wrong_shape_is_shown_where_it_is() {
    insta::assert_snapshot!(mistakes(small_but("run_for: 10d\n", "")), @"
        error: the field `run_for` is missing here
         --> story.yaml:1:1
          |
        1 | name: A small story
          | ^^^^
        ");
    insta::assert_snapshot!(mistakes(small_but("size_gib: 200", "size_gib: large")), @"
        error: a whole number belongs here
         --> story.yaml:9:53
          |
        9 |         - { id: vol-db, device: /dev/sdf, size_gib: large }
          |                                                     ^^^^^
        ");
    insta::assert_snapshot!(mistakes(small_but("run_for: 10d", "run_for: 10d\nrun_for: 11d")), @"
        error: `run_for` is given twice
         --> story.yaml:4:1
          |
        4 | run_for: 11d
          | ^^^^^^^
          |
          = help: keep one of the two
        ");
    insta::assert_snapshot!(mistakes(small_but("tags: { snapshot: snapshot }", "tags: snapshot")), @"
        error: a map belongs here, as `{ key: value }`
         --> story.yaml:7:13
          |
        7 |       tags: snapshot
          |             ^^^^^^^^
        ");
    insta::assert_snapshot!(mistakes(small_but("name: A small story", "name: A small story\nworld: {timing: {full: {from: 1m}}}")), @"
        error: the field `to` is missing here
         --> story.yaml:2:25
          |
        2 | world: {timing: {full: {from: 1m}}}
          |                         ^^^^
        ");
}

#[test]
fn anchors_cannot_blow_a_file_up() {
    let keys = "a, ".repeat(500);
    let anchor = format!(
        "  - &one {{ at: 1d, outsider: {{ untag: {{ snapshot: newest of vol-db, tags: [{keys}] }} }} }}\n"
    );
    let unfolded = story(&(anchor + &"  - *one\n".repeat(900)));
    insta::assert_snapshot!(mistakes(unfolded), @"
        error: the file is nested too deeply or unfolds to too much
           --> story.yaml:498:5
            |
        498 |   - *one
            |     ^^^^
            |
            = help: write it with less nesting and fewer anchors
        ");
}

#[test]
fn a_long_value_is_quoted_in_part() {
    let file = small_but("run_for: 10d", &format!("run_for: {}", "x".repeat(10_000)));
    let found = load("story.yaml", file.as_bytes()).expect_err("no duration");
    assert!(found.all()[0].message.len() < 500);
}

#[test]
fn a_file_full_of_mistakes_is_refused_in_time() {
    let steps: String = (0..10_000)
        .map(|n| format!("  - {{ at: 1d, outsider: {{ delete_snapshot: newest of vol-{n} }} }}\n"))
        .collect();
    let fleet = small_but(
        "  instances:\n",
        "  fleet: { count: 9000, prefix: i-web, volumes: [{ id: vol-data, device: /dev/sdf }] }\n  instances:\n",
    );
    let file = fleet.replace(
        "  - { at: 0d, fault: { lose_answer: { call: ec2:CreateSnapshots } } }\n",
        &steps,
    );
    let found = load("story.yaml", file.as_bytes()).expect_err("no such volumes");
    assert_eq!(found.all().len(), Mistakes::MAX);
}

#[test]
fn places_are_right_behind_a_byte_order_mark_and_letters_of_several_bytes() {
    let file = format!(
        "\u{feff}why: Größe über alles ✓\n{}",
        small_but("2026-03-28T00:00:00Z", "soon")
    );
    let Err(found) = load("story.yaml", file.as_bytes()) else {
        panic!("`soon` is no start");
    };
    assert_eq!(&file[found.all()[0].span.clone()], "soon");
}

#[test]
fn colour_is_only_there_when_wanted() {
    let file = small_but("run_for", "runfor");
    let found = load("story.yaml", file.as_bytes()).expect_err("a misspelt field");
    assert!(
        !found
            .render(file.as_bytes(), Colour::Plain)
            .contains('\u{1b}')
    );
    assert!(
        found
            .render(file.as_bytes(), Colour::Ansi)
            .contains('\u{1b}')
    );
}
