//! Which DynamoDB Local the tests use, and how it comes up and goes away.
//!
//! Looked for in this order: `SNAPLIFE_DYNAMODB_URL`; the jar, only when `SNAPLIFE_DYNAMODB_LOCAL=jar` asks for it; Docker. What was
//! asked for and can't be had is an error. Docker that nobody asked for and that does not answer is a skip.

mod container;
mod jar;
mod ready;

use std::env;

use testcontainers_modules::testcontainers::{Container, core::error::TestcontainersError};

use self::container::DynamoDbLocal;
use self::jar::Jar;
pub(crate) use self::ready::NeverReady;

/// Where a server is that somebody else keeps.
const URL: &str = "SNAPLIFE_DYNAMODB_URL";
/// How a server is to be had: `jar`, `docker` or `off`.
const HOW: &str = "SNAPLIFE_DYNAMODB_LOCAL";

/// A server that answers. What the tests started is stopped when this is dropped, also while a panic unwinds.
pub(crate) struct Server {
    url: String,
    release: Release,
    _keeper: Keeper,
}

/// Who ends the server.
enum Keeper {
    /// Somebody else.
    Other,
    Container(#[expect(dead_code, reason = "held for its Drop")] Box<Container<DynamoDbLocal>>),
    Jar(#[expect(dead_code, reason = "held for its Drop")] Jar),
}

/// Which DynamoDB Local answers: its known differences depend on that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Release {
    /// The jar of January 2020.
    Y2020,
    /// Another, as current as the image or the person who runs it keeps it.
    Other,
}

/// What came of looking for one.
pub(crate) enum Found {
    /// Here it is.
    Server(Server),
    /// Nobody asked for one and none is there: why.
    Skipped(String),
}

/// One was asked for and can't be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServerError {
    #[error("{URL} names a server that does not answer")]
    Url(#[source] NeverReady),
    #[error("{HOW} is {0:?}; it may be \"jar\", \"docker\" or \"off\"")]
    How(String),
    #[error(
        "the container of DynamoDB Local does not start; is the Docker daemon running, and can the image be pulled?"
    )]
    Docker(#[source] TestcontainersError),
    #[error("the container of DynamoDB Local started and never answered")]
    Container(#[source] NeverReady),
    #[error(transparent)]
    Jar(#[from] jar::JarError),
}

impl Server {
    /// Looks for a server, or starts one.
    ///
    /// # Errors
    /// What was asked for can't be had.
    pub(crate) fn find() -> Result<Found, ServerError> {
        if let Some(url) = asked(URL) {
            ready::wait(&url, || None).map_err(ServerError::Url)?;
            return Ok(Found::Server(Self::new(url, Release::Other, Keeper::Other)));
        }
        match asked(HOW).as_deref() {
            Some("jar") => {
                let jar = Jar::start()?;
                let url = jar.url();
                Ok(Found::Server(Self::new(
                    url,
                    Release::Y2020,
                    Keeper::Jar(jar),
                )))
            }
            Some("docker") => Self::in_docker().map(Found::Server),
            Some("off") => Ok(Found::Skipped(format!("{HOW}=off"))),
            Some(other) => Err(ServerError::How(other.to_owned())),
            None => Ok(match Self::in_docker() {
                Ok(server) => Found::Server(server),
                Err(error) => Found::Skipped(format!("no Docker: {}", causes(&error))),
            }),
        }
    }

    fn in_docker() -> Result<Self, ServerError> {
        let (container, url) = container::start().map_err(ServerError::Docker)?;
        ready::wait(&url, || None).map_err(ServerError::Container)?;
        let keeper = Keeper::Container(Box::new(container));
        Ok(Self::new(url, Release::Other, keeper))
    }

    const fn new(url: String, release: Release, keeper: Keeper) -> Self {
        Self {
            url,
            release,
            _keeper: keeper,
        }
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Which one it is.
    pub(crate) const fn release(&self) -> Release {
        self.release
    }
}

/// A variable that is set to something.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the program's edge: how the tests are started says which server they use"
)]
fn asked(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// An error with everything that caused it, on one line.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Some errors show their cause themselves.
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}
