//! `init`: an empty account, and a table of the old scripts.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use snaplife::local::LocalWorld;
use snaplife::simulated::simulated_runtime;
use snaplife_sim::dynamodb::request::{PutItem, ReturnValues};
use snaplife_sim::dynamodb::{
    AttributeValue, Billing, Item, KeySchema, KeyType, Request, TableDefinition, Tokens,
};
use snaplife_sim::time::Timestamp;

use super::desk::Desk;

const BARE: &str = r#"
name: An account that nobody has prepared
start: 2026-03-02T08:00:00Z
run_for: 1d
init: false
world:
  account: "123456789012"
  instances:
    - id: i-db
      tags: { snapshot: snapshot, snaplifetime: "7" }
      volumes: [ { id: vol-db, device: /dev/sdf } ]
  snapshots:
    - { id: snap-a, of: vol-db, started: -3d }
    - { id: snap-b, of: vol-db, started: -2d }
    - { id: snap-c, of: vol-db, started: -1d, state: recovering }
    - { id: snap-d, of: vol-db, started: -1d, owner: "999999999999" }
    - { id: snap-e, of: vol-db, started: -1d }
    - { id: snap-f, of: vol-db, started: -1d, tags: { snaplife:installation: another } }
policy: { create: "cron(0 2 * * ? *)" }
"#;

/// A table as the old scripts had it: no index, provisioned, a row for each snapshot.
fn old_table(desk: &Desk) {
    let runtime = simulated_runtime();
    let _inside = runtime.enter();
    let world = LocalWorld::open(&desk.path(".snaplife/world.json"), || {}).expect("it opens");
    let now = Timestamp(world.now().as_ms());
    let snapshots: BTreeMap<&str, SmolStr> =
        ["snap-a", "snap-b", "snap-c", "snap-d", "snap-e", "snap-f"]
            .into_iter()
            .map(|name| (name, world.id_of(name).expect("the file names it")))
            .collect();
    let mut account = world.world().borrow_mut();
    account.dynamodb.install(
        now,
        TableDefinition {
            billing: Billing::Provisioned { read: 5, write: 5 },
            deletion_protection: false,
            indexes: Vec::new(),
            key: KeySchema::partition("SnapshotId", KeyType::S),
            name: "Snaps".into(),
        },
    );
    let text = |text: &str| AttributeValue::S(text.into());
    let mut put = |id: &str, volume: &str, day: Option<AttributeValue>| {
        let mut item = Item::from([
            ("SnapshotId".into(), text(id)),
            ("VolumeId".into(), text(volume)),
            ("State".into(), text("completed")),
            ("StartTime".into(), AttributeValue::M(Item::default())),
            ("Tags".into(), AttributeValue::L(Vec::new())),
            (
                "Date".into(),
                AttributeValue::N((now.0 - 86_400_000).into()),
            ),
        ]);
        item.extend(day.map(|day| ("day".into(), day)));
        let request = Request::PutItem(PutItem {
            condition: None,
            item: item.into(),
            returns: ReturnValues::None,
            table: "Snaps".into(),
            tokens: Tokens::default(),
        });
        account.dynamodb.call(now, &request).expect("it is taken");
    };
    let days = |days: i64| Some(AttributeValue::N(days.into()));
    put(&snapshots["snap-a"], "vol-db", days(7));
    put(&snapshots["snap-b"], "vol-db", Some(text("2")));
    put(&snapshots["snap-c"], "vol-db", days(7));
    put(&snapshots["snap-d"], "vol-db", days(7));
    put(&snapshots["snap-e"], "vol-db", Some(text("NaN")));
    put(&snapshots["snap-f"], "vol-db", days(7));
    put("snap-00000000000000000", "vol-db", days(7));
    drop(account);
    world.save().expect("it can be written");
}

#[test]
fn an_empty_account_gets_everything_and_a_second_start_finds_it() {
    let desk = Desk::new("init-empty");
    desk.write("bare.yaml", BARE);
    insta::assert_snapshot!(desk.session(&[
        "world reset --from bare.yaml --yes",
        "create --yes",
        "init --dry-run",
        "init --yes",
        "init --yes",
    ]));
}

#[test]
fn what_an_endpoint_cannot_do_is_named_and_skipped() {
    let desk = Desk::new("init-skips");
    desk.write("bare.yaml", BARE);
    let fault = "world fault '{ refuse: { call: dynamodb:UpdateContinuousBackups, code: UnknownOperationException, message: An unknown operation was requested., times: 9 } }'";
    let html = "world fault '{ html: { call: dynamodb:UpdateTable, times: 9 } }'";
    insta::assert_snapshot!(desk.session(&[
        "world reset --from bare.yaml --yes",
        fault,
        html,
        "init --yes",
        "create --yes",
    ]));
}

/// What was skipped at first is done by a later start, as `doctor` says.
#[test]
fn expiry_that_could_not_be_turned_on_is_turned_on_later() {
    let desk = Desk::new("init-expiry");
    desk.write("bare.yaml", BARE);
    let fault = "world fault '{ refuse: { call: dynamodb:UpdateTimeToLive, code: AccessDeniedException, message: not yours, times: 1 } }'";
    desk.done(&["world reset --from bare.yaml --yes", fault, "init --yes"]);
    let doctor = desk.session(&["doctor"]);
    let purge = doctor.lines().skip_while(|line| !line.contains("purge"));
    let purge: Vec<&str> = purge.take(2).collect();
    let later = desk.session(&["init --yes", "init --yes"]);
    insta::assert_snapshot!(format!("{}\n\n{later}", purge.join("\n")), @"
        warning  purge         rows of deleted snapshots stay for ever
                               do: run `snaplife init`, which turns the table's expiry on

        $ snaplife init --yes
        code 0
        -- stdout
        done
          turned on expiry of old rows
          made sure of recovery to a point in time
        -- stderr
        simulated account 123456789012 in eu-central-1, world .snaplife/world.json, clock 2026-03-02T08:00:13.845Z
        to do
          turn on expiry of old rows
          make sure of recovery to a point in time

        $ snaplife init --yes
        code 0
        -- stdout
        done
          made sure of recovery to a point in time
        -- stderr
        simulated account 123456789012 in eu-central-1, world .snaplife/world.json, clock 2026-03-02T08:00:15.636Z
        table and installation are there already
        to do
          make sure of recovery to a point in time
        ");
}

/// Nobody else would notice until the day on which it is needed.
#[test]
fn recovery_that_could_not_be_turned_on_is_tried_again_by_each_start() {
    let desk = Desk::new("init-recovery");
    desk.write("bare.yaml", BARE);
    let refused = "world fault '{ refuse: { call: dynamodb:UpdateContinuousBackups, code: AccessDeniedException, message: not yours, times: 1 } }'";
    let lost =
        "world fault '{ lose_request: { call: dynamodb:UpdateContinuousBackups, times: 1 } }'";
    desk.done(&["world reset --from bare.yaml --yes", refused]);
    let told = |command: &str| {
        let seen = desk.session(&[command]);
        let is_told = |line: &&str| line.starts_with("code") || line.contains("recovery");
        let lines: Vec<&str> = seen.lines().filter(is_told).collect();
        format!("{}\n", lines.join("\n"))
    };
    let first = told("init --yes");
    desk.done(&[lost]);
    let later: String = ["init --yes", "init --yes", "init --dry-run"]
        .map(told)
        .concat();
    insta::assert_snapshot!(format!("{first}\n{later}"), @"
    code 4
      recovery to a point in time: this endpoint refuses dynamodb:UpdateContinuousBackups with AccessDeniedException: not
      turn on recovery to a point in time

    code 4
      recovery to a point in time: dynamodb:UpdateContinuousBackups was not answered: the connection broke
      make sure of recovery to a point in time
    code 0
      made sure of recovery to a point in time
      make sure of recovery to a point in time
    code 0
      make sure of recovery to a point in time
    ");
}

#[test]
fn a_table_of_the_old_scripts_is_taken_over_row_by_row() {
    let desk = Desk::new("init-old");
    desk.write("bare.yaml", BARE);
    desk.done(&["world reset --from bare.yaml --yes"]);
    old_table(&desk);
    insta::assert_snapshot!(desk.session(&[
        "init --dry-run",
        "init --yes",
        "init --yes",
        "create --yes",
        "world advance 5d",
        "sync --yes",
        "expire --dry-run",
    ]));
}
