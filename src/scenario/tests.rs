//! The loader as documents: a file in, a scenario or a marked mistake out.

use proptest::prelude::*;

use super::*;

/// The smallest file, whose parts tests replace.
const SMALL: &str = "\
name: A small story
start: 2026-03-28T00:00:00Z
run_for: 10d
world:
  instances:
    - id: i-db
      tags: { snapshot: snapshot }
      volumes:
        - { id: vol-db, device: /dev/sdf, size_gib: 200 }
policy: { create: \"cron(30 2 * * ? *)\", timezone: Europe/Berlin }
story:
  - { at: 0d, fault: { lose_answer: { call: ec2:CreateSnapshots } } }
expect:
  - { snapshots: { of: vol-db, completed: 9 } }
";

const EXAMPLES: [(&str, &str); 3] = [
    (
        "recovery/a-lost-answer-must-not-leave-two-snapshots.yaml",
        include_str!("../../scenarios/recovery/a-lost-answer-must-not-leave-two-snapshots.yaml"),
    ),
    (
        "retention/the-last-good-snapshot-outlives-its-lifetime.yaml",
        include_str!("../../scenarios/retention/the-last-good-snapshot-outlives-its-lifetime.yaml"),
    ),
    (
        "faults/a-foreign-snapshot-with-our-tags-is-never-touched.yaml",
        include_str!(
            "../../scenarios/faults/a-foreign-snapshot-with-our-tags-is-never-touched.yaml"
        ),
    ),
];

/// Every mistake of a file as a person reads it.
fn mistakes(file: impl AsRef<[u8]>) -> String {
    match load("story.yaml", file.as_ref()) {
        Ok(scenario) => format!("loads: {}", scenario.name),
        Err(mistakes) => mistakes.render(file.as_ref(), Colour::Plain),
    }
}

/// The small file with one part replaced.
fn small_but(part: &str, by: &str) -> String {
    assert!(SMALL.contains(part), "the small file has no `{part}`");
    SMALL.replacen(part, by, 1)
}

/// The small file with this story instead of its own.
fn story(steps: &str) -> String {
    small_but(
        "  - { at: 0d, fault: { lose_answer: { call: ec2:CreateSnapshots } } }",
        steps,
    )
}

/// The small file with these expectations instead of its own.
fn expecting(items: &str) -> String {
    small_but("  - { snapshots: { of: vol-db, completed: 9 } }", items)
}

fn steps_of(file: &str) -> String {
    match load("story.yaml", file.as_bytes()) {
        Ok(scenario) => {
            let steps = scenario.story.iter();
            let lines: Vec<String> = steps
                .map(|step| format!("{} line {}: {:?}", step.at, step.line, step.what))
                .collect();
            lines.join("\n")
        }
        Err(mistakes) => mistakes.render(file.as_bytes(), Colour::Plain),
    }
}

#[test]
fn the_small_file_and_every_example_load() {
    assert_eq!(mistakes(SMALL), "loads: A small story");
    for (path, text) in EXAMPLES {
        let loaded = load(path, text.as_bytes());
        assert!(loaded.is_ok(), "{}", mistakes(text));
    }
}

#[test]
fn the_example_of_the_lost_answer_says_what_it_means() {
    let (path, text) = EXAMPLES[0];
    let scenario = load(path, text.as_bytes()).expect("the example loads");
    insta::assert_snapshot!(format!("{:#?}", scenario.world.instances), @"");
    insta::assert_snapshot!(format!("{:?}", scenario.policies), @"");
    insta::assert_snapshot!(steps_of(text), @"");
    let expected: Vec<String> = scenario
        .expect
        .iter()
        .map(|expected| format!("{} line {}: {}", expected.at, expected.line, expected.text))
        .collect();
    insta::assert_snapshot!(expected.join("\n"), @"");
}

#[test]
fn a_file_that_is_no_scenario_is_refused_in_a_sentence() {
    insta::assert_snapshot!(mistakes(""), @"");
    insta::assert_snapshot!(mistakes("# only a comment\n"), @"");
    insta::assert_snapshot!(mistakes([0xff, 0xfe, 0x00]), @"");
    insta::assert_snapshot!(mistakes("x".repeat(FILE_BYTES_MAX + 1)), @"");
    insta::assert_snapshot!(mistakes("just words"), @"");
    insta::assert_snapshot!(mistakes("name: [unclosed"), @"");
    insta::assert_snapshot!(mistakes("name: \"unclosed"), @"");
    insta::assert_snapshot!(mistakes("[".repeat(100_000)), @"");
    insta::assert_snapshot!(mistakes(format!("{SMALL}---\n{SMALL}")), @"");
}

#[test]
fn an_unknown_word_is_refused_with_the_nearest_one() {
    insta::assert_snapshot!(mistakes(small_but("run_for", "runfor")), @"");
    insta::assert_snapshot!(mistakes(small_but("size_gib", "size_gb")), @"");
    insta::assert_snapshot!(mistakes(small_but("lose_answer", "loose_answer")), @"");
    insta::assert_snapshot!(mistakes(small_but("ec2:CreateSnapshots", "ec2:CreateSnapshotz")), @"");
    insta::assert_snapshot!(mistakes(small_but("timezone: Europe/Berlin", "timezone: Europe/Berln")), @"");
    insta::assert_snapshot!(mistakes(expecting("  - { findings: { unclaimd: 1 } }")), @"");
    insta::assert_snapshot!(mistakes(expecting("  - { reason: { snapshot: newest of vol-db, is: lockd } }")), @"");
}

#[test]
fn a_wrong_shape_is_shown_where_it_is() {
    insta::assert_snapshot!(mistakes(small_but("run_for: 10d\n", "")), @"");
    insta::assert_snapshot!(mistakes(small_but("size_gib: 200", "size_gib: large")), @"");
    insta::assert_snapshot!(mistakes(small_but("run_for: 10d", "run_for: 10d\nrun_for: 11d")), @"");
    insta::assert_snapshot!(mistakes(small_but("tags: { snapshot: snapshot }", "tags: snapshot")), @"");
    insta::assert_snapshot!(mistakes(small_but("name: A small story", "name: A small story\nworld: {timing: {full: {from: 1m}}}")), @"");
}

#[test]
fn all_mistakes_of_meaning_are_told_at_once() {
    let file = small_but("run_for: 10d", "run_for: 10 fortnights")
        .replace("30 2 * * ? *", "30 2 * * * *")
        .replace("ec2:CreateSnapshots", "ec2:CreateSnapshot, of: vol-dv")
        .replace("completed: 9", "completed: about 9");
    insta::assert_snapshot!(mistakes(file), @"");
}

#[test]
fn times_must_lie_within_the_run() {
    insta::assert_snapshot!(mistakes(small_but("run_for: 10d", "run_for: 0d")), @"");
    insta::assert_snapshot!(mistakes(story("  - { at: 10d, run: create }")), @"");
    insta::assert_snapshot!(mistakes(story("  - { at: 2026-03-27T00:00:00Z, run: create }")), @"");
    insta::assert_snapshot!(mistakes(story("  - { at: 2d 25:00, run: create }")), @"");
    insta::assert_snapshot!(mistakes(small_but("2026-03-28T00:00:00Z", "2026-03-28")), @"");
}

#[test]
fn names_are_given_once_and_references_lead_somewhere() {
    let twice = small_but(
        "        - { id: vol-db,",
        "        - { id: vol-db, device: /dev/sdg }\n        - { id: vol-db,",
    );
    insta::assert_snapshot!(mistakes(twice), @"");
    let roots = small_but(
        "        - { id: vol-db,",
        "        - { id: vol-a, device: /dev/xvda, root: true }\n        - { id: vol-db, root: true,",
    );
    insta::assert_snapshot!(mistakes(roots), @"");
    insta::assert_snapshot!(mistakes(story("  - { at: 1d, outsider: { delete_snapshot: newest of vol-bd } }")), @"");
    insta::assert_snapshot!(mistakes(story("  - { at: 1d, outsider: { delete_snapshot: the newest } }")), @"");
    insta::assert_snapshot!(mistakes(story("  - { at: 1d, approve: nightly }")), @"");
    insta::assert_snapshot!(mistakes(small_but("id: i-db", "id: db#1")), @"");
}

#[test]
fn a_fault_that_could_never_meet_a_call_is_refused() {
    insta::assert_snapshot!(mistakes(small_but("call: ec2:CreateSnapshots", "call: ec2:CreateSnapshots, of: vol-db")), @"");
    insta::assert_snapshot!(mistakes(story("  - { at: 0d, fault: { page_token_refused: { call: ec2:DeleteSnapshot } } }")), @"");
    insta::assert_snapshot!(mistakes(story("  - { at: 0d, fault: { throttle: { call: any, times: 0 } } }")), @"");
}

#[test]
fn a_step_says_one_thing() {
    insta::assert_snapshot!(mistakes(story("  - { at: 0d }")), @"");
    insta::assert_snapshot!(mistakes(story("  - { at: 0d, run: sync, approve: default, ad_hoc: x }")), @"");
}

#[test]
fn an_expectation_that_cannot_fail_is_refused() {
    insta::assert_snapshot!(mistakes(expecting("  - { calls: { ec2:CreateSnapshots: \">= 0\" } }")), @"");
    insta::assert_snapshot!(mistakes(expecting("  - { snapshots: { of: vol-db } }")), @"");
    insta::assert_snapshot!(mistakes(expecting("  - { max_gap: { of: vol-db, span: 11d } }")), @"");
    insta::assert_snapshot!(mistakes(expecting("  - { at: end }")), @"");
    insta::assert_snapshot!(mistakes(small_but("expect:\n  - { snapshots: { of: vol-db, completed: 9 } }", "expect: []")), @"");
}

#[test]
fn a_policy_that_selects_everything_is_refused() {
    insta::assert_snapshot!(mistakes(small_but("policy: {", "policy: { select: { instances: {} },")), @"");
    insta::assert_snapshot!(mistakes(small_but("policy: {", "policy: { select: { volumes: { backup: \"\" } },")), @"");
    insta::assert_snapshot!(mistakes(small_but("policy: {", "policy: { keep: { last: 0, at_least: 0 }, tags: { \"snaplife:op\": x },")), @"");
    insta::assert_snapshot!(mistakes(small_but("create: \"cron(30 2 * * ? *)\", ", "")), @"");
}

#[test]
fn a_limit_to_some_levels_says_why() {
    insta::assert_snapshot!(mistakes(format!("levels: [model, wires]\n{SMALL}")), @"");
    insta::assert_snapshot!(mistakes(format!("because: no reason\n{SMALL}")), @"");
}

#[test]
fn steps_are_sorted_by_instant_and_kind_and_changes_build_on_one_another() {
    let file = story(
        "  - { at: 3d, change_policy: { keep: { last: 3 } } }
  - { at: 2d, run: create, ad_hoc: before-upgrade, twice: true }
  - { at: 2d, run: expire }
  - { at: 2d, outsider: { retag_instance: { instance: i-db, tags: { snapshot: null, team: a } } } }
  - { at: 1d 02:30, change_policy: { keep: { for: 5d } } }
  - { at: 4d, crash: { call: \"ec2:*\", nth: 2, when: after, job: create } }
  - { at: 5d, clock: { error: -90s } }",
    );
    let scenario = load("story.yaml", file.as_bytes()).expect("it loads");
    let order: Vec<String> = scenario
        .story
        .iter()
        .map(|step| match &step.what {
            model::StepKind::ChangePolicy(policy) => format!("{} {:?}", step.at, policy.keep),
            other => format!("{} {other:?}", step.at),
        })
        .collect();
    insta::assert_snapshot!(order.join("\n"), @"");
}

#[test]
fn a_fleet_is_numbered_and_a_shared_volume_is_one() {
    let file = small_but(
        "  instances:\n",
        "  fleet: { count: 2, prefix: i-web, volumes: [{ id: vol-data, device: /dev/sdf }] }
  instances:
    - { id: i-a, volumes: [{ id: vol-shared, device: /dev/sdf, multi_attach: true }] }
    - { id: i-b, volumes: [{ id: vol-shared, device: /dev/sdf, multi_attach: true }] }
",
    );
    let world = load("story.yaml", file.as_bytes()).expect("it loads").world;
    let instances: Vec<String> = world
        .instances
        .iter()
        .map(|instance| {
            let on = instance.attachments.iter();
            let on: Vec<String> = on
                .map(|a| format!("{} on {}", a.volume, a.device))
                .collect();
            format!("{}: {}", instance.id, on.join(", "))
        })
        .collect();
    insta::assert_snapshot!(instances.join("\n"), @"");
    let volumes: Vec<&str> = world
        .volumes
        .iter()
        .map(|volume| volume.id.as_str())
        .collect();
    insta::assert_snapshot!(volumes.join(" "), @"");
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

#[test]
fn the_schema_beside_the_scenarios_is_the_one_of_this_version() {
    let stored = include_str!("../../scenarios/schema.json");
    if json_schema() != stored {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/schema.json");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, json_schema()).expect("the file can be written");
        }
        panic!("scenarios/schema.json is old; run this test once with UPDATE_SCHEMA=1");
    }
}

/// The file is refused with places inside it, or it loads; nothing else.
fn answers(file: &[u8]) -> Result<(), TestCaseError> {
    let Err(found) = load("story.yaml", file) else {
        return Ok(());
    };
    prop_assert!(!found.all().is_empty());
    for mistake in found.all() {
        prop_assert!(!mistake.message.is_empty());
        match std::str::from_utf8(file) {
            Ok(text) => prop_assert!(text.get(mistake.span.clone()).is_some(), "{mistake:?}"),
            Err(_) => prop_assert_eq!(mistake.span.clone(), 0..0),
        }
        prop_assert!(!mistake.render(file, Colour::Plain).is_empty());
    }
    Ok(())
}

/// A valid file with some of its bytes cut out, doubled or replaced.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("- ".to_owned()),
        Just(": ".to_owned()),
        Just("&a ".to_owned()),
        Just("*a".to_owned()),
        Just("<<: ".to_owned()),
        Just("\"".to_owned()),
        Just("|\n".to_owned()),
        Just("null".to_owned()),
        Just("-1".to_owned()),
        Just("é".to_owned()),
        Just("!!binary ".to_owned()),
        Just("99999999999999999999".to_owned()),
        "\\PC{0,6}",
        "[0-9]{1,3}[wdhms]",
        "(<=|>=|<|>)? ?[0-9]{0,3}(\\.\\.[0-9]{0,3})?",
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, piece), 1..6);
    (0..=EXAMPLES.len(), edits).prop_map(|(which, edits)| {
        let text = EXAMPLES.get(which).map_or(SMALL, |(_, text)| *text);
        let mut bytes = text.as_bytes().to_vec();
        for (place, cut, piece) in edits {
            let start = place.index(bytes.len() + 1);
            let end = (start + cut).min(bytes.len());
            bytes.splice(start..end, piece.into_bytes());
        }
        bytes
    })
}

proptest! {
    #[test]
    fn no_mutated_file_ends_the_program(file in mutated()) {
        answers(&file)?;
    }

    #[test]
    fn no_bytes_end_the_program(file in prop::collection::vec(any::<u8>(), 0..200)) {
        answers(&file)?;
    }

    #[test]
    fn no_text_ends_the_program(file in "(\\PC|\n){0,200}") {
        answers(file.as_bytes())?;
    }
}
