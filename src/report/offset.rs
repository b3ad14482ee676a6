//! Instants as offsets from a run's start, the way a scenario's `at` is written.

use crate::domain::Timestamp;

/// `+2d 03:10`, with seconds and milliseconds only when there are some; `-0d 00:10` before the
/// start.
#[must_use]
pub fn offset(at: Timestamp, start: Timestamp) -> String {
    let ms = (at - start).as_ms();
    let sign = if ms < 0 { '-' } else { '+' };
    let ms = ms.unsigned_abs();
    let (days, ms) = (ms / 86_400_000, ms % 86_400_000);
    let (hours, ms) = (ms / 3_600_000, ms % 3_600_000);
    let (minutes, ms) = (ms / 60_000, ms % 60_000);
    let (seconds, ms) = (ms / 1_000, ms % 1_000);
    let mut text = format!("{sign}{days}d {hours:02}:{minutes:02}");
    if seconds > 0 || ms > 0 {
        text.push_str(&format!(":{seconds:02}"));
    }
    if ms > 0 {
        text.push_str(&format!(".{ms:03}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Span;

    #[test]
    fn an_offset_is_as_short_as_it_can_be() {
        let start = Timestamp::EPOCH;
        let of = |ms: i64| offset(start + Span::from_ms(ms), start);
        let texts = [0, 184_200_000, 184_205_000, 184_205_250, 50, -600_000].map(of);
        insta::assert_snapshot!(texts.join("\n"), @r"
        +0d 00:00
        +2d 03:10
        +2d 03:10:05
        +2d 03:10:05.250
        +0d 00:00:00.050
        -0d 00:10
        ");
    }
}
