//! An HTTP client whose calls are answered before they return.
//!
//! Simulated time must stand still while a real endpoint answers, and the runtime of a simulated run has no sockets. So a thread of
//! its own does the waiting, and the caller waits for the thread.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::connect::live_runtime;

/// In real time: a server that needs longer is stuck.
const CALL_MAX: Duration = Duration::from_secs(60);

/// A client over another one. Its thread ends when the last clone is gone.
#[derive(Clone, Debug)]
pub(super) struct Blocking {
    client: SharedHttpClient,
    jobs: UnboundedSender<Job>,
}

/// One call, and where its answer goes.
#[derive(Debug)]
struct Job {
    answer: Sender<Result<HttpResponse, ConnectorError>>,
    connector: SharedHttpConnector,
    request: HttpRequest,
}

impl Blocking {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(super) fn over(client: SharedHttpClient) -> io::Result<Self> {
        let (jobs, waiting) = unbounded_channel();
        std::thread::Builder::new()
            .name("dynamodb-local".to_owned())
            .spawn(move || live_runtime().block_on(work(waiting)))?;
        Ok(Self { client, jobs })
    }
}

/// One call after the other; connections are looked after meanwhile.
async fn work(mut jobs: UnboundedReceiver<Job>) {
    while let Some(job) = jobs.recv().await {
        let answered = answered(job.connector.call(job.request)).await;
        // Who gave the call up does not want its answer.
        let _given_up = job.answer.send(answered);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a thread of its own in real time; nothing simulated runs on it"
)]
async fn answered(call: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
    let whole = async {
        let mut response = call.await?;
        let body = ByteStream::new(response.take_body()).collect().await;
        let body = body.map_err(|error| ConnectorError::io(error.into()))?;
        *response.body_mut() = SdkBody::from(body.into_bytes());
        Ok(response)
    };
    match tokio::time::timeout(CALL_MAX, whole).await {
        Ok(response) => response,
        Err(late) => Err(ConnectorError::timeout(late.into())),
    }
}

impl HttpClient for Blocking {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(BlockingConnector {
            connector: self.client.http_connector(settings, components),
            jobs: self.jobs.clone(),
        })
    }
}

#[derive(Debug)]
struct BlockingConnector {
    connector: SharedHttpConnector,
    jobs: UnboundedSender<Job>,
}

impl HttpConnector for BlockingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answer, answered) = channel();
        let job = Job {
            answer,
            connector: self.connector.clone(),
            request,
        };
        let gone = || ConnectorError::io("the thread that calls has ended".into());
        let answered = match self.jobs.send(job) {
            Ok(()) => answered.recv().map_err(|_| gone()).flatten(),
            Err(_) => Err(gone()),
        };
        HttpConnectorFuture::ready(answered)
    }
}
