//! What must always hold, each as one sentence that a person can read.
//!
//! S is safety: it is broken by a single event. L is liveness: it is broken by a deadline that
//! passed. The numbers are names, and stay what they are.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! invariants {
    ($($(#[$doc:meta])* $id:ident $status:ident $detail:literal, $sentence:literal;)*) => {
        /// One of the promises that are judged.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum Invariant { $(#[doc = $sentence] $id,)* }

        impl Invariant {
            /// All of them, safety first.
            pub const ALL: &'static [Self] = &[$(Self::$id,)*];

            /// `S1` … `L9`.
            #[must_use]
            pub const fn id(self) -> &'static str { match self { $(Self::$id => stringify!($id),)* } }

            /// The promise in a sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str { match self { $(Self::$id => $sentence,)* } }

            /// Who judges it.
            #[must_use]
            pub const fn status(self) -> Status { match self { $(Self::$id => Status::$status($detail),)* } }
        }
    };
}

/// Who judges an invariant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// The oracle; the text says when.
    Judged(&'static str),
    /// Something else; the text says what.
    Elsewhere(&'static str),
    /// Nobody yet; the text says which feature it waits for.
    Waiting(&'static str),
}

invariants! {
    S1 Judged "at each delete", "A snapshot is deleted only when the longest lifetime it was promised is over and no count keeps it; a failed one was no backup.";
    S2 Judged "at each delete, asked for and done", "A snapshot is deleted only if it carries our tag, a row names it, we made it or a person gave it to us, and the last look showed no hold and no doubt about it.";
    S3 Judged "at each delete", "While a volume exists, a delete leaves at least the promised number of its snapshots that this run saw completed.";
    S4 Judged "at each delete call", "A delete rests on a look at its snapshot that began after this run took its lease and is not old.";
    S5 Judged "at each delete call", "Nothing is deleted in a run with a listing that is not complete.";
    S6 Judged "at the end of each pass", "A delete that AWS refuses as in use leaves a row that is not marked any more and says what blocks it.";
    S7 Judged "at each creation and at the end", "A slot of a volume never has more than two snapshots, and in the end at most one that counts.";
    S8 Judged "at each create call", "A create without a usable answer is sent again only after a complete look, past the visibility window, found nothing.";
    S9 Judged "at each create call", "Every create carries all our tags in the same call.";
    S10 Waiting "consistent snapshots", "A filesystem is frozen for no longer than promised, and nothing waits inside of that.";
    S11 Waiting "consistent snapshots", "A snapshot is called consistent only if its freeze was confirmed before it and its thaw came after.";
    S12 Waiting "consistent snapshots", "Every freeze that may be in force is followed by an attempt to thaw.";
    S13 Judged "at each EC2 mutation and each write of a lease", "EC2 is changed only by who holds the lease, with enough of it left, and a lease's token only grows.";
    S14 Judged "at each call", "No call is made that could end after the run's deadline.";
    S15 Judged "at each call", "A run stays within its calls, and a call within its tries.";
    S16 Judged "at each write", "A row moves only along the states of its life, deleted is final, and its revision grows with every change.";
    S17 Judged "at each write", "A row says completed or deleted only after AWS said so, or does not show it any more.";
    S18 Judged "at each delete", "A failed, pending or unknown snapshot never counts as a backup.";
    S19 Waiting "the plan command in scenarios", "Showing a plan changes nothing.";
    S20 Judged "at each EC2 mutation", "Nothing in EC2 is changed before the credentials are known to belong to the installation's account and Region.";
    S21 Judged "at each delete call", "Nothing is deleted when AWS's clock is unknown or too far from ours.";
    S22 Judged "at the end of each create pass", "A slot that is served again changes nothing.";
    S23 Judged "at each delete", "A run deletes no more than its blast limit allows.";
    S24 Elsewhere "whoever keeps the text of a journal, by find_secret", "No credential stands in a journal.";
    S25 Judged "at each delete call", "The first of a set goes only when the last look showed nothing against any of it.";
    L1 Judged "at the end", "Every snapshot that we made has a row soon after.";
    L2 Waiting "consistent snapshots", "Every freeze is thawed in time.";
    L3 Judged "at the end", "Every snapshot that may go is gone soon after.";
    L4 Judged "at the end", "Every slot soon has a snapshot, or a record that says why not.";
    L5 Judged "at the end", "A snapshot that is pending for too long is reported.";
    L6 Judged "at the end", "After a crash a later run of the job ends well within the lease and one period.";
    L7 Waiting "a budget of ticks for a backlog", "After an outage the backlog drains within its budget, newest slots first.";
    L8 Judged "at the end of each expire pass", "Where nothing is due, nothing is changed and little is read.";
    L9 Judged "at the end of each pass", "A run that could not do its work says so.";
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_25_of_safety_and_9_of_liveness() {
        let count = |letter| {
            Invariant::ALL
                .iter()
                .filter(|i| i.id().starts_with(letter))
                .count()
        };
        assert_eq!((count('S'), count('L')), (25, 9));
    }

    /// The list of what nobody judges yet: it may only get shorter.
    #[test]
    fn what_waits_says_for_what() {
        let waiting: Vec<String> = Invariant::ALL
            .iter()
            .filter_map(|invariant| match invariant.status() {
                Status::Waiting(feature) => Some(format!("{invariant} waits for {feature}")),
                Status::Judged(_) | Status::Elsewhere(_) => None,
            })
            .collect();
        insta::assert_snapshot!(waiting.join("\n"), @"
        S10 waits for consistent snapshots
        S11 waits for consistent snapshots
        S12 waits for consistent snapshots
        S19 waits for the plan command in scenarios
        L2 waits for consistent snapshots
        L7 waits for a budget of ticks for a backlog
        ");
    }
}
