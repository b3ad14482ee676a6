//! A folder with a local world in it, and the program at work there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use snaplife::journal::{Event, Line};

use crate::program::program;

/// A folder of its own for a test, empty at first.
pub(super) struct Desk(PathBuf);

impl Desk {
    pub(super) fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("acting")
            .join(test);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the folder of tests can be written");
        Self(folder)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it is below the desk")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| format!("{name}: {error}"))
    }

    /// What a person sees: the code, then what went to stdout and to stderr.
    pub(super) fn sees(&self, arguments: &[&str]) -> String {
        let output = self
            .command(arguments)
            .output()
            .expect("the program starts");
        let mut text = match output.status.code() {
            Some(code) => format!("code {code}\n"),
            None => "killed\n".to_owned(),
        };
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                text.push_str(&format!("-- {name}\n{}", String::from_utf8_lossy(bytes)));
            }
        }
        text
    }

    /// What a script reads of a command.
    pub(super) fn stdout(&self, command: &str) -> String {
        let seen = self.sees(&words(command));
        let (_, out) = seen.split_once("-- stdout\n").unwrap_or_default();
        let (out, _) = out.split_once("-- stderr\n").unwrap_or((out, ""));
        out.to_owned()
    }

    /// A command that is under way.
    pub(super) fn begun(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    /// A command that is not begun yet, in an environment that holds nothing.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        program(&self.0, arguments)
    }

    /// Several commands, one after the other, each with what a person types.
    pub(super) fn session(&self, commands: &[&str]) -> String {
        let mut text = String::new();
        for command in commands {
            text += &format!("$ snaplife {command}\n{}\n", self.sees(&words(command)));
        }
        text
    }

    /// Commands whose output is of no interest; each must end well, or ask for attention.
    pub(super) fn done(&self, commands: &[&str]) {
        for command in commands {
            let seen = self.sees(&words(command));
            assert!(
                seen.starts_with("code 0\n") || seen.starts_with("code 4\n"),
                "{command}: {seen}"
            );
        }
    }

    /// The events of the journal, each as one line of JSON read back.
    pub(super) fn journal(&self) -> Vec<Event<'static>> {
        let text = self.read(".snaplife/journal.jsonl");
        text.lines()
            .map(|line| {
                let line: Line<'static> =
                    serde_json::from_str(line).expect("each line is one event");
                line.event
            })
            .collect()
    }
}

/// The words of a command; what stands between `'` is one.
fn words(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (number, part) in command.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part);
        } else {
            words.extend(part.split_whitespace());
        }
    }
    words
}
