//! The way in: from settings to ports, with the account known before anything is done.

use std::error::Error;
use std::fmt;
use std::rc::Rc;

use aws_config::SdkConfig;
use aws_sdk_ec2::config::Region as SdkRegion;
use aws_types::service_config::ServiceConfigKey;
use smol_str::SmolStr;

use super::aws::LiveAws;
use super::clients::{Clients, Settings, ThroughProxy, behaviour, https_client, without_retries};
use super::clock::WallClock;
use super::mistakes;
use super::sts::{Who, caller};
use crate::domain::{AccountId, Region, TableName};
use crate::ports::{
    NotSentCause, OperationName, Outcome, Ports, Rejection, RejectionClass, UnknownCause, classify,
};

/// An account that answers: whose it is, and the ports to it.
#[derive(Clone)]
pub struct LiveSite {
    /// The account that the credentials belong to, as STS told a moment ago.
    pub account: AccountId,
    /// Where calls to EC2 go.
    pub endpoint: Endpoint,
    /// EC2, DynamoDB, SNS and STS through the SDK; time by the machine's clock.
    pub ports: Ports,
    /// The ARN of the user or role; empty where an endpoint tells none.
    pub principal: SmolStr,
    /// The Region that every client is set to.
    pub region: Region,
    /// The table's name.
    pub table: TableName,
}

/// Whose endpoint it is. Some rules are looser where it is not AWS's: an endpoint for tests needs no
/// visibility window of minutes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Endpoint {
    /// AWS's own.
    Aws,
    /// Another one, by its URL.
    Other(SmolStr),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws => f.write_str("AWS"),
            Self::Other(url) => f.write_str(url),
        }
    }
}

/// Why there is no way in. Nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConnectError {
    /// No Region is set anywhere.
    #[error("no Region is set")]
    NoRegion,
    /// What is set as the Region can't be one.
    #[error("`{text}` can't be a Region")]
    BadRegion {
        /// What is set.
        text: String,
    },
    /// What is set as an endpoint's URL can't be one.
    #[error("the endpoint of {service} is set to `{url}`, which is {why}")]
    BadEndpoint {
        /// Which service's.
        service: &'static str,
        /// What is set, without a password in it.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No credentials could be had.
    #[error("no AWS credentials could be had: {why}")]
    NoCredentials {
        /// What each way to them said, in a sentence.
        why: String,
    },
    /// No connection to AWS could be made.
    #[error("no connection to STS at {endpoint} could be made")]
    Unreachable {
        /// Where.
        endpoint: Endpoint,
    },
    /// AWS does not take the credentials.
    #[error("STS refused {} with {rejection}", OperationName::GetCallerIdentity.text())]
    Refused {
        /// In AWS's words.
        rejection: Rejection,
    },
    /// What answered makes no sense, or nothing did.
    #[error("STS at {endpoint} gave no usable answer: {cause}")]
    NoAnswer {
        /// Where.
        endpoint: Endpoint,
        /// How it failed.
        cause: UnknownCause,
    },
}

impl ConnectError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoRegion => {
                "set AWS_REGION, or a `region` in the profile, as `eu-central-1`; nothing was changed"
            }
            Self::BadRegion { .. } => "a Region reads as eu-central-1; nothing was changed",
            Self::BadEndpoint { .. } => {
                "correct AWS_ENDPOINT_URL, its form for that service, or the profile's `endpoint_url`, as in \
                 http://127.0.0.1:5000, or unset it; nothing was changed"
            }
            Self::NoCredentials { .. } => {
                "set AWS_PROFILE, or sign in with `aws sso login`; `aws sts get-caller-identity` shows \
                 whether credentials are in order; nothing was changed"
            }
            Self::Unreachable { .. } => {
                "check the network, the proxy, and AWS_ENDPOINT_URL where it is set; nothing was changed"
            }
            Self::Refused { rejection } if classify::may_be_of_the_clock(&rejection.code) => {
                "the credentials are wrong, or this machine's clock is: AWS refuses what is signed more than five \
                 minutes off its own time; correct whichever it is; nothing was changed"
            }
            Self::Refused { rejection } => match rejection.class {
                RejectionClass::Denied => {
                    "the credentials are wrong or have expired; get new ones; nothing was changed"
                }
                _ => "try again later; nothing was changed",
            },
            Self::NoAnswer { .. } => {
                "check that AWS_ENDPOINT_URL and the proxy lead to AWS; nothing was changed"
            }
        })
    }
}

/// The runtime that live ports need: one thread, with timers and sockets.
///
/// # Panics
/// When the operating system refuses what a runtime needs; there is nothing to connect with then.
#[must_use]
pub fn live_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime of one thread needs sockets and timers only")
}

/// Connects to the account that the environment and the AWS configuration files mean.
///
/// Profiles, SSO, assumed roles, credential processes, the machine's own role, `AWS_REGION`,
/// `AWS_ENDPOINT_URL` and its forms for single services (`AWS_ENDPOINT_URL_DYNAMODB` …) work as in
/// every program of AWS's own; what `settings` say wins over them.
///
/// One call is made: `sts:GetCallerIdentity`, which needs no permission. Whether account and Region
/// are the wanted ones is for the caller to check, before the first mutation; each pass checks them
/// against the installation again.
///
/// Must run, like everything done through the ports, inside of [`live_runtime`]:
///
/// ```no_run
/// # fn main() -> Result<(), snaplife::live::ConnectError> {
/// use snaplife::live::{Settings, connect, live_runtime};
///
/// let site = live_runtime().block_on(connect(&Settings::default()))?;
/// println!("account {} in {}, as {}", site.account, site.region, site.principal);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`ConnectError`], with a hint for each: no Region, no credentials, no connection, a refusal, or
/// an answer that makes no sense. No credential stands in any of them.
pub async fn connect(settings: &Settings) -> Result<LiveSite, ConnectError> {
    let config = mistakes::without_empty_url(load(settings).await);
    let config = without_retries(&config, settings.call_timeout);
    let region = config.region().ok_or(ConnectError::NoRegion)?;
    let region = mistakes::region(region.as_ref())?;
    mistakes::endpoints(&config)?;
    has_credentials(&config).await?;
    let clients = Clients::new(&config, region.clone(), settings.table.clone());
    let Who { account, principal } = who(&clients, &config).await?;
    let account = AccountId::new(account);
    let endpoint = endpoint(&config, "EC2");
    let aws = LiveAws::new(clients.of_account(account.clone()).at(endpoint.clone()));
    Ok(LiveSite {
        account,
        endpoint,
        ports: Ports {
            aws: Rc::new(aws),
            clock: Rc::new(WallClock),
        },
        principal,
        region,
        table: settings.table.clone(),
    })
}

async fn load(settings: &Settings) -> SdkConfig {
    let mut loader =
        aws_config::defaults(behaviour()).http_client(https_client(ThroughProxy::IfNamed));
    if let Some(region) = &settings.region {
        loader = loader.region(SdkRegion::new(region.as_str().to_owned()));
    }
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile.as_str());
    }
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url.as_str());
    }
    loader.load().await
}

/// Asks for credentials once, so that a lack of them is told by the way that should have had them.
async fn has_credentials(config: &SdkConfig) -> Result<(), ConnectError> {
    use aws_sdk_ec2::config::ProvideCredentials as _;
    let none = || ConnectError::NoCredentials {
        why: "none are configured".to_owned(),
    };
    let provider = config.credentials_provider().ok_or_else(none)?;
    match provider.provide_credentials().await {
        Ok(credentials) => mistakes::credentials(&credentials),
        Err(error) => Err(ConnectError::NoCredentials {
            why: sentence(&error),
        }),
    }
}

/// An error and what is behind it, in one line.
pub(super) fn sentence(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    let mut told: Vec<String> = chain.map(ToString::to_string).collect();
    told.dedup();
    // The SDK lists what it has tried, a line for each.
    let told = told.join(": ");
    let lines: Vec<&str> = told.lines().map(str::trim).collect();
    lines.join("; ").replace(":; ", ": ")
}

async fn who(clients: &Clients, config: &SdkConfig) -> Result<Who, ConnectError> {
    let endpoint = || endpoint(config, "STS");
    match caller(clients).await.outcome {
        Outcome::Ok(caller) => Ok(caller),
        Outcome::Rejected(rejection) => Err(ConnectError::Refused { rejection }),
        Outcome::Unknown(cause) => Err(ConnectError::NoAnswer {
            endpoint: endpoint(),
            cause,
        }),
        Outcome::NotSent(NotSentCause::NotPrepared) => Err(ConnectError::NoCredentials {
            why: "a request could not be signed with those that are set".to_owned(),
        }),
        Outcome::NotSent(_) => Err(ConnectError::Unreachable {
            endpoint: endpoint(),
        }),
    }
}

/// The endpoint of a service.
fn endpoint(config: &SdkConfig, service_id: &str) -> Endpoint {
    match url(config, service_id) {
        Some(url) if !is_of_aws(&url) => Endpoint::Other(mistakes::without_userinfo(&url).into()),
        Some(_) | None => Endpoint::Aws,
    }
}

/// The URL that is set for a service: the one for it alone before the one for all.
pub(super) fn url(config: &SdkConfig, service_id: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service_id)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build();
    let own = config.service_config().zip(key.ok());
    let own = own.and_then(|(settings, key)| settings.load_config(key));
    own.or_else(|| config.endpoint_url().map(str::to_owned))
}

/// Whether a URL leads to AWS's own: a name of its domains. What can't be told counts as AWS's, which
/// is the stricter reading.
fn is_of_aws(url: &str) -> bool {
    /// Of each partition, those of its endpoints and of its dual-stack ones (the SDK's own table of
    /// partitions).
    const DOMAINS: [&str; 14] = [
        "amazonaws.com",
        "api.aws",
        "amazonaws.com.cn",
        "api.amazonwebservices.com.cn",
        "amazonaws.eu",
        "api.amazonwebservices.eu",
        "c2s.ic.gov",
        "api.aws.ic.gov",
        "sc2s.sgov.gov",
        "api.aws.scloud",
        "cloud.adc-e.uk",
        "api.cloud-aws.adc-e.uk",
        "csp.hci.ic.gov",
        "api.aws.hci.ic.gov",
    ];
    let Some(host) = url.parse::<http::Uri>().ok().and_then(|url| {
        let host = url.host()?.to_ascii_lowercase();
        Some(host.trim_end_matches('.').to_owned())
    }) else {
        return true;
    };
    DOMAINS.iter().any(|domain| {
        let before = host.strip_suffix(domain);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_of_aws;

    #[test]
    fn a_url_of_awss_own_is_told_from_others() {
        let told = [
            "https://ec2.eu-central-1.amazonaws.com",
            "https://EC2.CN-NORTH-1.AMAZONAWS.COM.CN/",
            "https://vpce-1.ec2.eu-central-1.vpce.amazonaws.com:443",
            "https://ec2.eu-central-1.api.aws",
            "http://127.0.0.1:5000",
            "http://localhost:4566",
            "https://notamazonaws.com",
            "no url at all",
        ]
        .map(is_of_aws);
        assert_eq!(told, [true, true, true, true, false, false, false, true]);
    }
}
