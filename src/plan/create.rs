//! Which volumes are due, how each is taken, and with which tags.

use std::collections::{BTreeMap, BTreeSet};

use super::decision::Decision;
use super::lifetime::LifetimeNote;
use crate::domain::{
    Device, InstallationId, Instance, InstanceId, Lifetime, Policy, Slot, Tags, Volume, VolumeId,
};
use crate::ports::ec2::BootVolume;

/// Everything one `create` pass knows when it decides.
#[derive(Clone, Debug)]
pub struct CreateInput<'a> {
    /// The rules.
    pub policy: &'a Policy,
    /// Our mark.
    pub installation: &'a InstallationId,
    /// The slot to serve.
    pub slot: &'a Slot,
    /// Instances that carry the policy's tag (key and value), fully seen; any order.
    pub instances: &'a [Instance],
    /// Facts of volumes by id: for `Target::Volumes` the selected ones, for `Target::Instances`
    /// those of the selected instances when exclusion by tag asks for them; else empty.
    pub volumes: &'a BTreeMap<VolumeId, Volume>,
    /// Targets (instance or volume ids as text) whose slot is settled or missed already.
    pub served: &'a BTreeSet<String>,
}

/// What one `create` pass will do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CreatePlan {
    /// Every instance and volume looked at, with its reason; sorted by subject.
    pub decisions: Vec<Decision>,
    /// The creations, sorted by target.
    pub tasks: Vec<CreateTask>,
}

/// One creation: one intent, one call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateTask {
    /// What is called.
    pub taken: Taken,
    /// What must come back: exactly these volumes, sorted by volume.
    pub members: Vec<Member>,
    /// How long the snapshots live.
    pub lifetime: Lifetime,
    /// What a person should know about the lifetime.
    pub note: Option<LifetimeNote>,
    /// All tags but `snaplife:op`, which the engine adds per try: installation, policy, slot,
    /// lifetime, copied and configured ones. Never more than 49; ours win over copied ones.
    pub tags: Tags,
}

/// How it is taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Taken {
    /// `CreateSnapshots`: all volumes of an instance but the excluded ones, as one set.
    AsSet {
        /// The instance.
        instance: InstanceId,
        /// Whether the root is part of it.
        boot_volume: BootVolume,
        /// Data volumes left out, sorted; at most 40 (more: taken one by one instead).
        exclude: Vec<VolumeId>,
    },
    /// `CreateSnapshot`: one volume by itself, not part of a set.
    Single {
        /// The volume.
        volume: VolumeId,
    },
}

/// A volume that a creation is expected to snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The volume.
    pub volume: VolumeId,
    /// Where it was attached; none for an unattached one.
    pub device: Option<Device>,
    /// The instance it was taken with or attached to.
    pub instance: Option<InstanceId>,
}

impl CreateTask {
    /// The target's id as text: the instance of a set, else the volume; stands in the intent's key.
    #[must_use]
    pub fn target(&self) -> &str {
        match &self.taken {
            Taken::AsSet { instance, .. } => instance.as_str(),
            Taken::Single { volume } => volume.as_str(),
        }
    }
}

/// Decides what a `create` pass takes.
#[must_use]
pub fn plan_create(input: &CreateInput<'_>) -> CreatePlan {
    let _ = input;
    unimplemented!()
}
