//! Takes, follows and deletes EBS snapshots by policy, on AWS or in a simulated one.

#[macro_use]
pub mod planted;

pub mod calls;
pub mod catalog;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod exhaust;
pub mod fuzz;
pub mod iam;
pub mod journal;
#[cfg(feature = "live")]
pub mod live;
pub mod local;
pub mod look;
pub mod oracle;
pub mod plan;
pub mod playback;
pub mod player;
pub mod ports;
pub mod report;
pub mod scenario;
pub mod simulated;
pub mod site;
