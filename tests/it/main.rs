//! What only the whole library can show.

mod cli;
mod properties;
