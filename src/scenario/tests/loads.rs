//! What a good file means.

use std::collections::BTreeSet;

use crate::domain::Schedule;

use super::{EVERYTHING, EXAMPLES, SMALL, mistakes, small_but, story};
use crate::journal::FindingKind;
use crate::scenario::{Colour, json_schema, load, model};

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
    insta::assert_snapshot!(format!("{:?}", scenario.world.instances), @r#"[InstanceSpec { id: InstanceId("i-db"), tags: Tags([("snaplifetime", "7"), ("snapshot", "snapshot")]), state: Running, hibernation: Off, root_device_type: Ebs, root_device: Some(Device("/dev/xvda")), attachments: [Attachment { device: Device("/dev/xvda"), volume: VolumeId("vol-root") }, Attachment { device: Device("/dev/sdf"), volume: VolumeId("vol-db") }] }]"#);
    let volumes: Vec<String> = scenario
        .world
        .volumes
        .iter()
        .map(|v| {
            format!(
                "{} {} GiB +{} {}",
                v.id, v.size_gib, v.daily_change_gib, v.volume_type
            )
        })
        .collect();
    insta::assert_snapshot!(volumes.join("\n"), @"
        vol-root 8 GiB +0 gp3
        vol-db 200 GiB +6 gp3
        ");
    let policies: Vec<String> = scenario
        .policies
        .iter()
        .map(|policy| {
            let when = &policy.schedules;
            let when =
                [&when.create, &when.sync, &when.expire].map(|s| s.as_ref().map(Schedule::text));
            format!(
                "{} {:?} {when:?} {:?}",
                policy.name, policy.select, policy.schedules.zone
            )
        })
        .collect();
    insta::assert_snapshot!(policies.join("\n"), @r#"default Selection { target: Instances(Tag { key: "snapshot", value: "snapshot" }), root: Exclude, exclude_tags: [], exclude_devices: [] } [Some("cron(30 2 * * ? *)"), Some("rate(1 hour)"), Some("rate(1 day)")] Zone(Europe/Berlin)"#);
    insta::assert_snapshot!(steps_of(text), @r#"
        2026-03-28T00:00:00Z line 15: Fault(Call(CallFault { matching: CallMatcher { calls: One(CreateSnapshots), resource: None, nth: 1, times: Some(1), until: None, percent: 100 }, effect: LoseAnswer }))
        2026-04-01T00:00:00Z line 16: Outsider(DeleteSnapshot(Newest(VolumeId("vol-db"))))
        "#);
    let expected: Vec<String> = scenario
        .expect
        .iter()
        .map(|expected| format!("{} line {}: {}", expected.at, expected.line, expected.text))
        .collect();
    insta::assert_snapshot!(expected.join("\n"), @"
        2026-04-07T00:00:00Z line 18: snapshots of vol-db: 7 completed
        2026-04-07T00:00:00Z line 19: no volume ever has two snapshots of one slot
        2026-04-07T00:00:00Z line 20: calls: <= 12 ec2:CreateSnapshots
        ");
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
    insta::assert_snapshot!(order.join("\n"), @r#"
        2026-03-29T02:30:00Z Keep { lifetime: Some(Span(432000000)), last: None, at_least: AtLeast(1) }
        2026-03-30T00:00:00Z Outsider(RetagInstance { instance: InstanceId("i-db"), tags: Tags([("team", "a")]), remove: ["snapshot"] })
        2026-03-30T00:00:00Z Run(Run { job: Expire, policies: [PolicyName("default")], slot: Latest, repeat: Once, deadline: None })
        2026-03-30T00:00:00Z Run(Run { job: Create, policies: [PolicyName("default")], slot: Exactly(Slot("adhoc-before-upgrade")), repeat: Twice, deadline: None })
        2026-03-31T00:00:00Z Keep { lifetime: Some(Span(432000000)), last: Some(3), at_least: AtLeast(1) }
        2026-04-01T00:00:00Z Crash(Crash { calls: Of(Ec2), resource: None, job: Some(Create), nth: 2, when: After })
        2026-04-02T00:00:00Z Clock { error: Span(-90000) }
        "#);
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
    insta::assert_snapshot!(instances.join("\n"), @"
        i-a: vol-shared on /dev/sdf
        i-b: vol-shared on /dev/sdf
        i-db: vol-db on /dev/sdf
        i-web-001: vol-data-001 on /dev/sdf
        i-web-002: vol-data-002 on /dev/sdf
        ");
    let volumes: Vec<&str> = world
        .volumes
        .iter()
        .map(|volume| volume.id.as_str())
        .collect();
    insta::assert_snapshot!(volumes.join(" "), @"vol-shared vol-db vol-data-001 vol-data-002");
}

#[test]
fn the_schema_beside_the_scenarios_is_the_one_of_this_version() {
    let stored = include_str!("../../../scenarios/schema.json");
    if json_schema() != stored {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/schema.json");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, json_schema()).expect("the file can be written");
        }
        panic!("scenarios/schema.json is old; run this test once with UPDATE_SCHEMA=1");
    }
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

/// Every name of the format: fields, variants and values, as the schema lists them.
fn names_of_the_format() -> BTreeSet<String> {
    fn collect(schema: &serde_json::Value, names: &mut BTreeSet<String>) {
        match schema {
            serde_json::Value::Object(fields) => {
                if let Some(properties) = fields.get("properties").and_then(|p| p.as_object()) {
                    names.extend(properties.keys().cloned());
                }
                for key in ["enum", "const"] {
                    let values = fields.get(key).into_iter();
                    let values =
                        values.flat_map(|v| v.as_array().cloned().unwrap_or(vec![v.clone()]));
                    names.extend(values.filter_map(|v| v.as_str().map(str::to_owned)));
                }
                fields.values().for_each(|value| collect(value, names));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
            _ => {}
        }
    }
    let schema = serde_json::from_str(&json_schema()).expect("the schema is JSON");
    let mut names = BTreeSet::new();
    collect(&schema, &mut names);
    names
}

#[test]
fn a_story_may_leave_everything_to_the_invariants() {
    let (before, _) = SMALL
        .split_once("expect:")
        .expect("the small file expects something");
    assert_eq!(mistakes(before), "loads: A small story");
}

#[test]
fn the_example_on_the_page_loads() {
    let readme = include_str!("../../../scenarios/README.md");
    let (_, from_block) = readme
        .split_once("```yaml\n")
        .expect("the page has an example");
    let (example, _) = from_block.split_once("```").expect("the example ends");
    assert_eq!(
        mistakes(example),
        "loads: A lost answer must not leave two snapshots"
    );
}

#[test]
fn the_file_with_everything_loads() {
    assert_eq!(mistakes(EVERYTHING), "loads: A file that uses every field");
}

#[test]
fn the_page_and_the_file_with_everything_name_every_field() {
    let readme = include_str!("../../../scenarios/README.md");
    let names = names_of_the_format();
    assert!(names.len() > 100, "the schema lists its names: {names:?}");
    let missing: Vec<String> = names
        .iter()
        .flat_map(|name| {
            let word = |text: &str| {
                text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
                    .any(|word| word == name)
            };
            let in_readme = (!word(readme)).then(|| format!("README.md: {name}"));
            // Values that other files use: states and types of AWS.
            let values = [
                "pending",
                "stopping",
                "shutting-down",
                "terminated",
                "available",
            ];
            let types = ["io2", "sc1", "standard", "policy"];
            let excused = values.contains(&name.as_str()) || types.contains(&name.as_str());
            let in_file =
                (!excused && !word(EVERYTHING)).then(|| format!("everything.yaml: {name}"));
            in_readme.into_iter().chain(in_file)
        })
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_page_lists_every_kind_of_finding_and_every_reason() {
    let readme = include_str!("../../../scenarios/README.md");
    // serde's refusal of an unknown kind lists the known ones, each in backticks.
    let refusal = serde_json::from_str::<FindingKind>("\"?\"").expect_err("no such kind");
    let refusal = refusal.to_string();
    let kinds: Vec<&str> = refusal.split('`').skip(3).step_by(2).collect();
    assert!(kinds.contains(&"unclaimed"), "{kinds:?}");
    let reasons = model::BlockedKind::ALL.iter().map(|kind| kind.name());
    for word in kinds.into_iter().chain(reasons) {
        assert!(
            readme.contains(&format!("`{word}`")),
            "README.md lacks `{word}`"
        );
    }
}
