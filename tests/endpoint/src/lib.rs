//! The simulated AWS on a port of 127.0.0.1.
//!
//! Real clients can be pointed at it (`AWS_ENDPOINT_URL`), from a test in process or from a shell with
//! the program `snaplife-endpoint`. It can be told to be as sloppy as some substitutes for AWS are.
//!
//! - [`Endpoint`]: a world on a port; it ends when dropped, and lets a test see what is true;
//! - [`Habit`]: in what it differs from AWS; `rewrite`: how, with requests and answers as text;
//! - [`Endpoint::hang_at`]: it stops answering, so that a client can be ended at a chosen request;
//! - [`Fake`]: the same without a port; [`Server`]: any function from request to answer on a port;
//! - [`demo`]: a small fleet to play with; [`clock`]: where the time comes from.
//!
//! This is the only place where the simulator meets real time and real threads.

pub mod clock;
pub mod demo;
mod endpoint;
mod fake;
mod habit;
mod hang;
mod rewrite;
mod server;

pub use endpoint::Endpoint;
pub use fake::{Fake, Received};
pub use habit::{HABITS, Habit, NotAHabit};
pub use hang::Last;
pub use server::{Answered, Server};
