//! Mistakes that a person could make here, each planted behind its name, to see that the oracle notices it.
//!
//! Where a rule stands, `planted!(right, Bug => wrong)` is the right thing, and `planted!(Bug => { … });` is nothing at all.
//! Only a build with the feature `planted` has the wrong ones, one at a time and for one thread; a build without debug assertions
//! refuses that feature. `tests/planted` plays stories until each is caught.

#[cfg(all(feature = "planted", not(debug_assertions)))]
compile_error!(
    "the feature `planted` puts bugs into the program; it is for tests, and no release has it"
);

/// What is right; beside it, by its name, what a mistake would make of it.
#[cfg(not(feature = "planted"))]
macro_rules! planted {
    ($bug:ident => $deed:block) => {};
    ($right:expr $(, $bug:ident => $wrong:expr)+ $(,)?) => {
        $right
    };
}

/// What is right, unless this thread plays with one of these mistakes.
#[cfg(feature = "planted")]
macro_rules! planted {
    ($bug:ident => $deed:block) => {
        if $crate::planted::is($crate::planted::Bug::$bug) $deed
    };
    ($right:expr $(,)?) => {
        $right
    };
    ($right:expr, $bug:ident => $wrong:expr $(, $more:ident => $other:expr)* $(,)?) => {
        if $crate::planted::is($crate::planted::Bug::$bug) {
            $wrong
        } else {
            planted!($right $(, $more => $other)*)
        }
    };
}

#[cfg(feature = "planted")]
mod bug;
#[cfg(feature = "planted")]
mod switch;

#[cfg(feature = "planted")]
pub use bug::Bug;
#[cfg(feature = "planted")]
pub use switch::with;
#[cfg(feature = "planted")]
pub(crate) use switch::{any_revision, is, is_alike};
