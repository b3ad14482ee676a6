//! What each way that a mutating call can end leads to, in one table.
//!
//! Each line is a story of three nights in which one call goes wrong. Whatever the table says, the
//! invariants hold in all of them.

use snaplife::player::{self, KeepStory, PlayOptions};
use snaplife::scenario::{self, Colour};

use crate::scenarios::failure;

/// Every mutating call but those of `init`.
const CALLS: [&str; 6] = [
    "ec2:CreateSnapshots",
    "ec2:CreateSnapshot",
    "ec2:DeleteSnapshot",
    "dynamodb:PutItem",
    "dynamodb:TransactWriteItems",
    "sns:Publish",
];

/// How it ends, and the fault that makes it end so.
const ENDS: [(&str, &str); 6] = [
    ("throttled", "throttle: { call: CALL }"),
    (
        "refused",
        "refuse: { call: CALL, code: AccessDenied, status: 403 }",
    ),
    ("unknown, acted", "lose_answer: { call: CALL }"),
    ("unknown, did not", "lose_request: { call: CALL }"),
    (
        "unknown, 500",
        "server_error: { call: CALL, applied: \"no\" }",
    ),
    ("not sent", "no_connection: { call: CALL }"),
];

/// One night goes well; later the job whose call it is meets the fault.
fn story(call: &str, fault: &str) -> String {
    let at = match call {
        "ec2:DeleteSnapshot" | "dynamodb:TransactWriteItems" => "2d 03:30",
        _ => "1d 01:30",
    };
    let select = match call {
        "ec2:CreateSnapshot" => "{ volumes: { snapshot: snapshot } }",
        _ => "{ instances: { snapshot: snapshot } }",
    };
    let tags = "tags: { snapshot: snapshot, snaplifetime: \"1\" }";
    // Something to tell of: a snapshot fails.
    let failing = match call {
        "sns:Publish" => "\n  - { at: 1d 01:30, fault: { fail_snapshots: {} } }",
        _ => "",
    };
    let fault = fault.replace("CALL", &format!("\"{call}\""));
    format!(
        "name: One call goes wrong
why: A line of the table.
start: 2026-01-05T00:00:00Z
run_for: 3d
world:
  instances:
    - id: i-db
      {tags}
      volumes: [{{ id: vol-db, device: /dev/sdf, {tags} }}]
policy:
  select: {select}
  create: \"cron(0 2 * * ? *)\"
  sync: rate(1 hour)
  expire: \"cron(0 4 * * ? *)\"
  notify: arn:aws:sns:eu-central-1:111122223333:people
story:
  - {{ at: {at}, fault: {{ {fault} }} }}{failing}
"
    )
}

/// What came of it: snapshots taken and deleted by us, and the kinds of findings as they came.
fn line(call: &str, end: &str, fault: &str) -> String {
    let text = story(call, fault);
    let loaded = scenario::load("a line of the table", text.as_bytes())
        .unwrap_or_else(|no| panic!("{}", no.render(text.as_bytes(), Colour::Plain)));
    let options = PlayOptions {
        story: KeepStory::Whole,
        ..PlayOptions::default()
    };
    let played = player::play(&loaded, options);
    if let Some(screen) = failure(&played) {
        panic!("{call} {end}\n{screen}");
    }
    let mut findings: Vec<String> = Vec::new();
    for (_, finding) in played.passes.iter().flat_map(|pass| &pass.findings) {
        let kind = format!("{:?}", finding.kind);
        if !findings.contains(&kind) {
            findings.push(kind);
        }
    }
    let line = format!(
        "  {end:<17} {} taken, {} deleted  {}",
        played.figures.created,
        played.figures.deleted,
        findings.join(" ")
    );
    format!("{}\n", line.trim_end())
}

#[test]
fn each_end_of_each_mutating_call_leads_somewhere_safe() {
    let mut table = String::new();
    for call in CALLS {
        table.push_str(&format!("{call}\n"));
        for (end, fault) in ENDS {
            table.push_str(&line(call, end, fault));
        }
    }
    insta::assert_snapshot!(table, @"
    ec2:CreateSnapshots
      throttled         3 taken, 2 deleted
      refused           3 taken, 2 deleted  CreateFailed
      unknown, acted    3 taken, 2 deleted
      unknown, did not  3 taken, 2 deleted
      unknown, 500      3 taken, 2 deleted
      not sent          3 taken, 2 deleted
    ec2:CreateSnapshot
      throttled         3 taken, 2 deleted
      refused           3 taken, 2 deleted  CreateFailed
      unknown, acted    3 taken, 2 deleted
      unknown, did not  3 taken, 2 deleted
      unknown, 500      3 taken, 2 deleted
      not sent          3 taken, 2 deleted
    ec2:DeleteSnapshot
      throttled         3 taken, 2 deleted
      refused           3 taken, 1 deleted  Blocked
      unknown, acted    3 taken, 2 deleted  DeleteOpen
      unknown, did not  3 taken, 1 deleted  DeleteOpen
      unknown, 500      3 taken, 1 deleted  DeleteOpen
      not sent          3 taken, 2 deleted
    dynamodb:PutItem
      throttled         3 taken, 2 deleted
      refused           2 taken, 1 deleted  PassStopped MissedSlot
      unknown, acted    3 taken, 2 deleted
      unknown, did not  3 taken, 2 deleted
      unknown, 500      3 taken, 2 deleted
      not sent          3 taken, 2 deleted
    dynamodb:TransactWriteItems
      throttled         3 taken, 2 deleted
      refused           3 taken, 1 deleted  PassStopped
      unknown, acted    3 taken, 2 deleted
      unknown, did not  3 taken, 2 deleted
      unknown, 500      3 taken, 2 deleted
      not sent          3 taken, 2 deleted
    sns:Publish
      throttled         3 taken, 2 deleted  SnapshotFailed
      refused           3 taken, 2 deleted  SnapshotFailed NotifyFailed
      unknown, acted    3 taken, 2 deleted  SnapshotFailed NotifyFailed
      unknown, did not  3 taken, 2 deleted  SnapshotFailed NotifyFailed
      unknown, 500      3 taken, 2 deleted  SnapshotFailed NotifyFailed
      not sent          3 taken, 2 deleted  SnapshotFailed
    ");
}
