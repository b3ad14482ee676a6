//! The twin of an account: the same ports, answered by a simulated AWS in simulated time.
//!
//! - [`runtime`]: time that jumps from one event to the next; `timers`: who waits for which instant;
//!   [`clock`]: what shows it;
//! - [`conditions`]: latency, faults, crashes and short pages, decided once above every level;
//!   [`crash`]: where a pass is killed; [`recorder`]: the lines and counts of calls;
//!   `mishap`: what a fault makes of a call; `paging`: pages cut to size;
//! - [`level`]: what answers a call when it arrives; at `model` that is [`aws`], the one function
//!   that answers any call from the world; [`ec2`], [`table`]: the translation of each service.

pub mod aws;
pub mod clock;
pub mod conditions;
pub mod crash;
pub mod ec2;
pub mod level;
pub mod recorder;
pub mod runtime;
pub mod table;

mod mishap;
mod paging;
mod timers;

pub use aws::{call_world, server_time};
pub use clock::SimClock;
pub use conditions::{ConditionSettings, Conditions, Latency, PassAws};
pub use crash::{ArmedCrash, Boundary};
pub use level::{Level, Model};
pub use recorder::{Counters, Tally};
pub use runtime::{Gait, SimulatedRuntime, simulated_runtime};
