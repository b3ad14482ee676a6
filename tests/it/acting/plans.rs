//! A plan in a file, and that very plan carried out.

use super::desk::Desk;

#[test]
fn a_plan_is_carried_out_as_it_stands_and_only_once() {
    let desk = Desk::new("plan");
    desk.done(&["create --yes", "world advance 2d 12h", "sync --yes"]);
    insta::assert_snapshot!(desk.session(&[
        "plan --out plan.json",
        "apply plan.json --yes",
        "apply plan.json --yes",
    ]));
}

#[test]
fn what_changed_since_the_plan_was_made_is_left_alone_and_named() {
    let desk = Desk::new("plan-changed");
    desk.done(&[
        "create --yes",
        "world advance 1d",
        "sync --yes",
        "create --yes",
        "world advance 2d",
        "sync --yes",
        "plan --out plan.json",
        // Held, deleted by hand, and gone from what the policy selects.
        "world outsider '{ hold: oldest of vol-build-data }'",
        "world outsider '{ retag_instance: { instance: i-web, tags: { snapshot: no } } }'",
    ]);
    insta::assert_snapshot!(desk.session(&["apply plan.json --yes", "plan"]));
}

#[test]
fn a_plan_that_cannot_be_used_is_refused() {
    let desk = Desk::new("plan-refused");
    desk.done(&["plan --out plan.json --job create"]);
    let plan = desk.read("plan.json");
    desk.write("torn.json", &plan[..plan.len() / 2]);
    desk.write(
        "newer.json",
        &plan.replace("\"version\": 1", "\"version\": 9"),
    );
    desk.write("elsewhere.json", &plan.replace("eu-central-1", "us-east-1"));
    desk.write(
        "ahead.json",
        &plan.replace("\"made_at\": 1772", "\"made_at\": 1775"),
    );
    desk.write("foreign.json", "{ \"hello\": \"world\" }");
    insta::assert_snapshot!(desk.session(&[
        "apply torn.json --yes",
        "apply newer.json --yes",
        "apply elsewhere.json --yes",
        "apply ahead.json --yes",
        "world advance 1d",
        "apply plan.json --yes",
        "apply foreign.json --yes",
        "apply none.json --yes",
        "apply .snaplife/world.json --yes",
    ]));
}

/// What is shown is what is done: the plan as a document, and what `create` then did.
#[test]
fn what_a_plan_takes_is_what_create_takes() {
    let desk = Desk::new("plan-equal");
    let takes = |text: &str| {
        let document = text.split("-- stdout\n").nth(1).unwrap_or_default();
        let document = document.split("-- stderr").next().unwrap_or_default();
        let value: serde_json::Value = serde_json::from_str(document).expect("it is JSON");
        (
            value["passes"][0]["takes"].clone(),
            value["passes"][0]["decisions"].clone(),
        )
    };
    let planned = desk.sees(&["plan", "--job", "create", "--output", "json"]);
    let done = desk.sees(&["create", "--yes", "--output", "json"]);
    assert!(
        takes(&planned)
            .0
            .as_array()
            .is_some_and(|all| all.len() == 4)
    );
    assert_eq!(takes(&planned), takes(&done));
}

/// Rules that were made shorter: what the plan shows goes, and nothing that it does not show.
/// the index did not show these rows yet, so the plan was empty and the run after it deleted.
#[test]
fn a_plan_after_a_change_of_the_rules_shows_what_they_delete() {
    let desk = Desk::new("plan-rules");
    let keeps = |last: u32| {
        let jobs = "create: \"cron(30 2 * * ? *)\", sync: rate(1 hour), expire: rate(1 day)";
        let keep = format!("keep: {{ last: {last} }}, lifetime_tags: [none]");
        desk.write(
            "snaplife.yaml",
            &format!("policies: [{{ name: daily, {jobs}, {keep} }}]\n"),
        );
    };
    keeps(10);
    desk.done(&["world advance --run 6d"]);
    keeps(4);
    insta::assert_snapshot!(desk.session(&["expire --dry-run", "expire --yes", "expire --yes"]));
}

/// Previously it was judged again a day after the last time.
#[test]
fn what_is_released_is_judged_by_the_next_run() {
    let desk = Desk::new("plan-released");
    let jobs = "create: \"cron(30 2 * * ? *)\", sync: rate(1 hour), expire: rate(1 day)";
    let keep = "keep: { for: 2d }, lifetime_tags: [none]";
    desk.write(
        "snaplife.yaml",
        &format!("policies: [{{ name: daily, {jobs}, {keep} }}]\n"),
    );
    desk.done(&["world advance --run 2d"]);
    let held = "world outsider '{ hold: nth 1 of vol-web-data }'";
    desk.done(&[held, "world advance --run 2d"]);
    let listed = desk.session(&["list"]);
    let is_held = |line: &&str| line.contains("held");
    let line = listed.lines().find(is_held).expect("one is held");
    let id = line.split_whitespace().next().expect("it has an id");
    let release = format!("release {id} --yes");
    insta::assert_snapshot!(desk.session(&["expire --dry-run", &release, "expire --dry-run"]));
}
