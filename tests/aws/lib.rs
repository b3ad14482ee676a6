//! Tests that need the AWS SDK, kept apart so that nothing else compiles it.
//!
//! - `tests/levels.rs`: every scenario through the SDK, with the same journal as without it;
//! - `tests/calls`: the edges of single calls;
//! - `bin/connect.rs`: connects as its environment says, for tests that need a process of their own.
