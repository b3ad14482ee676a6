//! What a person may have got wrong in the environment or the AWS configuration files, found before
//! anything is sent: the SDK itself takes such things for lacking credentials, or panics.

use aws_config::SdkConfig;
use aws_sdk_ec2::config::Credentials;

use super::connect::{ConnectError, url};
use crate::domain::Region;

/// The services that are called, as AWS names them in variables.
const SERVICES: [&str; 4] = ["EC2", "DynamoDB", "SNS", "STS"];

/// An empty `AWS_ENDPOINT_URL` is none, as it is for AWS's own programs.
pub(super) fn without_empty_url(config: SdkConfig) -> SdkConfig {
    if config.endpoint_url() != Some("") {
        return config;
    }
    let mut builder = config.into_builder();
    builder.set_endpoint_url(None);
    builder.build()
}

/// A Region, by its form.
///
/// # Errors
/// [`ConnectError::BadRegion`].
pub(super) fn region(text: &str) -> Result<Region, ConnectError> {
    let wrong = |_| ConnectError::BadRegion {
        text: text.to_owned(),
    };
    crate::domain::Region::parse(text).map_err(wrong)?;
    Ok(Region::new(text.to_owned()))
}

/// Checks the URL of each service that has one set.
///
/// # Errors
/// [`ConnectError::BadEndpoint`] for the first that can't be one.
pub(super) fn endpoints(config: &SdkConfig) -> Result<(), ConnectError> {
    for service in SERVICES {
        let Some(url) = url(config, service) else {
            continue;
        };
        if let Some(why) = wrong(&url) {
            return Err(ConnectError::BadEndpoint {
                service,
                url: without_userinfo(&url),
                why,
            });
        }
    }
    Ok(())
}

/// What is wrong with a URL; none when requests can be sent to it.
fn wrong(url: &str) -> Option<&'static str> {
    let Some((scheme, _)) = url.split_once("://") else {
        return Some("no URL: it has no http:// or https:// before it");
    };
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return Some("no URL of http or https");
    }
    match url.parse::<http::Uri>() {
        Ok(uri) if uri.host().is_some_and(|host| !host.is_empty()) => None,
        Ok(_) | Err(_) => Some("a URL without a host that can be read"),
    }
}

/// Credentials travel in headers, which hold no line break and nothing outside of ASCII.
///
/// # Errors
/// [`ConnectError::NoCredentials`], which names the part and shows nothing of it.
pub(super) fn credentials(credentials: &Credentials) -> Result<(), ConnectError> {
    let parts = [
        ("access key id", Some(credentials.access_key_id())),
        ("session token", credentials.session_token()),
    ];
    let printable = |text: &str| text.chars().all(|c| c.is_ascii_graphic());
    for (name, text) in parts {
        if text.is_some_and(|text| !printable(text)) {
            return Err(ConnectError::NoCredentials {
                why: format!(
                    "the {name} has a character that can't be sent, such as a line break or a space"
                ),
            });
        }
    }
    Ok(())
}

/// A URL as it may be shown: without a name and a password in it.
pub(super) fn without_userinfo(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let ends = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..ends].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_told_what_is_wrong_with_it() {
        let told: Vec<String> = [
            "http://127.0.0.1:5000",
            "https://[::1]:4566/path/",
            "HTTP://localhost",
            "127.0.0.1:5701",
            "foo",
            "",
            "ftp://127.0.0.1",
            "http://",
            "http://a b",
        ]
        .map(|url| format!("`{url}` {}", wrong(url).unwrap_or("is good")))
        .to_vec();
        insta::assert_snapshot!(told.join("\n"), @"
        `http://127.0.0.1:5000` is good
        `https://[::1]:4566/path/` is good
        `HTTP://localhost` is good
        `127.0.0.1:5701` no URL: it has no http:// or https:// before it
        `foo` no URL: it has no http:// or https:// before it
        `` no URL: it has no http:// or https:// before it
        `ftp://127.0.0.1` no URL of http or https
        `http://` a URL without a host that can be read
        `http://a b` a URL without a host that can be read
        ");
    }

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        let shown = [
            "http://user:secret@127.0.0.1:5701/a@b",
            "http://127.0.0.1:5701/a@b",
            "https://token@host?x=@",
            "foo@bar",
        ]
        .map(without_userinfo);
        assert_eq!(
            shown,
            [
                "http://127.0.0.1:5701/a@b",
                "http://127.0.0.1:5701/a@b",
                "https://host?x=@",
                "foo@bar"
            ]
        );
    }

    #[test]
    fn a_region_reads_as_in_a_host_name() {
        let read = ["eu-central-1", "us-gov-west-1", "eu central", "", "eu_1"]
            .map(|text| region(text).is_ok());
        assert_eq!(read, [true, true, false, false, false]);
    }
}
