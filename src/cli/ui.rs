//! The only file that prints: data to stdout, conversation to stderr, progress to a terminal.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::exit::Exit;
use crate::report::{Aim, Colour, Look};

/// The program's two streams, and how text looks in each.
#[derive(Debug)]
pub struct Ui {
    /// How text for stdout looks.
    pub out: Look,
    /// How text for stderr looks.
    pub err: Look,
    stdout: Stdout,
}

/// What a person answers to a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Go on.
    Yes,
    /// Leave it.
    No,
}

/// Whether data still reaches somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stdout {
    Open,
    /// Nobody reads any more, as after `| head`: what follows is dropped quietly.
    Closed,
    /// A full disk or the like; it was told, and what follows is dropped.
    Lost,
}

impl Ui {
    /// The streams of this process. Colour and width are those of a terminal; a pipe or a file
    /// has no colour and the usual width. `NO_COLOR` and `CLICOLOR_FORCE` are honoured.
    #[must_use]
    pub fn of_process() -> Self {
        Self {
            out: Look {
                width: width(terminal_size::terminal_size_of(io::stdout()), &io::stdout()),
                colour: colour(AutoStream::choice(&io::stdout())),
                aim: Aim::World,
            },
            err: Look {
                width: width(terminal_size::terminal_size_of(io::stderr()), &io::stderr()),
                colour: colour(AutoStream::choice(&io::stderr())),
                aim: Aim::World,
            },
            stdout: Stdout::Open,
        }
    }

    /// Prints data, as it is.
    pub fn data(&mut self, text: &str) {
        if self.stdout != Stdout::Open {
            return;
        }
        let mut out = anstream::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.stdout = Stdout::Closed,
            Err(error) => {
                self.stdout = Stdout::Lost;
                self.say(&format!(
                    "error: could not write to stdout\n  caused by: {error}\n"
                ));
            }
        }
    }

    /// How the program ends: data that got lost on its way is not a success.
    #[must_use]
    pub fn end(&self, exit: Exit) -> Exit {
        match (self.stdout, exit) {
            (Stdout::Lost, Exit::Ok) => Exit::Usage,
            (Stdout::Lost | Stdout::Closed | Stdout::Open, exit) => exit,
        }
    }

    /// Whether somebody can be asked: questions and answers go through a terminal.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a person. Anything but a clear yes is a no.
    #[must_use]
    pub fn ask(&self, question: &str) -> Answer {
        self.say(&format!("{question} [y/N] "));
        let mut answer = String::new();
        match io::stdin().read_line(&mut answer) {
            Ok(_) if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") => {
                Answer::Yes
            }
            Ok(_) | Err(_) => Answer::No,
        }
    }

    /// Says something to whoever watches.
    pub fn say(&self, text: &str) {
        say(text);
    }

    /// From now on advised commands are those that act in an account.
    pub fn aim_at_account(&mut self) {
        self.out.aim = Aim::Live;
        self.err.aim = Aim::Live;
    }

    /// Says something while somebody else has the streams.
    #[must_use]
    pub fn teller(&self) -> fn(&str) {
        say
    }

    /// A bar for this many scenarios; hidden unless stderr is a terminal and there are several.
    #[must_use]
    pub fn progress(&self, count: u64) -> ProgressBar {
        if count < 2 || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::with_draw_target(Some(count), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{pos}/{len} scenarios  {wide_bar}  {elapsed}");
        bar.with_style(style.expect("the template is right"))
    }
}

fn say(text: &str) {
    // When stderr is gone there is nobody left to tell.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

fn width(
    size: Option<(terminal_size::Width, terminal_size::Height)>,
    to: &impl IsTerminal,
) -> usize {
    match size {
        Some((width, _)) if to.is_terminal() => usize::from(width.0).max(Look::WIDTH_MIN),
        Some(_) | None => Look::WIDTH_USUAL,
    }
}

const fn colour(choice: ColorChoice) -> Colour {
    match choice {
        ColorChoice::Never => Colour::Plain,
        ColorChoice::Auto | ColorChoice::AlwaysAnsi | ColorChoice::Always => Colour::Ansi,
    }
}
