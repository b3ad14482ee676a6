//! What an update makes of an item.
//!
//! Every right side is read from the item before the update; then `SET`, `ADD`, `DELETE` and
//! `REMOVE` change it. Source: DynamoDB Developer Guide, *Update expressions*.

use smol_str::SmolStr;

use super::evaluate::Scope;
use super::tree::{Assigned, Path, Step, Update};
use crate::answer::Refusal;
use crate::dynamodb::refusals::validation;
use crate::dynamodb::request::Tokens;
use crate::dynamodb::value::{AttributeValue, Item};

const NO_SUCH_PLACE: &str =
    "The document path provided in the update expression is invalid for update";
const NO_SUCH_ATTRIBUTE: &str =
    "The provided expression refers to an attribute that does not exist in the item";
const WRONG_TYPE: &str = "An operand in the update expression has an incorrect data type";

/// Changes an item, which for a missing one starts as its key alone.
///
/// # Errors
/// `ValidationException`: a right side that is not there or of a wrong type, or a target whose
/// parent is not there. The item may then be half changed and must be thrown away.
pub fn update(update: &Update, tokens: &Tokens, item: &mut Item) -> Result<(), Refusal> {
    let scope = Scope {
        item: Some(item),
        tokens,
    };
    let assigned: Vec<AttributeValue> = update
        .set
        .iter()
        .map(|(_, assigned)| value_of(assigned, scope))
        .collect::<Result<_, _>>()?;
    let mut targets: Vec<(&Path, AttributeValue)> = update
        .set
        .iter()
        .map(|(path, _)| path)
        .zip(assigned)
        .collect();
    // Elements beyond a list's end are appended in the order of their index.
    targets.sort_by_key(|(path, _)| *path);
    for (path, value) in targets {
        set(path, tokens, item, value)?;
    }
    for (path, token) in &update.add {
        let value = literal(token, tokens)?;
        let sum = match at(path, tokens, item) {
            None => value.clone(),
            Some(old) => sum(old, value)?,
        };
        set(path, tokens, item, sum)?;
    }
    for (path, token) in &update.delete {
        let Some(old) = at(path, tokens, item) else {
            continue;
        };
        match without(old, literal(token, tokens)?)? {
            Some(rest) => set(path, tokens, item, rest)?,
            None => remove(path, tokens, item)?,
        }
    }
    // From the last element of a list to the first, since indexes mean places before the update.
    let mut removed: Vec<&Path> = update.remove.iter().collect();
    removed.sort();
    removed
        .into_iter()
        .rev()
        .try_for_each(|path| remove(path, tokens, item))
}

fn at<'a>(path: &Path, tokens: &Tokens, item: &'a Item) -> Option<&'a AttributeValue> {
    let mut value = item.get(tokens.resolve(&path.root).as_str())?;
    for step in &path.steps {
        value = child(value, step, tokens)?;
    }
    Some(value)
}

fn child<'a>(
    value: &'a AttributeValue,
    step: &Step,
    tokens: &Tokens,
) -> Option<&'a AttributeValue> {
    match (step, value) {
        (Step::Field(name), AttributeValue::M(fields)) => fields.get(tokens.resolve(name).as_str()),
        (Step::Index(n), AttributeValue::L(elements)) => elements.get(*n),
        (Step::Field(_) | Step::Index(_), _) => None,
    }
}

fn literal<'a>(token: &SmolStr, tokens: &'a Tokens) -> Result<&'a AttributeValue, Refusal> {
    tokens
        .value(token)
        .ok_or_else(|| validation(NO_SUCH_ATTRIBUTE))
}

fn value_of(assigned: &Assigned, scope: Scope<'_>) -> Result<AttributeValue, Refusal> {
    match assigned {
        Assigned::Path(path) => scope
            .at(path)
            .cloned()
            .ok_or_else(|| validation(NO_SUCH_ATTRIBUTE)),
        Assigned::Value(token) => literal(token, scope.tokens).cloned(),
        Assigned::Plus(left, right) | Assigned::Minus(left, right) => {
            match (value_of(left, scope)?, value_of(right, scope)?) {
                (AttributeValue::N(left), AttributeValue::N(right)) => {
                    let result = if matches!(assigned, Assigned::Plus(..)) {
                        left.plus(&right)
                    } else {
                        left.minus(&right)
                    };
                    result.map(AttributeValue::N).map_err(validation)
                }
                _ => Err(validation(WRONG_TYPE)),
            }
        }
        // The other value must be there even when it is not needed, as in DynamoDB Local.
        Assigned::IfNotExists(path, other) => {
            let other = value_of(other, scope)?;
            Ok(scope.at(path).cloned().unwrap_or(other))
        }
        Assigned::ListAppend(left, right) => {
            match (value_of(left, scope)?, value_of(right, scope)?) {
                (AttributeValue::L(mut left), AttributeValue::L(right)) => {
                    left.extend(right);
                    Ok(AttributeValue::L(left))
                }
                _ => Err(validation(WRONG_TYPE)),
            }
        }
    }
}

fn sum(old: &AttributeValue, value: &AttributeValue) -> Result<AttributeValue, Refusal> {
    Ok(match (old, value) {
        (AttributeValue::N(old), AttributeValue::N(value)) => {
            AttributeValue::N(old.plus(value).map_err(validation)?)
        }
        (AttributeValue::Ss(old), AttributeValue::Ss(value)) => AttributeValue::Ss(old | value),
        (AttributeValue::Ns(old), AttributeValue::Ns(value)) => AttributeValue::Ns(old | value),
        (AttributeValue::Bs(old), AttributeValue::Bs(value)) => AttributeValue::Bs(old | value),
        _ => return Err(validation(WRONG_TYPE)),
    })
}

/// A set without some members; none when nothing is left, since there is no empty set.
fn without(
    old: &AttributeValue,
    value: &AttributeValue,
) -> Result<Option<AttributeValue>, Refusal> {
    Ok(match (old, value) {
        (AttributeValue::Ss(old), AttributeValue::Ss(value)) => {
            let rest = old - value;
            (!rest.is_empty()).then_some(AttributeValue::Ss(rest))
        }
        (AttributeValue::Ns(old), AttributeValue::Ns(value)) => {
            let rest = old - value;
            (!rest.is_empty()).then_some(AttributeValue::Ns(rest))
        }
        (AttributeValue::Bs(old), AttributeValue::Bs(value)) => {
            let rest = old - value;
            (!rest.is_empty()).then_some(AttributeValue::Bs(rest))
        }
        _ => return Err(validation(WRONG_TYPE)),
    })
}

/// Writes a value at a path whose parent must be there.
fn set(
    path: &Path,
    tokens: &Tokens,
    item: &mut Item,
    value: AttributeValue,
) -> Result<(), Refusal> {
    let root = tokens.resolve(&path.root);
    let Some((last, parents)) = path.steps.split_last() else {
        item.insert(root.clone(), value);
        return Ok(());
    };
    match (last, parent(item, root, parents, tokens)) {
        (Step::Field(name), Some(AttributeValue::M(fields))) => {
            fields.insert(tokens.resolve(name).clone(), value);
        }
        (Step::Index(n), Some(AttributeValue::L(elements))) => match elements.get_mut(*n) {
            Some(element) => *element = value,
            None => elements.push(value),
        },
        _ => return Err(validation(NO_SUCH_PLACE)),
    }
    Ok(())
}

/// Removes what stands at a path; a missing end is no error, a missing parent is one.
fn remove(path: &Path, tokens: &Tokens, item: &mut Item) -> Result<(), Refusal> {
    let root = tokens.resolve(&path.root);
    let Some((last, parents)) = path.steps.split_last() else {
        item.remove(root.as_str());
        return Ok(());
    };
    match (last, parent(item, root, parents, tokens)) {
        (Step::Field(name), Some(AttributeValue::M(fields))) => {
            fields.remove(tokens.resolve(name).as_str());
        }
        (Step::Index(n), Some(AttributeValue::L(elements))) => {
            if *n < elements.len() {
                elements.remove(*n);
            }
        }
        _ => return Err(validation(NO_SUCH_PLACE)),
    }
    Ok(())
}

fn parent<'a>(
    item: &'a mut Item,
    root: &SmolStr,
    steps: &[Step],
    tokens: &Tokens,
) -> Option<&'a mut AttributeValue> {
    let mut value = item.get_mut(root.as_str())?;
    for step in steps {
        value = match (step, value) {
            (Step::Field(name), AttributeValue::M(fields)) => {
                fields.get_mut(tokens.resolve(name).as_str())?
            }
            (Step::Index(n), AttributeValue::L(elements)) => elements.get_mut(*n)?,
            (Step::Field(_) | Step::Index(_), _) => return None,
        };
    }
    Some(value)
}
