//! One logical call: paced, timed out, tried again where that is safe, never past the deadline.
//!
//! AWS's own SDK would do some of this by itself; here it stands above the ports, so that each try
//! is a call of its own in the journal and the rules are ours: a mutation without an answer is
//! never sent again blindly, and only a refusal that proves "nothing happened" is tried again.
//!
//! - [`caller`]: what the engine holds; [`retry`]: which outcomes deserve another try and when;
//! - [`pacer`]: token buckets below AWS's own; [`clocks`]: whether our clock can be believed;
//! - [`stop`]: why a pass can't go on; [`halt`]: a person's wish that it ends early.

pub mod caller;
pub mod clocks;
pub mod halt;
pub mod pacer;
pub mod retry;
pub mod stop;

pub use caller::{Caller, CallerSetup, LEASE_SKEW};
pub use clocks::{ClockVerdict, Clocks};
pub use halt::Halt;
pub use pacer::Pacer;
pub use stop::Stop;

pub(crate) use caller::settle;
