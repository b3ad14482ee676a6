//! The shape of both expressions, read with their places; what they mean is checked later.
//!
//! ```text
//! rate  = "rate(" digits blanks letters ")"
//! cron  = "cron(" field { blanks field } ")"
//! field = item { "," item }
//! item  = atom [ "-" atom ] [ "/" digits ]
//! atom  = "*" | "?" | digits [ letters ] [ "#" digits ] | letters [ "#" digits ]
//! ```
//!
//! The parsers take what fits and stop; text that is left over is the mistake.

use std::ops::Range;

use winnow::ascii::{alpha1, digit1};
use winnow::combinator::{alt, opt, preceded, separated};
use winnow::stream::Location as _;
use winnow::token::{take_till, take_while};
use winnow::{LocatingSlice, ModalResult, Parser};

use crate::domain::mistake::Mistake;

type Input<'t> = LocatingSlice<&'t str>;

/// A piece of the text and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
}

/// `rate(count unit)`.
pub(super) struct RateCall<'t> {
    pub(super) count: Word<'t>,
    pub(super) unit: Word<'t>,
}

/// One of the six fields.
pub(super) struct Field<'t> {
    pub(super) items: Vec<Item<'t>>,
    pub(super) span: Range<usize>,
}

/// One of the parts between commas.
pub(super) struct Item<'t> {
    pub(super) from: Atom<'t>,
    pub(super) to: Option<Atom<'t>>,
    pub(super) step: Option<Word<'t>>,
    pub(super) span: Range<usize>,
}

/// A value before it is known what it counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Atom<'t> {
    pub(super) kind: AtomKind<'t>,
    pub(super) span: Range<usize>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum AtomKind<'t> {
    /// `*`
    Every,
    /// `?`
    NoValue,
    /// `15`, `6L`, `3W`, `3#2`
    Number {
        digits: Word<'t>,
        letters: Option<Word<'t>>,
        nth: Option<Word<'t>>,
    },
    /// `MON`, `L`, `LW`, `FRIL`, `FRI#2`
    Letters {
        letters: Word<'t>,
        nth: Option<Word<'t>>,
    },
}

/// Reads `rate(…)`.
pub(super) fn rate(text: &str) -> Result<RateCall<'_>, Mistake> {
    const HELP: &str = "write a whole number and a unit, as rate(6 hours)";
    let (inside, at) = brackets(text, "rate(")?;
    let mut input = LocatingSlice::new(inside);
    let call = (blanks0, word(digit1), blanks1, word(alpha1), blanks0).parse_next(&mut input);
    match call {
        Ok((_, count, _, unit, _)) if input.is_empty() => Ok(RateCall {
            count: moved(count, at),
            unit: moved(unit, at),
        }),
        _ => Err(Mistake::new(at..at + inside.len(), "this is no rate", HELP)),
    }
}

/// Reads `cron(…)` into its fields, however many there are.
pub(super) fn cron(text: &str) -> Result<Vec<Field<'_>>, Mistake> {
    let (inside, at) = brackets(text, "cron(")?;
    let mut fields = Vec::new();
    let mut rest = LocatingSlice::new(inside);
    loop {
        let token: ModalResult<Word<'_>> =
            preceded(blanks0, word(take_till(1.., is_blank))).parse_next(&mut rest);
        match token {
            Ok(token) => fields.push(field(&moved(token, at))?),
            Err(_) => return Ok(fields),
        }
    }
}

fn field<'t>(token: &Word<'t>) -> Result<Field<'t>, Mistake> {
    let at = token.span.start;
    let mut input = LocatingSlice::new(token.text);
    let items: ModalResult<Vec<Item<'t>>> =
        separated(1.., |i: &mut Input<'t>| item(i, at), ',').parse_next(&mut input);
    let stopped = at + input.current_token_start();
    match items {
        Ok(items) if input.is_empty() => Ok(Field {
            items,
            span: token.span.clone(),
        }),
        _ => Err(left_over(token, stopped)),
    }
}

fn item<'t>(input: &mut Input<'t>, at: usize) -> ModalResult<Item<'t>> {
    let ((from, to, step), span) = (
        |i: &mut Input<'t>| atom(i, at),
        opt(preceded('-', |i: &mut Input<'t>| atom(i, at))),
        opt(preceded('/', word(digit1))),
    )
        .with_span()
        .parse_next(input)?;
    Ok(Item {
        from,
        to,
        step: step.map(|step| moved(step, at)),
        span: shifted(&span, at),
    })
}

fn atom<'t>(input: &mut Input<'t>, at: usize) -> ModalResult<Atom<'t>> {
    let nth = |i: &mut Input<'t>| opt(preceded('#', word(digit1))).parse_next(i);
    let mut kind = alt((
        '*'.value(AtomKind::Every),
        '?'.value(AtomKind::NoValue),
        (word(digit1), opt(word(alpha1)), nth).map(|(digits, letters, nth)| AtomKind::Number {
            digits: moved(digits, at),
            letters: letters.map(|word| moved(word, at)),
            nth: nth.map(|word| moved(word, at)),
        }),
        (word(alpha1), nth).map(|(letters, nth)| AtomKind::Letters {
            letters: moved(letters, at),
            nth: nth.map(|word| moved(word, at)),
        }),
    ))
    .with_span();
    let (kind, span) = kind.parse_next(input)?;
    Ok(Atom {
        kind,
        span: shifted(&span, at),
    })
}

/// The text between the brackets and where it begins.
fn brackets<'t>(text: &'t str, opening: &str) -> Result<(&'t str, usize), Mistake> {
    let at = opening.len();
    let inside = text.get(at..).unwrap_or_default();
    let Some(end) = inside.find(')') else {
        return Err(Mistake::new(
            text.len()..text.len(),
            "the closing bracket is missing",
            "end it with `)`",
        ));
    };
    if at + end + 1 < text.len() {
        return Err(Mistake::new(
            at + end + 1..text.len(),
            "there is more after the closing bracket",
            "leave that out; one schedule is one expression",
        ));
    }
    Ok((&inside[..end], at))
}

fn left_over(token: &Word<'_>, stopped: usize) -> Mistake {
    let rest = &token.text[stopped - token.span.start..];
    let odd = rest.chars().next().unwrap_or(' ');
    let span = stopped..stopped + odd.len_utf8().min(rest.len());
    if rest.len() == 1 && ",-/#".contains(odd) {
        return Mistake::new(
            span,
            format!("nothing follows the `{odd}`"),
            format!("write a value after it, or leave the `{odd}` out"),
        );
    }
    Mistake::new(
        span,
        format!("`{odd}` does not belong here"),
        "a field holds numbers or names joined by `,` `-` and `/`, as 0/15 or MON-FRI",
    )
}

fn word<'t>(
    inner: impl Parser<Input<'t>, &'t str, winnow::error::ErrMode<winnow::error::ContextError>>,
) -> impl Parser<Input<'t>, Word<'t>, winnow::error::ErrMode<winnow::error::ContextError>> {
    inner.with_span().map(|(text, span)| Word { text, span })
}

fn moved(word: Word<'_>, at: usize) -> Word<'_> {
    Word {
        text: word.text,
        span: shifted(&word.span, at),
    }
}

fn shifted(span: &Range<usize>, at: usize) -> Range<usize> {
    span.start + at..span.end + at
}

fn blanks0<'t>(input: &mut Input<'t>) -> ModalResult<&'t str> {
    take_while(0.., is_blank).parse_next(input)
}

fn blanks1<'t>(input: &mut Input<'t>) -> ModalResult<&'t str> {
    take_while(1.., is_blank).parse_next(input)
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}
