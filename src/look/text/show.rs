//! Both sides of one snapshot.

use super::words::{age, lines, table};
use crate::look::show::Shown;
use crate::report::Look;

/// A line per thing that is known; those on which the sides differ begin with `!`.
#[must_use]
pub fn show(shown: &Shown, look: Look) -> String {
    let mut table = table(look, ["", "", "TABLE", "EC2"], &[0, 1]);
    let mut differs = false;
    for line in shown.lines() {
        if line.row.is_none() && line.ec2.is_none() {
            continue;
        }
        differs |= line.differs;
        let mark = if line.differs { "!" } else { "" };
        table.add_row([
            mark.to_owned(),
            line.what,
            line.row.unwrap_or_default(),
            line.ec2.unwrap_or_default(),
        ]);
    }
    let mut text = format!("{}\n{}", look.strong(shown.id.as_str()), lines(&table));
    let said = match (&shown.row, &shown.ec2) {
        (None, _) => "the table has no row for it, so nothing of ours judges or deletes it",
        (_, None) => "EC2 does not show it",
        _ if differs => "the two sides differ where a line begins with `!`; `sync` follows EC2",
        _ => "both sides agree",
    };
    text.push_str(&format!("\n{}\n", look.hang(0, said)));
    text
}

/// What it is, in a line: for asking about it.
#[must_use]
pub fn in_a_line(shown: &Shown) -> String {
    let id = &shown.id;
    match (&shown.ec2, &shown.row) {
        (Some(ec2), _) => format!(
            "{id} of {}, {}, started {}, {} old",
            ec2.volume,
            ec2.state.as_str(),
            ec2.start,
            age(shown.now - ec2.start)
        ),
        (None, Some(row)) => format!("{id} of {}, {}, not shown by EC2", row.volume, row.state),
        (None, None) => id.to_string(),
    }
}
