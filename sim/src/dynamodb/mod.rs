//! DynamoDB in memory: tables, global secondary indexes, expressions, transactions, capacity, TTL.
//!
//! Start at [`DynamoDb::call`]. What is a rule of AWS names its page; what AWS leaves open is a
//! [`Settings`] value or is called an assumption. Not here: local secondary indexes, streams,
//! global tables, PartiQL, segments of a scan, the legacy parameters from before expressions.
//!
//! - [`item`], [`value`], [`number`]: what an item is made of; [`schema`]: what a table is; [`request`]: the
//!   calls;
//! - [`expression`]: DynamoDB's five little languages.

mod backups;
pub mod base64;
mod batch;
mod bytes;
mod capacity;
mod changes;
mod control;
mod database;
pub mod expression;
mod index;
pub mod item;
mod key;
pub mod number;
mod page;
mod refusals;
pub mod request;
pub mod schema;
mod single;
mod table;
mod transact;
mod validate;
pub mod value;
mod write;

pub use backups::Recovery;
pub use capacity::Consumed;
pub use database::DynamoDb;
pub use number::Number;
pub use request::{Reply, Request, Status, Tokens};
pub use schema::{
    Billing, IndexDefinition, KeySchema, KeyType, Projection, Settings, TableDefinition,
};
pub use value::{AttributeValue, Item};
