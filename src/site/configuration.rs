//! The configuration of a site: where it is read from, and what it pins.

use std::io;
use std::path::Path;

use super::error::SiteError;
use super::place::Identity;
use crate::files::read_bounded;
use crate::report::Colour;
use crate::scenario::{self, Configuration};

/// The configuration that is read when none is named.
pub const CONFIGURATION: &str = "snaplife.yaml";

/// A name that is easily given instead.
pub(super) const MISNAMED: &str = "snaplife.yml";

/// Reads the configuration; where there is none, it is the default.
///
/// # Errors
/// [`SiteError::Unreadable`], [`SiteError::Misnamed`] and [`SiteError::Configuration`].
pub fn configuration(path: Option<&Path>, look: Colour) -> Result<Configuration, SiteError> {
    let unreadable = |path: &Path, source| SiteError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let usual = Path::new(CONFIGURATION);
    let (path, bytes) = match path {
        Some(path) => (path, read_bounded(path).map_err(|no| unreadable(path, no))?),
        None => match read_bounded(usual) {
            Ok(bytes) => (usual, bytes),
            // A link that leads nowhere is no reason to act by other rules.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !usual.is_symlink() => {
                return match Path::new(MISNAMED).exists() {
                    true => Err(SiteError::Misnamed),
                    false => Ok(Configuration::default()),
                };
            }
            Err(error) => return Err(unreadable(usual, error)),
        },
    };
    scenario::load_configuration(&path.to_string_lossy(), &bytes).map_err(|mistakes| {
        SiteError::Configuration {
            shown: mistakes.render(&bytes, look) + "\n",
        }
    })
}

/// Refuses a place that the configuration does not mean.
///
/// # Errors
/// [`SiteError::Pinned`].
pub(super) fn pinned(config: &Configuration, found: &Identity) -> Result<(), SiteError> {
    let account = config.account.as_ref().unwrap_or(&found.account);
    let region = config.region.as_ref().unwrap_or(&found.region);
    if *account == found.account && *region == found.region {
        return Ok(());
    }
    Err(SiteError::Pinned {
        pinned: format!("account {account} in {region}"),
        found: found.to_string(),
    })
}
