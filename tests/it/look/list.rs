//! `list` and `show`.

use std::collections::BTreeSet;

use snaplife::catalog::read;
use snaplife::domain::{Job, RowState, Span};
use snaplife::look::LookError;
use snaplife::look::list::{Wanted, of_policy};
use snaplife::look::show::show;
use snaplife::look::{json, text};
use snaplife::ports::Clock as _;
use snaplife::report::Look;

use super::account::{Account, story};

const WEEK: &str =
    r#"{ create: "cron(0 0 * * ? *)", expire: "cron(0 7 * * ? *)", keep: { for: 7d } }"#;

async fn listed(account: &Account, wanted: &Wanted) -> String {
    let before = account.mutations();
    let listed = of_policy(&account.hand(), wanted)
        .await
        .expect("it can be read");
    assert_eq!(account.mutations(), before, "a look changes nothing");
    text::list(&listed, account.clock.now(), Look::plain(120))
}

fn states(states: &[RowState]) -> Wanted {
    Wanted {
        volume: None,
        states: states.iter().cloned().collect::<BTreeSet<_>>(),
    }
}

#[test]
fn a_list_has_state_age_lifetime_and_what_stands_in_the_way() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(3).await;
        let ids = account.snapshots_of("vol-db");
        account.outsider(|us| {
            us.tag(
                ids[1].as_str(),
                &[("snaplife:hold", "audit")].into_iter().collect(),
            )
            .expect("it is there");
            us.delete_snapshot(&ids[2].as_str().into())
                .expect("it is free");
        });
        let _ = account.run(Job::Create).await;
        account.clock.sleep(Span::minutes(1)).await;
        let all = listed(&account, &Wanted::default()).await;
        let open = listed(&account, &states(&[RowState::Pending])).await;
        let none = listed(&account, &states(&[RowState::Deleted])).await;
        format!("{all}-- pending\n{open}-- deleted\n{none}")
    });
    insta::assert_snapshot!(told);
}

#[test]
fn what_was_deleted_is_found_by_its_state_and_by_its_volume() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(9).await;
        let deleted = listed(&account, &states(&[RowState::Deleted])).await;
        let of_volume = Wanted {
            volume: Some("vol-db".into()),
            states: [RowState::Deleted].into(),
        };
        assert_eq!(deleted, listed(&account, &of_volume).await);
        let other = Wanted {
            volume: Some("vol-other".into()),
            ..Wanted::default()
        };
        format!(
            "{deleted}-- of another volume\n{}",
            listed(&account, &other).await
        )
    });
    insta::assert_snapshot!(told);
}

/// EC2 does not show it any more, and what is kept for ever is never due.
#[test]
fn what_an_outsider_deleted_is_listed_without_its_volume() {
    let forever = r#"{ create: "cron(0 0 * * ? *)", lifetime_tags: [lives] }"#;
    let told = story(forever, async |account| {
        account.init().await;
        account.nights(1).await;
        let id = account.snapshots_of("vol-db")[0].clone();
        account.outsider(|us| {
            us.delete_snapshot(&id.as_str().into()).expect("it is free");
        });
        let unseen = listed(&account, &Wanted::default()).await;
        for _ in 0..2 {
            account.clock.sleep(Span::days(2)).await;
            let _ = account.run(Job::Sync).await;
        }
        let all = listed(&account, &Wanted::default()).await;
        let lost = listed(&account, &states(&[RowState::Lost])).await;
        assert_eq!(lost, all);
        let of_volume = Wanted {
            volume: Some("vol-db".into()),
            states: [RowState::Lost].into(),
        };
        assert_eq!(lost, listed(&account, &of_volume).await);
        format!("{unseen}-- after the audit\n{lost}")
    });
    insta::assert_snapshot!(told);
}

#[test]
fn a_list_for_scripts_has_a_version_and_both_forms_of_each_time() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(1).await;
        let listed = of_policy(&account.hand(), &Wanted::default()).await;
        let listed = listed.expect("it can be read");
        json::text(&json::ListReport::of(&listed, account.clock.now()))
    });
    insta::assert_snapshot!(told);
}

#[test]
fn a_narrow_terminal_breaks_no_id() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(1).await;
        let listed = of_policy(&account.hand(), &Wanted::default()).await;
        let listed = listed.expect("it can be read");
        let told = text::list(&listed, account.clock.now(), Look::plain(60));
        let id = account.snapshots_of("vol-db")[0].clone();
        assert!(told.contains(id.as_str()), "{told}");
        told
    });
    assert!(!told.is_empty());
}

#[test]
fn both_sides_of_a_snapshot_are_shown_with_their_differences() {
    let told = story(WEEK, async |account| {
        account.init().await;
        account.nights(1).await;
        let id = account.snapshots_of("vol-db")[0].clone();
        let shown = show(&account.hand(), &id).await.expect("it is there");
        let agrees = text::show(&shown, Look::plain(120));
        account.outsider(|us| {
            let slot = [("snaplife:slot", "20300101T000000Z"), ("Name", "mine")];
            us.tag(id.as_str(), &slot.into_iter().collect())
                .expect("it is there");
        });
        let shown = show(&account.hand(), &id).await.expect("it is there");
        format!("{agrees}\n{}", text::show(&shown, Look::plain(120)))
    });
    insta::assert_snapshot!(told);
}

#[test]
fn a_snapshot_that_nobody_knows_is_said_with_what_to_do() {
    let told = story(WEEK, async |account| {
        account.init().await;
        let error = show(&account.hand(), &"snap-0123456789abcdef0".into())
            .await
            .expect_err("there is none");
        format!("{error}\n{}", error.hint().unwrap_or_default())
    });
    insta::assert_snapshot!(told, @"
    neither the table nor EC2 knows snap-0123456789abcdef0 in this account and Region
    `snaplife list` shows what is known; a row is forgotten some time after its snapshot was deleted
    ");
}

/// What a person is told when the table can't be read.
async fn stopped(account: &Account) -> String {
    let read = read::get(&account.caller(), &"snap-0123456789abcdef0".into()).await;
    let error = LookError::from(read.expect_err("it can't be read"));
    format!("{error}\n  {}\n", error.hint().unwrap_or_default())
}

#[test]
fn a_missing_table_and_a_missing_permission_are_said_with_what_to_do() {
    let told = story(WEEK, async |account| {
        let missing = stopped(&account).await;
        account.refuse("dynamodb:GetItem", "AccessDeniedException", 400);
        let denied = stopped(&account).await;
        format!("{missing}{denied}")
    });
    insta::assert_snapshot!(told);
}
