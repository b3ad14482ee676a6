//! What keeps a site from being opened or closed, and what to do about it.

use std::io;
use std::path::PathBuf;

use super::configuration::{CONFIGURATION, MISNAMED};
use super::place::PlaceError;

/// A site that can't be opened or closed.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// This program was built without the SDK.
    #[error("this snaplife was built without AWS support, so `--live` is not available")]
    NoLive,
    /// The configuration can't be read.
    #[error("could not read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no configuration, but a file whose name is nearly that of one.
    #[error(
        "there is a `{MISNAMED}`, but the configuration is read from `{CONFIGURATION}`; nothing was done"
    )]
    Misnamed,
    /// The configuration is wrong; each mistake is shown in its place.
    #[error("the configuration is wrong")]
    Configuration {
        /// The mistakes as a person reads them, several lines.
        shown: String,
    },
    /// The configuration pins another account or Region.
    #[error("the configuration is for {pinned}, but this is {found}; nothing was changed")]
    Pinned {
        /// What the configuration says.
        pinned: String,
        /// What was found.
        found: String,
    },
    /// The journal can't be written.
    #[error("could not write the journal `{}`", path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The operating system refuses what a runtime needs.
    #[error("could not start a runtime")]
    Runtime(#[source] io::Error),
    /// The place itself.
    #[error(transparent)]
    Place(#[from] PlaceError),
}

impl SiteError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::NoLive => Some("build it with its default features, or leave --live out"),
            Self::Pinned { .. } => Some(
                "use the credentials and Region of the configuration, or name another one with --config",
            ),
            Self::Misnamed => Some("rename it, or name it with --config"),
            Self::Place(error) => error.hint(),
            Self::Unreadable { .. }
            | Self::Configuration { .. }
            | Self::Journal { .. }
            | Self::Runtime(_) => None,
        }
    }
}
