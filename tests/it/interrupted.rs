//! A program that is ended by Ctrl-C as soon as it has said what it does.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};

/// What was seen of it.
pub(crate) struct Interrupted {
    /// Its first line on standard error, after which the signal was sent.
    pub(crate) first: String,
    /// What it said there afterwards.
    pub(crate) rest: String,
    /// How it ended; of standard error nothing is left in it.
    pub(crate) output: Output,
}

/// Starts a command, waits for its first line on standard error, and sends SIGINT as a terminal does.
pub(crate) fn interrupted(command: &mut Command) -> Interrupted {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut told = BufReader::new(child.stderr.take().expect("it is piped"));
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
