//! Token buckets in front of every call, shared with strangers.
//!
//! Source: EC2 Developer Guide, *Request throttling for the Amazon EC2 API*: one bucket per call,
//! account and Region; a request takes one token; tokens come every second and what does not fit is
//! lost; without a token the call is refused with `RequestLimitExceeded` (503).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::answer::Refusal;
use crate::time::Timestamp;

use super::settings::{Strangers, Throttling};

/// A bucket's size in tokens, and how many it gets every second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BucketSize {
    /// Tokens it holds when full.
    pub capacity: u32,
    /// Tokens it gets every second.
    pub refill_per_second: u32,
}

impl BucketSize {
    /// A bucket of this capacity and refill.
    #[must_use]
    pub const fn new(capacity: u32, refill_per_second: u32) -> Self {
        Self {
            capacity,
            refill_per_second,
        }
    }
}

/// The calls, as far as they have buckets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) enum Api {
    CreateSnapshot,
    CreateSnapshots,
    CreateTags,
    DeleteSnapshot,
    DeleteTags,
    DescribeImages,
    DescribeInstances,
    DescribeLockedSnapshots,
    DescribeSnapshots,
    DescribeVolumes,
}

/// Whether a listing names what it wants: the ones that do not have a smaller bucket.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) enum Scope {
    /// Filtered or paginated, or no listing at all.
    Narrow,
    /// Neither filtered nor paginated.
    Bare,
}

/// The buckets of one account and Region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Buckets {
    #[serde(with = "crate::pairs")]
    levels: BTreeMap<(Api, Scope), Level>,
}

/// In thousandths of a token, so that a percentage of a refill is a whole number nearly always.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Level {
    millitokens: i64,
    second: i64,
}

impl Buckets {
    /// Takes one token.
    ///
    /// # Errors
    /// `RequestLimitExceeded` when there is none.
    pub(super) fn take(
        &mut self,
        now: Timestamp,
        (api, scope): (Api, Scope),
        throttling: &Throttling,
    ) -> Result<(), Refusal> {
        let size = size(api, scope, throttling);
        let second = now.0.div_euclid(1_000);
        let level = self.levels.entry((api, scope)).or_insert(Level {
            millitokens: i64::from(size.capacity) * 1_000,
            second,
        });
        level.refill(second, size, &throttling.strangers);
        if level.millitokens < 1_000 {
            return Err(Refusal::new(
                503,
                "RequestLimitExceeded",
                "Request limit exceeded.",
            ));
        }
        level.millitokens -= 1_000;
        Ok(())
    }
}

impl Level {
    fn refill(&mut self, second: i64, size: BucketSize, strangers: &[Strangers]) {
        while self.second < second {
            let (percent, until) = share_of_strangers(self.second, strangers);
            let until = until.min(second);
            let per_second = i64::from(size.refill_per_second) * 10 * (100 - percent);
            let gain = per_second.saturating_mul(until - self.second);
            let full = i64::from(size.capacity) * 1_000;
            self.millitokens = self.millitokens.saturating_add(gain).clamp(0, full);
            self.second = until;
        }
    }
}

/// The percentage that strangers take at this second, and the second until which it holds.
fn share_of_strangers(second: i64, strangers: &[Strangers]) -> (i64, i64) {
    let mut until = i64::MAX;
    for window in strangers {
        let from = window.from.0.div_euclid(1_000);
        let end = window.until.0.div_euclid(1_000);
        if (from..end).contains(&second) {
            return (i64::from(window.percent), end);
        }
        if from > second {
            until = until.min(from);
        }
    }
    (0, until)
}

fn size(api: Api, scope: Scope, throttling: &Throttling) -> BucketSize {
    match (api, scope) {
        (Api::CreateSnapshot | Api::CreateSnapshots | Api::DeleteSnapshot, _) => {
            throttling.mutations
        }
        (Api::CreateTags | Api::DeleteTags, _) => throttling.tagging,
        (
            Api::DescribeImages
            | Api::DescribeInstances
            | Api::DescribeLockedSnapshots
            | Api::DescribeSnapshots
            | Api::DescribeVolumes,
            Scope::Narrow,
        ) => throttling.reads,
        (
            Api::DescribeImages
            | Api::DescribeInstances
            | Api::DescribeLockedSnapshots
            | Api::DescribeSnapshots
            | Api::DescribeVolumes,
            Scope::Bare,
        ) => throttling.bare_reads,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of `wanted` calls at each of these milliseconds get through.
    fn served(throttling: &Throttling, wanted: usize, at_ms: &[i64]) -> String {
        let mut buckets = Buckets::default();
        let mut served = |ms: i64| {
            (0..wanted)
                .filter(|_| {
                    let call = (Api::DeleteSnapshot, Scope::Narrow);
                    buckets.take(Timestamp(ms), call, throttling).is_ok()
                })
                .count()
        };
        let counts: Vec<String> = at_ms.iter().map(|ms| served(*ms).to_string()).collect();
        counts.join(" ")
    }

    #[test]
    fn a_full_bucket_serves_a_burst_then_five_a_second_as_the_seconds_pass() {
        let counts = served(&Throttling::default(), 120, &[0, 999, 1_000, 1_500, 3_000]);
        assert_eq!(counts, "100 0 5 0 10");
    }

    #[test]
    fn strangers_take_their_share_of_the_refill_only_while_they_are_there() {
        let strangers = |percent| Throttling {
            strangers: vec![Strangers {
                percent,
                from: Timestamp(10_000),
                until: Timestamp(20_000),
            }],
            ..Throttling::default()
        };
        let at = [0, 10_000, 20_000, 30_000];
        assert_eq!(served(&strangers(0), 120, &at), "100 50 50 50");
        assert_eq!(served(&strangers(80), 120, &at), "100 50 10 50");
        assert_eq!(served(&strangers(100), 120, &at), "100 50 0 50");
        assert_eq!(served(&strangers(300), 30, &at), "30 30 0 30");
    }
}
