//! Parsed expressions by text, so that the same text is parsed once and not with each request.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use super::parse;
use super::reserved::is_reserved;
use super::tree::{Condition, Projection, Update};
use super::usage::{Usage, Uses};
use crate::answer::Refusal;
use crate::dynamodb::refusals::validation;

/// Texts kept per language; when it is full it is emptied, which keeps a run repeatable.
const TEXTS_MAX: usize = 1_024;

/// Bytes of an expression, at most. Source: *Service quotas*: 4 KB.
const TEXT_BYTES_MAX: usize = 4_096;

/// Which parameter a text came in; it is named in refusals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `ConditionExpression`
    Condition,
    /// `FilterExpression`
    Filter,
    /// `KeyConditionExpression`
    KeyCondition,
    /// `ProjectionExpression`
    Projection,
    /// `UpdateExpression`
    Update,
}

impl Kind {
    /// The parameter's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Condition => "ConditionExpression",
            Self::Filter => "FilterExpression",
            Self::KeyCondition => "KeyConditionExpression",
            Self::Projection => "ProjectionExpression",
            Self::Update => "UpdateExpression",
        }
    }

    /// The refusal of an expression of this kind.
    pub(crate) fn invalid(self, reason: impl std::fmt::Display) -> Refusal {
        validation(format_args!("Invalid {}: {reason}", self.name()))
    }
}

/// A tree and what it uses.
#[derive(Clone, PartialEq, Debug)]
pub struct Parsed<T> {
    /// What the text means.
    pub tree: T,
    /// Its tokens.
    pub usage: Usage,
}

/// Parsed expressions by text.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    conditions: Texts<Condition>,
    projections: Texts<Projection>,
    updates: Texts<Update>,
}

type Texts<T> = BTreeMap<SmolStr, Arc<Parsed<T>>>;

impl Cache {
    /// A condition, filter or key condition.
    ///
    /// # Errors
    /// `ValidationException`: empty, too long, against the grammar, or with a reserved word.
    pub fn condition(
        &mut self,
        kind: Kind,
        text: &SmolStr,
    ) -> Result<Arc<Parsed<Condition>>, Refusal> {
        look_up(&mut self.conditions, kind, text, parse::condition)
    }

    /// An update; errors as [`Self::condition`].
    ///
    /// # Errors
    /// As [`Self::condition`].
    pub fn update(&mut self, text: &SmolStr) -> Result<Arc<Parsed<Update>>, Refusal> {
        look_up(&mut self.updates, Kind::Update, text, parse::update)
    }

    /// A projection; errors as [`Self::condition`].
    ///
    /// # Errors
    /// As [`Self::condition`].
    pub fn projection(&mut self, text: &SmolStr) -> Result<Arc<Parsed<Projection>>, Refusal> {
        look_up(
            &mut self.projections,
            Kind::Projection,
            text,
            parse::projection,
        )
    }
}

fn look_up<T: Uses>(
    texts: &mut Texts<T>,
    kind: Kind,
    text: &SmolStr,
    parse: fn(&str) -> Result<T, SmolStr>,
) -> Result<Arc<Parsed<T>>, Refusal> {
    if let Some(known) = texts.get(text) {
        return Ok(Arc::clone(known));
    }
    if text.is_empty() {
        return Err(kind.invalid("The expression can not be empty;"));
    }
    if text.len() > TEXT_BYTES_MAX {
        return Err(kind.invalid(format_args!(
            "Expression size has exceeded the maximum allowed size; expression size: {}",
            text.len()
        )));
    }
    let tree = parse(text).map_err(|reason| kind.invalid(reason))?;
    let usage = Usage::of(&tree);
    if let Some(word) = usage.plain.iter().find(|name| is_reserved(name)) {
        return Err(kind.invalid(format_args!(
            "Attribute name is a reserved keyword; reserved keyword: {word}"
        )));
    }
    if texts.len() >= TEXTS_MAX {
        texts.clear();
    }
    let parsed = Arc::new(Parsed { tree, usage });
    texts.insert(text.clone(), Arc::clone(&parsed));
    Ok(parsed)
}
