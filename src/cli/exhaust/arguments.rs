//! What is asked of `snaplife exhaust`.

use std::path::PathBuf;

use crate::cli::fuzz::Shared;

/// The arguments; their help texts are sentences for whoever calls.
#[derive(Debug, clap::Args)]
#[command(
    about = "Plays everything that can befall the calls of a small world, once or twice.",
    long_about = "Plays everything that can befall the calls of a small world, once or twice.\n\n\
        Each call of the world's second day is the point of a crash before it and after it, and of every \
        way in which a call can fail. With --pairs something befalls a second, later call, too. All \
        cases are played, in a fixed order, each is judged by every invariant, and their number is \
        printed. A case that breaks is shrunk and written to a file that `snaplife replay` plays for \
        ever. Ctrl-C ends it with a report, whose last line says how to go on."
)]
pub struct Args {
    #[arg(
        value_name = "FILE",
        help = "A scenario file as the world, instead of the built-in one; it runs for at least three days, and \
            its own faults and crashes meet no call of its second day."
    )]
    pub(super) world: Option<PathBuf>,

    #[arg(
        long,
        help = "Plays every pair, too. Of failures that look alike to the engine, one stands for all."
    )]
    pub(super) pairs: bool,

    #[arg(
        long,
        value_name = "CASE",
        default_value_t = 0,
        help = "Begins with this case, to go on where a run was ended."
    )]
    pub(super) from: usize,

    #[command(flatten)]
    pub(super) shared: Shared,
}
