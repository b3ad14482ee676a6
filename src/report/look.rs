//! How a text report looks: its width, its colours, and how long sentences are broken.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

pub use crate::scenario::Colour;

/// How a text report looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// Characters in a line; sentences are broken to fit, ids, paths and commands never are.
    pub width: usize,
    /// Whether there are colours.
    pub colour: Colour,
    /// Where commands act that are advised.
    pub aim: Aim,
}

/// Where commands act that a text advises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aim {
    /// In the local world, or nowhere.
    World,
    /// In an account: without `--live` they would act in the local world, and seem to have done what
    /// was advised.
    Live,
}

/// Commands that act in an account with `--live`, as they stand in texts.
const COMMANDS_OF_PLACES: [&str; 7] = [
    "adopt", "approve", "create", "doctor", "expire", "init", "sync",
];

impl Aim {
    /// The text with its commands aimed.
    fn at(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::World => Cow::Borrowed(text),
            Self::Live => {
                let aimed = COMMANDS_OF_PLACES
                    .iter()
                    .fold(text.to_owned(), |text, command| {
                        let live = format!("`snaplife {command} --live`");
                        text.replace(&format!("`snaplife {command}`"), &live)
                    });
                Cow::Owned(aimed)
            }
        }
    }
}

impl Look {
    /// The width where nobody says another: a pipe or a file.
    pub const WIDTH_USUAL: usize = 120;
    /// Narrower than this is taken for this.
    pub const WIDTH_MIN: usize = 40;

    /// A look without colours.
    #[must_use]
    pub const fn plain(width: usize) -> Self {
        Self {
            width,
            colour: Colour::Plain,
            aim: Aim::World,
        }
    }

    /// What held.
    #[must_use]
    pub fn good(self, text: &str) -> String {
        self.styled(AnsiColor::Green.on_default(), text)
    }

    /// What broke.
    #[must_use]
    pub fn bad(self, text: &str) -> String {
        self.styled(AnsiColor::Red.on_default().bold(), text)
    }

    /// What a reader may pass over.
    #[must_use]
    pub fn quiet(self, text: &str) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    /// What a reader should see first.
    #[must_use]
    pub fn strong(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    fn styled(self, style: Style, text: &str) -> String {
        match self.colour {
            Colour::Plain => text.to_owned(),
            Colour::Ansi => format!("{}{text}{}", style.render(), style.render_reset()),
        }
    }

    /// A text with its commands aimed, broken between words to this width, its first line after `indent` characters that
    /// are already there, the others moved in by as many. No line break at the end.
    ///
    /// Line breaks of the text stay. A character counts as one column.
    #[must_use]
    pub fn hang(self, indent: usize, text: &str) -> String {
        let text = &*self.aim.at(text);
        let room = self.width.saturating_sub(indent).max(20);
        let mut lines: Vec<String> = Vec::new();
        for paragraph in text.lines() {
            lines.extend(broken(paragraph, room));
        }
        lines.join(&format!("\n{:indent$}", ""))
    }
}

/// A paragraph in lines of at most `room` characters; a longer word has a line of its own.
fn broken(paragraph: &str, room: usize) -> Vec<String> {
    if paragraph.chars().count() <= room {
        return vec![paragraph.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut columns = 0;
    for word in paragraph.split_whitespace() {
        let more = word.chars().count();
        if columns > 0 && columns + 1 + more > room {
            lines.push(std::mem::take(&mut line));
            columns = 0;
        }
        if columns > 0 {
            line.push(' ');
            columns += 1;
        }
        line.push_str(word);
        columns += more;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_broken_between_words_and_long_words_are_left_whole() {
        let text = "vol-db has 0 completed snapshots and snap-0123456789abcdef0123456789 is gone";
        insta::assert_snapshot!(format!("  id  {}", Look::plain(40).hang(6, text)), @r"
          id  vol-db has 0 completed snapshots
              and
              snap-0123456789abcdef0123456789 is
              gone
        ");
    }

    #[test]
    fn line_breaks_of_the_text_stay() {
        insta::assert_snapshot!(Look::plain(60).hang(2, "one\ntwo"), @r"
        one
          two
        ");
    }

    #[test]
    fn colours_are_only_there_when_asked_for() {
        let ansi = Look {
            width: 60,
            colour: Colour::Ansi,
            aim: Aim::World,
        };
        assert_eq!(Look::plain(60).bad("FAIL"), "FAIL");
        assert_eq!(ansi.bad("FAIL"), "\u{1b}[1m\u{1b}[31mFAIL\u{1b}[0m");
    }

    #[test]
    fn in_an_account_advice_leads_to_the_account() {
        let look = Look {
            aim: Aim::Live,
            ..Look::plain(200)
        };
        let text = "run `snaplife init`; `snaplife iam` prints what is needed";
        assert_eq!(
            look.hang(0, text),
            "run `snaplife init --live`; `snaplife iam` prints what is needed"
        );
    }
}
