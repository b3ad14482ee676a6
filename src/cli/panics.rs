//! Our own mistakes: a panic is told with the scenario and seed that met it, and ends nothing else.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

use super::ui::Ui;

thread_local! {
    /// What this thread plays, in a few words.
    static PLAYING: RefCell<Option<String>> = const { RefCell::new(None) };
    /// Whether a panic of this thread is only kept, not told.
    static QUIET: Cell<bool> = const { Cell::new(false) };
    /// The last panic of this thread.
    static MESSAGE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Makes every panic say what was played. Call it once.
pub fn install() {
    panic::set_hook(Box::new(|info| {
        let message = message(info);
        if QUIET.get() {
            MESSAGE.set(Some(message));
            return;
        }
        let playing = PLAYING
            .with_borrow(Clone::clone)
            .map_or_else(String::new, |playing| format!(" while playing {playing}"));
        let mut text = format!("bug: {message}{playing}\n");
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            text.push_str(&format!("{trace}\n"));
        }
        Ui::of_process().say(&text);
        MESSAGE.set(Some(message));
    }));
}

/// Does something; the message of a panic when it had one.
///
/// # Errors
/// Where it panicked and what it said.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // What was in work is dropped with it, so nothing half-done is seen by anybody.
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        MESSAGE
            .take()
            .unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

/// As [`caught`], and says what is played if it panics.
///
/// # Errors
/// Where it panicked and what it said.
pub fn caught_while<T>(playing: String, work: impl FnOnce() -> T) -> Result<T, String> {
    let before = PLAYING.replace(Some(playing));
    let ended = caught(work);
    PLAYING.set(before);
    ended
}

/// As [`caught`], and a panic is not told: for doing again what was told before.
///
/// # Errors
/// Where it panicked and what it said.
pub fn caught_quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let before = QUIET.replace(true);
    let ended = caught(work);
    QUIET.set(before);
    ended
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let said = info.payload();
    let said = said
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| said.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message");
    match info.location() {
        Some(place) => format!("{}:{}: {said}", place.file(), place.line()),
        None => said.to_owned(),
    }
}
