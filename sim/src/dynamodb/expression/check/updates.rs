//! Updates that no item could make right.

use super::operand_type;
use super::paths::{not_distinct, overlaps, same};
use crate::answer::Refusal;
use crate::dynamodb::expression::cache::{Kind, Parsed};
use crate::dynamodb::expression::tree::{Assigned, Update};
use crate::dynamodb::request::Tokens;
use crate::dynamodb::value::AttributeValue;

/// Operators and functions of one update, at most. Source: *Service quotas*.
const OPERATORS_MAX: usize = 300;

/// Refuses an update with too many operators, with literals of a wrong type, or with two paths of
/// which one lies within the other.
///
/// # Errors
/// `ValidationException`.
pub fn update(update: &Parsed<Update>, tokens: &Tokens) -> Result<(), Refusal> {
    let tree = &update.tree;
    let operators: usize = tree.targets().count()
        + tree
            .set
            .iter()
            .map(|(_, assigned)| operators(assigned))
            .sum::<usize>();
    if operators > OPERATORS_MAX {
        return Err(Kind::Update.invalid(format_args!(
            "The expression contains too many operators; operator count: {operators}"
        )));
    }
    for (_, assigned) in &tree.set {
        assigned_types(assigned, tokens)?;
    }
    for (_, token) in &tree.add {
        match tokens.value(token) {
            Some(
                AttributeValue::N(_)
                | AttributeValue::Ss(_)
                | AttributeValue::Ns(_)
                | AttributeValue::Bs(_),
            )
            | None => {}
            Some(value) => return Err(operand_type(Kind::Update, "operator: ADD", value)),
        }
    }
    for (_, token) in &tree.delete {
        match tokens.value(token) {
            Some(AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_)) | None => {}
            Some(value) => return Err(operand_type(Kind::Update, "operator: DELETE", value)),
        }
    }
    overlaps(Kind::Update, tree.targets(), tokens)
}

fn operators(assigned: &Assigned) -> usize {
    match assigned {
        Assigned::Path(_) | Assigned::Value(_) => 0,
        Assigned::Plus(left, right)
        | Assigned::Minus(left, right)
        | Assigned::ListAppend(left, right) => 1 + operators(left) + operators(right),
        Assigned::IfNotExists(_, other) => 1 + operators(other),
    }
}

fn assigned_types(assigned: &Assigned, tokens: &Tokens) -> Result<(), Refusal> {
    let literal = |side: &Assigned| match side {
        Assigned::Value(token) => tokens.value(token),
        Assigned::Path(_)
        | Assigned::Plus(..)
        | Assigned::Minus(..)
        | Assigned::IfNotExists(..)
        | Assigned::ListAppend(..) => None,
    };
    match assigned {
        Assigned::Path(_) | Assigned::Value(_) => Ok(()),
        Assigned::Plus(left, right) | Assigned::Minus(left, right) => {
            let sign = if matches!(assigned, Assigned::Plus(..)) {
                "+"
            } else {
                "-"
            };
            for side in [left, right] {
                assigned_types(side, tokens)?;
                match literal(side) {
                    Some(AttributeValue::N(_)) | None => {}
                    Some(value) => {
                        let place = format_args!("operator or function: {sign}");
                        return Err(operand_type(Kind::Update, place, value));
                    }
                }
            }
            Ok(())
        }
        Assigned::ListAppend(left, right) => {
            for side in [left, right] {
                assigned_types(side, tokens)?;
                match literal(side) {
                    Some(AttributeValue::L(_)) | None => {}
                    Some(value) => {
                        let place = "operator or function: list_append";
                        return Err(operand_type(Kind::Update, place, value));
                    }
                }
            }
            Ok(())
        }
        Assigned::IfNotExists(path, other) => match &**other {
            Assigned::Path(other) if same(path, other, tokens) => {
                Err(not_distinct(Kind::Update, "if_not_exists", path, tokens))
            }
            other => assigned_types(other, tokens),
        },
    }
}
