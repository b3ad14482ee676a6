//! `snaplife iam`: the permissions that snaplife needs, and no more.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::exit::Exit;
use super::place;
use super::ui::Ui;
use crate::domain::TableName;
use crate::iam::arn::{self, ACCOUNT_PLACEHOLDER, REGION_PLACEHOLDER};
use crate::iam::{Parts, Place, policy};
use crate::scenario::Configuration;
use crate::site::configuration;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Prints the least IAM policy that snaplife can work with, as JSON.",
    long_about = "Prints the least IAM policy that snaplife can work with, as JSON.\n\n\
        It lets snaplife read, snapshot what is there, and delete only what carries its own tag. \
        Nothing but `snaplife:hold` can be tagged or untagged later, so that the tag cannot be \
        forged. No account is asked for anything."
)]
pub struct Args {
    #[arg(
        long,
        value_name = "ID",
        value_parser = given_account,
        help = "The account the policy is for. Without it: that of the configuration, else a \
            placeholder is printed."
    )]
    account: Option<String>,

    #[arg(
        long,
        value_name = "REGION",
        value_parser = given_region,
        help = "The Region the policy is for. Without it: that of the configuration, else a \
            placeholder is printed."
    )]
    region: Option<String>,

    #[arg(
        long,
        value_name = "NAME",
        value_parser = TableName::parse,
        help = "The name of the table. Without it: that of the configuration, which is `Snaps` where \
            it says nothing."
    )]
    table: Option<TableName>,

    #[arg(
        long,
        value_name = "TOPIC",
        value_parser = arn::topic,
        help = "The SNS topic for findings, by name or ARN. Without it: those that the policies of the \
            configuration notify; without any, nothing may be published."
    )]
    topic: Option<String>,

    #[arg(
        long,
        value_name = "FILE",
        help = "The configuration. Without it: `snaplife.yaml` where there is one."
    )]
    config: Option<PathBuf>,

    #[arg(
        long,
        value_name = "PARTITION",
        default_value = "aws",
        value_parser = arn::partition,
        help = "The partition of the account, such as aws-cn or aws-us-gov."
    )]
    partition: String,

    #[arg(
        long,
        value_name = "ID",
        value_parser = arn::installation,
        help = "Narrows deletes to this installation, whose id `snaplife init` prints. Without it \
            the tag of any installation will do."
    )]
    installation: Option<String>,

    #[arg(
        long,
        conflicts_with = "without_init",
        help = "Adds what `snaplife init` needs to take over the snapshots of the old scripts: to put \
            our tags on what has none. Take it back afterwards."
    )]
    take_over: bool,

    #[arg(
        long,
        help = "Leaves out what only `snaplife init` needs, which is to make the table."
    )]
    without_init: bool,
}

/// What was given, then what the configuration says, then what is to be written in.
fn place_of(args: &Args, config: &Configuration) -> Place {
    let account = config.account.as_ref().map(|id| id.as_str().to_owned());
    let region = config.region.as_ref().map(|name| name.as_str().to_owned());
    let told = config
        .policies
        .iter()
        .filter_map(|policy| policy.notify.as_ref());
    let told: BTreeSet<String> = told.map(|topic| topic.as_str().to_owned()).collect();
    let or = |given: &Option<String>, known: Option<String>, placeholder: &str| {
        given
            .clone()
            .or(known)
            .unwrap_or_else(|| placeholder.to_owned())
    };
    Place {
        partition: args.partition.clone(),
        region: or(&args.region, region, REGION_PLACEHOLDER),
        account: or(&args.account, account, ACCOUNT_PLACEHOLDER),
        table: args.table.clone().unwrap_or_else(|| config.table.clone()),
        topics: match &args.topic {
            Some(topic) => vec![topic.clone()],
            None => told.into_iter().collect(),
        },
    }
}

fn given_account(text: &str) -> Result<String, arn::PlaceError> {
    unless_placeholder(text, ACCOUNT_PLACEHOLDER, arn::account)
}

fn given_region(text: &str) -> Result<String, arn::PlaceError> {
    unless_placeholder(text, REGION_PLACEHOLDER, arn::region)
}

fn unless_placeholder(
    text: &str,
    placeholder: &str,
    read: impl Fn(&str) -> Result<String, arn::PlaceError>,
) -> Result<String, arn::PlaceError> {
    if text == placeholder {
        return Ok(text.to_owned());
    }
    read(text)
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let config = match configuration(args.config.as_deref(), ui.err.colour) {
        Ok(config) => config,
        Err(error) => return place::refused(&error, ui),
    };
    let place = place_of(args, &config);
    let parts = if args.without_init {
        Parts::WithoutInit
    } else if args.take_over {
        Parts::WithTakeOver
    } else {
        Parts::All
    };
    let policy = policy(&place, parts, args.installation.as_deref());
    let json = serde_json::to_string_pretty(&policy).expect("a policy is plain text");
    ui.data(&format!("{json}\n"));
    let placeholders = place.placeholders();
    if !placeholders.is_empty() {
        ui.say(&format!(
            "note: replace {} in it, or give --account and --region\n",
            placeholders.join(" and ")
        ));
    }
    Exit::Ok
}
