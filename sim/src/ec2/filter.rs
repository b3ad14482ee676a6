//! Filters of listings: names, values, wildcards.
//!
//! Source: EC2 User Guide, *Find your Amazon EC2 resources*: values of one filter are OR-ed, filters
//! are AND-ed, case matters; `*` stands for any number of characters, `?` for one, and `\` makes the
//! next one stand for itself.

use smol_str::{SmolStr, format_smolstr};

use crate::answer::Refusal;

use super::request::Filter;
use super::settings::Limits;
use super::tags::Tags;

/// What a filter looks at, for resources of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Field<F> {
    /// `tag:KEY`.
    Tag(SmolStr),
    /// `tag-key`.
    TagKey,
    /// One that only this kind of resource has.
    Own(F),
}

/// The filters of one request, read once and asked for every resource.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Conditions<F>(pub(super) Vec<Condition<F>>);

/// One filter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Condition<F> {
    /// What it looks at.
    pub(super) field: Field<F>,
    /// What it wants to see there.
    pub(super) any: Patterns,
}

/// The values of one filter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Patterns {
    /// Values without wildcards, escapes resolved, sorted.
    exact: Vec<SmolStr>,
    /// Values with wildcards, as they were given.
    wild: Vec<SmolStr>,
}

impl<F> Conditions<F> {
    /// Reads filters; `own` knows the names that only this kind of resource has.
    ///
    /// # Errors
    /// `FilterLimitExceeded` for too many filters or values (*Error codes*; values are counted over all
    /// filters of the call, as EC2's own sentence says: gjbae1212/gossm#47), and
    /// `InvalidParameterValue` for a name that does not exist.
    pub(super) fn read(
        filters: &[Filter],
        limits: &Limits,
        own: impl Fn(&str) -> Option<F>,
    ) -> Result<Self, Refusal> {
        let values: usize = filters.iter().map(|filter| filter.values.len()).sum();
        let too_many = filters.len() > limits.filters_max || values > limits.filter_values_max;
        if too_many {
            let message = format_smolstr!(
                "The maximum number of filter values specified on a single call is {}",
                limits.filter_values_max
            );
            return Err(Refusal::new(400, "FilterLimitExceeded", message));
        }
        let read = |filter: &Filter| {
            let field = match filter.name.as_str() {
                "tag-key" => Field::TagKey,
                name => match name.strip_prefix("tag:") {
                    Some(key) => Field::Tag(SmolStr::new(key)),
                    None => Field::Own(own(name).ok_or_else(|| unknown(name))?),
                },
            };
            let any = Patterns::read(&filter.values);
            Ok(Condition { field, any })
        };
        filters.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a resource with these tags meets them all; `own` judges its own fields.
    pub(super) fn hold(&self, tags: &Tags, mut own: impl FnMut(&F, &Patterns) -> bool) -> bool {
        self.0.iter().all(|condition| match &condition.field {
            Field::Tag(key) => tags.get(key).is_some_and(|value| condition.any.meet(value)),
            Field::TagKey => tags.iter().any(|(key, _)| condition.any.meet(key)),
            Field::Own(field) => own(field, &condition.any),
        })
    }
}

fn unknown(name: &str) -> Refusal {
    let message = format!("The filter '{name}' is invalid");
    Refusal::new(400, "InvalidParameterValue", message)
}

impl Patterns {
    fn read(values: &[SmolStr]) -> Self {
        let mut exact = Vec::with_capacity(values.len());
        let mut wild = Vec::new();
        for value in values {
            match literal(value) {
                Some(text) => exact.push(text),
                None => wild.push(value.clone()),
            }
        }
        exact.sort_unstable();
        exact.dedup();
        Self { exact, wild }
    }

    /// Whether a text is among them.
    pub(super) fn meet(&self, text: &str) -> bool {
        let at = self
            .exact
            .binary_search_by(|value| value.as_str().cmp(text));
        at.is_ok() || self.wild.iter().any(|pattern| matches(pattern, text))
    }

    /// The values, sorted, when none of them has a wildcard: what an index can be asked for.
    pub(super) fn literals(&self) -> Option<&[SmolStr]> {
        self.wild.is_empty().then_some(&self.exact)
    }
}

/// The text that a pattern without wildcards stands for; none when it has one.
fn literal(pattern: &SmolStr) -> Option<SmolStr> {
    if !pattern.contains(['*', '?', '\\']) {
        return Some(pattern.clone());
    }
    let mut text = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '*' | '?' => return None,
            '\\' => text.push(characters.next().unwrap_or('\\')),
            _ => text.push(c),
        }
    }
    Some(text.into())
}

/// Whether a text fits a pattern. On a mismatch it goes back to the last `*` only, which is enough
/// and keeps the work below the product of both lengths.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern = parts(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&c) = text.get(t) {
        match pattern.get(p) {
            Some(Part::Many) => {
                star = Some((p, t));
                p += 1;
            }
            Some(Part::One) => (p, t) = (p + 1, t + 1),
            Some(&Part::Just(wanted)) if wanted == c => (p, t) = (p + 1, t + 1),
            Some(Part::Just(_)) | None => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|part| *part == Part::Many)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Just(char),
    Many,
    One,
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        parts.push(match c {
            '*' => Part::Many,
            '?' => Part::One,
            '\\' => Part::Just(characters.next().unwrap_or('\\')),
            _ => Part::Just(c),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text_a_question_mark_one_character_and_a_backslash_takes_the_magic_away() {
        let verdict = |pattern: &str, text: &str| {
            let met = Patterns::read(&[SmolStr::new(pattern)]).meet(text);
            format!(
                "{pattern:<8} {text:<10} {}\n",
                if met { "meets" } else { "-" }
            )
        };
        let table: String = [
            ("db", "db"),
            ("db", "DB"),
            ("*", ""),
            ("?", ""),
            ("db-?", "db-1"),
            ("db-?", "db-12"),
            ("*-db-*", "eu-db-x-db-1"),
            ("a*b*c", "axxbxxbc"),
            ("a*b*c", "axxbxxb"),
            (r"50\*", "50*"),
            (r"50\*", "500"),
            (r"5?\*", "50*"),
        ]
        .map(|(pattern, text)| verdict(pattern, text))
        .concat();
        insta::assert_snapshot!(table, @r"
        db       db         meets
        db       DB         -
        *                   meets
        ?                   -
        db-?     db-1       meets
        db-?     db-12      -
        *-db-*   eu-db-x-db-1 meets
        a*b*c    axxbxxbc   meets
        a*b*c    axxbxxb    -
        50\*     50*        meets
        50\*     500        -
        5?\*     50*        meets
        ");
    }

    #[test]
    fn too_many_values_and_unknown_names_are_refused() {
        let limits = Limits::default();
        let code = |filter: Filter| {
            let read = Conditions::read(&[filter], &limits, |name| (name == "state").then_some(()));
            read.map(|_| ()).map_err(|refusal| refusal.code)
        };
        let many = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(code(Filter::new("state", many(200))), Ok(()));
        assert_eq!(
            code(Filter::new("state", many(201))).unwrap_err(),
            "FilterLimitExceeded"
        );
        assert_eq!(
            code(Filter::new("State", ["x"])).unwrap_err(),
            "InvalidParameterValue"
        );
        assert_eq!(code(Filter::new("tag:any", ["x"])), Ok(()));
    }
}
