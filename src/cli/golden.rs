//! Golden journals: what a scenario decided and changed, kept beside it so that no change of the
//! engine moves it unseen.
//!
//! A scenario has one when there is `golden/<its name>.journal` beside it. Its first line is the
//! digest of decisions; then come the passes that decided or changed something. A longer story
//! than [`LINES_MAX`] keeps only its digest.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::catalog::attr;
use crate::journal::{Event, Line};
use crate::player::Played;
use crate::ports::{Effect, Outcome, Request};

/// The most lines of a golden journal; a longer one is read by nobody.
pub const LINES_MAX: usize = 500;
/// The most lines of a difference that are shown.
const SHOWN_MAX: usize = 40;

/// Where the golden journal of a scenario is, or would be; none when there is no folder `golden`
/// beside the scenario.
#[must_use]
pub fn place(scenario: &Path) -> Option<PathBuf> {
    let folder = scenario.parent()?.join("golden");
    let mut name = scenario.file_stem()?.to_owned();
    name.push(".journal");
    folder.is_dir().then(|| folder.join(name))
}

/// What is kept of it; none when there is none.
///
/// # Errors
/// What is there can't be read.
pub fn kept(place: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(place) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The golden journal of a run that kept its journal.
#[must_use]
pub fn golden(played: &Played) -> String {
    let digest = format!("decisions {}\n", played.decisions_digest);
    let lines = story_lines(played.journal.as_deref().unwrap_or_default());
    if lines.len() >= LINES_MAX {
        return digest;
    }
    lines
        .into_iter()
        .fold(digest, |text, line| text + &line + "\n")
}

/// What differs between two golden journals, line by line with `-` and `+`; none when nothing does.
#[must_use]
pub fn difference(before: &str, now: &str) -> Option<String> {
    if before == now {
        return None;
    }
    let before: Vec<&str> = before.lines().collect();
    let now: Vec<&str> = now.lines().collect();
    let changes = changes(&before, &now);
    let mut text: Vec<String> = changes.iter().take(SHOWN_MAX).cloned().collect();
    if changes.len() > SHOWN_MAX {
        text.push(format!("and {} more lines", changes.len() - SHOWN_MAX));
    }
    if text.is_empty() {
        text.push("only line breaks differ".to_owned());
    }
    Some(text.join("\n"))
}

/// The story of one pass: its heading, and its lines as they come.
#[derive(Default)]
struct Pass {
    heading: String,
    lines: Vec<String>,
}

/// The passes that decided or changed something, a line each for what they did.
fn story_lines(journal: &[String]) -> Vec<String> {
    let mut passes: BTreeMap<u32, Pass> = BTreeMap::new();
    // Calls without an answer yet: their pass and their line in it.
    let mut open: BTreeMap<u64, (u32, usize)> = BTreeMap::new();
    // The same for calls that are not told, which tell only where a pass was killed.
    let mut untold: BTreeMap<u64, String> = BTreeMap::new();
    for line in journal {
        let line: Line<'_> =
            serde_json::from_str(line).expect("a journal is made of lines that can be read back");
        let number = line.pass.unwrap_or(0);
        let pass = passes.entry(number).or_default();
        match line.event {
            Event::Now(now) => pass.heading = format!("{} {} {}", now.job, now.slot, now.policy),
            Event::Decision(decision) => {
                pass.lines
                    .push(format!("  {}  {}", decision.subject, *decision));
            }
            Event::Call(call) if is_told(&call.request, &call.context.subject) => {
                open.insert(call.ticket, (number, pass.lines.len()));
                let what = asked(&call.request);
                pass.lines
                    .push(format!("  {}  {what}", call.context.subject));
            }
            Event::Answer(answer) => {
                untold.remove(&answer.ticket);
                if let Some((number, at)) = open.remove(&answer.ticket)
                    && let Some(line) = passes.get_mut(&number).and_then(|p| p.lines.get_mut(at))
                {
                    line.push_str(&came_to(&answer.outcome));
                }
            }
            Event::Call(call) => {
                let name = call.request.name().text();
                let told = format!("  {}  {name}", call.context.subject);
                untold.insert(call.ticket, told);
            }
            Event::Crash(crash) => {
                if let Some(told) = untold.remove(&crash.ticket) {
                    open.insert(crash.ticket, (number, pass.lines.len()));
                    pass.lines.push(told);
                }
                if let Some((_, at)) = open.remove(&crash.ticket)
                    && let Some(line) = pass.lines.get_mut(at)
                {
                    line.push_str(": killed ");
                    line.push_str(&crash.boundary);
                    line.push_str(" it acted");
                }
            }
            Event::Header(_)
            | Event::Setup(_)
            | Event::Row(_)
            | Event::Fault(_)
            | Event::Finding(_)
            | Event::Halt
            | Event::End(_) => {}
        }
    }
    let told = passes.into_values().filter(|pass| !pass.lines.is_empty());
    told.flat_map(|pass| [pass.heading].into_iter().chain(pass.lines))
        .collect()
}

/// Whether a call belongs to the story: mutations do, those of leases, run records and what a policy
/// remembers do not.
fn is_told(request: &Request, subject: &str) -> bool {
    let housekeeping = ["lease#", "run#", "meta#"];
    let is_housekeeping = housekeeping.iter().any(|kind| subject.starts_with(kind));
    request.name().effect() == Effect::Mutation && !is_housekeeping
}

/// What a call asks for: for a row the state that it is to have, otherwise the operation.
fn asked(request: &Request) -> String {
    match request {
        Request::PutItem(put) => match put.item.text(attr::STATE) {
            Some(state) => format!("row: {state}"),
            None => "row".to_owned(),
        },
        _ => request.name().text().to_owned(),
    }
}

fn came_to<T>(outcome: &Outcome<T>) -> String {
    match outcome {
        Outcome::Ok(_) => String::new(),
        Outcome::Rejected(rejection) => format!(": refused with {}", rejection.code),
        Outcome::Unknown(_) => ": no usable answer".to_owned(),
        Outcome::NotSent(_) => ": not sent".to_owned(),
    }
}

/// The lines that are not common to both, in order; the longest common part is left out.
fn changes(before: &[&str], now: &[&str]) -> Vec<String> {
    // common[i][j]: how many lines before[i..] and now[j..] share in order.
    let mut common = vec![vec![0_u32; now.len() + 1]; before.len() + 1];
    for i in (0..before.len()).rev() {
        for j in (0..now.len()).rev() {
            common[i][j] = if before[i] == now[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut changes = Vec::new();
    while i < before.len() || j < now.len() {
        if i < before.len() && j < now.len() && before[i] == now[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == now.len() || (i < before.len() && common[i + 1][j] >= common[i][j + 1]) {
            changes.push(format!("- {}", before[i]));
            i += 1;
        } else {
            changes.push(format!("+ {}", now[j]));
            j += 1;
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_what_went_and_what_came() {
        let before = "decisions ab\nexpire 20260401T000000Z default\n  snap-a  keep: held\n";
        let now =
            "decisions cd\nexpire 20260401T000000Z default\n  snap-a  expire: its time came\n";
        insta::assert_snapshot!(difference(before, now).unwrap_or_default(), @"
        - decisions ab
        + decisions cd
        -   snap-a  keep: held
        +   snap-a  expire: its time came
        ");
        assert_eq!(difference(now, now), None);
    }

    #[test]
    fn a_long_difference_is_cut() {
        let now: String = (0..100).map(|line| format!("line {line}\n")).collect();
        let text = difference("", &now).unwrap_or_default();
        assert_eq!(text.lines().count(), SHOWN_MAX + 1);
        assert!(text.ends_with("and 60 more lines"), "{text}");
    }
}
