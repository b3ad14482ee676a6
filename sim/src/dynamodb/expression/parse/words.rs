//! Paths, names, tokens, keywords and signs; each takes the space after it.

use smol_str::SmolStr;
use winnow::Parser;
use winnow::ascii::multispace0;
use winnow::combinator::{
    alt, cut_err, delimited, not, peek, preceded, repeat, separated, terminated,
};
use winnow::token::{any, one_of, take_while};

use super::flaw::{Flaw, Parsed};
use crate::dynamodb::expression::tree::{Name, Path, Step};

/// Words that end a name wherever they stand.
const KEYWORDS: [&str; 9] = [
    "and", "or", "not", "in", "between", "set", "remove", "add", "delete",
];

pub(super) fn path(input: &mut &str) -> Parsed<Path> {
    let field = preceded(sign('.'), cut_err(name)).map(Step::Field);
    let digits = take_while(1.., |c: char| c.is_ascii_digit())
        .verify(|digits: &str| digits == "0" || !digits.starts_with('0'))
        .verify_map(|digits: &str| digits.parse().ok());
    let index = delimited(sign('['), cut_err(lexeme(digits)), cut_err(sign(']'))).map(Step::Index);
    (name, repeat(0.., alt((field, index))))
        .map(|(root, steps)| Path { root, steps })
        .parse_next(input)
}

fn name(input: &mut &str) -> Parsed<Name> {
    let token = lexeme(('#', word_characters).take()).map(|token: &str| Name::Token(token.into()));
    let plain = lexeme(identifier).map(|name: &str| Name::Plain(name.into()));
    alt((token, terminated(plain, peek(not('('))))).parse_next(input)
}

pub(super) fn value(input: &mut &str) -> Parsed<SmolStr> {
    lexeme((':', word_characters).take())
        .map(SmolStr::new)
        .parse_next(input)
}

pub(super) fn function_name(input: &mut &str) -> Parsed<SmolStr> {
    terminated(lexeme(identifier), peek('('))
        .map(SmolStr::new)
        .parse_next(input)
}

/// A name that is no keyword.
fn identifier<'a>(input: &mut &'a str) -> Parsed<&'a str> {
    let first = one_of(|c: char| c.is_ascii_alphabetic());
    let rest = take_while(0.., |c: char| c.is_ascii_alphanumeric() || c == '_');
    (first, rest)
        .take()
        .verify(|word: &str| !KEYWORDS.iter().any(|key| key.eq_ignore_ascii_case(word)))
        .parse_next(input)
}

fn word_characters<'a>(input: &mut &'a str) -> Parsed<&'a str> {
    take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '_').parse_next(input)
}

pub(super) fn keyword<'a>(word: &'static str) -> impl Parser<&'a str, (), Flaw> {
    lexeme(
        take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '_')
            .verify(move |found: &str| found.eq_ignore_ascii_case(word))
            .void(),
    )
}

pub(super) fn sign<'a>(sign: char) -> impl Parser<&'a str, (), Flaw> {
    lexeme(any.verify(move |found| *found == sign).void())
}

/// A list in parentheses, as of a function.
pub(super) fn arguments<'a, T>(
    item: impl Parser<&'a str, T, Flaw>,
) -> impl Parser<&'a str, Vec<T>, Flaw> {
    delimited(
        sign('('),
        separated(1.., cut_err(item), sign(',')),
        cut_err(sign(')')),
    )
}

/// A piece of text and the space after it.
pub(super) fn lexeme<'a, T>(
    parser: impl Parser<&'a str, T, Flaw>,
) -> impl Parser<&'a str, T, Flaw> {
    terminated(parser, multispace0)
}
