//! A dry run changes nothing, whatever there would be to do.

use snaplife::journal::Event;
use snaplife::ports::Effect;

use super::desk::Desk;

/// A world with something to do for every job: a create without an answer, copies that have ended,
/// snapshots that may go, an index that is behind.
fn eventful(test: &str) -> Desk {
    let desk = Desk::new(test);
    desk.done(&[
        "create --yes",
        "world advance 1d",
        "world fault '{ lose_answer: { call: ec2:CreateSnapshots, times: 2 } }'",
        "world fault '{ hide_new_snapshots: { for: 2h, times: 1 } }'",
        "create --yes",
        "world advance 3d",
    ]);
    desk
}

#[test]
fn no_call_that_changes_anything_is_sent_by_a_dry_run() {
    let desk = eventful("dry");
    let world = |desk: &Desk| {
        let text = desk.read(".snaplife/world.json");
        let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        let part = |name: &str| value["world"][name].clone();
        (
            part("dynamodb")["tables"]["Snaps"]["items"].clone(),
            part("ec2")["snapshots"].clone(),
        )
    };
    let before = world(&desk);
    let told = desk.journal().len();
    let commands = [
        "create --dry-run",
        "create --dry-run --ad-hoc now",
        "sync --dry-run",
        "expire --dry-run",
        "plan --out plan.json",
        "init --dry-run",
    ];
    desk.done(&commands);
    let events = desk.journal();
    let calls: Vec<_> = events[told..]
        .iter()
        .filter_map(|event| match event {
            Event::Call(call) => Some(call.request.name()),
            _ => None,
        })
        .collect();
    assert!(calls.len() > 40, "the plans were made: {}", calls.len());
    let mutations: Vec<_> = calls
        .iter()
        .filter(|call| call.effect() == Effect::Mutation)
        .collect();
    assert!(mutations.is_empty(), "{mutations:?}");
    assert!(
        !events[told..]
            .iter()
            .any(|event| matches!(event, Event::Row(_)))
    );
    assert!(world(&desk) == before, "the world is as it was");

    // The same commands do change it, so the test can fail.
    desk.done(&["create --yes", "sync --yes", "expire --yes"]);
    let events = desk.journal();
    let changes = events[told..].iter().filter(|event| match event {
        Event::Call(call) => call.request.name().effect() == Effect::Mutation,
        _ => false,
    });
    assert!(changes.count() > 10);
    assert!(world(&desk) != before);
}

#[test]
fn a_sync_shows_the_rows_that_it_would_change() {
    let desk = eventful("dry-sync");
    insta::assert_snapshot!(desk.sees(&["sync", "--dry-run"]));
}
