//! A failure on one screen: what broke, how it came to that, and the command that shows all of it.

use std::fmt::Write as _;

use super::excerpt::excerpt;
use super::look::Look;
use super::offset::offset;
use crate::player::{Broken, Lane, Played, StoryEvent, Verdict};
use crate::scenario::model::Level;

/// The id of a [`Broken`] that is about a golden journal; it happened at no instant of the run.
pub const GOLDEN: &str = "golden";

/// The most promises that are named beside the first one that broke.
const ALSO_MAX: usize = 5;

/// The story of a scenario that did not hold; empty when it held. Ends with a line break.
#[must_use]
pub fn story(played: &Played, look: Look) -> String {
    match &played.verdict {
        Verdict::Held => String::new(),
        Verdict::Broken(all) => match all.as_slice() {
            [] => String::new(),
            [first, others @ ..] => broken(played, first, others, look),
        },
        Verdict::NotDeterministic { line, difference } => told(
            played,
            look,
            "DIFF",
            &format!("Two runs with one seed differ, first in line {line} of the journal."),
            difference,
        ),
        Verdict::Bug(message) => told(
            played,
            look,
            "BUG",
            "The player could not go on. This is a mistake in snaplife, not in the scenario.",
            message,
        ),
    }
}

/// A path as an argument in a shell.
#[must_use]
pub fn in_shell(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+,".contains(c);
    let here = if path.starts_with('-') { "./" } else { "" };
    let path = format!("{here}{path}");
    if !path.is_empty() && path.chars().all(plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

/// The command that plays a scenario again, ready for a shell.
#[must_use]
pub fn replay_command(path: &str, seed: u64, level: Level) -> String {
    let path = in_shell(path);
    let through = match level {
        Level::Model => String::new(),
        Level::Wire | Level::DynamodbLocal => format!(" --through {}", level.name()),
    };
    format!("snaplife replay {path} --seed {seed}{through} --explain")
}

fn broken(played: &Played, first: &Broken, others: &[Broken], look: Look) -> String {
    let mut text = head(played, look, "FAIL", &promise(first), first.file_line);
    text.push('\n');
    text.push_str(&timeline(played, first, look));
    field(&mut text, look, "expected", &first.expected);
    field(&mut text, look, "actual", &first.actual);
    for other in others.iter().take(ALSO_MAX) {
        let also = format!("{} (at {})", promise(other), offset(other.at, played.start));
        field(&mut text, look, "also", &also);
    }
    if others.len() > ALSO_MAX {
        let more = format!(
            "and {} more, which --output json lists",
            others.len() - ALSO_MAX
        );
        field(&mut text, look, "", &more);
    }
    tail(&mut text, played, look);
    text
}

fn told(played: &Played, look: Look, word: &str, sentence: &str, body: &str) -> String {
    let mut text = head(played, look, word, sentence, None);
    text.push('\n');
    for line in body.lines() {
        let _ = writeln!(text, "  {line}");
    }
    tail(&mut text, played, look);
    text
}

/// The id and the sentence of what had to hold.
fn promise(broken: &Broken) -> String {
    format!("{}: {}", broken.id, broken.promise)
}

fn head(played: &Played, look: Look, word: &str, sentence: &str, line: Option<u32>) -> String {
    let place = line.map_or_else(String::new, |line| format!(":{line}"));
    let sentence = look.strong(&look.hang(6, sentence));
    let name = look.hang(6, &played.name);
    let at = look.quiet(&format!("{}{place}  seed {}", played.path, played.seed));
    format!(
        "{}{:gap$}{sentence}\n      {name}\n      {at}\n",
        look.bad(word),
        "",
        gap = 6 - word.len()
    )
}

fn field(text: &mut String, look: Look, name: &str, value: &str) {
    let _ = writeln!(text, "  {name:<8}  {}", look.hang(12, value));
}

fn tail(text: &mut String, played: &Played, look: Look) {
    let command = replay_command(&played.path, played.seed, played.level);
    let _ = writeln!(text, "\n  {:<8}  {}", "replay", look.strong(&command));
}

/// The events that lead to the break, drawn as `git log --graph` draws branches.
fn timeline(played: &Played, broken: &Broken, look: Look) -> String {
    let excerpt = excerpt(&played.events, broken);
    if excerpt.events.is_empty() || broken.id == GOLDEN {
        return String::new();
    }
    let times: Vec<String> = excerpt
        .events
        .iter()
        .map(|event| offset(event.at, played.start))
        .collect();
    let break_at = offset(broken.at, played.start);
    let wide = times
        .iter()
        .map(String::len)
        .max()
        .unwrap_or(0)
        .max(break_at.len());
    let indent = wide + 11;

    let mut text = String::new();
    let _ = writeln!(text, "  {:wide$}  {}", "", look.quiet("engine"));
    let _ = writeln!(text, "  {:wide$}  {}", "", look.quiet("| AWS"));
    let _ = writeln!(
        text,
        "  {:wide$}  {}",
        "",
        look.quiet("| | outsiders and faults")
    );
    if excerpt.left_out > 0 {
        let left_out = format!(": : :  {} others are left out", excerpt.left_out);
        let _ = writeln!(text, "  {:wide$}  {}", "", look.quiet(&left_out));
    }
    for (event, time) in excerpt.events.iter().zip(&times) {
        let sentence = hang_in_lanes(look, indent, &event.text);
        let _ = writeln!(text, "  {time:<wide$}  {}  {sentence}", lanes(event));
    }
    let mark = look.bad("X X X");
    let here = look.bad(&format!("{} breaks here", broken.id));
    let _ = writeln!(text, "  {break_at:<wide$}  {mark}  {here}\n");
    text
}

fn lanes(event: &StoryEvent) -> &'static str {
    match event.lane {
        Lane::Engine => "* | |",
        Lane::Aws => "| * |",
        Lane::Outside => "| | *",
    }
}

/// As [`Look::hang`], with the lanes going on beside the lines that follow.
fn hang_in_lanes(look: Look, indent: usize, sentence: &str) -> String {
    let before = format!("{:1$}| | |  ", "", indent - 7);
    look.hang(indent, sentence)
        .replace(&format!("\n{:indent$}", ""), &format!("\n{before}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_broken_promise_fits_on_one_screen() {
        insta::assert_snapshot!(story(&samples::failed(), Look::plain(100)), @"
        FAIL  S3: Our own hand never takes a volume below its floor
              A lost answer must not leave two snapshots
              scenarios/recovery/lost-answer.yaml  seed 7

                        engine
                        | AWS
                        | | outsiders and faults
          +0d 00:00     | | *  the answer to ec2:CreateSnapshots is lost
          +0d 02:30     * | |  ec2:CreateSnapshots for i-db: no answer came in time, so it may have acted;
                        | | |  it is looked for before anything is sent again
          +0d 02:34     | * |  snap-a of vol-db is completed
          +4d 02:30:01  * | |  ec2:DeleteSnapshot snap-a
          +4d 02:30:02  X X X  S3 breaks here

          expected  vol-db keeps at least 1 completed snapshot
          actual    vol-db has 0 after the delete of snap-a
          also      expectation: snapshots { of: vol-db, completed: 7 } (at +10d 00:00)

          replay    snaplife replay scenarios/recovery/lost-answer.yaml --seed 7 --explain
        ");
    }

    #[test]
    fn it_can_be_read_at_sixty_columns() {
        let text = story(&samples::failed(), Look::plain(60));
        insta::assert_snapshot!(text, @"
        FAIL  S3: Our own hand never takes a volume below its floor
              A lost answer must not leave two snapshots
              scenarios/recovery/lost-answer.yaml  seed 7

                        engine
                        | AWS
                        | | outsiders and faults
          +0d 00:00     | | *  the answer to ec2:CreateSnapshots is
                        | | |  lost
          +0d 02:30     * | |  ec2:CreateSnapshots for i-db: no
                        | | |  answer came in time, so it may have
                        | | |  acted; it is looked for before
                        | | |  anything is sent again
          +0d 02:34     | * |  snap-a of vol-db is completed
          +4d 02:30:01  * | |  ec2:DeleteSnapshot snap-a
          +4d 02:30:02  X X X  S3 breaks here

          expected  vol-db keeps at least 1 completed snapshot
          actual    vol-db has 0 after the delete of snap-a
          also      expectation: snapshots { of: vol-db, completed:
                    7 } (at +10d 00:00)

          replay    snaplife replay scenarios/recovery/lost-answer.yaml --seed 7 --explain
        ");
    }

    #[test]
    fn two_runs_that_differ_show_where() {
        insta::assert_snapshot!(story(&samples::not_deterministic(), Look::plain(100)), @r#"
        DIFF  Two runs with one seed differ, first in line 1234 of the journal.
              A lost answer must not leave two snapshots
              scenarios/recovery/lost-answer.yaml  seed 7

            {"at":1}
          - {"at":2}
          + {"at":3}

          replay    snaplife replay scenarios/recovery/lost-answer.yaml --seed 7 --explain
        "#);
    }

    #[test]
    fn a_mistake_of_ours_is_not_blamed_on_the_scenario() {
        insta::assert_snapshot!(story(&samples::bug(), Look::plain(100)), @"
        BUG   The player could not go on. This is a mistake in snaplife, not in the scenario.
              A leap day is a day like any other, and what was taken on it lives as long as everything else
              scenarios/retention/leap-day.yaml  seed 7

          src/plan/expire.rs:10: a set has members

          replay    snaplife replay scenarios/retention/leap-day.yaml --seed 7 --explain
        ");
    }

    #[test]
    fn what_held_has_no_story() {
        assert_eq!(story(&samples::held(), Look::plain(100)), "");
    }

    #[test]
    fn the_command_can_be_pasted_into_a_shell() {
        let commands = ["a/b.yaml", "my file.yaml", "it's.yaml", "-x.yaml"]
            .map(|path| replay_command(path, 7, Level::Model));
        insta::assert_snapshot!(commands.join("\n"), @r"
        snaplife replay a/b.yaml --seed 7 --explain
        snaplife replay 'my file.yaml' --seed 7 --explain
        snaplife replay 'it'\''s.yaml' --seed 7 --explain
        snaplife replay ./-x.yaml --seed 7 --explain
        ");
    }
}
