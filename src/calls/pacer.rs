//! Token buckets that stay below AWS's own, so that we are seldom throttled and never the cause.
//!
//! Figures: EC2 Developer Guide, *Request throttling for the Amazon EC2 API*. Each bucket holds and
//! refills the configured share of AWS's; a throttle halves that share for the family, and every
//! minute without one gives a tenth of it back. Only EC2 is paced; the table is on demand.

use std::collections::BTreeMap;

use crate::domain::{Span, Timestamp};
use crate::ports::OperationName;

/// One bucket per family of calls, for one account and Region.
#[derive(Clone, Debug)]
pub struct Pacer {
    share_percent: i64,
    buckets: BTreeMap<Family, Bucket>,
}

/// Calls that share a token bucket on AWS's side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Family {
    /// `Describe…`, filtered or paged.
    Read,
    /// Each of these has a bucket of its own.
    CreateSnapshot,
    CreateSnapshots,
    DeleteSnapshot,
    CreateTags,
    DeleteTags,
}

impl Family {
    fn of(operation: OperationName) -> Option<Self> {
        match operation {
            OperationName::DescribeInstances
            | OperationName::DescribeVolumes
            | OperationName::DescribeSnapshots
            | OperationName::DescribeImages
            | OperationName::DescribeLockedSnapshots => Some(Self::Read),
            OperationName::CreateSnapshots => Some(Self::CreateSnapshots),
            OperationName::CreateSnapshot => Some(Self::CreateSnapshot),
            OperationName::DeleteSnapshot => Some(Self::DeleteSnapshot),
            OperationName::CreateTags => Some(Self::CreateTags),
            OperationName::DeleteTags => Some(Self::DeleteTags),
            OperationName::GetItem
            | OperationName::BatchGetItem
            | OperationName::Query
            | OperationName::PutItem
            | OperationName::TransactWrite
            | OperationName::DescribeTable
            | OperationName::DescribeTimeToLive
            | OperationName::CreateTable
            | OperationName::EnableTimeToLive
            | OperationName::UpdateTable
            | OperationName::EnableRecovery
            | OperationName::Scan
            | OperationName::GetCallerIdentity
            | OperationName::Publish
            | OperationName::GetTopicAttributes
            // A handful in all, each of another family.
            | OperationName::DryRun => None,
        }
    }

    /// AWS's bucket size in tokens and refill in tokens per second.
    const fn bucket(self) -> (i64, i64) {
        match self {
            Self::Read => (100, 20),
            Self::CreateSnapshot | Self::CreateSnapshots | Self::DeleteSnapshot => (100, 5),
            Self::CreateTags | Self::DeleteTags => (100, 10),
        }
    }
}

/// Amounts are in thousandths of a token, so that whole milliseconds refill whole amounts.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    filled_at: Timestamp,
    millitokens: i64,
    share_percent: i64,
    share_changed_at: Timestamp,
}

const MILLITOKENS: i64 = 1_000;
const SHARE_PERCENT_MIN: i64 = 5;
const RECOVERY_STEP: Span = Span::minutes(1);

impl Pacer {
    /// Full buckets of `share_percent` (1 to 100) of AWS's size and refill.
    #[must_use]
    pub fn new(share_percent: u32) -> Self {
        Self {
            share_percent: i64::from(share_percent).clamp(1, 100),
            buckets: BTreeMap::new(),
        }
    }

    /// Takes a token for one call and says how long to wait before sending it: zero when there was
    /// one. The token is taken in any case, so that callers queue up behind each other.
    pub fn take(&mut self, operation: OperationName, now: Timestamp) -> Span {
        let Some(family) = Family::of(operation) else {
            return Span::ZERO;
        };
        let full_share = self.share_percent;
        let bucket = self.buckets.entry(family).or_insert_with(|| Bucket {
            filled_at: now,
            millitokens: family.bucket().0 * MILLITOKENS * full_share / 100,
            share_percent: full_share,
            share_changed_at: now,
        });
        bucket.recover(now, full_share);
        bucket.refill(now, family);
        bucket.millitokens -= MILLITOKENS;
        bucket.wait(family)
    }

    /// AWS throttled this call: the family gets half its share.
    pub fn throttled(&mut self, operation: OperationName, now: Timestamp) {
        let Some(family) = Family::of(operation) else {
            return;
        };
        if let Some(bucket) = self.buckets.get_mut(&family) {
            bucket.refill(now, family);
            bucket.share_percent = (bucket.share_percent / 2).max(SHARE_PERCENT_MIN);
            bucket.share_changed_at = now;
            bucket.millitokens = bucket.millitokens.min(0);
        }
    }
}

impl Bucket {
    fn refill(&mut self, now: Timestamp, family: Family) {
        let (size, per_second) = family.bucket();
        let elapsed_ms = (now - self.filled_at).as_ms().clamp(0, 3_600_000);
        // tokens per second × ms = millitokens
        let gained = per_second * elapsed_ms * self.share_percent / 100;
        let size = size * MILLITOKENS * self.share_percent / 100;
        self.millitokens = (self.millitokens + gained).min(size.max(MILLITOKENS));
        self.filled_at = now;
    }

    fn recover(&mut self, now: Timestamp, full_share: i64) {
        let steps = (now - self.share_changed_at).as_ms() / RECOVERY_STEP.as_ms();
        if self.share_percent < full_share && steps > 0 {
            let gained = (full_share / 10).max(1) * steps.min(10);
            self.share_percent = (self.share_percent + gained).min(full_share);
            self.share_changed_at = now;
        }
    }

    fn wait(&self, family: Family) -> Span {
        if self.millitokens >= 0 {
            return Span::ZERO;
        }
        let per_second = (family.bucket().1 * self.share_percent).max(1);
        Span::from_ms((-self.millitokens * 100 + per_second - 1) / per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many deletes leave within the first `seconds`, asked for as fast as possible.
    fn sent_within(pacer: &mut Pacer, seconds: i64) -> u32 {
        let end = Timestamp::from_ms(seconds * 1_000);
        let mut now = Timestamp::from_ms(0);
        let mut sent = 0;
        loop {
            now = now + pacer.take(OperationName::DeleteSnapshot, now);
            if now > end {
                return sent;
            }
            sent += 1;
        }
    }

    #[test]
    fn a_full_bucket_then_a_steady_rate() {
        // 80 % of 100 at once, then 80 % of 5 a second.
        assert_eq!(sent_within(&mut Pacer::new(80), 0), 80);
        assert_eq!(sent_within(&mut Pacer::new(80), 60), 80 + 4 * 60);
    }

    #[test]
    fn a_throttle_halves_the_rate_and_quiet_minutes_give_it_back() {
        let mut pacer = Pacer::new(80);
        let start = Timestamp::from_ms(0);
        let _ = pacer.take(OperationName::DeleteSnapshot, start);
        pacer.throttled(OperationName::DeleteSnapshot, start);
        let wait = pacer.take(OperationName::DeleteSnapshot, start);
        assert_eq!(wait, Span::from_ms(500), "one token at 2 a second");
        let later = start + Span::minutes(10);
        let _ = pacer.take(OperationName::DeleteSnapshot, later);
        assert_eq!(pacer.take(OperationName::DeleteSnapshot, later), Span::ZERO);
    }

    #[test]
    fn the_table_is_not_paced() {
        let mut pacer = Pacer::new(1);
        for _ in 0..10_000 {
            assert_eq!(
                pacer.take(OperationName::PutItem, Timestamp::from_ms(0)),
                Span::ZERO
            );
        }
    }
}
