//! The program as a person meets it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::program::program;

/// A folder of its own for a test, empty.
pub(crate) struct Desk(pub(crate) PathBuf);

/// A scenario in which nothing can go wrong.
pub(crate) const CALM: &str = r#"
name: A calm day takes one snapshot
why: The smallest story there is.
start: 2026-01-01T00:00:00Z
run_for: 1d
world:
  instances:
    - id: i-db
      tags: { snapshot: snapshot, snaplifetime: "7" }
      volumes:
        - { id: vol-root, device: /dev/xvda, root: true }
        - { id: vol-db, device: /dev/sdf }
policy: { create: "cron(0 2 * * ? *)", sync: rate(6 hours), expire: rate(1 day) }
expect:
  - { at: end, snapshots: { of: vol-db, completed: 1 } }
"#;

impl Desk {
    pub(crate) fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                panic!("{}: {error}", folder.display())
            }
            Ok(()) | Err(_) => {}
        }
        fs::create_dir_all(&folder).expect("the folder of tests can be written");
        Self(folder)
    }

    pub(crate) fn with(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("it is below the desk")).expect("writable");
        fs::write(path, text).expect("writable");
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_else(|error| format!("{path}: {error}"))
    }

    /// The program with these arguments, in an environment that holds nothing.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        program(&self.0, arguments)
    }

    /// What a person sees: the code, then what went to stdout and to stderr.
    pub(crate) fn sees(&self, arguments: &[&str]) -> String {
        shown(
            &self
                .command(arguments)
                .output()
                .expect("the program starts"),
        )
    }
}

pub(crate) fn shown(output: &Output) -> String {
    let mut text = match output.status.code() {
        Some(code) => format!("code {code}\n"),
        None => "killed\n".to_owned(),
    };
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        if !bytes.is_empty() {
            text.push_str(&format!("-- {name}\n{}", String::from_utf8_lossy(bytes)));
        }
    }
    text
}

#[test]
fn an_unknown_option_is_an_error_of_usage() {
    insta::assert_snapshot!(Desk::new("unknown-option").sees(&["replay", "--sede", "7"]), @"
    code 2
    -- stderr
    error: unexpected argument '--sede' found

      tip: a similar argument exists: '--seed'

    Usage: snaplife replay --seed <NUMBER> [PATH]...

    For more information, try '--help'.
    ");
}

#[test]
fn a_scenario_that_holds_has_one_line() {
    let desk = Desk::new("holds").with("scenarios/calm.yaml", CALM);
    insta::with_settings!({filters => vec![(r"\d+ calls", "<n> calls")]}, {
        insta::assert_snapshot!(desk.sees(&["replay"]), @"
        code 0
        -- stdout
        ok    1d  <n> calls  1 taken, 0 deleted  A calm day takes one snapshot

        1 passed, 0 failed
        ");
    });
}

/// With the SDK a scenario gives the same report through it; without it the program says so.
#[test]
fn a_scenario_may_go_through_the_sdk_where_there_is_one() {
    let desk = Desk::new("through").with("scenarios/calm.yaml", CALM);
    let through = desk.sees(&["replay", "--through", "wire"]);
    if cfg!(feature = "live") {
        assert_eq!(through, desk.sees(&["replay"]));
    } else {
        insta::assert_snapshot!(through, @"
        code 2
        -- stderr
        error: this program was built without the AWS SDK, so it can't play at the level wire
          hint: build it with the feature `live`, which is there by default
        ");
    }
}

#[test]
fn a_scenario_for_other_levels_is_passed_over_and_why_is_said() {
    let limited = format!("levels: [dynamodb-local]\nbecause: A story of one table.\n{CALM}");
    let desk = Desk::new("other-level").with("calm.yaml", limited);
    insta::assert_snapshot!(desk.sees(&["replay", "calm.yaml"]), @"
    code 0
    -- stdout

    0 passed, 0 failed
    -- stderr
    calm.yaml: not played at model: A story of one table.
    ");
}

#[test]
fn explain_shows_each_decision_with_its_reason() {
    let desk = Desk::new("explain").with("calm.yaml", CALM);
    let text = desk.sees(&["replay", "calm.yaml", "--explain"]);
    assert!(
        text.contains("\ncalm.yaml  seed 0  from 2026-01-01T00:00:00Z\n"),
        "{text}"
    );
    assert!(
        text.contains("create 20260101T020000Z of default, pass 3\n"),
        "{text}"
    );
    assert!(
        text.contains("i-db  take: the policy selects it\n"),
        "{text}"
    );
    let left_out = "vol-root  leave out: it is the root volume of its instance\n";
    assert!(text.contains(left_out), "{text}");
}

#[test]
fn an_expectation_that_breaks_is_told_with_its_line() {
    let wrong = CALM.replace("completed: 1", "completed: 2");
    let desk = Desk::new("breaks").with("wrong.yaml", wrong);
    let text = desk.sees(&["replay", "wrong.yaml", "--junit", "out/junit.xml"]);
    assert!(text.starts_with("code 1\n"), "{text}");
    assert!(text.contains("wrong.yaml:15  seed 0"), "{text}");
    assert!(
        text.contains("replay    snaplife replay wrong.yaml --seed 0 --explain"),
        "{text}"
    );
    assert!(text.ends_with("\n0 passed, 1 failed\n"), "{text}");
    assert!(desk.read("out/junit.xml").contains(r#"failures="1""#));
}

#[test]
fn a_number_that_is_never_reached_is_not_kept() {
    let promise = "  - always: { completed_at_least: { of: vol-db, count: 9 } }";
    let lines = CALM.trim_end().lines();
    let last = lines.clone().last().expect("it expects something");
    let never = CALM.replace(last, promise);
    let desk = Desk::new("never").with("never.yaml", never);
    let text = desk.sees(&["replay", "never.yaml"]);
    assert!(text.starts_with("code 1\n"), "{text}");
    assert!(text.contains("it never had so many"), "{text}");
}

#[test]
fn the_same_seed_gives_the_same_report_on_any_number_of_threads() {
    let desk = Desk::new("same")
        .with("a/one.yaml", CALM)
        .with("a/two.yml", CALM)
        .with("b/three.yaml", CALM);
    let arguments = |jobs| {
        [
            "replay", "b", "a", "--output", "json", "--seed", "9", "--jobs", jobs,
        ]
    };
    let one = desk.sees(&arguments("1"));
    assert!(one.starts_with("code 0\n-- stdout\n{\n"), "{one}");
    assert_eq!(one, desk.sees(&arguments("3")));
    let [a, b, c] = ["a/one.yaml", "a/two.yml", "b/three.yaml"].map(|path| one.find(path));
    assert!(a.is_some() && a < b && b < c, "{one}");
    let twice = desk.sees(&["replay", "a", "a/one.yaml"]);
    assert!(twice.ends_with("\n2 passed, 0 failed\n"), "{twice}");
}

#[test]
fn all_mistakes_of_all_files_are_shown_and_nothing_is_played() {
    let desk = Desk::new("mistakes")
        .with("scenarios/calm.yaml", CALM)
        .with(
            "scenarios/one.yaml",
            CALM.replace("run_for: 1d", "run_for: 1x"),
        )
        .with("scenarios/two.yaml", CALM.replace("world:", "wrld:"));
    let text = desk.sees(&["replay"]);
    assert!(text.starts_with("code 2\n-- stderr\n"), "{text}");
    assert!(text.contains("scenarios/one.yaml:5"), "{text}");
    assert!(text.contains("scenarios/two.yaml"), "{text}");
    assert!(
        text.ends_with("\n2 of 3 files can't be played, so nothing was.\n"),
        "{text}"
    );
}

#[test]
fn a_path_that_is_not_there_is_said() {
    insta::assert_snapshot!(Desk::new("missing").sees(&["replay", "nowhere", "no.yaml"]), @"
    code 2
    -- stderr
    error: there is no file or folder `nowhere`
      hint: name a scenario file or a folder; without one, `scenarios` is played
    error: there is no file or folder `no.yaml`
      hint: name a scenario file or a folder; without one, `scenarios` is played
    ");
}

#[test]
fn a_folder_without_scenarios_is_said() {
    let desk = Desk::new("empty")
        .with("empty/notes.txt", "nothing")
        .with("empty/golden/old.yaml", CALM)
        .with("empty/.hidden/old.yaml", CALM);
    insta::assert_snapshot!(desk.sees(&["replay", "empty"]), @"
    code 2
    -- stderr
    error: there is no scenario in the folder `empty`
      hint: scenarios are files that end in .yaml or .yml
    ");
}

#[test]
fn a_file_that_is_no_text_is_said() {
    let desk = Desk::new("no-text").with("x.yaml", [0xff_u8, 0xfe, 0x00]);
    let text = desk.sees(&["replay", "x.yaml"]);
    assert!(text.starts_with("code 2\n-- stderr\n"), "{text}");
    assert!(text.contains("x.yaml"), "{text}");
}

#[test]
fn a_reader_who_leaves_ends_nothing_loudly() {
    let desk = Desk::new("closed-pipe");
    let mut command = desk.command(&["schema"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    insta::assert_snapshot!(shown(&child.wait_with_output().expect("it ends")), @"code 0");
}

#[test]
fn both_schemas_are_printed() {
    let desk = Desk::new("schema");
    for (of, title) in [("scenario", "Scenario"), ("report", "Report")] {
        let output = desk
            .command(&["schema", "--of", of])
            .output()
            .expect("the program starts");
        let schema: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("a schema is JSON");
        assert_eq!(schema["title"], title);
    }
}

#[test]
fn the_example_of_the_readme_holds() {
    let readme = include_str!("../../README.md");
    let example = readme
        .split("```yaml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let desk = Desk::new("readme").with("example.yaml", example.unwrap_or_default());
    let text = desk.sees(&["replay", "example.yaml"]);
    assert!(text.starts_with("code 0\n"), "{text}");
}

#[test]
#[cfg(target_os = "linux")]
fn data_that_is_lost_on_its_way_is_no_success() {
    let mut command = Desk::new("full-disk").command(&["schema"]);
    let full = fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let output = command.stdout(full).output().expect("the program starts");
    insta::assert_snapshot!(shown(&output), @"
    code 2
    -- stderr
    error: could not write to stdout
      caused by: No space left on device (os error 28)
    ");
}

/// What was never taken leaves no event of its own: the screen must say why all the same.
#[test]
fn a_story_names_its_cause_also_where_nothing_happened() {
    let breaks = |from: &str, to: &str| {
        CALM.replace("vol-db, completed: 1", "vol-db, completed: 2")
            .replace(from, to)
    };
    let desk = Desk::new("causes")
        .with("tag.yaml", breaks("snapshot: snapshot", "snapshot: Snapshot"))
        .with("root.yaml", breaks("of: vol-db, completed", "of: vol-root, total"))
        .with("table.yaml", breaks("run_for", "init: false\nrun_for"))
        .with(
            "refused.yaml",
            breaks(
                "expect:",
                "story:\n  - { at: 0d, fault: { refuse: { call: ec2:CreateSnapshots, code: SnapshotLimitExceeded } } }\nexpect:",
            ),
        );
    for (file, cause) in [
        ("tag.yaml", "the policy's tag matches nothing"),
        (
            "root.yaml",
            "vol-root: leave out: it is the root volume of its",
        ),
        ("table.yaml", "`snaplife init` makes the table"),
        ("refused.yaml", "refused with SnapshotLimitExceeded"),
    ] {
        let text = desk.sees(&["replay", file]);
        assert!(text.starts_with("code 1\n"), "{text}");
        assert!(
            text.contains(cause),
            "{file} does not say `{cause}`:\n{text}"
        );
    }
}

/// One that came to light late is a duplicate: the table does not count it, and it is there all the same.
#[test]
fn two_snapshots_of_a_slot_are_seen_in_ec2_whatever_the_table_counts() {
    let text = include_str!("../../scenarios/recovery/a-clock-that-is-off-disowns-nothing.yaml");
    let desk = Desk::new("twice").with("holds.yaml", text).with(
        "twice.yaml",
        format!("{text}  - always: no_duplicate_slot\n"),
    );
    let holds = desk.sees(&["replay", "holds.yaml"]);
    assert!(holds.starts_with("code 0\n"), "{holds}");
    let twice = desk.sees(&["replay", "twice.yaml"]);
    assert!(twice.starts_with("code 1\n"), "{twice}");
    assert!(
        twice.contains("are both of slot 20260106T020000Z of vol-db"),
        "{twice}"
    );
}

#[test]
fn a_list_of_two_policies_breaks_no_name() {
    let policies = r#"policies:
  - { name: daily, create: "cron(0 2 * * ? *)" }
  - { name: monthly-archive, create: "cron(0 3 * * ? *)" }
"#;
    let desk = Desk::new("two-policies").with("snaplife.yaml", policies);
    for policy in ["daily", "monthly-archive"] {
        desk.sees(&["create", "--yes", "--policy", policy]);
    }
    let text = desk.sees(&["list"]);
    let rows = |policy: &str| text.lines().filter(|line| line.starts_with(policy)).count();
    assert_eq!(
        (rows("daily  "), rows("monthly-archive  ")),
        (5, 5),
        "{text}"
    );
}
