//! How hard a seed is, and how long: the two things that a person chooses.

use crate::domain::Span;

/// How much goes wrong. Each profile may do all that the milder ones do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, clap::ValueEnum)]
pub enum Profile {
    /// Nothing fails; people work on the account, and schedules fire twice now and then.
    #[value(
        help = "Nothing fails; people work on the account, and schedules fire twice now and then."
    )]
    Calm,
    /// Others use the account too: throttles, slow copies, small pages, late indexes.
    #[value(
        help = "Others use the account too: throttles, slow copies, small pages, late indexes."
    )]
    BusyAccount,
    /// The network and AWS fail for some days: lost answers, crashes, outages, stuck copies.
    #[value(
        help = "The network and AWS fail for some days: lost answers, crashes, outages, stuck copies."
    )]
    BadDay,
    /// All of it at once and more often, with wrong clocks, wrong credentials and a table that is
    /// restored from a backup.
    #[value(
        help = "All of it at once and more often, with wrong clocks, wrong credentials and a table that is restored from a backup."
    )]
    WorstYear,
}

impl Profile {
    /// All of them, mildest first.
    pub const ALL: [Self; 4] = [Self::Calm, Self::BusyAccount, Self::BadDay, Self::WorstYear];

    /// `calm`, `busy-account`, `bad-day` or `worst-year`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::BusyAccount => "busy-account",
            Self::BadDay => "bad-day",
            Self::WorstYear => "worst-year",
        }
    }

    /// The fewest and the most steps of the storm in 14 days.
    pub(super) const fn steps(self) -> (u64, u64) {
        match self {
            Self::Calm => (0, 3),
            Self::BusyAccount => (2, 6),
            Self::BadDay => (3, 10),
            Self::WorstYear => (6, 18),
        }
    }

    /// How likely each kind of step is part of a seed's swarm, in percent.
    pub(super) const fn swarm_percent(self) -> u64 {
        match self {
            Self::Calm | Self::BusyAccount => 50,
            Self::BadDay => 30,
            Self::WorstYear => 40,
        }
    }
}

/// How long the stories are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, clap::ValueEnum)]
pub enum Size {
    /// Stories of 14 days and at most 5 volumes.
    #[value(help = "Stories of 14 days and at most 5 volumes.")]
    Short,
    /// Stories of 90 days and at most 10 volumes.
    #[value(help = "Stories of 90 days and at most 10 volumes.")]
    Medium,
}

impl Size {
    /// `short` or `medium`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Medium => "medium",
        }
    }

    /// How long a run lasts.
    #[must_use]
    pub const fn lasts(self) -> Span {
        match self {
            Self::Short => Span::days(14),
            Self::Medium => Span::days(90),
        }
    }

    /// The most volumes that exist at the start.
    pub(super) const fn volumes_max(self) -> u64 {
        match self {
            Self::Short => 5,
            Self::Medium => 10,
        }
    }

    /// How many times as many steps as in 14 days.
    pub(super) const fn times_as_many(self) -> u64 {
        match self {
            Self::Short => 1,
            Self::Medium => 4,
        }
    }
}
