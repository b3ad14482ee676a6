//! Points in time and spans of time, both in whole milliseconds.
#![allow(missing_docs)]
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(i64);
impl Timestamp {
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }
    pub const fn as_ms(self) -> i64 {
        self.0
    }
    pub fn compact(self) -> String {
        String::new()
    }
    pub fn parse_compact(_: &str) -> Option<Self> {
        None
    }
}
impl Span {
    pub const ZERO: Self = Self(0);
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }
    pub const fn as_ms(self) -> i64 {
        self.0
    }
    pub const fn seconds(count: i64) -> Self {
        Self(count * 1_000)
    }
    pub const fn minutes(count: i64) -> Self {
        Self(count * 60_000)
    }
    pub const fn hours(count: i64) -> Self {
        Self(count * 3_600_000)
    }
    pub const fn days(count: i64) -> Self {
        Self(count * 86_400_000)
    }
}
impl Add for Span {
    type Output = Self;
    fn add(self, s: Self) -> Self {
        Self(self.0.saturating_add(s.0))
    }
}
impl Add<Span> for Timestamp {
    type Output = Self;
    fn add(self, s: Span) -> Self {
        Self(self.0.saturating_add(s.0))
    }
}
impl Sub<Span> for Timestamp {
    type Output = Self;
    fn sub(self, s: Span) -> Self {
        Self(self.0.saturating_sub(s.0))
    }
}
impl Sub for Timestamp {
    type Output = Span;
    fn sub(self, s: Self) -> Span {
        Span(self.0.saturating_sub(s.0))
    }
}
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
