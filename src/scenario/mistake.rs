//! What is wrong with a file, where, and what to write instead.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The bytes of the file that are wrong: within it and on character borders; empty when
    /// something is missing there.
    pub span: Range<usize>,
    /// What is wrong; lower case, no full stop.
    pub message: String,
    /// What to write instead; lower case, no full stop; empty when the message says it all.
    pub help: String,
    /// The name of the file.
    pub path: String,
}

/// Whether text is marked with ANSI colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colour {
    /// It is not.
    Plain,
    /// It is.
    Ansi,
}

impl Mistake {
    /// The mistake as a person reads it: file and line, the place marked, what to write instead.
    ///
    /// `source` is the file that was loaded; several lines, without a line break at the end.
    #[must_use]
    pub fn render(&self, source: &[u8], colour: Colour) -> String {
        // What is no text can't be shown; such a mistake has an empty span at the start.
        let text = std::str::from_utf8(source).unwrap_or("");
        let span = within(self.span.clone(), text);
        let shown = Snippet::source(text)
            .path(self.path.as_str())
            .annotation(AnnotationKind::Primary.span(span));
        let mut group: Group<'_> = Level::ERROR
            .primary_title(self.message.as_str())
            .element(shown);
        if !self.help.is_empty() {
            group = group.element(Level::HELP.message(self.help.as_str()));
        }
        match colour {
            Colour::Plain => Renderer::plain(),
            Colour::Ansi => Renderer::styled(),
        }
        .render(&[group])
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// What is wrong with one file: at least one mistake, at most [`Mistakes::MAX`], in the order of
/// the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistakes {
    told: Vec<Mistake>,
    left_out: usize,
}

impl Mistakes {
    /// Nobody reads more at once; the later ones are counted.
    pub const MAX: usize = 50;

    /// Sorts what was found; must not be empty.
    pub(crate) fn new(mut found: Vec<Mistake>) -> Self {
        assert!(!found.is_empty(), "a refused file has a mistake");
        found.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
        found.dedup();
        let left_out = found.len().saturating_sub(Self::MAX);
        found.truncate(Self::MAX);
        for mistake in &mut found {
            shorten(&mut mistake.message);
            shorten(&mut mistake.help);
        }
        Self {
            told: found,
            left_out,
        }
    }

    /// The mistakes, in the order of the file; at least one.
    #[must_use]
    pub fn all(&self) -> &[Mistake] {
        &self.told
    }

    /// All of them as a person reads them, an empty line between two.
    #[must_use]
    pub fn render(&self, source: &[u8], colour: Colour) -> String {
        let each = self.told.iter().map(|m| m.render(source, colour));
        let more = (self.left_out > 0).then(|| format!("… and {} more", self.left_out));
        each.chain(more).collect::<Vec<String>>().join("\n\n")
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.told.as_slice() {
            [] => Ok(()),
            [one] => one.fmt(f),
            [first, more @ ..] => {
                write!(f, "{first} (and {} more)", more.len() + self.left_out)
            }
        }
    }
}

impl std::error::Error for Mistakes {}

/// Cuts a text that quotes too much of the file.
fn shorten(text: &mut String) {
    const LETTERS_MAX: usize = 400;
    if let Some((at, _)) = text.char_indices().nth(LETTERS_MAX) {
        text.truncate(at);
        text.push('…');
    }
}

/// The range moved into the text and onto character borders, without blanks at its end.
pub(crate) fn within(span: Range<usize>, text: &str) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..start + text[start..end].trim_end().len()
}
