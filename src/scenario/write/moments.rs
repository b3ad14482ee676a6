//! Instants and spans as a person writes them in a file.

use super::tree::{Node, map};
use crate::domain::{Span, Timestamp};
use crate::scenario::model::{Scenario, SpanRange};

/// What offsets count from, and what `end` is.
#[derive(Clone, Copy)]
pub(super) struct Moments {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

impl Moments {
    /// Those of a scenario.
    pub(super) const fn of(scenario: &Scenario) -> Self {
        Self {
            start: scenario.start,
            end: scenario.end,
        }
    }

    /// `4d`, `2d 02:30`, `-3d`.
    pub(super) fn offset(self, at: Timestamp) -> Node {
        Node::Text(offset(at - self.start))
    }

    /// None for the end of the run, which is what no word means.
    pub(super) fn unless_end(self, at: Timestamp) -> Option<Node> {
        (at != self.end).then(|| self.offset(at))
    }
}

/// A span.
pub(super) fn span(span: Span) -> Node {
    Node::Text(span.to_string())
}

/// One span, or the shortest and the longest.
pub(super) fn range(range: SpanRange) -> Node {
    if range.from == range.to {
        return span(range.from);
    }
    map()
        .put("from", span(range.from))
        .put("to", span(range.to))
        .flow()
}

fn offset(span: Span) -> String {
    let ms = span.as_ms();
    let days = span.whole_days();
    let of_day = ms - Span::days(days).as_ms();
    if ms < 0 || of_day % 1_000 != 0 {
        return span.to_string();
    }
    if of_day == 0 {
        return format!("{days}d");
    }
    let (hours, minutes) = (of_day / 3_600_000, of_day / 60_000 % 60);
    match of_day / 1_000 % 60 {
        0 => format!("{days}d {hours:02}:{minutes:02}"),
        seconds => format!("{days}d {hours:02}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_written_as_people_do() {
        let shown: Vec<String> = [
            0,
            345_600_000,
            181_800_000,
            181_815_000,
            181_815_001,
            9_000_000,
            -259_200_000,
        ]
        .map(|ms| offset(Span::from_ms(ms)))
        .to_vec();
        insta::assert_snapshot!(shown.join("\n"), @"
        0d
        4d
        2d 02:30
        2d 02:30:15
        2d 2h 30m 15s 1ms
        0d 02:30
        -3d
        ");
    }
}
