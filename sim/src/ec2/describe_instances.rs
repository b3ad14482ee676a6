//! `DescribeInstances` and `DescribeVolumes`.

use crate::answer::Answer;
use crate::time::Timestamp;

use super::filter::{Conditions, Field, Patterns};
use super::ids::AccountId;
use super::model::{InstanceTruth, Presence, VolumeTruth};
use super::page::{PageSize, Reader, question};
use super::refusals::Named;
use super::request::{
    DescribeInstances, DescribeVolumes, InstanceInfo, Page, PageRequest, VolumeInfo,
};
use super::state::Ec2;
use super::throttle::{Api, Scope};

/// The filters that only instances have, as far as callers need them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum OfInstance {
    BlockDeviceVolumeId,
    InstanceId,
    OwnerId,
    RootDeviceType,
    StateName,
}

impl OfInstance {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "block-device-mapping.volume-id" => Self::BlockDeviceVolumeId,
            "instance-id" => Self::InstanceId,
            "instance-state-name" => Self::StateName,
            "owner-id" => Self::OwnerId,
            "root-device-type" => Self::RootDeviceType,
            _ => return None,
        })
    }

    fn met(self, instance: &InstanceTruth, account: &AccountId, any: &Patterns) -> bool {
        match self {
            Self::BlockDeviceVolumeId => {
                let mut devices = instance.block_devices.iter();
                devices.any(|device| any.meet(device.volume.as_str()))
            }
            Self::InstanceId => any.meet(instance.id.as_str()),
            Self::OwnerId => any.meet(account.as_str()),
            Self::RootDeviceType => any.meet(instance.root_device_type.as_str()),
            Self::StateName => any.meet(instance.state.as_str()),
        }
    }
}

/// The filters that only volumes have, as far as callers need them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum OfVolume {
    AttachmentDevice,
    AttachmentInstanceId,
    Encrypted,
    MultiAttachEnabled,
    Size,
    Status,
    VolumeId,
    VolumeType,
}

impl OfVolume {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "attachment.device" => Self::AttachmentDevice,
            "attachment.instance-id" => Self::AttachmentInstanceId,
            "encrypted" => Self::Encrypted,
            "multi-attach-enabled" => Self::MultiAttachEnabled,
            "size" => Self::Size,
            "status" => Self::Status,
            "volume-id" => Self::VolumeId,
            "volume-type" => Self::VolumeType,
            _ => return None,
        })
    }

    fn met(self, volume: &VolumeTruth, any: &Patterns) -> bool {
        let mut attached_to = volume.attached_to.iter();
        match self {
            Self::AttachmentDevice => attached_to.any(|end| any.meet(&end.device)),
            Self::AttachmentInstanceId => attached_to.any(|end| any.meet(end.instance.as_str())),
            Self::Encrypted => any.meet(yes_or_no(volume.encrypted)),
            Self::MultiAttachEnabled => any.meet(yes_or_no(volume.multi_attach)),
            Self::Size => any.meet(&volume.size_gib.to_string()),
            Self::Status => any.meet(volume.state()),
            Self::VolumeId => any.meet(volume.id.as_str()),
            Self::VolumeType => any.meet(volume.volume_type.as_str()),
        }
    }
}

const fn yes_or_no(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

impl Ec2 {
    /// `DescribeInstances`: one page, or the instances that were named.
    ///
    /// Terminated instances are listed for an hour, without volumes (API Reference: "usually less
    /// than one hour"). Order is not promised.
    ///
    /// # Errors
    /// One id that does not exist fails the whole call with `InvalidInstanceID.NotFound`; ids
    /// together with `MaxResults` are refused (API Reference); a bad token is.
    pub fn describe_instances(
        &mut self,
        now: Timestamp,
        request: &DescribeInstances,
    ) -> Answer<Page<InstanceInfo>> {
        let DescribeInstances { filters, ids, page } = request;
        let scope = scope(filters.is_empty() && ids.is_empty(), page);
        self.admit(now, Api::DescribeInstances, scope)?;
        let conditions = Conditions::read(filters, &self.settings.limits, OfInstance::read)?;
        let wanted = |instance: &InstanceTruth| {
            conditions.hold(&instance.tags, |own, any| {
                own.met(instance, &self.account, any)
            })
        };
        if !ids.is_empty() {
            page.refuse_beside_ids()?;
            let mut items = Vec::with_capacity(ids.len());
            for id in ids {
                id.check_form()?;
                let found = self.instances.get(id.as_str());
                let instance = found.ok_or_else(|| id.not_found())?;
                if wanted(instance) {
                    items.push(instance.info());
                }
            }
            return Ok(Page { items, next: None });
        }
        let question = question("DescribeInstances", filters);
        let paging = &self.settings.paging;
        let reader = Reader::open(now, self.chance, paging, question, page, PageSize::USUAL)?;
        let listed = self.instances.listed(reader.after_number());
        let wanted = listed.filter(|(_, instance)| wanted(instance));
        Ok(reader.take(wanted).map(InstanceTruth::info))
    }

    /// `DescribeVolumes`: one page, or the volumes that were named. Order is not promised.
    ///
    /// # Errors
    /// One id that does not exist, or not any more, fails the whole call with
    /// `InvalidVolume.NotFound` (*Error codes*); ids together with `MaxResults` are refused; a bad
    /// token is.
    pub fn describe_volumes(
        &mut self,
        now: Timestamp,
        request: &DescribeVolumes,
    ) -> Answer<Page<VolumeInfo>> {
        let DescribeVolumes { filters, ids, page } = request;
        let scope = scope(filters.is_empty() && ids.is_empty(), page);
        self.admit(now, Api::DescribeVolumes, scope)?;
        let conditions = Conditions::read(filters, &self.settings.limits, OfVolume::read)?;
        let wanted = |volume: &VolumeTruth| {
            volume.presence == Presence::Here
                && conditions.hold(&volume.tags, |own, any| own.met(volume, any))
        };
        if !ids.is_empty() {
            page.refuse_beside_ids()?;
            let mut items = Vec::with_capacity(ids.len());
            for id in ids {
                id.check_form()?;
                let volume = self.living_volume(id)?;
                if wanted(volume) {
                    items.push(volume.info());
                }
            }
            return Ok(Page { items, next: None });
        }
        let question = question("DescribeVolumes", filters);
        let paging = &self.settings.paging;
        let reader = Reader::open(now, self.chance, paging, question, page, PageSize::VOLUMES)?;
        let named = conditions
            .0
            .iter()
            .find_map(|condition| match condition.field {
                Field::Own(OfVolume::VolumeId) => condition.any.literals(),
                Field::Own(_) | Field::Tag(_) | Field::TagKey => None,
            });
        let page = match named {
            Some(ids) => {
                let after = reader.after_number();
                let found = self.volumes.some(ids.iter()).into_iter();
                let found = found.filter(|(place, _)| after.is_none_or(|after| *place > after));
                reader.take(found.filter(|(_, volume)| wanted(volume)))
            }
            None => {
                let listed = self.volumes.listed(reader.after_number());
                reader.take(listed.filter(|(_, volume)| wanted(volume)))
            }
        };
        Ok(page.map(VolumeTruth::info))
    }
}

/// Neither filtered nor paginated calls have a smaller bucket; that ids count as a filter is an
/// assumption.
pub(super) fn scope(unfiltered: bool, page: &PageRequest) -> Scope {
    if unfiltered && page.max_results.is_none() {
        Scope::Bare
    } else {
        Scope::Narrow
    }
}

impl InstanceTruth {
    fn info(&self) -> InstanceInfo {
        InstanceInfo {
            block_devices: self.block_devices.clone(),
            hibernation: self.hibernation,
            id: self.id.clone(),
            root_device: self.root_device.clone(),
            root_device_type: self.root_device_type,
            state: self.state,
            tags: self.tags.clone(),
        }
    }
}

impl VolumeTruth {
    fn info(&self) -> VolumeInfo {
        VolumeInfo {
            attachments: self.attached_to.clone(),
            encrypted: self.encrypted,
            id: self.id.clone(),
            multi_attach: self.multi_attach,
            size_gib: self.size_gib,
            state: self.state(),
            tags: self.tags.clone(),
            volume_type: self.volume_type,
        }
    }
}
