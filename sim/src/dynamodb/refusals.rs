//! The refusals of DynamoDB, in its own words.
//!
//! Sources: DynamoDB Developer Guide, *Error handling with DynamoDB*, for codes and statuses; the
//! sentences follow what the service answers as far as its documentation and open emulators show.

use std::fmt::Display;

use smol_str::{SmolStr, ToSmolStr};

use crate::answer::Refusal;

/// The request itself is wrong.
pub(super) fn validation(message: impl Display) -> Refusal {
    Refusal::new(400, "ValidationException", message.to_smolstr())
}

/// A parameter is wrong; AWS says this in front of the reason.
pub(super) fn parameter(reason: impl Display) -> Refusal {
    validation(format_args!(
        "One or more parameter values were invalid: {reason}"
    ))
}

/// The condition did not hold.
pub(super) fn condition_failed() -> Refusal {
    Refusal::new(
        400,
        "ConditionalCheckFailedException",
        "The conditional request failed",
    )
}

/// The table is not there, or not yet.
pub(super) fn no_table() -> Refusal {
    Refusal::new(
        400,
        "ResourceNotFoundException",
        "Requested resource not found",
    )
}

/// A call about a table itself, which is not there.
pub(super) fn no_such_table(table: &str) -> Refusal {
    Refusal::new(
        400,
        "ResourceNotFoundException",
        smol_str::format_smolstr!("Requested resource not found: Table: {table} not found"),
    )
}

/// The table is there already, or is being changed.
pub(super) fn in_use(message: impl Display) -> Refusal {
    Refusal::new(400, "ResourceInUseException", message.to_smolstr())
}

/// The table's units are used up.
pub(super) fn throttled() -> Refusal {
    Refusal::new(
        400,
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded. Consider \
         increasing your provisioning level with the UpdateTable API.",
    )
}

/// The same token came with other actions.
pub(super) fn token_reused() -> Refusal {
    Refusal::new(
        400,
        "IdempotentParameterMismatchException",
        "The provided client token is already in use",
    )
}

/// A transaction did nothing; one code for each action, `None` where it was not to blame.
pub(super) fn cancelled(reasons: Vec<SmolStr>) -> Refusal {
    let message = smol_str::format_smolstr!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        reasons.join(", ")
    );
    Refusal {
        reasons,
        ..Refusal::new(400, "TransactionCanceledException", message)
    }
}
