//! The policy document: a statement per thing that is done, each with its `Sid`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::arn::{Ec2Kind, Place};
use crate::domain::tags::key;

/// A policy as IAM takes it (IAM User Guide, *IAM JSON policy elements*).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    /// The version of the language, not of the document.
    pub version: &'static str,
    /// What is allowed, in the order in which a snapshot lives.
    pub statement: Vec<Statement>,
}

/// One thing that is allowed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// Its name.
    pub sid: &'static str,
    /// Always `Allow`: what is not named is refused.
    pub effect: &'static str,
    /// The actions, sorted.
    pub action: Vec<&'static str>,
    /// The ARNs it is allowed on.
    pub resource: Vec<String>,
    /// What must hold besides: operator, condition key, values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: BTreeMap<&'static str, BTreeMap<String, Vec<String>>>,
}

/// Which commands the policy is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parts {
    /// All of them.
    All,
    /// All but `init`, which alone makes the table.
    WithoutInit,
    /// All, and `init` may make the snapshots of the old scripts ours. It opens the fence: whoever has
    /// this permission may put our tag on what has none, and then delete it.
    WithTakeOver,
}

/// The least that the engine can work with.
///
/// With an installation's id the fence is that installation's own; without one it is any
/// installation's, since the id is known only after `init`.
#[must_use]
pub fn policy(place: &Place, parts: Parts, installation: Option<&str>) -> Document {
    let mut statement = vec![
        read(),
        snapshot_sources(place),
        make_snapshots(place, installation),
        tag_while_making(place),
        hold_and_release(place, installation),
        delete_own(place, installation),
        use_table(place),
        query_indexes(place),
    ];
    match parts {
        Parts::All => statement.push(make_table(place)),
        Parts::WithTakeOver => {
            statement.push(make_table(place));
            statement.push(take_over(place, installation));
        }
        Parts::WithoutInit => {}
    }
    let topics = place.topics();
    if !topics.is_empty() {
        statement.push(notify(topics));
    }
    Document {
        version: "2012-10-17",
        statement,
    }
}

/// EC2's listings know no resources.
fn read() -> Statement {
    allow(
        "ReadInstancesVolumesAndSnapshots",
        &[
            "ec2:DescribeImages",
            "ec2:DescribeInstances",
            "ec2:DescribeLockedSnapshots",
            "ec2:DescribeSnapshots",
            "ec2:DescribeVolumes",
        ],
        vec!["*".to_owned()],
    )
}

/// A creation is checked on what is snapshotted …
fn snapshot_sources(place: &Place) -> Statement {
    allow(
        "SnapshotInstancesAndVolumes",
        &["ec2:CreateSnapshot", "ec2:CreateSnapshots"],
        vec![place.ec2(Ec2Kind::Instance), place.ec2(Ec2Kind::Volume)],
    )
}

/// … and on what it makes, which must carry our tag from its first moment.
fn make_snapshots(place: &Place, installation: Option<&str>) -> Statement {
    allow(
        "MakeSnapshotsWithOurTag",
        &["ec2:CreateSnapshot", "ec2:CreateSnapshots"],
        vec![place.ec2(Ec2Kind::Snapshot)],
    )
    .with_tag("aws:RequestTag", installation)
}

/// Tags travel with the creation, and this is the only way to put ours on anything.
fn tag_while_making(place: &Place) -> Statement {
    allow(
        "TagWhatIsBeingMade",
        &["ec2:CreateTags"],
        vec![place.ec2(Ec2Kind::Snapshot)],
    )
    .when(
        "StringEquals",
        "ec2:CreateAction",
        &["CreateSnapshot", "CreateSnapshots"],
    )
}

/// No other key may be changed later, or the fence could be forged. A `DeleteTags` that names no
/// key takes all of them, and of no keys everything is true; hence `Null`.
fn hold_and_release(place: &Place, installation: Option<&str>) -> Statement {
    allow(
        "HoldAndReleaseOwnSnapshots",
        &["ec2:CreateTags", "ec2:DeleteTags"],
        vec![place.ec2(Ec2Kind::Snapshot)],
    )
    .with_tag("aws:ResourceTag", installation)
    .when("ForAllValues:StringEquals", "aws:TagKeys", &[key::HOLD])
    .when("Null", "aws:TagKeys", &["false"])
}

fn delete_own(place: &Place, installation: Option<&str>) -> Statement {
    allow(
        "DeleteOwnSnapshots",
        &["ec2:DeleteSnapshot"],
        vec![place.ec2(Ec2Kind::Snapshot)],
    )
    .with_tag("aws:ResourceTag", installation)
}

/// A transaction is checked as the actions that it is made of.
fn use_table(place: &Place) -> Statement {
    allow(
        "KeepRecordsInTheTable",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
        ],
        vec![place.table()],
    )
}

fn query_indexes(place: &Place) -> Statement {
    allow(
        "QueryItsIndexes",
        &["dynamodb:Query"],
        vec![place.indexes()],
    )
}

/// The scan finds the rows of the old scripts; nothing but `init` ever scans.
fn make_table(place: &Place) -> Statement {
    allow(
        "MakeTheTable",
        &[
            "dynamodb:CreateTable",
            "dynamodb:Scan",
            "dynamodb:UpdateContinuousBackups",
            "dynamodb:UpdateTable",
            "dynamodb:UpdateTimeToLive",
        ],
        vec![place.table()],
    )
}

/// Our tags on what no installation has: only to take over what the old scripts made.
fn take_over(place: &Place, installation: Option<&str>) -> Statement {
    let ours = format!("aws:ResourceTag/{}", key::INSTALLATION);
    allow(
        "TakeOverOldSnapshots",
        &["ec2:CreateTags"],
        vec![place.ec2(Ec2Kind::Snapshot)],
    )
    .with_tag("aws:RequestTag", installation)
    .when("Null", &ours, &["true"])
    .when("ForAllValues:StringEquals", "aws:TagKeys", &key::TAKEN_OVER)
}

fn notify(topics: Vec<String>) -> Statement {
    allow(
        "TellPeople",
        &["sns:GetTopicAttributes", "sns:Publish"],
        topics,
    )
}

fn allow(sid: &'static str, action: &[&'static str], resource: Vec<String>) -> Statement {
    Statement {
        sid,
        effect: "Allow",
        action: action.to_vec(),
        resource,
        condition: BTreeMap::new(),
    }
}

impl Statement {
    fn when(mut self, operator: &'static str, key: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        let keys = self.condition.entry(operator).or_default();
        keys.insert(key.to_owned(), values);
        self
    }

    /// Only with our tag, in the request or on the resource.
    fn with_tag(self, place: &str, installation: Option<&str>) -> Self {
        let key = format!("{place}/{}", key::INSTALLATION);
        match installation {
            Some(id) => self.when("StringEquals", &key, &[id]),
            None => self.when("Null", &key, &["false"]),
        }
    }
}
