//! What is asked of `snaplife fuzz`.

use std::time::Duration;

use super::shared::Shared;
use crate::domain::duration;
use crate::fuzz::{Profile, Size};

/// The arguments; their help texts are sentences for whoever calls.
#[derive(Debug, clap::Args)]
#[command(
    about = "Plays stories that nobody wrote, and makes small what breaks.",
    long_about = "Plays stories that nobody wrote, and makes small what breaks.\n\n\
        Each seed becomes a scenario: an account, policies, and what goes wrong. It is played once \
        and judged by every invariant; every 64th is played twice more and compared. A story that \
        breaks is shrunk and written to a file that `snaplife replay` plays for ever. Ctrl-C ends \
        it with a report of what was played until then."
)]
pub struct Args {
    #[arg(
        long,
        value_name = "NUMBER",
        value_parser = clap::value_parser!(u64).range(1..),
        help = "Plays this many seeds; 1000 without --for and --until-reached. With one of those \
            it is the most."
    )]
    pub(super) seeds: Option<u64>,

    #[arg(
        long = "for",
        value_name = "DURATION",
        value_parser = lasting,
        help = "Goes on for this long, as 60s or 10m."
    )]
    pub(super) lasts: Option<Duration>,

    #[arg(
        long,
        help = "Goes on until every mark of the profile was reached, and fails when one was not \
            within --for or --seeds (100000 without either)."
    )]
    pub(super) until_reached: bool,

    #[arg(
        long,
        value_enum,
        default_value_t = Profile::BadDay,
        value_name = "PROFILE",
        help = "How much goes wrong."
    )]
    pub(super) profile: Profile,

    #[arg(
        long,
        value_enum,
        default_value_t = Size::Short,
        value_name = "SIZE",
        help = "How long the stories are."
    )]
    pub(super) size: Size,

    #[arg(
        long,
        value_name = "SEED",
        value_parser = seed,
        help = "The first seed: a number, or the hash of a commit. Without it one is drawn anew, and \
            printed."
    )]
    pub(super) first_seed: Option<u64>,

    #[command(flatten)]
    pub(super) shared: Shared,
}

fn lasting(text: &str) -> Result<Duration, String> {
    let span = duration::parse_positive(text).map_err(|mistake| mistake.to_string())?;
    let ms = u64::try_from(span.as_ms()).map_err(|_| "it must be longer than nothing")?;
    Ok(Duration::from_millis(ms))
}

/// A number, or the first 16 digits of a hash.
fn seed(text: &str) -> Result<u64, String> {
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    // A number that is too large is no hash: those have 40 digits, and letters among them.
    let is_number = text.len() < 40 && text.bytes().all(|b| b.is_ascii_digit());
    let is_hash = text.len() >= 7 && !is_number && text.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = text.get(..text.len().min(16)).filter(|_| is_hash);
    digits
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .ok_or_else(|| {
            format!("`{text}` is not a seed: write a whole number, or the hash of a commit")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_number_or_a_hash() {
        let read: Vec<String> = [
            "7",
            "98f6f1f",
            "98f6f1f0123456789abcdef",
            "18446744073709551616",
            "-1",
            "seven",
            "",
        ]
        .iter()
        .map(|text| format!("{text}: {:?}", seed(text)))
        .collect();
        insta::assert_snapshot!(read.join("\n"), @r#"
        7: Ok(7)
        98f6f1f: Ok(160395039)
        98f6f1f0123456789abcdef: Ok(11022263151435732600)
        18446744073709551616: Err("`18446744073709551616` is not a seed: write a whole number, or the hash of a commit")
        -1: Err("`-1` is not a seed: write a whole number, or the hash of a commit")
        seven: Err("`seven` is not a seed: write a whole number, or the hash of a commit")
        : Err("`` is not a seed: write a whole number, or the hash of a commit")
        "#);
    }
}
