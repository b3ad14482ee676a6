//! DynamoDB: [`calls`] sends what touches rows, `tables` what touches the table; `request` and
//! `value` translate.

mod calls;
mod request;
mod tables;
mod value;

pub(super) use calls::{batch_get_item, get_item, put_item, query, scan, transact_write};
pub(super) use request::key;
pub(super) use tables::{
    create_table, describe_table, describe_time_to_live, enable_recovery, enable_time_to_live,
    update_table,
};
pub(super) use value::to_row;

use crate::ports::{Answer, NotSentCause, Outcome, Reply};

/// A request that can't be written in the SDK's types: our own bug, and provably not sent.
fn not_prepared() -> Answer<Reply> {
    Answer::bare(Outcome::NotSent(NotSentCause::NotPrepared))
}
