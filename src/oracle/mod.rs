//! The judge (in progress).
