//! Updates.

use smol_str::{ToSmolStr, format_smolstr};
use winnow::Parser;
use winnow::combinator::{alt, cut_err, delimited, not, opt, separated, terminated};
use winnow::token::one_of;

use super::flaw::{Flaw, Parsed};
use super::words::{arguments, function_name, keyword, lexeme, path, sign, value};
use crate::dynamodb::expression::tree::{Assigned, Path, Update};

/// The clauses of an update, each at most once, in any order.
pub(super) fn clauses(input: &mut &str) -> Parsed<Update> {
    let mut update = Update::default();
    let mut seen: Vec<&'static str> = Vec::new();
    loop {
        let clause = alt((
            keyword("set").value("SET"),
            keyword("remove").value("REMOVE"),
            keyword("add").value("ADD"),
            keyword("delete").value("DELETE"),
        ))
        .parse_next(input)?;
        if seen.contains(&clause) {
            return Err(Flaw::Wrong(format_smolstr!(
                "The \"{clause}\" section can only be used once in an update expression;"
            )));
        }
        seen.push(clause);
        match clause {
            "SET" => {
                update.set = separated(1.., cut_err(assignment), sign(',')).parse_next(input)?
            }
            "REMOVE" => {
                update.remove = separated(1.., cut_err(path), sign(',')).parse_next(input)?
            }
            "ADD" => {
                update.add = separated(1.., cut_err((path, value)), sign(',')).parse_next(input)?
            }
            _ => {
                update.delete =
                    separated(1.., cut_err((path, value)), sign(',')).parse_next(input)?
            }
        }
        if input.is_empty() {
            return Ok(update);
        }
    }
}

fn assignment(input: &mut &str) -> Parsed<(Path, Assigned)> {
    (terminated(path, sign('=')), assigned).parse_next(input)
}

/// A right side, which may stand in parentheses as a whole.
fn assigned(input: &mut &str) -> Parsed<Assigned> {
    let grouped = delimited(sign('('), sum, sign(')'));
    alt((terminated(grouped, not(one_of(['+', '-']))), sum)).parse_next(input)
}

fn sum(input: &mut &str) -> Parsed<Assigned> {
    let first = assigned_term(input)?;
    let signed = (lexeme(one_of(['+', '-'])), cut_err(assigned_term));
    let Some((sign, second)) = opt(signed).parse_next(input)? else {
        return Ok(first);
    };
    no_append([&first, &second])?;
    let (first, second) = (Box::new(first), Box::new(second));
    Ok(match sign {
        '+' => Assigned::Plus(first, second),
        _ => Assigned::Minus(first, second),
    })
}

/// `list_append` stands for a whole right side; source: DynamoDB Local.
fn no_append<'a>(operands: impl IntoIterator<Item = &'a Assigned>) -> Parsed<()> {
    let is_append = |operand: &Assigned| matches!(operand, Assigned::ListAppend(..));
    if operands.into_iter().any(is_append) {
        return Err(Flaw::Wrong(
            "The function is not allowed to be used this way in an expression; function: \
             list_append"
                .into(),
        ));
    }
    Ok(())
}

fn assigned_term(input: &mut &str) -> Parsed<Assigned> {
    alt((
        assigned_call,
        delimited(sign('('), assigned_term, sign(')')),
        value.map(Assigned::Value),
        path.map(Assigned::Path),
    ))
    .parse_next(input)
}

fn assigned_call(input: &mut &str) -> Parsed<Assigned> {
    let name = function_name(input)?;
    let operands = cut_err(arguments(assigned_term)).parse_next(input)?;
    if name != "if_not_exists" && name != "list_append" {
        return Err(Flaw::Wrong(format_smolstr!(
            "Invalid function name; function: {name}"
        )));
    }
    no_append(&operands)?;
    let found = operands.len();
    let Ok([first, second]) = <[Assigned; 2]>::try_from(operands) else {
        return Err(Flaw::Wrong(format_smolstr!(
            "Incorrect number of operands for operator or function; operator or function: {name}, \
             number of operands: {found}"
        )));
    };
    match (name.as_str(), first) {
        ("list_append", first) => Ok(Assigned::ListAppend(Box::new(first), Box::new(second))),
        (_, Assigned::Path(path)) => Ok(Assigned::IfNotExists(path, Box::new(second))),
        _ => Err(Flaw::Wrong(
            "Operator or function requires a document path; operator or function: if_not_exists"
                .to_smolstr(),
        )),
    }
}
