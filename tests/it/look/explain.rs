//! `explain`: the planner's answer, now and later.

use snaplife::domain::{Job, SnapshotId, Span};
use snaplife::look::explain::explain;
use snaplife::look::{json, text};
use snaplife::plan::Verdict;
use snaplife::ports::Clock as _;
use snaplife::report::Look;

use super::account::{Account, story};

const WEEK: &str = r#"{ create: "cron(0 0 * * ? *)", expire: "cron(0 7 * * ? *)" }"#;

async fn explained(account: &Account, id: &SnapshotId) -> String {
    let before = account.mutations();
    let told = match explain(&account.hand(), id).await {
        Ok(it) => text::explain(&it, Look::plain(100)),
        Err(error) => format!("{error}\n  {}\n", error.hint().unwrap_or_default()),
    };
    assert_eq!(account.mutations(), before, "a look changes nothing");
    told
}

#[test]
fn the_only_snapshot_of_a_volume_is_kept_by_its_lifetime_and_then_by_the_floor() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(1).await;
        let ids = account.snapshots_of("vol-db");
        explained(&account, &ids[0]).await
    });
    insta::assert_snapshot!(told);
}

#[test]
fn an_old_one_may_go_when_its_companion_stands() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(2).await;
        let ids = account.snapshots_of("vol-db");
        explained(&account, &ids[0]).await
    });
    insta::assert_snapshot!(told);
}

#[test]
fn what_the_explanation_says_of_the_next_pass_is_what_that_pass_does() {
    story(WEEK, async |account| {
        account.init().await;
        account.nights(7).await;
        account.clock.sleep(Span::hours(6)).await;
        let ids = account.snapshots_of("vol-db");
        let mut said = Vec::new();
        for id in &ids {
            let it = explain(&account.hand(), id).await.expect("it has a row");
            let goes = it
                .steps
                .first()
                .is_some_and(|s| s.verdict == Verdict::Expire);
            said.push((id.clone(), goes));
        }
        let _ = account.run(Job::Expire).await;
        let left = account.snapshots_of("vol-db");
        for (id, goes) in &said {
            assert_eq!(left.contains(id), !goes, "{id}");
        }
        assert_eq!(said.iter().filter(|(_, goes)| *goes).count(), 1);
        String::new()
    });
}

#[test]
fn a_held_one_is_blocked_and_a_deleted_one_is_not_seen() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(8).await;
        let ids = account.snapshots_of("vol-db");
        account.outsider(|us| {
            us.tag(
                ids[0].as_str(),
                &[("snaplife:hold", "audit")].into_iter().collect(),
            )
            .expect("it is there");
            us.delete_snapshot(&ids[1].as_str().into())
                .expect("it is free");
        });
        account.clock.sleep(Span::hours(1)).await;
        let held = explained(&account, &ids[0]).await;
        let gone = explained(&account, &ids[1]).await;
        format!("{held}{gone}")
    });
    insta::assert_snapshot!(told);
}

#[test]
fn a_volume_that_is_gone_is_noted_by_passes_and_not_by_looks() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(2).await;
        account.outsider(|us| {
            us.terminate_instance(&"i-db".into()).expect("it is there");
            us.delete_volume(&"vol-db".into()).expect("it is free");
        });
        account.clock.sleep(Span::days(6)).await;
        let ids = account.snapshots_of("vol-db");
        // The second look would believe what the first one noted, had it noted anything.
        let first = explained(&account, &ids[1]).await;
        account.clock.sleep(Span::hours(25)).await;
        let second = explained(&account, &ids[1]).await;
        format!("{first}{second}")
    });
    insta::assert_snapshot!(told);
}

#[test]
fn a_changed_rule_makes_the_next_pass_look_at_everything() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(2).await;
        let ids = account.snapshots_of("vol-db");
        let before = explained(&account, &ids[0]).await;
        account.change_policy(|policy| policy.keep.last = Some(1));
        let after = explained(&account, &ids[0]).await;
        let next = |told: &str| {
            let told = told.split_once("  next pass").expect("it is said");
            format!("  next pass{}", told.1.trim_end())
        };
        format!("{}\n{}", next(&before), next(&after))
    });
    insta::assert_snapshot!(told, @"
    next pass  at 2026-01-07T07:00:00Z: does not look at it before 2026-01-12T00:00:11.075Z, unless a
               sync finds that a tag or a newer snapshot makes it due
    next pass  at 2026-01-07T07:00:00Z: keep: its lifetime ends at 2026-01-12T00:00:11.075Z
    ");
}

#[test]
fn what_cannot_be_explained_is_said() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(1).await;
        let nobody = explained(&account, &"snap-0123456789abcdef0".into()).await;
        let foreign = account.outsider(|us| {
            us.create_snapshot(snaplife_sim::ec2::ForeignSnapshot {
                age: snaplife_sim::time::Span(0),
                owner: None,
                size_gib: 1,
                state: snaplife_sim::ec2::SnapshotState::Completed,
                tags: snaplife_sim::ec2::Tags::default(),
                volume: "vol-db".into(),
            })
        });
        let foreign = explained(&account, &foreign.as_str().into()).await;
        format!("{nobody}{foreign}")
    });
    insta::assert_snapshot!(told);
}

#[test]
fn an_explanation_for_scripts_has_codes() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(2).await;
        let ids = account.snapshots_of("vol-db");
        let it = explain(&account.hand(), &ids[0])
            .await
            .expect("it has a row");
        json::text(&json::ExplainReport::of(&it))
    });
    insta::assert_snapshot!(told);
}
