//! What others in the account do to instances and volumes; it also sets up a world.

use smol_str::{SmolStr, format_smolstr};

use crate::answer::{Answer, Refusal};
use crate::time::Span;

use super::ids::{InstanceId, VolumeId};
use super::model::{
    Attachment, BlockDevice, Hibernation, InstanceState, InstanceTruth, OnTermination, Presence,
    RootDeviceType, VolumeTruth, VolumeType,
};
use super::outsider::Outsider;
use super::queue::Transition;
use super::refusals::{Named, incorrect_state};
use super::tags::Tags;

/// How long a terminated instance is listed (API Reference, *DescribeInstances*: "usually less than
/// one hour").
const TERMINATED_LISTED_FOR: Span = Span::hours(1);

/// A volume to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewVolume {
    /// How much of it changes in a day, in GiB.
    pub daily_change_gib: u32,
    /// Whether its data is encrypted.
    pub encrypted: bool,
    /// Its id.
    pub id: VolumeId,
    /// Whether several instances may have it at once.
    pub multi_attach: bool,
    /// Its size in GiB.
    pub size_gib: u32,
    /// Its tags.
    pub tags: Tags,
    /// Its type.
    pub volume_type: VolumeType,
}

impl NewVolume {
    /// A plain gp3 volume without tags, of which a fiftieth changes in a day.
    #[must_use]
    pub fn plain(id: VolumeId, size_gib: u32) -> Self {
        Self {
            daily_change_gib: size_gib.div_ceil(50),
            encrypted: false,
            id,
            multi_attach: false,
            size_gib,
            tags: Tags::default(),
            volume_type: VolumeType::Gp3,
        }
    }
}

/// An instance to be launched; its volumes are attached afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewInstance {
    /// Whether it is set up for hibernation.
    pub hibernation: Hibernation,
    /// Its id.
    pub id: InstanceId,
    /// The device of its root; none for an instance without one.
    pub root_device: Option<SmolStr>,
    /// Where its root lives.
    pub root_device_type: RootDeviceType,
    /// Its tags.
    pub tags: Tags,
}

impl Outsider<'_> {
    /// Makes a volume. One that has this id and still exists is refused with `IncorrectState`, which
    /// AWS, where ids are never chosen, has no need for.
    ///
    /// # Errors
    /// As said.
    pub fn create_volume(&mut self, new: NewVolume) -> Answer<()> {
        if self.ec2.living_volume(&new.id).is_ok() {
            return Err(incorrect_state(format_smolstr!(
                "The volume '{}' exists",
                new.id
            )));
        }
        let volume = VolumeTruth {
            attached_to: Vec::new(),
            daily_change_gib: new.daily_change_gib,
            encrypted: new.encrypted,
            id: new.id.clone(),
            multi_attach: new.multi_attach,
            size_gib: new.size_gib,
            presence: Presence::Here,
            tags: new.tags,
            volume_type: new.volume_type,
        };
        self.ec2.volumes.insert(self.ec2.chance, new.id, volume);
        Ok(())
    }

    /// Launches an instance, running at once. An id in use is refused as for volumes.
    ///
    /// # Errors
    /// As said.
    pub fn launch_instance(&mut self, new: NewInstance) -> Answer<()> {
        if self.ec2.instances.get(new.id.as_str()).is_some() {
            return Err(incorrect_state(format_smolstr!(
                "The instance '{}' exists",
                new.id
            )));
        }
        let instance = InstanceTruth {
            block_devices: Vec::new(),
            hibernation: new.hibernation,
            id: new.id.clone(),
            root_device: new.root_device,
            root_device_type: new.root_device_type,
            state: InstanceState::Running,
            tags: new.tags,
        };
        self.ec2.instances.insert(self.ec2.chance, new.id, instance);
        Ok(())
    }

    /// Attaches a volume.
    ///
    /// # Errors
    /// `VolumeInUse` when it is attached elsewhere and not multi-attach; `IncorrectState` when the instance is neither
    /// running nor stopped (as seen in ansible-collections/amazon.aws#497); what does not exist.
    pub fn attach_volume(
        &mut self,
        volume: &VolumeId,
        instance: &InstanceId,
        device: impl Into<SmolStr>,
        on_termination: OnTermination,
    ) -> Answer<()> {
        let device = device.into();
        let found = self.ec2.living_volume(volume)?;
        let already = found
            .attached_to
            .iter()
            .any(|end| &end.instance == instance);
        if already || !found.attached_to.is_empty() && !found.multi_attach {
            return Err(volume_in_use(volume));
        }
        let holder = self.instance_mut(instance)?;
        match holder.state {
            InstanceState::Running | InstanceState::Stopped => {}
            InstanceState::Pending
            | InstanceState::ShuttingDown
            | InstanceState::Stopping
            | InstanceState::Terminated => {
                let message = format_smolstr!("Instance '{instance}' is not 'running'.");
                return Err(incorrect_state(message));
            }
        }
        holder.block_devices.push(BlockDevice {
            device: device.clone(),
            on_termination,
            volume: volume.clone(),
        });
        if let Some(found) = self.ec2.volumes.get_mut(volume.as_str()) {
            let instance = instance.clone();
            found.attached_to.push(Attachment { device, instance });
        }
        Ok(())
    }

    /// Detaches a volume from every instance.
    ///
    /// # Errors
    /// `InvalidVolume.NotFound`; `IncorrectState` when it is not attached.
    pub fn detach_volume(&mut self, id: &VolumeId) -> Answer<()> {
        if self.ec2.living_volume(id)?.attached_to.is_empty() {
            return Err(incorrect_state(format_smolstr!(
                "The volume '{id}' is not attached"
            )));
        }
        let volume = self.ec2.volumes.get_mut(id.as_str());
        let ends = volume.map(|volume| std::mem::take(&mut volume.attached_to));
        for Attachment { instance, .. } in ends.unwrap_or_default() {
            if let Some(instance) = self.ec2.instances.get_mut(instance.as_str()) {
                instance.block_devices.retain(|device| &device.volume != id);
            }
        }
        Ok(())
    }

    /// Deletes a volume; its snapshots stay.
    ///
    /// # Errors
    /// `InvalidVolume.NotFound`; `VolumeInUse` while it is attached.
    pub fn delete_volume(&mut self, id: &VolumeId) -> Answer<()> {
        if !self.ec2.living_volume(id)?.attached_to.is_empty() {
            return Err(volume_in_use(id));
        }
        if let Some(volume) = self.ec2.volumes.get_mut(id.as_str()) {
            volume.presence = Presence::Deleted;
        }
        Ok(())
    }

    /// Stops an instance; its volumes stay attached.
    ///
    /// # Errors
    /// `InvalidInstanceID.NotFound`; `IncorrectInstanceState` when it is terminated.
    pub fn stop_instance(&mut self, id: &InstanceId) -> Answer<()> {
        self.set_instance_state(id, InstanceState::Stopped)
    }

    /// Starts a stopped instance.
    ///
    /// # Errors
    /// As for [`stop_instance`](Self::stop_instance).
    pub fn start_instance(&mut self, id: &InstanceId) -> Answer<()> {
        self.set_instance_state(id, InstanceState::Running)
    }

    /// Puts an instance into any state that is not the end of it.
    ///
    /// # Errors
    /// As for [`stop_instance`](Self::stop_instance).
    pub fn set_instance_state(&mut self, id: &InstanceId, state: InstanceState) -> Answer<()> {
        let instance = self.instance_mut(id)?;
        if instance.state == InstanceState::Terminated {
            let message = format_smolstr!("The instance '{id}' is terminated");
            return Err(Refusal::new(400, "IncorrectInstanceState", message));
        }
        instance.state = state;
        Ok(())
    }

    /// Terminates an instance. Each volume is deleted or merely detached, as its attachment says; a
    /// multi-attach volume stays while others have it. The instance is listed for another hour.
    ///
    /// # Errors
    /// `InvalidInstanceID.NotFound`. Terminating twice is fine, as with AWS.
    pub fn terminate_instance(&mut self, id: &InstanceId) -> Answer<()> {
        let instance = self.instance_mut(id)?;
        if instance.state == InstanceState::Terminated {
            return Ok(());
        }
        instance.state = InstanceState::Terminated;
        let devices = std::mem::take(&mut instance.block_devices);
        for device in devices {
            let Some(volume) = self.ec2.volumes.get_mut(device.volume.as_str()) else {
                continue;
            };
            volume.attached_to.retain(|end| &end.instance != id);
            match device.on_termination {
                OnTermination::Delete if volume.attached_to.is_empty() => {
                    volume.presence = Presence::Deleted;
                }
                OnTermination::Delete | OnTermination::Keep => {}
            }
        }
        let until = self.now + TERMINATED_LISTED_FOR;
        self.ec2.queue.add(until, Transition::Unlist(id.clone()));
        Ok(())
    }

    fn instance_mut(&mut self, id: &InstanceId) -> Result<&mut InstanceTruth, Refusal> {
        let found = self.ec2.instances.get_mut(id.as_str());
        found.ok_or_else(|| id.not_found())
    }
}

fn volume_in_use(id: &VolumeId) -> Refusal {
    Refusal::new(
        400,
        "VolumeInUse",
        format_smolstr!("The volume '{id}' is in use"),
    )
}
