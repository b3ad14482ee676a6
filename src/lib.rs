//! Takes, follows and deletes EBS snapshots by policy, on AWS or in a simulated one.

pub mod calls;
pub mod domain;
pub mod journal;
pub mod plan;
pub mod ports;
pub mod scenario;
