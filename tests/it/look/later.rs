//! A row in a state that this version does not know, as a later one may leave it.

use snaplife::catalog::{attr, read, write};
use snaplife::domain::Job;
use snaplife::journal::FindingKind;
use snaplife::ports::table::Value;

use super::account::story;

const DAY: &str =
    r#"{ create: "cron(0 0 * * ? *)", expire: "cron(0 7 * * ? *)", keep: { for: 1d } }"#;

#[test]
fn what_a_later_version_wrote_is_kept_and_told() {
    story(DAY, async |account| {
        account.init().await;
        account.nights(1).await;
        let id = account.snapshots_of("vol-db")[0].clone();
        let caller = account.caller();
        let row = read::get(&caller, id.text()).await.expect("it can be read");
        let mut row = row.expect("it has a row");
        let revision = row.number(attr::REVISION).expect("each row has one");
        row.change()
            .insert(attr::STATE.into(), Value::S("archived".into()));
        row.change()
            .insert(attr::JUDGE_AT.into(), Value::from(1_i64));
        row.change()
            .insert(attr::REVISION.into(), Value::from(revision + 1));
        let stored = write::put_if(&caller, write::at_revision(revision), row).await;
        assert!(stored.is_ok(), "{stored:?}");
        let report = account.run(Job::Expire).await;
        let found: Vec<String> = report
            .findings
            .iter()
            .filter(|finding| finding.kind == FindingKind::Blocked)
            .map(|finding| finding.text.to_string())
            .collect();
        assert_eq!(
            found,
            ["its row is in the state `archived`, which this version does not know; it is kept"]
        );
        account.nights(9).await;
        assert!(account.snapshots_of("vol-db").contains(&id));
        String::new()
    });
}
