//! The fake DynamoDB as a caller meets it.
//!
//! - [`naive`]: conditions and updates, written and evaluated a second time in the plainest way;
//! - [`conditions`], [`updates`]: that one against the real one, on generated input;
//! - the rest: one file for each part of the service.

mod capacity;
mod conditions;
mod naive;
mod reads;
mod refusals;
mod support;
mod tables;
mod transactions;
mod updates;
