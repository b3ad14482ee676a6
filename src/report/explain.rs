//! Every pass of a run with every decision and its reason: what `--explain` shows.

use std::fmt::Write as _;

use super::kind::kind_name;
use super::look::Look;
use super::offset::offset;
use crate::domain::Timestamp;
use crate::player::{PassStory, Played};

/// The passes in order of start, each with what it decided and found. Ends with an empty line.
///
/// A time stands only where it differs from the one above it. Passes of one job that follow each
/// other and did nothing share a line.
#[must_use]
pub fn explain(played: &Played, look: Look) -> String {
    let mut text = format!(
        "{}\n{}\n",
        look.strong(&look.hang(0, &played.name)),
        look.quiet(&format!(
            "{}  seed {}  from {}",
            played.path, played.seed, played.start
        )),
    );
    if !played.why.is_empty() {
        let _ = writeln!(text, "{}", look.hang(0, &played.why));
    }
    text.push('\n');
    let wide = columns(played);
    for passes in played
        .passes
        .chunk_by(|one, next| idle(one) && idle(next) && one.job == next.job)
    {
        match passes {
            [first, .., last] => explain_idle(&mut text, first, last, played.start, wide, look),
            [pass] => explain_pass(&mut text, pass, played.start, wide, look),
            [] => {}
        }
    }
    if played.passes.is_empty() {
        text.push_str("No pass ran.\n");
    }
    text.push('\n');
    text
}

/// Whether a pass came to its end and there is nothing to say about it.
fn idle(pass: &PassStory) -> bool {
    let said = !pass.decisions.is_empty() || !pass.findings.is_empty() || pass.stopped.is_some();
    !said && pass.ended.is_some()
}

/// A row of idle passes of one job.
fn explain_idle(
    text: &mut String,
    first: &PassStory,
    last: &PassStory,
    start: Timestamp,
    wide: usize,
    look: Look,
) {
    let (began, until) = (offset(first.began, start), offset(last.began, start));
    let heading = format!("{}, passes {} to {}", first.job, first.number, last.number);
    let nothing = look.quiet(&format!(": nothing to decide until {until}"));
    let _ = writeln!(text, "{began:<wide$}  {}{nothing}", look.strong(&heading));
}

fn explain_pass(text: &mut String, pass: &PassStory, start: Timestamp, wide: usize, look: Look) {
    let heading = format!(
        "{} {} of {}, pass {}",
        pass.job, pass.slot, pass.policy, pass.number
    );
    let idle = if idle(pass) {
        look.quiet(": nothing to decide")
    } else {
        String::new()
    };
    let began = offset(pass.began, start);
    let _ = writeln!(text, "{began:<wide$}  {}{idle}", look.strong(&heading));

    let mut shown = pass.began;
    let mut line = |at: Timestamp, subject: &str, sentence: &str| {
        let time = if at == shown {
            String::new()
        } else {
            offset(at, start)
        };
        shown = at;
        let head = format!("{time:<wide$}    {subject}  ");
        let indent = head.chars().count();
        // Beside a long id there is no room for a sentence: what follows goes below it.
        let indent = if indent * 2 > look.width {
            wide + 6
        } else {
            indent
        };
        let _ = writeln!(text, "{head}{}", look.hang(indent, sentence));
    };
    for (at, decision) in &pass.decisions {
        line(*at, decision.subject.as_str(), &decision.to_string());
    }
    for (at, finding) in &pass.findings {
        line(
            *at,
            &finding.subject,
            &format!("reports {}: {}", kind_name(finding.kind), finding.text),
        );
    }
    match (&pass.stopped, pass.ended) {
        (Some(why), ended) => line(ended.unwrap_or_else(|| last_seen(pass)), "stopped:", why),
        (None, None) => line(
            last_seen(pass),
            "cut off:",
            "killed, or the run ended before it did",
        ),
        (None, Some(_)) => {}
    }
}

/// The last instant that is known of a pass.
fn last_seen(pass: &PassStory) -> Timestamp {
    let decided = pass.decisions.iter().map(|(at, _)| *at);
    let found = pass.findings.iter().map(|(at, _)| *at);
    decided.chain(found).max().unwrap_or(pass.began)
}

/// The width of the widest offset.
fn columns(played: &Played) -> usize {
    played
        .passes
        .iter()
        .flat_map(|pass| {
            let decided = pass.decisions.iter().map(|(at, _)| *at);
            let found = pass.findings.iter().map(|(at, _)| *at);
            decided.chain(found).chain([pass.began]).chain(pass.ended)
        })
        .map(|at| offset(at, played.start).len())
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn each_decision_stands_with_its_reason_and_its_time() {
        insta::assert_snapshot!(explain(&samples::failed(), Look::plain(100)), @"
        A lost answer must not leave two snapshots
        scenarios/recovery/lost-answer.yaml  seed 7  from 2026-03-28T00:00:00Z
        CreateSnapshots has no idempotency token.

        +0d 02:30     create 20260328T023000Z of default, pass 3
                        i-db  take: the policy selects it
                        cut off:  killed, or the run ended before it did
        +4d 02:30     expire 20260401T023000Z of default, pass 9
                        snap-a  expire: its lifetime ended at 2026-04-01T02:29:00Z and no other rule keeps
                                it
        +4d 02:30:01    snap-b  block: it is one of the last completed snapshots of vol-db
        +4d 02:30:02    snap-b  reports blocked: snap-b is due and can't be deleted
        +4d 02:30:05    stopped:  the deadline came first
        +5d 00:00     sync, passes 10 to 12: nothing to decide until +5d 02:00
        ");
    }

    #[test]
    fn it_can_be_read_at_sixty_columns() {
        insta::assert_snapshot!(explain(&samples::failed(), Look::plain(60)), @"
        A lost answer must not leave two snapshots
        scenarios/recovery/lost-answer.yaml  seed 7  from 2026-03-28T00:00:00Z
        CreateSnapshots has no idempotency token.

        +0d 02:30     create 20260328T023000Z of default, pass 3
                        i-db  take: the policy selects it
                        cut off:  killed, or the run ended before it
                                  did
        +4d 02:30     expire 20260401T023000Z of default, pass 9
                        snap-a  expire: its lifetime ended at
                                2026-04-01T02:29:00Z and no other
                                rule keeps it
        +4d 02:30:01    snap-b  block: it is one of the last
                                completed snapshots of vol-db
        +4d 02:30:02    snap-b  reports blocked: snap-b is due and
                                can't be deleted
        +4d 02:30:05    stopped:  the deadline came first
        +5d 00:00     sync, passes 10 to 12: nothing to decide until +5d 02:00
        ");
    }
}
