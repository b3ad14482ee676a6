//! The one place that calls the YAML reader: which texts it takes, and its limits.

use serde_saphyr::Error;

use crate::ScenarioFile;
use crate::config::ConfigurationFile;
use crate::fault::FaultFile;
use crate::outsider::OutsiderFile;

/// How deep lists and maps may nest; the format needs eight levels.
const DEPTH_MAX: usize = 32;
/// Nodes of a text with its aliases unfolded: about as many as 1 MiB can hold without any.
const NODES_MAX: usize = 250_000;

/// A kind of text that people write.
pub trait Written: Sized {
    /// As [`read`], which is shorter to call.
    ///
    /// # Errors
    /// As [`read`].
    fn read(text: &str) -> Result<Self, Error>;
}

/// Reads a text into its shape.
///
/// # Errors
/// The first mistake of shape, in the reader's own words and with its place.
pub fn read<T: Written>(text: &str) -> Result<T, Error> {
    T::read(text)
}

/// Makes the reader of each type here, in this crate, and not wherever one is called.
macro_rules! written {
    ($($file:ty),* $(,)?) => { $(
        impl Written for $file {
            fn read(text: &str) -> Result<Self, Error> {
                serde_saphyr::from_str_with_options(text, options())
            }
        }
    )* };
}

written!(ScenarioFile, ConfigurationFile, FaultFile, OutsiderFile);

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEPTH_MAX,
            flow_nesting_limit: DEPTH_MAX,
            max_nodes: NODES_MAX,
            max_aliases: 1_000,
            max_anchors: 1_000,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: NODES_MAX },
        with_snippet: false,
        strict_booleans: true,
    }
}
