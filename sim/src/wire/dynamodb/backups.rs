//! Continuous backups: they are always on; whether recovery is, can be told and changed.
//!
//! Source: DynamoDB API Reference, *DescribeContinuousBackups*, *UpdateContinuousBackups*. The
//! instants between which a table can be restored are not modelled.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use smol_str::SmolStr;

use super::error::parse;
use super::read_table::Named;
use super::write;
use crate::answer::Answer;
use crate::dynamodb::{DynamoDb, Recovery};
use crate::time::Timestamp;

/// The days that a table can be restored back (the longest, and what AWS takes unasked).
const RECOVERY_DAYS: u8 = 35;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Update {
    point_in_time_recovery_specification: Specification,
    table_name: SmolStr,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Specification {
    point_in_time_recovery_enabled: bool,
}

pub(super) fn describe(db: &mut DynamoDb, now: Timestamp, body: &[u8]) -> Answer<Bytes> {
    let table = parse::<Named>(body)?.table_name;
    description(db.describe_continuous_backups(now, &table)?)
}

pub(super) fn update(db: &mut DynamoDb, now: Timestamp, body: &[u8]) -> Answer<Bytes> {
    let update: Update = parse(body)?;
    let wanted = update.point_in_time_recovery_specification;
    let recovery = if wanted.point_in_time_recovery_enabled {
        Recovery::Enabled
    } else {
        Recovery::Disabled
    };
    db.update_continuous_backups(now, &update.table_name, recovery)?;
    description(recovery)
}

fn description(recovery: Recovery) -> Answer<Bytes> {
    let recovery = match recovery {
        Recovery::Enabled => json!({
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": RECOVERY_DAYS,
        }),
        Recovery::Disabled => json!({ "PointInTimeRecoveryStatus": "DISABLED" }),
    };
    write::body(&json!({ "ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": recovery,
    } }))
}
