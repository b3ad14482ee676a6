//! The account at the start.

use smol_str::{SmolStr, format_smolstr};

use super::Frame;
use crate::domain::{
    AccountId, Attachment, Device, Encryption, Hibernation, ImageId, InstanceId, InstanceState,
    Region, SnapshotState, Span, Tags, VolumeId,
};
use crate::fuzz::profile::Profile;
use crate::scenario::model::{
    Capacity, ImageSpec, InstanceSpec, RootDeviceType, SnapshotSpec, SpanRange, TimingSpec,
    VisibilitySpec, VolumeSpec, WorldLimits, WorldSpec,
};

const ACCOUNT: &str = "111122223333";
const STRANGER: &str = "444455556666";
const MACHINES: [&str; 6] = ["db", "web", "mail", "files", "build", "shop"];
const DEVICES: [&str; 4] = ["/dev/xvda", "/dev/sdf", "/dev/sdg", "/dev/sdh"];
/// What stands in the tag of a lifetime: days, durations, and what people write by mistake.
const LIFETIMES: [&str; 7] = ["1", "2", "3", "36h", "5", "7O", "1w"];

impl Frame {
    pub(super) fn world(&self) -> WorldSpec {
        let draw = self.draw;
        let busy = self.profile >= Profile::BusyAccount;
        let mut world = WorldSpec {
            account: AccountId::new(ACCOUNT),
            region: Region::new("eu-central-1"),
            instances: Vec::new(),
            volumes: Vec::new(),
            snapshots: Vec::new(),
            images: Vec::new(),
            limits: WorldLimits::default(),
            timing: self.timing(),
            visibility: VisibilitySpec::default(),
            strangers_percent: 0,
            page_size: None,
            index_lag: None,
            capacity: None,
            latency: SpanRange {
                from: Span::from_ms(20),
                to: Span::from_ms(200),
            },
            clock_error: Span::ZERO,
        };
        self.machines(&mut world);
        if draw.percent(25, "has older", 0) {
            self.older(&mut world);
        }
        if busy {
            self.busy(&mut world);
        }
        world
    }

    fn timing(&self) -> TimingSpec {
        let draw = self.draw;
        if draw.percent(60, "usual timing", 0) {
            return TimingSpec::default();
        }
        let full = draw.one([1, 10, 60, 240, 600], "full copy", 0);
        let incremental = draw.one([1, 5, 30, 120], "incremental copy", 0);
        TimingSpec {
            full: Some(SpanRange::exactly(Span::minutes(full))),
            incremental: Some(SpanRange {
                from: Span::minutes(1),
                to: Span::minutes(incremental),
            }),
        }
    }

    fn machines(&self, world: &mut WorldSpec) {
        let draw = self.draw;
        let most = self.size.volumes_max();
        let wanted = draw.between(1, most, "volumes", 0);
        let mut left = wanted;
        let mut loose = Vec::new();
        for (number, name) in (0..).zip(MACHINES) {
            if left == 0 {
                break;
            }
            let on_it = draw.between(1, left.min(3), "volumes of", number);
            left -= on_it;
            self.machine(world, number, name, on_it);
            if left > 0 && draw.percent(20, "loose", number) {
                left -= 1;
                loose.push(self.volume(format_smolstr!("vol-loose-{}", number + 1), 50 + number));
            }
        }
        // A file names attached volumes first.
        world.volumes.extend(loose);
        // An account in which nothing opts in is a story too, but a short one.
        if number_of_selected(world) == 0
            && draw.percent(95, "something opts in", 0)
            && let Some(first) = world.instances.first_mut()
        {
            first.tags = opted_in(None);
            first.state = InstanceState::Running;
        }
    }

    fn machine(&self, world: &mut WorldSpec, number: u64, name: &str, volumes: u64) {
        let draw = self.draw;
        let lifetime = draw
            .percent(35, "lifetime tag", number)
            .then(|| draw.one(LIFETIMES, "lifetime", number));
        let tags = if draw.percent(85, "opts in", number) {
            opted_in(lifetime)
        } else {
            [("Name", name)].into_iter().collect()
        };
        let store = draw.percent(5, "instance store", number);
        let rooted = !store && draw.percent(60, "rooted", number);
        let mut spec = InstanceSpec {
            id: InstanceId::new(format_smolstr!("i-{name}")),
            tags,
            state: if draw.percent(10, "stopped", number) {
                InstanceState::Stopped
            } else {
                InstanceState::Running
            },
            hibernation: if draw.percent(4, "hibernates", number) {
                Hibernation::Configured
            } else {
                Hibernation::Off
            },
            root_device_type: if store {
                RootDeviceType::InstanceStore
            } else {
                RootDeviceType::Ebs
            },
            root_device: rooted.then(|| Device::new(DEVICES[0])),
            attachments: Vec::new(),
        };
        let devices = DEVICES.iter().skip(usize::from(!rooted));
        for (nth, device) in (0..volumes).zip(devices) {
            let shared = world.volumes.iter().find(|volume| volume.multi_attach);
            let id = match shared.filter(|_| nth == 1 && draw.percent(50, "shares", number)) {
                Some(shared) if !attached(&spec, &shared.id) => shared.id.clone(),
                _ => {
                    let id = format_smolstr!("vol-{name}-{}", nth + 1);
                    let volume = self.volume(id, number * 4 + nth);
                    let id = volume.id.clone();
                    world.volumes.push(volume);
                    id
                }
            };
            spec.attachments.push(Attachment {
                device: Device::new(*device),
                volume: id,
            });
        }
        world.instances.push(spec);
    }

    fn volume(&self, id: SmolStr, number: u64) -> VolumeSpec {
        let draw = self.draw;
        let is_loose = id.starts_with("vol-loose");
        let multi_attach = !is_loose && draw.percent(6, "multi-attach", number);
        let kind = draw.one(["gp3", "gp3", "gp3", "gp2", "io2", "st1"], "type", number);
        let mut tags = Vec::new();
        if draw.percent(if is_loose { 80 } else { 25 }, "volume opts in", number) {
            tags.push(("backup", "nightly"));
        }
        if draw.percent(6, "volume opts out", number) {
            tags.push(("snapshot", "never"));
        }
        VolumeSpec {
            id: VolumeId::new(id),
            size_gib: draw.one([8, 8, 40, 100, 500], "size", number),
            daily_change_gib: draw.one([0, 1, 6], "change", number),
            volume_type: if multi_attach { "io2" } else { kind }.into(),
            tags: tags.into_iter().collect(),
            encrypted: if draw.percent(20, "encrypted", number) {
                Encryption::Encrypted
            } else {
                Encryption::Plain
            },
            multi_attach,
        }
    }

    /// Snapshots of others, and images that use them.
    fn older(&self, world: &mut WorldSpec) {
        let draw = self.draw;
        let volumes: Vec<VolumeId> = world.volumes.iter().map(|v| v.id.clone()).collect();
        let count = draw.between(1, 4, "older", 0);
        for nth in 0..count {
            let of = match draw.pick(&volumes, "older of", nth) {
                Some(volume) if draw.percent(80, "older of a volume", nth) => volume.clone(),
                _ => VolumeId::new("vol-gone"),
            };
            let size = world.volumes.iter().find(|volume| volume.id == of);
            let state = draw.one(
                ["completed", "completed", "completed", "error", "recovering"],
                "older state",
                nth,
            );
            let age = draw.span(
                Span::hours(1),
                Span::days(40),
                Span::hours(1),
                "older age",
                nth,
            );
            let owner = if draw.percent(15, "older owner", nth) {
                STRANGER
            } else {
                ACCOUNT
            };
            let tags: Tags = if draw.percent(30, "older tags", nth) {
                [("snapshot", "snapshot")].into_iter().collect()
            } else {
                Tags::default()
            };
            world.snapshots.push(SnapshotSpec {
                name: format_smolstr!("snap-old-{}", nth + 1),
                size_gib: size.map_or(8, |volume| volume.size_gib),
                of,
                started: self.start - age,
                state: SnapshotState::from_text(state),
                tags,
                owner: AccountId::new(owner),
            });
        }
        if draw.percent(40, "older image", 0) {
            world.images.push(ImageSpec {
                id: ImageId::new("ami-old"),
                snapshots: vec!["snap-old-1".into()],
                state: draw
                    .one(["available", "disabled"], "older image state", 0)
                    .into(),
            });
        }
    }

    /// What others do to the account, and how far AWS is behind.
    fn busy(&self, world: &mut WorldSpec) {
        let draw = self.draw;
        let seconds = |what: &str, most: u64| {
            let drawn = draw.between(1, most, what, 0);
            Span::seconds(i64::try_from(drawn).unwrap_or(1))
        };
        if draw.percent(30, "has strangers", 0) {
            world.strangers_percent = draw.one([20, 50, 80, 95], "strangers", 0);
        }
        if draw.percent(30, "has pages", 0) {
            world.page_size = Some(draw.one([5, 10, 100], "page size", 0));
            if draw.percent(50, "has bare ones", 0) {
                bare_machines(world);
            }
        }
        if draw.percent(25, "has lag", 0) {
            world.index_lag = Some(seconds("lag", 120));
        }
        if draw.percent(12, "has capacity", 0) {
            world.capacity = Some(Capacity {
                read: draw.one([1, 5, 25], "reads", 0),
                write: draw.one([1, 5, 25], "writes", 0),
            });
        }
        if draw.percent(35, "is late", 0) {
            world.visibility = VisibilitySpec {
                by_id: Some(seconds("by id", 20)),
                by_filter: Some(seconds("by filter", 120)),
                tags: Some(seconds("tags", 60)),
                deletes: Some(seconds("deletes", 120)),
            };
        }
        if draw.percent(12, "is limited", 0) {
            world.limits = WorldLimits {
                snapshots_per_region: draw
                    .percent(40, "limits region", 0)
                    .then(|| draw.number(4, 30, "region limit", 0)),
                pending_per_volume: draw
                    .percent(50, "limits pending", 0)
                    .then(|| draw.number(1, 2, "pending limit", 0)),
                snapshot_interval: draw
                    .percent(50, "limits rate", 0)
                    .then(|| draw.one([Span::seconds(60), Span::hours(2)], "rate limit", 0)),
                volumes_per_set: draw
                    .percent(30, "limits set", 0)
                    .then(|| draw.number(1, 2, "set limit", 0)),
                excluded_volumes: None,
            };
        }
        if draw.percent(25, "is slow", 0) {
            world.latency = SpanRange {
                from: Span::from_ms(50),
                to: draw.one([Span::seconds(1), Span::seconds(4)], "slow", 0),
            };
        }
        if self.profile >= Profile::BadDay && draw.percent(15, "clock", 0) {
            let error = draw.one([-90, -30, -2, 2, 30, 90], "clock error", 0);
            world.clock_error = Span::seconds(error);
        }
    }
}

/// Machines without a volume, which no page of five holds beside the others: a listing of them may break off halfway.
fn bare_machines(world: &mut WorldSpec) {
    world.instances.extend((1..=5).map(|number| InstanceSpec {
        id: InstanceId::new(format_smolstr!("i-bare-{number}")),
        tags: opted_in(None),
        state: InstanceState::Running,
        hibernation: Hibernation::Off,
        root_device_type: RootDeviceType::InstanceStore,
        root_device: None,
        attachments: Vec::new(),
    }));
}

fn opted_in(lifetime: Option<&str>) -> Tags {
    let lifetime = lifetime.map(|lifetime| ("snaplifetime", lifetime));
    [("snapshot", "snapshot")]
        .into_iter()
        .chain(lifetime)
        .collect()
}

fn attached(spec: &InstanceSpec, volume: &VolumeId) -> bool {
    spec.attachments.iter().any(|at| &at.volume == volume)
}

fn number_of_selected(world: &WorldSpec) -> usize {
    let tagged = |instance: &&InstanceSpec| instance.tags.get("snapshot").is_some();
    world.instances.iter().filter(tagged).count()
}
