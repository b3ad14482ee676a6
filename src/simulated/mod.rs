//! The ports over the simulated world.
//!
//! - [`aws`]: any call; the one function that answers all of them;
//! - [`ec2`], [`table`]: the translation of EC2's and DynamoDB's calls.

pub mod aws;
pub mod ec2;
pub mod table;

pub use aws::{call_world, server_time};
