//! The part of an item that a projection keeps.
//!
//! Source: DynamoDB Developer Guide, *Projection expressions*: a path keeps its place in the
//! document; elements of a list close up.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::tree::{Path, Projection, Step};
use crate::dynamodb::request::Tokens;
use crate::dynamodb::value::{AttributeValue, Item};

/// What paths keep of one value.
enum Kept<'a> {
    Whole,
    Fields(BTreeMap<&'a SmolStr, Kept<'a>>),
    Elements(BTreeMap<usize, Kept<'a>>),
}

/// The part of an item that the paths name. Paths that overlap must have been refused.
#[must_use]
pub fn project(projection: &Projection, tokens: &Tokens, item: &Item) -> Item {
    let mut roots: BTreeMap<&SmolStr, Kept<'_>> = BTreeMap::new();
    for path in projection {
        keep(&mut roots, path, tokens);
    }
    fields(&roots, item)
}

fn keep<'a>(roots: &mut BTreeMap<&'a SmolStr, Kept<'a>>, path: &'a Path, tokens: &'a Tokens) {
    let empty = |next: Option<&Step>| match next {
        None => Kept::Whole,
        Some(Step::Field(_)) => Kept::Fields(BTreeMap::new()),
        Some(Step::Index(_)) => Kept::Elements(BTreeMap::new()),
    };
    let mut place = roots
        .entry(tokens.resolve(&path.root))
        .or_insert_with(|| empty(path.steps.first()));
    for (n, step) in path.steps.iter().enumerate() {
        let next = path.steps.get(n + 1);
        place = match (step, place) {
            (Step::Field(name), Kept::Fields(fields)) => fields
                .entry(tokens.resolve(name))
                .or_insert_with(|| empty(next)),
            (Step::Index(index), Kept::Elements(elements)) => {
                elements.entry(*index).or_insert_with(|| empty(next))
            }
            (Step::Field(_) | Step::Index(_), _) => return,
        };
    }
}

fn fields(kept: &BTreeMap<&SmolStr, Kept<'_>>, item: &Item) -> Item {
    kept.iter()
        .filter_map(|(name, kept)| Some(((*name).clone(), part(kept, item.get(name.as_str())?)?)))
        .collect()
}

/// The kept part of a value; none when nothing of it is there.
fn part(kept: &Kept<'_>, value: &AttributeValue) -> Option<AttributeValue> {
    match (kept, value) {
        (Kept::Whole, value) => Some(value.clone()),
        (Kept::Fields(kept), AttributeValue::M(map)) => {
            let map = fields(kept, map);
            (!map.is_empty()).then_some(AttributeValue::M(map))
        }
        (Kept::Elements(kept), AttributeValue::L(list)) => {
            let list: Vec<AttributeValue> = kept
                .iter()
                .filter_map(|(n, kept)| part(kept, list.get(*n)?))
                .collect();
            (!list.is_empty()).then_some(AttributeValue::L(list))
        }
        (Kept::Fields(_) | Kept::Elements(_), _) => None,
    }
}
