//! DynamoDB in memory: tables, global secondary indexes, expressions, transactions, capacity, TTL.
//!
//! Start at [`DynamoDb::call`]. What is a rule of AWS names its page; what AWS leaves open is a
//! [`Settings`] value or is called an assumption. Not here: local secondary indexes, streams,
//! global tables, PartiQL, segments of a scan, the legacy parameters from before expressions.
//!
//! - [`item`], [`value`], [`number`]: what an item is made of; [`schema`]: what a table is; [`request`]: the
//!   calls; `validate`: what is wrong with them before anything happens; `refusals`: in which words that is said;
//! - `database`: all tables, and the one door to them; `table`: one table; `key`: in which order its items stand; `index`: a global secondary
//!   index, some time behind; `changes`: what it still has to see; `capacity`: what requests cost;
//! - `control`, `backups`: the calls about tables; `single`, `batch`: those about one item, and about many; `transact`: those that do all or
//!   nothing; `write`: one write, alone or in a transaction; `page`: queries and scans;
//! - [`expression`]: DynamoDB's five little languages;
//! - [`base64`], `bytes`: binary values as text.

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
