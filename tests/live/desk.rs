//! A folder, an endpoint, and the program at work between the two.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use snaplife::journal::{Event, Line};
use snaplife::ports::Outcome;
use snaplife_endpoint::{Endpoint, clock};
use snaplife_sim::World;

/// Where every command of a desk writes its journal.
pub(crate) const JOURNAL: &str = ".snaplife/journal.jsonl";
/// What must never be seen again: the secrets that the program is given.
pub(crate) const SECRETS: [&str; 3] = [
    "AKIDNOBODYSHOULDSEE",
    "sEcReTkEyNoBoDyShOuLdSeE",
    "tOkEnNoBoDyShOuLdSeE",
];

/// A policy with times so short that a test can live through them.
pub(crate) const POLICY: &str = "\
policies:
  - limits: { visibility_window: 1s, call_timeout: 2s, deadline: 40s }
";

/// How long it takes, in milliseconds, until a lifetime of 1 s is over without any doubt: AWS dates its
/// answers in whole seconds, so the program is sure of the time only to a second and the time that
/// an answer takes.
pub(crate) const SURELY_OVER: u64 = 3_000;

/// A folder of its own, and an account behind an endpoint.
pub(crate) struct Desk {
    pub(crate) endpoint: Endpoint,
    environment: BTreeMap<&'static str, String>,
    folder: PathBuf,
}

/// What a person sees of one command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    /// None when it was killed.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    /// A desk with this policy file, and an endpoint with these habits, written as for its program.
    pub(crate) fn new(test: &str, world: World, habits: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("live")
            .join(test);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the folder of tests can be written");
        let habits = habits
            .split_whitespace()
            .map(|habit| habit.parse().expect("it is a habit"));
        let endpoint = Endpoint::start(0, world, habits.collect::<Vec<_>>(), clock::real)
            .expect("a port is free");
        let [id, key, token] = SECRETS;
        let environment = BTreeMap::from([
            ("AWS_ACCESS_KEY_ID", id.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", key.to_owned()),
            ("AWS_SESSION_TOKEN", token.to_owned()),
            ("AWS_REGION", snaplife_endpoint::demo::REGION.to_owned()),
            ("AWS_ENDPOINT_URL", endpoint.url()),
            // Nothing of this machine's own is used, and nothing beside the endpoint is asked.
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("HOME", folder.to_string_lossy().into_owned()),
        ]);
        let desk = Self {
            endpoint,
            environment,
            folder,
        };
        desk.write("snaplife.yaml", POLICY);
        desk
    }

    /// Another value for a variable of the program's environment; none takes it away.
    pub(crate) fn set(&mut self, name: &'static str, value: Option<&str>) {
        match value {
            Some(value) => self.environment.insert(name, value.to_owned()),
            None => self.environment.remove(name),
        };
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("writable");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Runs a command to its end; `--live` is given to those that act somewhere.
    pub(crate) fn sees(&self, command: &str) -> Seen {
        seen(self.command(command).output().expect("it starts"))
    }

    /// Begins a command.
    pub(crate) fn begun(&self, command: &str) -> Child {
        self.command(command).spawn().expect("it starts")
    }

    /// Commands that must end with one of these codes.
    pub(crate) fn done(&self, commands: &[&str], codes: &[i32]) {
        for command in commands {
            let seen = self.sees(command);
            let well = seen.code.is_some_and(|code| codes.contains(&code));
            assert!(well, "snaplife {command}: {}", seen.text());
        }
    }

    fn command(&self, command: &str) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_snaplife"));
        program
            .args(command.split_whitespace())
            .current_dir(&self.folder)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if !command.starts_with("replay") {
            program.arg("--live");
        }
        program
    }

    /// The events of the journal. Each line must be one; only a last one may be cut off.
    pub(crate) fn journal(&self) -> Vec<Event<'static>> {
        let text = self.read(JOURNAL);
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let events = whole.lines().filter_map(|line| {
            let read: Result<Line<'static>, _> = serde_json::from_str(line);
            match read {
                Ok(line) => Some(line.event),
                // What a killed command left cut off, before the next one began its own line.
                Err(error) if error.is_eof() => None,
                Err(error) => panic!("{error}: {line}"),
            }
        });
        events.collect()
    }
}

impl Desk {
    /// Holds the journal against what came to the endpoint: each call has an answer, each call that
    /// changes something is there as often as it came, and as often it says that it acted.
    pub(crate) fn tells_the_truth(&self) {
        const CHANGES: [&str; 4] = [
            "ec2:CreateSnapshots",
            "ec2:DeleteSnapshot",
            "dynamodb:PutItem",
            "dynamodb:TransactWriteItems",
        ];
        let mut open = BTreeMap::new();
        let mut told: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for event in self.journal() {
            match event {
                Event::Call(call) => {
                    open.insert(call.ticket, call.request.name().text());
                }
                Event::Answer(answer) => {
                    let name = open.remove(&answer.ticket).expect("it was called before");
                    let (sent, acted) = told.entry(name).or_default();
                    match &*answer.outcome {
                        Outcome::Ok(_) => (*sent, *acted) = (*sent + 1, *acted + 1),
                        Outcome::Rejected(_) | Outcome::Unknown(_) => *sent += 1,
                        Outcome::NotSent(_) => {}
                    }
                }
                // A new command counts from 1 again.
                Event::Header(_) => assert!(open.is_empty(), "{open:?}"),
                _ => {}
            }
        }
        assert!(open.is_empty(), "{open:?}");
        for name in CHANGES {
            let received = self.endpoint.received();
            let came: Vec<_> = received.iter().filter(|one| one.call == name).collect();
            let acted = came.iter().filter(|one| one.status.is_success()).count();
            let told = told.get(name).copied().unwrap_or_default();
            assert_eq!(told, (came.len(), acted), "{name}: sent and acted");
        }
    }

    /// The names of all files of the desk, below any folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("readable").flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    names.push(entry.file_name().to_string_lossy().into_owned());
                }
            }
        }
        names.sort();
        names
    }
}

pub(crate) fn seen(output: Output) -> Seen {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let seen = Seen {
        code: output.status.code(),
        out: text(&output.stdout),
        err: text(&output.stderr),
    };
    assert!(!seen.err.contains("panicked"), "{}", seen.text());
    seen
}

impl Seen {
    /// All of it, as one text.
    pub(crate) fn text(&self) -> String {
        let mut text = match self.code {
            Some(code) => format!("code {code}\n"),
            None => "killed\n".to_owned(),
        };
        for (name, part) in [("stdout", &self.out), ("stderr", &self.err)] {
            if !part.is_empty() {
                text.push_str(&format!("-- {name}\n{part}"));
            }
        }
        text
    }
}

/// Waits in real time: what the program sees is a clock on the wall.
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test lives in real time"
)]
pub(crate) fn wait(ms: u64) {
    std::thread::sleep(std::time::Duration::from_millis(ms));
}

/// Does something with each of these, a few at a time; what comes back is in their order.
pub(crate) fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(6).build();
    pool.expect("threads can be had")
        .install(|| all.par_iter().map(work).collect())
}
