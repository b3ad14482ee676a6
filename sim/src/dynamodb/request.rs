//! Requests and replies, in the words of DynamoDB's API.
//!
//! Items and lists of actions are shared (`Arc`), so that a request can be kept, sent again and
//! stored without a copy.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::schema::{Billing, IndexDefinition, TableDefinition};
use super::value::{AttributeValue, Item};
use crate::time::Timestamp;

/// A call. Each variant is the API's operation of the same name.
#[derive(Clone, PartialEq, Debug)]
#[expect(
    missing_docs,
    reason = "the names are those of DynamoDB's API Reference"
)]
pub enum Request {
    CreateTable(TableDefinition),
    DescribeTable { table: SmolStr },
    UpdateTable(UpdateTable),
    DeleteTable { table: SmolStr },
    UpdateTimeToLive(UpdateTimeToLive),
    DescribeTimeToLive { table: SmolStr },
    PutItem(PutItem),
    GetItem(GetItem),
    UpdateItem(UpdateItem),
    DeleteItem(DeleteItem),
    Query(Query),
    Scan(Scan),
    BatchWriteItem(BatchWriteItem),
    BatchGetItem(BatchGetItem),
    TransactWriteItems(TransactWriteItems),
    TransactGetItems(TransactGetItems),
}

/// What a call comes back with.
#[derive(Clone, PartialEq, Debug)]
pub enum Reply {
    /// The table: for `CreateTable`, `DescribeTable`, `UpdateTable` and `DeleteTable`.
    Table(TableDescription),
    /// The attribute that holds the expiry; none when TTL is off. For `UpdateTimeToLive` and
    /// `DescribeTimeToLive`.
    TimeToLive(Option<SmolStr>),
    /// The item asked for, if it exists; for a write, what `returns` asked for.
    Item(Option<Arc<Item>>),
    /// A page of a query or scan.
    Page(Page),
    /// Puts and deletes that were not done, to be sent again. For `BatchWriteItem`.
    Unprocessed(Vec<BatchWrite>),
    /// For `BatchGetItem`.
    Batch(Batch),
    /// For `TransactWriteItems`.
    Transacted,
    /// One entry for each key in the order sent. For `TransactGetItems`.
    Items(Vec<Option<Arc<Item>>>),
}

/// The `#name` and `:value` tokens of the expressions of one request.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Tokens {
    /// Attribute names by token, in any order, no token twice. The `#` is part of the token.
    pub names: Vec<(SmolStr, SmolStr)>,
    /// Values by token, in any order, no token twice. The `:` is part of the token.
    pub values: Vec<(SmolStr, AttributeValue)>,
}

/// What a single write returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum ReturnValues {
    /// Nothing.
    #[default]
    None,
    /// The item before.
    AllOld,
    /// The item after; only for an update. `UPDATED_OLD` and `UPDATED_NEW` are not modelled.
    AllNew,
}

/// Replaces a whole item.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PutItem {
    /// Must hold on the item before.
    pub condition: Option<SmolStr>,
    /// The item.
    pub item: Arc<Item>,
    /// What comes back.
    pub returns: ReturnValues,
    /// The table.
    pub table: SmolStr,
    /// The condition's tokens.
    pub tokens: Tokens,
}

/// Changes some attributes of an item, which is made when missing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UpdateItem {
    /// Must hold on the item before.
    pub condition: Option<SmolStr>,
    /// The item's key, all of it and nothing else.
    pub key: Item,
    /// What comes back.
    pub returns: ReturnValues,
    /// The table.
    pub table: SmolStr,
    /// The tokens of both expressions.
    pub tokens: Tokens,
    /// The update; none makes an item of its key alone.
    pub update: Option<SmolStr>,
}

/// Deletes an item; a missing one is no error.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DeleteItem {
    /// Must hold on the item before.
    pub condition: Option<SmolStr>,
    /// The item's key.
    pub key: Item,
    /// What comes back.
    pub returns: ReturnValues,
    /// The table.
    pub table: SmolStr,
    /// The condition's tokens.
    pub tokens: Tokens,
}

/// A condition on an item that a transaction does not change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ConditionCheck {
    /// The condition.
    pub condition: SmolStr,
    /// The item's key.
    pub key: Item,
    /// The table.
    pub table: SmolStr,
    /// The condition's tokens.
    pub tokens: Tokens,
}

/// Reads one item.
#[derive(Clone, PartialEq, Debug)]
pub struct GetItem {
    /// Whether the read is strongly consistent.
    pub consistent: bool,
    /// The item's key.
    pub key: Item,
    /// Which paths come back; none: all.
    pub projection: Option<SmolStr>,
    /// The table.
    pub table: SmolStr,
    /// The projection's tokens.
    pub tokens: Tokens,
}

/// One page of the items of one partition, in the order of the sort key.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    /// Whether the read is strongly consistent; not on an index.
    pub consistent: bool,
    /// Whether the largest sort key comes first (`ScanIndexForward=false`).
    pub descending: bool,
    /// Items that do not match are evaluated and paid, but not returned.
    pub filter: Option<SmolStr>,
    /// The index; none: the table.
    pub index: Option<SmolStr>,
    /// The partition and a range of the sort key.
    pub key_condition: SmolStr,
    /// So many items are evaluated, at most.
    pub limit: Option<u32>,
    /// Which paths come back; none: all.
    pub projection: Option<SmolStr>,
    /// `LastEvaluatedKey` of the page before.
    pub start: Option<Arc<Item>>,
    /// The table.
    pub table: SmolStr,
    /// The tokens of all expressions.
    pub tokens: Tokens,
}

/// One page of a table or index, in the order of its key (an assumption: AWS promises no order).
/// Segments are not modelled.
#[derive(Clone, PartialEq, Debug)]
pub struct Scan {
    /// Whether the read is strongly consistent; not on an index.
    pub consistent: bool,
    /// Items that do not match are evaluated and paid, but not returned.
    pub filter: Option<SmolStr>,
    /// The index; none: the table.
    pub index: Option<SmolStr>,
    /// So many items are evaluated, at most.
    pub limit: Option<u32>,
    /// Which paths come back; none: all.
    pub projection: Option<SmolStr>,
    /// `LastEvaluatedKey` of the page before.
    pub start: Option<Arc<Item>>,
    /// The table.
    pub table: SmolStr,
    /// The tokens of both expressions.
    pub tokens: Tokens,
}

/// A page of a query or scan.
#[derive(Clone, PartialEq, Debug)]
pub struct Page {
    /// The items that matched.
    pub items: Vec<Arc<Item>>,
    /// How many items were evaluated.
    pub scanned: usize,
    /// `LastEvaluatedKey`: where the next page starts. Its presence does not mean that there is
    /// more.
    pub last_key: Option<Arc<Item>>,
}

/// At most 25 puts and deletes without conditions, each on its own.
#[derive(Clone, PartialEq, Debug)]
pub struct BatchWriteItem {
    /// The writes.
    pub writes: Vec<BatchWrite>,
}

/// One write of a batch.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "as in the single writes")]
pub enum BatchWrite {
    /// Replaces a whole item.
    Put { item: Arc<Item>, table: SmolStr },
    /// Deletes an item.
    Delete { key: Item, table: SmolStr },
}

/// At most 100 keys, read each on its own.
#[derive(Clone, PartialEq, Debug)]
pub struct BatchGetItem {
    /// What to read of each table; no table twice.
    pub tables: Vec<BatchKeys>,
}

/// What a batch reads of one table.
#[derive(Clone, PartialEq, Debug)]
pub struct BatchKeys {
    /// Whether the reads are strongly consistent.
    pub consistent: bool,
    /// The keys, none twice.
    pub keys: Vec<Item>,
    /// Which paths come back; none: all.
    pub projection: Option<SmolStr>,
    /// The table.
    pub table: SmolStr,
    /// The projection's tokens.
    pub tokens: Tokens,
}

/// What a batch read found.
#[derive(Clone, PartialEq, Debug)]
pub struct Batch {
    /// The items that exist, with their table. AWS promises no order; here it is the order of
    /// the request.
    pub items: Vec<(SmolStr, Arc<Item>)>,
    /// `UnprocessedKeys`: what was not read, to be sent again.
    pub unprocessed: Vec<BatchKeys>,
}

/// All actions or none.
#[derive(Clone, PartialEq, Debug)]
pub struct TransactWriteItems {
    /// At most 100, each on another item.
    pub actions: Arc<[TransactAction]>,
    /// `ClientRequestToken`, 1 to 36 characters.
    pub token: Option<SmolStr>,
}

/// One action of a transaction. What `returns` asks for is not looked at.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the names are those of DynamoDB's API Reference"
)]
pub enum TransactAction {
    Put(PutItem),
    Update(UpdateItem),
    Delete(DeleteItem),
    ConditionCheck(ConditionCheck),
}

/// At most 100 items read at one instant.
#[derive(Clone, PartialEq, Debug)]
pub struct TransactGetItems {
    /// The reads; `consistent` is not looked at.
    pub gets: Vec<GetItem>,
}

/// Changes of a table itself.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateTable {
    /// New billing.
    pub billing: Option<Billing>,
    /// An index to make. One for each call.
    pub create_index: Option<IndexDefinition>,
    /// What its throughput is; none without it. Only that it is there is looked at: the world counts
    /// the table's units alone.
    pub index_billing: Option<Billing>,
    /// New deletion protection.
    pub deletion_protection: Option<bool>,
    /// The table.
    pub table: SmolStr,
}

/// Turns TTL on or off. AWS allows one change an hour, which is not modelled.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateTimeToLive {
    /// The attribute with the expiry in seconds since 1970.
    pub attribute: SmolStr,
    /// On or off.
    pub enabled: bool,
    /// The table.
    pub table: SmolStr,
}

/// What `DescribeTable` tells.
#[derive(Clone, PartialEq, Debug)]
pub struct TableDescription {
    /// When the table was made.
    pub created_at: Timestamp,
    /// Its definition as it is now.
    pub definition: TableDefinition,
    /// The state of each index, in the order of the definition.
    pub index_status: Vec<Status>,
    /// How many items it holds. AWS updates this only every six hours.
    pub item_count: usize,
    /// The table's state.
    pub status: Status,
}

/// The state of a table or an index. The states that come with encryption keys, archiving and
/// replication are not modelled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Not there yet.
    Creating,
    /// In use.
    Active,
    /// Changing, and in use meanwhile.
    Updating,
    /// Going away.
    Deleting,
}

impl Status {
    /// The state as AWS writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating => "UPDATING",
            Self::Deleting => "DELETING",
        }
    }
}
