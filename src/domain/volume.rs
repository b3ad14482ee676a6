//! Instances and volumes as EC2 tells them.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::ids::{Device, InstanceId, VolumeId};
use super::tags::Tags;

/// What `DescribeInstances` said about an instance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Instance {
    /// Its EBS volumes, in EC2's order. Instance-store disks are not among them.
    pub attachments: Vec<Attachment>,
    /// Whether it is set up for hibernation: such an instance can't be snapshotted as a set.
    pub hibernation: Hibernation,
    /// Its id.
    pub id: InstanceId,
    /// The device of its root, as `/dev/xvda`; none for an instance without one.
    pub root_device: Option<Device>,
    /// Its state.
    pub state: InstanceState,
    /// Its tags.
    pub tags: Tags,
}

impl Instance {
    /// The root volume: the attachment on this very instance's root device, and no other.
    #[must_use]
    pub fn root_volume(&self) -> Option<&VolumeId> {
        let root = self.root_device.as_ref()?;
        self.attachments
            .iter()
            .find(|a| &a.device == root)
            .map(|a| &a.volume)
    }
}

/// A volume on an instance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// Where.
    pub device: Device,
    /// Which.
    pub volume: VolumeId,
}

/// Whether an instance is set up for hibernation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hibernation {
    /// It is.
    Configured,
    /// It is not.
    Off,
}

/// An instance's state.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceState {
    /// Starting for the first time.
    Pending,
    /// Up.
    Running,
    /// Going away for good.
    ShuttingDown,
    /// Gone; listed for about an hour.
    Terminated,
    /// Going down, its volumes stay.
    Stopping,
    /// Down, its volumes stay.
    Stopped,
    /// A state this version does not know.
    Other(SmolStr),
}

impl InstanceState {
    /// The state as EC2 spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Other(text) => text,
        }
    }

    /// Reads EC2's spelling; never fails.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text {
            "pending" => Self::Pending,
            "running" => Self::Running,
            "shutting-down" => Self::ShuttingDown,
            "terminated" => Self::Terminated,
            "stopping" => Self::Stopping,
            "stopped" => Self::Stopped,
            other => Self::Other(SmolStr::new(other)),
        }
    }

    /// Whether its volumes are there to be snapshotted.
    #[must_use]
    pub const fn has_volumes(&self) -> bool {
        match self {
            Self::Running | Self::Stopping | Self::Stopped => true,
            Self::Pending | Self::ShuttingDown | Self::Terminated | Self::Other(_) => false,
        }
    }
}

/// What `DescribeVolumes` said about a volume.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Volume {
    /// Where it is attached; several for a multi-attach volume.
    pub attached_to: Vec<AttachedTo>,
    /// Its id.
    pub id: VolumeId,
    /// Its size in GiB.
    pub size_gib: u32,
    /// Its state as EC2 spells it: `available`, `in-use`, `deleting`, `deleted` …
    pub state: SmolStr,
    /// Its tags.
    pub tags: Tags,
}

/// One end of an attachment, seen from the volume.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AttachedTo {
    /// On which device.
    pub device: Device,
    /// To which instance.
    pub instance: InstanceId,
}

/// Whether a multi-volume set contains the root volume.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BootVolume {
    /// The set has the root volume.
    Include,
    /// The set leaves it out (`ExcludeBootVolume=true`).
    Exclude,
}
