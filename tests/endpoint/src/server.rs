//! Any function from request to answer, on a port of 127.0.0.1.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Bytes of a request's body, at most: DynamoDB's 16 MB for a batch, and some.
const BODY_BYTES_MAX: usize = 20 << 20;

/// An answer, and how long it is held back.
#[derive(Clone, Debug)]
pub struct Answered {
    /// How long the client waits for it.
    pub after: Duration,
    /// What the client gets.
    pub response: Response<Bytes>,
}

impl From<Response<Bytes>> for Answered {
    fn from(response: Response<Bytes>) -> Self {
        Self {
            after: Duration::ZERO,
            response,
        }
    }
}

/// A server on a thread of its own. Dropping it closes the port and every connection, and waits
/// for the thread.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    ends: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves on a port of 127.0.0.1; 0 takes any that is free.
    ///
    /// The function is called on one thread, from one connection at a time; an answer that is held
    /// back holds up no other connection.
    ///
    /// # Errors
    /// The port can't be had.
    pub fn start(
        port: u16,
        answer: impl Fn(Request<Bytes>) -> Answered + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (ends, ended) = oneshot::channel();
        let answer: Answer = Arc::new(answer);
        let serve = move || {
            runtime.block_on(async {
                tokio::select! {
                    // The sender is never used: the channel ends when the server is dropped.
                    _ = ended => {}
                    () = accept(listener, answer) => {}
                }
            });
        };
        let thread = std::thread::Builder::new()
            .name("endpoint".to_owned())
            .spawn(serve)?;
        Ok(Self {
            address,
            ends: Some(ends),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as clients want it: `http://127.0.0.1:4566`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.ends.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it has been shown already, and the client has lost its connection.
            let _ = thread.join();
        }
    }
}

type Answer = Arc<dyn Fn(Request<Bytes>) -> Answered + Send + Sync>;

#[expect(
    clippy::disallowed_methods,
    reason = "a server has many connections, and this one is only for tests and people"
)]
async fn accept(listener: std::net::TcpListener, answer: Answer) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    loop {
        // A connection that is gone before it was taken is no reason to stop.
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let answer = Arc::clone(&answer);
        tokio::spawn(async move {
            let service = service_fn(|request| one(request, &answer));
            // That a client hangs up is its own affair.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a slow server is slow in real time"
)]
async fn one(
    request: Request<Incoming>,
    answer: &Answer,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
        let mut refused = Response::new(Full::default());
        *refused.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(refused);
    };
    let request = Request::from_parts(parts, body.to_bytes());
    let Answered { after, response } = answer(request);
    if !after.is_zero() {
        tokio::time::sleep(after).await;
    }
    Ok(response.map(Full::new))
}
