//! Whether our clock can be believed when something is about to be deleted.

use crate::domain::{Span, Timestamp};

/// What the pass learned about time: pairs of our clock and AWS's, taken from answers that tell the time.
///
/// A caller keeps two of these: one of EC2's answers alone, by which deletes are judged, and one of
/// every service's.
///
/// AWS's `Date` has whole seconds and was written before we read it, so a difference of up to the
/// call's duration is normal; the largest one seen in the run is what counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Clocks {
    seen: Option<Seen>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Seen {
    /// The largest distance between the two clocks, in either direction.
    distance_max: Span,
    /// How far AWS's clock is behind ours, at its largest; zero when it is ahead.
    behind_max: Span,
    /// How far it is ahead of ours, at its largest; zero when it is behind.
    ahead_max: Span,
}

/// May deletes be judged, and by which instant?
#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockVerdict {
    /// Judge by this: the earlier of the two clocks.
    Trusted(Timestamp),
    /// No answer carried a `Date`: nothing may be deleted.
    NoServerTime,
    /// The clocks are too far apart: nothing may be deleted.
    TooFarApart(Span),
}

impl Clocks {
    /// Notes one answer: our clock when it came, and AWS's.
    pub fn saw(&mut self, ours: Timestamp, server: Timestamp) {
        let behind = ours - server;
        let distance = Span::from_ms(behind.as_ms().saturating_abs());
        let seen = self.seen.get_or_insert(Seen {
            distance_max: distance,
            behind_max: Span::ZERO,
            ahead_max: Span::ZERO,
        });
        seen.distance_max = seen.distance_max.max(distance);
        seen.behind_max = seen.behind_max.max(behind);
        seen.ahead_max = seen.ahead_max.max(server - ours);
    }

    /// Whether any answer told the time.
    #[must_use]
    pub const fn has_heard(&self) -> bool {
        self.seen.is_some()
    }

    /// The earliest that it can be when ours says `ours`: for judging that enough time has passed.
    #[must_use]
    pub fn earliest(&self, ours: Timestamp) -> Timestamp {
        self.seen.map_or(ours, |seen| ours - seen.behind_max)
    }

    /// The latest that it can be when ours says `ours`: for noting since when time is to pass.
    #[must_use]
    pub fn latest(&self, ours: Timestamp) -> Timestamp {
        self.seen.map_or(ours, |seen| ours + seen.ahead_max)
    }

    /// What AWS's clock shows when ours says `ours`; none when no answer told.
    #[must_use]
    pub fn theirs(&self, ours: Timestamp) -> Option<Timestamp> {
        self.seen
            .map(|seen| ours - seen.behind_max + seen.ahead_max)
    }

    /// What that means for deletes at `ours`, our clock now.
    pub fn verdict(&self, ours: Timestamp, apart_max: Span) -> ClockVerdict {
        match self.seen {
            None => ClockVerdict::NoServerTime,
            Some(seen) if planted!(seen.distance_max > apart_max, BelievesAnyClock => false) => {
                ClockVerdict::TooFarApart(seen.distance_max)
            }
            Some(seen) => ClockVerdict::Trusted(ours - seen.behind_max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_ms(43_200_000);
    const MINUTE: Span = Span::minutes(1);

    fn after(differences_s: &[i64]) -> ClockVerdict {
        let mut clocks = Clocks::default();
        for difference in differences_s {
            clocks.saw(NOON, NOON - Span::seconds(*difference));
        }
        clocks.verdict(NOON, MINUTE)
    }

    #[test]
    fn an_interval_that_two_clocks_measure_is_never_cut_short() {
        let mut clocks = Clocks::default();
        assert_eq!((clocks.earliest(NOON), clocks.latest(NOON)), (NOON, NOON));
        clocks.saw(NOON, NOON + MINUTE);
        assert_eq!(
            (clocks.earliest(NOON), clocks.latest(NOON)),
            (NOON, NOON + MINUTE)
        );
        assert_eq!(clocks.theirs(NOON), Some(NOON + MINUTE));
        clocks.saw(NOON, NOON - Span::seconds(2));
        assert_eq!(clocks.earliest(NOON), NOON - Span::seconds(2));
        assert_eq!(clocks.latest(NOON), NOON + MINUTE);
    }

    #[test]
    fn the_earlier_clock_is_believed_and_a_distant_one_forbids_deletes() {
        assert_eq!(after(&[]), ClockVerdict::NoServerTime);
        assert_eq!(after(&[0]), ClockVerdict::Trusted(NOON));
        assert_eq!(
            after(&[2, 20]),
            ClockVerdict::Trusted(NOON - Span::seconds(20))
        );
        assert_eq!(
            after(&[-20]),
            ClockVerdict::Trusted(NOON),
            "ours is the earlier one"
        );
        assert_eq!(after(&[60]), ClockVerdict::Trusted(NOON - MINUTE));
        assert_eq!(
            after(&[0, 61]),
            ClockVerdict::TooFarApart(Span::seconds(61))
        );
        assert_eq!(after(&[-61]), ClockVerdict::TooFarApart(Span::seconds(61)));
    }
}
