//! The account itself: the ports, answered by AWS through its SDK. The only place that names the SDK.
//!
//! - `connect`: from [`Settings`] to [`LiveSite`], the way in; `place`: an account that commands
//!   act in; `mistakes`: what may be wrong in the environment; [`clock`]: the machine's clock;
//! - `aws`: any call, sent by the SDK; `clients`: how the SDK is set up; `ec2`, `dynamodb`,
//!   `sns`, `sts`: requests and replies of each service;
//! - `witness`: what is seen of one call on its way; `error`: what the SDK's errors mean;
//! - `wire`: the same code in front of the simulated AWS, in process and in simulated time;
//!   `exchange`: the HTTP client that makes it so;
//! - `local`: the same with the rows in DynamoDB Local; `blocking`: the HTTP client that waits for it;
//!   `undated`: a client that takes the real time off its answers.
//!
//! What is absent: the SDK's retries, waiters and paginators. Each try and each page is a call of
//! the engine's, seen in the journal.

mod aws;
mod blocking;
mod clients;
pub mod clock;
mod connect;
mod dynamodb;
mod ec2;
mod error;
mod exchange;
mod local;
mod mistakes;
mod place;
mod sns;
mod sts;
mod undated;
mod wire;
mod witness;

pub use aws::LiveAws;
pub use clients::{Clients, Settings, ThroughProxy, https_client, without_retries};
pub use connect::{ConnectError, Endpoint, LiveSite, connect, live_runtime};
pub use local::{DynamoDbLocal, LocalError};
pub use place::LivePlace;
pub use undated::WithoutDate;
pub use wire::Wire;
