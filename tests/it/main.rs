//! What only the whole library can show.

mod properties;
