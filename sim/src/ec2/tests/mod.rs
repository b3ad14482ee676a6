//! What this EC2 does, as stories: a script goes in, a transcript comes out.
//!
//! [`story`] tells which words a script may have.

mod creating;
mod deleting;
mod indexes;
mod listing;
mod outsiders;
mod seeing;
mod story;

use super::settings::{Range, Settings, Timing};
use crate::time::Span;

/// A first copy takes ten minutes, every other one minute.
fn steady() -> Settings {
    let always = |span| Range {
        max: span,
        min: span,
    };
    Settings {
        timing: Timing {
            full: always(Span::minutes(10)),
            incremental: always(Span::minutes(1)),
            per_gib: always(Span::ZERO),
            ..Timing::default()
        },
        ..Settings::default()
    }
}
