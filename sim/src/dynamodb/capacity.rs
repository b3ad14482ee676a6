//! What requests cost, and the bucket that a provisioned table pays from.
//!
//! Source: DynamoDB Developer Guide, *Provisioned capacity mode* (sizes, rounding, halves and
//! doubles) and *Burst capacity* (300 seconds of unused capacity are kept). Units are counted in
//! thousandths, so that half a read unit and a refill each millisecond are whole numbers.

use serde::{Deserialize, Serialize};

use super::schema::Billing;
use crate::time::Timestamp;

/// Thousandths in one unit.
const UNIT: i64 = 1_000;
/// Seconds of unused capacity that are kept.
const BURST_SECONDS: i64 = 300;
/// Bytes that one write unit covers.
const WRITE_BYTES: usize = 1 << 10;
/// Bytes that one read unit covers.
const READ_BYTES: usize = 4 << 10;

/// What a table's requests have cost so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Consumed {
    /// Write units of the indexes, in thousandths. They are counted and never throttle, which is
    /// an assumption: a full index throttles the table's writes.
    pub index_write_milli: i64,
    /// Read units of table and indexes, in thousandths.
    pub read_milli: i64,
    /// Requests refused because the units were used up.
    pub throttled: u64,
    /// Write units of the table, in thousandths.
    pub write_milli: i64,
}

/// How a read is weighed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ReadKind {
    /// Half price.
    Eventual,
    /// Full price.
    Strong,
    /// Double price.
    Transactional,
}

impl ReadKind {
    pub(super) const fn of(consistent: bool) -> Self {
        if consistent {
            Self::Strong
        } else {
            Self::Eventual
        }
    }
}

/// The price of reading so many bytes, in thousandths; a missing item costs as one of one byte.
pub(super) fn read_cost(bytes: usize, kind: ReadKind) -> i64 {
    let blocks = bytes.div_ceil(READ_BYTES).max(1);
    let blocks = i64::try_from(blocks).unwrap_or(i64::MAX / (2 * UNIT));
    match kind {
        ReadKind::Eventual => blocks * UNIT / 2,
        ReadKind::Strong => blocks * UNIT,
        ReadKind::Transactional => blocks * UNIT * 2,
    }
}

/// The price of writing an item of so many bytes (the larger of before and after), in thousandths.
pub(super) fn write_cost(bytes: usize) -> i64 {
    let blocks = bytes.div_ceil(WRITE_BYTES).max(1);
    i64::try_from(blocks).unwrap_or(i64::MAX / (2 * UNIT)) * UNIT
}

/// The unused capacity of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Bucket {
    /// Thousandths left; below zero after one request larger than what was left.
    left: i64,
    /// Units per second, which is thousandths per millisecond.
    rate: i64,
    refilled_at: Timestamp,
}

impl Bucket {
    fn full(rate: u32, now: Timestamp) -> Self {
        let rate = i64::from(rate);
        Self {
            left: rate * BURST_SECONDS * UNIT,
            rate,
            refilled_at: now,
        }
    }

    fn refill(&mut self, now: Timestamp) {
        let elapsed = (now - self.refilled_at).0.max(0);
        let gained = elapsed.saturating_mul(self.rate);
        let most = self.rate * BURST_SECONDS * UNIT;
        self.left = self.left.saturating_add(gained).min(most);
        self.refilled_at = self.refilled_at.max(now);
    }
}

/// Reads and writes of one table: what they cost, and whether there is room for more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Capacity {
    pub(super) consumed: Consumed,
    /// Read and write buckets; none on demand.
    buckets: Option<(Bucket, Bucket)>,
}

impl Capacity {
    /// Capacity with its full burst. That a new or changed table starts with it is an assumption.
    pub(super) fn new(billing: Billing, now: Timestamp) -> Self {
        Self {
            consumed: Consumed::default(),
            buckets: buckets(billing, now),
        }
    }

    pub(super) fn change_billing(&mut self, billing: Billing, now: Timestamp) {
        self.buckets = buckets(billing, now);
    }

    /// Whether a read may start. One request may go into debt: its size is only known afterwards.
    pub(super) fn may_read(&mut self, now: Timestamp) -> bool {
        let Some((read, _)) = &mut self.buckets else {
            return true;
        };
        read.refill(now);
        let allowed = read.left > 0;
        self.consumed.throttled += u64::from(!allowed);
        allowed
    }

    /// Whether a write may start; as [`Self::may_read`].
    pub(super) fn may_write(&mut self, now: Timestamp) -> bool {
        let Some((_, write)) = &mut self.buckets else {
            return true;
        };
        write.refill(now);
        let allowed = write.left > 0;
        self.consumed.throttled += u64::from(!allowed);
        allowed
    }

    pub(super) fn pay_read(&mut self, cost: i64) {
        self.consumed.read_milli += cost;
        if let Some((read, _)) = &mut self.buckets {
            read.left -= cost;
        }
    }

    pub(super) fn pay_write(&mut self, cost: i64) {
        self.consumed.write_milli += cost;
        if let Some((_, write)) = &mut self.buckets {
            write.left -= cost;
        }
    }
}

fn buckets(billing: Billing, now: Timestamp) -> Option<(Bucket, Bucket)> {
    match billing {
        Billing::OnDemand => None,
        Billing::Provisioned { read, write } => {
            Some((Bucket::full(read, now), Bucket::full(write, now)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_priced_by_four_kilobytes_and_kind() {
        let prices = [0, 1, 4_096, 4_097].map(|bytes| {
            [
                read_cost(bytes, ReadKind::Eventual),
                read_cost(bytes, ReadKind::Strong),
                read_cost(bytes, ReadKind::Transactional),
            ]
        });
        let one = [500, 1_000, 2_000];
        assert_eq!(prices, [one, one, one, [1_000, 2_000, 4_000]]);
    }

    #[test]
    fn writes_are_priced_by_the_kilobyte() {
        assert_eq!(
            [0, 1, 1_024, 1_025].map(write_cost),
            [1_000, 1_000, 1_000, 2_000]
        );
    }

    #[test]
    fn a_burst_of_300_seconds_may_end_in_debt_for_one_request() {
        let billing = Billing::Provisioned { read: 1, write: 1 };
        let mut capacity = Capacity::new(billing, Timestamp(0));
        capacity.pay_write(299 * UNIT);
        assert!(capacity.may_write(Timestamp(0)));
        capacity.pay_write(10 * UNIT);
        assert!(!capacity.may_write(Timestamp(9_000)));
        assert!(capacity.may_write(Timestamp(9_001)));
        assert_eq!(capacity.consumed.throttled, 1);
    }
}
