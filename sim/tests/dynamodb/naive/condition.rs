//! Conditions.

use super::{Doc, P, V};

#[derive(Clone, Debug)]
pub(crate) enum O {
    Path(P),
    Lit(V),
    Size(P),
}

impl O {
    fn value(&self, doc: &Doc) -> Option<V> {
        let count = |n: usize| V::N(10 * i64::try_from(n).expect("small"));
        match self {
            Self::Path(path) => path.find(doc).cloned(),
            Self::Lit(value) => Some(value.clone()),
            Self::Size(path) => Some(count(match path.find(doc)? {
                V::S(text) => text.encode_utf16().count(),
                V::B(bytes) => bytes.len(),
                V::L(elements) => elements.len(),
                V::M(fields) => fields.len(),
                V::Ss(members) => members.len(),
                V::Ns(members) => members.len(),
                V::N(_) | V::Bool(_) | V::Null => return None,
            })),
        }
    }

    fn literal(&self) -> Option<&V> {
        match self {
            Self::Lit(value) => Some(value),
            Self::Path(_) | Self::Size(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum C {
    And(Vec<C>),
    Or(Vec<C>),
    Not(Box<C>),
    Cmp(O, &'static str, O),
    Between(O, O, O),
    In(O, Vec<O>),
    Exists(P),
    Missing(P),
    Type(P, &'static str),
    Begins(P, V),
    Contains(P, V),
}

impl C {
    /// Whether AWS refuses it before it looks at an item.
    pub(crate) fn is_refused(&self) -> bool {
        let same = |one: &O, two: &O| matches!((one, two), (O::Path(a), O::Path(b)) if a == b);
        let odd = |operand: &O| {
            operand
                .literal()
                .is_some_and(|value| value.rank().is_none())
        };
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::is_refused),
            Self::Not(inner) => inner.is_refused(),
            Self::Cmp(left, sign, right) => {
                same(left, right) || (!matches!(*sign, "=" | "<>") && (odd(left) || odd(right)))
            }
            Self::Between(subject, low, high) => {
                let bounds = low.literal().zip(high.literal());
                let wrong = bounds.is_some_and(|(low, high)| {
                    low.kind() != high.kind() || low.rank() > high.rank()
                });
                let twice = same(subject, low) || same(subject, high);
                odd(subject) || odd(low) || odd(high) || wrong || twice
            }
            Self::Begins(_, prefix) => !matches!(prefix, V::S(_) | V::B(_)),
            Self::In(subject, choices) => choices.iter().any(|choice| same(subject, choice)),
            Self::Exists(_) | Self::Missing(_) | Self::Type(..) | Self::Contains(..) => false,
        }
    }

    pub(crate) fn holds(&self, doc: &Doc) -> bool {
        let ranks = |left: &O, right: &O| {
            let left = left.value(doc)?.rank()?;
            let right = right.value(doc)?.rank()?;
            (left.0 == right.0).then_some((left, right))
        };
        let at_most = |left: &O, right: &O| ranks(left, right).is_some_and(|(l, r)| l <= r);
        let less = |left: &O, right: &O| ranks(left, right).is_some_and(|(l, r)| l < r);
        let equal = |left: &O, right: &O| {
            let left = left.value(doc);
            left.is_some() && left == right.value(doc)
        };
        match self {
            Self::And(parts) => !parts.iter().any(|part| !part.holds(doc)),
            Self::Or(parts) => parts.iter().filter(|part| part.holds(doc)).count() > 0,
            Self::Not(inner) => !inner.holds(doc),
            Self::Cmp(left, "=", right) => equal(left, right),
            Self::Cmp(left, "<>", right) => !equal(left, right),
            Self::Cmp(left, "<", right) => less(left, right),
            Self::Cmp(left, "<=", right) => at_most(left, right),
            Self::Cmp(left, ">", right) => less(right, left),
            Self::Cmp(left, _, right) => at_most(right, left),
            Self::Between(subject, low, high) => at_most(low, subject) && at_most(subject, high),
            Self::In(subject, choices) => choices.iter().any(|choice| equal(subject, choice)),
            Self::Exists(path) => path.find(doc).is_some(),
            Self::Missing(path) => path.find(doc).is_none(),
            Self::Type(path, kind) => path.find(doc).is_some_and(|value| value.kind() == *kind),
            Self::Begins(path, prefix) => match (path.find(doc), prefix) {
                (Some(V::S(text)), V::S(prefix)) => text.get(..prefix.len()) == Some(prefix),
                (Some(V::B(bytes)), V::B(prefix)) => bytes.get(..prefix.len()) == Some(prefix),
                _ => false,
            },
            Self::Contains(path, part) => match (path.find(doc), part) {
                (Some(V::S(text)), V::S(part)) => {
                    (0..=text.len()).any(|n| text.as_bytes()[n..].starts_with(part.as_bytes()))
                }
                (Some(V::B(bytes)), V::B(part)) => {
                    (0..=bytes.len()).any(|n| bytes[n..].starts_with(part))
                }
                (Some(V::Ss(members)), V::S(part)) => members.iter().any(|member| member == part),
                (Some(V::Ns(members)), V::N(part)) => members.iter().any(|member| member == part),
                (Some(V::L(elements)), part) => elements.iter().any(|element| element == part),
                _ => false,
            },
        }
    }
}
