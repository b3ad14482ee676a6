//! Instants as AWS writes them.

use jiff::Timestamp as Instant;
use jiff::fmt::rfc2822::DateTimePrinter;

use crate::time::Timestamp;

/// An instant in XML: RFC 3339 in UTC with three digits behind the second, as EC2 writes it.
pub(super) fn rfc3339(at: Timestamp) -> String {
    format!("{:.3}", instant(at))
}

/// An instant as the `Date` header has it: whole seconds, rounded down (RFC 9110, *Date/Time
/// Formats*). Empty for a year before 0, which the format can't hold.
pub(super) fn http_date(at: Timestamp) -> String {
    let whole = Timestamp(at.0.saturating_sub(at.0.rem_euclid(1_000)));
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&instant(whole))
        .unwrap_or_default()
}

/// Instants beyond the calendar's ends, some ten thousand years from now, become these ends.
fn instant(at: Timestamp) -> Instant {
    let end = if at.0 < 0 { Instant::MIN } else { Instant::MAX };
    Instant::from_millisecond(at.0).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_three_digits_in_xml_and_none_in_headers() {
        let at = Timestamp(1_774_657_800_999);
        assert_eq!(rfc3339(at), "2026-03-28T00:30:00.999Z");
        assert_eq!(http_date(at), "Sat, 28 Mar 2026 00:30:00 GMT");
        assert_eq!(http_date(Timestamp(-1)), "Wed, 31 Dec 1969 23:59:59 GMT");
        assert_eq!(rfc3339(Timestamp(i64::MAX)), "9999-12-30T22:00:00.999Z");
        assert_eq!(http_date(Timestamp(i64::MIN)), "");
    }
}
