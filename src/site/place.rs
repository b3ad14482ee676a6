//! What differs between a simulated account and a real one.

use std::error::Error;
use std::fmt;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use smol_str::SmolStr;
use snaplife_sim::chance::Chance;

use crate::domain::{AccountId, InstallationId, Region, Span, TableName, Timestamp};
use crate::journal::Journal;
use crate::local::WorldFileError;
use crate::look::doctor::TriedOn;
use crate::ports::{Aws, Clock};

/// Whose account a command acts in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The account of the credentials.
    pub account: AccountId,
    /// The Region that calls go to.
    pub region: Region,
    /// The principal, as STS names it.
    pub principal: SmolStr,
    /// The table of the records.
    pub table: TableName,
}

impl fmt::Display for Identity {
    /// `account 123456789012 in eu-central-1`, and the table unless it has its usual name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {} in {}", self.account, self.region)?;
        if self.table != TableName::USUAL {
            write!(f, ", table {}", self.table)?;
        }
        Ok(())
    }
}

/// A place that commands act in.
pub trait Place {
    /// Whose account it is. Known from the opening on.
    fn identity(&self) -> Identity;

    /// The place in a line for people: `simulated account 123456789012 in eu-central-1, world …`;
    /// a real one names its principal too.
    fn told(&self) -> String;

    /// What the journal's header calls it: `model` for a local world, `live` for an account.
    fn level(&self) -> SmolStr;

    /// The engine's clock.
    fn clock(&self) -> Rc<dyn Clock>;

    /// The time that the journal's lines carry.
    fn journal_time(&self) -> Box<dyn Fn() -> Timestamp>;

    /// The source of jitter.
    fn chance(&self) -> Chance;

    /// The mark of an installation to be made here: a new one each time on a real account.
    fn new_installation(&self) -> InstallationId;

    /// The name of a new pass. It differs from that of every other pass of the installation, also of
    /// those in other processes: it names the holder of a lease.
    fn next_pass(&self) -> SmolStr;

    /// What one pass makes its calls through. Each call is noted in the journal before it is sent
    /// and when it has ended; one that changes something is not sent when the journal is lost (see
    /// [`Recording`](super::recording::Recording)).
    fn aws(&self, name: &str, journal: Rc<dyn Journal>) -> Rc<dyn Aws>;

    /// What dry runs may be made with here. An endpoint is trusted with what is there only when it is
    /// known that it never acts on a dry run.
    fn dry_runs(&self) -> TriedOn {
        TriedOn::Nothing
    }

    /// Whether as much time may pass here as this.
    ///
    /// # Errors
    /// [`PlaceError`] when its clock can't go so far.
    fn may_elapse(&self, _span: Span) -> Result<(), PlaceError> {
        Ok(())
    }

    /// Lets time pass here; none where it passes by itself.
    fn elapse(&self, _span: Span) -> Option<LocalBoxFuture<'_, ()>> {
        None
    }

    /// Keeps what happened until now, where it would be lost otherwise.
    ///
    /// # Errors
    /// [`PlaceError`] when it can't be kept.
    fn keep(&self) -> Result<(), PlaceError> {
        Ok(())
    }

    /// Ends the work here; a local world is written back.
    ///
    /// # Errors
    /// [`PlaceError`] when what happened can't be kept.
    fn close(self: Box<Self>) -> Result<(), PlaceError>;
}

/// A place that can't be opened or closed.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The file of a local world.
    #[error(transparent)]
    World(#[from] WorldFileError),
    /// AWS refused or can't be reached.
    #[error("{message}")]
    Aws {
        /// What could not be done.
        message: String,
        /// What to do about it.
        hint: Option<String>,
        /// Why.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl PlaceError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::World(error) => error.hint(),
            Self::Aws { hint, .. } => hint.as_deref(),
        }
    }
}
