//! The account, the Region and the names that a policy is for.

use std::fmt;

use crate::domain::{AccountId, Region, TableName, TopicArn};

/// Where the policy holds. Every part was checked for its form when it was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// `aws`, `aws-cn`, `aws-us-gov` …
    pub partition: String,
    /// The Region, or a placeholder.
    pub region: String,
    /// The account, 12 digits, or a placeholder.
    pub account: String,
    /// The table's name.
    pub table: TableName,
    /// The topics' names, or their whole ARNs; none when nobody is told of findings.
    pub topics: Vec<String>,
}

/// A part of an ARN that can't be one.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct PlaceError(&'static str);

/// Stands where an account is to be written in.
pub const ACCOUNT_PLACEHOLDER: &str = "ACCOUNT-ID";
/// Stands where a Region is to be written in.
pub const REGION_PLACEHOLDER: &str = "REGION";

impl Place {
    /// What somebody must still write in before the policy is of use.
    #[must_use]
    pub fn placeholders(&self) -> Vec<&'static str> {
        let account = (self.account == ACCOUNT_PLACEHOLDER).then_some(ACCOUNT_PLACEHOLDER);
        let region = (self.region == REGION_PLACEHOLDER).then_some(REGION_PLACEHOLDER);
        account.into_iter().chain(region).collect()
    }

    /// Resources of EC2 of one kind, as `volume`. A snapshot's ARN names no account
    /// (*Service Authorization Reference*, EC2).
    pub(super) fn ec2(&self, kind: Ec2Kind) -> String {
        let (partition, region) = (&self.partition, &self.region);
        let account = match kind {
            Ec2Kind::Snapshot => "",
            Ec2Kind::Instance | Ec2Kind::Volume => &self.account,
        };
        format!("arn:{partition}:ec2:{region}:{account}:{kind}/*")
    }

    pub(super) fn table(&self) -> String {
        let Self {
            partition,
            region,
            account,
            table,
            ..
        } = self;
        format!("arn:{partition}:dynamodb:{region}:{account}:table/{table}")
    }

    pub(super) fn indexes(&self) -> String {
        format!("{}/index/*", self.table())
    }

    pub(super) fn topics(&self) -> Vec<String> {
        let (partition, region, account) = (&self.partition, &self.region, &self.account);
        let whole = |topic: &String| match topic.starts_with("arn:") {
            true => topic.clone(),
            false => format!("arn:{partition}:sns:{region}:{account}:{topic}"),
        };
        self.topics.iter().map(whole).collect()
    }
}

/// The kinds of resources of EC2 that creations and deletes are checked on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ec2Kind {
    Instance,
    Snapshot,
    Volume,
}

impl fmt::Display for Ec2Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Instance => "instance",
            Self::Snapshot => "snapshot",
            Self::Volume => "volume",
        })
    }
}

/// Reads an account.
///
/// # Errors
/// [`PlaceError`] unless it has 12 digits.
pub fn account(text: &str) -> Result<String, PlaceError> {
    let read = AccountId::parse(text);
    read.map(|_| text.to_owned())
        .map_err(|_| PlaceError("an account has 12 digits"))
}

/// Reads a Region.
///
/// # Errors
/// [`PlaceError`] unless it can be one.
pub fn region(text: &str) -> Result<String, PlaceError> {
    let read = Region::parse(text);
    read.map(|_| text.to_owned())
        .map_err(|_| PlaceError("a Region reads as eu-central-1"))
}

/// Reads a partition.
///
/// # Errors
/// [`PlaceError`] unless it can be one.
pub fn partition(text: &str) -> Result<String, PlaceError> {
    let letters = |c: char| c.is_ascii_lowercase() || c == '-';
    let good = text.starts_with("aws") && text.chars().all(letters);
    good.then(|| text.to_owned())
        .ok_or(PlaceError("a partition reads as aws, aws-cn or aws-us-gov"))
}

/// Reads a topic's name or its ARN (SNS API Reference, *CreateTopic*).
///
/// # Errors
/// [`PlaceError`] unless it can be one.
pub fn topic(text: &str) -> Result<String, PlaceError> {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let good = match text.starts_with("arn:") {
        true => TopicArn::parse(text).is_ok(),
        false => !text.is_empty() && text.len() <= 256 && text.chars().all(letters),
    };
    good.then(|| text.to_owned())
        .ok_or(PlaceError("a topic is its name or arn:…:sns:…:NAME"))
}

/// Reads an installation's id, as `snaplife init` prints it: 128 bits in hexadecimal, with or without hyphens.
///
/// # Errors
/// [`PlaceError`] when it can be none: a policy for it would allow no delete, and say so only months later.
pub fn installation(text: &str) -> Result<String, PlaceError> {
    const DIGITS: usize = 32;
    let digits = || text.chars().filter(|c| *c != '-');
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let good = digits().count() == DIGITS && digits().all(is_digit);
    good.then(|| text.to_owned()).ok_or(PlaceError(
        "an installation's id has 32 digits from 0 to f, as `snaplife init` and `snaplife doctor` print it",
    ))
}
