//! Conditions that no item could make right: literals of a wrong type, a path beside itself.

use super::operand_type;
use super::paths::{not_distinct, same};
use smol_str::{SmolStr, format_smolstr};

use crate::answer::Refusal;
use crate::dynamodb::expression::cache::Kind;
use crate::dynamodb::expression::evaluate::order;
use crate::dynamodb::expression::tree::{Comparator, Condition, Operand};
use crate::dynamodb::request::Tokens;
use crate::dynamodb::value::AttributeValue;

/// Operands of one `IN`, at most. Source: *Comparison operator and function reference*.
const IN_OPERANDS_MAX: usize = 100;

const TYPES: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"];

/// Refuses literals of a type that their operator or function never takes.
///
/// # Errors
/// `ValidationException`.
pub fn condition(kind: Kind, condition: &Condition, tokens: &Tokens) -> Result<(), Refusal> {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts
            .iter()
            .try_for_each(|part| self::condition(kind, part, tokens)),
        Condition::Not(inner) => self::condition(kind, inner, tokens),
        Condition::Compare(left, comparator, right) => match comparator {
            Comparator::Equal | Comparator::NotEqual => {
                distinct(kind, comparator.sign(), left, [right], tokens)
            }
            Comparator::Less
            | Comparator::LessOrEqual
            | Comparator::Greater
            | Comparator::GreaterOrEqual => {
                ordered(kind, left, tokens, comparator.sign())?;
                ordered(kind, right, tokens, comparator.sign())?;
                distinct(kind, comparator.sign(), left, [right], tokens)
            }
        },
        Condition::Between(subject, low, high) => {
            for operand in [subject, low, high] {
                ordered(kind, operand, tokens, "BETWEEN")?;
            }
            bounds(kind, low, high, tokens)?;
            distinct(kind, "BETWEEN", subject, [low, high], tokens)
        }
        Condition::In(_, choices) if choices.len() > IN_OPERANDS_MAX => {
            Err(kind.invalid(format_args!(
                "The IN operator is provided with too many operands; number of operands: {}",
                choices.len()
            )))
        }
        Condition::In(subject, choices) => distinct(kind, "IN", subject, choices, tokens),
        Condition::Exists(_) | Condition::NotExists(_) => Ok(()),
        Condition::Type(_, operand) => type_name(kind, operand, tokens),
        Condition::BeginsWith(subject, prefix) => {
            for operand in [subject, prefix] {
                if let Some(value) = literal(operand, tokens)
                    && !matches!(value, AttributeValue::S(_) | AttributeValue::B(_))
                {
                    return Err(operand_type(
                        kind,
                        "operator or function: begins_with",
                        value,
                    ));
                }
            }
            distinct(kind, "begins_with", subject, [prefix], tokens)
        }
        Condition::Contains(subject, part) => distinct(kind, "contains", subject, [part], tokens),
    }
}

/// Refuses a path that is compared with itself.
fn distinct<'a>(
    kind: Kind,
    operator: &str,
    first: &Operand,
    rest: impl IntoIterator<Item = &'a Operand>,
    tokens: &Tokens,
) -> Result<(), Refusal> {
    let Operand::Path(first) = first else {
        return Ok(());
    };
    let is_first = |operand: &Operand| match operand {
        Operand::Path(path) => same(first, path, tokens),
        Operand::Value(_) | Operand::Size(_) => false,
    };
    if rest.into_iter().any(is_first) {
        return Err(not_distinct(kind, operator, first, tokens));
    }
    Ok(())
}

fn literal<'a>(operand: &Operand, tokens: &'a Tokens) -> Option<&'a AttributeValue> {
    match operand {
        Operand::Value(token) => tokens.value(token),
        Operand::Path(_) | Operand::Size(_) => None,
    }
}

fn ordered(kind: Kind, operand: &Operand, tokens: &Tokens, sign: &str) -> Result<(), Refusal> {
    match literal(operand, tokens) {
        None | Some(AttributeValue::S(_) | AttributeValue::N(_) | AttributeValue::B(_)) => Ok(()),
        Some(value) => Err(operand_type(
            kind,
            format_args!("operator or function: {sign}"),
            value,
        )),
    }
}

fn bounds(kind: Kind, low: &Operand, high: &Operand, tokens: &Tokens) -> Result<(), Refusal> {
    let (Some(low), Some(high)) = (literal(low, tokens), literal(high, tokens)) else {
        return Ok(());
    };
    let wrong = match order(low, high) {
        Some(order) if order.is_le() => return Ok(()),
        Some(_) => "upper bound to be greater than or equal to lower bound",
        None => "same data type for lower and upper bounds",
    };
    Err(kind.invalid(format_args!(
        "The BETWEEN operator requires {wrong}; lower bound operand: {}, upper bound operand: {}",
        shown(low),
        shown(high)
    )))
}

/// A literal as AWS shows it in refusals.
fn shown(value: &AttributeValue) -> SmolStr {
    match value {
        AttributeValue::S(text) => format_smolstr!("{{S: {text},}}"),
        AttributeValue::N(number) => format_smolstr!("{{N: {number},}}"),
        other => format_smolstr!("{{{}: …,}}", other.type_name()),
    }
}

fn type_name(kind: Kind, operand: &Operand, tokens: &Tokens) -> Result<(), Refusal> {
    match literal(operand, tokens) {
        Some(AttributeValue::S(name)) if TYPES.contains(&name.as_str()) => Ok(()),
        Some(AttributeValue::S(name)) => Err(kind.invalid(format_args!(
            "Invalid attribute type name found; type: {name}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
        ))),
        Some(value) => Err(operand_type(kind, "operator or function: attribute_type", value)),
        None => Err(kind.invalid(
            "The second operand of attribute_type must be an expression attribute value",
        )),
    }
}
