//! A deterministic AWS in memory: EC2 snapshots, DynamoDB, SNS and STS.
//!
//! It is a plain state machine. A call takes the current time and a request and gives an answer;
//! there is no clock, no task, no thread and no generator of random numbers inside. It knows AWS
//! and nothing of who calls it.
//!
//! - [`world`]: all services of one account and Region;
//! - [`ec2`], [`dynamodb`], [`sns`], [`sts`]: the services; SSM would stand beside them;
//! - `wire`: the same services as bytes, in AWS's own protocols; the feature `wire`;
//! - [`answer`]: how they answer; [`fault`]: which calls a fault meets, and what becomes of them;
//! - [`chance`], [`time`]: where numbers and instants come from; `pairs`: how maps without texts for keys are written.
//!
//! What is modelled follows AWS's own pages, named where each rule stands. Where AWS says nothing,
//! the rule is a setting or is called an assumption.

pub mod answer;
pub mod chance;
pub mod dynamodb;
pub mod ec2;
pub mod fault;
mod pairs;
pub mod sns;
pub mod sts;
pub mod time;
#[cfg(feature = "wire")]
pub mod wire;
pub mod world;

pub use world::World;
