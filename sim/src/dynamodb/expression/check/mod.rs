//! What is wrong with a request's expressions before any item is looked at.
//!
//! Source: DynamoDB Developer Guide, *Expression attribute names (aliases)* and *Using expression
//! attribute values*; the sentences are those of DynamoDB Local and open emulators.

mod conditions;
mod paths;
mod updates;

use std::fmt::Display;

use smol_str::SmolStr;

use super::cache::Kind;
use super::tree::Name;
use super::usage::Usage;
use crate::answer::Refusal;
use crate::dynamodb::refusals::validation;
use crate::dynamodb::request::Tokens;
use crate::dynamodb::value::AttributeValue;

pub use conditions::condition;
pub use paths::overlaps;
pub use updates::update;

/// Bytes of a token, at most, with its `#` or `:`. Source: *Service quotas*.
const TOKEN_BYTES_MAX: usize = 255;

impl Tokens {
    /// What a `#token` stands for.
    #[must_use]
    pub fn name(&self, token: &str) -> Option<&SmolStr> {
        find(&self.names, token)
    }

    /// What a `:token` stands for.
    #[must_use]
    pub fn value(&self, token: &str) -> Option<&AttributeValue> {
        find(&self.values, token)
    }

    /// The attribute that a name means; an undefined token means itself, after [`tokens`] has
    /// refused it.
    #[must_use]
    pub fn resolve<'a>(&'a self, name: &'a Name) -> &'a SmolStr {
        match name {
            Name::Plain(name) => name,
            Name::Token(token) => self.name(token).unwrap_or(token),
        }
    }
}

fn find<'a, T>(tokens: &'a [(SmolStr, T)], token: &str) -> Option<&'a T> {
    tokens
        .iter()
        .find(|(name, _)| name == token)
        .map(|(_, meaning)| meaning)
}

/// Refuses tokens that are malformed, undefined or unused. `used` has one entry for each
/// expression of the request.
///
/// # Errors
/// `ValidationException`.
pub fn tokens(tokens: &Tokens, used: &[(Kind, &Usage)]) -> Result<(), Refusal> {
    for (parameter, some, sigil, keys) in [
        (
            "ExpressionAttributeNames",
            !tokens.names.is_empty(),
            '#',
            &mut tokens.names.iter().map(|(token, _)| token) as &mut dyn Iterator<Item = &SmolStr>,
        ),
        (
            "ExpressionAttributeValues",
            !tokens.values.is_empty(),
            ':',
            &mut tokens.values.iter().map(|(token, _)| token),
        ),
    ] {
        if some && used.is_empty() {
            return Err(validation(format_args!(
                "{parameter} can only be specified when using expressions"
            )));
        }
        for token in keys {
            well_formed(parameter, sigil, token)?;
        }
    }
    for (kind, usage) in used {
        if let Some(token) = usage
            .names
            .iter()
            .find(|token| tokens.name(token).is_none())
        {
            return Err(kind.invalid(format_args!(
                "An expression attribute name used in the document path is not defined; \
                 attribute name: {token}"
            )));
        }
        if let Some(token) = usage
            .values
            .iter()
            .find(|token| tokens.value(token).is_none())
        {
            return Err(kind.invalid(format_args!(
                "An expression attribute value used in expression is not defined; \
                 attribute value: {token}"
            )));
        }
    }
    let unused_name = tokens
        .names
        .iter()
        .find(|(token, _)| !used.iter().any(|(_, usage)| usage.names.contains(token)));
    if let Some((token, _)) = unused_name {
        return Err(unused("ExpressionAttributeNames", token));
    }
    let unused_value = tokens
        .values
        .iter()
        .find(|(token, _)| !used.iter().any(|(_, usage)| usage.values.contains(token)));
    match unused_value {
        Some((token, _)) => Err(unused("ExpressionAttributeValues", token)),
        None => Ok(()),
    }
}

fn unused(parameter: &str, token: &str) -> Refusal {
    validation(format_args!(
        "Value provided in {parameter} unused in expressions: keys: {{{token}}}"
    ))
}

fn well_formed(parameter: &str, sigil: char, token: &str) -> Result<(), Refusal> {
    let fits = token.len() <= TOKEN_BYTES_MAX
        && token.strip_prefix(sigil).is_some_and(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
    if fits {
        return Ok(());
    }
    Err(validation(format_args!(
        "{parameter} contains invalid key: Syntax error; key: \"{token}\""
    )))
}

fn operand_type(kind: Kind, place: impl Display, value: &AttributeValue) -> Refusal {
    kind.invalid(format_args!(
        "Incorrect operand type for operator or function; {place}, operand type: {}",
        value.type_name()
    ))
}
