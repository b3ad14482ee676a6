//! `fault:`, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::text::{At, CallText, Duration, ResourceText, Text, VolumeName};

/// What AWS or the network does wrong. `call`, `of`, `nth`, and `times` or `for` say which calls
/// it meets; without `times` and `for` it meets one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Fault")]
pub enum FaultFile {
    /// AWS refuses with a code; nothing happens.
    Refuse(RefuseFile),
    /// AWS refuses with the service's throttling code.
    Throttle(MeetsFile),
    /// The call is applied and its answer lost.
    LoseAnswer(MeetsFile),
    /// The call is lost; it looks as if the answer was.
    LoseRequest(MeetsFile),
    /// The call is applied and its answer comes late.
    LateAnswer(LateFile),
    /// The call is applied and its answer never comes.
    NeverAnswer(MeetsFile),
    /// The call is applied and answered with a page of HTML and status 200.
    Html(MeetsFile),
    /// Status 500.
    ServerError(ServerErrorFile),
    /// The connection is refused.
    NoConnection(MeetsFile),
    /// A page token is refused.
    PageTokenRefused(MeetsFile),
    /// The next snapshots stay unseen.
    HideNewSnapshots(HideFile),
    /// A share of EC2's calls ends in status 503, applied or not.
    BrownOut(BrownOutFile),
    /// No call reaches AWS.
    Outage(WindowFile),
    /// The table's indexes fall behind.
    IndexLag(IndexLagFile),
    /// The next snapshots fail.
    FailSnapshots(NextSnapshotsFile),
    /// The next snapshots stay pending.
    StuckSnapshots(StuckFile),
    /// The next snapshots take long.
    SlowSnapshots(SlowFile),
    /// The credentials are another account's.
    WrongAccount(WindowFile),
    /// The table throttles every call.
    TableThrottle(WindowFile),
}

macro_rules! meets {
    ($($(#[doc = $doc:literal])* $name:ident as $shown:literal { $($(#[$attribute:meta])* $field:ident: $kind:ty,)* })*) => { $(
        $(#[doc = $doc])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = $shown)]
        pub struct $name {
            /// Which call.
            pub call: CallText,
            /// Only a call about this.
            pub of: Option<ResourceText>,
            /// The first one it meets, counted from 1 since this step.
            pub nth: Option<At<u32>>,
            /// How many it meets.
            pub times: Option<At<u32>>,
            /// How long it lasts.
            #[serde(rename = "for")]
            pub window: Option<Duration>,
            $($(#[$attribute])* pub $field: $kind,)*
        }

        impl $name {
            /// Which calls it meets.
            pub const fn meets(&self) -> Meets<'_> {
                Meets {
                    call: &self.call,
                    of: self.of.as_ref(),
                    nth: self.nth.as_ref(),
                    times: self.times.as_ref(),
                    window: self.window.as_ref(),
                }
            }
        }
    )* };
}

/// Which calls a fault meets, whatever the fault.
#[derive(Clone, Copy)]
pub struct Meets<'a> {
    /// Which calls.
    pub call: &'a CallText,
    /// Only those about this.
    pub of: Option<&'a ResourceText>,
    /// The first one it meets, counted from 1 since the step.
    pub nth: Option<&'a At<u32>>,
    /// How many it meets; one without this and `window`.
    pub times: Option<&'a At<u32>>,
    /// Only for so long.
    pub window: Option<&'a Duration>,
}

meets! {
    /// Which calls it meets.
    MeetsFile as "Meets" {}
    /// AWS refuses.
    RefuseFile as "Refuse" {
        /// The error code, as InvalidSnapshot.InUse.
        code: Text,
        /// The HTTP status (default: 400).
        status: Option<At<u16>>,
        /// AWS's sentence.
        message: Option<Text>,
    }
    /// The answer comes late.
    LateFile as "LateAnswer" {
        /// How much later than usual.
        by: Duration,
    }
    /// Status 500.
    ServerErrorFile as "ServerError" {
        /// Whether the call was applied.
        applied: AppliedFile,
    }
}

/// Whether a failed call took effect.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Applied")]
pub enum AppliedFile {
    /// It took effect.
    Yes,
    /// It did not.
    No,
}

/// How long it lasts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Window")]
pub struct WindowFile {
    /// For how long.
    #[serde(rename = "for")]
    pub window: Duration,
}

/// The next snapshots stay unseen.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HideNewSnapshots")]
pub struct HideFile {
    /// How long each stays unseen.
    #[serde(rename = "for")]
    pub span: Duration,
    /// How many (default: 1).
    pub times: Option<At<u32>>,
}

/// A share of EC2's calls fails.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BrownOut")]
pub struct BrownOutFile {
    /// How long it lasts.
    #[serde(rename = "for")]
    pub window: Duration,
    /// The share, in percent.
    pub percent: At<u32>,
}

/// The table's indexes fall behind.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "IndexLag")]
pub struct IndexLagFile {
    /// How far.
    pub lag: Duration,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub window: Duration,
}

/// Some of the next snapshots.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NextSnapshots")]
pub struct NextSnapshotsFile {
    /// Only of this volume.
    pub of: Option<VolumeName>,
    /// How many (default: 1).
    pub times: Option<At<u32>>,
}

/// The next snapshots stay pending.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StuckSnapshots")]
pub struct StuckFile {
    /// Only of this volume.
    pub of: Option<VolumeName>,
    /// How many (default: 1).
    pub times: Option<At<u32>>,
    /// How long (default: to the end of the run).
    #[serde(rename = "for")]
    pub span: Option<Duration>,
}

/// The next snapshots take long.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SlowSnapshots")]
pub struct SlowFile {
    /// Only of this volume.
    pub of: Option<VolumeName>,
    /// How many (default: 1).
    pub times: Option<At<u32>>,
    /// How long each takes.
    pub take: Duration,
}
