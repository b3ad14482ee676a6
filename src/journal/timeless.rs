//! Decisions and rows without their times, for the `decisions` digest.
//!
//! An instant follows from how long calls took, and that differs from level to level. Slots stay:
//! they are scheduled, and name what was done.

use std::borrow::Cow;

use crate::catalog::attr;
use crate::domain::{Job, Timestamp};
use crate::plan::{Decision, Reason};
use crate::ports::table::{Item, Value};

/// Attributes that hold an instant (a lease's token is one too) or sentences that may name one:
/// `State` and `BlockedBy` say the same as `Reason` without it, and `NotifiedSync` and the like are
/// digests of sentences.
const LEFT_OUT: [&str; 19] = [
    attr::AUDITED_AT,
    attr::DATE,
    attr::EXPIRES_AT,
    attr::FIRST_SENT_AT,
    attr::GONE_SINCE,
    attr::JUDGE_AT,
    attr::LAST_ERROR,
    attr::LAST_EXPIRE_AT,
    attr::PURGE,
    attr::REASON,
    attr::SENT_AT,
    attr::START_TIME,
    attr::TOKEN,
    attr::UNSEEN_SINCE,
    attr::UNTIL,
    attr::UPDATED_AT,
    attr::notified(Job::Create),
    attr::notified(Job::Sync),
    attr::notified(Job::Expire),
];

/// A row without its times, and without the place of its last write among the writes of a pass,
/// which follows the order in which a batch was answered; AWS promises none.
pub(super) fn row(mut row: Item) -> Item {
    for name in LEFT_OUT {
        row.change().remove(name);
    }
    if let Some(Value::S(writer)) = row.change().get_mut(attr::WRITER)
        && let Some((pass, _)) = writer.split_once('/')
    {
        *writer = pass.into();
    }
    row
}

/// A decision without its time: where its reason names an instant, 1970 stands.
pub(super) fn decision(decision: &Decision) -> Cow<'_, Decision> {
    let never = Timestamp::EPOCH;
    let reason = match &decision.reason {
        Reason::Lifetime(_) => Reason::Lifetime(never),
        Reason::LifetimeEnded(_) => Reason::LifetimeEnded(never),
        Reason::FailedGrace(_) => Reason::FailedGrace(never),
        Reason::Selected
        | Reason::AlreadyServed
        | Reason::RootVolume
        | Reason::ExcludedByTag(_)
        | Reason::ExcludedByDevice(_)
        | Reason::InstanceState(_)
        | Reason::VolumeState(_)
        | Reason::TakenWith(_)
        | Reason::NothingLeft
        | Reason::NoExpiry
        | Reason::UnreadableLifetime(_)
        | Reason::Last(_)
        | Reason::BeyondLast
        | Reason::FailedAndGraceEnded
        | Reason::FailedAndBlocking
        | Reason::FinishSet
        | Reason::Blocked(_) => return Cow::Borrowed(decision),
    };
    let mut timeless = decision.clone();
    timeless.reason = reason;
    Cow::Owned(timeless)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Subject, Verdict};

    #[test]
    fn a_row_keeps_what_it_is_and_loses_when() {
        let at = |ms| {
            let mut row = Item::default();
            row.change()
                .insert(attr::STATE.into(), Value::S("completed".into()));
            row.change().insert(attr::DATE.into(), Value::from(ms));
            row.change()
                .insert(attr::UPDATED_AT.into(), Value::from(ms + 5));
            let writer = format!("pass-5/{ms}");
            row.change()
                .insert(attr::WRITER.into(), Value::S(writer.into()));
            super::row(row)
        };
        assert_eq!(at(1), at(2));
        insta::assert_snapshot!(serde_json::to_string(&at(1)).unwrap(), @r#"{"State":{"S":"completed"},"Writer":{"S":"pass-5"}}"#);
    }

    #[test]
    fn a_decision_keeps_its_reason_and_loses_when() {
        let ends = |ms, verdict| Decision {
            reason: Reason::LifetimeEnded(Timestamp::from_ms(ms)),
            subject: Subject::Snapshot("snap-a".into()),
            verdict,
        };
        let expire = ends(1, Verdict::Expire);
        assert_eq!(decision(&expire), decision(&ends(2, Verdict::Expire)));
        assert_ne!(decision(&expire), decision(&ends(1, Verdict::Keep)));
    }
}
