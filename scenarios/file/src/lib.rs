//! The file as it is written: what serde reads and what the JSON Schema is made from.
//!
//! Nothing is looked up or checked here beyond shape. Each value that a person could get wrong
//! knows where it stands ([`text::At`]). Enums are externally tagged and nothing is flattened:
//! otherwise serde would lose the places. Doc comments of fields are the schema's descriptions.

pub(crate) mod config;
pub(crate) mod expect;
pub(crate) mod fault;
pub(crate) mod outsider;
pub(crate) mod policy;
pub(crate) mod story;
pub(crate) mod text;
pub(crate) mod world;

use schemars::JsonSchema;
use serde::Deserialize;

use expect::ExpectFile;
use policy::PolicyFile;
use story::StepFile;
use text::{At, Duration, Instant, Text};
use world::WorldFile;

/// One story: a world, a policy, what happens, and what must hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Scenario")]
pub(crate) struct ScenarioFile {
    /// A sentence that says what must hold.
    pub(crate) name: Text,
    /// Why it matters.
    pub(crate) why: Option<Text>,
    /// The first instant of the run.
    pub(crate) start: Instant,
    /// How long the run lasts; the run is from the start up to, and without, its end.
    pub(crate) run_for: Duration,
    /// The seed of every draw; 0 without one.
    pub(crate) seed: Option<u64>,
    /// Whether the installation is there when the story starts; true without a word.
    pub(crate) init: Option<bool>,
    /// The levels it is limited to: model, wire, dynamodb-local. Say why in `because`.
    pub(crate) levels: Option<At<Vec<Text>>>,
    /// Why it is limited to these levels.
    pub(crate) because: Option<Text>,
    /// What AWS holds at the start, and how it behaves.
    pub(crate) world: Option<WorldFile>,
    /// The one policy; its name is `default` unless it has one.
    pub(crate) policy: Option<At<PolicyFile>>,
    /// Several policies, each with a name.
    pub(crate) policies: Option<At<Vec<At<PolicyFile>>>>,
    /// What happens beside the schedules, in any order.
    #[serde(default)]
    pub(crate) story: Vec<At<StepFile>>,
    /// What must hold beside the invariants, which hold everywhere.
    #[serde(default)]
    pub(crate) expect: Vec<At<ExpectFile>>,
}
