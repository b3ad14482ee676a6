//! Who may change EC2 and the table, and what a row may say.

use super::{DB, after};
use crate::domain::{Job, Span};
use crate::oracle::tests::story::{Step, Story, promise};
use crate::oracle::truth::TrueRow;
use crate::ports::ec2::DeleteSnapshot;
use crate::ports::sts::{CallerIdentity, GetCallerIdentity};
use crate::ports::{Outcome, Reply, UnknownCause};
use Step::{Create, Look, Pass};

#[test]
fn s13_s14_s20_when_and_by_whom_ec2_may_be_changed() {
    let create = || Story::create_request(DB, 1, "op-1");
    let open = || Outcome::Unknown(UnknownCause::TimedOut);

    let mut nothing = Story::new();
    nothing.begin_bare(Job::Create);
    nothing.calls(create(), open());
    insta::assert_snapshot!(nothing.broken(), @"
    S13 ec2:CreateSnapshot for vol-0 was sent without a lease of its own that lasts for 35s
    S20 ec2:CreateSnapshot for vol-0 was sent before account and Region were known to be right
    ");

    let mut elsewhere = Story::new();
    elsewhere.begin_bare(Job::Create);
    elsewhere.lease(Span::minutes(2));
    let identity = CallerIdentity {
        account: "999999999999".into(),
        region: "eu-central-1".into(),
    };
    elsewhere.calls(
        GetCallerIdentity {},
        Outcome::Ok(Reply::GetCallerIdentity(identity)),
    );
    elsewhere.calls(create(), open());
    insta::assert_snapshot!(elsewhere.broken(), @"S20 ec2:CreateSnapshot for vol-0 was sent before account and Region were known to be right");

    let mut late = Story::new();
    late.begin(Job::Create);
    late.now += Span::minutes(54) + Span::seconds(31);
    late.lease(Span::minutes(2));
    late.calls(create(), open());
    insta::assert_snapshot!(late.broken(), @"S14 dynamodb:PutItem for lease#default#create was sent at 1970-01-01T00:54:31Z; with its time-out it could end after the deadline 1970-01-01T00:55:00Z");
}

#[test]
fn s13_a_lease_that_another_run_holds() {
    let mut story = Story::new();
    story.begin(Job::Create);
    let row = TrueRow {
        holder: Some("somebody".into()),
        token: Some(9),
        until: Some(story.now + Span::minutes(2)),
        ..TrueRow::default()
    };
    story.world.rows.insert("lease#default#create".into(), row);
    story.calls(
        Story::create_request(DB, 1, "op-1"),
        Outcome::Unknown(UnknownCause::TimedOut),
    );
    insta::assert_snapshot!(story.broken(), @"S13 ec2:CreateSnapshot for vol-0 was sent without a lease of its own that lasts for 35s");
}

#[test]
fn s13_a_token_that_does_not_grow() {
    let mut story = Story::new();
    story.begin(Job::Create);
    let row = TrueRow {
        holder: Some("somebody".into()),
        revision: Some(50),
        token: Some(1),
        ..TrueRow::default()
    };
    story.put(&"lease#default#create".into(), row);
    insta::assert_snapshot!(story.broken(), @"S13 the token of lease#default#create went from Some(1) to Some(1)");
}

#[test]
fn s15_more_calls_than_promised() {
    let mut few = promise(Span::days(1));
    few.bounds.calls_per_pass_max = Some(2);
    let mut story = Story::with(few);
    story.begin(Job::Sync);
    assert_eq!(story.broken(), "");
    story.look(DB);
    insta::assert_snapshot!(story.broken(), @"S15 sync made 3 calls in one run; 2 were promised");
}

#[test]
fn s16_a_row_that_comes_back_or_does_not_count_its_writes() {
    let key = "snap-0".into();
    let mut story = after(&[Pass(Job::Expire), Look(DB)]);
    story.write_row(&key, "expiring");
    story.delete_of_nothing(0);
    story.write_row(&key, "deleted");
    assert_eq!(story.broken(), "");
    story.write_row(&key, "completed");
    insta::assert_snapshot!(story.broken(), @"S16 the row snap-0 went from deleted to completed, and its life has no such step");

    let mut story = after(&[Pass(Job::Expire)]);
    let row = TrueRow {
        state: Some("expiring".into()),
        revision: story.world.rows[&key].revision,
        ..TrueRow::default()
    };
    story.put(&key, row);
    insta::assert_snapshot!(story.broken(), @"S16 the row snap-0 went from completed to expiring, and its revision did not grow");
}

#[test]
fn s17_a_row_that_claims_too_much() {
    let mut story = after(&[
        Pass(Job::Create),
        Create {
            volume: DB,
            slot: 3,
        },
    ]);
    story.write_row(&"snap-2".into(), "completed");
    insta::assert_snapshot!(story.broken(), @"S17 the row snap-2 says completed, and no answer ever said so");

    let mut story = after(&[Pass(Job::Expire), Look(DB)]);
    let first = story.nth(0).expect("it was made");
    let request = DeleteSnapshot {
        snapshot: first.clone(),
    };
    story.calls(request, Outcome::Unknown(UnknownCause::TimedOut));
    story.write_row(first.text(), "expiring");
    story.write_row(first.text(), "deleted");
    insta::assert_snapshot!(story.broken(), @"S17 the row snap-0 says deleted, and no answer ever said so");
}
