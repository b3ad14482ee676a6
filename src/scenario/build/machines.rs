//! Instances and volumes of the world.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::Builder;
use super::names::Noun;
use super::outsider::tags_of;
use crate::domain::{
    Attachment, Device, Encryption, Hibernation, InstanceId, InstanceState, VolumeId,
};
use crate::scenario::file::text::At;
use crate::scenario::file::world::{
    FleetFile, InstanceFile, InstanceStateFile, LooseVolumeFile, RootDeviceFile, VolumeFile,
    VolumeTypeFile,
};
use crate::scenario::model::{InstanceSpec, RootDeviceType, VolumeSpec, WorldSpec};

/// The default size of a volume, in GiB; what a common root volume has.
pub(in crate::scenario) const SIZE_GIB: u32 = 8;
/// Volumes in one world, so that a slip of the hand does not fill the memory.
const VOLUMES_MAX: u64 = 200_000;

impl Builder<'_> {
    /// `places` says where in `world.volumes` a volume of an earlier instance is.
    pub(super) fn add_instance(
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
        let is_held = spec
            .attachments
            .iter()
            .any(|other| other.volume.as_str() == id);
        // Of one that is not shared its second name is the mistake.
        if is_held && volume.multi_attach {
            self.wrong(
                volume.id.span.clone(),
                format!("`{}` has the volume {id} twice", spec.id),
                "an instance holds a volume once; take one of the two out",
            );
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

    pub(super) fn add_fleet(&mut self, world: &mut WorldSpec, fleet: &FleetFile) {
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

    pub(super) fn loose(&mut self, id: SmolStr, file: &LooseVolumeFile) -> VolumeSpec {
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

    pub(super) fn size(&mut self, size: Option<&At<u32>>) -> u32 {
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
