//! `rate(n unit)`: at the anchor, then every n units.

use smol_str::SmolStr;

use super::syntax;
use crate::domain::mistake::Mistake;
use crate::domain::time::{Span, Timestamp};

/// A fixed distance. A day is 24 hours, whatever the clocks do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rate {
    text: SmolStr,
    every: Span,
}

impl Rate {
    pub(super) fn parse(text: &str) -> Result<Self, Mistake> {
        let call = syntax::rate(text)?;
        let (singular, one) = match call.unit.text.strip_suffix('s').unwrap_or(call.unit.text) {
            "minute" => ("minute", Span::minutes(1)),
            "hour" => ("hour", Span::hours(1)),
            "day" => ("day", Span::days(1)),
            _ => {
                return Err(Mistake::new(
                    call.unit.span,
                    format!("a rate cannot count `{}`", call.unit.text),
                    "use minutes, hours or days; a week is rate(7 days)",
                ));
            }
        };
        let count = call.count.text;
        let number: i64 = count.parse().map_err(|_| too_long(&call.count))?;
        if number == 0 {
            return Err(Mistake::new(
                call.count.span,
                "a rate of zero would never rest",
                "the shortest is rate(1 minute)",
            ));
        }
        let wanted = if number == 1 {
            singular.to_owned()
        } else {
            format!("{singular}s")
        };
        if call.unit.text != wanted {
            return Err(Mistake::new(
                call.unit.span,
                format!("AWS wants `{wanted}` after {number}"),
                format!("write rate({number} {wanted})"),
            ));
        }
        let ms = number
            .checked_mul(one.as_ms())
            .ok_or_else(|| too_long(&call.count))?;
        Ok(Self {
            text: SmolStr::new(text),
            every: Span::from_ms(ms),
        })
    }

    /// The distance between two slots.
    #[must_use]
    pub const fn every(&self) -> Span {
        self.every
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn next_after(&self, after: Timestamp, anchor: Timestamp) -> Option<Timestamp> {
        let first = whole_second(anchor)?;
        if after < first {
            return Some(first);
        }
        self.latest_at_or_before(after, anchor)?
            .as_ms()
            .checked_add(self.every.as_ms())
            .map(Timestamp::from_ms)
    }

    pub(super) fn latest_at_or_before(
        &self,
        now: Timestamp,
        anchor: Timestamp,
    ) -> Option<Timestamp> {
        let first = whole_second(anchor)?;
        if now < first {
            return None;
        }
        let gone = i128::from(now.as_ms()) - i128::from(first.as_ms());
        let since = gone % i128::from(self.every.as_ms());
        let slot = i128::from(now.as_ms()) - since;
        i64::try_from(slot).ok().map(Timestamp::from_ms)
    }
}

/// The anchor, moved up to a whole second, because the name of a slot holds no milliseconds.
fn whole_second(anchor: Timestamp) -> Option<Timestamp> {
    let above = (1_000 - anchor.as_ms().rem_euclid(1_000)) % 1_000;
    anchor.as_ms().checked_add(above).map(Timestamp::from_ms)
}

fn too_long(count: &syntax::Word<'_>) -> Mistake {
    Mistake::new(
        count.span.clone(),
        format!("{} is more than can be counted", count.text),
        "write a smaller number",
    )
}
