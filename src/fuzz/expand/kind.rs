//! The kinds of steps that a storm is made of.

use crate::fuzz::profile::Profile;

macro_rules! kinds {
    ($($name:ident $least:ident $weight:literal $text:literal;)*) => {
        /// A kind of step.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Kind { $(#[doc = concat!("`", $text, "`.")] $name,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }

            /// The mildest profile that has it.
            #[must_use]
            pub const fn least(self) -> Profile { match self { $(Self::$name => Profile::$least,)* } }

            /// How often it comes beside the others of a swarm.
            pub(super) const fn weight(self) -> u64 { match self { $(Self::$name => $weight,)* } }
        }
    };
}

kinds! {
    RunByHand Calm 3 "run by hand";
    ChangePolicy Calm 2 "change of a policy";
    Duplicate Calm 2 "trigger that fires several times";
    Hold Calm 2 "hold";
    StopInstance Calm 1 "instance that is stopped";
    Retag Calm 2 "instance that gets other tags";
    RegisterImage Calm 2 "image on a snapshot";
    DeleteByHand Calm 2 "snapshot deleted by hand";
    Throttle BusyAccount 3 "throttle";
    TableThrottle BusyAccount 2 "throttled table";
    SlowSnapshots BusyAccount 2 "slow copy";
    PageToken BusyAccount 2 "refused page token";
    Overlap BusyAccount 3 "two runners at once";
    LateAnswer BusyAccount 2 "late answer";
    IndexLag BusyAccount 2 "late index";
    Lock BusyAccount 2 "lock";
    Tag BusyAccount 1 "tag by hand";
    CopyTags BusyAccount 1 "foreign snapshot with our tags";
    DetachVolume BusyAccount 1 "detached volume";
    AttachVolume BusyAccount 1 "attached volume";
    Pause BusyAccount 1 "runner that is off";
    Refuse BadDay 3 "refusal";
    LoseAnswer BadDay 4 "lost answer";
    LoseRequest BadDay 3 "lost request";
    NeverAnswer BadDay 2 "answer that never comes";
    Html BadDay 2 "answer that is a page of HTML";
    ServerError BadDay 3 "server error";
    NoConnection BadDay 2 "no connection";
    BrownOut BadDay 2 "brown-out";
    Outage BadDay 2 "outage";
    HideSnapshots BadDay 2 "new snapshots that stay unseen";
    FailSnapshots BadDay 2 "snapshots that fail";
    StuckSnapshots BadDay 2 "snapshots that hang";
    Crash BadDay 6 "crash";
    Untag BadDay 1 "our tag taken off";
    UnknownState BadDay 1 "unknown state";
    TerminateInstance BadDay 1 "instance that is terminated";
    DeleteVolume BadDay 1 "volume that is deleted";
    Adopt BadDay 1 "adoption";
    Clock WorstYear 2 "wrong clock";
    WrongAccount WorstYear 1 "wrong credentials";
    RestoreTable WorstYear 1 "restored table";
}
