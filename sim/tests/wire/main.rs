//! The simulated AWS on the wire: request bytes in, response text out.
//!
//! Each operation and each shape of error has one golden text here. What the services do is tested
//! elsewhere; this is about how it is asked and told.

mod dynamodb;
mod ec2;
mod envelope;
mod fuzz;
mod query;
mod support;
