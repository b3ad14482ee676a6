//! All services of one account and Region.
//!
//! Each service is a field, to be called on its own; they share nothing but the account. SSM would
//! be one field more.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::chance::Chance;
use crate::dynamodb::{self, DynamoDb};
use crate::ec2::{self, AccountId, Ec2};
use crate::sns::Sns;
use crate::sts::Sts;
use crate::time::Timestamp;

/// AWS, as one account sees it in one Region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct World {
    /// Amazon DynamoDB.
    pub dynamodb: DynamoDb,
    /// Amazon EC2.
    pub ec2: Ec2,
    /// The Region, as `eu-central-1`.
    pub region: SmolStr,
    /// Amazon SNS.
    pub sns: Sns,
    /// AWS STS.
    pub sts: Sts,
}

/// How the services behave; the default is AWS as documented on a good day.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Of DynamoDB: for tables to be made.
    pub dynamodb: dynamodb::Settings,
    /// Of EC2.
    pub ec2: ec2::Settings,
}

impl World {
    /// An empty account with default settings.
    #[must_use]
    pub fn new(chance: Chance, account: AccountId, region: impl Into<SmolStr>) -> Self {
        Self::with_settings(chance, account, region, Settings::default())
    }

    /// An empty account.
    #[must_use]
    pub fn with_settings(
        chance: Chance,
        account: AccountId,
        region: impl Into<SmolStr>,
        settings: Settings,
    ) -> Self {
        Self {
            dynamodb: DynamoDb::new(settings.dynamodb),
            ec2: Ec2::new(chance, account.clone(), settings.ec2),
            region: region.into(),
            sns: Sns::default(),
            sts: Sts::new(account),
        }
    }

    /// Lets everything happen that is due at `now`, in all services.
    pub fn advance(&mut self, now: Timestamp) {
        self.ec2.advance(now);
        self.dynamodb.advance(now);
    }

    /// As [`Self::advance`] for each service that no call has brought beyond `now` yet.
    pub fn catch_up(&mut self, now: Timestamp) {
        if self.ec2.now() <= now {
            self.ec2.advance(now);
        }
        if self.dynamodb.now() <= now {
            self.dynamodb.advance(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_ahead_stays_there_and_the_others_catch_up() {
        let account = AccountId::new("111122223333");
        let mut world = World::new(Chance::new(0), account, "eu-central-1");
        world.dynamodb.advance(Timestamp(2));
        world.catch_up(Timestamp(1));
        assert_eq!(world.ec2.now(), Timestamp(1));
        assert_eq!(world.dynamodb.now(), Timestamp(2));
    }
}
