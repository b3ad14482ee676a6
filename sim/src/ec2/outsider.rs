//! What others in the account do to snapshots: people, other tools, other accounts.
//!
//! Outsiders go by the same rules as callers, but are never throttled, and what they change by its
//! id need not be visible yet; their share of the token buckets is [`super::settings::Strangers`].
//! What they read is what is shown: nobody copies what EC2 hides. What they do to instances and
//! volumes stands in [`super::hardware`].

use smol_str::{SmolStr, format_smolstr};

use crate::answer::{Answer, Refusal};
use crate::time::{Span, Timestamp};

use super::effects::{Actor, EffectKind};
use super::guards::{ImageState, ImageTruth, Lock, LockEnd, LockMode};
use super::ids::{AccountId, ImageId, SnapshotId, VolumeId};
use super::model::{Seen, SnapshotState, SnapshotTruth};
use super::refusals::{Named, incorrect_state};
use super::state::Ec2;
use super::tags::Tags;

/// Somebody else in the account, at one instant.
#[derive(Debug)]
pub struct Outsider<'a> {
    pub(super) ec2: &'a mut Ec2,
    pub(super) now: Timestamp,
}

/// A snapshot that somebody else made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForeignSnapshot {
    /// How long ago it was made.
    pub age: Span,
    /// The account that owns it; none for ours.
    pub owner: Option<AccountId>,
    /// Its size in GiB.
    pub size_gib: u32,
    /// Its state; one that is pending stays so until [`Outsider::set_state`].
    pub state: SnapshotState,
    /// Its tags.
    pub tags: Tags,
    /// The volume; it need not exist.
    pub volume: VolumeId,
}

impl Ec2 {
    /// Lets somebody else act at `now`.
    pub fn outsider(&mut self, now: Timestamp) -> Outsider<'_> {
        self.advance(now);
        Outsider { ec2: self, now }
    }
}

/// What others can read of a snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Its size in GiB.
    pub size_gib: u32,
    /// The tags that reads show, which may be those before the last change.
    pub tags: Tags,
    /// The volume it was made of.
    pub volume: VolumeId,
}

impl Outsider<'_> {
    /// Reads a snapshot as EC2 shows it, in a listing or by its id.
    ///
    /// # Errors
    /// `InvalidSnapshot.NotFound` while neither shows it: reads are eventually consistent
    /// (EC2 API Reference, *Eventual consistency*).
    pub fn read(&self, id: &SnapshotId) -> Answer<Shown> {
        let shown = self
            .ec2
            .snapshots
            .get(id.as_str())
            .filter(|it| it.is_listed(self.now) || it.is_found(self.now))
            .ok_or_else(|| id.not_found())?;
        Ok(Shown {
            size_gib: shown.size_gib,
            tags: shown.tags_seen(self.now).clone(),
            volume: shown.volume.clone(),
        })
    }

    /// Makes a snapshot without asking this world's limits; its id comes back. When `state` is
    /// completed, the oracle hears of that as well.
    pub fn create_snapshot(&mut self, foreign: ForeignSnapshot) -> SnapshotId {
        let ec2 = &mut *self.ec2;
        let id = ec2.new_id(&foreign.volume);
        let start = self.now - foreign.age;
        let encrypted = ec2
            .volumes
            .get(foreign.volume.as_str())
            .is_some_and(|v| v.encrypted);
        let completed = foreign.state == SnapshotState::Completed;
        let book = ec2.snapshots.book_mut(&foreign.volume);
        book.last_made = book.last_made.max(Some(start));
        let snapshot = SnapshotTruth {
            copying: None,
            created_by: Actor::Outsider,
            delete_asked_by: None,
            description: SmolStr::default(),
            encrypted,
            id: id.clone(),
            owner: foreign.owner.unwrap_or_else(|| ec2.account.clone()),
            seen: Seen {
                by_id_from: self.now,
                by_filter_from: self.now,
                gone_until: None,
                stale_tags: Vec::new(),
            },
            set: None,
            size_gib: foreign.size_gib,
            start,
            state: foreign.state,
            tags: foreign.tags,
            volume: foreign.volume,
        };
        let key = snapshot.key();
        ec2.snapshots.insert(snapshot);
        ec2.record(self.now, key, EffectKind::Created, Actor::Outsider);
        if completed {
            ec2.record(self.now, key, EffectKind::Completed, Actor::Aws);
        }
        id
    }

    /// Deletes a snapshot.
    ///
    /// # Errors
    /// As for [`Ec2::delete_snapshot`].
    pub fn delete_snapshot(&mut self, id: &SnapshotId) -> Answer<()> {
        self.ec2.delete(self.now, id, Actor::Outsider)
    }

    /// Puts a snapshot into any state at once; a copy under way is over.
    ///
    /// # Errors
    /// `InvalidSnapshot.NotFound`.
    pub fn set_state(&mut self, id: &SnapshotId, state: SnapshotState) -> Answer<()> {
        let key = self.must_exist(id)?.key();
        let kind = match state {
            SnapshotState::Completed => Some(EffectKind::Completed),
            SnapshotState::Error => Some(EffectKind::Failed),
            SnapshotState::Pending | SnapshotState::Other(_) => None,
        };
        self.ec2.snapshots.change(key, |snapshot| {
            snapshot.copying = None;
            snapshot.state = state;
        });
        if let Some(kind) = kind {
            self.ec2.record(self.now, key, kind, Actor::Outsider);
        }
        // A deletion that waited for the end of the copy need not wait any more.
        if let Some(by) = self.must_exist(id)?.delete_asked_by {
            self.ec2.delete_now(self.now, key, by);
        }
        Ok(())
    }

    /// Tags a resource of any kind.
    ///
    /// # Errors
    /// As for [`Ec2::create_tags`].
    pub fn tag(&mut self, resource: &str, tags: &Tags) -> Answer<()> {
        self.ec2
            .put_tags(self.now, &[resource.into()], tags, Actor::Outsider)
    }

    /// Removes tags by key.
    ///
    /// # Errors
    /// A resource that does not exist.
    pub fn untag(&mut self, resource: &str, keys: &[&str]) -> Answer<()> {
        let remove: Vec<_> = keys.iter().map(|key| (SmolStr::new(key), None)).collect();
        self.ec2
            .remove_tags(self.now, &[resource.into()], &remove, Actor::Outsider)
    }

    /// Locks a snapshot for a span, which runs from its completion if it is still pending; an
    /// existing lock is replaced.
    ///
    /// # Errors
    /// `InvalidSnapshot.NotFound`; `IncorrectState` unless it is pending or completed (EBS User
    /// Guide, *Considerations for Amazon EBS snapshot lock*; the code is an assumption).
    pub fn lock(&mut self, id: &SnapshotId, mode: LockMode, span: Span) -> Answer<()> {
        let end = match &self.must_exist(id)?.state {
            SnapshotState::Completed => LockEnd::At(self.now + span),
            SnapshotState::Pending => LockEnd::AfterCompletion(span),
            SnapshotState::Error | SnapshotState::Other(_) => {
                let message = format_smolstr!("The snapshot '{id}' can't be locked in its state");
                return Err(incorrect_state(message));
            }
        };
        self.ec2.locks.insert(id.clone(), Lock { end, mode });
        Ok(())
    }

    /// Lifts a lock.
    ///
    /// # Errors
    /// `InvalidSnapshot.NotFound`; `OperationNotPermitted` for a compliance lock in force (EBS User
    /// Guide, *Amazon EBS snapshot lock concepts*; the code is an assumption).
    pub fn unlock(&mut self, id: &SnapshotId) -> Answer<()> {
        self.must_exist(id)?;
        let now = self.now;
        let firm = |lock: &Lock| lock.mode == LockMode::Compliance && lock.protects(now);
        if self.ec2.locks.get(id).is_some_and(firm) {
            let message = format_smolstr!("The snapshot '{id}' is locked in compliance mode");
            return Err(Refusal::new(400, "OperationNotPermitted", message));
        }
        self.ec2.locks.remove(id);
        Ok(())
    }

    /// Makes an image of snapshots.
    ///
    /// # Errors
    /// `InvalidSnapshot.NotFound` when one of them does not exist.
    pub fn register_image(
        &mut self,
        id: ImageId,
        snapshots: Vec<SnapshotId>,
        tags: Tags,
    ) -> Answer<()> {
        for snapshot in &snapshots {
            self.must_exist(snapshot)?;
        }
        for snapshot in &snapshots {
            let users = self.ec2.image_uses.entry(snapshot.clone()).or_default();
            users.insert(id.clone());
        }
        let image = ImageTruth {
            id: id.clone(),
            snapshots,
            state: ImageState::Available,
            tags,
        };
        self.ec2.images.insert(self.ec2.chance, id, image);
        Ok(())
    }

    /// Disables an image; its snapshots stay in use.
    ///
    /// # Errors
    /// `InvalidAMIID.NotFound`.
    pub fn disable_image(&mut self, id: &ImageId) -> Answer<()> {
        let image = self.ec2.images.get_mut(id.as_str());
        image.ok_or_else(|| no_image(id))?.state = ImageState::Disabled;
        Ok(())
    }

    /// Deregisters an image; its snapshots are free again.
    ///
    /// # Errors
    /// `InvalidAMIID.NotFound`.
    pub fn deregister_image(&mut self, id: &ImageId) -> Answer<()> {
        let image = self
            .ec2
            .images
            .remove(id.as_str())
            .ok_or_else(|| no_image(id))?;
        for snapshot in &image.snapshots {
            if let Some(users) = self.ec2.image_uses.get_mut(snapshot) {
                users.remove(id);
                if users.is_empty() {
                    self.ec2.image_uses.remove(snapshot);
                }
            }
        }
        Ok(())
    }

    fn must_exist(&self, id: &SnapshotId) -> Result<&SnapshotTruth, Refusal> {
        self.ec2.snapshot(id).ok_or_else(|| id.not_found())
    }
}

fn no_image(id: &ImageId) -> Refusal {
    let message = format_smolstr!("The image id '[{id}]' does not exist");
    Refusal::new(400, "InvalidAMIID.NotFound", message)
}
