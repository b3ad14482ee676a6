//! One policy or two.

use super::Frame;
use crate::domain::{
    AtLeast, Device, Keep, Limits, Policy, PolicyName, Retroactive, RootVolumes, Schedule,
    Schedules, Selection, SourceGone, Span, Tag, Target, Zone,
};
use crate::fuzz::profile::Profile;

/// A story is sparse in passes of which nothing comes and dense in events: what a seed finds, it finds
/// at the passes around something that goes wrong, and each pass costs as much as any other.
const CREATES: [&str; 9] = [
    "rate(1 day)",
    "rate(2 days)",
    "rate(2 days)",
    "rate(3 days)",
    "cron(30 2 * * ? *)",
    "cron(30 2 ? * MON,WED,FRI,SUN *)",
    "cron(15 23 ? * MON-FRI *)",
    "cron(0 1 */2 * ? *)",
    "cron(0 6,18 ? * TUE,SAT *)",
];
/// Sparser than the creates: what a pass of `sync` or `expire` leaves undone, the next one does, so a planted mistake is
/// found in nearly as many seeds with half of them. Fewer creates are fewer snapshots to be wrong about.
const SYNCS: [&str; 8] = [
    "rate(18 hours)",
    "rate(50 hours)",
    "rate(50 hours)",
    "rate(2 days)",
    "rate(3 days)",
    "rate(3 days)",
    "cron(20 4 */2 * ? *)",
    "cron(20 4 */3 * ? *)",
];
const EXPIRES: [&str; 6] = [
    "rate(1 day)",
    "rate(50 hours)",
    "rate(3 days)",
    "rate(3 days)",
    "cron(0 5 */2 * ? *)",
    "cron(45 2 */3 * ? *)",
];
const ZONES: [&str; 5] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
];
pub(super) const TOPIC: &str = "arn:aws:sns:eu-central-1:111122223333:snaplife";

/// A pass has the time for so many calls, one after the other, however slow they are: of less nobody
/// can promise that anything is ever deleted.
const CALLS_MIN: i64 = 100;

impl Frame {
    /// The policies; a call takes at most `slowest`.
    pub(super) fn policies(&self, slowest: Span) -> Vec<Policy> {
        let nightly = Target::Instances(Tag::new("snapshot", "snapshot"));
        let singly = Target::Volumes(Tag::new("backup", "nightly"));
        let names = if self.draw.percent(25, "two policies", 0) {
            vec![("nightly", nightly), ("single", singly)]
        } else if self.draw.percent(15, "volumes", 0) {
            vec![("default", singly)]
        } else {
            vec![("default", nightly)]
        };
        (0..)
            .zip(names)
            .map(|(n, (name, target))| self.policy(n, name, target, slowest))
            .collect()
    }

    fn policy(&self, n: u64, name: &str, target: Target, slowest: Span) -> Policy {
        let draw = self.draw;
        let zone = Zone::parse(draw.one(ZONES, "zone", n)).unwrap_or(Zone::UTC);
        Policy {
            name: PolicyName::parse(name).unwrap_or_default(),
            select: Selection {
                target,
                root: if draw.percent(25, "root", n) {
                    RootVolumes::Include
                } else {
                    RootVolumes::Exclude
                },
                exclude_tags: if draw.percent(30, "exclude tag", n) {
                    vec![Tag::new("snapshot", "never")]
                } else {
                    Vec::new()
                },
                exclude_devices: if draw.percent(10, "exclude device", n) {
                    vec![Device::new("/dev/sdh")]
                } else {
                    Vec::new()
                },
            },
            schedules: Schedules {
                create: Schedule::parse(draw.one(CREATES, "create", n)).ok(),
                sync: Schedule::parse(draw.one(SYNCS, "sync", n)).ok(),
                expire: Schedule::parse(draw.one(EXPIRES, "expire", n)).ok(),
                zone,
                anchor: self.start,
            },
            keep: self.keep(n),
            source_gone: draw.one(
                [
                    SourceGone::KeepLast(Span::days(30)),
                    SourceGone::KeepLast(Span::days(2)),
                    SourceGone::Finish,
                    SourceGone::Hold,
                ],
                "source gone",
                n,
            ),
            retroactive: if draw.percent(25, "retroactive", n) {
                Retroactive::Yes
            } else {
                Retroactive::No
            },
            lifetime_tags: vec!["snaplifetime".into(), "snapshotlifetime".into()],
            copy_tags: if draw.percent(15, "copy tags", n) {
                vec!["Name".into()]
            } else {
                Vec::new()
            },
            extra_tags: if draw.percent(10, "extra tags", n) {
                vec![Tag::new("made-by", "snaplife")]
            } else {
                Vec::new()
            },
            limits: self.limits(n, slowest),
            notify: draw.percent(20, "notify", n).then(|| TOPIC.into()),
        }
    }

    pub(super) fn keep(&self, n: u64) -> Keep {
        let draw = self.draw;
        let lifetime = draw.one(
            [
                Span::hours(20),
                Span::days(1),
                Span::days(2),
                Span::days(3),
                Span::days(5),
            ],
            "keep for",
            n,
        );
        Keep {
            lifetime: draw.percent(75, "keeps for", n).then_some(lifetime),
            last: draw
                .percent(35, "keeps last", n)
                .then(|| draw.number(1, 4, "last", n)),
            at_least: AtLeast::new(draw.one([1, 1, 1, 2, 3], "at least", n)),
        }
    }

    fn limits(&self, n: u64, slowest: Span) -> Limits {
        let draw = self.draw;
        let mut limits = Limits::default();
        if draw.percent(15, "blast", n) {
            limits.blast_floor = draw.number(0, 3, "blast floor", n);
            limits.blast_percent = draw.one([10, 30, 60], "blast percent", n);
        }
        if draw.percent(10, "grace", n) {
            limits.error_grace = draw.one([Span::hours(1), Span::days(3)], "error grace", n);
        }
        if draw.percent(10, "stuck", n) {
            limits.stuck_after = draw.one([Span::hours(6), Span::hours(12)], "stuck after", n);
        }
        if self.profile >= Profile::BadDay {
            if draw.percent(8, "short deadline", n) {
                let short = draw.one([Span::minutes(2), Span::minutes(10)], "deadline", n);
                limits.deadline = short.max(slowest * CALLS_MIN);
            }
            if draw.percent(8, "few attempts", n) {
                limits.attempts_max = draw.number(1, 3, "attempts", n);
            }
        }
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A schedule that could not be read would be left out without a word.
    #[test]
    fn every_schedule_and_zone_of_the_stories_is_one() {
        for schedule in CREATES.iter().chain(&SYNCS).chain(&EXPIRES) {
            assert!(Schedule::parse(schedule).is_ok(), "{schedule}");
        }
        for zone in ZONES {
            assert!(Zone::parse(zone).is_ok(), "{zone}");
        }
    }
}
