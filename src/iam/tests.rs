//! The policy against the calls that the engine can make.

use std::collections::{BTreeMap, BTreeSet};

use super::policy::Statement;
use super::{Document, Parts, Place, policy};
use crate::domain::TableName;
use crate::ports::OperationName;

fn place() -> Place {
    Place {
        partition: "aws".into(),
        region: "eu-central-1".into(),
        account: "111122223333".into(),
        table: TableName::default(),
        topics: vec!["snaplife".into()],
    }
}

/// A request as IAM sees it: an action on a resource, with condition keys and their values.
type Asked = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static [&'static str])],
);

const INSTANCE: &str = "arn:aws:ec2:eu-central-1:111122223333:instance/i-a";
const VOLUME: &str = "arn:aws:ec2:eu-central-1:111122223333:volume/vol-a";
const SNAPSHOT: &str = "arn:aws:ec2:eu-central-1::snapshot/snap-a";
const TABLE: &str = "arn:aws:dynamodb:eu-central-1:111122223333:table/Snaps";
const INDEX: &str = "arn:aws:dynamodb:eu-central-1:111122223333:table/Snaps/index/Due";
const TOPIC: &str = "arn:aws:sns:eu-central-1:111122223333:snaplife";
const OURS_ASKED: (&str, &[&str]) = ("aws:RequestTag/snaplife:installation", &["one"]);
const OURS: (&str, &[&str]) = ("aws:ResourceTag/snaplife:installation", &["one"]);
const HOLD: (&str, &[&str]) = ("aws:TagKeys", &["snaplife:hold"]);

/// What AWS checks for each call, and the statement that is meant to allow it. A call that is added
/// does not compile until somebody has decided.
fn checked(operation: OperationName) -> Vec<(&'static str, Asked)> {
    const READ: &str = "ReadInstancesVolumesAndSnapshots";
    const SOURCES: &str = "SnapshotInstancesAndVolumes";
    const MAKE: &str = "MakeSnapshotsWithOurTag";
    const TAG: &str = "TagWhatIsBeingMade";
    const HOLDING: &str = "HoldAndReleaseOwnSnapshots";
    const RECORDS: &str = "KeepRecordsInTheTable";
    match operation {
        OperationName::DescribeInstances
        | OperationName::DescribeVolumes
        | OperationName::DescribeSnapshots
        | OperationName::DescribeImages
        | OperationName::DescribeLockedSnapshots => vec![(READ, (operation.text(), "*", &[]))],
        OperationName::CreateSnapshots => vec![
            (SOURCES, ("ec2:CreateSnapshots", INSTANCE, &[])),
            (SOURCES, ("ec2:CreateSnapshots", VOLUME, &[])),
            (MAKE, ("ec2:CreateSnapshots", SNAPSHOT, &[OURS_ASKED])),
            (
                TAG,
                (
                    "ec2:CreateTags",
                    SNAPSHOT,
                    &[OURS_ASKED, ("ec2:CreateAction", &["CreateSnapshots"])],
                ),
            ),
        ],
        OperationName::CreateSnapshot => vec![
            (SOURCES, ("ec2:CreateSnapshot", VOLUME, &[])),
            (MAKE, ("ec2:CreateSnapshot", SNAPSHOT, &[OURS_ASKED])),
            (
                TAG,
                (
                    "ec2:CreateTags",
                    SNAPSHOT,
                    &[OURS_ASKED, ("ec2:CreateAction", &["CreateSnapshot"])],
                ),
            ),
        ],
        OperationName::DeleteSnapshot => vec![(
            "DeleteOwnSnapshots",
            ("ec2:DeleteSnapshot", SNAPSHOT, &[OURS]),
        )],
        OperationName::CreateTags => {
            vec![(HOLDING, ("ec2:CreateTags", SNAPSHOT, &[OURS, HOLD]))]
        }
        OperationName::DeleteTags => {
            vec![(HOLDING, ("ec2:DeleteTags", SNAPSHOT, &[OURS, HOLD]))]
        }
        // It needs what the call that it tries needs.
        OperationName::DryRun => Vec::new(),
        // Rows are put whole: no pass updates one in place.
        OperationName::GetItem
        | OperationName::BatchGetItem
        | OperationName::PutItem
        | OperationName::DescribeTable
        | OperationName::DescribeTimeToLive => vec![(RECORDS, (operation.text(), TABLE, &[]))],
        OperationName::Query => vec![("QueryItsIndexes", (operation.text(), INDEX, &[]))],
        OperationName::TransactWrite => vec![
            (RECORDS, ("dynamodb:ConditionCheckItem", TABLE, &[])),
            (RECORDS, ("dynamodb:PutItem", TABLE, &[])),
        ],
        OperationName::CreateTable
        | OperationName::EnableTimeToLive
        | OperationName::UpdateTable
        | OperationName::EnableRecovery
        | OperationName::Scan => {
            vec![("MakeTheTable", (operation.text(), TABLE, &[]))]
        }
        // Needs no permission, and none can take it away (STS API Reference).
        OperationName::GetCallerIdentity => Vec::new(),
        OperationName::Publish | OperationName::GetTopicAttributes => {
            vec![("TellPeople", (operation.text(), TOPIC, &[]))]
        }
    }
}

/// The statements that allow a request, as IAM evaluates them.
fn allowed_by(policy: &Document, (action, resource, context): Asked) -> Vec<&'static str> {
    let context: BTreeMap<&str, &[&str]> = context.iter().copied().collect();
    policy
        .statement
        .iter()
        .filter(|statement| {
            statement.action.contains(&action)
                && statement.resource.iter().any(|arn| matches(arn, resource))
                && conditions_hold(statement, &context)
        })
        .map(|statement| statement.sid)
        .collect()
}

fn matches(arn: &str, resource: &str) -> bool {
    match arn.strip_suffix('*') {
        Some(start) => resource.starts_with(start),
        None => arn == resource,
    }
}

fn conditions_hold(statement: &Statement, context: &BTreeMap<&str, &[&str]>) -> bool {
    statement.condition.iter().all(|(operator, keys)| {
        keys.iter().all(|(key, wanted)| {
            let given = context.get(key.as_str()).copied();
            let is_wanted = |value: &&str| wanted.iter().any(|wanted| wanted == value);
            match *operator {
                "StringEquals" => given.is_some_and(|given| given.iter().all(is_wanted)),
                "ForAllValues:StringEquals" => given.unwrap_or_default().iter().all(is_wanted),
                "Null" => match wanted.first().map(String::as_str) {
                    Some("true") => given.is_none(),
                    Some("false") => given.is_some(),
                    other => panic!("`Null` is true or false, not {other:?}"),
                },
                other => panic!("no such operator here: {other}"),
            }
        })
    })
}

#[test]
fn every_call_is_allowed_by_the_statement_meant_for_it_and_by_no_other() {
    for installation in [None, Some("one")] {
        let policy = policy(&place(), Parts::All, installation);
        for operation in OperationName::ALL {
            for (sid, asked) in checked(*operation) {
                assert_eq!(
                    allowed_by(&policy, asked),
                    [sid],
                    "{} {asked:?}",
                    operation.text()
                );
            }
        }
    }
}

#[test]
fn no_action_is_allowed_that_no_call_needs() {
    let needed: BTreeSet<(&str, &str)> = OperationName::ALL
        .iter()
        .flat_map(|operation| checked(*operation))
        .map(|(sid, (action, _, _))| (sid, action))
        .collect();
    let policy = policy(&place(), Parts::All, None);
    let allowed: BTreeSet<(&str, &str)> = policy
        .statement
        .iter()
        .flat_map(|statement| {
            statement
                .action
                .iter()
                .map(|action| (statement.sid, *action))
        })
        .collect();
    assert_eq!(allowed, needed);
}

#[test]
fn what_would_break_the_fence_is_refused() {
    const OTHERS: (&str, &[&str]) = ("aws:ResourceTag/snaplife:installation", &["two"]);
    const MARK: (&str, &[&str]) = ("aws:TagKeys", &["snaplife:installation"]);
    const BOTH: (&str, &[&str]) = ("aws:TagKeys", &["snaplife:hold", "snaplife:installation"]);
    let ours = policy(&place(), Parts::All, Some("one"));
    let any = policy(&place(), Parts::All, None);
    let refused: [Asked; 9] = [
        ("ec2:DeleteSnapshot", SNAPSHOT, &[]),
        ("ec2:CreateSnapshots", SNAPSHOT, &[]),
        ("ec2:CreateTags", SNAPSHOT, &[HOLD]),
        ("ec2:CreateTags", SNAPSHOT, &[OURS, MARK]),
        ("ec2:CreateTags", SNAPSHOT, &[OURS, BOTH]),
        ("ec2:DeleteTags", SNAPSHOT, &[OURS, MARK]),
        // All tags of the snapshot.
        ("ec2:DeleteTags", SNAPSHOT, &[OURS]),
        ("ec2:CreateTags", INSTANCE, &[OURS, HOLD]),
        ("dynamodb:PutItem", INDEX, &[]),
    ];
    for asked in refused {
        assert_eq!(allowed_by(&ours, asked), [""; 0], "{asked:?}");
        assert_eq!(allowed_by(&any, asked), [""; 0], "{asked:?}");
    }
    let of_another: Asked = ("ec2:DeleteSnapshot", SNAPSHOT, &[OTHERS]);
    assert_eq!(allowed_by(&ours, of_another), [""; 0]);
    assert_eq!(allowed_by(&any, of_another), ["DeleteOwnSnapshots"]);
}

#[test]
fn a_take_over_may_mark_what_has_no_mark_and_nothing_else() {
    const FOUR: (&str, &[&str]) = (
        "aws:TagKeys",
        &[
            "snaplife:installation",
            "snaplife:lifetime",
            "snaplife:policy",
            "snaplife:slot",
        ],
    );
    const HELD: (&str, &[&str]) = ("aws:TagKeys", &["snaplife:installation", "snaplife:hold"]);
    let with = policy(&place(), Parts::WithTakeOver, Some("one"));
    let without = policy(&place(), Parts::All, Some("one"));
    let mark: Asked = ("ec2:CreateTags", SNAPSHOT, &[OURS_ASKED, FOUR]);
    assert_eq!(allowed_by(&with, mark), ["TakeOverOldSnapshots"]);
    assert_eq!(allowed_by(&without, mark), [""; 0]);
    let refused: [Asked; 4] = [
        // It is somebody's already, ours included.
        ("ec2:CreateTags", SNAPSHOT, &[OURS_ASKED, FOUR, OURS]),
        ("ec2:CreateTags", SNAPSHOT, &[OURS_ASKED, HELD]),
        ("ec2:CreateTags", SNAPSHOT, &[FOUR]),
        ("ec2:DeleteTags", SNAPSHOT, &[OURS_ASKED, FOUR]),
    ];
    for asked in refused {
        assert_eq!(allowed_by(&with, asked), [""; 0], "{asked:?}");
    }
}

#[test]
fn without_init_the_table_cannot_be_made_and_without_a_topic_nobody_is_told() {
    let place = Place {
        topics: Vec::new(),
        ..place()
    };
    let policy = policy(&place, Parts::WithoutInit, None);
    assert_eq!(
        allowed_by(&policy, ("dynamodb:CreateTable", TABLE, &[])),
        [""; 0]
    );
    assert_eq!(allowed_by(&policy, ("sns:Publish", TOPIC, &[])), [""; 0]);
}
