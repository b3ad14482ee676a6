//! Updates.

use std::collections::{BTreeMap, BTreeSet};

use super::{Doc, P, V};

/// The right side of a `SET`.
#[derive(Clone, Debug)]
pub(crate) enum A {
    Path(P),
    Lit(V),
    Plus(Box<A>, Box<A>),
    Minus(Box<A>, Box<A>),
    Default(P, Box<A>),
    Append(Box<A>, Box<A>),
}

impl A {
    /// The value, or none when AWS refuses.
    fn value(&self, doc: &Doc) -> Option<V> {
        match self {
            Self::Path(path) => path.find(doc).cloned(),
            Self::Lit(value) => Some(value.clone()),
            Self::Plus(left, right) => match (left.value(doc)?, right.value(doc)?) {
                (V::N(left), V::N(right)) => Some(V::N(left + right)),
                _ => None,
            },
            Self::Minus(left, right) => match (left.value(doc)?, right.value(doc)?) {
                (V::N(left), V::N(right)) => Some(V::N(left - right)),
                _ => None,
            },
            Self::Default(path, other) => {
                let other = other.value(doc)?;
                Some(path.find(doc).cloned().unwrap_or(other))
            }
            Self::Append(left, right) => match (left.value(doc)?, right.value(doc)?) {
                (V::L(left), V::L(right)) => Some(V::L([left, right].concat())),
                _ => None,
            },
        }
    }

    /// Whether a literal is refused whatever the item is.
    fn is_refused(&self) -> bool {
        let odd = |side: &Self, fits: fn(&V) -> bool| matches!(side, Self::Lit(v) if !fits(v));
        match self {
            Self::Path(_) | Self::Lit(_) => false,
            Self::Plus(left, right) | Self::Minus(left, right) => {
                [left, right].iter().any(|side| {
                    let nested = matches!(***side, Self::Append(..));
                    nested || odd(side, |v| matches!(v, V::N(_))) || side.is_refused()
                })
            }
            // Only a whole right side may be an append.
            Self::Append(left, right) => [left, right].iter().any(|side| {
                let nested = matches!(***side, Self::Append(..));
                nested || odd(side, |v| matches!(v, V::L(_))) || side.is_refused()
            }),
            Self::Default(path, other) => match &**other {
                Self::Path(other) => path == other,
                Self::Append(..) => true,
                other => other.is_refused(),
            },
        }
    }
}

/// One thing that an update does to one attribute; no attribute twice.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Set(A),
    Remove,
    Add(V),
    Delete(V),
    /// `SET root.field`.
    SetField(&'static str, A),
    /// `REMOVE root[n]`.
    RemoveElement(usize),
}

/// What an update makes of a document; none when AWS refuses.
pub(crate) fn apply(acts: &BTreeMap<&'static str, Act>, doc: &Doc) -> Option<Doc> {
    let mut after = doc.clone();
    for (root, act) in acts {
        let old = doc.get(*root).cloned();
        let new = match act {
            Act::Set(assigned) if assigned.is_refused() => return None,
            Act::SetField(_, assigned) if assigned.is_refused() => return None,
            Act::Set(assigned) => Some(assigned.value(doc)?),
            Act::Remove => None,
            Act::Add(V::N(value)) => match old {
                None => Some(V::N(*value)),
                Some(V::N(old)) => Some(V::N(old + value)),
                Some(_) => return None,
            },
            Act::Add(V::Ss(value)) => match old {
                None => Some(V::Ss(value.clone())),
                Some(V::Ss(old)) => Some(V::Ss(old.union(value).cloned().collect())),
                Some(_) => return None,
            },
            Act::Delete(V::Ss(value)) => match old {
                None => None,
                Some(V::Ss(old)) => {
                    let rest: BTreeSet<_> = old.difference(value).cloned().collect();
                    (!rest.is_empty()).then_some(V::Ss(rest))
                }
                Some(_) => return None,
            },
            Act::Add(_) | Act::Delete(_) => return None,
            Act::SetField(field, assigned) => match old {
                Some(V::M(mut fields)) => {
                    fields.insert((*field).to_owned(), assigned.value(doc)?);
                    Some(V::M(fields))
                }
                _ => return None,
            },
            Act::RemoveElement(n) => match old {
                Some(V::L(mut elements)) => {
                    if *n < elements.len() {
                        elements.remove(*n);
                    }
                    Some(V::L(elements))
                }
                _ => return None,
            },
        };
        match new {
            Some(value) => after.insert((*root).to_owned(), value),
            None => after.remove(*root),
        };
    }
    Some(after)
}
