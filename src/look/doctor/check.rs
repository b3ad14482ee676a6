//! One line of what was found.

use std::fmt;

use crate::calls::Stop;

/// What was found about one thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// About what.
    pub subject: Subject,
    /// How it is.
    pub level: Level,
    /// What was found, in a sentence without its full stop.
    pub found: String,
    /// What to do; none when there is nothing to do.
    pub remedy: Option<String>,
}

/// How something is. The order is that of gravity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// It is as it should be.
    Ok,
    /// It could not be found out.
    Skipped,
    /// It works, but not as well as it should, or it is not certain.
    Warning,
    /// Something of ours can't work.
    Broken,
}

/// What a line is about. Its name is for scripts and stays.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// Whose credentials these are.
    Identity,
    /// Whether they are those that the configuration insists on.
    Pins,
    /// The table.
    Table,
    /// Its indexes.
    Indexes,
    /// Whether rows of deleted snapshots are purged.
    Purge,
    /// The installation's row.
    Installation,
    /// Whether EC2 may be read.
    ReadEc2,
    /// Whether the table may be read and queried.
    ReadTable,
    /// Whether the table may be written.
    WriteTable,
    /// Whether snapshots may be made.
    Create,
    /// Whether snapshots may be deleted.
    Delete,
    /// Whether snapshots may be held and released.
    Hold,
    /// Whether each snapshot is of a policy that is configured.
    Policies,
    /// Whether each job runs in its time.
    Runs,
    /// The topics for findings.
    Topics,
    /// The quotas of the account.
    Quotas,
    /// How far our clock is from AWS's.
    Clock,
}

impl Level {
    /// The level in one word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Broken => "broken",
        }
    }
}

impl Subject {
    /// Its name, in kebab-case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Pins => "pins",
            Self::Table => "table",
            Self::Indexes => "indexes",
            Self::Purge => "purge",
            Self::Installation => "installation",
            Self::ReadEc2 => "read-ec2",
            Self::ReadTable => "read-table",
            Self::WriteTable => "write-table",
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Hold => "hold",
            Self::Policies => "policies",
            Self::Runs => "runs",
            Self::Topics => "topics",
            Self::Quotas => "quotas",
            Self::Clock => "clock",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Check {
    pub(super) fn ok(subject: Subject, found: impl Into<String>) -> Self {
        Self {
            subject,
            level: Level::Ok,
            found: found.into(),
            remedy: None,
        }
    }

    pub(super) fn skipped(subject: Subject, found: impl Into<String>) -> Self {
        Self {
            level: Level::Skipped,
            ..Self::ok(subject, found)
        }
    }

    pub(super) fn warning(
        subject: Subject,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            level: Level::Warning,
            remedy: Some(remedy.into()),
            ..Self::ok(subject, found)
        }
    }

    pub(super) fn broken(
        subject: Subject,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            level: Level::Broken,
            remedy: Some(remedy.into()),
            ..Self::ok(subject, found)
        }
    }

    /// A call without which the thing can't be known came to nothing.
    pub(super) fn stopped(subject: Subject, stop: &Stop) -> Self {
        let remedy = stop.hint().unwrap_or("run it again in a while");
        Self::broken(subject, stop.to_string(), remedy)
    }
}
