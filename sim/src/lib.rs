//! A deterministic AWS in memory: EC2 snapshots, DynamoDB, SNS and STS.
//!
//! It is a plain state machine. A call takes the current time and a request and gives an answer;
//! there is no clock, no task, no thread and no generator of random numbers inside.

pub mod answer;
pub mod chance;
pub mod dynamodb;
pub mod ec2;
pub mod fault;
pub mod time;
