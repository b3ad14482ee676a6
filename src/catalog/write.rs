//! Conditional writes, and what to do when their answer is lost.
//!
//! A write is conditional on the row's revision, so sending it again can't do harm: when the first
//! one acted, the second is refused, and the writer's mark in the row tells that it was ours. After
//! a failed condition the row is always read again; the refusal's own text is never relied upon.

use std::cell::Cell;

use smol_str::{SmolStr, format_smolstr};

use super::{attr, read};
use crate::calls::{Caller, Stop, settle};
use crate::domain::Span;
use crate::ports::table::{Expression, Item, PutItem, TransactAction, TransactWrite, Value};
use crate::ports::{Operation, Outcome, RejectionClass};

/// A row that is written as a whole, on condition that nobody wrote it since it was read.
pub trait Conditional {
    /// Its key.
    fn key(&self) -> SmolStr;
    /// The revision it was read at; 0 when it is not stored yet.
    fn revision(&self) -> i64;
    /// What to store, without revision and writer.
    fn to_item(&self) -> Item;
    /// Told after the write: what is stored now, one revision further.
    fn written(&mut self, item: Item);
}

/// How a conditional write ended.
#[must_use = "a conflict means that the row is not what it was believed to be"]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// It is stored.
    Done,
    /// Somebody else wrote the row: read it again, then decide.
    Conflict,
}

/// The mark of one pass on the rows it writes.
#[derive(Debug)]
pub struct Writer {
    pass: SmolStr,
    writes: Cell<u64>,
}

impl Writer {
    /// A writer for a pass; `pass` must differ between any two passes.
    #[must_use]
    pub fn new(pass: SmolStr) -> Self {
        Self {
            pass,
            writes: Cell::new(0),
        }
    }

    /// The pass, as it stands in marks.
    #[must_use]
    pub const fn pass(&self) -> &SmolStr {
        &self.pass
    }

    fn mark(&self) -> SmolStr {
        let count = self.writes.get() + 1;
        self.writes.set(count);
        format_smolstr!("{}/{count}", self.pass)
    }

    /// The item to store for a row, with its next revision and our mark.
    pub fn stamp(&self, row: &impl Conditional) -> Item {
        let mut item = row.to_item();
        item.set_number(
            attr::REVISION,
            row.revision() + planted!(1, DoesNotCountItsWrites => 0),
        );
        item.set_text(attr::WRITER, self.mark());
        item
    }
}

/// How often a write without an answer is sent again before the pass gives up.
const RESENDS_MAX: u32 = 6;
const RESEND_WAIT: Span = Span::seconds(2);
/// DynamoDB's answer to a write whose condition does not hold.
const CONDITION_FAILED: &str = "ConditionalCheckFailedException";

/// The same as a transaction's reason.
const CHECK_FAILED: &str = "ConditionalCheckFailed";

/// Reasons of a transaction that say nothing of the rows: others write them at this moment, or the table
/// is asked for more than it has capacity for (API Reference, `TransactWriteItems`).
const IN_THE_WAY: [&str; 4] = [
    "None",
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
];

/// The condition that a row is at `revision`; that it does not exist when that is 0.
#[must_use]
pub fn at_revision(revision: i64) -> Expression {
    if revision == 0 {
        Expression {
            names: vec![("#key".into(), attr::KEY.into())],
            text: SmolStr::new_static("attribute_not_exists(#key)"),
            values: Vec::new(),
        }
    } else {
        Expression {
            names: vec![("#revision".into(), attr::REVISION.into())],
            text: SmolStr::new_static("#revision = :revision"),
            values: vec![(":revision".into(), Value::from(revision))],
        }
    }
}

/// Writes a row on condition of its revision.
///
/// # Errors
/// [`Stop`] when the table refuses for another reason than the condition, or never answers.
pub async fn put(
    caller: &Caller,
    writer: &Writer,
    row: &mut impl Conditional,
) -> Result<Written, Stop> {
    let item = writer.stamp(row);
    let condition = planted!(at_revision(row.revision()), WritesWhatAStaleIndexSaid => crate::planted::any_revision());
    let written = put_if(caller, condition, item.clone()).await?;
    if written == Written::Done {
        row.written(item);
    }
    Ok(written)
}

/// Writes an item, which must carry a writer's mark, on any condition.
///
/// # Errors
/// As [`put`].
pub async fn put_if(caller: &Caller, condition: Expression, item: Item) -> Result<Written, Stop> {
    let key = item.key().cloned().unwrap_or_default();
    let mark = item.text(attr::WRITER).cloned();
    let request = PutItem { condition, item };
    let mut resends = 0;
    let mut may_have_acted = false;
    loop {
        match caller.send(&key, request.clone()).await {
            Outcome::Ok(_) => return Ok(Written::Done),
            Outcome::Rejected(refused) if refused.class == RejectionClass::Conflict => {
                if refused.code == CONDITION_FAILED {
                    return if may_have_acted {
                        whose(caller, &key, mark.as_ref()).await
                    } else {
                        Ok(Written::Conflict)
                    };
                }
                // A transaction is in the way (our own mark names the lease, too): nothing happened.
                if resends >= RESENDS_MAX {
                    return settle(PutItem::NAME, &key, Outcome::Rejected(refused));
                }
            }
            Outcome::Unknown(cause) if resends >= RESENDS_MAX => {
                return match whose(caller, &key, mark.as_ref()).await? {
                    Written::Done => Ok(Written::Done),
                    Written::Conflict => settle(PutItem::NAME, &key, Outcome::Unknown(cause)),
                };
            }
            Outcome::Unknown(_) => {
                planted!(may_have_acted = true, TakesALostWriteForDone => return Ok(Written::Done))
            }
            other => return settle(PutItem::NAME, &key, other).map(|_| Written::Done),
        }
        resends += 1;
        caller.sleep(RESEND_WAIT).await;
    }
}

/// Whether the row carries our mark.
async fn whose(caller: &Caller, key: &SmolStr, mark: Option<&SmolStr>) -> Result<Written, Stop> {
    let stored = read::get(caller, key).await?;
    let ours = stored.is_some_and(|item| item.text(attr::WRITER) == mark);
    Ok(if ours {
        Written::Done
    } else {
        Written::Conflict
    })
}

/// Runs a transaction of at most 100 actions, the check of a `lease` among them where there is one.
/// `token` (at most 36 characters) must be derived from what the transaction is for: sending it again
/// within ten minutes acts once.
///
/// # Errors
/// As [`put`]; [`Stop::LeaseLost`] when DynamoDB says that it is the lease's check that failed.
pub async fn transact(
    caller: &Caller,
    token: SmolStr,
    subject: &str,
    mut actions: Vec<TransactAction>,
    lease: Option<&TransactAction>,
) -> Result<Written, Stop> {
    actions.extend(lease.cloned());
    let count = actions.len();
    let request = TransactWrite { actions, token };
    let mut resends = 0;
    loop {
        match caller.send(subject, request.clone()).await {
            Outcome::Ok(_) => return Ok(Written::Done),
            Outcome::Rejected(refused) if refused.class == RejectionClass::Conflict => {
                // One reason an action, in their order (API Reference, `TransactWriteItems`).
                let of_each = refused.reasons.len() == count;
                let last = refused
                    .reasons
                    .last()
                    .filter(|_| of_each && lease.is_some());
                if last.is_some_and(|reason| reason == CHECK_FAILED) {
                    return Err(Stop::LeaseLost);
                }
                let only_in_the_way = !refused.reasons.is_empty()
                    && refused
                        .reasons
                        .iter()
                        .all(|reason| IN_THE_WAY.contains(&reason.as_str()));
                if !only_in_the_way || resends >= RESENDS_MAX {
                    return Ok(Written::Conflict);
                }
            }
            Outcome::Unknown(_) if resends < RESENDS_MAX => {}
            other => return settle(TransactWrite::NAME, subject, other).map(|_| Written::Done),
        }
        resends += 1;
        caller.sleep(RESEND_WAIT).await;
    }
}
