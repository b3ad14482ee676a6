//! The guard rails: dry runs, Ctrl-C, pins, consent, the window of visibility, secrets.

use std::fs;
use std::process::Command;
use std::time::Duration;

use snaplife_endpoint::{Last, Received};

use crate::desk::{Desk, POLICY, SECRETS, SURELY_OVER, seen, wait};
use crate::errors::filters;
use crate::{fleet, truth};

const PATIENCE: Duration = Duration::from_secs(30);
/// How long the call in flight takes.
const HELD: Duration = Duration::from_secs(1);

/// The calls that came, less those that only look and those that are marked as dry runs.
fn mutations(desk: &Desk) -> Vec<String> {
    const LOOKS: [&str; 6] = ["BatchGet", "Describe", "Get", "List", "Query", "Scan"];
    let changes = |one: &Received| {
        let name = one.call.split_once(':').map_or("", |(_, name)| name);
        let is_dry = String::from_utf8_lossy(&one.body).contains("DryRun=true");
        !is_dry && !LOOKS.iter().any(|look| name.starts_with(look))
    };
    let received = desk.endpoint.received();
    let changes = received.iter().filter(|one| changes(one));
    changes.map(|one| one.call.to_string()).collect()
}

#[test]
fn what_only_looks_sends_nothing_that_changes_anything() {
    let desk = Desk::new("rails-dry", fleet::world(2), "");
    desk.done(&["init --dry-run"], &[0]);
    assert_eq!(mutations(&desk), Vec::<String>::new());
    for command in [
        "init --yes",
        "create --ad-hoc a --yes",
        "sync --yes",
        "create --ad-hoc b --yes",
        "sync --yes",
    ] {
        desk.done(&[command], &[0, 4]);
        wait(300);
    }
    wait(SURELY_OVER);
    let before = mutations(&desk);
    assert!(before.contains(&"ec2:CreateSnapshots".to_owned()));
    let seen = desk.sees("expire --dry-run");
    assert!(seen.out.contains("expire     snap-"), "{}", seen.text());
    let seen = desk.sees("create --dry-run");
    assert!(seen.out.contains("take       i-00"), "{}", seen.text());
    desk.done(
        &[
            "sync --dry-run",
            "init --dry-run",
            "plan --out plan.json",
            "list",
            "doctor",
        ],
        &[0],
    );
    assert_eq!(mutations(&desk), before);
}

#[test]
fn ctrl_c_ends_after_the_call_in_flight_with_the_report() {
    // More instances than creations are in flight at once.
    let desk = Desk::new("rails-interrupt", fleet::world(40), "");
    let patient = POLICY.replace("call_timeout: 2s", "call_timeout: 20s");
    desk.write("snaplife.yaml", &patient.replace("40s", "90s"));
    desk.done(&["init --yes"], &[0]);
    // How many requests come before the first creation.
    let twin = Desk::new(
        "rails-interrupt-twin",
        desk.endpoint.world(|world, _| world.clone()),
        "",
    );
    twin.done(&["create --yes"], &[0, 4]);
    let calls = twin.endpoint.calls();
    let first = calls.iter().position(|call| call == "ec2:CreateSnapshots");
    let first = first.expect("it creates") + 1;
    let told = desk.endpoint.hang_at(first, Last::IsHeld(HELD));
    let child = desk.begun("create --yes");
    told.recv_timeout(PATIENCE).expect("it comes to a creation");
    interrupt(child.id());
    let seen = seen(child.wait_with_output().expect("it ends"));
    assert_eq!(seen.code, Some(4), "{}", seen.text());
    assert!(
        seen.err.contains("ending after the call in flight"),
        "{}",
        seen.text()
    );
    let told: Vec<&str> = seen.out.split_whitespace().collect();
    let told = told.join(" ");
    assert!(told.contains("it was asked to stop"), "{}", seen.text());
    let made = seen.out.matches("no row → pending").count();
    assert!((1..60).contains(&made), "{}", seen.text());
    desk.tells_the_truth();
    desk.done(&["replay --journal .snaplife/journal.jsonl"], &[0]);
    // The lease is given back, and the next run does the rest at once.
    wait(300);
    desk.done(&["create --yes", "sync --yes"], &[0, 4]);
    let done = desk.endpoint.world(|world, _| truth::judge(world, &[]));
    assert_eq!(
        done,
        truth::Done {
            made: 60,
            deleted: 0
        }
    );
}

/// A profile as a company hands it out: no variable but its name, the Region and a process that knows the credentials.
#[test]
fn a_profile_gives_region_and_credentials() {
    let mut desk = Desk::new("rails-profile", fleet::world(1), "");
    let [id, key, token] = SECRETS;
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
    ] {
        desk.set(name, None);
    }
    desk.write(
        "credentials.json",
        &format!(
            r#"{{ "Version": 1, "AccessKeyId": "{id}", "SecretAccessKey": "{key}", "SessionToken": "{token}" }}"#
        ),
    );
    let given = desk.path("credentials.json");
    desk.write(
        "aws.config",
        &format!(
            "[profile ops]\nregion = eu-central-1\ncredential_process = cat {}\n\
             [profile broken]\nregion = eu-central-1\ncredential_process = false\n",
            given.display()
        ),
    );
    let config = desk.path("aws.config");
    desk.set("AWS_CONFIG_FILE", config.to_str());
    desk.set("AWS_PROFILE", Some("ops"));
    desk.done(&["init --yes", "create --ad-hoc a --yes"], &[0]);
    desk.set("AWS_PROFILE", Some("broken"));
    let seen = desk.sees("create --ad-hoc b --yes");
    assert_eq!(seen.code, Some(3), "{}", seen.text());
    assert!(
        seen.err.contains("no AWS credentials could be had"),
        "{}",
        seen.text()
    );
    let journal = desk.read(".snaplife/journal.jsonl");
    assert!(!journal.is_empty());
    for secret in [key, token] {
        assert!(!journal.contains(secret) && !seen.text().contains(secret));
    }
}

/// SIGINT, as a terminal sends it.
fn interrupt(process: u32) {
    let sent = Command::new("kill")
        .args(["-INT", &process.to_string()])
        .status();
    assert!(sent.is_ok_and(|status| status.success()));
}

#[test]
fn a_pin_that_does_not_fit_a_missing_consent_and_a_short_window_stop_before_anything_changes() {
    let mut desk = Desk::new("rails-pins", fleet::world(2), "");
    desk.done(&["init --yes"], &[0]);
    let before = mutations(&desk);
    let mut text = String::new();
    for pin in ["account: \"999999999999\"\n", "region: us-east-1\n"] {
        desk.write("snaplife.yaml", &format!("{pin}{POLICY}"));
        for command in ["create --yes", "init --yes", "expire --yes"] {
            text += &format!(
                "$ snaplife {command}   # {pin}{}\n",
                desk.sees(command).text()
            );
        }
    }
    desk.write("snaplife.yaml", POLICY);
    for command in ["create", "sync", "expire", "init"] {
        text += &format!("$ snaplife {command}\n{}\n", desk.sees(command).text());
    }
    // STS answers here, and EC2 would be AWS's own: nothing is sent there.
    desk.set(
        "AWS_ENDPOINT_URL_EC2",
        Some("https://ec2.eu-central-1.amazonaws.com"),
    );
    text += &format!(
        "$ snaplife create --yes   # at AWS's own EC2\n{}\n",
        desk.sees("create --yes").text()
    );
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(text);
    });
    assert_eq!(mutations(&desk), before);
}

#[test]
fn secrets_are_never_seen_again() {
    let desk = Desk::new("rails-secrets", fleet::world(2), "");
    let mut told = String::new();
    let life = [
        "init --yes",
        "create --ad-hoc a --yes",
        "sync --yes",
        "plan --out plan.json",
        "apply plan.json --yes",
        "doctor",
        "list --output json",
        "iam",
    ];
    for command in life {
        told += &desk.sees(command).text();
        wait(100);
    }
    // Refused for its credentials in the middle, too.
    let refused = Desk::new("rails-secrets-refused", fleet::world(2), "expired-after=44");
    for command in ["init --yes", "create --yes", "expire --yes", "doctor"] {
        told += &refused.sees(command).text();
    }
    for desk in [&desk, &refused] {
        for file in ["plan.json", ".snaplife/journal.jsonl"] {
            told += &desk.read(file);
        }
        assert!(fs::metadata(desk.path(crate::desk::JOURNAL)).is_ok());
    }
    for secret in SECRETS {
        assert!(!told.contains(secret), "{secret}");
    }
    // They were used: each request is signed with the id, which the endpoint alone sees.
    assert!(told.contains("done: create of default"), "{told}");
}

#[test]
fn what_is_wrong_in_the_environment_is_named_and_no_bug() {
    let mut desk = Desk::new("rails-environment", fleet::world(1), "");
    let url = desk.endpoint.url();
    let address = url.trim_start_matches("http://").to_owned();
    let [id, _, token] = SECRETS;
    let wrong = [
        ("AWS_ENDPOINT_URL", &*url, &*address),
        ("AWS_ENDPOINT_URL", &*url, "ftp://127.0.0.1"),
        ("AWS_REGION", "eu-central-1", "eu central"),
        ("AWS_ACCESS_KEY_ID", id, "AK\nIA"),
        ("AWS_SESSION_TOKEN", token, "to\nken"),
    ];
    let mut told = String::new();
    for (name, right, wrong) in wrong {
        desk.set(name, Some(wrong));
        let seen = desk.sees("list");
        desk.set(name, Some(right));
        let text = seen.err.replace(&address, "[address]");
        told += &format!("{name}: code {:?}\n{text}\n", seen.code);
    }
    insta::assert_snapshot!(told);
    // An empty one is none: those of single services lead to the endpoint, or this would be AWS's own.
    desk.set("AWS_ENDPOINT_URL", Some(""));
    for service in [
        "AWS_ENDPOINT_URL_EC2",
        "AWS_ENDPOINT_URL_DYNAMODB",
        "AWS_ENDPOINT_URL_SNS",
        "AWS_ENDPOINT_URL_STS",
    ] {
        desk.set(service, Some(&url));
    }
    desk.done(&["init --yes"], &[0]);
    // A password in a URL is nobody's business.
    let secret = url.replace("http://", "http://user:hidden@");
    desk.set("AWS_ENDPOINT_URL_EC2", Some(&secret));
    let seen = desk.sees("list");
    assert_eq!(seen.code, Some(0), "{}", seen.text());
    assert!(!seen.text().contains("hidden"), "{}", seen.text());
}

/// What is asked has no address of its own here: only through the proxy does it get anywhere.
#[test]
fn the_proxy_of_the_environment_is_gone_through() {
    let mut desk = Desk::new("rails-proxy", fleet::world(1), "");
    let url = desk.endpoint.url();
    desk.set("AWS_ENDPOINT_URL", Some("http://aws.invalid"));
    assert_eq!(desk.sees("init --yes").code, Some(3));
    desk.set("HTTP_PROXY", Some(&url));
    desk.done(&["init --yes"], &[0]);
    desk.set("NO_PROXY", Some("aws.invalid"));
    assert_eq!(desk.sees("list").code, Some(3));
}
