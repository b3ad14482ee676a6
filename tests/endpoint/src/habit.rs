//! In what the endpoint differs from AWS, as real substitutes for AWS do.

use std::str::FromStr;
use std::time::Duration;

use smol_str::SmolStr;

/// One way to be sloppy. Habits can be combined.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Habit {
    /// A snapshot is `completed` in the very answer that creates it.
    CompletedAtOnce,
    /// The answer of `CreateSnapshots` tells no state.
    NoStateInCreate,
    /// `ExcludeDataVolumeIds` and `ExcludeBootVolume` are not looked at: everything is snapshotted.
    IgnoreExclusions,
    /// `Owners` and the filter `owner-id` are not looked at: other accounts' snapshots are shown.
    IgnoreOwnerFilter,
    /// `MaxResults` is not looked at: a listing comes whole.
    IgnoreMaxResults,
    /// A page token is not looked at: the first page comes again.
    IgnoreTokens,
    /// A page holds at most so many, at least 5, whatever `MaxResults` says. Even AWS may do so.
    SmallPages(u32),
    /// `MaxResults` of `DescribeInstances` counts reservations, and a reservation holds two
    /// instances.
    PagesCountReservations,
    /// This operation is not known, as `DescribeLockedSnapshots` or `ec2:DescribeLockedSnapshots`.
    Unknown(SmolStr),
    /// An operation that is not known is answered with status 500 and HTML.
    UnknownIsHtml500,
    /// Everything is answered with status 200 and HTML, as by a captive portal.
    Html,
    /// This operation is denied, as `DeleteSnapshot` or `ec2:DeleteSnapshot`.
    Denied(SmolStr),
    /// The credentials expire after so many calls.
    ExpiredAfter(u64),
    /// An answer comes so much later than what it tells of happened.
    Slow(Duration),
}

/// The names of all habits and what they mean, for a help text.
pub const HABITS: [(&str, &str); 14] = [
    (
        "completed-at-once",
        "a snapshot is completed in the answer that creates it",
    ),
    (
        "no-state-in-create",
        "the answer of CreateSnapshots tells no state",
    ),
    (
        "ignore-exclusions",
        "ExcludeDataVolumeIds and ExcludeBootVolume are not looked at",
    ),
    (
        "ignore-owner-filter",
        "Owners and the filter owner-id are not looked at",
    ),
    (
        "ignore-max-results",
        "MaxResults is not looked at: a listing comes whole",
    ),
    (
        "ignore-tokens",
        "a page token is answered with the first page again",
    ),
    (
        "small-pages=COUNT",
        "a page holds at most so many, 5 or more, whatever MaxResults says",
    ),
    (
        "pages-count-reservations",
        "MaxResults counts reservations, which hold two instances",
    ),
    (
        "unknown=OPERATION",
        "this operation is not known, as unknown=DescribeLockedSnapshots",
    ),
    (
        "unknown-is-html-500",
        "an unknown operation is answered with status 500 and HTML",
    ),
    ("html", "everything is answered with HTML"),
    (
        "denied=OPERATION",
        "this operation is denied, as denied=DeleteSnapshot",
    ),
    (
        "expired-after=CALLS",
        "the credentials expire after so many calls",
    ),
    ("slow=MS", "an answer comes so many milliseconds late"),
];

/// A text that names no habit.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{text}` is no habit; it can be {}", names())]
pub struct NotAHabit {
    text: SmolStr,
}

impl FromStr for Habit {
    type Err = NotAHabit;

    fn from_str(text: &str) -> Result<Self, NotAHabit> {
        let wrong = || NotAHabit { text: text.into() };
        Ok(match text.split_once('=') {
            Some(("denied", operation)) if !operation.is_empty() => Self::Denied(operation.into()),
            Some(("unknown", operation)) if !operation.is_empty() => {
                Self::Unknown(operation.into())
            }
            Some(("expired-after", calls)) => {
                Self::ExpiredAfter(calls.parse().map_err(|_| wrong())?)
            }
            Some(("small-pages", count)) => {
                let count = count.parse().ok().filter(|count| *count >= 5);
                Self::SmallPages(count.ok_or_else(wrong)?)
            }
            Some(("slow", ms)) => {
                Self::Slow(Duration::from_millis(ms.parse().map_err(|_| wrong())?))
            }
            Some(_) => return Err(wrong()),
            None => match text {
                "completed-at-once" => Self::CompletedAtOnce,
                "no-state-in-create" => Self::NoStateInCreate,
                "ignore-exclusions" => Self::IgnoreExclusions,
                "ignore-owner-filter" => Self::IgnoreOwnerFilter,
                "ignore-max-results" => Self::IgnoreMaxResults,
                "ignore-tokens" => Self::IgnoreTokens,
                "pages-count-reservations" => Self::PagesCountReservations,
                "unknown-is-html-500" => Self::UnknownIsHtml500,
                "html" => Self::Html,
                _ => return Err(wrong()),
            },
        })
    }
}

fn names() -> String {
    HABITS.map(|(name, _)| name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_habit_of_the_help_text_can_be_named() {
        for (name, _) in HABITS {
            let text = name
                .replace("OPERATION", "ec2:DeleteSnapshot")
                .replace("CALLS", "3")
                .replace("COUNT", "5")
                .replace("MS", "20");
            assert!(text.parse::<Habit>().is_ok(), "{text}");
        }
        for text in [
            "",
            "denied",
            "denied=",
            "slow=soon",
            "small-pages=4",
            "html=yes",
            "tidy",
        ] {
            assert!(text.parse::<Habit>().is_err(), "{text}");
        }
    }
}
