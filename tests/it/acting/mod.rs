//! Commands that act, on a local world: through the program, and through what it is made of.

mod configuration;
mod desk;
mod dry;
mod ends;
mod halts;
mod init;
mod jobs;
mod kept;
mod plans;
mod recording;
mod unreadable;
mod world;
