//! Words and tables that several texts share.

use comfy_table::{ColumnConstraint, ContentArrangement, Table};

use crate::domain::Span;
use crate::report::Look;

/// A table without lines, as wide as the look; columns whose content must stay whole are named by
/// their places.
pub(super) fn table<'a>(
    look: Look,
    heads: impl IntoIterator<Item = &'a str>,
    whole: &[usize],
) -> Table {
    let mut table = Table::new();
    let width = u16::try_from(look.width).unwrap_or(u16::MAX);
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .set_header(heads);
    for place in whole {
        if let Some(column) = table.column_mut(*place) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

/// The table's lines without what only fills them up.
pub(super) fn lines(table: &Table) -> String {
    let text = table.to_string();
    text.lines()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect()
}

/// An age as people say it: days and hours, or hours and minutes.
pub(super) fn age(span: Span) -> String {
    let unit = if span >= Span::days(1) {
        Span::hours(1)
    } else if span >= Span::minutes(1) {
        Span::minutes(1)
    } else {
        Span::seconds(1)
    };
    let whole = span.as_ms() - span.as_ms().rem_euclid(unit.as_ms());
    Span::from_ms(whole).to_string()
}

/// `1 snapshot`, `2 snapshots`.
pub(in crate::look) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}
