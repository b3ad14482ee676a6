//! What is wrong with a text, in AWS's words.

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

/// AWS's words for a syntax error: the token that does not fit, and the text from the word before it
/// to the one after it.
pub(super) fn near(text: &str, offset: usize) -> SmolStr {
    let before = text[..offset].trim_end();
    let start = before
        .rfind(char::is_whitespace)
        .map_or(0, |space| space + 1);
    let start = before.floor_char_boundary(start);
    let from = offset + text[offset..].len() - text[offset..].trim_start().len();
    let to = from + token_length(&text[from..]);
    if from == to {
        return format_smolstr!(
            "Syntax error; token: \"<EOF>\", near: \"{}\"",
            &before[start..]
        );
    }
    let next = to + text[to..].len() - text[to..].trim_start().len();
    let end = next + token_length(&text[next..]);
    format_smolstr!(
        "Syntax error; token: \"{}\", near: \"{}\"",
        &text[from..to],
        text[start..end].trim_end()
    )
}

/// The bytes of the word or sign that a text begins with.
fn token_length(text: &str) -> usize {
    let word = text
        .find(|c: char| !c.is_alphanumeric() && !"_#:".contains(c))
        .unwrap_or(text.len());
    word.max(text.chars().next().map_or(0, char::len_utf8))
}
