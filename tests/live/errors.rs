//! What a person sees when nothing goes: what is wrong, where, and what to do. The journal tells what
//! was done until then, and no file is left half written.

use std::net::TcpListener;

use snaplife_sim::dynamodb::{Billing, KeySchema, KeyType, TableDefinition};

use crate::desk::{Desk, SECRETS, SURELY_OVER, each, wait};
use crate::{fleet, truth};

/// Something that is wrong.
struct Case {
    name: &'static str,
    habits: &'static str,
    /// What goes well before.
    before: &'static [&'static str],
    /// What is made wrong then.
    harm: fn(&mut Desk),
    commands: &'static [&'static str],
}

const CREATE: &[&str] = &["create --yes"];
const INIT: &[&str] = &["init --yes"];
const NOTHING: fn(&mut Desk) = |_| {};

const CASES: [Case; 15] = [
    Case {
        name: "no-credentials",
        habits: "",
        before: INIT,
        harm: |desk| {
            for name in [
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
            ] {
                desk.set(name, None);
            }
        },
        commands: CREATE,
    },
    Case {
        name: "no-region",
        habits: "",
        before: INIT,
        harm: |desk| desk.set("AWS_REGION", None),
        commands: CREATE,
    },
    Case {
        name: "wrong-region",
        habits: "",
        before: INIT,
        harm: |desk| desk.set("AWS_REGION", Some("us-east-1")),
        commands: &["create --yes", "expire --yes", "init --yes", "list"],
    },
    Case {
        name: "no-table",
        habits: "",
        before: &[],
        harm: NOTHING,
        commands: &[
            "create --yes",
            "sync --yes",
            "expire --yes",
            "plan",
            "list",
            "explain snap-0123456789abcdef0",
        ],
    },
    Case {
        name: "no-installation",
        habits: "",
        before: &[],
        harm: without_indexes,
        commands: CREATE,
    },
    Case {
        name: "no-index",
        habits: "",
        before: INIT,
        harm: without_indexes,
        commands: &["create --yes", "sync --yes", "expire --yes", "list"],
    },
    Case {
        name: "denied-read",
        habits: "denied=DescribeInstances",
        before: INIT,
        harm: NOTHING,
        commands: CREATE,
    },
    Case {
        name: "denied-create",
        habits: "denied=CreateSnapshots",
        before: INIT,
        harm: NOTHING,
        commands: CREATE,
    },
    Case {
        name: "denied-delete",
        habits: "denied=DeleteSnapshot",
        before: &[
            "init --yes",
            "create --ad-hoc a --yes",
            "sync --yes",
            "create --ad-hoc b --yes",
            "sync --yes",
        ],
        harm: |_| wait(SURELY_OVER),
        commands: &["expire --yes"],
    },
    Case {
        name: "denied-table",
        habits: "denied=PutItem",
        before: &[],
        harm: NOTHING,
        commands: INIT,
    },
    Case {
        name: "denied-identity",
        habits: "denied=GetCallerIdentity",
        before: &[],
        harm: NOTHING,
        commands: INIT,
    },
    Case {
        name: "endpoint-down",
        habits: "",
        before: INIT,
        harm: |desk| {
            // A port that was free a moment ago, and that nobody listens on.
            let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
            let port = port.expect("a port is free");
            desk.set("AWS_ENDPOINT_URL", Some(&format!("http://{port}")));
        },
        commands: CREATE,
    },
    Case {
        name: "html",
        habits: "html",
        before: &[],
        harm: NOTHING,
        commands: &["init --yes", "create --yes", "doctor"],
    },
    Case {
        name: "expired-mid-create",
        habits: "expired-after=44",
        before: INIT,
        harm: NOTHING,
        commands: CREATE,
    },
    Case {
        name: "expired-before",
        habits: "expired-after=18",
        before: INIT,
        harm: NOTHING,
        commands: &["create --yes", "expire --yes"],
    },
];

#[test]
fn each_error_says_what_is_wrong_and_what_to_do() {
    let seen = each(&CASES, seen);
    for (case, seen) in CASES.iter().zip(seen) {
        insta::with_settings!({filters => filters()}, {
            insta::assert_snapshot!(case.name, seen);
        });
    }
}

/// What a person sees of a case.
fn seen(case: &Case) -> String {
    let mut desk = Desk::new(
        &format!("errors-{}", case.name),
        fleet::world(2),
        case.habits,
    );
    for command in case.before {
        desk.done(&[command], &[0, 4]);
        wait(300);
    }
    (case.harm)(&mut desk);
    let mut text = String::new();
    for command in case.commands {
        let seen = desk.sees(command);
        assert_ne!(seen.code, Some(0), "{command}: {}", seen.text());
        text += &format!("$ snaplife {command}\n{}\n", seen.text());
    }
    desk.tells_the_truth();
    // Without a way in not even the journal is begun.
    let known = ["journal.jsonl", "snaplife.yaml"];
    let files = desk.files();
    assert!(
        files.iter().all(|file| known.contains(&file.as_str())),
        "{files:?}"
    );
    assert!(
        SECRETS.iter().all(|secret| !text.contains(secret)),
        "{text}"
    );
    text
}

/// The table as the old scripts made it, with the rows that are there.
fn without_indexes(desk: &mut Desk) {
    desk.endpoint.world(|world, now| {
        let rows = truth::rows(world);
        let definition = TableDefinition {
            billing: Billing::OnDemand,
            deletion_protection: false,
            indexes: Vec::new(),
            key: KeySchema::partition("SnapshotId", KeyType::S),
            name: truth::TABLE.into(),
        };
        world.dynamodb.install(now, definition);
        for row in rows.into_values() {
            truth::put(world, now, row);
        }
    });
}

/// What differs between runs.
pub(crate) fn filters() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"http://127\.0\.0\.1:\d+", "[endpoint]"),
        (r"\d{8}T\d{6}Z", "[slot]"),
        (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "[time]"),
        (r"snap-[0-9a-f]{17}", "[snapshot]"),
        (r"op-[a-z2-7]{26}", "[op]"),
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[uuid]"),
    ]
}
