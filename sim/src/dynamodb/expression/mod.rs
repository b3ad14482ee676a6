//! DynamoDB's five little languages: condition, filter, key condition, update, projection.
//!
//! A text is parsed once ([`Cache`]), its tokens and literal types are checked for each request
//! ([`check`]), then it is evaluated on items. Where the Developer Guide is silent, DynamoDB Local,
//! which is AWS's own engine, is the source.
//!
//! - [`tree`]: what a text means; `parse`: how it is read; `cache`: what was read already; `reserved`: words that
//!   can't stand as a name; [`usage`]: which tokens it uses;
//! - [`check`], [`evaluate`], [`apply`], [`key_condition`], [`project`]: what is done with it.

pub mod apply;
mod cache;
pub mod check;
pub mod evaluate;
pub mod key_condition;
mod parse;
pub mod project;
mod reserved;
pub mod tree;
pub mod usage;

pub use cache::{Cache, Kind, Parsed};
