//! Indexes and counts against the obvious way: look at every snapshot, every time.

use proptest::prelude::*;

use super::steady;
use crate::chance::Chance;
use crate::ec2::request::{DescribeSnapshots, Filter, Owner, PageRequest};
use crate::ec2::settings::{Paging, Settings, Throttling, Visibility};
use crate::ec2::snapshots::Keys;
use crate::ec2::{
    Arranged, Arrangement, BucketSize, Ec2, EffectKind, NewVolume, SnapshotId, SnapshotState,
    SnapshotTruth, Tags,
};
use crate::time::{Span, Timestamp};

const START: Timestamp = Timestamp(1_000_000_000_000);
const VOLUMES: [&str; 3] = ["vol-a", "vol-b", "vol-c"];

/// One thing that happens; numbers pick a volume, a snapshot or a value.
#[derive(Clone, Debug)]
enum Step {
    Create(usize, u8),
    Delete(usize),
    Fail(usize),
    Mark(usize),
    Tag(usize, u8),
    Untag(usize),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_usize, 0..3_u8).prop_map(|(volume, op)| Step::Create(volume, op)),
        2 => (0..99_usize).prop_map(Step::Delete),
        1 => (0..3_usize).prop_map(Step::Fail),
        1 => (0..99_usize).prop_map(Step::Mark),
        2 => (0..99_usize, 0..3_u8).prop_map(|(at, op)| Step::Tag(at, op)),
        1 => (0..99_usize).prop_map(Step::Untag),
        4 => (1..900_i64).prop_map(Step::Wait),
    ]
}

fn op(number: u8) -> Tags {
    Tags::from_iter([("op", number.to_string())])
}

struct Run {
    ec2: Ec2,
    ever: Vec<SnapshotId>,
    now: Timestamp,
}

impl Run {
    fn begin(settings: Settings) -> Self {
        let mut ec2 = Ec2::new(Chance::new(3), "123456789012".into(), settings);
        for volume in VOLUMES {
            ec2.outsider(START)
                .create_volume(NewVolume::plain(volume.into(), 8))
                .unwrap();
        }
        Self {
            ec2,
            ever: Vec::new(),
            now: START,
        }
    }

    /// Most steps may be refused; a refusal must change nothing, which the comparison shows.
    fn take(&mut self, step: &Step) {
        let (ec2, now) = (&mut self.ec2, self.now);
        let pick = |at: usize| self.ever.get(at % self.ever.len().max(1)).cloned();
        match *step {
            Step::Create(volume, number) => {
                let (volume, tags) = (VOLUMES[volume].into(), op(number));
                let description = "".into();
                let request = crate::ec2::request::CreateSnapshot {
                    description,
                    tags,
                    volume,
                };
                if let Ok(made) = ec2.create_snapshot(now, &request) {
                    self.ever.push(made.id);
                }
            }
            Step::Delete(at) => drop(pick(at).map(|id| ec2.delete_snapshot(now, &id))),
            Step::Fail(volume) => {
                let (volume, what) = (Some(VOLUMES[volume].into()), Arranged::Fails);
                ec2.arrange(Arrangement {
                    times: 1,
                    volume,
                    what,
                });
            }
            Step::Mark(at) => {
                let state = SnapshotState::Other("recoverable".into());
                drop(pick(at).map(|id| ec2.outsider(now).set_state(&id, state)));
            }
            Step::Tag(at, number) => {
                let tag = |id: SnapshotId| ec2.create_tags(now, &[id.text().clone()], &op(number));
                drop(pick(at).map(tag));
            }
            Step::Untag(at) => {
                let id = pick(at);
                drop(id.map(|id| ec2.outsider(now).untag(id.as_str(), &["op"])));
            }
            Step::Wait(seconds) => self.now = now + Span::seconds(seconds),
        }
        ec2.advance(self.now);
    }

    /// Every page of a listing, sorted.
    fn list(&mut self, filters: &[Filter]) -> Vec<SnapshotId> {
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let request = DescribeSnapshots {
                filters: filters.to_vec(),
                ids: Vec::new(),
                owners: vec![Owner::Myself],
                page: PageRequest {
                    max_results: Some(5),
                    token,
                },
            };
            let page = self.ec2.describe_snapshots(self.now, &request).unwrap();
            found.extend(page.items.into_iter().map(|snapshot| snapshot.id));
            token = page.next;
            if token.is_none() {
                let pages_in_order = found.is_sorted();
                assert!(
                    pages_in_order,
                    "a listing goes by id, and pages follow each other"
                );
                return found;
            }
        }
    }

    /// How many snapshots the index of tags holds for a value: more would be a leak.
    fn indexed(&self, value: &str) -> usize {
        self.ec2.snapshots.tagged("op", value).map_or(0, Keys::len)
    }

    fn expect(&self, meets: impl Fn(&SnapshotTruth) -> bool) -> Vec<SnapshotId> {
        let met = self.ec2.snapshots().filter(|snapshot| meets(snapshot));
        met.map(|snapshot| snapshot.id.clone()).collect()
    }
}

fn unlimited() -> Settings {
    let endless = BucketSize::new(1_000_000, 1_000_000);
    Settings {
        paging: Paging {
            empty_per_mille: 200,
            short_per_mille: 300,
            ..Paging::default()
        },
        throttling: Throttling {
            mutations: endless,
            reads: endless,
            tagging: endless,
            ..Throttling::default()
        },
        ..steady()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_index_tells_what_a_look_at_everything_tells(
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut run = Run::begin(unlimited());
        for step in &steps {
            run.take(step);
        }
        let tagged = |snapshot: &SnapshotTruth, wanted: &[&str]| {
            snapshot.tags.get("op").is_some_and(|op| wanted.contains(&op.as_str()))
        };
        let one = Filter::new("tag:op", ["1"]);
        let with_one = run.expect(|s| tagged(s, &["1"]));
        prop_assert_eq!(run.list(std::slice::from_ref(&one)), with_one.as_slice());
        prop_assert_eq!(run.indexed("1"), with_one.len());
        let two = Filter::new("tag:op", ["0", "2"]);
        prop_assert_eq!(run.list(&[two]), run.expect(|s| tagged(s, &["0", "2"])));
        let of_a = Filter::new("volume-id", ["vol-a"]);
        prop_assert_eq!(
            run.list(&[of_a, one]),
            run.expect(|s| s.volume.as_str() == "vol-a" && tagged(s, &["1"]))
        );
        let all = run.ever.iter().map(|id| id.text().clone());
        let by_id = Filter::new("snapshot-id", all.take(200));
        prop_assert_eq!(run.list(&[by_id]), run.expect(|_| true));
        prop_assert_eq!(run.ec2.snapshots.in_quota(), run.ec2.snapshots().count());
        for volume in VOLUMES {
            let of_volume = run.ec2.snapshots_of(&volume.into());
            let pending = of_volume.filter(|snapshot| snapshot.state.takes_a_place()).count();
            let book = run.ec2.snapshots.book(volume);
            prop_assert_eq!(book.map_or(0, |book| book.places_taken), pending);
        }
    }

    #[test]
    fn with_time_every_lag_passes_and_effects_tell_the_whole_story(
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let max = Span::minutes(5);
        let visibility = Visibility {
            by_filter_max: max,
            by_id_max: max,
            deletes_max: max,
            tags_max: max,
        };
        let mut run = Run::begin(Settings { visibility, ..unlimited() });
        for step in &steps {
            run.take(step);
        }
        run.take(&Step::Wait(100_000));
        prop_assert_eq!(run.ec2.next_transition(), None);
        prop_assert_eq!(run.list(&[]), run.expect(|_| true));
        let one = Filter::new("tag:op", ["1"]);
        let tagged = run.expect(|s| s.tags.get("op").is_some_and(|op| op == "1"));
        prop_assert_eq!(run.list(&[one]), tagged.as_slice());
        prop_assert_eq!(run.indexed("1"), tagged.len());
        let effects = run.ec2.drain_effects();
        prop_assert!(effects.is_sorted_by_key(|effect| effect.at));
        let count = |kind| effects.iter().filter(|effect| effect.kind == kind).count();
        let left = count(EffectKind::Created) - count(EffectKind::Deleted);
        prop_assert_eq!(left, run.ec2.snapshots().count());
    }
}
