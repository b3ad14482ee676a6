//! What goes and what stays, one story each.

mod forbidden;
mod rules;
mod story;
mod whole;
