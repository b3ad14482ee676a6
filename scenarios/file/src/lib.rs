//! A scenario file and a configuration as they are written: what serde reads and what the JSON
//! Schema is made from.
//!
//! Nothing is looked up or checked here beyond shape. Each value that a person could get wrong
//! knows where it stands ([`text::At`]). Enums are externally tagged and nothing is flattened:
//! otherwise serde would lose the places. Doc comments of fields are the schema's descriptions.
//!
//! A crate of its own because a reader made for each of these types is a third of all the code
//! there is to compile, and none of it need be fast.

pub mod config;
pub mod expect;
pub mod fault;
pub mod outsider;
pub mod policy;
mod read;
mod schema;
pub mod story;
pub mod text;
pub mod world;

use schemars::JsonSchema;
use serde::Deserialize;

use expect::ExpectFile;
use policy::PolicyFile;
pub use read::{Written, read};
pub use schema::{configuration_json_schema, json_schema};
use story::StepFile;
use text::{At, Duration, Instant, Text};
use world::WorldFile;

/// One story: a world, a policy, what happens, and what must hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Scenario")]
pub struct ScenarioFile {
    /// A sentence that says what must hold.
    pub name: Text,
    /// Why it matters.
    pub why: Option<Text>,
    /// The first instant of the run.
    pub start: Instant,
    /// How long the run lasts; the run is from the start up to, and without, its end.
    pub run_for: Duration,
    /// The seed of every draw; 0 without one.
    pub seed: Option<u64>,
    /// Whether the installation is there when the story starts (default: true).
    pub init: Option<bool>,
    /// The levels it is limited to: model, wire, dynamodb-local. Say why in `because`.
    pub levels: Option<At<Vec<Text>>>,
    /// Why it is limited to these levels.
    pub because: Option<Text>,
    /// What AWS holds at the start, and how it behaves.
    pub world: Option<WorldFile>,
    /// The one policy; its name is `default` unless it has one.
    pub policy: Option<At<PolicyFile>>,
    /// Several policies, each with a name.
    pub policies: Option<At<Vec<At<PolicyFile>>>>,
    /// What happens beside the schedules, in any order.
    #[serde(default)]
    pub story: Vec<At<StepFile>>,
    /// What must hold beside the invariants, which hold everywhere.
    #[serde(default)]
    pub expect: Vec<At<ExpectFile>>,
}
