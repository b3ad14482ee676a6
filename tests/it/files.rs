//! What the program writes and reads beside scenarios: reports, journals, goldens, stories.

use crate::cli::{CALM, Desk, shown};

#[test]
fn a_report_that_cannot_be_written_is_said_and_is_no_success() {
    let desk = Desk::new("unwritable").with("calm.yaml", CALM);
    let text = desk.sees(&["replay", "calm.yaml", "--junit", "calm.yaml/junit.xml"]);
    assert!(text.starts_with("code 2\n"), "{text}");
    assert!(
        text.contains("error: could not write `calm.yaml/junit.xml`"),
        "{text}"
    );
}

#[test]
fn a_whole_journal_can_be_kept() {
    let desk = Desk::new("journal").with("s/calm.yaml", CALM);
    let text = desk.sees(&["replay", "s", "--journal", "out"]);
    assert!(text.starts_with("code 0\n"), "{text}");
    let journal = desk.read("out/s/calm.yaml.jsonl");
    let first = journal.lines().next().unwrap_or_default();
    assert!(first.contains(r#""header""#), "{first}");
    assert!(journal.ends_with("}\n"), "the last line is whole");
}

#[test]
fn a_golden_journal_changes_only_when_it_is_blessed() {
    let desk = Desk::new("golden")
        .with("s/calm.yaml", CALM)
        .with("s/golden/README.md", "Golden journals.");
    let first = desk.sees(&["replay", "s", "--bless"]);
    assert!(first.starts_with("code 0\n"), "{first}");
    assert!(
        first.contains("s/calm.yaml: blessed\n+ decisions "),
        "{first}"
    );
    let golden = desk.read("s/golden/calm.journal");
    assert!(
        golden.contains("\n  i-db  ec2:CreateSnapshots\n"),
        "{golden}"
    );
    assert!(desk.sees(&["replay", "s"]).starts_with("code 0\n"));

    let desk = desk.with(
        "s/golden/calm.journal",
        golden.replace("i-db  take", "i-db  leave"),
    );
    let changed = desk.sees(&["replay", "s"]);
    assert!(changed.starts_with("code 1\n"), "{changed}");
    assert!(
        changed.contains("-   i-db  leave: the policy selects it"),
        "{changed}"
    );
    assert!(
        changed.contains("+   i-db  take: the policy selects it"),
        "{changed}"
    );

    let mut in_ci = desk.command(&["replay", "s", "--bless"]);
    let refused = shown(
        &in_ci
            .env("CI", "true")
            .output()
            .expect("the program starts"),
    );
    insta::assert_snapshot!(refused, @"
    code 2
    -- stderr
    error: golden journals are not rewritten where CI is set
      hint: run it on your own machine and commit what changed
    ");

    desk.sees(&["replay", "s", "--bless"]);
    assert_eq!(desk.read("s/golden/calm.journal"), golden);
}

#[test]
fn what_did_not_hold_is_not_blessed() {
    let desk = Desk::new("not-blessed")
        .with("s/wrong.yaml", CALM.replace("completed: 1", "completed: 2"))
        .with("s/golden/README.md", "Golden journals.");
    let text = desk.sees(&["replay", "s", "--bless"]);
    assert!(text.starts_with("code 1\n"), "{text}");
    assert!(
        text.contains("s/wrong.yaml: not blessed, because it did not hold\n"),
        "{text}"
    );
    assert!(desk.read("s/golden/wrong.journal").contains("No such file"));
}

#[test]
fn a_report_replaces_neither_a_scenario_nor_a_link_nor_a_device() {
    let desk = Desk::new("targets")
        .with("calm.yaml", CALM)
        .with("kept/report.xml", "old");
    insta::assert_snapshot!(desk.sees(&["replay", "calm.yaml", "--junit", "./calm.yaml"]), @"
    code 2
    -- stderr
    error: the report would be written over the scenario `./calm.yaml`
      hint: give --junit another file
    ");
    assert_eq!(desk.read("calm.yaml"), CALM);
    #[cfg(unix)]
    {
        let link = desk.0.join("link.xml");
        std::os::unix::fs::symlink("kept/report.xml", &link).expect("a link can be made");
        desk.sees(&["replay", "calm.yaml", "--junit", "link.xml"]);
        assert!(link.is_symlink());
        let kept = desk.read("kept/report.xml");
        assert!(kept.starts_with("<?xml"), "{kept}");
        let text = desk.sees(&["replay", "calm.yaml", "--junit", "/dev/stdout"]);
        assert!(text.contains("<?xml"), "{text}");
    }
}

#[test]
fn a_golden_journal_that_cannot_be_read_is_no_success() {
    let desk = Desk::new("golden-unreadable")
        .with("calm.yaml", CALM)
        .with("golden/calm.journal", [0xff_u8, 0xfe]);
    let text = desk.sees(&["replay", "calm.yaml"]);
    assert!(text.starts_with("code 1\n"), "{text}");
    assert!(text.contains("it can't be read: "), "{text}");
}

#[test]
fn a_recording_that_is_not_there_plays_nothing() {
    let desk = Desk::new("no-recording").with("scenarios/calm.yaml", CALM);
    insta::assert_snapshot!(desk.sees(&["replay", "--journal", ".snaplife/jurnal.jsonl"]), @"
    code 2
    -- stderr
    error: there is no recording `.snaplife/jurnal.jsonl`
      hint: name a file that a command has written; a folder for journals does not end in .jsonl
    ");
}

#[test]
fn a_story_that_cannot_be_written_is_said_and_not_lost() {
    let wrong = CALM.replace("completed: 1", "completed: 2");
    let desk = Desk::new("unkept").with("wrong.yaml", wrong);
    let text = desk.sees(&["shrink", "wrong.yaml", "--regressions", "wrong.yaml/below"]);
    assert!(text.starts_with("code 2\n"), "{text}");
    assert!(
        text.contains("error: could not write `wrong.yaml/below/"),
        "{text}"
    );
    assert!(
        text.contains("{snapshots: {of: vol-a, completed: 2}}"),
        "{text}"
    );
}
