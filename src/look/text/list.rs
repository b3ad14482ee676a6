//! A list of snapshots.

use comfy_table::{ColumnConstraint, Width};

use super::words::{age, counted, lines, table};
use crate::domain::{BlockedBy, RowState, Timestamp};
use crate::look::list::Listed;
use crate::report::Look;
use crate::scenario::model::BlockedKind;

/// The places of columns that may be broken between words.
const STATE: usize = 3;
const BLOCKED_BY: usize = 7;

/// A table, and a line that counts.
#[must_use]
pub fn list(listed: &[Listed], now: Timestamp, look: Look) -> String {
    if listed.is_empty() {
        return "no snapshots\n".to_owned();
    }
    let one_policy = listed.iter().all(|one| one.policy == listed[0].policy);
    let mut heads = vec![
        "SNAPSHOT",
        "VOLUME",
        "INSTANCE",
        "STATE",
        "AGE",
        "LIFETIME",
        "NOT BEFORE",
        "BLOCKED BY",
    ];
    if !one_policy {
        heads.insert(0, "POLICY");
    }
    let shift = usize::from(!one_policy);
    let mut whole = [0, 1, 2, 4, 5, 6].map(|place| shift + place).to_vec();
    if !one_policy {
        whole.push(0);
    }
    let mut table = table(look, heads, &whole);
    // Ids of AWS's length need more than a narrow window has; a word cut in two helps nobody.
    let states = listed.iter().map(|one| longest_word(&state(one)));
    let blocks = listed.iter().filter_map(|one| one.blocked_by.as_ref());
    let blocks = blocks.map(|by| longest_word(&blocked(by)));
    let boundaries = [
        (STATE, states.max().unwrap_or_default()),
        (
            BLOCKED_BY,
            blocks.fold(longest_word("BLOCKED BY"), u16::max),
        ),
    ];
    for (place, word) in boundaries {
        if let Some(column) = table.column_mut(shift + place) {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(word + 2)));
        }
    }
    for one in listed {
        let mut cells = vec![
            one.id.to_string(),
            one.volume.to_string(),
            one.instance
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            state(one),
            age(now - one.start),
            one.lifetime
                .map_or_else(|| "none".to_owned(), |lifetime| lifetime.to_string()),
            one.not_before()
                .map(|at| at.to_string())
                .unwrap_or_default(),
            one.blocked_by.as_ref().map(blocked).unwrap_or_default(),
        ];
        if !one_policy {
            cells.insert(0, one.policy.to_string());
        }
        table.add_row(cells);
    }
    format!("{}\n{}\n", lines(&table), counted(listed.len(), "snapshot"))
}

fn longest_word(text: &str) -> u16 {
    let longest = text.split(' ').map(str::len).max();
    u16::try_from(longest.unwrap_or_default()).unwrap_or(u16::MAX - 2)
}

/// A word, since `explain` has the sentence; with the image, which is where to go.
fn blocked(by: &BlockedBy) -> String {
    let name = BlockedKind::of(by).name();
    match by {
        BlockedBy::Image(Some(image)) => format!("{name} {image}"),
        _ => name.to_owned(),
    }
}

/// One word where both sides say the same.
fn state(one: &Listed) -> String {
    let ec2 = one.ec2.as_ref().map_or("not seen", |state| state.as_str());
    match &one.row {
        Some(row) if one.agrees() => row.to_string(),
        Some(row @ (RowState::Deleted | RowState::Lost)) => format!("{row}, but EC2: {ec2}"),
        Some(row) => format!("{row}, EC2: {ec2}"),
        None => format!("no row, EC2: {ec2}"),
    }
}
