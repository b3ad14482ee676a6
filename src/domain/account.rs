//! Accounts and Regions as people write them: checked by their form.

use super::{AccountId, Mistake, Region};

/// The longest label of a host's name, in characters (RFC 1035 §2.3.4): a Region stands in one.
const REGION_CHARACTERS_MAX: usize = 63;

impl AccountId {
    /// Reads an account's id: 12 digits (IAM User Guide, *AWS account identifiers*).
    ///
    /// # Errors
    /// [`Mistake`] when it is anything else.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::new(text));
        }
        Err(Mistake::new(
            0..text.len(),
            format!("`{text}` is not an account"),
            "write 12 digits in quotes, as \"444455556666\"",
        ))
    }
}

impl Region {
    /// Reads a Region: lower-case letters, digits and hyphens, for it stands in host names and ARNs.
    /// Whether there is such a Region is for AWS, or what stands for it, to say.
    ///
    /// # Errors
    /// [`Mistake`] when it can't be one.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (1..=REGION_CHARACTERS_MAX).contains(&text.len());
        if fits && text.bytes().all(letters) {
            return Ok(Self::new(text));
        }
        Err(Mistake::new(
            0..text.len(),
            format!("`{text}` is not a Region"),
            "write it as eu-central-1",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_account_and_a_region_can_be() {
        let accounts = ["123456789012", "12345678901", "12345678901a", ""];
        let regions = [
            "eu-central-1",
            "local",
            "EU-CENTRAL-1",
            "eu central",
            "*",
            "",
        ];
        let accounts = accounts.map(|text| format!("{:?}", AccountId::parse(text).is_ok()));
        let regions = regions.map(|text| format!("{:?}", Region::parse(text).is_ok()));
        assert_eq!(accounts.join(" "), "true false false false");
        assert_eq!(regions.join(" "), "true true false false false false");
    }
}
