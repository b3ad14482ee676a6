//! What the doctor found.

use super::words::counted;
use crate::look::doctor::{Check, Level};
use crate::report::Look;

/// Where the sentences begin.
const COLUMN: usize = 23;

/// A line per thing, what to do below it, and a last line that counts.
#[must_use]
pub fn doctor(checks: &[Check], look: Look) -> String {
    let mut text = String::new();
    for check in checks {
        let word = format!("{:<9}", check.level);
        let word = match check.level {
            Level::Ok => look.good(&word),
            Level::Skipped => look.quiet(&word),
            Level::Warning => look.strong(&word),
            Level::Broken => look.bad(&word),
        };
        let found = look.hang(COLUMN, &check.found);
        text.push_str(&format!("{word}{:<14}{found}\n", check.subject));
        if let Some(remedy) = &check.remedy {
            let remedy = look.hang(COLUMN + 4, remedy);
            text.push_str(&format!("{:COLUMN$}do: {remedy}\n", ""));
        }
    }
    let of = |level| checks.iter().filter(|check| check.level == level).count();
    let said = match (of(Level::Broken), of(Level::Warning)) {
        (0, 0) => "nothing is broken".to_owned(),
        (0, warnings) => format!("nothing is broken, {}", counted(warnings, "warning")),
        (broken, 0) => format!("{broken} broken"),
        (broken, warnings) => format!("{broken} broken, {}", counted(warnings, "warning")),
    };
    text.push_str(&format!("\n{said}\n"));
    text
}
