//! How the SDK is set up, the same for an account and for the simulated wire.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider::Rustls;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode::Ring;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use smol_str::SmolStr;

use super::connect::Endpoint;
use crate::domain::{AccountId, Limits, Region, Span, TableName};

/// The SDK's own time-outs are this much larger than the engine's, which decides.
const BACKSTOP: Span = Span::seconds(5);

/// Where to connect to, beside what the environment and the AWS configuration files say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The longest that the engine waits for a call. The SDK gives up 5 s later, in case that
    /// nobody did.
    pub call_timeout: Span,
    /// The endpoint of every service; none: `AWS_ENDPOINT_URL`, its forms for single services, the
    /// profile's, or AWS's own.
    pub endpoint_url: Option<SmolStr>,
    /// The profile; none: `AWS_PROFILE`, or `default`.
    pub profile: Option<SmolStr>,
    /// The Region; none: `AWS_REGION`, the profile's, or the machine's own.
    pub region: Option<Region>,
    /// The name of the table.
    pub table: TableName,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            call_timeout: Limits::default().call_timeout,
            endpoint_url: None,
            profile: None,
            region: None,
            table: TableName::USUAL,
        }
    }
}

/// One client for each service.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Snapshots of other accounts than this are not shown; none: it is not known yet.
    pub(super) account: Option<AccountId>,
    pub(super) dynamodb: aws_sdk_dynamodb::Client,
    pub(super) ec2: aws_sdk_ec2::Client,
    /// Whose EC2 it is.
    pub(super) endpoint: Endpoint,
    pub(super) region: Region,
    pub(super) sns: aws_sdk_sns::Client,
    pub(super) sts: aws_sdk_sts::Client,
    pub(super) table: TableName,
}

/// Whether requests may go through a proxy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ThroughProxy {
    /// Through the one that `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` names, but for what `NO_PROXY` names.
    IfNamed,
    /// Never: what is asked is on this machine.
    Never,
}

/// HTTPS with TLS by rustls over ring, and the machine's own list of authorities.
#[must_use]
pub fn https_client(proxy: ThroughProxy) -> SharedHttpClient {
    let proxy = match proxy {
        ThroughProxy::IfNamed => ProxyConfig::from_env(),
        ThroughProxy::Never => ProxyConfig::disabled(),
    };
    // The builder that makes a client at once never looks at a proxy.
    aws_smithy_http_client::Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder()
            .tls_provider(Rustls(Ring))
            .proxy_config(proxy.clone());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.build()
    })
}

/// The version of the SDK's defaults that this program was tested with.
pub(super) fn behaviour() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

/// The configuration as the engine needs it: it waits and tries again by itself, and the journal
/// sees each try.
///
/// Stalled streams are let be: guarding them needs a timer for each call, and the time-outs end
/// them too.
#[must_use]
pub fn without_retries(config: &SdkConfig, call_timeout: Span) -> SdkConfig {
    let whole = Duration::from_millis((call_timeout + BACKSTOP).as_ms().unsigned_abs());
    let timeouts = TimeoutConfig::builder()
        .operation_timeout(whole)
        .operation_attempt_timeout(whole);
    config
        .to_builder()
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .timeout_config(timeouts.build())
        .build()
}

impl Clients {
    /// Clients of one configuration, whatever it is; for tests of single calls.
    #[must_use]
    pub fn new(config: &SdkConfig, region: Region, table: TableName) -> Self {
        Self {
            account: None,
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            ec2: aws_sdk_ec2::Client::new(config),
            endpoint: Endpoint::Aws,
            region,
            sns: aws_sdk_sns::Client::new(config),
            sts: aws_sdk_sts::Client::new(config),
            table,
        }
    }

    /// The same, with these clients of EC2 and DynamoDB: for tests that mock them.
    #[must_use]
    pub fn with(self, ec2: aws_sdk_ec2::Client, dynamodb: aws_sdk_dynamodb::Client) -> Self {
        Self {
            dynamodb,
            ec2,
            ..self
        }
    }

    /// The same, with a table of this name, reached through another HTTP client.
    #[must_use]
    pub(super) fn with_table_at(
        self,
        config: &SdkConfig,
        http: SharedHttpClient,
        url: &str,
        table: TableName,
    ) -> Self {
        let config = config.to_builder().http_client(http).endpoint_url(url);
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&config.build()),
            table,
            ..self
        }
    }

    /// The same, with EC2 known to be whose it is; by default it is AWS's.
    #[must_use]
    pub fn at(self, endpoint: Endpoint) -> Self {
        Self { endpoint, ..self }
    }

    /// The same, with snapshots of other accounts left out.
    #[must_use]
    pub fn of_account(self, account: AccountId) -> Self {
        Self {
            account: Some(account),
            ..self
        }
    }
}
