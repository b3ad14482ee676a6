//! Text to tree: the grammar of DynamoDB's expressions.
//!
//! Precedence, tightest first: comparators, `IN`, `BETWEEN`, functions, parentheses, `NOT`, `AND`,
//! `OR`. Keywords are read in any case, function names only in lower case. Parentheses around a
//! single operand of a condition, as in `(a) = :b`, which AWS takes, are refused here.
//!
//! - `conditions`, `updates`: the two grammars; `words`: paths, tokens and signs; `flaw`: errors.

mod conditions;
mod flaw;
mod updates;
mod words;

use smol_str::SmolStr;
use winnow::Parser;
use winnow::ascii::multispace0;
use winnow::combinator::{cut_err, preceded, separated};

use super::tree::{Condition, Projection, Update};
use flaw::{Flaw, near};
use words::{path, sign};

/// Parentheses may be nested so deep, functions in updates included. AWS documents no figure
/// (it bounds operators and text), so this one is an assumption; it keeps our stack bounded.
const DEPTH_MAX: usize = 32;

/// Reads a condition, filter or key condition; the error is AWS's sentence after `Invalid …:`.
pub(super) fn condition(text: &str) -> Result<Condition, SmolStr> {
    whole(text, conditions::disjunction.map(|grouped| grouped.tree))
}

/// Reads an update expression; as [`condition`].
pub(super) fn update(text: &str) -> Result<Update, SmolStr> {
    whole(text, updates::clauses)
}

/// Reads a projection expression; as [`condition`].
pub(super) fn projection(text: &str) -> Result<Projection, SmolStr> {
    whole(text, separated(1.., cut_err(path), sign(',')))
}

fn whole<'a, T>(text: &'a str, parser: impl Parser<&'a str, T, Flaw>) -> Result<T, SmolStr> {
    if depth(text) > DEPTH_MAX {
        return Err("The expression is nested too deeply".into());
    }
    let mut input = text;
    let result = preceded(multispace0, parser).parse_next(&mut input);
    match result {
        Ok(tree) if input.is_empty() => Ok(tree),
        Ok(_) => Err(near(text, text.len() - input.len())),
        Err(Flaw::Syntax { left, .. }) => Err(near(text, text.len() - left)),
        Err(Flaw::Wrong(reason)) => Err(reason),
    }
}

fn depth(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
