//! Where people are told: the ARN of an SNS topic, checked as far as its text goes.

use super::{Mistake, TopicArn};

/// The longest name of a topic, in characters (SNS API Reference, *CreateTopic*).
const NAME_CHARACTERS_MAX: usize = 256;
/// What a remedy shows.
const EXAMPLE: &str = "write its ARN, as arn:aws:sns:eu-central-1:111122223333:backups";

impl TopicArn {
    /// Reads the ARN of a standard topic: `arn:PARTITION:sns:REGION:ACCOUNT:NAME` (IAM User Guide,
    /// *Amazon Resource Names*; SNS API Reference, *CreateTopic*).
    ///
    /// # Errors
    /// [`Mistake`] when it is none, or a FIFO topic: that one takes no message without a group, which
    /// nothing here gives it.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let wrong = |message: String, help: &str| Err(Mistake::new(0..text.len(), message, help));
        let parts: Vec<&str> = text.split(':').collect();
        let &["arn", partition, "sns", region, account, name] = parts.as_slice() else {
            return wrong(format!("`{text}` is not the ARN of an SNS topic"), EXAMPLE);
        };
        if name.ends_with(".fifo") {
            let message =
                format!("`{name}` is a FIFO topic, which takes no message without a group");
            return wrong(message, "name a standard topic");
        }
        let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        let letters = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let is_name = (1..=NAME_CHARACTERS_MAX).contains(&name.len()) && name.chars().all(letters);
        if !partition.starts_with("aws") || !region.contains('-') || !is_account || !is_name {
            return wrong(format!("`{text}` is not the ARN of an SNS topic"), EXAMPLE);
        }
        Ok(Self::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_a_whole_arn() {
        let read = |text: &str| match TopicArn::parse(text) {
            Ok(_) => format!("{text}: taken"),
            Err(mistake) => mistake.to_string(),
        };
        let told: Vec<String> = [
            "arn:aws:sns:eu-central-1:111122223333:backups",
            "arn:aws-us-gov:sns:us-gov-west-1:111122223333:night_shift-2",
            "backups",
            "arn:aws:sqs:eu-central-1:111122223333:backups",
            "arn:aws:sns:eu-central-1:1111:backups",
            "arn:aws:sns::111122223333:backups",
            "arn:aws:sns:eu-central-1:111122223333:",
            "arn:aws:sns:eu-central-1:111122223333:a b",
            "arn:aws:sns:eu-central-1:111122223333:backups:6b0e71bd-7e97-4d97-80ce-4a0994e55286",
            "arn:aws:sns:eu-central-1:111122223333:backups.fifo",
        ]
        .map(read)
        .to_vec();
        insta::assert_snapshot!(told.join("\n"), @"
        arn:aws:sns:eu-central-1:111122223333:backups: taken
        arn:aws-us-gov:sns:us-gov-west-1:111122223333:night_shift-2: taken
        `backups` is not the ARN of an SNS topic
        `arn:aws:sqs:eu-central-1:111122223333:backups` is not the ARN of an SNS topic
        `arn:aws:sns:eu-central-1:1111:backups` is not the ARN of an SNS topic
        `arn:aws:sns::111122223333:backups` is not the ARN of an SNS topic
        `arn:aws:sns:eu-central-1:111122223333:` is not the ARN of an SNS topic
        `arn:aws:sns:eu-central-1:111122223333:a b` is not the ARN of an SNS topic
        `arn:aws:sns:eu-central-1:111122223333:backups:6b0e71bd-7e97-4d97-80ce-4a0994e55286` is not the ARN of an SNS topic
        `backups.fifo` is a FIFO topic, which takes no message without a group
        ");
    }
}
