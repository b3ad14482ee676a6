//! `doctor`: what is broken, and what to do.

use std::rc::Rc;

use snaplife::domain::{AccountId, Policy, PolicyName, Region, Span, TableName};
use snaplife::look::doctor::{Level, Patient, TriedOn, examine, gravest};
use snaplife::look::{json, text};
use snaplife::ports::Clock as _;
use snaplife::report::Look;

use super::account::{Account, story};

const TOPIC: &str = "arn:aws:sns:eu-central-1:111122223333:people";

fn policy() -> String {
    format!("{{ create: rate(1 day), notify: \"{TOPIC}\" }}")
}

async fn told(account: &Account, pinned: &str) -> String {
    told_with(account, pinned, account.policy()).await
}

async fn told_with(account: &Account, pinned: &str, policy: Rc<Policy>) -> String {
    let before = account.mutations();
    let pinned = AccountId::new(pinned);
    let region = Region::new("eu-central-1");
    let policies = [policy];
    let caller = account.caller();
    let patient = Patient {
        table: &TableName::USUAL,
        caller: &caller,
        policies: &policies,
        account: Some(&pinned),
        region: Some(&region),
        tried_on: TriedOn::WhatIsThere,
    };
    let checks = examine(&patient).await;
    assert_eq!(account.mutations(), before, "a look changes nothing");
    text::doctor(&checks, Look::plain(100))
}

#[test]
fn a_healthy_installation() {
    let told = story(&policy(), async |account| {
        account.init().await;
        account.world.borrow_mut().sns.create_topic(TOPIC);
        account.nights(1).await;
        told(&account, "111122223333").await
    });
    insta::assert_snapshot!(told);
}

#[test]
fn a_policy_that_was_renamed_leaves_its_snapshots_to_nobody() {
    let told = story(&policy(), async |account| {
        account.init().await;
        account.nights(3).await;
        let mut renamed = (*account.policy()).clone();
        renamed.name = PolicyName::parse("nightly").expect("it is a name");
        told_with(&account, "111122223333", Rc::new(renamed)).await
    });
    insta::assert_snapshot!(from_to(&told, "policies", "runs"), @"
        warning  policies      nothing deletes 3 snapshots, whose policy this configuration does not have: 3
                               of `default`
                               do: write the policy again under its old name; if it should take no more, run
                                   only `sync` and `expire` for it, and its snapshots go when their time has
                                   come, but for the last good one of a volume that is there
        ");
}

/// The report's lines from that about one subject up to, and without, that about another.
fn from_to(told: &str, from: &str, to: &str) -> String {
    let is_about = |line: &str, subject| line.split_whitespace().nth(1) == Some(subject);
    told.lines()
        .skip_while(|line| !is_about(line, from))
        .take_while(|line| !is_about(line, to))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// One run may fail, and the next may be under way. Two are no accident.
#[test]
fn a_scheduler_that_is_gone() {
    let mut told_then = String::new();
    for hours in [0, 24, 25, 48, 120] {
        let told = story(&policy(), async |account| {
            account.init().await;
            account.nights(2).await;
            account.clock.sleep(Span::hours(hours)).await;
            told(&account, "111122223333").await
        });
        told_then += &format!("{hours} hours later\n{}", from_to(&told, "runs", "topics"));
    }
    insta::assert_snapshot!(told_then);
}

#[test]
fn a_table_that_may_not_be_described_may_be_read_all_the_same() {
    let told = story(&policy(), async |account| {
        account.init().await;
        account.nights(1).await;
        account.refuse("dynamodb:DescribeTable", "AccessDeniedException", 400);
        told(&account, "111122223333").await
    });
    insta::assert_snapshot!(from_to(&told, "table", "read-ec2"));
}

#[test]
fn an_empty_account() {
    let told = story(&policy(), async |account| {
        told(&account, "111122223333").await
    });
    insta::assert_snapshot!(told);
}

#[test]
fn the_wrong_account() {
    let told = story(&policy(), async |account| {
        account.init().await;
        let other = snaplife_sim::ec2::AccountId::new("999988887777");
        account.world.borrow_mut().sts.become_account(other);
        told(&account, "111122223333").await
    });
    insta::assert_snapshot!(told);
}

#[test]
fn a_role_that_may_not_delete_and_a_clock_that_is_off() {
    let told = story(&policy(), async |account| {
        account.init().await;
        account.world.borrow_mut().sns.create_topic(TOPIC);
        account.nights(1).await;
        account.refuse("ec2:DeleteSnapshot", "UnauthorizedOperation", 403);
        account.refuse("sns:GetTopicAttributes", "AuthorizationError", 403);
        account.refuse("dynamodb:DescribeTimeToLive", "AccessDeniedException", 400);
        account.clock.set_error(Span::minutes(-2));
        told(&account, "111122223333").await
    });
    insta::assert_snapshot!(told);
}

#[test]
fn an_endpoint_that_ignores_dry_runs_loses_nothing() {
    story(&policy(), async |account| {
        account.init().await;
        account.nights(1).await;
        let policies = [Rc::clone(&account.policy())];
        let caller = account.caller();
        let patient = Patient {
            table: &TableName::USUAL,
            caller: &caller,
            policies: &policies,
            account: None,
            region: None,
            tried_on: TriedOn::Nothing,
        };
        let checks = examine(&patient).await;
        assert_eq!(gravest(&checks), Level::Broken, "the topic is missing");
        let journal = account.journal();
        let tried: Vec<&str> = journal
            .lines()
            .filter(|line| line.contains("ec2:DryRun"))
            .collect();
        assert!(!tried.is_empty());
        for id in account.snapshots_of("vol-db") {
            assert!(!tried.iter().any(|line| line.contains(id.as_str())), "{id}");
        }
        let report = json::text(&json::DoctorReport::of(&checks));
        assert!(report.contains("\"gravest\": \"broken\""), "{report}");
        String::new()
    });
}
