//! What only a person may do: approve, adopt, hold and release.

use snaplife::domain::{Job, Lifetime, RowState, Span};
use snaplife::engine::by_hand::{Adopted, Approval, Told, adopt, approval, approve};
use snaplife::engine::holding::{Held, hold, release};
use snaplife::look::list::{Wanted, of_policy};
use snaplife::ports::Clock as _;
use snaplife_sim::fault::FaultEffect;

use super::account::story;

const WEEK: &str = r#"{ create: "cron(0 0 * * ? *)", expire: "cron(0 7 * * ? *)" }"#;

#[test]
fn a_held_snapshot_outlives_its_lifetime_and_a_released_one_goes() {
    story(WEEK, async |account| {
        account.init().await;
        account.nights(1).await;
        let id = account.snapshots_of("vol-db")[0].clone();
        let hand = account.hand();
        assert_eq!(hold(&hand, &id, "audit").await, Ok(Held::Done));
        let again = hold(&hand, &id, "another reason").await;
        assert_eq!(again, Ok(Held::Already(Some("audit".into()))));
        account.nights(9).await;
        assert!(account.snapshots_of("vol-db").contains(&id));
        let hand = account.hand();
        assert_eq!(release(&hand, &id).await, Ok(Held::Done));
        assert_eq!(release(&hand, &id).await, Ok(Held::Already(None)));
        account.nights(2).await;
        assert!(!account.snapshots_of("vol-db").contains(&id));
        String::new()
    });
}

#[test]
fn what_is_not_there_or_not_ours_is_not_held() {
    story(WEEK, async |account| {
        account.init().await;
        let hand = account.hand();
        let nobody = "snap-0123456789abcdef0".into();
        assert_eq!(hold(&hand, &nobody, "audit").await, Ok(Held::NotSeen));
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
        let foreign = foreign.as_str().into();
        let before = account.mutations();
        assert_eq!(hold(&hand, &foreign, "audit").await, Ok(Held::NotOurs));
        assert_eq!(release(&hand, &foreign).await, Ok(Held::NotOurs));
        assert_eq!(account.mutations(), before);
        String::new()
    });
}

#[test]
fn a_lost_answer_is_found_out_and_a_refusal_is_told() {
    story(WEEK, async |account| {
        account.init().await;
        account.nights(1).await;
        let id = account.snapshots_of("vol-db")[0].clone();
        account.fault("ec2:CreateTags", FaultEffect::LoseAnswer);
        assert_eq!(hold(&account.hand(), &id, "audit").await, Ok(Held::Done));
        account.fault("ec2:DeleteTags", FaultEffect::RequestLost);
        let stop = release(&account.hand(), &id)
            .await
            .expect_err("it did not act");
        assert!(stop.to_string().contains("no usable answer"), "{stop}");
        String::new()
    });
}

#[test]
fn a_plan_that_the_limit_stopped_is_shown_and_goes_once_it_is_approved() {
    // Thirty snapshots that all end at once are more than 25, and more than 60 % of them.
    let many =
        r#"{ create: "cron(0 0 * * ? *)", expire: "cron(0 7 * * ? *)", keep: { last: 40 } }"#;
    story(many, async |account| {
        account.init().await;
        assert!(matches!(
            approval(&account.hand()).await,
            Ok(Approval::Needless(_))
        ));
        for _ in 0..30 {
            let _ = account.run(Job::Create).await;
            account.clock.sleep(Span::hours(24)).await;
            let _ = account.run(Job::Sync).await;
        }
        account.clock.sleep(Span::days(8)).await;
        let Ok(Approval::Needless(plan)) = approval(&account.hand()).await else {
            panic!("everything is among the newest 40");
        };
        assert!(plan.items.is_empty());
        account.change_policy(|policy| policy.keep.last = None);
        let Ok(Approval::Stopped {
            plan, wanted, told, ..
        }) = approval(&account.hand()).await
        else {
            panic!("29 would go");
        };
        assert_eq!((wanted, told), (29, Told::None));
        assert_eq!(plan.items.len(), 29);
        let _ = account.run(Job::Expire).await;
        assert_eq!(account.snapshots_of("vol-db").len(), 30);
        let Ok(Approval::Stopped { plan, told, .. }) = approval(&account.hand()).await else {
            panic!("29 would go");
        };
        assert_eq!(told, Told::ThisPlan);
        let hand = account.hand();
        approve(&hand, &plan.digest)
            .await
            .expect("the table is there");
        assert!(matches!(
            approval(&account.hand()).await,
            Ok(Approval::Needless(_))
        ));
        let _ = account.run(Job::Expire).await;
        assert_eq!(account.snapshots_of("vol-db").len(), 1);
        String::new()
    });
}

#[test]
fn a_snapshot_without_a_row_is_adopted_for_as_long_as_was_said() {
    story(WEEK, async |account| {
        account.init().await;
        let ours = [
            ("snaplife:installation", "one"),
            ("snaplife:policy", "default"),
        ];
        let id = account.outsider(|us| {
            us.create_snapshot(snaplife_sim::ec2::ForeignSnapshot {
                age: snaplife_sim::time::Span(0),
                owner: None,
                size_gib: 1,
                state: snaplife_sim::ec2::SnapshotState::Completed,
                tags: ours.into_iter().collect(),
                volume: "vol-db".into(),
            })
        });
        let id = id.as_str().into();
        let lifetime = Lifetime::For(Span::days(30));
        let hand = account.hand();
        assert_eq!(adopt(&hand, &id, lifetime).await, Ok(Adopted::Done));
        assert_eq!(adopt(&hand, &id, lifetime).await, Ok(Adopted::Known));
        let listed = of_policy(&account.hand(), &Wanted::default()).await;
        let listed = listed.expect("it can be read");
        assert_eq!(listed[0].row, Some(RowState::Completed));
        assert_eq!(listed[0].lifetime, Some(lifetime));
        String::new()
    });
}
