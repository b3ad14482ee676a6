//! The DynamoDB calls we make.
//!
//! There is no batch write among them: state never travels without a condition. A scan is there for
//! taking over a table of the old scripts, and for nothing else.
//! Expressions are DynamoDB's own text, so that every level evaluates the same words.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use crate::domain::TableName;

pub use snaplife_sim::dynamodb::AttributeValue as Value;
pub use snaplife_sim::dynamodb::Item as Attributes;

/// One row.
///
/// Cheap to clone, and the simulated table keeps the very same attributes: a row is not copied on
/// its way. Whoever changes a row that others hold changes a copy of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Item(pub Arc<Attributes>);

impl FromIterator<(SmolStr, Value)> for Item {
    fn from_iter<I: IntoIterator<Item = (SmolStr, Value)>>(attributes: I) -> Self {
        Self(Arc::new(attributes.into_iter().collect()))
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Attributes::deserialize(deserializer).map(|attributes| Self(Arc::new(attributes)))
    }
}

/// The attribute that is the table's partition key, for rows of every kind.
pub const KEY: &str = "SnapshotId";

/// The usual name of the table, which is that of every simulated one.
pub const TABLE: &str = TableName::USUAL_TEXT;

/// What a call about the table as a whole is about, in a journal and in a sentence.
pub const WHOLE_TABLE: &str = "the table";

/// The attribute with the instant, in seconds, after which DynamoDB may delete a row.
pub const TTL_ATTRIBUTE: &str = "Purge";

impl Item {
    /// The row's key; none when the item has none, which no table would take.
    #[must_use]
    pub fn key(&self) -> Option<&SmolStr> {
        self.text(KEY)
    }

    /// The attributes, to be changed.
    pub fn change(&mut self) -> &mut Attributes {
        Arc::make_mut(&mut self.0)
    }

    /// An attribute that is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&SmolStr> {
        match self.0.get(name) {
            Some(Value::S(text)) => Some(text),
            _ => None,
        }
    }

    /// An attribute that is a whole number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Value::N(number)) => number.as_i64(),
            _ => None,
        }
    }
}

/// An expression with its names and values.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Expression {
    /// `#name` tokens and the attributes they stand for, sorted.
    pub names: Vec<(SmolStr, SmolStr)>,
    /// DynamoDB's expression text.
    pub text: SmolStr,
    /// `:value` tokens and what they stand for, sorted.
    pub values: Vec<(SmolStr, Value)>,
}

/// Whether a read sees every write acknowledged before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consistency {
    /// It does; costs twice as much, not offered by indexes.
    Strong,
    /// It may be some time behind.
    Eventual,
}

/// `GetItem`. The key of our table is one string, `SnapshotId`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GetItem {
    /// How fresh.
    pub consistency: Consistency,
    /// The row's key.
    pub key: SmolStr,
}

/// The item, if the row exists.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FoundItem {
    /// The row.
    pub item: Option<Item>,
}

/// `PutItem`: the whole row is replaced when the condition holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PutItem {
    /// The condition; every write of ours has one.
    pub condition: Expression,
    /// The row.
    pub item: Item,
}

/// `Query` on one of the three indexes: one page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Query {
    /// The index.
    pub index: Index,
    /// `pk = :v [AND sort …]`.
    pub key_condition: Expression,
    /// At most this many rows are evaluated.
    pub limit: Option<u32>,
    /// Oldest or newest first.
    pub order: SortOrder,
    /// Which attributes come back.
    pub projection: Projection,
    /// Where the page before ended.
    pub start: Option<Item>,
}

/// The three sparse indexes of the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Index {
    /// What can still change, by policy and state.
    Open,
    /// What wants judging, by shard and instant.
    Due,
    /// A volume's snapshots by start.
    ByVolume,
}

impl Index {
    /// All of them, in the order in which the table is made with them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Due, Self::ByVolume];

    /// Its name in DynamoDB.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Due => "Due",
            Self::ByVolume => "ByVolume",
        }
    }

    /// The attribute that is its partition key; a string.
    #[must_use]
    pub const fn partition(self) -> &'static str {
        match self {
            Self::Open => "OpenState",
            Self::Due => "DueShard",
            Self::ByVolume => "VolumeId",
        }
    }

    /// The attribute that is its sort key; a number.
    #[must_use]
    pub const fn sort(self) -> &'static str {
        match self {
            Self::Open | Self::ByVolume => "Date",
            Self::Due => "JudgeAt",
        }
    }
}

/// Which attributes of a row a query gives back. It costs DynamoDB the same; it spares the way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Projection {
    /// All of them.
    Whole,
    /// What tells whether a row wants a closer look; see [`BRIEF`].
    Brief,
}

impl Projection {
    /// DynamoDB's projection expression, in the tokens of [`BRIEF`]; none when whole rows are asked
    /// for.
    #[must_use]
    pub const fn expression(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Brief => Some("#key, #op, #policy, #slot, #state, #unseen"),
        }
    }
}

/// The attributes of [`Projection::Brief`], each with the `#token` that stands for it.
pub const BRIEF: [(&str, &str); 6] = [
    ("#key", KEY),
    ("#op", "OpId"),
    ("#policy", "Policy"),
    ("#slot", "Slot"),
    ("#state", "State"),
    ("#unseen", "UnseenSince"),
];

/// The direction of a query along the sort key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// One page of a query.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ItemPage {
    /// The rows.
    pub items: Vec<Item>,
    /// Where the next page starts; its presence does not mean that there is more.
    pub next: Option<Item>,
}

/// `BatchGetItem`, strongly consistent: at most 100 keys.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BatchGetItem {
    /// The keys.
    pub keys: Vec<SmolStr>,
}

/// What a batch read found, in no promised order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ItemBatch {
    /// The rows that exist.
    pub items: Vec<Item>,
    /// Keys that were not read this time; ask again for these.
    pub unprocessed: Vec<SmolStr>,
}

/// `TransactWriteItems`: all actions or none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransactWrite {
    /// At most 100, each on another row.
    pub actions: Vec<TransactAction>,
    /// At most 36 characters; the same token with the same actions acts once within ten minutes.
    pub token: SmolStr,
}

/// One action of a transaction.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactAction {
    /// A condition on a row that is not changed.
    Check {
        /// The condition.
        condition: Expression,
        /// The row's key.
        key: SmolStr,
    },
    /// A conditional put.
    Put(PutItem),
}

/// `CreateTable` with our key and the three indexes, on demand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateTable {}

/// `DescribeTable`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DescribeTable {}

/// What `DescribeTable` told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TableDescription {
    /// Indexes that are there and usable.
    pub active_indexes: Vec<SmolStr>,
    /// Provisioned units, none when on demand.
    pub capacity: Option<ProvisionedCapacity>,
    /// Whether the table can't be deleted; false also where an endpoint does not know of it.
    #[serde(default)]
    pub deletion_protection: bool,
    /// All indexes, also those that are being built.
    #[serde(default)]
    pub indexes: Vec<SmolStr>,
    /// The table's state as AWS spells it: `ACTIVE`, `CREATING` …
    pub status: SmolStr,
}

/// Provisioned capacity in units per second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProvisionedCapacity {
    /// Read units per second.
    pub read: u32,
    /// Write units per second.
    pub write: u32,
}

/// `UpdateTimeToLive` on the attribute `Purge`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EnableTimeToLive {}

/// `DescribeTimeToLive`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DescribeTimeToLive {}

/// What `DescribeTimeToLive` told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimeToLive {
    /// The attribute by which rows expire; none while it is off.
    pub attribute: Option<SmolStr>,
}

/// `UpdateTable`: one change at a time, as AWS wants it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UpdateTable {
    /// What changes.
    pub change: TableChange,
}

/// A change of the table itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableChange {
    /// One of our indexes is added, with all attributes.
    AddIndex {
        /// Its own units, which an index of a table with provisioned ones must have (API Reference,
        /// `CreateGlobalSecondaryIndexAction`); none on demand.
        capacity: Option<ProvisionedCapacity>,
        /// Which.
        index: Index,
    },
    /// The table can't be deleted any more.
    ProtectFromDeletion,
}

/// `UpdateContinuousBackups`: point-in-time recovery is turned on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EnableRecovery {}

/// `Scan`: one page of all rows, strongly consistent. Only `init` asks for it, once, to find the rows
/// of the old scripts; no pass ever does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Scan {
    /// Where the page before ended.
    pub start: Option<Item>,
}
