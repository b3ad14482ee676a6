//! The simulated AWS, asked with bytes.

use bytes::Bytes;
use serde_json::Value;
use snaplife_sim::World;
use snaplife_sim::chance::Chance;
use snaplife_sim::dynamodb::Settings;
use snaplife_sim::time::{Span, Timestamp};
use snaplife_sim::wire::Wire;

use super::{Arm, LocalError};

/// 2026-03-28T00:30:00Z. Time stands still: nothing that is compared depends on it.
const NOW: Timestamp = Timestamp(1_774_657_800_000);

/// A world of its own, with its wire front.
pub(crate) struct Fake {
    wire: Wire,
    world: World,
}

impl Fake {
    /// An empty account whose tables behave as DynamoDB Local's do: made, deleted and indexed at once.
    pub(crate) fn new() -> Self {
        let chance = Chance::new(0);
        let mut world = World::new(chance, "000000000000".into(), "ddblocal");
        *world.dynamodb.defaults_mut() = Settings {
            create_time: Span::ZERO,
            index_create_time: Span::ZERO,
            index_lag: Span::ZERO,
            ..Settings::default()
        };
        Self {
            wire: Wire::new(chance),
            world,
        }
    }
}

impl Arm for Fake {
    fn send(&mut self, operation: &str, body: &str) -> Result<(u16, Value), LocalError> {
        let request = http::Request::post("/")
            .header("authorization", super::local::AUTHORIZATION)
            .header("content-type", super::local::CONTENT_TYPE)
            .header("x-amz-target", super::local::target(operation))
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .map_err(|error| LocalError::Garbled(error.to_string()))?;
        let response = self.wire.answer(&mut self.world, NOW, &request);
        let body = serde_json::from_slice(response.body())
            .map_err(|error| LocalError::Garbled(error.to_string()))?;
        Ok((response.status().as_u16(), body))
    }
}
