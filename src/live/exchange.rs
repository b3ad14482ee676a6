//! An HTTP client without a network: it hands a request out, and waits to be handed the answer.
//!
//! The SDK wants a client that may be used from any thread; the simulated world may not. So the
//! client only holds what is on its way, and whoever drives the SDK's future carries it across.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Request, Response};

/// What comes of a request: a response, or how the connection failed.
pub(super) type Answered = Result<Response<Bytes>, ConnectorError>;

/// What is on its way between a client and whoever answers it; clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchange(Arc<Mutex<OnItsWay>>);

#[derive(Debug, Default)]
struct OnItsWay {
    request: Option<Request<Bytes>>,
    answer: Option<Answered>,
}

impl Exchange {
    /// The client to set the SDK up with.
    pub(super) fn client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }

    /// Drives a future of the SDK's to its end, in no time: `answer` answers what it sends.
    ///
    /// # Panics
    /// When the future waits for anything but an answer. Time stands still while it is driven, so
    /// it would wait for ever: the SDK is set up wrongly, which is our own bug.
    pub(super) fn drive<T>(
        &self,
        future: impl Future<Output = T>,
        mut answer: impl FnMut(Request<Bytes>) -> Answered,
    ) -> T {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(end) = future.as_mut().poll(&mut context) {
                return end;
            }
            let request = self.lock().request.take();
            let request = request.expect("the SDK waits for nothing but the answer to its request");
            let answered = answer(request);
            self.lock().answer = Some(answered);
        }
    }

    fn lock(&self) -> MutexGuard<'_, OnItsWay> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpConnector for Exchange {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match plain(request) {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(error)),
        };
        *self.lock() = OnItsWay {
            request: Some(request),
            answer: None,
        };
        let exchange = self.clone();
        HttpConnectorFuture::new(poll_fn(move |_| match exchange.lock().answer.take() {
            Some(answer) => Poll::Ready(answer.and_then(sdk_response)),
            None => Poll::Pending,
        }))
    }
}

/// The request with its body in one piece. Bodies that are streams don't occur among our calls.
fn plain(request: HttpRequest) -> Result<Request<Bytes>, ConnectorError> {
    let request = request.try_into_http1x();
    let (parts, body) = request
        .map_err(|error| ConnectorError::user(error.into()))?
        .into_parts();
    let body = body
        .bytes()
        .ok_or_else(|| ConnectorError::user("the body is a stream".into()))?;
    Ok(Request::from_parts(parts, Bytes::copy_from_slice(body)))
}

fn sdk_response(response: Response<Bytes>) -> Result<HttpResponse, ConnectorError> {
    HttpResponse::try_from(response.map(SdkBody::from))
        .map_err(|error| ConnectorError::other(error.into(), None))
}
