//! Real sockets on this machine: what is provably not sent, and what may have acted.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use aws_config::{BehaviorVersion, Region as SdkRegion, SdkConfig};
use aws_sdk_ec2::config::{Credentials, SharedCredentialsProvider};
use snaplife::domain::{Region, Span, TableName};
use snaplife::live::{Clients, LiveAws, ThroughProxy, https_client, without_retries};
use snaplife::ports::Request;

use crate::support::{call, create, delete, describe, end, get, put};

/// The SDK's own time-out is 5 s above this: 300 ms here.
const SHORT: Span = Span::from_ms(-4_700);

/// A port to an endpoint, as `connect` makes it, with or without credentials.
fn port_to(url: &str, credentials: Option<Credentials>) -> LiveAws {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(SdkRegion::new("eu-central-1"))
        .endpoint_url(url)
        .http_client(https_client(ThroughProxy::Never));
    config.set_sleep_impl(aws_smithy_async::rt::sleep::default_async_sleep());
    config.set_time_source(Some(aws_smithy_async::time::SharedTimeSource::default()));
    config.set_credentials_provider(credentials.map(SharedCredentialsProvider::new));
    let config = without_retries(&config.build(), SHORT);
    LiveAws::new(Clients::new(
        &config,
        Region::new("eu-central-1"),
        TableName::USUAL,
    ))
}

fn somebody() -> Option<Credentials> {
    Some(Credentials::new("id", "secret", None, None, "test"))
}

/// How a mutation and a read of both services end against an endpoint.
fn ends(aws: &LiveAws) -> String {
    let requests: [Request; 5] = [
        create().into(),
        delete().into(),
        describe(None).into(),
        put().into(),
        get().into(),
    ];
    let mut ends: Vec<String> = requests.map(|request| end(&call(aws, request))).into();
    ends.dedup();
    ends.join(", ")
}

/// An endpoint that does this with each connection; gives its URL.
fn endpoint(scheme: &str, each: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || listener.incoming().flatten().for_each(each));
    format!("{scheme}://127.0.0.1:{port}")
}

/// A port on which nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let port = listener.local_addr().expect("it is bound").port();
    format!("http://127.0.0.1:{port}")
}

#[test]
fn a_refused_connection_is_provably_not_sent() {
    assert_eq!(
        ends(&port_to(&nobody(), somebody())),
        "NotSent(NoConnection)"
    );
}

#[test]
fn tls_that_fails_before_the_request_is_provably_not_sent() {
    let url = endpoint("https", |mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    assert_eq!(ends(&port_to(&url, somebody())), "NotSent(NoConnection)");
}

#[test]
fn credentials_that_cannot_be_had_are_provably_nothing_sent() {
    let url = endpoint("http", |_| panic!("nothing is signed, so nothing is sent"));
    assert_eq!(ends(&port_to(&url, None)), "NotSent(NotPrepared)");
}

#[test]
fn a_connection_that_breaks_after_the_request_may_have_acted() {
    let url = endpoint("http", |mut stream| {
        let _ = stream.read(&mut [0; 4_096]);
    });
    assert_eq!(ends(&port_to(&url, somebody())), "Unknown(ConnectionLost)");
}

#[test]
fn the_sdk_never_tries_again_by_itself() {
    let (told, asked) = std::sync::mpsc::channel();
    let url = endpoint("http", move |mut stream| {
        let _ = stream.read(&mut [0; 4_096]);
        // Told before it is answered: whoever has the answer may count at once.
        let _ = told.send(());
        let _ = stream.write_all(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n");
    });
    let aws = port_to(&url, somebody());
    assert_eq!(end(&call(&aws, create())), "Unknown(ServerError)");
    assert_eq!(end(&call(&aws, get())), "Transient");
    assert_eq!(asked.try_iter().count(), 2);
}

#[test]
fn an_answer_that_breaks_off_may_have_acted() {
    let url = endpoint("http", |mut stream| {
        let _ = stream.read(&mut [0; 4_096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<Create");
    });
    assert_eq!(ends(&port_to(&url, somebody())), "Unknown(Unreadable)");
}

#[test]
fn an_answer_that_never_comes_may_have_acted() {
    let url = endpoint("http", |mut stream| {
        // Reads until the other side gives up.
        while matches!(stream.read(&mut [0; 4_096]), Ok(1..)) {}
    });
    assert_eq!(ends(&port_to(&url, somebody())), "Unknown(TimedOut)");
}
