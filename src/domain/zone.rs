//! A time zone by its IANA name, from the database that is built in.
//!
//! Never the machine's zone files: a run must not depend on where it is played.

use std::fmt;
use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::mistake::Mistake;
use super::spelling::letters_apart;

/// A time zone, as `Europe/Berlin`. Cheap to clone; equal when the name is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Zone(TimeZone);

/// A name that is not in the database.
pub type ZoneError = Mistake;

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

impl Zone {
    /// Coordinated universal time: no gap, no overlap.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Looks a name up; upper and lower case are the same.
    ///
    /// # Errors
    /// [`ZoneError`] with the nearest names when there is no such zone.
    pub fn parse(name: &str) -> Result<Self, ZoneError> {
        match DATABASE.get(name) {
            Ok(zone) if zone.iana_name().is_some() => Ok(Self(zone)),
            _ => Err(unknown(name)),
        }
    }

    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    pub(crate) const fn rules(&self) -> &TimeZone {
        &self.0
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;
    fn try_from(name: String) -> Result<Self, ZoneError> {
        Self::parse(&name)
    }
}

fn unknown(name: &str) -> Mistake {
    const EXAMPLES: &str = "write an IANA name, as Europe/Berlin, America/New_York or UTC";
    let near = nearest(name);
    let help = if near.is_empty() {
        EXAMPLES.to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Mistake::new(0..name.len(), format!("`{name}` is no time zone"), help)
}

/// Up to three names, nearest first: the same city, or a few letters away.
fn nearest(name: &str) -> Vec<String> {
    /// The longest real name has 32 characters; anything much longer is no slip of the hand.
    const CHARACTERS_MAX: usize = 64;
    const NAMES_MAX: usize = 3;
    if name.is_empty() || name.len() > CHARACTERS_MAX {
        return Vec::new();
    }
    let wanted = name.to_lowercase().replace(' ', "_");
    let mut near: Vec<(usize, String)> = DATABASE
        .available()
        .filter_map(|known| {
            let lower = known.as_str().to_lowercase();
            let city = lower.rsplit('/').next().unwrap_or(&lower);
            let away = letters_apart(&wanted, &lower).min(letters_apart(&wanted, city));
            (away <= wanted.len() / 4).then(|| (away, known.as_str().to_owned()))
        })
        .collect();
    near.sort();
    near.into_iter()
        .take(NAMES_MAX)
        .map(|(_, known)| known)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::mistake::pointed;
    use super::*;

    #[test]
    fn a_zone_is_known_by_its_name_in_any_case() {
        let zone = Zone::parse("europe/berlin").expect("Berlin is in the database");
        assert_eq!(zone.name(), "Europe/Berlin");
        assert_eq!(Zone::parse("UTC"), Ok(Zone::UTC));
        assert_ne!(zone, Zone::UTC);
    }

    #[test]
    fn an_unknown_zone_is_refused_with_the_nearest_names() {
        let refusals: Vec<String> = ["Europe/Berln", "berlin", "New York", "CEST+1", ""]
            .iter()
            .filter_map(|name| Zone::parse(name).err().map(|why| pointed(name, &why)))
            .collect();
        insta::assert_snapshot!(refusals.join("\n"), @"
        Europe/Berln
        ^^^^^^^^^^^^ `Europe/Berln` is no time zone
        help: did you mean Europe/Berlin?
        berlin
        ^^^^^^ `berlin` is no time zone
        help: did you mean Europe/Berlin?
        New York
        ^^^^^^^^ `New York` is no time zone
        help: did you mean America/New_York?
        CEST+1
        ^^^^^^ `CEST+1` is no time zone
        help: write an IANA name, as Europe/Berlin, America/New_York or UTC

        ^ `` is no time zone
        help: write an IANA name, as Europe/Berlin, America/New_York or UTC
        ");
    }

    #[test]
    fn a_zone_is_stored_as_its_name() {
        let zone: Zone = serde_json::from_str("\"America/New_York\"").expect("a known zone");
        assert_eq!(
            serde_json::to_string(&zone).expect("a name"),
            "\"America/New_York\""
        );
        assert!(serde_json::from_str::<Zone>("\"Mars/Base\"").is_err());
    }
}
