//! Holds the simulated DynamoDB against DynamoDB Local.
//!
//! One binary with a small main of its own, because all tests share one server: it is found or started first, stopped last, and what
//! was compared is counted and printed, also when the answer is "nothing".
//!
//! - [`server`]: which DynamoDB Local, and for how long; [`arms`]: the two sides and what is equal;
//! - [`cases`]: named cases; [`differences`]: where the two are known to part; [`generated`]: generated sequences; [`request`], [`value`]: how
//!   they are written;
//! - [`scenarios`]: every scenario that is for this level; [`tally`]: how much was compared.

mod arms;
mod cases;
mod differences;
mod generated;
mod request;
mod scenarios;
mod server;
mod tally;
mod value;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::arms::{Arms, Local};
use crate::generated::Mix;
use crate::scenarios::Came;
use crate::server::{Found, Release, Server, causes};
use crate::tally::Tally;

#[expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test binary speaks to people"
)]
fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let tally = Arc::new(Tally::default());
    let found = if arguments.list {
        Ok(Found::Skipped("only listed".to_owned()))
    } else {
        Server::find()
    };
    let (server, trials) = match found {
        Ok(Found::Server(server)) => {
            let trials = trials(Some(&server), &tally);
            (Some(server), trials)
        }
        Ok(Found::Skipped(why)) => {
            if !arguments.list {
                eprintln!(
                    "SKIPPED: the level dynamodb-local ({why}). To have it: docker/README.md"
                );
            }
            (None, trials(None, &tally))
        }
        Err(error) => {
            let said = causes(&error);
            eprintln!("error: DynamoDB Local was asked for and is not to be had\n  {said}");
            let mut trials = trials(None, &tally);
            trials.push(Trial::test("a-server-that-was-asked-for", || {
                Err(Failed::from(said))
            }));
            (None, trials)
        }
    };
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        println!("{}", tally.lines());
    }
    // Before the exit, which drops nothing.
    drop(server);
    conclusion.exit_code()
}

/// All tests; without a server they are shown as ignored.
fn trials(server: Option<&Server>, tally: &Arc<Tally>) -> Vec<Trial> {
    let local = server.map(|server| Local::new(server.url().to_owned()));
    let groups = cases::groups().into_iter().map(|group| {
        let (local, tally) = (local.clone(), Arc::clone(tally));
        Trial::test(format!("conformance::{}", group.name), move || {
            let mut arms = arms_for(local, group.name, &group.table)?;
            let played = group.play(&mut arms)?;
            Tally::add(&tally.cases, played);
            Ok(())
        })
    });
    let sequences = sequences();
    let generated = Mix::ALL.map(|mix| {
        let (local, tally) = (local.clone(), Arc::clone(tally));
        Trial::test(format!("generated::{}", mix.name()), move || {
            let test = format!("generated-{}", mix.name());
            let mut arms = arms_for(local, &test, &cases::table())?;
            let played = generated::play(&mut arms, mix, sequences)?;
            Tally::add(&tally.sequences, played);
            Ok(())
        })
    });
    let release = server.map_or(Release::Other, Server::release);
    let known = {
        let (local, tally) = (local.clone(), Arc::clone(tally));
        Trial::test("conformance::known-differences", move || {
            let mut arms = arms_for(local, "differences", &cases::table())?;
            let looked_at = differences::check_all(&mut arms, release)?;
            Tally::add(&tally.cases, looked_at);
            Ok(())
        })
    };
    groups
        .chain(generated)
        .chain([known])
        .chain(scenario_trials(server, tally))
        .map(|trial| trial.with_ignored_flag(server.is_none()))
        .collect()
}

/// One test for each scenario file.
fn scenario_trials(server: Option<&Server>, tally: &Arc<Tally>) -> Vec<Trial> {
    // One address for the whole run, wherever scenarios are played.
    let url: Option<&'static str> = server.map(|server| &*server.url().to_owned().leak());
    let files = match scenarios::files() {
        Ok(files) => files,
        Err(why) => return vec![Trial::test("scenarios", || Err(Failed::from(why)))],
    };
    let trial = |file: String| {
        let tally = Arc::clone(tally);
        Trial::test(format!("scenarios::{file}"), move || {
            let url = url.ok_or("no DynamoDB Local: see docker/README.md")?;
            let counter = match scenarios::play(&file, url)? {
                Came::Equal => &tally.scenarios,
                Came::Elsewhere => &tally.elsewhere,
            };
            Tally::add(counter, 1);
            Ok(())
        })
    };
    files.into_iter().map(trial).collect()
}

/// How many sequences of each mix are generated.
#[expect(
    clippy::disallowed_methods,
    reason = "how the tests are started says how long they may take"
)]
fn sequences() -> u32 {
    let asked = std::env::var("SNAPLIFE_SEQUENCES").ok();
    asked
        .and_then(|count| count.parse().ok())
        .unwrap_or(generated::SEQUENCES)
}

/// Both sides with an empty table of this test's own.
fn arms_for(local: Option<Local>, test: &str, table: &serde_json::Value) -> Result<Arms, Failed> {
    let local = local.ok_or("no DynamoDB Local: see docker/README.md")?;
    let name = format!("snaplife-{}-{test}", std::process::id());
    Arms::new(local, name, table).map_err(|error| Failed::from(causes(&error)))
}
