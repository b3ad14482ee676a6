//! One line per scenario, calm when all is well, and the last line that counts.

use super::look::Look;
use super::story::story;
use crate::domain::Span;
use crate::player::{Played, Verdict};

/// Lines narrower than this leave the figures out.
const WIDTH_FOR_FIGURES: usize = 90;

/// A line for each scenario in the order given, with its notes below it, the stories of what failed, then the totals.
///
/// The last line is `52 passed, 0 failed` and nothing else, so that a machine can read it.
#[must_use]
pub fn summary(all: &[Played], look: Look) -> String {
    let mut text = lines(all, look);
    for played in all {
        let story = story(played, look);
        if !story.is_empty() {
            text.push('\n');
            text.push_str(&story);
        }
    }
    text.push('\n');
    if all.len() > 1 {
        text.push_str(&look.hang(0, &totals(all)));
        text.push('\n');
    }
    let failed = all.iter().filter(|played| !held(played)).count();
    let passed = all.len() - failed;
    text.push_str(&format!("{passed} passed, {failed} failed\n"));
    text
}

/// Whether everything held.
#[must_use]
pub const fn held(played: &Played) -> bool {
    matches!(played.verdict, Verdict::Held)
}

fn lines(all: &[Played], look: Look) -> String {
    let rows: Vec<[String; 3]> = all.iter().map(cells).collect();
    let shown = if look.width < WIDTH_FOR_FIGURES { 1 } else { 3 };
    let wide: Vec<usize> = (0..shown)
        .map(|cell| rows.iter().map(|row| row[cell].len()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for (played, row) in all.iter().zip(&rows) {
        let mut line = format!("{:<4}", word(played));
        for (cell, wide) in row.iter().zip(&wide) {
            line.push_str(&format!("  {cell:>wide$}"));
        }
        let indent = line.chars().count() + 2;
        // Colour comes last: its marks have no width.
        let coloured = line.replacen(word(played), &painted(played, look), 1);
        text.push_str(&format!(
            "{coloured}  {}\n",
            look.hang(indent, &played.name)
        ));
        text.push_str(&notes(played, look));
    }
    text
}

/// A line for each step that met nothing, with its place in the file.
fn notes(played: &Played, look: Look) -> String {
    let lines = played.notes.iter().map(|note| {
        let place = format!("{}:{}", played.path, note.file_line);
        let told = look.hang(6, &format!("{place}: {}", note.text));
        format!("{}  {told}\n", look.strong("note"))
    });
    lines.collect()
}

/// Simulated time, calls, and what came of them.
fn cells(played: &Played) -> [String; 3] {
    let figures = played.figures;
    [
        figures.simulated.to_string(),
        format!("{} calls", figures.calls),
        format!("{} taken, {} deleted", figures.created, figures.deleted),
    ]
}

fn word(played: &Played) -> &'static str {
    match played.verdict {
        Verdict::Held => "ok",
        Verdict::Broken(_) => "FAIL",
        Verdict::NotDeterministic { .. } => "DIFF",
        Verdict::Bug(_) => "BUG",
    }
}

fn painted(played: &Played, look: Look) -> String {
    if held(played) {
        look.good(word(played))
    } else {
        look.bad(word(played))
    }
}

fn totals(all: &[Played]) -> String {
    let sum = |figure: fn(&Played) -> u64| all.iter().map(figure).fold(0, u64::saturating_add);
    let simulated = all
        .iter()
        .fold(Span::ZERO, |sum, played| sum + played.figures.simulated);
    format!(
        "{} scenarios: {simulated}, {} calls, {} taken, {} deleted, {} checks",
        all.len(),
        sum(|played| played.figures.calls),
        sum(|played| played.figures.created),
        sum(|played| played.figures.deleted),
        sum(|played| played.figures.checks),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_line_for_each_scenario_and_one_that_counts() {
        let all = [samples::held(), samples::small()];
        insta::assert_snapshot!(summary(&all, Look::plain(100)), @"
        ok       10d  1212 calls   7 taken, 1 deleted  A lost answer must not leave two snapshots
        ok    1d 12h     9 calls  12 taken, 0 deleted  A leap day is a day like any other, and what was
                                                       taken on it lives as long as everything else

        2 scenarios: 11d 12h, 1221 calls, 19 taken, 1 deleted, 5000 checks
        2 passed, 0 failed
        ");
    }

    #[test]
    fn a_step_that_met_nothing_is_noted_below_its_scenario() {
        let all = [samples::noted(), samples::small()];
        insta::assert_snapshot!(summary(&all, Look::plain(100)), @"
        ok       10d  1212 calls   7 taken, 1 deleted  A lost answer must not leave two snapshots
        note  scenarios/recovery/lost-answer.yaml:18: the step {at: 4d, outsider: {delete_snapshot: nth 30
              of vol-db}} met nothing
        ok    1d 12h     9 calls  12 taken, 0 deleted  A leap day is a day like any other, and what was
                                                       taken on it lives as long as everything else

        2 scenarios: 11d 12h, 1221 calls, 19 taken, 1 deleted, 5000 checks
        2 passed, 0 failed
        ");
    }

    #[test]
    fn figures_are_left_out_where_there_is_no_room_for_them() {
        let all = [samples::held(), samples::small()];
        insta::assert_snapshot!(summary(&all, Look::plain(60)), @"
        ok       10d  A lost answer must not leave two snapshots
        ok    1d 12h  A leap day is a day like any other, and what
                      was taken on it lives as long as everything
                      else

        2 scenarios: 11d 12h, 1221 calls, 19 taken, 1 deleted, 5000
        checks
        2 passed, 0 failed
        ");
    }

    #[test]
    fn what_failed_tells_its_story_below_the_list() {
        let all = [
            samples::held(),
            samples::not_deterministic(),
            samples::bug(),
        ];
        insta::assert_snapshot!(summary(&all, Look::plain(100)), @r#"
        ok       10d  1212 calls   7 taken, 1 deleted  A lost answer must not leave two snapshots
        DIFF     10d  1212 calls   7 taken, 1 deleted  A lost answer must not leave two snapshots
        BUG   1d 12h     9 calls  12 taken, 0 deleted  A leap day is a day like any other, and what was
                                                       taken on it lives as long as everything else

        DIFF  Two runs with one seed differ, first in line 1234 of the journal.
              A lost answer must not leave two snapshots
              scenarios/recovery/lost-answer.yaml  seed 7

            {"at":1}
          - {"at":2}
          + {"at":3}

          replay    snaplife replay scenarios/recovery/lost-answer.yaml --seed 7 --explain

        BUG   The player could not go on. This is a mistake in snaplife, not in the scenario.
              A leap day is a day like any other, and what was taken on it lives as long as everything else
              scenarios/retention/leap-day.yaml  seed 7

          src/plan/expire.rs:10: a set has members

          replay    snaplife replay scenarios/retention/leap-day.yaml --seed 7 --explain

        3 scenarios: 21d 12h, 2433 calls, 26 taken, 2 deleted, 10000 checks
        1 passed, 2 failed
        "#);
    }
}
