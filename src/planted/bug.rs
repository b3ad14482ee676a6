//! The mistakes, each as the person who made it would have seen it: as something reasonable.

macro_rules! bugs {
    ($($(#[$doc:meta])* $name:ident $code:literal $sentence:literal;)*) => {
        /// A mistake that can be planted.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Bug { $(#[doc = $sentence] $name,)* }

        impl Bug {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in tables and files; never changed.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code,)* } }

            /// The mistake in a sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str { match self { $(Self::$name => $sentence,)* } }
        }
    };
}

bugs! {
    // Lifetimes and counts.
    RoundsTheAge "rounds-the-age" "Half a day is enough for a day: the age is rounded.";
    RoundsTheLifetime "rounds-the-lifetime" "A lifetime tag of `36h` is a day: only whole days are kept.";
    ShortensAPromise "shortens-a-promise" "The lifetime of today applies to every snapshot, whatever it was promised.";
    ForgetsTheLifetimeTag "forgets-the-lifetime-tag" "Every snapshot lives as long as the policy says; the instance's tag is not asked.";
    TakesAnUnreadableTagForNone "takes-an-unreadable-tag-for-none" "`7O` is no lifetime, so the policy's own applies.";
    TakesTheShorterOfTwo "takes-the-shorter-of-two" "A volume of two instances lives by the shorter of their tags.";
    KeepsOneFewer "keeps-one-fewer" "`last: 3` keeps those before the third.";
    CountsADuplicateAsNewer "counts-a-duplicate-as-newer" "A second snapshot of a slot pushes the older ones out of `last`.";
    // The floor, and what is never deleted.
    ForgetsTheFloor "forgets-the-floor" "A lifetime that is over is over, also for the last good copy.";
    FloorOfOne "floor-of-one" "One good copy is enough, whatever `at_least` says.";
    CountsAFailedCopy "counts-a-failed-copy" "A failed snapshot is a snapshot, so it carries the floor.";
    CountsWhatIsNotOurs "counts-what-is-not-ours" "A snapshot that somebody tagged for another policy still carries the floor of ours.";
    TakesWhatIsNotSelectedForGone "takes-what-is-not-selected-for-gone" "A volume that no selected instance has is gone, and needs no floor.";
    DeletesWhatLostItsTag "deletes-what-lost-its-tag" "The row says that it is ours; the tag is not looked at.";
    IgnoresAHold "ignores-a-hold" "The tag `snaplife:hold` is for people; deletes don't ask for it.";
    DeletesInAnUnknownState "deletes-in-an-unknown-state" "A state that nobody knows stands against nothing.";
    AdoptsWhateverCarriesOurTags "adopts-whatever-carries-our-tags" "What carries our tags is ours, whoever made it.";
    // Listings, looks and clocks.
    JudgesByAPartialListing "judges-by-a-partial-listing" "What a broken listing showed until then is better than nothing.";
    ReadsTheFirstPageOnly "reads-the-first-page-only" "A listing has one page.";
    TrustsAnOldLook "trusts-an-old-look" "What was seen at the start of the pass is still so.";
    BelievesAnyClock "believes-any-clock" "Clocks that differ are somebody else's problem.";
    // Blast limit.
    IgnoresTheBlastLimit "ignores-the-blast-limit" "What may go may go, however much it is.";
    CountsASetAsOne "counts-a-set-as-one" "The blast limit counts decisions, and a set is one.";
    // Sets.
    LetsASetGoInParts "lets-a-set-go-in-parts" "A snapshot that may go goes, whatever keeps those that were made with it.";
    // Deletes.
    DeletesWithoutMarking "deletes-without-marking" "The delete is sent at once, and its row is written after it.";
    ReadsNoAnswerAsDone "reads-no-answer-as-done" "A delete without an answer has most likely acted, so the row says `deleted`.";
    LeavesARefusedDeleteMarked "leaves-a-refused-delete-marked" "A snapshot in use is left for the next pass, as it is.";
    ForgetsWhyItStays "forgets-why-it-stays" "A delete that was refused is rolled back without a word.";
    RollsBackToCompleted "rolls-back-to-completed" "A row whose delete was refused is `completed` again, whatever it was.";
    ForgetsBegunDeletes "forgets-begun-deletes" "What a killed pass had marked is its own affair.";
    ReadsThreeOfFourShards "reads-three-of-four-shards" "The index of due rows is read from 0 up to the last shard, and without it.";
    LooksAgainInAMonth "looks-again-in-a-month" "What is held is judged again in a month.";
    ForgetsToJudge "forgets-to-judge" "A completed row is written without the instant to judge it by.";
    JudgesEverythingEachTime "judges-everything-each-time" "Rules may have changed, so each pass walks over all snapshots.";
    // Following copies.
    TakesARunningCopyForCompleted "takes-a-running-copy-for-completed" "A snapshot that was answered is there.";
    TakesAFailedCopyForCompleted "takes-a-failed-copy-for-completed" "A copy that is not pending any more is completed.";
    SaysNothingOfAStuckCopy "says-nothing-of-a-stuck-copy" "Copies take as long as they take.";
    CountsADuplicate "counts-a-duplicate" "A second snapshot of a slot is a snapshot like any other.";
    NeverAdopts "never-adopts" "A snapshot without a row is left to whoever made it.";
    // Creating.
    ResendsAnUnknownCreate "resends-an-unknown-create" "A create without an answer is sent again.";
    ResendsAfterAnUnknownCode "resends-after-an-unknown-code" "A refusal is a refusal, whatever its code: what was refused once is tried once more.";
    ForgetsTheVisibilityWindow "forgets-the-visibility-window" "What a listing does not show was not made.";
    ForgetsEarlierTries "forgets-earlier-tries" "A create that is refused for its rate made nothing, whatever was sent before it.";
    SendsBeforeItWrites "sends-before-it-writes" "The intent is written when the answer is there; that saves a write.";
    ServesASlotAgain "serves-a-slot-again" "A pass serves the slot it is given, served or not.";
    SaysNothingOfMissedSlots "says-nothing-of-missed-slots" "Slots that no pass served are history.";
    CountsMissedSlotsByTheDay "counts-missed-slots-by-the-day" "There is a slot a day, 24 hours after the one before.";
    TakesAPartForAll "takes-a-part-for-all" "An inventory that broke off is the inventory.";
    SkipsStoppedInstances "skips-stopped-instances" "What does not run does not change.";
    LeavesOutByPrefix "leaves-out-by-prefix" "`/dev/sdh` leaves out whatever starts like it.";
    TakesASharedVolumeTwice "takes-a-shared-volume-twice" "Each instance has its own volumes.";
    NamesTheSlotByTheDay "names-the-slot-by-the-day" "The day is name enough for a slot.";
    TagsItLater "tags-it-later" "Operation and target are tagged once the snapshot is there.";
    // Calls, lease and table.
    TriesForEver "tries-for-ever" "One more try can't hurt.";
    ForgetsTheDeadline "forgets-the-deadline" "A pass ends when its work is done.";
    IgnoresTheFence "ignores-the-fence" "Who took the lease has it.";
    StealsALiveLease "steals-a-live-lease" "The pass that starts last is the one that counts.";
    KeepsTheOldToken "keeps-the-old-token" "A lease that is taken over keeps its token.";
    LeasesForAMonth "leases-for-a-month" "What follows and deletes takes its time, so its lease is a long one.";
    DoesNotAskWhoseAccountItIs "does-not-ask-whose-account-it-is" "The credentials are those of the installation; whose else?";
    SwallowsTheError "swallows-the-error" "The next pass will do it, so nobody is told.";
    DoesNotCountItsWrites "does-not-count-its-writes" "A revision is for those who read it, not for those who write.";
    WritesWhatAStaleIndexSaid "writes-what-a-stale-index-said" "A row that an index showed is written back without a condition.";
    TakesALostWriteForDone "takes-a-lost-write-for-done" "A write without an answer has most likely acted.";
}
