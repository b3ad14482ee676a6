//! Who runs a job now.
//!
//! A lease is for economy: EC2 can't check a fencing token, so a holder that freezes between check
//! and send may still cause one extra snapshot. Safety comes from intents and from the transaction
//! that marks a delete, which names the lease's token.

use smol_str::SmolStr;

use super::write::{Conditional, Writer, Written, put_if};
use super::{attr, key, read};
use crate::calls::{Caller, LEASE_SKEW, Stop};
use crate::domain::{Job, PolicyName, Span, Timestamp};
use crate::ports::table::{Expression, Item, TransactAction, Value};

/// The longest time-out of a call that a lease just before its renewal still covers.
pub const CALL_TIMEOUT_MAX: Span =
    Span::from_ms(LEASE.as_ms() - RENEW_AFTER.as_ms() - LEASE_SKEW.as_ms());
/// How long a lease lasts without renewal.
pub const LEASE: Span = Span::minutes(2);
/// It is renewed after a third of that.
pub const RENEW_AFTER: Span = Span::seconds(40);

const KIND: &str = "lease";

/// A lease that we hold, or held.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lease {
    policy: PolicyName,
    job: Job,
    token: i64,
    until: Timestamp,
    revision: i64,
}

/// What came of asking for a lease.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Acquired {
    /// It is ours.
    Ours(Lease),
    /// Somebody else holds it until then.
    HeldBy {
        /// Who.
        holder: SmolStr,
        /// Until when.
        until: Timestamp,
    },
}

impl Lease {
    /// Takes the lease of a job, when it is free or its holder let it run out. `stored` is the
    /// lease's row as this pass has read it.
    ///
    /// A crash right after leaves a lease that runs out by itself. One that runs longer than any lease, by our clock and
    /// by AWS's and by `clock_error_max` besides, was written by a clock that is wrong, and holds nothing.
    ///
    /// # Errors
    /// [`Stop`] when the table can't be read or written.
    pub async fn acquire(
        caller: &Caller,
        writer: &Writer,
        policy: &PolicyName,
        job: Job,
        clock_error_max: Span,
        stored: Option<Item>,
    ) -> Result<Acquired, Stop> {
        let key = key::lease(policy, job);
        // Twice: the first write may lose against somebody, whom the second read then names.
        let mut known = Some(stored);
        for _ in 0..2 {
            let stored = match known.take() {
                Some(stored) => stored,
                None => read::get(caller, &key).await?,
            };
            let now = caller.now();
            let (token, revision) = match &stored {
                None => (now.as_ms(), 0),
                Some(item) => {
                    let until = item.instant(attr::UNTIL).unwrap_or_default();
                    // No clock that is right can have promised it for so long; its holder may have ended hours ago.
                    let longest = planted!(LEASE, LeasesForAMonth => Span::days(30));
                    let latest = caller.latest_heard().map_or(now, |heard| heard.max(now));
                    let is_honest = until <= latest + longest + clock_error_max;
                    if planted!(is_honest && until + LEASE_SKEW > now, StealsALiveLease => false) {
                        let holder = item.text(attr::HOLDER).cloned().unwrap_or_default();
                        return Ok(Acquired::HeldBy { holder, until });
                    }
                    let old = item.need_number(attr::TOKEN).map_err(Stop::from)?;
                    let revision = item.need_number(attr::REVISION).map_err(Stop::from)?;
                    (
                        planted!((old + 1).max(now.as_ms()), KeepsTheOldToken => old),
                        revision,
                    )
                }
            };
            let mut lease = Self {
                policy: policy.clone(),
                job,
                token,
                until: now
                    + planted!(LEASE, LeasesForAMonth => if job == Job::Create { LEASE } else { Span::days(30) }),
                revision,
            };
            if super::write::put(
                caller,
                writer,
                &mut Held {
                    lease: &mut lease,
                    writer,
                },
            )
            .await?
                == Written::Done
            {
                caller.fence(lease.until);
                return Ok(Acquired::Ours(lease));
            }
        }
        Ok(Acquired::HeldBy {
            holder: SmolStr::new_static("another run"),
            until: caller.now(),
        })
    }

    /// Holds the lease for another while.
    ///
    /// # Errors
    /// [`Stop::LeaseLost`] when somebody took it; otherwise as [`Self::acquire`].
    pub async fn renew(&mut self, caller: &Caller, writer: &Writer) -> Result<(), Stop> {
        self.until = caller.now() + LEASE;
        match super::write::put(
            caller,
            writer,
            &mut Held {
                lease: self,
                writer,
            },
        )
        .await?
        {
            Written::Done => {
                caller.fence(self.until);
                Ok(())
            }
            Written::Conflict => {
                caller.fence(Timestamp::from_ms(i64::MIN));
                Err(Stop::LeaseLost)
            }
        }
    }

    /// Gives it back at a clean end. Losing it meanwhile is no error.
    ///
    /// # Errors
    /// As [`Self::acquire`].
    pub async fn release(mut self, caller: &Caller, writer: &Writer) -> Result<(), Stop> {
        self.until = Timestamp::from_ms(0);
        let item = writer.stamp(&Held {
            lease: &mut self,
            writer,
        });
        let condition = super::write::at_revision(self.revision);
        put_if(caller, condition, item).await.map(|_| ())
    }

    /// The action that lets a transaction pass only while this lease is ours.
    #[must_use]
    pub fn check(&self) -> TransactAction {
        TransactAction::Check {
            condition: Expression {
                names: vec![("#token".into(), attr::TOKEN.into())],
                text: SmolStr::new_static("#token = :token"),
                values: vec![(":token".into(), Value::from(self.token))],
            },
            key: key::lease(&self.policy, self.job),
        }
    }
}

struct Held<'a> {
    lease: &'a mut Lease,
    writer: &'a Writer,
}

impl Conditional for Held<'_> {
    fn key(&self) -> SmolStr {
        key::lease(&self.lease.policy, self.lease.job)
    }

    fn revision(&self) -> i64 {
        self.lease.revision
    }

    fn to_item(&self) -> Item {
        let mut item = Item::default();
        item.set_head(&self.key(), KIND);
        item.set_text(attr::HOLDER, self.writer.pass().clone());
        item.set_number(attr::TOKEN, self.lease.token);
        item.set_number(attr::UNTIL, self.lease.until.as_ms());
        item
    }

    fn written(&mut self, _: Item) {
        self.lease.revision += 1;
    }
}
