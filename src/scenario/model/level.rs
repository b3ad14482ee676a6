//! The levels that a scenario is played at.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::{Fault, Outsider, Scenario, StepKind, WorldFault};

/// The levels that a scenario is limited to, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LevelLimit {
    /// At least one.
    pub levels: BTreeSet<Level>,
    /// The reason, in a sentence.
    pub because: SmolStr,
}

impl Scenario {
    /// Whether it is meant for a level.
    #[must_use]
    pub fn is_for(&self, level: Level) -> bool {
        let limit = self.levels.as_ref();
        limit.is_none_or(|limit| limit.levels.contains(&level))
    }

    /// Why it can't be played at [`Level::DynamodbLocal`], in a sentence without a full stop; none
    /// when it asks for nothing that DynamoDB Local lacks.
    #[must_use]
    pub fn beyond_dynamodb_local(&self) -> Option<&'static str> {
        let mut steps = self.story.iter().map(|step| &step.what);
        let lags = |step: &StepKind| {
            matches!(
                step,
                StepKind::Fault(Fault::World(WorldFault::IndexLag { .. }))
            )
        };
        if self.world.index_lag.is_some() || steps.clone().any(lags) {
            return Some("the indexes of DynamoDB Local are never late");
        }
        if self.world.capacity.is_some() {
            return Some("DynamoDB Local does not throttle");
        }
        let restores =
            |step: &StepKind| matches!(step, StepKind::Outsider(Outsider::RestoreTable { .. }));
        steps
            .any(restores)
            .then_some("DynamoDB Local cannot restore a table to a point in time")
    }
}

/// How much of the real program stands between engine and world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Level {
    /// The world, called directly.
    #[default]
    Model,
    /// The AWS SDK's clients over an in-process wire.
    Wire,
    /// As `wire`, with the table in a real DynamoDB Local.
    DynamodbLocal,
}

impl Level {
    /// All of them, fastest first.
    pub const ALL: [Self; 3] = [Self::Model, Self::Wire, Self::DynamodbLocal];

    /// `model`, `wire` or `dynamodb-local`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Wire => "wire",
            Self::DynamodbLocal => "dynamodb-local",
        }
    }

    /// The level of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}
