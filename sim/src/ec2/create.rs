//! `CreateSnapshots` and `CreateSnapshot`.
//!
//! Neither has an idempotency token (API Reference): the same request twice makes two snapshots, or
//! meets the limit of one per volume in 15 seconds.

use smol_str::{SmolStr, format_smolstr};

use crate::answer::{Answer, Refusal};
use crate::time::Timestamp;

use super::effects::{Actor, EffectKind};
use super::ids::{SnapshotId, VolumeId};
use super::model::{
    Copying, Ending, Hibernation, InstanceState, InstanceTruth, Presence, Seen, SetNumber,
    SnapshotState, SnapshotTruth, VolumeTruth,
};
use super::queue::Transition;
use super::refusals::{Named, incorrect_state, invalid_value};
use super::request::{CopyTags, CreateSnapshot, CreateSnapshots, SnapshotInfo};
use super::snapshots;
use super::state::Ec2;
use super::tags::{self, Tags};
use super::throttle::{Api, Scope};

/// What one new snapshot is made of.
struct Member {
    tags: Tags,
    volume: VolumeId,
}

/// A snapshot whose copy is drawn and which is not there yet.
struct Drawn {
    copying: Copying,
    id: SnapshotId,
    member: Member,
    seen: Seen,
}

impl Ec2 {
    /// `CreateSnapshots`: one crash-consistent set of an instance's volumes, all or none.
    ///
    /// The answer has one item per volume, in the order of the block devices, all with one start.
    ///
    /// # Errors
    /// As documented (API Reference, *CreateSnapshots*, *InstanceSpecification*): naming the root
    /// among the excluded data volumes, more than 40 of them, an unknown instance, the limits of
    /// each volume and of the Region. Assumptions: the codes for the first two
    /// (`InvalidParameterValue`), for nothing left to snapshot (`InvalidParameterValue`), for an
    /// instance set up for hibernation (`UnsupportedOperation`; that it is refused stands in the EC2
    /// User Guide, *Create Amazon EBS snapshots*), for one that is being terminated
    /// (`IncorrectInstanceState`), and for too many volumes (`ResourceCountExceeded`). An excluded
    /// volume that is not attached is ignored, which is an assumption too.
    pub fn create_snapshots(
        &mut self,
        now: Timestamp,
        request: &CreateSnapshots,
    ) -> Answer<Vec<SnapshotInfo>> {
        self.admit(now, Api::CreateSnapshots, Scope::Narrow)?;
        tags::check(&request.tags, &self.settings.limits)?;
        let volumes = self.volumes_of_set(request)?;
        let members = self.members(volumes, request)?;
        for member in &members {
            self.check_volume_limits(now, &member.volume)?;
        }
        self.check_region_limit(members.len())?;
        let made = self.make(now, members, &request.description);
        Ok(made.into_iter().map(as_created).collect())
    }

    /// `CreateSnapshot`: a snapshot of one volume.
    ///
    /// # Errors
    /// An unknown volume, and the limits of the volume and of the Region.
    pub fn create_snapshot(
        &mut self,
        now: Timestamp,
        request: &CreateSnapshot,
    ) -> Answer<SnapshotInfo> {
        self.admit(now, Api::CreateSnapshot, Scope::Narrow)?;
        tags::check(&request.tags, &self.settings.limits)?;
        request.volume.check_form()?;
        self.living_volume(&request.volume)?;
        self.check_volume_limits(now, &request.volume)?;
        self.check_region_limit(1)?;
        let member = Member {
            tags: request.tags.clone(),
            volume: request.volume.clone(),
        };
        let mut made = self.make(now, vec![member], &request.description);
        Ok(as_created(
            made.pop().expect("one member makes one snapshot"),
        ))
    }

    /// Lets due things happen, then takes a token of the call's bucket.
    pub(super) fn admit(&mut self, now: Timestamp, api: Api, scope: Scope) -> Result<(), Refusal> {
        self.advance(now);
        self.buckets
            .take(now, (api, scope), &self.settings.throttling)
    }

    pub(super) fn living_volume(&self, id: &VolumeId) -> Result<&VolumeTruth, Refusal> {
        self.volumes
            .get(id.as_str())
            .filter(|volume| volume.presence == Presence::Here)
            .ok_or_else(|| id.not_found())
    }

    fn volumes_of_set(&self, request: &CreateSnapshots) -> Result<Vec<VolumeId>, Refusal> {
        request.instance.check_form()?;
        let excluded = &request.exclude_data_volumes;
        if excluded.len() > self.settings.limits.excluded_volumes_max {
            let max = self.settings.limits.excluded_volumes_max;
            let message = format_smolstr!("No more than {max} data volumes can be excluded");
            return Err(invalid_value(message));
        }
        for volume in excluded {
            volume.check_form()?;
        }
        let instance = self.instances.get(request.instance.as_str());
        let instance = instance.ok_or_else(|| request.instance.not_found())?;
        check_instance(instance)?;
        let root = instance.root_volume();
        if let Some(root) = root.filter(|root| excluded.contains(root)) {
            let message = format_smolstr!(
                "'{root}' is the root volume; use ExcludeBootVolume to leave it out"
            );
            return Err(invalid_value(message));
        }
        let wanted = |volume: &&VolumeId| {
            !(excluded.contains(volume) || request.exclude_boot_volume && root == Some(*volume))
        };
        let attached = instance.block_devices.iter().map(|device| &device.volume);
        let volumes: Vec<VolumeId> = attached.filter(wanted).cloned().collect();
        if volumes.is_empty() {
            let message = "The exclusions leave no volume of the instance to snapshot";
            return Err(invalid_value(message));
        }
        if volumes.len() > self.settings.limits.volumes_per_set_max {
            let message = "The instance has too many volumes for one set of snapshots";
            return Err(Refusal::new(400, "ResourceCountExceeded", message));
        }
        Ok(volumes)
    }

    /// Every snapshot gets the tags of the request, and those of its volume below them. That the
    /// request wins where both have a key, and that the sum is what the limit counts, are
    /// assumptions.
    fn members(
        &self,
        volumes: Vec<VolumeId>,
        request: &CreateSnapshots,
    ) -> Result<Vec<Member>, Refusal> {
        let member = |volume: VolumeId| {
            let tags = match request.copy_tags {
                CopyTags::No => request.tags.clone(),
                CopyTags::FromVolume => {
                    let own = self.volumes.get(volume.as_str()).map(|volume| &volume.tags);
                    own.map_or_else(|| request.tags.clone(), |own| own.with(&request.tags))
                }
            };
            tags::check_count(tags.len(), &self.settings.limits)?;
            Ok(Member { tags, volume })
        };
        volumes.into_iter().map(member).collect()
    }

    /// One snapshot per volume in 15 seconds (*Error codes*, `SnapshotCreationPerVolumeRateExceeded`;
    /// that members of a set count too is an assumption), and a limit of pending ones, which those
    /// deleted while pending and failed ones count against (AWS re:Post, *Why is my EBS snapshot
    /// stuck in the pending state?*; `ConcurrentSnapshotLimitExceeded`).
    fn check_volume_limits(&self, now: Timestamp, id: &VolumeId) -> Result<(), Refusal> {
        let limits = &self.settings.limits;
        let Some(book) = self.snapshots.book(id.as_str()) else {
            return Ok(());
        };
        if let Some(last) = book.last_made
            && now - last < limits.snapshot_interval_min
        {
            let message = format_smolstr!(
                "The maximum per volume CreateSnapshot request rate has been exceeded for '{id}'. Use an increasing or variable sleep interval between requests."
            );
            return Err(Refusal::new(
                400,
                "SnapshotCreationPerVolumeRateExceeded",
                message,
            ));
        }
        let hdd = self
            .volumes
            .get(id.as_str())
            .is_some_and(|v| v.volume_type.is_hdd());
        let places = if hdd {
            limits.pending_per_hdd_volume_max
        } else {
            limits.pending_per_volume_max
        };
        if book.places_taken >= places {
            let message =
                format_smolstr!("Maximum allowed in-progress snapshots for '{id}' exceeded.");
            return Err(Refusal::new(
                400,
                "ConcurrentSnapshotLimitExceeded",
                message,
            ));
        }
        Ok(())
    }

    fn check_region_limit(&self, more: usize) -> Result<(), Refusal> {
        if self.snapshots.in_quota() + more > self.settings.limits.snapshots_per_region_max {
            let message = "You have reached the limit on the number of snapshots.";
            return Err(Refusal::new(400, "SnapshotLimitExceeded", message));
        }
        Ok(())
    }

    fn make(
        &mut self,
        now: Timestamp,
        members: Vec<Member>,
        description: &SmolStr,
    ) -> Vec<SnapshotInfo> {
        let set = (members.len() > 1).then(|| {
            self.sets += 1;
            SetNumber(self.sets)
        });
        let mut drawn: Vec<Drawn> = members
            .into_iter()
            .map(|member| self.draw(now, member))
            .collect();
        complete_together(&mut drawn);
        drawn
            .into_iter()
            .map(|drawn| self.put(now, drawn, set, description))
            .collect()
    }

    fn draw(&mut self, now: Timestamp, member: Member) -> Drawn {
        let id = self.new_id(&member.volume);
        let fate = self.take_fate(&member.volume);
        let volume = self.volumes.get(member.volume.as_str());
        let volume = volume.expect("only volumes that exist are snapshotted");
        Drawn {
            copying: self.draw_copy(now, volume, &id, fate),
            seen: self.draw_seen(now, &id, fate),
            id,
            member,
        }
    }

    fn put(
        &mut self,
        now: Timestamp,
        drawn: Drawn,
        set: Option<SetNumber>,
        description: &SmolStr,
    ) -> SnapshotInfo {
        let Drawn {
            copying,
            id,
            member,
            seen,
        } = drawn;
        let volume = self.volumes.get(member.volume.as_str());
        let volume = volume.expect("only volumes that exist are snapshotted");
        let settles = copying.settles;
        let snapshot = SnapshotTruth {
            copying: Some(Box::new(copying)),
            created_by: Actor::Client,
            delete_asked_by: None,
            description: description.clone(),
            encrypted: volume.encrypted,
            id,
            owner: self.account.clone(),
            seen,
            set,
            size_gib: volume.size_gib,
            start: now,
            state: SnapshotState::Pending,
            tags: member.tags,
            volume: member.volume,
        };
        let info = snapshot.info(now, &snapshot.tags);
        let key = snapshot.key();
        let book = self.snapshots.book_mut(&snapshot.volume);
        book.last_made = Some(now);
        book.copying_until = book.copying_until.max(settles);
        self.snapshots.insert(snapshot);
        self.queue.add(settles, Transition::Settle(key));
        self.record(now, key, EffectKind::Created, Actor::Client);
        info
    }

    /// The next id of a volume's snapshots.
    pub(super) fn new_id(&mut self, volume: &VolumeId) -> SnapshotId {
        loop {
            let book = self.snapshots.book_mut(volume);
            let number = book.made;
            book.made += 1;
            let chance = self.chance;
            let hex = chance.hex(17, "snapshot-id", &[volume.as_str()], number);
            let id = SnapshotId::new(format_smolstr!("snap-{hex}"));
            // Two ids with one key are near impossible; the second one is then left out.
            if snapshots::key(id.as_str()).is_some_and(|key| self.snapshots.at(key).is_none()) {
                return id;
            }
        }
    }
}

fn check_instance(instance: &InstanceTruth) -> Result<(), Refusal> {
    match instance.state {
        InstanceState::Running | InstanceState::Stopping | InstanceState::Stopped => {}
        InstanceState::Pending | InstanceState::ShuttingDown | InstanceState::Terminated => {
            let (id, state) = (&instance.id, instance.state.as_str());
            let message = format_smolstr!("The instance '{id}' is in state '{state}'");
            return Err(Refusal {
                code: "IncorrectInstanceState".into(),
                ..incorrect_state(message)
            });
        }
    }
    match instance.hibernation {
        Hibernation::Off => Ok(()),
        Hibernation::Configured => {
            let message =
                "Snapshots of instances that are enabled for hibernation are not supported";
            Err(Refusal::new(400, "UnsupportedOperation", message))
        }
    }
}

/// Members of a set wait for the last one, and one that fails takes all with it (EBS User Guide,
/// *EventBridge events for Amazon EBS*; AWS re:Post, *Why is my AMI or EBS snapshot creation
/// slow?*).
fn complete_together(drawn: &mut [Drawn]) {
    let settles = drawn.iter().map(|one| one.copying.settles).max();
    let any_fails = drawn.iter().any(|one| one.copying.ending == Ending::Fails);
    for one in drawn {
        one.copying.settles = settles.unwrap_or(one.copying.settles);
        if any_fails {
            one.copying.ending = Ending::Fails;
        }
    }
}
/// A snapshot as the answer to its creation shows it: with the whole second of its start, where a listing
/// tells milliseconds. Undocumented; so recorded of the real EC2 (cloud-custodian/cloud-custodian,
/// `tests/data/placebo/test_ec2_snapshot`: 21:15:27 and then 21:15:27.936 of one snapshot).
fn as_created(made: SnapshotInfo) -> SnapshotInfo {
    SnapshotInfo {
        start: made.start.whole_second(),
        ..made
    }
}
