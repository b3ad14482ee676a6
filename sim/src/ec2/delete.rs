//! `DeleteSnapshot`.

use smol_str::{SmolStr, format_smolstr};

use crate::answer::{Answer, Refusal};
use crate::time::Timestamp;

use super::effects::Actor;
use super::ids::SnapshotId;
use super::model::SnapshotState;
use super::refusals::Named;
use super::state::Ec2;
use super::throttle::{Api, Scope};

impl Ec2 {
    /// `DeleteSnapshot`.
    ///
    /// A pending snapshot is deleted when its copy has ended and holds its place until then (EC2
    /// User Guide, *Delete an Amazon EBS snapshot*); that it is listed as pending meanwhile is an
    /// assumption.
    ///
    /// # Errors
    /// `InvalidSnapshotID.Malformed`, `InvalidSnapshot.NotFound`, and `InvalidSnapshot.InUse` when an
    /// image, also a disabled one, is made of it (*Error codes*; the message names the image). A
    /// lock answers `OperationNotPermitted`, another account's snapshot `AuthFailure`: that they are
    /// refused is documented (API Reference, *LockSnapshot*), the codes are assumptions.
    pub fn delete_snapshot(&mut self, now: Timestamp, id: &SnapshotId) -> Answer<()> {
        self.admit(now, Api::DeleteSnapshot, Scope::Narrow)?;
        self.delete(now, id, Actor::Client)
    }

    /// Deletes, whoever asks. An outsider is not bothered by what is not visible yet.
    pub(super) fn delete(&mut self, now: Timestamp, id: &SnapshotId, by: Actor) -> Answer<()> {
        id.check_form()?;
        let found = self.snapshots.get(id.as_str()).filter(|snapshot| match by {
            Actor::Client => snapshot.is_found(now),
            Actor::Outsider | Actor::Aws => !snapshot.is_gone(),
        });
        let snapshot = found.ok_or_else(|| id.not_found())?;
        if snapshot.owner != self.account {
            let message = "You do not have permission to access the specified resource.";
            return Err(Refusal::new(401, "AuthFailure", message));
        }
        if self.locks.get(id).is_some_and(|lock| lock.protects(now)) {
            let message = format_smolstr!("The snapshot '{id}' is locked and can't be deleted.");
            return Err(Refusal::new(400, "OperationNotPermitted", message));
        }
        if let Some(images) = self.image_uses.get(id) {
            let images: Vec<&str> = images.iter().map(|image| image.as_str()).collect();
            return Err(in_use(id, &images.join(", ")));
        }
        let key = snapshot.key();
        match snapshot.state {
            SnapshotState::Pending if snapshot.copying.is_some() => {
                self.snapshots.change(key, |snapshot| {
                    snapshot.delete_asked_by.get_or_insert(by);
                });
            }
            SnapshotState::Pending
            | SnapshotState::Completed
            | SnapshotState::Error
            | SnapshotState::Other(_) => self.delete_now(now, key, by),
        }
        Ok(())
    }
}

fn in_use(id: &SnapshotId, images: &str) -> Refusal {
    let message: SmolStr = format_smolstr!("The snapshot {id} is currently in use by {images}");
    Refusal::new(400, "InvalidSnapshot.InUse", message)
}
