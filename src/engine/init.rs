//! The first start: the table, and the installation's row in it. Safe to repeat.

use smol_str::SmolStr;

use crate::calls::{Caller, Stop, settle};
use crate::catalog::write::{Writer, at_revision, put_if};
use crate::catalog::{Installation, attr, key, read};
use crate::domain::{AccountId, InstallationId, Region, Span};
use crate::ports::ec2::GetCallerIdentity;
use crate::ports::table::{CreateTable, DescribeTable, EnableTimeToLive};
use crate::ports::{Operation, Outcome, RejectionClass};

const POLL: Span = Span::seconds(5);
const POLLS_MAX: u32 = 120;

/// Makes the table when it is missing, waits until it is active, and gives the installation its
/// row. An installation that is there already stays as it is.
///
/// # Errors
/// [`Stop`] when AWS refuses or the table does not become active within ten minutes.
pub async fn run(
    caller: &Caller,
    writer: &Writer,
    id: InstallationId,
) -> Result<Installation, Stop> {
    const TABLE: &str = "Snaps";
    let identity = caller.read("caller", GetCallerIdentity {}).await?;
    match caller.send(TABLE, DescribeTable {}).await {
        Outcome::Ok(_) => {}
        Outcome::Rejected(refused) if refused.class == RejectionClass::NotFound => {
            match caller.send(TABLE, CreateTable {}).await {
                // In use: somebody creates it right now, or our first try acted.
                Outcome::Rejected(refused) if refused.class == RejectionClass::Conflict => {}
                Outcome::Unknown(_) => {}
                other => settle(CreateTable::NAME, TABLE, other).map(|_| ())?,
            }
        }
        other => settle(DescribeTable::NAME, TABLE, other).map(|_| ())?,
    }
    wait_until_active(caller, TABLE).await?;
    match caller.send(TABLE, EnableTimeToLive {}).await {
        // Refused when it is on already; without it rows stay longer, which harms nobody.
        Outcome::Ok(_) | Outcome::Rejected(_) | Outcome::Unknown(_) | Outcome::NotSent(_) => {}
    }
    let wanted = Installation {
        id,
        account: AccountId::new(identity.account),
        region: Region::new(identity.region),
    };
    let mut item = wanted.to_item();
    item.set_text(attr::WRITER, writer.pass().clone());
    // Whether it was stored now or before, what is stored is the installation.
    let _ = put_if(caller, at_revision(0), item).await?;
    let key = SmolStr::new_static(key::INSTALLATION);
    let stored = read::get(caller, &key).await?.ok_or(Stop::NotInitialised)?;
    Ok(Installation::from_item(&stored)?)
}

async fn wait_until_active(caller: &Caller, table: &str) -> Result<(), Stop> {
    for _ in 0..POLLS_MAX {
        match caller.send(table, DescribeTable {}).await {
            Outcome::Ok(found) if found.status == "ACTIVE" => return Ok(()),
            Outcome::Ok(_) => {}
            Outcome::Rejected(refused) if refused.class == RejectionClass::NotFound => {}
            other => settle(DescribeTable::NAME, table, other).map(|_| ())?,
        }
        caller.sleep(POLL).await;
    }
    Err(Stop::NotInitialised)
}
