//! Ids and names as they come from a command line.

use super::mistake::LookError;
use crate::domain::{PolicyName, SnapshotId, VolumeId};
use crate::scenario::suggest;

/// Reads the id of a snapshot: `snap-` and 17 hexadecimal digits, or 8 of old ones (EC2 User Guide,
/// *Longer IDs*).
///
/// # Errors
/// [`LookError::NotAnId`].
pub fn snapshot(text: &str) -> Result<SnapshotId, LookError> {
    id(text, "snapshot", "snap-").map(SnapshotId::from)
}

/// Reads the id of a volume: `vol-` and as many digits. Names that a scenario gave are ids too.
///
/// # Errors
/// [`LookError::NotAnId`].
pub fn volume(text: &str) -> Result<VolumeId, LookError> {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match text.strip_prefix("vol-") {
        Some(rest) if !rest.is_empty() && rest.chars().all(letters) => Ok(VolumeId::from(text)),
        Some(_) | None => Err(LookError::NotAnId {
            text: text.to_owned(),
            noun: "volume",
            prefix: "vol-",
        }),
    }
}

fn id<'a>(text: &'a str, noun: &'static str, prefix: &'static str) -> Result<&'a str, LookError> {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match text.strip_prefix(prefix) {
        Some(rest) if matches!(rest.len(), 8 | 17) && rest.bytes().all(digit) => Ok(text),
        Some(_) | None => Err(LookError::NotAnId {
            text: text.to_owned(),
            noun,
            prefix,
        }),
    }
}

/// Finds a policy by its name.
///
/// # Errors
/// [`LookError::NoSuchPolicy`], with what may have been meant.
pub fn policy<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a PolicyName>,
) -> Result<&'a PolicyName, LookError> {
    let known: Vec<&PolicyName> = known.into_iter().collect();
    match known.iter().find(|known| known.as_str() == name) {
        Some(found) => Ok(found),
        None => Err(LookError::NoSuchPolicy {
            name: name.to_owned(),
            help: suggest::help(
                name,
                known.iter().map(|known| known.as_str()),
                "name a policy of the configuration",
            ),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_only_when_it_can_be_one() {
        let read = |text: &str| snapshot(text).is_ok();
        assert!(read("snap-0123456789abcdef0"));
        assert!(read("snap-01234567"));
        for wrong in [
            "",
            "snap-",
            "vol-0123456789abcdef0",
            "snap-0123456789abcdef",
            "snap-0123456789ABCDEF0",
            "snap-0123456789abcdef0 ",
        ] {
            assert!(!read(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_policy_that_is_not_there_is_answered_with_one_that_is() {
        let names = [
            PolicyName::parse("nightly").unwrap(),
            PolicyName::parse("weekly").unwrap(),
        ];
        let said = |name: &str| match policy(name, &names) {
            Ok(found) => found.to_string(),
            Err(error) => format!("{error}; {}", error.hint().unwrap_or_default()),
        };
        assert_eq!(said("weekly"), "weekly");
        assert_eq!(
            said("nigthly"),
            "there is no policy `nigthly`; did you mean `nightly`?"
        );
        assert_eq!(
            said("hourly-db"),
            "there is no policy `hourly-db`; known: `nightly` and `weekly`"
        );
    }
}
