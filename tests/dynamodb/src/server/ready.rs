//! Waiting until a server answers.

use std::time::{Duration, Instant};

/// A JVM on a busy machine needs its time.
const WAIT_MAX: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(100);

/// It has not answered in time, or will not any more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NeverReady {
    #[error("no answer from {url} in {} seconds", WAIT_MAX.as_secs())]
    Silent {
        url: String,
        #[source]
        source: Box<ureq::Error>,
    },
    #[error("it ended by itself: {0}")]
    Ended(String),
}

/// Asks the server at `url` for its tables until it answers. `ended` says when asking on is in vain.
///
/// # Errors
/// When it does not answer in time.
#[expect(
    clippy::disallowed_methods,
    reason = "another process is waited for, in real time; nothing simulated runs yet"
)]
pub(super) fn wait(url: &str, mut ended: impl FnMut() -> Option<String>) -> Result<(), NeverReady> {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(20)))
        .build();
    let agent: ureq::Agent = config.into();
    let start = Instant::now();
    loop {
        let answered = agent
            .post(url)
            .header("authorization", crate::arms::AUTHORIZATION)
            .header("content-type", crate::arms::CONTENT_TYPE)
            .header("x-amz-target", crate::arms::target("ListTables"))
            .send("{}");
        match answered {
            Ok(_) => return Ok(()),
            Err(error) => {
                if let Some(why) = ended() {
                    return Err(NeverReady::Ended(why));
                }
                if start.elapsed() > WAIT_MAX {
                    return Err(NeverReady::Silent {
                        url: url.to_owned(),
                        source: Box::new(error),
                    });
                }
            }
        }
        std::thread::sleep(PAUSE);
    }
}
