//! `CreateTags` and `DeleteTags`.

use smol_str::{SmolStr, format_smolstr};

use crate::answer::{Answer, Refusal};
use crate::time::Timestamp;

use super::effects::Actor;
use super::ids::{InstanceId, SnapshotId, VolumeId};
use super::model::SnapshotTruth;
use super::queue::Transition;
use super::refusals::{Kind, Named, invalid_value};
use super::snapshots;
use super::state::Ec2;
use super::tags::{self, Tags};
use super::throttle::{Api, Scope};

impl Ec2 {
    /// `CreateTags`: the given keys are overwritten on every resource, others stay; all or nothing.
    ///
    /// # Errors
    /// More than 1000 resources, tags that are not allowed, more than 50 of them on a resource
    /// (`TagLimitExceeded`), a resource that does not exist or is not visible yet
    /// (`InvalidSnapshot.NotFound` right after its creation: EC2 Developer Guide, *Eventual
    /// consistency in the Amazon EC2 API*).
    pub fn create_tags(
        &mut self,
        now: Timestamp,
        resources: &[SmolStr],
        tags: &Tags,
    ) -> Answer<()> {
        self.admit(now, Api::CreateTags, Scope::Narrow)?;
        let max = self.settings.limits.tagged_resources_max;
        if resources.is_empty() || resources.len() > max {
            let message = format_smolstr!("Give 1 to {max} resources, not {}", resources.len());
            return Err(invalid_value(message));
        }
        self.put_tags(now, resources, tags, Actor::Client)
    }

    /// `DeleteTags`: a key alone goes whatever its value is, a key with a value only when it has
    /// that value.
    ///
    /// # Errors
    /// A resource that does not exist or is not visible yet.
    pub fn delete_tags(
        &mut self,
        now: Timestamp,
        resources: &[SmolStr],
        remove: &[(SmolStr, Option<SmolStr>)],
    ) -> Answer<()> {
        self.admit(now, Api::DeleteTags, Scope::Narrow)?;
        self.remove_tags(now, resources, remove, Actor::Client)
    }

    pub(super) fn put_tags(
        &mut self,
        now: Timestamp,
        resources: &[SmolStr],
        tags: &Tags,
        by: Actor,
    ) -> Answer<()> {
        tags::check(tags, &self.settings.limits)?;
        let mut changed = Vec::with_capacity(resources.len());
        for id in resources {
            let new = self.tags_of(now, id, by)?.with(tags);
            tags::check_count(new.len(), &self.settings.limits)?;
            changed.push((id, new));
        }
        for (id, tags) in changed {
            self.set_tags(now, id, tags);
        }
        Ok(())
    }

    pub(super) fn remove_tags(
        &mut self,
        now: Timestamp,
        resources: &[SmolStr],
        remove: &[(SmolStr, Option<SmolStr>)],
        by: Actor,
    ) -> Answer<()> {
        let mut changed = Vec::with_capacity(resources.len());
        for id in resources {
            changed.push((id, self.tags_of(now, id, by)?.without(remove)));
        }
        for (id, tags) in changed {
            self.set_tags(now, id, tags);
        }
        Ok(())
    }

    /// The true tags of a resource of any kind.
    fn tags_of(&self, now: Timestamp, id: &str, by: Actor) -> Result<&Tags, Refusal> {
        let visible = |snapshot: &&SnapshotTruth| match by {
            Actor::Client => snapshot.is_found(now),
            Actor::Outsider | Actor::Aws => !snapshot.is_gone(),
        };
        match Kind::of(id) {
            Some(Kind::Snapshot) => {
                let found = self
                    .snapshots
                    .get(id)
                    .filter(visible)
                    .map(|found| &found.tags);
                found.ok_or_else(|| SnapshotId::from(id).not_found())
            }
            Some(Kind::Instance) => {
                let found = self.instances.get(id).map(|found| &found.tags);
                found.ok_or_else(|| InstanceId::from(id).not_found())
            }
            Some(Kind::Volume) => self
                .living_volume(&VolumeId::from(id))
                .map(|found| &found.tags),
            None => {
                let message = format_smolstr!("The ID '{id}' is not valid");
                Err(Refusal::new(400, "InvalidID", message))
            }
        }
    }

    /// Changes of a snapshot's tags may show late; those of instances and volumes show at once,
    /// which is a simplification.
    fn set_tags(&mut self, now: Timestamp, id: &str, tags: Tags) {
        if let Some(instance) = self.instances.get_mut(id) {
            instance.tags = tags;
        } else if let Some(volume) = self.volumes.get_mut(id) {
            volume.tags = tags;
        } else if let Some(key) = snapshots::key(id) {
            let id = SnapshotId::from(id);
            let lag = self.lag(self.settings.visibility.tags_max, "tag-lag", &id, now);
            let stale_until = (lag.0 > 0).then(|| now + lag);
            if let Some(until) = stale_until {
                self.queue.add(until, Transition::ShowTags(key));
            }
            self.snapshots.set_tags(key, tags, stale_until);
        }
    }
}
