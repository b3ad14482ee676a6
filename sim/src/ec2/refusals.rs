//! Refusals that more than one call gives, in EC2's words.
//!
//! Source of the codes: API Reference, *Error codes for the Amazon EC2 API*; it says "client error"
//! and no more, so the status 400 is an assumption for most.

use smol_str::format_smolstr;

use crate::answer::Refusal;

use super::ids::{self, InstanceId, SnapshotId, VolumeId};

/// A kind of resource that is asked for by id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Instance,
    Snapshot,
    Volume,
}

impl Kind {
    /// Of which kind an id is, by its prefix.
    pub(super) fn of(id: &str) -> Option<Self> {
        [Self::Instance, Self::Snapshot, Self::Volume]
            .into_iter()
            .find(|kind| id.starts_with(kind.prefix()))
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Instance => "i-",
            Self::Snapshot => "snap-",
            Self::Volume => "vol-",
        }
    }

    /// `Invalid….Malformed` and `Invalid….NotFound` are not named alike.
    const fn codes(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Instance => (
                "InvalidInstanceID.Malformed",
                "InvalidInstanceID.NotFound",
                "instance ID",
            ),
            Self::Snapshot => (
                "InvalidSnapshotID.Malformed",
                "InvalidSnapshot.NotFound",
                "snapshot",
            ),
            Self::Volume => (
                "InvalidVolumeID.Malformed",
                "InvalidVolume.NotFound",
                "volume",
            ),
        }
    }

    fn check_form(self, id: &str) -> Result<(), Refusal> {
        if ids::well_formed(id, self.prefix()) {
            return Ok(());
        }
        let (malformed, _, noun) = self.codes();
        let message = format_smolstr!("Invalid id: \"{id}\" is not the id of a {noun}");
        Err(Refusal::new(400, malformed, message))
    }

    fn not_found(self, id: &str) -> Refusal {
        let (_, not_found, noun) = self.codes();
        Refusal::new(
            400,
            not_found,
            format_smolstr!("The {noun} '{id}' does not exist."),
        )
    }
}

/// An id of one of the kinds, as calls take it.
pub(super) trait Named {
    /// Which kind.
    const KIND: Kind;
    /// As text.
    fn id(&self) -> &str;

    /// Fails unless it has the form of an id of its kind.
    fn check_form(&self) -> Result<(), Refusal> {
        Self::KIND.check_form(self.id())
    }

    /// That there is no such resource.
    fn not_found(&self) -> Refusal {
        Self::KIND.not_found(self.id())
    }
}

macro_rules! named {
    ($($id:ident $kind:ident),*) => { $(
        impl Named for $id {
            const KIND: Kind = Kind::$kind;
            fn id(&self) -> &str { self.as_str() }
        }
    )* };
}

named!(InstanceId Instance, SnapshotId Snapshot, VolumeId Volume);

/// `InvalidParameterValue`.
pub(super) fn invalid_value(message: impl Into<smol_str::SmolStr>) -> Refusal {
    Refusal::new(400, "InvalidParameterValue", message)
}

/// `IncorrectState`.
pub(super) fn incorrect_state(message: impl Into<smol_str::SmolStr>) -> Refusal {
    Refusal::new(400, "IncorrectState", message)
}
