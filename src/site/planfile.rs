//! A plan in a file, between `plan --out` and `apply`.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::place::Identity;
use crate::domain::{AccountId, Job, Limits, PolicyName, Region, Slot, TableName, Timestamp};
use crate::files::{WriteError, read_at_most, write_whole};
use crate::plan::PassPlan;

/// What stands in the file, so that no other JSON is taken for one.
const SCHEMA: &str = "snaplife plan";
/// The version of the format that this program writes.
const VERSION: u32 = 1;
/// A plan of hundreds of thousands of snapshots is smaller; what is larger is none.
const PLAN_BYTES_MAX: usize = 256 << 20;

/// Plans of passes, made in one account at one time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// The account it was made in.
    pub account: AccountId,
    /// When it was made.
    pub made_at: Timestamp,
    /// Each pass, in the order in which they are carried out.
    pub passes: Vec<PlannedPass>,
    /// The Region it was made in.
    pub region: Region,
    schema: SmolStr,
    /// The table whose rows it was made of.
    pub table: TableName,
    version: u32,
}

/// The plan of one pass.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedPass {
    /// Which job.
    pub job: Job,
    /// What it does.
    pub plan: PassPlan,
    /// Whose.
    pub policy: PolicyName,
    /// The slot it serves; for other jobs than `create` the instant it was planned at.
    pub slot: Slot,
}

/// A plan that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// It can't be read.
    #[error("could not read the plan `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is something else, cut off, or changed by hand.
    #[error("`{}` is not a plan of snaplife: {why}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        why: String,
    },
    /// A later version wrote it.
    #[error("the plan `{}` was written in format {version}, and this version reads {VERSION}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        version: u32,
    },
    /// It was made later than it is now: by another clock, or in a world that was set back since.
    #[error("the plan was made at {made_at}, and it is {now} now; nothing was changed")]
    Ahead {
        /// When it says that it was made.
        made_at: Timestamp,
        /// What the clock says.
        now: Timestamp,
    },
    /// It was made elsewhere.
    #[error("the plan was made for {planned}, but this is {found}; nothing was changed")]
    Elsewhere {
        /// Where it was made.
        planned: String,
        /// Where it was to be carried out.
        found: String,
    },
}

/// The first fields of any version.
#[derive(Deserialize)]
struct Head {
    schema: SmolStr,
    version: u32,
}

impl PlanFile {
    /// A plan made now.
    #[must_use]
    pub fn new(place: &Identity, made_at: Timestamp, passes: Vec<PlannedPass>) -> Self {
        Self {
            account: place.account.clone(),
            made_at,
            passes,
            region: place.region.clone(),
            schema: SmolStr::new_static(SCHEMA),
            table: place.table.clone(),
            version: VERSION,
        }
    }

    /// Reads a plan.
    ///
    /// # Errors
    /// [`PlanFileError`].
    pub fn read(path: &Path) -> Result<Self, PlanFileError> {
        let bytes = read_at_most(path, PLAN_BYTES_MAX);
        let bytes = bytes.map_err(|source| PlanFileError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let foreign = |why: String| PlanFileError::Foreign {
            path: path.to_owned(),
            why,
        };
        let text = String::from_utf8(bytes).map_err(|error| foreign(error.to_string()))?;
        let refused = |error: serde_json::Error| foreign(error.to_string());
        let head: Head = serde_json::from_str(&text).map_err(refused)?;
        if head.schema != SCHEMA {
            return Err(foreign(format!("its schema is `{}`", head.schema)));
        }
        if head.version > VERSION {
            return Err(PlanFileError::Newer {
                path: path.to_owned(),
                version: head.version,
            });
        }
        let file: Self = serde_json::from_str(&text).map_err(refused)?;
        match file.passes.iter().find_map(|pass| pass.plan.untold()) {
            None => Ok(file),
            Some(subject) => Err(foreign(format!(
                "it acts on {subject} without a decision that says so"
            ))),
        }
    }

    /// Writes the plan, whole or not at all.
    ///
    /// # Errors
    /// [`WriteError`]; what was there before is as it was.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        let mut text = serde_json::to_string_pretty(self).expect("a plan's keys are texts");
        text.push('\n');
        write_whole(path, &text)
    }

    /// Checks that it was made before now, by as much as two clocks may differ.
    ///
    /// # Errors
    /// [`PlanFileError::Ahead`].
    pub fn made_by(&self, now: Timestamp) -> Result<(), PlanFileError> {
        if self.made_at <= now + Limits::default().clock_error_max {
            return Ok(());
        }
        Err(PlanFileError::Ahead {
            made_at: self.made_at,
            now,
        })
    }

    /// Checks that it was made here.
    ///
    /// # Errors
    /// [`PlanFileError::Elsewhere`].
    pub fn made_in(&self, place: &Identity) -> Result<(), PlanFileError> {
        let planned = Identity {
            account: self.account.clone(),
            principal: place.principal.clone(),
            region: self.region.clone(),
            table: self.table.clone(),
        };
        if planned == *place {
            return Ok(());
        }
        Err(PlanFileError::Elsewhere {
            planned: planned.to_string(),
            found: place.to_string(),
        })
    }
}
