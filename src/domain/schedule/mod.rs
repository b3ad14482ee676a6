//! When a job runs: `rate(n unit)` and `cron(m h dom mon dow year)`, as EventBridge reads them.
//!
//! Start in `expression`, the type that everything else serves. A `cron` is read (`syntax`),
//! checked field by field into sets of bits (`field`, `day`, `cron`), and asked for the next or
//! latest minute of civil time (`search`), which a zone turns into an instant (`civil`).
//!
//! Sources: EventBridge User Guide, *Setting a schedule pattern*, and EventBridge Scheduler User
//! Guide, *Schedule types* (daylight saving: a time that does not exist is skipped, one that
//! occurs twice runs once). Where the pages are silent we take the stricter reading; each such
//! place says so.

mod civil;
mod cron;
mod day;
mod expression;
mod field;
mod rate;
mod search;
mod syntax;
#[cfg(test)]
mod tests;

pub use cron::Cron;
pub use expression::{Schedule, ScheduleError};
pub use rate::Rate;
