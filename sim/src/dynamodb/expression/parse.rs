//! Text to tree: the grammar of DynamoDB's expressions.
//!
//! Precedence, tightest first: comparators, `IN`, `BETWEEN`, functions, parentheses, `NOT`, `AND`,
//! `OR`. Keywords are read in any case, function names only in lower case.

use smol_str::{SmolStr, ToSmolStr, format_smolstr};
use winnow::Parser;
use winnow::ascii::multispace0;
use winnow::combinator::{
    alt, cut_err, delimited, not, opt, peek, preceded, repeat, separated, terminated,
};
use winnow::error::{ModalError, ParserError};
use winnow::token::{any, one_of, take_while};

use super::tree::{Assigned, Comparator, Condition, Name, Operand, Path, Projection, Step, Update};

/// Parentheses may be nested so deep, functions in updates included. AWS documents no figure
/// (it bounds operators and text), so this one is an assumption; it keeps our stack bounded.
const DEPTH_MAX: usize = 32;

/// Words that end a name wherever they stand.
const KEYWORDS: [&str; 9] = [
    "and", "or", "not", "in", "between", "set", "remove", "add", "delete",
];

/// Where and why a text is no expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Flaw {
    /// Nothing fits here; so many bytes were left. `fatal`: nothing else can fit either.
    Syntax { left: usize, fatal: bool },
    /// It fits the grammar, and is wrong all the same.
    Wrong(SmolStr),
}

type Parsed<T> = Result<T, Flaw>;

impl<'a> ParserError<&'a str> for Flaw {
    type Inner = Self;

    fn from_input(input: &&'a str) -> Self {
        Self::Syntax {
            left: input.len(),
            fatal: false,
        }
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }

    /// Of two branches, the one that came further tells more.
    fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Syntax { left: a, .. }, Self::Syntax { left: b, .. }) if a < b => self,
            (Self::Wrong(_), _) => self,
            (Self::Syntax { .. }, Self::Syntax { .. } | Self::Wrong(_)) => other,
        }
    }

    fn is_backtrack(&self) -> bool {
        matches!(self, Self::Syntax { fatal: false, .. })
    }
}

impl ModalError for Flaw {
    fn cut(self) -> Self {
        self.with_fatal(true)
    }

    fn backtrack(self) -> Self {
        self.with_fatal(false)
    }
}

impl Flaw {
    fn with_fatal(self, fatal: bool) -> Self {
        match self {
            Self::Syntax { left, .. } => Self::Syntax { left, fatal },
            Self::Wrong(_) => self,
        }
    }
}

/// Reads a condition, filter or key condition; the error is AWS's sentence after `Invalid …:`.
pub(super) fn condition(text: &str) -> Result<Condition, SmolStr> {
    whole(text, disjunction.map(|grouped| grouped.tree))
}

/// Reads an update expression; as [`condition`].
pub(super) fn update(text: &str) -> Result<Update, SmolStr> {
    whole(text, clauses)
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

/// AWS's words for a syntax error: the token that does not fit, and a piece of text around it.
fn near(text: &str, offset: usize) -> SmolStr {
    let (before, rest) = text.split_at(offset);
    let rest = rest.trim_start();
    let word = |text: &str| {
        text.find(|c: char| !c.is_alphanumeric() && !"_#:".contains(c))
            .unwrap_or(text.len())
    };
    let Some(first) = rest.chars().next() else {
        return format_smolstr!("Syntax error; token: \"<EOF>\", near: \"{}\"", tail(before));
    };
    let length = word(rest).max(first.len_utf8());
    let (token, after) = rest.split_at(length);
    let next = after.trim_start();
    let next_length = next.chars().next().map_or(0, char::len_utf8);
    let next = &next[..word(next).max(next_length)];
    let shown = format!("{}{token} {next}", tail(before));
    format_smolstr!(
        "Syntax error; token: \"{token}\", near: \"{}\"",
        shown.trim_end()
    )
}

/// The last word of a text, with the space after it.
fn tail(text: &str) -> &str {
    let start = text.trim_end().rfind(char::is_whitespace);
    start.map_or(text, |start| text[start..].trim_start())
}

/// A condition, and whether it stood in parentheses of its own.
struct Grouped {
    tree: Condition,
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

fn disjunction(input: &mut &str) -> Parsed<Grouped> {
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
        _ if times % 2 == 0 => Grouped::bare(inner.tree),
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

fn path(input: &mut &str) -> Parsed<Path> {
    let field = preceded(sign('.'), cut_err(name)).map(Step::Field);
    let digits = take_while(1.., |c: char| c.is_ascii_digit())
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

fn value(input: &mut &str) -> Parsed<SmolStr> {
    lexeme((':', word_characters).take())
        .map(SmolStr::new)
        .parse_next(input)
}

fn function_name(input: &mut &str) -> Parsed<SmolStr> {
    terminated(lexeme(identifier), peek('('))
        .map(SmolStr::new)
        .parse_next(input)
}

/// A name that is no keyword.
fn identifier<'a>(input: &mut &'a str) -> Parsed<&'a str> {
    let first = one_of(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = take_while(0.., |c: char| c.is_ascii_alphanumeric() || c == '_');
    (first, rest)
        .take()
        .verify(|word: &str| !KEYWORDS.iter().any(|key| key.eq_ignore_ascii_case(word)))
        .parse_next(input)
}

fn word_characters<'a>(input: &mut &'a str) -> Parsed<&'a str> {
    take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '_').parse_next(input)
}

fn keyword<'a>(word: &'static str) -> impl Parser<&'a str, (), Flaw> {
    lexeme(
        take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '_')
            .verify(move |found: &str| found.eq_ignore_ascii_case(word))
            .void(),
    )
}

fn sign<'a>(sign: char) -> impl Parser<&'a str, (), Flaw> {
    lexeme(any.verify(move |found| *found == sign).void())
}

/// A list in parentheses, as of a function.
fn arguments<'a, T>(item: impl Parser<&'a str, T, Flaw>) -> impl Parser<&'a str, Vec<T>, Flaw> {
    delimited(
        sign('('),
        separated(1.., cut_err(item), sign(',')),
        cut_err(sign(')')),
    )
}

/// A piece of text and the space after it.
fn lexeme<'a, T>(parser: impl Parser<&'a str, T, Flaw>) -> impl Parser<&'a str, T, Flaw> {
    terminated(parser, multispace0)
}

/// The clauses of an update, each at most once, in any order.
fn clauses(input: &mut &str) -> Parsed<Update> {
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

fn assigned(input: &mut &str) -> Parsed<Assigned> {
    let first = assigned_term(input)?;
    let signed = (lexeme(one_of(['+', '-'])), cut_err(assigned_term));
    Ok(match opt(signed).parse_next(input)? {
        None => first,
        Some(('+', second)) => Assigned::Plus(Box::new(first), Box::new(second)),
        Some((_, second)) => Assigned::Minus(Box::new(first), Box::new(second)),
    })
}

fn assigned_term(input: &mut &str) -> Parsed<Assigned> {
    alt((
        assigned_call,
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
