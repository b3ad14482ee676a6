//! What is wrong with a text, in AWS's words.

use std::ops::Range;

use smol_str::{SmolStr, format_smolstr};
use winnow::error::{ModalError, ParserError};

/// Where and why a text is no expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Flaw {
    /// Nothing fits here; so many bytes were left. `fatal`: nothing else can fit either.
    Syntax { left: usize, fatal: bool },
    /// It fits the grammar, and is wrong all the same.
    Wrong(SmolStr),
}

/// What a parser of ours gives.
pub(super) type Parsed<T> = Result<T, Flaw>;

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

/// AWS's words for a syntax error: the token that does not fit, and the text from the token before
/// it to the one after it.
pub(super) fn near(text: &str, offset: usize) -> SmolStr {
    let tokens = tokens(text);
    let at = tokens.partition_point(|token| token.end <= offset);
    let first = at.saturating_sub(1);
    let last = (at + 1).min(tokens.len().saturating_sub(1));
    let shown = match (tokens.get(first), tokens.get(last)) {
        (Some(first), Some(last)) => &text[first.start..last.end],
        _ => "",
    };
    let token = tokens.get(at).map_or("<EOF>", |token| &text[token.clone()]);
    format_smolstr!("Syntax error; token: \"{token}\", near: \"{shown}\"")
}

/// The words and signs of a text.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens: Vec<Range<usize>> = Vec::new();
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let goes_on = tokens
            .last()
            .filter(|token| token.end == start)
            .is_some_and(|token| {
                let before = &text[token.clone()];
                let after_word = before.ends_with(is_word) || ["#", ":"].contains(&before);
                let sign = &text[token.start..end];
                (is_word(c) && after_word) || ["<>", "<=", ">="].contains(&sign)
            });
        match tokens.last_mut() {
            Some(token) if goes_on => token.end = end,
            _ if c.is_whitespace() => {}
            _ => tokens.push(start..end),
        }
    }
    tokens
}
