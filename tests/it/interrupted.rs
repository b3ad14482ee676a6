//! A program that is ended by Ctrl-C as soon as it has said what it does.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

/// What was seen of it.
pub(crate) struct Interrupted {
    /// Its first line, after which the signal was sent.
    pub(crate) first: String,
    /// What it said there afterwards.
    pub(crate) rest: String,
    /// How it ended, with what it said elsewhere.
    pub(crate) output: Output,
}

/// Starts a command, waits for its first line on standard error, and sends SIGINT as a terminal does.
pub(crate) fn interrupted(command: &mut Command) -> Interrupted {
    let mut child = begun(command);
    let told = child.stderr.take().expect("it is piped");
    after_a_line(child, told)
}

/// The same with its first line on standard output.
pub(crate) fn interrupted_at_a_result(command: &mut Command) -> Interrupted {
    let mut child = begun(command);
    let told = child.stdout.take().expect("it is piped");
    after_a_line(child, told)
}

fn begun(command: &mut Command) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn after_a_line(child: Child, told: impl Read) -> Interrupted {
    let mut told = BufReader::new(told);
    let mut first = String::new();
    told.read_line(&mut first).expect("it says something");
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(interrupt.success());
    let mut rest = String::new();
    told.read_to_string(&mut rest).expect("it ends");
    let output = child.wait_with_output().expect("it ends");
    Interrupted {
        first,
        rest,
        output,
    }
}
