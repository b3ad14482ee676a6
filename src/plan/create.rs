//! Which volumes are due, how each is taken, and with which tags.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::decision::{Decision, Reason, Subject, Verdict};
use super::lifetime::{LifetimeNote, lifetime_for};
use super::tags;
use crate::domain::{
    AttachedTo, Attachment, BootVolume, Device, Hibernation, InstallationId, Instance, InstanceId,
    Lifetime, Policy, RootVolumes, Slot, Tag, Tags, Target, Volume, VolumeId,
};

/// The most data volumes that `CreateSnapshots` can leave out (EC2 API Reference,
/// *InstanceSpecification*, `ExcludeDataVolumeIds`).
const EXCLUDE_MAX: usize = 40;

/// The volume states in which EC2 takes a snapshot.
const SNAPSHOTTABLE: [&str; 2] = ["available", "in-use"];

/// Everything one `create` pass knows when it decides.
#[derive(Clone, Debug)]
pub struct CreateInput<'a> {
    /// The rules.
    pub policy: &'a Policy,
    /// Our mark.
    pub installation: &'a InstallationId,
    /// The slot to serve.
    pub slot: &'a Slot,
    /// For `Target::Instances` those that carry the policy's tag, as far as the listing came: of one
    /// that broke off, what was seen is taken, and the finding says so. Key and value are checked again
    /// here. For `Target::Volumes` those the volumes are attached to, as far as they
    /// are known: they tell which volume is a root. Any order.
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateTask {
    /// How long the snapshots live.
    pub lifetime: Lifetime,
    /// What must come back: exactly these volumes, sorted by volume.
    pub members: Vec<Member>,
    /// What a person should know about the lifetime.
    pub note: Option<LifetimeNote>,
    /// All tags but `snaplife:op` and `snaplife:target`, which the engine adds per try:
    /// installation, policy, slot, lifetime, copied and configured ones. Never more than 47, which
    /// leaves room for those two and a hold; ours win over copied ones.
    pub tags: Tags,
    /// What is called.
    pub taken: Taken,
}

/// How it is taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// `CreateSnapshots`: all volumes of an instance but the excluded ones, as one set.
    AsSet {
        /// Whether the root is part of it.
        boot_volume: BootVolume,
        /// Data volumes left out, sorted; at most 40 (more: taken one by one instead).
        exclude: Vec<VolumeId>,
        /// The instance.
        instance: InstanceId,
    },
    /// `CreateSnapshot`: one volume by itself, not part of a set.
    Single {
        /// The volume.
        volume: VolumeId,
    },
}

/// A volume that a creation is expected to snapshot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Member {
    /// Where it was attached; none for an unattached one.
    pub device: Option<Device>,
    /// The instance it was taken with or attached to.
    pub instance: Option<InstanceId>,
    /// The volume.
    pub volume: VolumeId,
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
///
/// Instances are gone through by id, so that a multi-attach volume goes with the smallest id that
/// wants it, whichever pass asks. A volume chosen by its own tag is left out as a root only when
/// `instances` holds the instance that says so; of an instance that is not given nobody knows.
#[must_use]
pub fn plan_create(input: &CreateInput<'_>) -> CreatePlan {
    let mut plan = Planner {
        input,
        taken: BTreeMap::new(),
        plan: CreatePlan::default(),
    };
    match &input.policy.select.target {
        Target::Instances(tag) => {
            let mut instances: Vec<&Instance> = input
                .instances
                .iter()
                .filter(|instance| instance.tags.has(tag))
                .collect();
            instances.sort_by(|a, b| a.id.cmp(&b.id));
            for instance in instances {
                plan.instance(instance);
            }
        }
        Target::Volumes(tag) => {
            for volume in input.volumes.values().filter(|v| v.tags.has(tag)) {
                plan.volume(volume);
            }
        }
    }
    plan.finish()
}

/// A plan in the making.
struct Planner<'a> {
    input: &'a CreateInput<'a>,
    /// Which instance takes a volume, be it in this pass or in one before that served its slot.
    taken: BTreeMap<&'a VolumeId, &'a InstanceId>,
    plan: CreatePlan,
}

impl<'a> Planner<'a> {
    fn instance(&mut self, instance: &'a Instance) {
        let subject = Subject::Instance(instance.id.clone());
        if planted!(!instance.state.has_volumes(), SkipsStoppedInstances => instance.state != crate::domain::InstanceState::Running)
        {
            let reason = Reason::InstanceState(instance.state.clone());
            self.leave_out(subject, reason);
            return;
        }
        let served = self.input.served.contains(instance.id.as_str());
        let mut members = Vec::new();
        let mut left_out = Vec::new();
        for attachment in &instance.attachments {
            match self.against(instance, attachment) {
                Some(reason) => left_out.push((attachment, reason)),
                None => {
                    self.taken.insert(&attachment.volume, &instance.id);
                    members.push(Member {
                        volume: attachment.volume.clone(),
                        device: Some(attachment.device.clone()),
                        instance: Some(instance.id.clone()),
                    });
                }
            }
        }
        if served {
            self.leave_out(subject, Reason::AlreadyServed);
            return;
        }
        if members.is_empty() {
            let is_served = |(_, reason): &(_, Reason)| *reason == Reason::AlreadyServed;
            let reason = if left_out.iter().any(is_served) {
                Reason::AlreadyServed
            } else {
                Reason::NothingLeft
            };
            self.leave_out(subject, reason);
        } else {
            self.decide(subject, Verdict::Take, Reason::Selected);
        }
        for (attachment, reason) in &left_out {
            let subject = Subject::Volume(attachment.volume.clone());
            self.leave_out(subject, reason.clone());
        }
        if members.is_empty() {
            return;
        }
        members.sort_by(|a, b| a.volume.cmp(&b.volume));
        let left_out = left_out.into_iter().map(|(attachment, _)| attachment);
        self.take(instance, members, left_out);
    }

    /// Why a volume of an instance is not taken with it; none when it is.
    fn against(&self, instance: &Instance, attachment: &Attachment) -> Option<Reason> {
        let select = &self.input.policy.select;
        let is_root = instance.root_volume() == Some(&attachment.volume);
        if is_root && select.root == RootVolumes::Exclude {
            return Some(Reason::RootVolume);
        }
        let is_excluded = select.exclude_devices.contains(&attachment.device);
        if planted!(is_excluded, LeavesOutByPrefix => crate::planted::is_alike(&select.exclude_devices, &attachment.device))
        {
            return Some(Reason::ExcludedByDevice(attachment.device.clone()));
        }
        let facts = self.input.volumes.get(&attachment.volume);
        if let Some(tag) = facts.and_then(|volume| self.excluded_by_tag(&volume.tags)) {
            return Some(Reason::ExcludedByTag(tag));
        }
        if self.input.served.contains(attachment.volume.as_str()) {
            return Some(Reason::AlreadyServed);
        }
        let with = planted!(self.taken.get(&attachment.volume), TakesASharedVolumeTwice => None)?;
        Some(Reason::TakenWith((*with).clone()))
    }

    /// One set where EC2 can make one, else every volume by itself.
    fn take<'b>(
        &mut self,
        instance: &Instance,
        members: Vec<Member>,
        left_out: impl Iterator<Item = &'b Attachment>,
    ) {
        for member in &members {
            let subject = Subject::Volume(member.volume.clone());
            self.decide(subject, Verdict::Take, Reason::Selected);
        }
        let (root, mut exclude) = (instance.root_volume(), Vec::new());
        let mut boot_volume = match (root, self.input.policy.select.root) {
            (None, RootVolumes::Exclude) => BootVolume::Exclude,
            (Some(_), _) | (None, RootVolumes::Include) => BootVolume::Include,
        };
        for attachment in left_out {
            if root == Some(&attachment.volume) {
                boot_volume = BootVolume::Exclude;
            } else {
                exclude.push(attachment.volume.clone());
            }
        }
        exclude.sort();
        let (lifetime, note) = lifetime_for(self.input.policy, &instance.tags);
        let tags = tags::for_creation(self.input, &instance.tags, lifetime);
        let one_by_one =
            exclude.len() > EXCLUDE_MAX || instance.hibernation == Hibernation::Configured;
        if one_by_one {
            for member in members {
                self.plan.tasks.push(CreateTask {
                    taken: Taken::Single {
                        volume: member.volume.clone(),
                    },
                    members: vec![member],
                    lifetime,
                    note: note.clone(),
                    tags: tags.clone(),
                });
            }
        } else {
            self.plan.tasks.push(CreateTask {
                taken: Taken::AsSet {
                    instance: instance.id.clone(),
                    boot_volume,
                    exclude,
                },
                members,
                lifetime,
                note,
                tags,
            });
        }
    }

    /// A volume that is chosen by its own tag.
    fn volume(&mut self, volume: &Volume) {
        let subject = Subject::Volume(volume.id.clone());
        if let Some(reason) = self.against_volume(volume) {
            self.leave_out(subject, reason);
            return;
        }
        self.decide(subject, Verdict::Take, Reason::Selected);
        let (lifetime, note) = lifetime_for(self.input.policy, &volume.tags);
        let end = volume
            .attached_to
            .iter()
            .min_by(|a, b| a.instance.cmp(&b.instance));
        self.plan.tasks.push(CreateTask {
            taken: Taken::Single {
                volume: volume.id.clone(),
            },
            members: vec![Member {
                volume: volume.id.clone(),
                device: end.map(|end| end.device.clone()),
                instance: end.map(|end| end.instance.clone()),
            }],
            lifetime,
            note,
            tags: tags::for_creation(self.input, &volume.tags, lifetime),
        });
    }

    /// Why a volume that carries the tag is not taken; none when it is. Whoever gave a root volume the
    /// tag means it. A multi-attach volume is left out by device only when the policy excludes each of
    /// its devices.
    fn against_volume(&self, volume: &Volume) -> Option<Reason> {
        let select = &self.input.policy.select;
        if !SNAPSHOTTABLE.contains(&volume.state.as_str()) {
            return Some(Reason::VolumeState(volume.state.clone()));
        }
        let excluded = |end: &AttachedTo| select.exclude_devices.contains(&end.device);
        if let Some(first) = volume.attached_to.first()
            && volume.attached_to.iter().all(excluded)
        {
            return Some(Reason::ExcludedByDevice(first.device.clone()));
        }
        if let Some(tag) = self.excluded_by_tag(&volume.tags) {
            return Some(Reason::ExcludedByTag(tag));
        }
        let served = self.input.served.contains(volume.id.as_str());
        served.then_some(Reason::AlreadyServed)
    }

    fn excluded_by_tag(&self, tags: &Tags) -> Option<Tag> {
        let mut excluded = self.input.policy.select.exclude_tags.iter();
        excluded.find(|tag| tags.has(tag)).cloned()
    }

    fn leave_out(&mut self, subject: Subject, reason: Reason) {
        self.decide(subject, Verdict::LeaveOut, reason);
    }

    fn decide(&mut self, subject: Subject, verdict: Verdict, reason: Reason) {
        self.plan.decisions.push(Decision {
            reason,
            subject,
            verdict,
        });
    }

    /// A volume of several instances has a decision for each; equal ones are said once.
    fn finish(mut self) -> CreatePlan {
        let decisions = &mut self.plan.decisions;
        decisions.sort_by(|a, b| (&a.subject, a.verdict).cmp(&(&b.subject, b.verdict)));
        decisions.dedup();
        self.plan.tasks.sort_by(|a, b| a.target().cmp(b.target()));
        self.plan
    }
}

#[cfg(test)]
mod tests;
