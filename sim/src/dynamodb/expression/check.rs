//! What is wrong with a request's expressions before any item is looked at.
//!
//! Source: DynamoDB Developer Guide, *Expression attribute names (aliases)* and *Using expression
//! attribute values*; the sentences follow open emulators of the service.

use std::fmt::Display;

use smol_str::SmolStr;

use super::cache::{Kind, Parsed};
use super::tree::{Assigned, Comparator, Condition, Name, Operand, Path, Step, Update};
use super::usage::Usage;
use crate::answer::Refusal;
use crate::dynamodb::refusals::validation;
use crate::dynamodb::request::Tokens;
use crate::dynamodb::value::AttributeValue;

/// Bytes of a token, at most, with its `#` or `:`. Source: *Service quotas*.
const TOKEN_BYTES_MAX: usize = 255;
/// Operands of one `IN`, at most. Source: *Comparison operator and function reference*.
const IN_OPERANDS_MAX: usize = 100;
/// Operators and functions of one update, at most. Source: *Service quotas*.
const OPERATORS_MAX: usize = 300;

const TYPES: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"];

impl Tokens {
    /// What a `#token` stands for.
    #[must_use]
    pub fn name(&self, token: &str) -> Option<&SmolStr> {
        find(&self.names, token)
    }

    /// What a `:token` stands for.
    #[must_use]
    pub fn value(&self, token: &str) -> Option<&AttributeValue> {
        find(&self.values, token)
    }

    /// The attribute that a name means; an undefined token means itself, after [`tokens`] has
    /// refused it.
    #[must_use]
    pub fn resolve<'a>(&'a self, name: &'a Name) -> &'a SmolStr {
        match name {
            Name::Plain(name) => name,
            Name::Token(token) => self.name(token).unwrap_or(token),
        }
    }
}

fn find<'a, T>(tokens: &'a [(SmolStr, T)], token: &str) -> Option<&'a T> {
    tokens
        .iter()
        .find(|(name, _)| name == token)
        .map(|(_, meaning)| meaning)
}

/// Refuses tokens that are malformed, undefined or unused. `used` has one entry for each
/// expression of the request.
///
/// # Errors
/// `ValidationException`.
pub fn tokens(tokens: &Tokens, used: &[(Kind, &Usage)]) -> Result<(), Refusal> {
    for (parameter, some, sigil, keys) in [
        (
            "ExpressionAttributeNames",
            !tokens.names.is_empty(),
            '#',
            &mut tokens.names.iter().map(|(token, _)| token) as &mut dyn Iterator<Item = &SmolStr>,
        ),
        (
            "ExpressionAttributeValues",
            !tokens.values.is_empty(),
            ':',
            &mut tokens.values.iter().map(|(token, _)| token),
        ),
    ] {
        if some && used.is_empty() {
            return Err(validation(format_args!(
                "{parameter} can only be specified when using expressions"
            )));
        }
        for token in keys {
            well_formed(parameter, sigil, token)?;
        }
    }
    for (kind, usage) in used {
        if let Some(token) = usage
            .names
            .iter()
            .find(|token| tokens.name(token).is_none())
        {
            return Err(kind.invalid(format_args!(
                "An expression attribute name used in the document path is not defined; \
                 attribute name: {token}"
            )));
        }
        if let Some(token) = usage
            .values
            .iter()
            .find(|token| tokens.value(token).is_none())
        {
            return Err(kind.invalid(format_args!(
                "An expression attribute value used in expression is not defined; \
                 attribute value: {token}"
            )));
        }
    }
    let unused_name = tokens
        .names
        .iter()
        .find(|(token, _)| !used.iter().any(|(_, usage)| usage.names.contains(token)));
    if let Some((token, _)) = unused_name {
        return Err(unused("ExpressionAttributeNames", token));
    }
    let unused_value = tokens
        .values
        .iter()
        .find(|(token, _)| !used.iter().any(|(_, usage)| usage.values.contains(token)));
    match unused_value {
        Some((token, _)) => Err(unused("ExpressionAttributeValues", token)),
        None => Ok(()),
    }
}

fn unused(parameter: &str, token: &str) -> Refusal {
    validation(format_args!(
        "Value provided in {parameter} unused in expressions: keys: {{{token}}}"
    ))
}

fn well_formed(parameter: &str, sigil: char, token: &str) -> Result<(), Refusal> {
    let fits = token.len() <= TOKEN_BYTES_MAX
        && token.strip_prefix(sigil).is_some_and(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
    if fits {
        return Ok(());
    }
    Err(validation(format_args!(
        "{parameter} contains invalid key: Syntax error; key: \"{token}\""
    )))
}

/// Refuses literals of a type that their operator or function never takes.
///
/// # Errors
/// `ValidationException`.
pub fn condition(kind: Kind, condition: &Condition, tokens: &Tokens) -> Result<(), Refusal> {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts
            .iter()
            .try_for_each(|part| self::condition(kind, part, tokens)),
        Condition::Not(inner) => self::condition(kind, inner, tokens),
        Condition::Compare(left, comparator, right) => match comparator {
            Comparator::Equal | Comparator::NotEqual => Ok(()),
            Comparator::Less
            | Comparator::LessOrEqual
            | Comparator::Greater
            | Comparator::GreaterOrEqual => {
                ordered(kind, left, tokens, comparator.sign())?;
                ordered(kind, right, tokens, comparator.sign())
            }
        },
        Condition::Between(subject, low, high) => {
            for operand in [subject, low, high] {
                ordered(kind, operand, tokens, "BETWEEN")?;
            }
            bounds(kind, low, high, tokens)
        }
        Condition::In(_, choices) if choices.len() > IN_OPERANDS_MAX => {
            Err(kind.invalid(format_args!(
                "The IN operator is provided with too many operands; number of operands: {}",
                choices.len()
            )))
        }
        Condition::In(..) | Condition::Exists(_) | Condition::NotExists(_) => Ok(()),
        Condition::Type(_, operand) => type_name(kind, operand, tokens),
        Condition::BeginsWith(subject, prefix) => {
            for operand in [subject, prefix] {
                if let Some(value) = literal(operand, tokens)
                    && !matches!(value, AttributeValue::S(_) | AttributeValue::B(_))
                {
                    return Err(operand_type(
                        kind,
                        "operator or function: begins_with",
                        value,
                    ));
                }
            }
            Ok(())
        }
        Condition::Contains(subject, part) if subject == part => Err(kind.invalid(
            "The first operand must be distinct from the remaining operands for this operator or \
             function; operator: contains",
        )),
        Condition::Contains(..) => Ok(()),
    }
}

fn literal<'a>(operand: &Operand, tokens: &'a Tokens) -> Option<&'a AttributeValue> {
    match operand {
        Operand::Value(token) => tokens.value(token),
        Operand::Path(_) | Operand::Size(_) => None,
    }
}

fn ordered(kind: Kind, operand: &Operand, tokens: &Tokens, sign: &str) -> Result<(), Refusal> {
    match literal(operand, tokens) {
        None | Some(AttributeValue::S(_) | AttributeValue::N(_) | AttributeValue::B(_)) => Ok(()),
        Some(value) => Err(operand_type(
            kind,
            format_args!("operator or function: {sign}"),
            value,
        )),
    }
}

fn bounds(kind: Kind, low: &Operand, high: &Operand, tokens: &Tokens) -> Result<(), Refusal> {
    let (Some(low), Some(high)) = (literal(low, tokens), literal(high, tokens)) else {
        return Ok(());
    };
    match super::evaluate::order(low, high) {
        Some(order) if order.is_le() => Ok(()),
        Some(_) => Err(kind.invalid(
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound",
        )),
        None => {
            Err(kind
                .invalid("The BETWEEN operator requires same data type for lower and upper bounds"))
        }
    }
}

fn type_name(kind: Kind, operand: &Operand, tokens: &Tokens) -> Result<(), Refusal> {
    match literal(operand, tokens) {
        Some(AttributeValue::S(name)) if TYPES.contains(&name.as_str()) => Ok(()),
        Some(AttributeValue::S(name)) => Err(kind.invalid(format_args!(
            "Invalid attribute type name found; type: {name}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
        ))),
        Some(value) => Err(operand_type(kind, "operator or function: attribute_type", value)),
        None => Err(kind.invalid(
            "The second operand of attribute_type must be an expression attribute value",
        )),
    }
}

fn operand_type(kind: Kind, place: impl Display, value: &AttributeValue) -> Refusal {
    kind.invalid(format_args!(
        "Incorrect operand type for operator or function; {place}, operand type: {}",
        value.type_name()
    ))
}

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
        Assigned::IfNotExists(_, other) => assigned_types(other, tokens),
    }
}

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
