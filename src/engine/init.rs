//! The first start: the table, and the installation's row in it. Safe to repeat.
//!
//! A table that the old scripts made gets what it lacks. Beside the table itself (deletion protection,
//! recovery, expiry of rows) nothing is needed to be safe: what an endpoint does not know is named and
//! skipped, and what was refused or not answered is named and left to the next start.
//!
//! Whether recovery is on is never asked, since to turn it on again does nothing: each start does.

use smol_str::{SmolStr, format_smolstr};

use crate::calls::{Caller, Stop, settle};
use crate::catalog::write::{Writer, at_revision, put_if};
use crate::catalog::{Installation, attr, key, read};
use crate::domain::{AccountId, InstallationId, Region, Span};
use crate::ports::sts::GetCallerIdentity;
use crate::ports::table::{
    CreateTable, DescribeTable, DescribeTimeToLive, EnableRecovery, EnableTimeToLive, Index,
    ProvisionedCapacity, TableChange, TableDescription, TimeToLive, UpdateTable, WHOLE_TABLE,
};
use crate::ports::{Operation, Outcome, RejectionClass};

const POLL: Span = Span::seconds(5);
/// A new table is usable within a minute or so.
const TABLE_POLLS_MAX: u32 = 120;
/// An index of a large table may be built for hours.
const INDEX_POLLS_MAX: u32 = 4_320;
/// Recovery can't be turned on right after a table was made (DynamoDB API Reference,
/// *UpdateContinuousBackups*, `ContinuousBackupsUnavailableException`).
const RECOVERY_TRIES_MAX: u32 = 12;

/// What is there before anything is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Whose credentials these are.
    pub account: AccountId,
    /// Where they work.
    pub region: Region,
    /// The table; none when it is missing.
    pub table: Option<TableDescription>,
    /// The installation; none when its row is missing.
    pub installation: Option<Installation>,
    /// Whether rows of deleted snapshots go by themselves.
    pub expiry: Expiry,
}

/// Whether a table's rows expire by our attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expiry {
    /// They do.
    On,
    /// They do not, or by another attribute.
    Off,
    /// There is no table, or this endpoint does not say.
    Unknown,
}

/// What `init` has done, be it to its end or not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Initialised {
    /// What was done, each in a sentence without its subject.
    pub done: Vec<SmolStr>,
    /// What the endpoint does not know how to do, with its reason.
    pub skipped: Vec<SmolStr>,
    /// What was refused or not answered, with its reason: another start tries it again.
    pub undone: Vec<SmolStr>,
}

impl Found {
    /// Whether nothing is known to be missing; what is to be done then does nothing where all is well.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let is_complete =
            |table: &TableDescription| table.deletion_protection && missing(table).is_empty();
        self.table.as_ref().is_some_and(is_complete)
            && self.installation.is_some()
            && self.expiry != Expiry::Off
    }

    /// What is to be done, each in a sentence.
    #[must_use]
    pub fn to_do(&self) -> Vec<SmolStr> {
        let mut to_do = Vec::new();
        match &self.table {
            None => to_do.push(SmolStr::new_static(
                "make the table, paid by request, with its three indexes",
            )),
            Some(table) => {
                for index in missing(table) {
                    to_do.push(format_smolstr!(
                        "add the index {} to the table",
                        index.name()
                    ));
                }
            }
        }
        if self
            .table
            .as_ref()
            .is_none_or(|table| !table.deletion_protection)
        {
            to_do.push(SmolStr::new_static("protect the table from deletion"));
        }
        let is_more = !to_do.is_empty() || self.installation.is_none();
        if self.expiry == Expiry::Off || (self.expiry == Expiry::Unknown && is_more) {
            to_do.push(SmolStr::new_static("turn on expiry of old rows"));
        }
        to_do.push(SmolStr::new_static(match &self.table {
            None => "turn on recovery to a point in time",
            Some(_) => "make sure of recovery to a point in time",
        }));
        if self.installation.is_none() {
            to_do.push(format_smolstr!(
                "make the installation for account {} in {}",
                self.account,
                self.region
            ));
        }
        to_do
    }
}

/// Looks at what is there, and changes nothing.
///
/// # Errors
/// [`Stop`] when AWS refuses, or the installation belongs elsewhere.
pub async fn look(caller: &Caller) -> Result<Found, Stop> {
    let identity = caller.read("caller", GetCallerIdentity {}).await?;
    let mut found = Found {
        account: AccountId::new(identity.account),
        region: Region::new(identity.region),
        table: None,
        installation: None,
        expiry: Expiry::Unknown,
    };
    found.table = describe(caller).await?;
    if found.table.as_ref().is_some_and(is_readable) {
        found.expiry = expiry(caller).await?;
    }
    if found.table.as_ref().is_some_and(is_readable)
        && let Some(item) = read::get(caller, &SmolStr::new_static(key::INSTALLATION)).await?
    {
        let stored = Installation::from_item(&item)?;
        found.installation = Some(of_here(stored, &found.account, &found.region)?);
    }
    Ok(found)
}

/// Makes the table when it is missing, gives it what it lacks, waits until it can be used, and gives
/// the installation its row. An installation that is there already stays as it is. `made` gets each step as
/// it is done.
///
/// # Errors
/// [`Stop`] when AWS refuses what is needed, the installation belongs elsewhere, or the table does
/// not become active in time.
pub async fn run(
    caller: &Caller,
    writer: &Writer,
    id: InstallationId,
    made: &mut Initialised,
) -> Result<Installation, Stop> {
    let found = look(caller).await?;
    if found.table.is_none() {
        match caller.send(WHOLE_TABLE, CreateTable {}).await {
            // In use: somebody creates it right now, or our first try acted.
            Outcome::Rejected(refused) if refused.class == RejectionClass::Conflict => {}
            Outcome::Unknown(_) => {}
            other => settle(CreateTable::NAME, WHOLE_TABLE, other).map(|_| ())?,
        }
        made.did("made the table");
    }
    let table = wait_until(caller, TABLE_POLLS_MAX, |table| table.status == "ACTIVE").await?;
    for index in missing(&table) {
        add_index(caller, index, table.capacity).await?;
        made.did(format_smolstr!("added the index {}", index.name()));
    }
    let is_new = found.table.is_none();
    beside_the_table(caller, &table, found.expiry, made).await?;
    let turned_on = if is_new {
        "turned on recovery to a point in time"
    } else {
        "made sure of recovery to a point in time"
    };
    recovery(caller, turned_on, made).await?;
    match found.installation {
        Some(installation) => Ok(installation),
        None => install(caller, writer, id, &found.account, &found.region, made).await,
    }
}

impl Initialised {
    fn did(&mut self, what: impl Into<SmolStr>) {
        self.done.push(what.into());
    }

    /// Takes what came of something that can be done without.
    fn optional<O: Operation>(
        &mut self,
        done: &'static str,
        what: &'static str,
        outcome: Outcome<O::Reply>,
    ) -> Result<(), Stop> {
        match outcome {
            Outcome::Ok(_) => self.did(done),
            Outcome::Rejected(refused) => {
                let is_unknown = refused.class == RejectionClass::NoSuchOperation;
                let whose = if is_unknown {
                    &mut self.skipped
                } else {
                    &mut self.undone
                };
                whose.push(format_smolstr!(
                    "{what}: this endpoint refuses {} with {}: {}",
                    O::NAME.text(),
                    refused.code,
                    refused.message
                ));
            }
            Outcome::Unknown(cause) => self.undone.push(format_smolstr!(
                "{what}: {} was not answered: {cause}",
                O::NAME.text()
            )),
            not_sent @ Outcome::NotSent(_) => {
                settle(O::NAME, WHOLE_TABLE, not_sent).map(|_| ())?;
            }
        }
        Ok(())
    }
}

/// What makes the table safer and cheaper, where the endpoint can do it.
async fn beside_the_table(
    caller: &Caller,
    table: &TableDescription,
    expiry: Expiry,
    made: &mut Initialised,
) -> Result<(), Stop> {
    if !table.deletion_protection {
        let change = TableChange::ProtectFromDeletion;
        let outcome = caller.send(WHOLE_TABLE, UpdateTable { change }).await;
        made.optional::<UpdateTable>(
            "protected the table from deletion",
            "protection from deletion",
            outcome,
        )?;
        wait_until(caller, TABLE_POLLS_MAX, |table| table.status == "ACTIVE").await?;
    }
    if expiry != Expiry::On {
        let outcome = caller.send(WHOLE_TABLE, EnableTimeToLive {}).await;
        match &outcome {
            // AWS says so when it is on already.
            Outcome::Rejected(refused) if refused.message.contains("already enabled") => {}
            _ => made.optional::<EnableTimeToLive>(
                "turned on expiry of old rows",
                "expiry of old rows",
                outcome,
            )?,
        }
    }
    Ok(())
}

/// Turns on recovery, as soon as a new table lets it.
async fn recovery(caller: &Caller, done: &'static str, made: &mut Initialised) -> Result<(), Stop> {
    let mut tries = 1;
    let outcome = loop {
        let outcome = caller.send(WHOLE_TABLE, EnableRecovery {}).await;
        match &outcome {
            Outcome::Rejected(refused)
                if refused.code == "ContinuousBackupsUnavailableException"
                    && tries < RECOVERY_TRIES_MAX =>
            {
                tries += 1;
                caller.sleep(POLL).await;
            }
            _ => break outcome,
        }
    };
    made.optional::<EnableRecovery>(done, "recovery to a point in time", outcome)
}

async fn install(
    caller: &Caller,
    writer: &Writer,
    id: InstallationId,
    account: &AccountId,
    region: &Region,
    made: &mut Initialised,
) -> Result<Installation, Stop> {
    let wanted = Installation {
        id,
        account: account.clone(),
        region: region.clone(),
    };
    let mut item = wanted.to_item();
    item.set_text(attr::WRITER, writer.pass().clone());
    // Whether it was stored now or by somebody else, what is stored is the installation.
    let _ = put_if(caller, at_revision(0), item).await?;
    let key = SmolStr::new_static(key::INSTALLATION);
    let stored = read::get(caller, &key).await?.ok_or(Stop::NotInitialised)?;
    let installation = of_here(Installation::from_item(&stored)?, account, region)?;
    made.did(format_smolstr!(
        "made the installation {} for account {} in {}",
        installation.id,
        installation.account,
        installation.region
    ));
    Ok(installation)
}

/// The installation, when it is the one of these credentials.
fn of_here(
    stored: Installation,
    account: &AccountId,
    region: &Region,
) -> Result<Installation, Stop> {
    if stored.account == *account && stored.region == *region {
        return Ok(stored);
    }
    Err(Stop::WrongAccount {
        found: format_smolstr!("{account} in {region}"),
        expected: format_smolstr!("{} in {}", stored.account, stored.region),
    })
}

/// Adds an index, with as many units as the table has, and waits until it can be read. Somebody who adds
/// it at the same time is as good.
async fn add_index(
    caller: &Caller,
    index: Index,
    capacity: Option<ProvisionedCapacity>,
) -> Result<(), Stop> {
    let change = TableChange::AddIndex { capacity, index };
    match caller.send(WHOLE_TABLE, UpdateTable { change }).await {
        Outcome::Rejected(refused) if refused.class == RejectionClass::Conflict => {}
        Outcome::Unknown(_) => {}
        other => settle(UpdateTable::NAME, WHOLE_TABLE, other).map(|_| ())?,
    }
    wait_until(caller, INDEX_POLLS_MAX, |table| {
        let active = table.active_indexes.iter().any(|name| name == index.name());
        active && table.status == "ACTIVE"
    })
    .await
    .map(|_| ())
}

fn missing(table: &TableDescription) -> Vec<Index> {
    let there = |index: &Index| {
        let name = index.name();
        let mut all = table.indexes.iter().chain(&table.active_indexes);
        all.any(|other| other == name)
    };
    Index::ALL
        .into_iter()
        .filter(|index| !there(index))
        .collect()
}

/// Whether its rows can be read: it is not being made, and not going away.
fn is_readable(table: &TableDescription) -> bool {
    table.status == "ACTIVE" || table.status == "UPDATING"
}

/// An endpoint that does not know the question needs no answer: nothing hangs on it.
async fn expiry(caller: &Caller) -> Result<Expiry, Stop> {
    match caller.send(WHOLE_TABLE, DescribeTimeToLive {}).await {
        Outcome::Ok(TimeToLive { attribute }) if attribute.as_deref() == Some(attr::PURGE) => {
            Ok(Expiry::On)
        }
        Outcome::Ok(_) => Ok(Expiry::Off),
        Outcome::Rejected(_) | Outcome::Unknown(_) => Ok(Expiry::Unknown),
        not_sent @ Outcome::NotSent(_) => {
            settle(DescribeTimeToLive::NAME, WHOLE_TABLE, not_sent).map(|_| Expiry::Unknown)
        }
    }
}

async fn describe(caller: &Caller) -> Result<Option<TableDescription>, Stop> {
    match caller.send(WHOLE_TABLE, DescribeTable {}).await {
        Outcome::Ok(found) => Ok(Some(found)),
        Outcome::Rejected(refused) if refused.class == RejectionClass::NotFound => Ok(None),
        other => settle(DescribeTable::NAME, WHOLE_TABLE, other).map(Some),
    }
}

async fn wait_until(
    caller: &Caller,
    polls_max: u32,
    ready: impl Fn(&TableDescription) -> bool,
) -> Result<TableDescription, Stop> {
    let mut status = SmolStr::new_static("missing");
    for _ in 0..polls_max {
        match describe(caller).await? {
            Some(found) if ready(&found) => return Ok(found),
            Some(found) => status = found.status,
            None => {}
        }
        caller.sleep(POLL).await;
    }
    Err(Stop::TableNotReady {
        status,
        waited: Span::from_ms(POLL.as_ms() * i64::from(polls_max)),
    })
}
