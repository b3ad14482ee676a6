//! Whether a condition holds on an item.
//!
//! Logic has two values: a comparison with a missing attribute or with another type is false, and
//! its `NOT` is true. `<>` is the opposite of `=`, so it holds on a missing attribute; that is
//! what makes `id <> :id` the old way to write "only if it does not exist".
//! Source: DynamoDB Developer Guide, *Comparison operator and function reference*.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::tree::{Comparator, Condition, Operand, Path, Step};
use crate::dynamodb::request::Tokens;
use crate::dynamodb::value::{AttributeValue, Item};

/// An item and the meaning of tokens: what an expression is evaluated in.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The item; none when it does not exist.
    pub item: Option<&'a Item>,
    /// The request's tokens.
    pub tokens: &'a Tokens,
}

impl<'a> Scope<'a> {
    /// Whether a condition holds.
    #[must_use]
    pub fn holds(self, condition: &Condition) -> bool {
        match condition {
            Condition::And(parts) => parts.iter().all(|part| self.holds(part)),
            Condition::Or(parts) => parts.iter().any(|part| self.holds(part)),
            Condition::Not(inner) => !self.holds(inner),
            Condition::Compare(left, comparator, right) => {
                compare(self.operand(left), *comparator, self.operand(right))
            }
            Condition::Between(subject, low, high) => {
                let subject = self.operand(subject);
                compare(self.operand(low), Comparator::LessOrEqual, subject.clone())
                    && compare(subject, Comparator::LessOrEqual, self.operand(high))
            }
            Condition::In(subject, choices) => {
                let subject = self.operand(subject);
                subject.is_some() && choices.iter().any(|choice| self.operand(choice) == subject)
            }
            Condition::Exists(path) => self.at(path).is_some(),
            Condition::NotExists(path) => self.at(path).is_none(),
            Condition::Type(path, kind) => match (self.at(path), self.operand(kind).as_deref()) {
                (Some(value), Some(AttributeValue::S(name))) => value.type_name() == name,
                _ => false,
            },
            Condition::BeginsWith(subject, prefix) => {
                match (self.operand(subject), self.operand(prefix)) {
                    (Some(subject), Some(prefix)) => begins_with(&subject, &prefix),
                    _ => false,
                }
            }
            Condition::Contains(subject, part) => {
                match (self.operand(subject), self.operand(part)) {
                    (Some(subject), Some(part)) => contains(&subject, &part),
                    _ => false,
                }
            }
        }
    }

    /// What stands at a path.
    #[must_use]
    pub fn at(self, path: &Path) -> Option<&'a AttributeValue> {
        let mut value = self.item?.get(self.tokens.resolve(&path.root).as_str())?;
        for step in &path.steps {
            value = match (step, value) {
                (Step::Field(name), AttributeValue::M(fields)) => {
                    fields.get(self.tokens.resolve(name).as_str())?
                }
                (Step::Index(n), AttributeValue::L(elements)) => elements.get(*n)?,
                (Step::Field(_) | Step::Index(_), _) => return None,
            };
        }
        Some(value)
    }

    /// The value of an operand; none when there is none.
    fn operand(self, operand: &Operand) -> Option<Cow<'a, AttributeValue>> {
        match operand {
            Operand::Path(path) => self.at(path).map(Cow::Borrowed),
            Operand::Value(token) => self.tokens.value(token).map(Cow::Borrowed),
            Operand::Size(path) => size(self.at(path)?).map(Cow::Owned),
        }
    }
}

fn compare(
    left: Option<Cow<'_, AttributeValue>>,
    comparator: Comparator,
    right: Option<Cow<'_, AttributeValue>>,
) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return comparator == Comparator::NotEqual;
    };
    let order = || order(&left, &right);
    match comparator {
        Comparator::Equal => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => order().is_some_and(Ordering::is_lt),
        Comparator::LessOrEqual => order().is_some_and(Ordering::is_le),
        Comparator::Greater => order().is_some_and(Ordering::is_gt),
        Comparator::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
    }
}

/// The order of two values: text and bytes by bytes, numbers by value, nothing else.
#[must_use]
pub fn order(left: &AttributeValue, right: &AttributeValue) -> Option<Ordering> {
    match (left, right) {
        (AttributeValue::S(left), AttributeValue::S(right)) => Some(left.cmp(right)),
        (AttributeValue::N(left), AttributeValue::N(right)) => Some(left.cmp(right)),
        (AttributeValue::B(left), AttributeValue::B(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn begins_with(subject: &AttributeValue, prefix: &AttributeValue) -> bool {
    match (subject, prefix) {
        (AttributeValue::S(subject), AttributeValue::S(prefix)) => {
            subject.starts_with(prefix.as_str())
        }
        (AttributeValue::B(subject), AttributeValue::B(prefix)) => subject.starts_with(prefix),
        _ => false,
    }
}

fn contains(subject: &AttributeValue, part: &AttributeValue) -> bool {
    match (subject, part) {
        (AttributeValue::S(subject), AttributeValue::S(part)) => subject.contains(part.as_str()),
        (AttributeValue::B(subject), AttributeValue::B(part)) => {
            part.is_empty() || subject.windows(part.len()).any(|window| *window == **part)
        }
        (AttributeValue::Ss(members), AttributeValue::S(part)) => members.contains(part),
        (AttributeValue::Ns(members), AttributeValue::N(part)) => members.contains(part),
        (AttributeValue::Bs(members), AttributeValue::B(part)) => members.contains(part),
        (AttributeValue::L(elements), part) => elements.contains(part),
        _ => false,
    }
}

/// `size`: the bytes of a binary, the elements of a document or set, and the length of a text, which
/// is counted in UTF-16 units. The page does not say so; DynamoDB Local does it.
fn size(value: &AttributeValue) -> Option<AttributeValue> {
    let size = match value {
        AttributeValue::S(text) => text.encode_utf16().count(),
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::L(elements) => elements.len(),
        AttributeValue::M(fields) => fields.len(),
        AttributeValue::Ss(members) => members.len(),
        AttributeValue::Ns(members) => members.len(),
        AttributeValue::Bs(members) => members.len(),
        AttributeValue::N(_) | AttributeValue::Bool(_) | AttributeValue::Null => return None,
    };
    i64::try_from(size).ok().map(AttributeValue::from)
}
