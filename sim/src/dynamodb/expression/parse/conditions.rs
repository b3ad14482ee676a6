//! Conditions, filters and key conditions.

use smol_str::{SmolStr, format_smolstr};
use winnow::Parser;
use winnow::combinator::{alt, cut_err, delimited, opt, preceded, repeat, separated};
use winnow::error::ParserError;

use super::flaw::{Flaw, Parsed};
use super::words::{arguments, function_name, keyword, lexeme, path, sign, value};
use crate::dynamodb::expression::tree::{Comparator, Condition, Operand, Path};

/// A condition, and whether it stood in parentheses of its own.
pub(super) struct Grouped {
    pub(super) tree: Condition,
    parenthesised: bool,
}

impl Grouped {
    const fn bare(tree: Condition) -> Self {
        Self {
            tree,
            parenthesised: false,
        }
    }
}

pub(super) fn disjunction(input: &mut &str) -> Parsed<Grouped> {
    let parts: Vec<Grouped> = separated(1.., conjunction, keyword("or")).parse_next(input)?;
    Ok(joined(parts, Condition::Or))
}

fn conjunction(input: &mut &str) -> Parsed<Grouped> {
    let parts: Vec<Grouped> =
        separated(1.., cut_err(negation), keyword("and")).parse_next(input)?;
    Ok(joined(parts, Condition::And))
}

fn joined(mut parts: Vec<Grouped>, join: fn(Vec<Condition>) -> Condition) -> Grouped {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => Grouped::bare(join(
            parts
                .into_iter()
                .chain(last)
                .map(|part| part.tree)
                .collect(),
        )),
    }
}

/// Any number of `NOT`s: two of them cancel out, so the tree holds one at most.
fn negation(input: &mut &str) -> Parsed<Grouped> {
    let times: usize = repeat(0.., keyword("not")).parse_next(input)?;
    let inner = alt((parenthesised, simple.map(Grouped::bare))).parse_next(input)?;
    Ok(match times {
        0 => inner,
        _ if times.is_multiple_of(2) => Grouped::bare(inner.tree),
        _ => Grouped::bare(Condition::Not(Box::new(inner.tree))),
    })
}

fn parenthesised(input: &mut &str) -> Parsed<Grouped> {
    let inner = delimited(sign('('), disjunction, cut_err(sign(')'))).parse_next(input)?;
    if inner.parenthesised {
        return Err(Flaw::Wrong(
            "The expression has redundant parentheses;".into(),
        ));
    }
    Ok(Grouped {
        tree: inner.tree,
        parenthesised: true,
    })
}

/// One comparison, or one function that is a condition by itself.
fn simple(input: &mut &str) -> Parsed<Condition> {
    let first = term(input)?;
    let Some(rest) = opt(alt((comparison, between, within))).parse_next(input)? else {
        return match first {
            Term::Call(call) => call.into_condition(),
            Term::Operand(_) => Err(Flaw::from_input(input)),
        };
    };
    let first = first.into_operand()?;
    Ok(match rest {
        Rest::Compare(comparator, other) => Condition::Compare(first, comparator, other),
        Rest::Between(low, high) => Condition::Between(first, low, high),
        Rest::In(choices) => Condition::In(first, choices),
    })
}

/// What may follow the first operand.
enum Rest {
    Compare(Comparator, Operand),
    Between(Operand, Operand),
    In(Vec<Operand>),
}

fn comparison(input: &mut &str) -> Parsed<Rest> {
    let comparator = lexeme(alt((
        "<>".value(Comparator::NotEqual),
        "<=".value(Comparator::LessOrEqual),
        ">=".value(Comparator::GreaterOrEqual),
        "=".value(Comparator::Equal),
        "<".value(Comparator::Less),
        ">".value(Comparator::Greater),
    )));
    (comparator, cut_err(operand))
        .map(|(comparator, other)| Rest::Compare(comparator, other))
        .parse_next(input)
}

fn between(input: &mut &str) -> Parsed<Rest> {
    (
        preceded(keyword("between"), cut_err(operand)),
        cut_err(preceded(keyword("and"), operand)),
    )
        .map(|(low, high)| Rest::Between(low, high))
        .parse_next(input)
}

fn within(input: &mut &str) -> Parsed<Rest> {
    preceded(keyword("in"), cut_err(arguments(operand)))
        .map(Rest::In)
        .parse_next(input)
}

fn operand(input: &mut &str) -> Parsed<Operand> {
    term(input)?.into_operand()
}

/// An operand or a call, before it is known whether the call is an operand or a condition.
enum Term {
    Operand(Operand),
    Call(Call),
}

/// A function with its operands.
struct Call {
    name: SmolStr,
    operands: Vec<Operand>,
}

fn term(input: &mut &str) -> Parsed<Term> {
    alt((
        call.map(Term::Call),
        value.map(|token| Term::Operand(Operand::Value(token))),
        path.map(|path| Term::Operand(Operand::Path(path))),
    ))
    .parse_next(input)
}

fn call(input: &mut &str) -> Parsed<Call> {
    (function_name, cut_err(arguments(operand)))
        .map(|(name, operands)| Call { name, operands })
        .parse_next(input)
}

impl Term {
    fn into_operand(self) -> Parsed<Operand> {
        match self {
            Self::Operand(operand) => Ok(operand),
            Self::Call(call) => call.into_size(),
        }
    }
}

impl Call {
    /// `size` is the one function whose value is compared.
    fn into_size(self) -> Parsed<Operand> {
        if self.name != "size" {
            return Err(self.misplaced());
        }
        let [operand] = self.exactly()?;
        path_argument("size", operand).map(Operand::Size)
    }

    fn into_condition(self) -> Parsed<Condition> {
        match self.name.as_str() {
            "attribute_exists" => {
                let [operand] = self.exactly()?;
                path_argument("attribute_exists", operand).map(Condition::Exists)
            }
            "attribute_not_exists" => {
                let [operand] = self.exactly()?;
                path_argument("attribute_not_exists", operand).map(Condition::NotExists)
            }
            "attribute_type" => {
                let [operand, kind] = self.exactly()?;
                Ok(Condition::Type(
                    path_argument("attribute_type", operand)?,
                    kind,
                ))
            }
            "begins_with" => {
                let [subject, prefix] = self.exactly()?;
                Ok(Condition::BeginsWith(subject, prefix))
            }
            "contains" => {
                let [subject, part] = self.exactly()?;
                Ok(Condition::Contains(subject, part))
            }
            _ => Err(self.misplaced()),
        }
    }

    fn misplaced(&self) -> Flaw {
        Flaw::Wrong(match self.name.as_str() {
            "size"
            | "attribute_exists"
            | "attribute_not_exists"
            | "attribute_type"
            | "begins_with"
            | "contains" => format_smolstr!(
                "The function is not allowed to be used this way in an expression; function: {}",
                self.name
            ),
            name => format_smolstr!("Invalid function name; function: {name}"),
        })
    }

    fn exactly<const N: usize>(self) -> Parsed<[Operand; N]> {
        let found = self.operands.len();
        self.operands.try_into().map_err(|_| {
            Flaw::Wrong(format_smolstr!(
                "Incorrect number of operands for operator or function; operator or function: \
                 {}, number of operands: {found}",
                self.name
            ))
        })
    }
}

fn path_argument(function: &str, operand: Operand) -> Parsed<Path> {
    match operand {
        Operand::Path(path) => Ok(path),
        Operand::Value(_) | Operand::Size(_) => Err(Flaw::Wrong(format_smolstr!(
            "Operator or function requires a document path; operator or function: {function}"
        ))),
    }
}
