//! Takes, follows and deletes EBS snapshots by policy, on AWS or in a simulated one.

pub mod calls;
pub mod catalog;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod fuzz;
pub mod journal;
pub mod oracle;
pub mod plan;
pub mod player;
pub mod ports;
pub mod report;
pub mod scenario;
pub mod simulated;
