//! Rows that this version can't read, as a newer one may write them.

use super::desk::Desk;

/// Puts another word in the place of an intent's state, in the table and in its indexes.
fn spoil(desk: &Desk, intent: &str, from: &str, to: &str) {
    let world = desk.read(".snaplife/world.json");
    let state =
        |word| format!("\"SnapshotId\":{{\"S\":\"{intent}\"}},\"State\":{{\"S\":\"{word}\"");
    let spoilt = world.replace(&state(from), &state(to));
    assert_ne!(spoilt, world, "{intent} is not {from}");
    desk.write(".snaplife/world.json", &spoilt);
}

#[test]
fn an_intent_that_cannot_be_read_keeps_its_own_target_back_and_no_other() {
    let desk = Desk::new("unreadable-intent");
    desk.session(&[
        "world fault '{ refuse: { call: ec2:CreateSnapshots, of: i-db, code: RequestLimitExceeded, status: 503, times: 8 } }'",
        "create --yes",
    ]);
    // One is open, and one of the same slot is settled.
    spoil(
        &desk,
        "intent#default#20260302T000000Z#i-db",
        "taken",
        "doubt",
    );
    spoil(
        &desk,
        "intent#default#20260302T000000Z#i-web",
        "settled",
        "doubtful",
    );
    insta::assert_snapshot!(desk.session(&["create --yes", "world advance 1d", "create --yes"]));
}
