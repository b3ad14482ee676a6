//! Paths beside each other.

use crate::answer::Refusal;
use crate::dynamodb::expression::cache::Kind;
use crate::dynamodb::expression::tree::{Path, Step};
use crate::dynamodb::request::Tokens;

/// Refuses two paths of which one lies within the other, or that use one place both as a map and
/// as a list.
///
/// # Errors
/// `ValidationException`.
pub fn overlaps<'a>(
    kind: Kind,
    paths: impl Iterator<Item = &'a Path>,
    tokens: &Tokens,
) -> Result<(), Refusal> {
    let paths: Vec<&Path> = paths.collect();
    for (n, one) in paths.iter().enumerate() {
        for two in &paths[..n] {
            if tokens.resolve(&one.root) != tokens.resolve(&two.root) {
                continue;
            }
            let relation = one
                .steps
                .iter()
                .zip(&two.steps)
                .find_map(|(a, b)| match (a, b) {
                    (Step::Field(a), Step::Field(b)) => {
                        (tokens.resolve(a) != tokens.resolve(b)).then_some("apart")
                    }
                    (Step::Index(a), Step::Index(b)) => (a != b).then_some("apart"),
                    (Step::Field(_), Step::Index(_)) | (Step::Index(_), Step::Field(_)) => {
                        Some("conflict")
                    }
                });
            let verb = match relation {
                Some("apart") => continue,
                Some(_) => "conflict",
                None => "overlap",
            };
            return Err(kind.invalid(format_args!(
                "Two document paths {verb} with each other; must remove or rewrite one of these \
                 paths; path one: {}, path two: {}",
                shown(two, tokens),
                shown(one, tokens)
            )));
        }
    }
    Ok(())
}

/// A path as AWS lists it in refusals: `[a, b, [0]]`.
fn shown(path: &Path, tokens: &Tokens) -> String {
    let steps = path.steps.iter().map(|step| match step {
        Step::Field(name) => tokens.resolve(name).to_string(),
        Step::Index(n) => format!("[{n}]"),
    });
    let parts: Vec<String> = std::iter::once(tokens.resolve(&path.root).to_string())
        .chain(steps)
        .collect();
    format!("[{}]", parts.join(", "))
}

/// Whether two paths name one place, tokens resolved.
pub(super) fn same(one: &Path, two: &Path, tokens: &Tokens) -> bool {
    tokens.resolve(&one.root) == tokens.resolve(&two.root)
        && one.steps.len() == two.steps.len()
        && one.steps.iter().zip(&two.steps).all(|(a, b)| match (a, b) {
            (Step::Field(a), Step::Field(b)) => tokens.resolve(a) == tokens.resolve(b),
            (Step::Index(a), Step::Index(b)) => a == b,
            (Step::Field(_), Step::Index(_)) | (Step::Index(_), Step::Field(_)) => false,
        })
}

/// The refusal of an operator between a path and itself.
pub(super) fn not_distinct(kind: Kind, operator: &str, path: &Path, tokens: &Tokens) -> Refusal {
    kind.invalid(format_args!(
        "The first operand must be distinct from the remaining operands for this operator or \
         function; operator: {operator}, first operand: {}",
        shown(path, tokens)
    ))
}
