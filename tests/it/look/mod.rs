//! Looking at a small account, and the deeds by hand in it.

mod account;
mod deeds;
mod doctor;
mod explain;
mod later;
mod list;
mod program;
