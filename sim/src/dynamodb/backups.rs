//! `DescribeContinuousBackups` and `UpdateContinuousBackups`: whether point-in-time recovery is on.
//!
//! Source: DynamoDB API Reference, *UpdateContinuousBackups*, *DescribeContinuousBackups*. Restoring
//! is an outsider's deed, see [`DynamoDb::restore`], and does not ask whether recovery was on.

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

use super::database::DynamoDb;
use super::table::Table;
use crate::answer::{Answer, Refusal};
use crate::time::Timestamp;

/// Whether a table can be restored to a point in time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Recovery {
    /// It can.
    Enabled,
    /// It can't, as for every new table.
    Disabled,
}

impl DynamoDb {
    /// `DescribeContinuousBackups`.
    ///
    /// # Errors
    /// `TableNotFoundException` for a table that does not exist.
    pub fn describe_continuous_backups(
        &mut self,
        now: Timestamp,
        table: &SmolStr,
    ) -> Answer<Recovery> {
        self.advance(now);
        Ok(self.known(table)?.recovery)
    }

    /// `UpdateContinuousBackups`. That it works at once is an assumption.
    ///
    /// # Errors
    /// As [`Self::describe_continuous_backups`].
    pub fn update_continuous_backups(
        &mut self,
        now: Timestamp,
        table: &SmolStr,
        recovery: Recovery,
    ) -> Answer<()> {
        self.advance(now);
        self.known(table)?.recovery = recovery;
        Ok(())
    }

    fn known(&mut self, name: &SmolStr) -> Answer<&mut Table> {
        self.tables.get_mut(name).ok_or_else(|| {
            let message = format_smolstr!("Table not found: {name}");
            Refusal::new(400, "TableNotFoundException", message)
        })
    }
}
