//! The table, its indexes, its expiry, and the installation in it.

use smol_str::SmolStr;

use super::Patient;
use super::check::{Check, Subject};
use crate::calls::{Stop, settle};
use crate::catalog::key::OpenKind;
use crate::catalog::{Installation, attr, key, read};
use crate::domain::{PolicyName, TableName, Timestamp, VolumeId};
use crate::ports::sts::CallerIdentity;
use crate::ports::table::{
    DescribeTable, DescribeTimeToLive, Index, TableDescription, WHOLE_TABLE,
};
use crate::ports::{Operation, Outcome, RejectionClass};

const INIT: &str = "run `snaplife init`, which makes what is missing";

/// Looks at the table; the installation, when there is one.
pub(super) async fn examine(
    patient: &Patient<'_>,
    identity: Option<&CallerIdentity>,
    checks: &mut Vec<Check>,
) -> Option<Installation> {
    match patient.caller.send(WHOLE_TABLE, DescribeTable {}).await {
        Outcome::Rejected(refused) if refused.class == RejectionClass::NotFound => {
            let found = format!(
                "there is no table {} in this account and Region",
                patient.table
            );
            checks.push(Check::broken(Subject::Table, found, INIT));
            let skipped = [
                Subject::Indexes,
                Subject::Purge,
                Subject::Installation,
                Subject::ReadTable,
                Subject::WriteTable,
            ];
            checks
                .extend(skipped.map(|subject| Check::skipped(subject, "there is no table to ask")));
            return None;
        }
        outcome => match settle(DescribeTable::NAME, WHOLE_TABLE, outcome) {
            Ok(described) => {
                checks.push(table(patient.table, &described));
                checks.push(indexes(&described));
            }
            // It may be there all the same, and all that a run needs be allowed.
            Err(stop) => {
                checks.push(Check::stopped(Subject::Table, &stop));
                let found = "nobody knows without a description of the table";
                checks.push(Check::skipped(Subject::Indexes, found));
            }
        },
    }
    checks.push(purge(patient).await);
    let (check, installation) = installation(patient, identity).await;
    checks.push(check);
    checks.push(queries(patient).await);
    checks.push(Check::skipped(
        Subject::WriteTable,
        "writes can't be tried without writing; the policy of `snaplife iam` allows them",
    ));
    installation
}

fn table(name: &TableName, described: &TableDescription) -> Check {
    if described.status != "ACTIVE" {
        let found = format!("the table {name} is {}", described.status);
        return Check::warning(Subject::Table, found, "wait until it is ACTIVE");
    }
    let billing = match described.capacity {
        None => "on demand".to_owned(),
        Some(units) => format!("{} read and {} write units", units.read, units.write),
    };
    if !described.deletion_protection {
        let found = format!("{name} is there, {billing}, and anybody may delete it");
        let remedy = "run `snaplife init`, which protects it from deletion";
        return Check::warning(Subject::Table, found, remedy);
    }
    let found = format!("{name} is there, {billing}, protected from deletion");
    Check::ok(Subject::Table, found)
}

fn indexes(described: &TableDescription) -> Check {
    let without = |known: &[SmolStr]| -> Vec<&str> {
        let names = Index::ALL.map(Index::name).into_iter();
        names
            .filter(|name| !known.iter().any(|known| known == name))
            .collect()
    };
    let unusable = without(&described.active_indexes);
    if unusable.is_empty() {
        return Check::ok(Subject::Indexes, "Open, Due and ByVolume are usable");
    }
    if without(&described.indexes).is_empty() {
        let found = format!("being built: {}", unusable.join(", "));
        return Check::broken(Subject::Indexes, found, "wait until DynamoDB has built it");
    }
    let found = format!("not usable: {}", unusable.join(", "));
    Check::broken(Subject::Indexes, found, INIT)
}

async fn purge(patient: &Patient<'_>) -> Check {
    match patient
        .caller
        .read(WHOLE_TABLE, DescribeTimeToLive {})
        .await
    {
        Ok(ttl) => match ttl.attribute {
            Some(name) if name == attr::PURGE => Check::ok(
                Subject::Purge,
                "rows of deleted snapshots expire by the attribute `Purge`",
            ),
            Some(name) => Check::broken(
                Subject::Purge,
                format!("rows expire by the attribute `{name}`, which is not ours"),
                "turn its expiry off, since it may take rows that must stay; then run `snaplife \
                 init`",
            ),
            None => Check::warning(
                Subject::Purge,
                "rows of deleted snapshots stay for ever",
                "run `snaplife init`, which turns the table's expiry on",
            ),
        },
        Err(stop) => {
            let remedy = stop.hint().unwrap_or("run it again in a while");
            Check::warning(Subject::Purge, stop.to_string(), remedy)
        }
    }
}

async fn installation(
    patient: &Patient<'_>,
    identity: Option<&CallerIdentity>,
) -> (Check, Option<Installation>) {
    let stored = read::get(patient.caller, &SmolStr::new_static(key::INSTALLATION)).await;
    let stored = stored.and_then(|item| match item {
        Some(item) => Ok(Installation::from_item(&item)?),
        None => Err(Stop::NotInitialised),
    });
    let stored = match stored {
        Ok(stored) => stored,
        Err(Stop::NotInitialised) => {
            let found = "the table holds no installation";
            return (Check::broken(Subject::Installation, found, INIT), None);
        }
        Err(stop) => return (Check::stopped(Subject::Installation, &stop), None),
    };
    let Some(identity) = identity else {
        let found = format!("{} is not compared with the credentials", stored.id);
        return (Check::skipped(Subject::Installation, found), Some(stored));
    };
    let same =
        stored.account.text() == &identity.account && stored.region.text() == &identity.region;
    let check = if same {
        Check::ok(Subject::Installation, format!("{}", stored.id))
    } else {
        Check::broken(
            Subject::Installation,
            format!(
                "{} belongs to account {} in {}, not here",
                stored.id, stored.account, stored.region
            ),
            "switch to its credentials and Region; a table that was copied here belongs to nobody \
             here",
        )
    };
    (check, Some(stored))
}

/// One query per index, each of which finds little or nothing.
async fn queries(patient: &Patient<'_>) -> Check {
    let policy = patient
        .policies
        .first()
        .map_or_else(PolicyName::default, |policy| policy.name.clone());
    let caller = patient.caller;
    let nowhere = VolumeId::from(super::permissions::VOLUME_NOWHERE);
    let asked = async {
        read::open(caller, &policy, OpenKind::Expiring).await?;
        read::due(caller, &policy, 0, Timestamp::EPOCH).await?;
        read::of_volume_brief(caller, &nowhere).await
    };
    match asked.await {
        Ok(_) => Check::ok(Subject::ReadTable, "table and indexes may be read"),
        Err(stop) => Check::stopped(Subject::ReadTable, &stop),
    }
}
