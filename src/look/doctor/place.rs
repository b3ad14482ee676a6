//! Who we are, and whether that is who we are to be.

use super::Patient;
use super::check::{Check, Subject};
use crate::ports::sts::{CallerIdentity, GetCallerIdentity};

pub(super) async fn identity(
    patient: &Patient<'_>,
    checks: &mut Vec<Check>,
) -> Option<CallerIdentity> {
    match patient.caller.read("caller", GetCallerIdentity {}).await {
        Ok(identity) => {
            let found = format!("account {} in {}", identity.account, identity.region);
            checks.push(Check::ok(Subject::Identity, found));
            checks.push(pins(patient, &identity));
            Some(identity)
        }
        Err(stop) => {
            checks.push(Check::stopped(Subject::Identity, &stop));
            let found = "nobody knows whose credentials these are";
            checks.push(Check::skipped(Subject::Pins, found));
            None
        }
    }
}

fn pins(patient: &Patient<'_>, identity: &CallerIdentity) -> Check {
    let mut wrong = Vec::new();
    if let Some(account) = patient
        .account
        .filter(|pin| pin.text() != &identity.account)
    {
        wrong.push(format!("the account {account}"));
    }
    if let Some(region) = patient.region.filter(|pin| pin.text() != &identity.region) {
        wrong.push(format!("the Region {region}"));
    }
    if !wrong.is_empty() {
        return Check::broken(
            Subject::Pins,
            format!("the configuration insists on {}", wrong.join(" and ")),
            "switch to the credentials and the Region of the configuration, or correct it",
        );
    }
    if patient.account.is_none() && patient.region.is_none() {
        let found = "the configuration pins neither account nor Region";
        let remedy = "write `account` and `region` into it, so that nothing is ever changed \
                      anywhere else";
        return Check::warning(Subject::Pins, found, remedy);
    }
    Check::ok(Subject::Pins, "as the configuration insists")
}
