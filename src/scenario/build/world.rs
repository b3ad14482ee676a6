//! The world at the start.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::Builder;
use super::names::Noun;
use super::outsider::tags_of;
use crate::domain::{
    AccountId, Attachment, Device, Encryption, Hibernation, ImageId, InstanceId, InstanceState,
    Region, SnapshotState, Span, VolumeId,
};
use crate::scenario::file::text::{At, Text};
use crate::scenario::file::world::{
    FleetFile, ImageFile, ImageStateFile, InstanceFile, InstanceStateFile, LimitsFile,
    LooseVolumeFile, RootDeviceFile, SnapshotFile, VolumeFile, VolumeTypeFile, WorldFile,
};
use crate::scenario::model::{
    Capacity, ImageSpec, InstanceSpec, RootDeviceType, SnapshotSpec, SpanRange, TimingSpec,
    VisibilitySpec, VolumeSpec, WorldLimits, WorldSpec,
};

/// The account that AWS's own examples use.
const ACCOUNT: &str = "111122223333";
/// The Region without a word.
const REGION: &str = "eu-central-1";
/// How long a call takes without a word. An assumption; calls within a Region are about this fast.
const LATENCY: SpanRange = SpanRange {
    from: Span::from_ms(20),
    to: Span::from_ms(200),
};
/// The size of a volume without a word, in GiB; what a common root volume has.
const SIZE_GIB: u32 = 8;
/// Volumes in one world, so that a slip of the hand does not fill the memory.
const VOLUMES_MAX: u64 = 200_000;

impl Builder<'_> {
    /// Reads `world`; without it the account is empty.
    pub(super) fn world(&mut self, file: Option<&WorldFile>) -> WorldSpec {
        let nothing = WorldFile::default();
        let file = file.unwrap_or(&nothing);
        let account = file.account.as_ref();
        let account = account.map_or(ACCOUNT.into(), |text| self.account(text));
        let mut world = WorldSpec {
            account,
            region: Region::new(file.region.as_ref().map_or(REGION, |r| r.value.as_str())),
            instances: Vec::new(),
            volumes: Vec::new(),
            snapshots: Vec::new(),
            images: Vec::new(),
            limits: self.world_limits(&file.limits),
            timing: TimingSpec {
                full: file.timing.full.as_ref().map(|range| self.range(range)),
                incremental: file.timing.incremental.as_ref().map(|r| self.range(r)),
            },
            visibility: VisibilitySpec {
                by_id: file
                    .visibility
                    .by_id
                    .as_ref()
                    .map(|span| self.duration(span)),
                by_filter: file.visibility.by_filter.as_ref().map(|s| self.duration(s)),
                tags: file
                    .visibility
                    .tags
                    .as_ref()
                    .map(|span| self.duration(span)),
                deletes: file.visibility.deletes.as_ref().map(|s| self.duration(s)),
            },
            strangers_percent: file.strangers.as_ref().map_or(0, |n| self.percent(n, 0)),
            page_size: file.page_size.as_ref().map(|size| self.page_size(size)),
            index_lag: file.index_lag.as_ref().map(|lag| self.duration(lag)),
            capacity: file.capacity.as_ref().map(|capacity| {
                if capacity.value.read == 0 || capacity.value.write == 0 {
                    let place = self.start_of(&capacity.span);
                    self.wrong(place, "a table has at least one unit", "write at least 1");
                }
                Capacity {
                    read: capacity.value.read,
                    write: capacity.value.write,
                }
            }),
            latency: file
                .latency
                .as_ref()
                .map_or(LATENCY, |range| self.range(range)),
            clock_error: file
                .clock_error
                .as_ref()
                .map_or(Span::ZERO, |e| self.signed(e)),
        };
        let mut places = BTreeMap::new();
        for instance in &file.instances {
            self.add_instance(&mut world, &mut places, instance);
        }
        if let Some(fleet) = &file.fleet {
            self.add_fleet(&mut world, fleet);
        }
        for volume in &file.volumes {
            let id = self.name(Noun::Volume, &volume.id.value, volume.id.span.clone());
            let volume = self.loose(id, volume);
            world.volumes.push(volume);
        }
        if !file.snapshots.is_empty() {
            let volumes = world.volumes.iter();
            let sizes = volumes
                .map(|volume| (volume.id.clone(), volume.size_gib))
                .collect();
            for snapshot in &file.snapshots {
                let snapshot = self.snapshot(&world.account, &sizes, snapshot);
                world.snapshots.push(snapshot);
            }
        }
        for image in &file.images {
            let image = self.image_spec(image);
            world.images.push(image);
        }
        world
    }

    /// `places` says where in `world.volumes` a volume of an earlier instance is.
    fn add_instance(
        &mut self,
        world: &mut WorldSpec,
        places: &mut BTreeMap<SmolStr, usize>,
        file: &InstanceFile,
    ) {
        let id = self.name(Noun::Instance, &file.id.value, file.id.span.clone());
        let mut spec = InstanceSpec {
            id: InstanceId::new(id),
            tags: tags_of(&file.tags),
            state: file
                .state
                .map_or(InstanceState::Running, InstanceState::from),
            hibernation: if file.hibernation {
                Hibernation::Configured
            } else {
                Hibernation::Off
            },
            root_device_type: match file.root_device_type {
                Some(RootDeviceFile::InstanceStore) => RootDeviceType::InstanceStore,
                Some(RootDeviceFile::Ebs) | None => RootDeviceType::Ebs,
            },
            root_device: None,
            attachments: Vec::new(),
        };
        for volume in &file.volumes {
            self.attach(&mut spec, volume, &volume.id.value);
            let shared = places.get(volume.id.value.as_str()).copied();
            match shared.filter(|_| volume.multi_attach) {
                Some(place) if world.volumes[place].multi_attach => self.said_once(volume),
                _ => {
                    let id = self.name(Noun::Volume, &volume.id.value, volume.id.span.clone());
                    places.insert(id.clone(), world.volumes.len());
                    let volume = self.volume_spec(id, volume);
                    world.volumes.push(volume);
                }
            }
        }
        world.instances.push(spec);
    }

    /// Puts a volume on an instance under its name there; `id` is its whole name.
    fn attach(&mut self, spec: &mut InstanceSpec, volume: &VolumeFile, id: &str) {
        let device = Device::new(volume.device.value.as_str());
        if volume.device.value.trim().is_empty() {
            let place = volume.device.span.clone();
            self.wrong(place, "the device has no name", "write it as /dev/sdf");
        }
        if spec.attachments.iter().any(|other| other.device == device) {
            self.wrong(
                volume.device.span.clone(),
                format!("`{}` has two volumes on {device}", spec.id),
                "give each its own device",
            );
        }
        if volume.root {
            if let Some(other) = &spec.root_device {
                self.wrong(
                    volume.id.span.clone(),
                    format!("`{}` has two roots: {other} and {device}", spec.id),
                    "mark one volume as `root: true`",
                );
            }
            if spec.root_device_type == RootDeviceType::InstanceStore {
                self.wrong(
                    volume.id.span.clone(),
                    format!(
                        "the root of `{}` is an instance store, not a volume",
                        spec.id
                    ),
                    "take out `root: true` or `root_device_type`",
                );
            }
            spec.root_device.get_or_insert_with(|| device.clone());
        }
        spec.attachments.push(Attachment {
            device,
            volume: VolumeId::new(id),
        });
    }

    /// A shared volume is described where it is first mentioned.
    fn said_once(&mut self, volume: &VolumeFile) {
        let more = volume.size_gib.is_some()
            || volume.daily_change_gib.is_some()
            || volume.volume_type.is_some()
            || !volume.tags.0.is_empty()
            || volume.encrypted;
        if more {
            self.wrong(
                volume.id.span.clone(),
                format!("`{}` is described twice", volume.id.value),
                "here keep `id`, `device` and `multi_attach` only",
            );
        }
    }

    fn add_fleet(&mut self, world: &mut WorldSpec, fleet: &FleetFile) {
        let prefix = fleet.prefix.value.as_str();
        let count = fleet.count.value;
        let each = u64::try_from(fleet.volumes.len().max(1)).unwrap_or(u64::MAX);
        if count == 0 || u64::from(count).saturating_mul(each) > VOLUMES_MAX {
            self.wrong(
                fleet.count.span.clone(),
                format!("a fleet of {count} is not a fleet"),
                format!("write at least 1, and so that there are at most {VOLUMES_MAX} volumes"),
            );
            return;
        }
        let before = self.mistakes.len();
        let digits = count.to_string().len().max(3);
        for number in 1..=count {
            let numbered = |name: &str| SmolStr::from(format!("{name}-{number:0digits$}"));
            let id = self.name(Noun::Instance, &numbered(prefix), fleet.prefix.span.clone());
            let mut spec = InstanceSpec {
                id: InstanceId::new(id),
                tags: tags_of(&fleet.tags),
                state: InstanceState::Running,
                hibernation: Hibernation::Off,
                root_device_type: RootDeviceType::Ebs,
                root_device: None,
                attachments: Vec::new(),
            };
            for volume in &fleet.volumes {
                let id = numbered(&volume.id.value);
                let id = self.name(Noun::Volume, &id, volume.id.span.clone());
                self.attach(&mut spec, volume, &id);
                let volume = self.volume_spec(id, volume);
                world.volumes.push(volume);
            }
            world.instances.push(spec);
            // What is wrong with one is wrong with all.
            if self.mistakes.len() > before {
                return;
            }
        }
    }

    fn volume_spec(&mut self, id: SmolStr, file: &VolumeFile) -> VolumeSpec {
        let shared_type = if file.multi_attach { "io2" } else { "gp3" };
        let volume_type = file.volume_type.map_or(shared_type, VolumeTypeFile::name);
        if file.multi_attach && !matches!(volume_type, "io1" | "io2") {
            // EBS User Guide, *Attach a volume to multiple instances using Multi-Attach*.
            self.wrong(
                file.id.span.clone(),
                format!("a {volume_type} volume cannot be on several instances"),
                "make it io1 or io2, or take out `multi_attach`",
            );
        }
        VolumeSpec {
            id: VolumeId::new(id),
            size_gib: self.size(file.size_gib.as_ref()),
            daily_change_gib: file.daily_change_gib.as_ref().map_or(0, |n| n.value),
            volume_type: volume_type.into(),
            tags: tags_of(&file.tags),
            encrypted: encryption(file.encrypted),
            multi_attach: file.multi_attach,
        }
    }

    fn loose(&mut self, id: SmolStr, file: &LooseVolumeFile) -> VolumeSpec {
        VolumeSpec {
            id: VolumeId::new(id),
            size_gib: self.size(file.size_gib.as_ref()),
            daily_change_gib: file.daily_change_gib.as_ref().map_or(0, |n| n.value),
            volume_type: file.volume_type.map_or("gp3", VolumeTypeFile::name).into(),
            tags: tags_of(&file.tags),
            encrypted: encryption(file.encrypted),
            multi_attach: false,
        }
    }

    fn size(&mut self, size: Option<&At<u32>>) -> u32 {
        /// The largest volume of any type (EBS User Guide, *Amazon EBS volume types*: 64 TiB).
        const SIZE_MAX_GIB: u32 = 65_536;
        let gib = self.at_least_one(size, SIZE_GIB);
        if let Some(size) = size.filter(|size| size.value > SIZE_MAX_GIB) {
            self.wrong(
                size.span.clone(),
                format!("no volume has {gib} GiB"),
                format!("write at most {SIZE_MAX_GIB}"),
            );
        }
        gib
    }

    /// `sizes` are those of the volumes that exist.
    fn snapshot(
        &mut self,
        us: &AccountId,
        sizes: &BTreeMap<VolumeId, u32>,
        file: &SnapshotFile,
    ) -> SnapshotSpec {
        let name = self.name(Noun::Snapshot, &file.id.value, file.id.span.clone());
        let of = VolumeId::new(file.of.value.as_str());
        // A volume that is gone can still be named by story and expectations.
        if self.names.line(Noun::Volume, of.as_str()).is_none() {
            self.name(Noun::Volume, of.as_str(), file.of.span.clone());
        }
        let owner = file.owner.as_ref().filter(|owner| owner.value != "self");
        SnapshotSpec {
            name,
            started: self.past_moment(&file.started),
            state: file
                .state
                .as_ref()
                .map_or(SnapshotState::Completed, |state| {
                    SnapshotState::from_text(&state.value)
                }),
            tags: tags_of(&file.tags),
            owner: match owner {
                Some(owner) => self.account(owner),
                None => us.clone(),
            },
            size_gib: match (&file.size_gib, sizes.get(&of)) {
                (None, Some(of_volume)) => *of_volume,
                (size, _) => self.size(size.as_ref()),
            },
            of,
        }
    }

    fn image_spec(&mut self, file: &ImageFile) -> ImageSpec {
        let id = self.name(Noun::Image, &file.id.value, file.id.span.clone());
        ImageSpec {
            id: ImageId::new(id),
            snapshots: file
                .snapshots
                .iter()
                .map(|name| self.known(Noun::Snapshot, &name.value, name.span.clone()))
                .collect(),
            state: match file.state {
                Some(ImageStateFile::Disabled) => "disabled".into(),
                Some(ImageStateFile::Available) | None => "available".into(),
            },
        }
    }

    fn account(&mut self, text: &Text) -> AccountId {
        let digits = text.value.as_str();
        if digits.len() != 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            self.wrong(
                text.span.clone(),
                format!("`{digits}` is not an account"),
                "write 12 digits in quotes, as \"444455556666\"",
            );
        }
        AccountId::new(digits)
    }

    fn page_size(&mut self, size: &At<u32>) -> u32 {
        // API Reference, *DescribeSnapshots*: MaxResults is from 5 to 1,000.
        if !(5..=1_000).contains(&size.value) {
            self.wrong(
                size.span.clone(),
                format!("AWS has no pages of {}", size.value),
                "write a number from 5 to 1000",
            );
        }
        size.value
    }

    fn world_limits(&mut self, file: &LimitsFile) -> WorldLimits {
        WorldLimits {
            snapshots_per_region: file.snapshots_per_region,
            pending_per_volume: file.pending_per_volume,
            snapshot_interval: file.snapshot_interval.as_ref().map(|s| self.duration(s)),
            volumes_per_set: file.volumes_per_set,
            excluded_volumes: file.excluded_volumes,
        }
    }
}

const fn encryption(encrypted: bool) -> Encryption {
    if encrypted {
        Encryption::Encrypted
    } else {
        Encryption::Plain
    }
}

impl From<InstanceStateFile> for InstanceState {
    fn from(state: InstanceStateFile) -> Self {
        match state {
            InstanceStateFile::Pending => Self::Pending,
            InstanceStateFile::Running => Self::Running,
            InstanceStateFile::Stopping => Self::Stopping,
            InstanceStateFile::Stopped => Self::Stopped,
            InstanceStateFile::ShuttingDown => Self::ShuttingDown,
            InstanceStateFile::Terminated => Self::Terminated,
        }
    }
}

impl VolumeTypeFile {
    /// As EC2 spells it.
    const fn name(self) -> &'static str {
        match self {
            Self::Gp2 => "gp2",
            Self::Gp3 => "gp3",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
            Self::St1 => "st1",
            Self::Sc1 => "sc1",
            Self::Standard => "standard",
        }
    }
}
