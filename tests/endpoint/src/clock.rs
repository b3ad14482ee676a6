//! Where the world's time comes from: a function that is asked before each call.

use std::time::{SystemTime, UNIX_EPOCH};

use snaplife_sim::time::Timestamp;

/// The time of the machine, in whole milliseconds since 1970.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "real clients check the Date of an answer against their own clock"
)]
pub fn real() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let ms = since.map(|since| since.as_millis()).unwrap_or_default();
    Timestamp(i64::try_from(ms).unwrap_or(i64::MAX))
}
