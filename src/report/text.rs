//! One line per scenario, calm when all is well, and the last line that counts.

use super::look::Look;
use super::story::story;
use crate::domain::Span;
use crate::player::{Played, Verdict};

/// Lines narrower than this leave the figures out.
const WIDTH_FOR_FIGURES: usize = 90;

/// A line for each scenario in the order given, the stories of what failed, then the totals.
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
    let wide: Vec<usize> =
        (0..shown).map(|cell| rows.iter().map(|row| row[cell].len()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for (played, row) in all.iter().zip(&rows) {
        let mut line = format!("{:<4}", word(played));
        for (cell, wide) in row.iter().zip(&wide) {
            line.push_str(&format!("  {cell:>wide$}"));
        }
        let indent = line.chars().count() + 2;
        // Colour comes last: its marks have no width.
        let coloured = line.replacen(word(played), &painted(played, look), 1);
        text.push_str(&format!("{coloured}  {}\n", look.hang(indent, &played.name)));
    }
    text
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
    let simulated = all.iter().fold(Span::ZERO, |sum, played| sum + played.figures.simulated);
    format!(
        "{} scenarios, {simulated} simulated, {} passes, {} calls, {} taken, {} deleted, {} checks",
        all.len(),
        sum(|played| played.figures.passes),
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
        insta::assert_snapshot!(summary(&all, Look::plain(100)), @"");
    }

    #[test]
    fn figures_are_left_out_where_there_is_no_room_for_them() {
        let all = [samples::held(), samples::small()];
        insta::assert_snapshot!(summary(&all, Look::plain(60)), @"");
    }

    #[test]
    fn what_failed_tells_its_story_below_the_list() {
        let all = [samples::held(), samples::not_deterministic(), samples::bug()];
        insta::assert_snapshot!(summary(&all, Look::plain(100)), @"");
    }
}
