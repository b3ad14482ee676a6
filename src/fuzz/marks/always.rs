//! What must hold each time it is looked at.

use std::fmt;

use smol_str::SmolStr;

use crate::domain::Timestamp;

macro_rules! always {
    ($($name:ident $id:literal $text:literal;)*) => {
        /// Something that must hold each time.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Always { $(#[doc = $text] $name,)* }

        impl Always {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// `A1` …, as a failure names it.
            #[must_use]
            pub const fn id(self) -> &'static str { match self { $(Self::$name => $id,)* } }

            /// What holds, in a sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str { match self { $(Self::$name => $text,)* } }
        }
    };
}

always! {
    AnswersBelong "A1" "Every answer belongs to one call that is open.";
    TimeRuns "A2" "Time never runs backwards in a journal.";
    PassesAreWhole "A3" "A pass says nothing before it begins and nothing after its end.";
    RowsFollow "A4" "A row leaves the state that it was last said to be in.";
    CreatesAreTrue "A5" "What an answered create returns was made.";
    DeletesAreTrue "A6" "What an answered delete deleted is gone.";
    JobsKeepToTheirs "A7" "Only create creates, and sync deletes nothing.";
    CountsAgree "A8" "A pass counts its findings right.";
}

impl fmt::Display for Always {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// A time when one did not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failing {
    /// Which.
    pub always: Always,
    /// When.
    pub at: Timestamp,
    /// What it is about.
    pub subject: SmolStr,
    /// What was there instead.
    pub actual: SmolStr,
}
