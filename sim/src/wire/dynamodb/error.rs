//! Error bodies, and what is said of a body that can't be read.
//!
//! Sources: DynamoDB Developer Guide, *Error handling with DynamoDB*; the namespaces in `__type` and
//! sentences that are not documented follow open emulators of the service.

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use smol_str::{SmolStr, format_smolstr};

use crate::answer::{Answer, Refusal};

/// Reads a request's JSON.
///
/// # Errors
/// `SerializationException` for what is not JSON or has a value of the wrong type;
/// `ValidationException` for a field that is missing, and for one that is not modelled.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Answer<T> {
    serde_json::from_slice(body).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> Refusal {
    let text = error.to_string();
    let named = |start: &str| {
        let (name, _) = text.strip_prefix(start)?.split_once('`')?;
        Some(name.to_owned())
    };
    match error.classify() {
        Category::Data => {}
        Category::Io | Category::Syntax | Category::Eof => return serialization(""),
    }
    if let Some(field) = named("missing field `") {
        return validation(format_smolstr!(
            "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member \
             must not be null",
            lower_first(&field)
        ));
    }
    if let Some(field) = named("unknown field `") {
        return validation(format_smolstr!(
            "The simulated DynamoDB does not model the field {field} here"
        ));
    }
    serialization(&text)
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

/// `SerializationException`.
pub(super) fn serialization(message: &str) -> Refusal {
    Refusal::new(400, "SerializationException", message)
}

/// `ValidationException`.
pub(super) fn validation(message: impl Into<SmolStr>) -> Refusal {
    Refusal::new(400, "ValidationException", message)
}

/// The body of a refusal.
pub(in super::super) fn error_body(refusal: &Refusal) -> Bytes {
    let namespace = match refusal.code.as_str() {
        "ValidationException" => "com.amazon.coral.validate",
        "AccessDeniedException"
        | "IncompleteSignatureException"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "SerializationException"
        | "ThrottlingException"
        | "UnknownOperationException"
        | "UnrecognizedClientException"
        | "ExpiredTokenException" => "com.amazon.coral.service",
        _ => "com.amazonaws.dynamodb.v20120810",
    };
    let cancelled = refusal.code == "TransactionCanceledException";
    let message = (!refusal.message.is_empty()).then_some(refusal.message.as_str());
    let body = Body {
        kind: format_smolstr!("{namespace}#{}", refusal.code),
        reasons: refusal.reasons.iter().map(Reason::of).collect(),
        // The one error whose model spells it so.
        capital_message: message.filter(|_| cancelled),
        message: message.filter(|_| !cancelled),
    };
    serde_json::to_vec(&body).unwrap_or_default().into()
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "__type")]
    kind: SmolStr,
    #[serde(rename = "CancellationReasons", skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Reason<'a>>,
    #[serde(rename = "Message", skip_serializing_if = "Option::is_none")]
    capital_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// Why one action cancelled its transaction, or that it did not.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reason<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

impl<'a> Reason<'a> {
    /// Sentences for the codes that have a documented meaning (API Reference,
    /// *TransactWriteItems*, *Errors*).
    fn of(code: &'a SmolStr) -> Self {
        let message = match code.as_str() {
            "ConditionalCheckFailed" => Some("The conditional request failed"),
            "TransactionConflict" => Some("Transaction is ongoing for the item"),
            "ProvisionedThroughputExceeded" => Some(
                "The level of configured provisioned throughput for the table was exceeded. \
                 Consider increasing your provisioning level with the UpdateTable API.",
            ),
            "ThrottlingError" => Some(
                "Throughput exceeds the current capacity for one or more global secondary indexes.",
            ),
            _ => None,
        };
        Self { code, message }
    }
}
