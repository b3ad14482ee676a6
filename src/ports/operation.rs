//! The list of calls: one line each, from which requests, replies and their types follow.

use serde::{Deserialize, Serialize};

use super::answer::Done;
use super::ec2::{
    Allowed, CreateSnapshot, CreateSnapshots, CreateTags, CreatedSnapshots, DeleteSnapshot,
    DeleteTags, DescribeImages, DescribeInstances, DescribeLockedSnapshots, DescribeSnapshots,
    DescribeVolumes, DryRun, ImagePage, InstancePage, LockPage, SnapshotPage, VolumePage,
};
use super::sns::{GetTopicAttributes, Publish};
use super::sts::{CallerIdentity, GetCallerIdentity};
use super::table::{
    BatchGetItem, CreateTable, DescribeTable, DescribeTimeToLive, EnableRecovery, EnableTimeToLive,
    FoundItem, GetItem, ItemBatch, ItemPage, PutItem, Query, Scan, TableDescription, TimeToLive,
    TransactWrite, UpdateTable,
};

/// The AWS service that a call goes to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Amazon EC2, which EBS snapshots belong to.
    Ec2,
    /// Amazon DynamoDB.
    DynamoDb,
    /// Amazon SNS.
    Sns,
    /// AWS STS.
    Sts,
}

/// Whether a call can change anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It changes nothing, so sending it again is harmless.
    Read,
    /// It may change something; without an answer it may have.
    Mutation,
}

/// A request with its own type of answer.
pub trait Operation: Into<Request> + Clone {
    /// What comes back when it acted.
    type Reply;
    /// Which call it is.
    const NAME: OperationName;
    /// Takes this operation's reply out of the common type; `None` when it is another's.
    fn reply(reply: Reply) -> Option<Self::Reply>;
}

macro_rules! operations {
    ($($name:ident => $reply:ident, $service:ident, $effect:ident, $text:literal;)*) => {
        /// Which call it is.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum OperationName { $(#[doc = concat!("`", $text, "`.")] #[serde(rename = $text)] $name,)* }

        /// Any request.
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        pub enum Request { $(#[doc = concat!("A request for `", $text, "`.")] #[serde(rename = $text)] $name($name),)* }

        /// Any reply.
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        pub enum Reply { $(#[doc = concat!("The reply to `", $text, "`.")] #[serde(rename = $text)] $name($reply),)* }

        impl OperationName {
            /// Every call there is, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The call as `service:Operation`, the spelling of scenario files. It is IAM's too, but
            /// for `ec2:DryRun`, which needs what the call that it tries needs.
            #[must_use]
            pub const fn text(self) -> &'static str { match self { $(Self::$name => $text,)* } }

            /// The service it goes to.
            #[must_use]
            pub const fn service(self) -> Service { match self { $(Self::$name => Service::$service,)* } }

            /// Whether it can change anything.
            #[must_use]
            pub const fn effect(self) -> Effect { match self { $(Self::$name => Effect::$effect,)* } }
        }

        impl Request {
            /// Which call it is.
            #[must_use]
            pub const fn name(&self) -> OperationName { match self { $(Self::$name(_) => OperationName::$name,)* } }
        }

        $(
            impl From<$name> for Request { fn from(request: $name) -> Self { Self::$name(request) } }
            impl From<$name> for OperationName { fn from(_: $name) -> Self { Self::$name } }
            impl Operation for $name {
                type Reply = $reply;
                const NAME: OperationName = OperationName::$name;
                fn reply(reply: Reply) -> Option<$reply> {
                    if let Reply::$name(reply) = reply { Some(reply) } else { None }
                }
            }
        )*
    };
}

operations! {
    DescribeInstances       => InstancePage,     Ec2, Read, "ec2:DescribeInstances";
    DescribeVolumes         => VolumePage,       Ec2, Read, "ec2:DescribeVolumes";
    DescribeSnapshots       => SnapshotPage,     Ec2, Read, "ec2:DescribeSnapshots";
    DescribeImages          => ImagePage,        Ec2, Read, "ec2:DescribeImages";
    DescribeLockedSnapshots => LockPage,         Ec2, Read, "ec2:DescribeLockedSnapshots";
    CreateSnapshots         => CreatedSnapshots, Ec2, Mutation, "ec2:CreateSnapshots";
    CreateSnapshot          => CreatedSnapshots, Ec2, Mutation, "ec2:CreateSnapshot";
    DeleteSnapshot          => Done,             Ec2, Mutation, "ec2:DeleteSnapshot";
    CreateTags              => Done,             Ec2, Mutation, "ec2:CreateTags";
    DeleteTags              => Done,             Ec2, Mutation, "ec2:DeleteTags";
    DryRun                  => Allowed,          Ec2, Read, "ec2:DryRun";
    GetItem                 => FoundItem,        DynamoDb, Read, "dynamodb:GetItem";
    BatchGetItem            => ItemBatch,        DynamoDb, Read, "dynamodb:BatchGetItem";
    Query                   => ItemPage,         DynamoDb, Read, "dynamodb:Query";
    PutItem                 => Done,             DynamoDb, Mutation, "dynamodb:PutItem";
    TransactWrite           => Done,             DynamoDb, Mutation, "dynamodb:TransactWriteItems";
    DescribeTable           => TableDescription, DynamoDb, Read, "dynamodb:DescribeTable";
    DescribeTimeToLive      => TimeToLive,       DynamoDb, Read, "dynamodb:DescribeTimeToLive";
    CreateTable             => Done,             DynamoDb, Mutation, "dynamodb:CreateTable";
    EnableTimeToLive        => Done,             DynamoDb, Mutation, "dynamodb:UpdateTimeToLive";
    UpdateTable             => Done,             DynamoDb, Mutation, "dynamodb:UpdateTable";
    EnableRecovery          => Done,             DynamoDb, Mutation, "dynamodb:UpdateContinuousBackups";
    Scan                    => ItemPage,         DynamoDb, Read, "dynamodb:Scan";
    GetCallerIdentity       => CallerIdentity,   Sts, Read, "sts:GetCallerIdentity";
    Publish                 => Done,             Sns, Mutation, "sns:Publish";
    GetTopicAttributes      => Done,             Sns, Read, "sns:GetTopicAttributes";
}
