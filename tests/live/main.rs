//! The program with `--live`: the real SDK over TCP, against the simulated AWS on a port.
//!
//! - `desk`: a folder, an endpoint, and the program at work between the two; `fleet`: what the
//!   endpoint holds; `truth`: what must hold of it, whatever happened;
//! - `life`: a whole life, also with an endpoint that is sloppy;
//! - `kills`: the program is killed at each of its requests, and runs again;
//! - `errors`: what a person sees when nothing goes;
//! - `rails`: dry runs, Ctrl-C, pins, consent, secrets;
//! - `recording`: what was recorded plays back.

mod desk;
mod fleet;
mod truth;

mod errors;
mod kills;
mod life;
mod rails;
mod recording;
