//! `create`, `sync` and `expire` as a person meets them.

use super::desk::Desk;

#[test]
fn the_first_days_in_a_local_world() {
    let desk = Desk::new("first-days");
    insta::assert_snapshot!(desk.session(&[
        "create --yes",
        "create --yes",
        "create --yes --ad-hoc before-the-upgrade",
        "world advance 1d",
        "sync --yes",
        "world advance 1d 12h",
        "expire --yes",
        "expire --yes",
    ]));
}

#[test]
fn a_create_without_an_answer_is_looked_for_and_not_sent_twice() {
    let desk = Desk::new("lost-answer");
    insta::assert_snapshot!(desk.session(&[
        "world fault '{ lose_answer: { call: ec2:CreateSnapshots, times: 1 } }'",
        "create --yes",
        "world",
    ]));
}

#[test]
fn nobody_is_asked_without_a_terminal() {
    let desk = Desk::new("nobody");
    insta::assert_snapshot!(desk.session(&[
        "create",
        "plan --out plan.json",
        "apply plan.json",
        "init",
        "world advance 1h",
        "world reset"
    ]));
}

#[test]
fn the_result_is_one_document_for_machines() {
    let desk = Desk::new("json");
    let seen = desk.sees(&["create", "--yes", "--output", "json"]);
    insta::assert_snapshot!(seen.split("-- stderr").next().unwrap_or_default());
}

/// The other policies need their backups all the same.
#[test]
fn a_policy_whose_first_slot_is_still_to_come_is_passed_over() {
    let desk = Desk::new("first-slot");
    desk.write(
        "snaplife.yaml",
        "policies:\n  - { name: early, create: \"cron(0 12 1 1 ? 2030)\", keep: { for: 3d } }\n  - { name: daily, create: \"cron(30 2 * * ? *)\", keep: { for: 3d } }\n",
    );
    let seen = |command: &str| {
        let seen = desk.session(&[command]);
        let is_told = |line: &&str| line.starts_with("code") || line.contains("early");
        let told: Vec<&str> = seen.lines().filter(is_told).collect();
        told.join("\n")
    };
    insta::assert_snapshot!(seen("plan"), @"
    code 0
    plan: expire of early, 20260302T080000Z
    early is passed over: its first slot is still to come
    ");
    let document = desk.stdout("create --yes --output json");
    let document: serde_json::Value = serde_json::from_str(&document).expect("one document");
    let passes = document["passes"].as_array().expect("a list");
    let served: Vec<&serde_json::Value> = passes.iter().map(|pass| &pass["policy"]).collect();
    assert_eq!(served, ["daily"]);
    insta::assert_snapshot!(seen("create --yes"), @"
    code 0
    early is passed over: its first slot is still to come
    ");
    insta::assert_snapshot!(seen("create --yes --policy early"), @"
    $ snaplife create --yes --policy early
    code 2
    error: the first slot of early is still to come
    ");
}

#[test]
fn what_cannot_be_meant_is_said() {
    let desk = Desk::new("meant");
    desk.write(
        "snaplife.yaml",
        "policies:\n  - { name: daily, keep: { for: 7x }, create: 'cron(0 2 * * *)' }\n",
    );
    desk.write(
        "pinned.yaml",
        "account: \"999999999999\"\nregion: us-east-1\npolicies:\n  - { name: daily }\n",
    );
    desk.write(
        "several.yaml",
        "policies:\n  - { name: daily, create: \"cron(0 2 * * ? *)\" }\n  - { name: weekly, create: \"cron(0 3 ? * SUN *)\" }\n",
    );
    desk.write(
        "table.yaml",
        "table: My table\npolicies: [{ name: daily }]\n",
    );
    desk.write("forgotten.yaml", "account:\npolicies: [{ name: daily }]\n");
    insta::assert_snapshot!(desk.session(&[
        "create --yes",
        "create --yes --config table.yaml",
        "create --yes --config forgotten.yaml",
        "create --yes --config pinned.yaml",
        "create --yes --config none.yaml",
        "create --yes --config several.yaml --policy monthly",
        "create --yes --config several.yaml --ad-hoc Now!",
        "create --dry-run --config several.yaml --policy weekly",
    ]));
}

/// With the feature `live` the account itself is asked, which no test of this machine does.
#[cfg(not(feature = "live"))]
#[test]
fn a_build_without_a_live_part_says_so() {
    insta::assert_snapshot!(Desk::new("no-live").session(&["create --yes --live"]));
}
