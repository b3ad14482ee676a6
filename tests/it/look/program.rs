//! The commands that look, and the deeds by hand, as a person meets them in the local world.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use snaplife::journal::{Event, Line};
use snaplife::ports::Effect;

/// A folder of its own with a local world in it.
struct Desk(PathBuf);

impl Desk {
    fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("look")
            .join(test);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                panic!("{}: {error}", folder.display())
            }
            Ok(()) | Err(_) => {}
        }
        fs::create_dir_all(&folder).expect("the folder of tests can be written");
        Self(folder)
    }

    /// Code, stdout and stderr of a command, in an environment that holds nothing.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_snaplife"))
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let code = output.status.code().expect("it is not killed");
        (code, text(&output.stdout), text(&output.stderr))
    }

    /// A command and what a person sees of it. Where it acts is always said first, and the clock in
    /// it is of no interest here.
    fn sees(&self, arguments: &[&str]) -> String {
        let (code, stdout, stderr) = self.run(arguments);
        let said: String = stderr
            .lines()
            .filter(|line| !line.starts_with("simulated account"))
            .flat_map(|line| ["| ", line, "\n"])
            .collect();
        format!(
            "$ snaplife {}\n{said}{stdout}[{code}]\n",
            arguments.join(" ")
        )
    }

    /// The ids of what there is, oldest first.
    fn snapshots(&self) -> Vec<String> {
        let (_, listed, _) = self.run(&["list", "--output", "json"]);
        let listed: serde_json::Value = serde_json::from_str(&listed).expect("it is JSON");
        let all = listed["snapshots"].as_array().expect("it is a list");
        let id = |one: &serde_json::Value| one["snapshot"].as_str().map(str::to_owned);
        all.iter().filter_map(id).collect()
    }
}

#[test]
fn a_session_of_looking() {
    let desk = Desk::new("looking");
    let mut told = desk.sees(&["list"]);
    let (code, _, said) = desk.run(&["create", "--yes"]);
    assert_eq!(code, 4, "{said}");
    let id = desk.snapshots()[1].clone();
    told += &desk.sees(&["list"]);
    told += &desk.sees(&["list", "--volume", "vol-db-data", "--state", "pending"]);
    told += &desk.sees(&["show", &id]);
    told += &desk.sees(&["explain", &id]);
    told += &desk.sees(&["doctor"]);
    insta::assert_snapshot!(told);
}

#[test]
fn no_look_sends_anything_that_changes_something() {
    let desk = Desk::new("harmless");
    let _ = desk.run(&["create", "--yes"]);
    let id = desk.snapshots()[0].clone();
    let journal = desk.0.join(".snaplife/journal.jsonl");
    fs::remove_file(&journal).expect("it was written");
    for arguments in [
        ["list"].as_slice(),
        &["list", "--state", "deleted"],
        &["show", &id],
        &["explain", &id],
        &["doctor"],
    ] {
        let _ = desk.run(arguments);
    }
    // Those that ask first, and can't.
    for arguments in [
        ["hold", &id, "--reason", "audit"].as_slice(),
        &["release", &id],
        &["adopt", &id, "--for", "3d"],
        &["approve"],
    ] {
        assert_eq!(desk.run(arguments).0, 2);
    }
    let journal = fs::read_to_string(journal).expect("it was written");
    let mut calls = 0;
    for line in journal.lines() {
        let line: Line<'_> = serde_json::from_str(line).expect("each line is one event");
        if let Event::Call(call) = line.event {
            calls += 1;
            assert_eq!(call.request.name().effect(), Effect::Read, "{call:?}");
        }
    }
    assert!(calls > 20, "{calls} calls");
}

#[test]
fn a_session_of_deeds() {
    let desk = Desk::new("deeds");
    let _ = desk.run(&["create", "--yes"]);
    let id = desk.snapshots()[1].clone();
    let mut told = String::new();
    for arguments in [
        ["hold", &id, "--reason", "audit 2026"].as_slice(),
        &["hold", &id, "--reason", "audit 2026", "--yes"],
        &["hold", &id, "--reason", "again", "--yes"],
        &["list", "--volume", "vol-db-data"],
        &["release", &id, "--yes"],
        &["release", &id, "--yes"],
        &["adopt", &id, "--for", "30d", "--yes"],
        &["approve", "--yes"],
    ] {
        told += &desk.sees(arguments);
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_session_of_approving() {
    let desk = Desk::new("approving");
    // Eight rounds of the fleet: more go at once than may without a person's word.
    for round in 0..8 {
        let name = format!("round-{round}");
        let _ = desk.run(&["create", "--ad-hoc", &name, "--yes"]);
        let _ = desk.run(&["world", "advance", "12h"]);
        let _ = desk.run(&["sync", "--yes"]);
    }
    let _ = desk.run(&["world", "advance", "8d"]);
    let before = desk.snapshots().len();
    let (code, _, said) = desk.run(&["expire", "--yes"]);
    assert_eq!(code, 4, "{said}");
    assert_eq!(desk.snapshots().len(), before, "the limit stops it");
    let mut told = desk.sees(&["approve", "--plan", "0123456789abcdef", "--yes"]);
    told += &desk.sees(&["approve", "--yes"]);
    told += &desk.sees(&["approve", "--yes"]);
    let (code, _, said) = desk.run(&["expire", "--yes"]);
    assert_eq!(code, 0, "{said}");
    assert!(desk.snapshots().len() < before - 25);
    told += &desk.sees(&["approve", "--yes"]);
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let desk = Desk::new("wrong");
    let (_, world, _) = desk.run(&["world"]);
    let foreign = world
        .lines()
        .find_map(|line| line.trim().strip_suffix(", not ours"))
        .and_then(|line| line.split_whitespace().next())
        .expect("the demo has some")
        .to_owned();
    let mut told = String::new();
    for arguments in [
        ["show", "snap-1"].as_slice(),
        &["explain", "vol-db-data"],
        &["explain", "snap-0123456789abcdef0"],
        &["explain", &foreign],
        &["list", "--policy", "defualt"],
        &["list", "--state", "gone"],
        &["hold", &foreign, "--reason", "mine", "--yes"],
        &["hold", &foreign, "--reason", " ", "--yes"],
        &["adopt", &foreign, "--for", "3d", "--yes"],
        &["adopt", &foreign, "--for", "3 months", "--yes"],
        &["approve"],
    ] {
        told += &desk.sees(arguments);
    }
    insta::assert_snapshot!(told);
}

#[test]
fn iam_says_what_is_left_to_write_in_and_refuses_what_it_cannot_mean() {
    let desk = Desk::new("iam");
    let told = desk.sees(&["iam"]);
    let wrong = desk.sees(&["iam", "--account", "12345"]);
    let word = desk.sees(&["iam", "--installation", "production"]);
    let full = [
        "iam",
        "--account",
        "111122223333",
        "--region",
        "eu-central-1",
    ];
    let (code, policy, said) = desk.run(&full);
    assert_eq!((code, said.as_str()), (0, ""));
    assert!(policy.contains("arn:aws:dynamodb:eu-central-1:111122223333:table/Snaps"));
    let config = "account: \"111122223333\"\nregion: eu-central-1\ntable: Ours\npolicies:\n  - { notify: \"arn:aws:sns:eu-central-1:111122223333:people\" }\n";
    std::fs::write(desk.0.join("ours.yaml"), config).expect("writable");
    let (code, policy, said) = desk.run(&["iam", "--config", "ours.yaml"]);
    assert_eq!((code, said.as_str()), (0, ""));
    for part in [
        "eu-central-1:111122223333:table/Ours\"",
        "sns:eu-central-1:111122223333:people\"",
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    for id in [
        "046ac7866bbe7b56352bf1c2e5a8cdfe",
        "5f0e2c56-3b3a-4f0a-9d2e-0c1d2e3f4a5b",
    ] {
        let (code, policy, _) = desk.run(&["iam", "--installation", id]);
        assert_eq!(code, 0);
        assert!(policy.contains(id), "{policy}");
    }
    insta::assert_snapshot!(format!("{told}{wrong}{word}"));
}

#[test]
fn every_shell_has_completions_and_every_command_a_page() {
    let desk = Desk::new("pages");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, text, _) = desk.run(&["completions", shell]);
        assert_eq!(code, 0, "{shell}");
        assert!(text.contains("explain"), "{shell}");
    }
    let (code, page, _) = desk.run(&["man", "explain"]);
    assert_eq!(code, 0);
    assert!(page.contains(".TH snaplife-explain 1"), "{page}");
    let (code, _, _) = desk.run(&["man", "--out", "pages"]);
    assert_eq!(code, 0);
    for command in snaplife::cli::command().get_subcommands() {
        let page = desk
            .0
            .join(format!("pages/snaplife-{}.1", command.get_name()));
        assert!(page.is_file(), "{}", page.display());
    }
    let wrong = desk.sees(&["man", "explian"]);
    insta::assert_snapshot!(wrong, @"
    $ snaplife man explian
    | error: there is no command `explian`
    |   hint: did you mean `explain`?
    [2]
    ");
}

#[test]
fn each_format_for_scripts_has_a_schema() {
    let desk = Desk::new("schemas");
    for of in ["act", "init", "list", "show", "explain", "doctor"] {
        let (code, schema, _) = desk.run(&["schema", "--of", of]);
        assert_eq!(code, 0, "{of}");
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("it is JSON");
        assert!(schema["properties"]["schema"].is_object(), "{of}");
    }
}
