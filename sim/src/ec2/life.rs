//! How long a copy takes, how it ends, and how late things are seen.
//!
//! All of it is drawn when the snapshot is made, from its id; nothing is computed while time goes
//! by.

use crate::time::{Span, Timestamp};

use super::arranged::Fate;
use super::ids::SnapshotId;
use super::model::{Copying, Ending, Seen, VolumeTruth};
use super::settings::{Range, Timing};
use super::state::Ec2;

impl Ec2 {
    /// The copy of a new snapshot on its own, before its set has a say.
    ///
    /// Several copies of one volume run one after the other (AWS re:Post, *Why is my EBS snapshot
    /// stuck in the pending state?*).
    pub(super) fn draw_copy(
        &self,
        now: Timestamp,
        volume: &VolumeTruth,
        id: &SnapshotId,
        fate: Fate,
    ) -> Copying {
        let timing = &self.settings.timing;
        let bytes = self.chance.bytes("copy", &[id.as_str()], 0);
        let [base, per_gib, fails, sticks] = four(bytes);
        let takes = if fate.sticks || sticks % 1_000 < timing.stuck_per_mille {
            timing.stuck
        } else {
            let drawn = || self.copy_span(now, volume, base, per_gib);
            fate.takes.unwrap_or_else(drawn)
        };
        let fails = fate.fails || fails % 1_000 < timing.fail_per_mille;
        let book = self.snapshots.book(volume.id.as_str());
        let begins = book.map_or(now, |book| book.copying_until.max(now));
        let copied = begins + takes;
        Copying {
            begins,
            copied,
            settles: copied,
            ending: if fails {
                Ending::Fails
            } else {
                Ending::Completes
            },
        }
    }

    /// The time for the data that must move: all of it for a first snapshot, else what changed.
    fn copy_span(&self, now: Timestamp, volume: &VolumeTruth, base: u64, per_gib: u64) -> Span {
        let Timing {
            full,
            incremental,
            per_gib: per_gib_range,
            ..
        } = self.settings.timing;
        let per_gib = within(per_gib, per_gib_range).0;
        let size = i64::from(volume.size_gib);
        let whole = Span(size.saturating_mul(per_gib)).clamp(full.min, full.max.max(full.min));
        if !self.snapshots.has_base(&volume.id) {
            return whole;
        }
        let last = self
            .snapshots
            .book(volume.id.as_str())
            .and_then(|book| book.last_made);
        let elapsed = last.map_or(Span::days(1), |last| now - last);
        let changed_day = i64::from(volume.daily_change_gib).saturating_mul(per_gib);
        let changed = changed_day.saturating_mul(elapsed.0) / Span::days(1).0;
        Span(within(base, incremental).0 + changed.clamp(0, whole.0))
    }

    /// From when reads see a new snapshot.
    pub(super) fn draw_seen(&self, now: Timestamp, id: &SnapshotId, fate: Fate) -> Seen {
        let visibility = self.settings.visibility;
        let by_id = self.lag(visibility.by_id_max, "create-lag-by-id", id, now);
        let by_filter = self.lag(visibility.by_filter_max, "create-lag-by-filter", id, now);
        Seen {
            by_id_from: now + fate.hides.unwrap_or(by_id),
            by_filter_from: now + fate.hides.unwrap_or(by_filter),
            gone_until: None,
            stale_tags: Vec::new(),
        }
    }

    /// A delay up to `max`, drawn for a snapshot and an instant. The draw is cubed, so that half of
    /// all delays are below an eighth of the maximum.
    pub(super) fn lag(&self, max: Span, purpose: &str, id: &SnapshotId, at: Timestamp) -> Span {
        if max <= Span::ZERO {
            return Span::ZERO;
        }
        let n = u64::try_from(at.0).unwrap_or(0);
        let draw = self.chance.below(1_001, purpose, &[id.as_str()], n);
        let draw = i64::try_from(draw).unwrap_or(0);
        let cubed = draw * draw * draw;
        // In two steps, as the product with the maximum may not fit.
        Span(max.0 / 1_000_000 * (cubed / 1_000) + max.0 % 1_000_000 * (cubed / 1_000) / 1_000_000)
    }
}

/// The span that a draw picks from a range.
fn within(draw: u64, range: Range) -> Span {
    let width = range
        .max
        .0
        .saturating_sub(range.min.0)
        .saturating_add(1)
        .max(1);
    let width = u64::try_from(width).unwrap_or(1);
    Span(range.min.0 + i64::try_from(draw % width).unwrap_or(0))
}

/// Four independent draws out of one.
fn four(bytes: [u8; 32]) -> [u64; 4] {
    let mut draws = [0; 4];
    for (draw, eight) in draws.iter_mut().zip(bytes.chunks_exact(8)) {
        *draw = eight
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    }
    draws
}
