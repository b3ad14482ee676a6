//! An HTTP client whose answers have no `Date`.
//!
//! A table of flesh and blood under a simulated EC2 tells the real time, and the engine takes the
//! `Date` of an answer for AWS's clock. So a real endpoint in a simulated run is read without it.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// Wraps a client and takes the `Date` off its answers.
#[derive(Clone, Debug)]
pub struct WithoutDate(pub SharedHttpClient);

impl HttpClient for WithoutDate {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Undated(self.0.http_connector(settings, components)))
    }
}

#[derive(Debug)]
struct Undated(SharedHttpConnector);

impl HttpConnector for Undated {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            answer.headers_mut().remove("date");
            Ok(answer)
        })
    }
}
