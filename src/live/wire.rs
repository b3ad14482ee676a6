//! The level `wire`: the code that talks to an account, in front of the simulated AWS.
//!
//! What the SDK sends is answered by [`snaplife_sim::wire`] as bytes, so its serializers, parsers and
//! error readers, and ours above them, are all in play. Time stands still during a call.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_config::SdkConfig;
use aws_sdk_ec2::config::{
    Credentials, IdentityCache, Region as SdkRegion, SharedCredentialsProvider,
};
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::result::ConnectorError;
use bytes::Bytes;
use http::{HeaderValue, Request as HttpRequest, Response, header};
use snaplife_sim::answer::Refusal;
use snaplife_sim::chance::Chance;
use snaplife_sim::time::Timestamp as WorldTime;
use snaplife_sim::wire::Wire as Front;
use snaplife_sim::world::World;

use super::aws::LiveAws;
use super::clients::{self, Clients, Settings};
use super::exchange::{Answered, Exchange};
use super::undated::WithoutDate;
use crate::domain::{AccountId, Region, TableName, Timestamp};
use crate::ports::{Answer, Reply, Request};
use crate::simulated::Level;
use crate::simulated::level::Failure;

/// What a proxy shows to whoever has not signed in.
const HTML: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>";

/// The level `wire`.
///
/// The SDK waits for nothing but answers here: it has no timer, its credentials are fixed, and its
/// clock is the world's.
pub struct Wire {
    aws: LiveAws,
    clock: WorldClock,
    exchange: Exchange,
    front: RefCell<Front>,
    world: Rc<RefCell<World>>,
}

impl Wire {
    /// In front of a world, shared with whoever lets things happen in it. Request ids are drawn from
    /// `chance`.
    #[must_use]
    pub fn new(world: Rc<RefCell<World>>, chance: Chance) -> Self {
        Self::set_up(world, chance, |clients, _| clients)
    }

    /// The same, with a table of this name behind a real endpoint (for one, DynamoDB Local), reached by `http`.
    ///
    /// A call to it must be answered before `http`'s future is polled a second time: a client that
    /// blocks does that. The `Date` of its answers is taken off.
    #[must_use]
    pub fn with_table_at(
        world: Rc<RefCell<World>>,
        chance: Chance,
        http: SharedHttpClient,
        url: &str,
        table: TableName,
    ) -> Self {
        let undated = SharedHttpClient::new(WithoutDate(http));
        Self::set_up(world, chance, |clients, config| {
            clients.with_table_at(config, undated, url, table)
        })
    }

    /// The clients, for calls that are no call of the engine's.
    pub(super) const fn clients(&self) -> &Clients {
        self.aws.clients()
    }

    fn set_up(
        world: Rc<RefCell<World>>,
        chance: Chance,
        change: impl FnOnce(Clients, &SdkConfig) -> Clients,
    ) -> Self {
        let (account, region) = {
            let world = world.borrow();
            let account = world.sts.get_caller_identity().account.text().clone();
            (AccountId::new(account), Region::new(world.region.clone()))
        };
        let clock = WorldClock::default();
        let exchange = Exchange::default();
        let settings = Settings::default();
        let config = config(&region, &clock, exchange.client());
        let config = clients::without_retries(&config, settings.call_timeout);
        let clients = Clients::new(&config, region, settings.table).of_account(account);
        Self {
            aws: LiveAws::new(change(clients, &config)),
            clock,
            exchange,
            front: RefCell::new(Front::new(chance)),
            world,
        }
    }

    /// Sends one call; `answer` answers what the SDK makes of it.
    fn send(
        &self,
        now: Timestamp,
        request: &Request,
        answer: impl FnMut(HttpRequest<Bytes>) -> Answered,
    ) -> Answer<Reply> {
        self.clock.0.store(now.as_ms(), Ordering::Relaxed);
        self.exchange.drive(self.aws.send(request), answer)
    }
}

impl Level for Wire {
    fn apply(&self, now: Timestamp, request: &Request) -> Answer<Reply> {
        let at = WorldTime(now.as_ms());
        self.send(now, request, |http| {
            let mut world = self.world.borrow_mut();
            Ok(self.front.borrow_mut().answer(&mut world, at, &http))
        })
    }

    /// The client meets the failure itself: a connection refused or reset, an error status, HTML.
    fn render(&self, now: Timestamp, request: &Request, failure: &Failure) -> Answer<Reply> {
        let at = WorldTime(now.as_ms());
        self.send(now, request, |http| match failure {
            Failure::NoConnection => Err(broken(io::ErrorKind::ConnectionRefused)),
            Failure::ConnectionLost => Err(broken(io::ErrorKind::ConnectionReset)),
            Failure::Unreadable => Ok(html()),
            Failure::Status {
                code,
                message,
                status,
            } => {
                let refusal = Refusal::new(*status, code.clone(), message.clone());
                Ok(self.front.borrow_mut().refuse(at, &http, &refusal))
            }
        })
    }
}

fn broken(kind: io::ErrorKind) -> ConnectorError {
    ConnectorError::io(io::Error::from(kind).into())
}

fn html() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(HTML.as_bytes()));
    let kind = HeaderValue::from_static("text/html");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The SDK's configuration without anything of this machine's.
fn config(region: &Region, clock: &WorldClock, http: SharedHttpClient) -> SdkConfig {
    let credentials = Credentials::new("SIMULATED", "simulated", None, None, "simulated");
    SdkConfig::builder()
        .behavior_version(clients::behaviour())
        .region(SdkRegion::new(region.as_str().to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .identity_cache(IdentityCache::no_cache())
        .http_client(http)
        .time_source(SharedTimeSource::new(clock.clone()))
        .sleep_impl(SharedAsyncSleep::new(NoTimer))
        // The world's clock is the SDK's own: there is nothing to correct.
        .disable_clock_skew_correction(true)
        .build()
}

/// The world's time, as the SDK asks for it.
#[derive(Clone, Debug, Default)]
struct WorldClock(Arc<AtomicI64>);

impl TimeSource for WorldClock {
    fn now(&self) -> SystemTime {
        let ms = self.0.load(Ordering::Relaxed);
        let span = Duration::from_millis(ms.unsigned_abs());
        let at = if ms < 0 {
            UNIX_EPOCH.checked_sub(span)
        } else {
            UNIX_EPOCH.checked_add(span)
        };
        at.unwrap_or(UNIX_EPOCH)
    }
}

/// No wait ends while time stands still.
#[derive(Clone, Copy, Debug)]
struct NoTimer;

impl AsyncSleep for NoTimer {
    fn sleep(&self, _: Duration) -> Sleep {
        Sleep::new(std::future::pending())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Tags;
    use crate::ports::ec2::{
        CreateSnapshot, CreateTags, DeleteSnapshot, DescribeSnapshots, PageRequest,
    };
    use crate::ports::sns::Publish;
    use crate::ports::sts::GetCallerIdentity;
    use crate::ports::table::{Consistency, DescribeTable, EnableTimeToLive, GetItem};
    use crate::ports::{Meta, Outcome};
    use crate::simulated::Model;

    const NOW: Timestamp = Timestamp::from_ms(1_774_657_800_250);

    /// Reads and mutations of each service, also those whose 200 the SDK does not look into.
    fn requests() -> Vec<Request> {
        vec![
            GetCallerIdentity {}.into(),
            DescribeTable {}.into(),
            EnableTimeToLive {}.into(),
            GetItem {
                consistency: Consistency::Strong,
                key: "snap-1".into(),
            }
            .into(),
            DescribeSnapshots {
                filters: Vec::new(),
                page: PageRequest::default(),
            }
            .into(),
            CreateSnapshot {
                description: "nightly".into(),
                tags: Tags::from_iter([("a", "b")]),
                volume: "vol-1".into(),
            }
            .into(),
            DeleteSnapshot {
                snapshot: "snap-1".into(),
            }
            .into(),
            CreateTags {
                snapshots: vec!["snap-1".into()],
                tags: Tags::from_iter([("a", "b")]),
            }
            .into(),
            Publish {
                message: "m".into(),
                subject: "s".into(),
                topic: "arn:aws:sns:eu-central-1:123456789012:t".into(),
            }
            .into(),
        ]
    }

    fn levels() -> (Model, Wire) {
        let world = World::new(Chance::new(1), "123456789012".into(), "eu-central-1");
        let world = Rc::new(RefCell::new(world));
        let wire = Wire::new(Rc::clone(&world), Chance::new(1));
        (Model::new(world), wire)
    }

    /// Everything but the request id, which the world called directly does not have.
    fn told(answer: Answer<Reply>) -> (Option<Timestamp>, Outcome<Reply>) {
        let Meta { server_time, .. } = answer.meta;
        (server_time, answer.outcome)
    }

    #[test]
    fn an_answer_is_that_of_the_world_and_came_by_http() {
        let (model, wire) = levels();
        for request in requests() {
            let answer = wire.apply(NOW, &request);
            assert!(answer.meta.request_id.is_some(), "{request:?}");
            assert_eq!(
                told(answer),
                told(model.apply(NOW, &request)),
                "{request:?}"
            );
        }
    }

    #[test]
    fn a_failure_means_the_same_to_the_sdk_as_when_it_is_said_outright() {
        let (model, wire) = levels();
        let status = |status, code: &str| Failure::Status {
            code: code.into(),
            message: if code.is_empty() { "" } else { "A sentence." }.into(),
            status,
        };
        for request in requests() {
            let failures = [
                Failure::NoConnection,
                Failure::ConnectionLost,
                Failure::Unreadable,
                Failure::throttled(request.name()),
                status(500, ""),
                status(503, ""),
                status(408, ""),
                status(500, "InternalError"),
                status(400, "AccessDenied"),
                status(400, "NeverHeardOf"),
            ];
            for failure in failures {
                let rendered = told(wire.render(NOW, &request, &failure));
                let said = told(model.render(NOW, &request, &failure));
                assert_eq!(rendered, said, "{failure:?} to {request:?}");
            }
        }
    }
}
