//! Takes, follows and deletes EBS snapshots by policy, on AWS or in a simulated one.
//!
//! One engine runs unchanged over a simulated AWS with a simulated clock, over the AWS SDK in front of
//! that, over DynamoDB Local, and over an account. In reading order:
//!
//! - [`domain`]: the nouns, and a glossary of them; [`plan`]: facts in, decisions with reasons out;
//! - [`ports`]: what may be asked of the outside, one call at a time; [`calls`]: one logical call, paced
//!   and tried again only where that is safe; [`catalog`]: our rows in DynamoDB;
//! - [`engine`]: the jobs `create`, `sync` and `expire`: observe, plan, execute;
//! - [`simulated`]: the ports over the crate `snaplife-sim`; `live`: the same over the AWS SDK, with the
//!   feature `live`;
//! - [`journal`]: everything that crosses a port, line by line; [`playback`]: such lines played back;
//! - [`oracle`]: the judge, which shares no code with the accused;
//! - [`scenario`]: stories as files; [`player`]: plays them; [`report`]: says what came of it;
//! - [`fuzz`], [`exhaust`]: stories that nobody wrote; [`planted`]: bugs that they must find;
//! - [`site`], [`local`]: where a command acts; [`look`], [`iam`]: what it knows and what it may do;
//! - [`cli`]: arguments and exit codes; [`files`]: reading and writing whole files.
//!
//! `ARCHITECTURE.md` has the picture, and what must stay absent.

#[macro_use]
pub mod planted;

pub mod calls;
pub mod catalog;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod exhaust;
pub mod files;
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
