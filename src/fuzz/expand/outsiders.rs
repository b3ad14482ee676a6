//! What others do to the account.

use smol_str::format_smolstr;

use super::Frame;
use super::kind::Kind;
use super::steps::Cast;
use crate::domain::{Device, ImageId, Span, Tags, Timestamp, tags};
use crate::scenario::model::{HoldAction, Outsider, SnapshotRef};

impl Frame {
    pub(super) fn outsider(
        &self,
        kind: Kind,
        cast: &Cast<'_>,
        at: Timestamp,
        n: u64,
    ) -> Option<Outsider> {
        let draw = self.draw;
        let instance = || {
            let found = draw.pick(&cast.world.instances, "instance", n);
            found.map(|instance| instance.id.clone())
        };
        Some(match kind {
            Kind::Hold => Outsider::Hold {
                snapshot: self.snapshots(cast, n)?,
                action: HoldAction::Hold,
            },
            Kind::StopInstance => Outsider::StopInstance(instance()?),
            Kind::TerminateInstance => Outsider::TerminateInstance(instance()?),
            Kind::Retag => {
                let (tags, remove): (Tags, _) = match draw.below(4, "retags", n) {
                    0 => (Tags::default(), vec!["snapshot".into()]),
                    1 => ([("snapshot", "snapshot")].into_iter().collect(), vec![]),
                    2 => (Tags::default(), vec!["snaplifetime".into()]),
                    _ => {
                        let lifetime = draw.one(["1", "4", "7O", "20h"], "new lifetime", n);
                        ([("snaplifetime", lifetime)].into_iter().collect(), vec![])
                    }
                };
                Outsider::RetagInstance {
                    instance: instance()?,
                    tags,
                    remove,
                }
            }
            Kind::RegisterImage => Outsider::RegisterImage {
                image: ImageId::new(format_smolstr!("ami-{n}")),
                snapshots: vec![self.snapshots(cast, n)?],
            },
            Kind::DeleteByHand => Outsider::DeleteSnapshot(self.snapshots(cast, n)?),
            Kind::Lock => Outsider::Lock {
                snapshot: self.snapshots(cast, n)?,
                span: self.window(at, Span::days(3), n).max(Span::days(1)),
            },
            Kind::Tag => Outsider::Tag {
                snapshot: self.snapshots(cast, n)?,
                tags: match draw.below(3, "tags", n) {
                    0 => [(tags::key::LIFETIME, "1")].into_iter().collect(),
                    1 => [(tags::key::POLICY, "other")].into_iter().collect(),
                    _ => [("owner", "someone")].into_iter().collect(),
                },
            },
            Kind::Untag => Outsider::Untag {
                snapshot: self.snapshots(cast, n)?,
                keys: vec![
                    draw.one(
                        [
                            tags::key::OP,
                            tags::key::INSTALLATION,
                            tags::key::LIFETIME,
                            tags::key::SLOT,
                        ],
                        "untags",
                        n,
                    )
                    .into(),
                ],
            },
            Kind::CopyTags => Outsider::CopyTagsToForeign {
                from: SnapshotRef::Newest(self.volume_of(cast, n)?),
                name: format_smolstr!("snap-foreign-{n}"),
            },
            Kind::DetachVolume => Outsider::DetachVolume(self.volume_of(cast, n)?),
            Kind::DeleteVolume => Outsider::DeleteVolume(self.volume_of(cast, n)?),
            Kind::AttachVolume => Outsider::AttachVolume {
                volume: self.volume_of(cast, n)?,
                instance: instance()?,
                device: Device::new(draw.one(["/dev/sdh", "/dev/sdm"], "attached as", n)),
            },
            Kind::UnknownState => Outsider::UnknownState {
                snapshot: self.snapshots(cast, n)?,
                state: "recovering".into(),
            },
            Kind::RestoreTable => Outsider::RestoreTable {
                to: at
                    - draw.one(
                        [Span::minutes(10), Span::hours(5), Span::days(1)],
                        "restored to",
                        n,
                    ),
            },
            _ => return None,
        })
    }

    fn snapshots(&self, cast: &Cast<'_>, n: u64) -> Option<SnapshotRef> {
        let volume = self.volume_of(cast, n)?;
        let older = cast.world.snapshots.first();
        Some(match (self.draw.below(12, "which", n), older) {
            (0..5, _) => SnapshotRef::Newest(volume),
            (5..8, _) => SnapshotRef::Oldest(volume),
            (8, _) => SnapshotRef::All(volume),
            (9, Some(older)) => SnapshotRef::Named(older.name.clone()),
            _ => SnapshotRef::Nth(self.draw.number(1, 6, "nth of", n), volume),
        })
    }
}
