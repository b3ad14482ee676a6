//! The last look at what is to be deleted.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::calls::Stop;
use crate::catalog::{Installation, SnapshotRow, attr, read};
use crate::domain::{
    BlockedBy, Lifetime, Policy, Retroactive, RowState, Snapshot, SnapshotId, SnapshotState, Span,
    Timestamp, tags,
};
use crate::engine::{Pass, locks, observe};
use crate::plan::{ExpireMember, Reason};
use crate::ports::table::Item;

/// A look older than this is repeated before the delete is sent.
pub(super) const LOOK_FRESH: Span = Span::seconds(30);

/// What both sides say right before the deletes.
pub(super) struct LastLook {
    /// When it began, by our clock: a machine that slept meanwhile is seen by it.
    at: Timestamp,
    /// The same by the process's own time: a clock that is set back makes no look younger.
    uptime: Span,
    seen: BTreeMap<SnapshotId, Snapshot>,
    locked: BTreeSet<SnapshotId>,
    /// Companions whose row says `completed`, by a consistent read.
    good_rows: BTreeSet<SnapshotId>,
}

/// Asks both sides about what is marked, and about the companions of each.
///
/// # Errors
/// [`Stop`] when an answer is not complete.
pub(super) async fn look(
    pass: &Pass,
    marked: &[(&ExpireMember, SnapshotRow)],
) -> Result<LastLook, Stop> {
    let (at, uptime) = (pass.now(), pass.caller.uptime());
    let going: BTreeSet<SnapshotId> = marked
        .iter()
        .map(|(member, _)| member.snapshot.clone())
        .collect();
    let companions: BTreeSet<SnapshotId> = marked
        .iter()
        .flat_map(|(member, _)| member.companions.iter().cloned())
        .collect();
    if going.is_empty() {
        return Ok(LastLook {
            at,
            uptime,
            seen: BTreeMap::new(),
            locked: BTreeSet::new(),
            good_rows: BTreeSet::new(),
        });
    }
    let all = going.union(&companions).cloned().collect();
    let seen = observe::snapshots(pass, &all).await?;
    let shown = going.into_iter().filter(|id| seen.contains_key(id));
    let locked = locks::locked(pass, &shown.collect()).await?;
    let keys = companions.iter().map(|id| id.text().clone());
    let good = |item: &Item| {
        item.text(attr::STATE).map(SmolStr::as_str) == Some(RowState::Completed.as_str())
    };
    let rows = read::batch(&pass.caller, keys).await?;
    let good_rows = rows
        .into_iter()
        .filter(|(_, item)| good(item))
        .map(|(key, _)| SnapshotId::new(key))
        .collect();
    Ok(LastLook {
        at,
        uptime,
        seen,
        locked,
        good_rows,
    })
}

impl LastLook {
    /// How old it is, by whichever tells more.
    pub(super) fn age(&self, pass: &Pass) -> Span {
        (pass.caller.uptime() - self.uptime).max(pass.now() - self.at)
    }

    /// Why this snapshot may not go after all.
    pub(super) fn objection(
        &self,
        installation: &Installation,
        rules: &Policy,
        member: &ExpireMember,
        row: &SnapshotRow,
    ) -> Option<BlockedBy> {
        let Some(seen) = self.seen.get(&member.snapshot) else {
            return Some(BlockedBy::NotSeen);
        };
        if seen.owner != installation.account {
            return Some(BlockedBy::OtherOwner);
        }
        let is_foreign = seen.tags.get(tags::key::INSTALLATION) != Some(installation.id.text());
        if planted!(is_foreign, DeletesWhatLostItsTag => false) {
            return Some(BlockedBy::NotOurs);
        }
        if planted!(seen.tags.get(tags::key::HOLD).is_some(), IgnoresAHold => false) {
            return Some(BlockedBy::Held);
        }
        if self.locked.contains(&member.snapshot) {
            return Some(BlockedBy::Locked);
        }
        let is_planned = seen.started_at(member.start)
            && seen.started_at(row.start)
            && seen.volume == member.volume;
        let is_of_policy =
            seen.tags.get(tags::key::POLICY).map(SmolStr::as_str) == Some(rules.name.as_str());
        if !is_planned || !planted!(is_of_policy, DeletesWhatLostItsTag => true) {
            return Some(BlockedBy::Mismatch);
        }
        match &seen.state {
            // What failed goes without a floor, so it must still be what it was planned as.
            SnapshotState::Completed if row.came_from == Some(RowState::Error) => {
                return Some(BlockedBy::Mismatch);
            }
            SnapshotState::Error if row.came_from == Some(RowState::Completed) => {
                return Some(BlockedBy::Mismatch);
            }
            SnapshotState::Completed | SnapshotState::Error => {}
            SnapshotState::Pending => return Some(BlockedBy::Pending),
            SnapshotState::Other(state) => {
                planted!(return Some(BlockedBy::UnknownState(state.clone())), DeletesInAnUnknownState => {})
            }
        }
        if self.is_promised_more(rules, member, seen) {
            return Some(BlockedBy::Mismatch);
        }
        let all_stand = member
            .companions
            .iter()
            .all(|companion| self.carries(companion, member));
        (!all_stand).then(|| BlockedBy::Floor(member.volume.clone()))
    }

    /// Whether the tag says by now that it lives on, or says what nobody can read: a person may have set it since the
    /// plan was made.
    fn is_promised_more(&self, rules: &Policy, member: &ExpireMember, seen: &Snapshot) -> bool {
        let by_age = match member.why {
            Reason::FailedAndBlocking | Reason::FailedAndGraceEnded => false,
            _ => planted!(rules.retroactive == Retroactive::No, ShortensAPromise => false),
        };
        let Some(text) = seen.tags.get(tags::key::LIFETIME).filter(|_| by_age) else {
            return false;
        };
        match Lifetime::from_tag_value(text) {
            Some(lifetime) => lifetime.ends(seen.start).is_none_or(|ends| ends > self.at),
            None => true,
        }
    }

    /// Whether a companion is what the floor counts on: completed on both sides, of this volume.
    fn carries(&self, companion: &SnapshotId, member: &ExpireMember) -> bool {
        planted!(CountsAFailedCopy => { return true });
        self.good_rows.contains(companion)
            && self.seen.get(companion).is_some_and(|seen| {
                seen.state == SnapshotState::Completed && seen.volume == member.volume
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        AccountId, Encryption, InstallationId, PolicyName, Region, Slot, VolumeId,
    };
    use crate::plan::fixture;

    const OLD: &str = "snap-old";
    const NEW: &str = "snap-new";
    const START: Timestamp = Timestamp::from_ms(1_000);
    const LATER: Timestamp = Timestamp::from_ms(2_000);

    /// All that an objection depends on. As it begins, nothing stands against the delete.
    struct Case {
        installation: Installation,
        policy: Policy,
        member: ExpireMember,
        row: SnapshotRow,
        look: LastLook,
    }

    fn snapshot(id: &str) -> Snapshot {
        let tags = [
            (tags::key::INSTALLATION, "inst-1"),
            (tags::key::POLICY, "default"),
        ];
        Snapshot {
            encrypted: Encryption::Plain,
            id: SnapshotId::new(id),
            owner: AccountId::new("123456789012"),
            size_gib: 8,
            start: START,
            state: SnapshotState::Completed,
            tags: tags
                .map(|(key, value)| (SmolStr::new(key), SmolStr::new(value)))
                .into_iter()
                .collect(),
            volume: VolumeId::new("vol-db"),
        }
    }

    impl Case {
        fn new() -> Self {
            let (old, new) = (snapshot(OLD), snapshot(NEW));
            let policy = fixture::policy();
            let slot = Slot::from_text("20260105T020000Z");
            let lifetime = Lifetime::For(Span::days(1));
            Self {
                installation: Installation {
                    id: InstallationId::new("inst-1"),
                    account: AccountId::new("123456789012"),
                    region: Region::new("eu-central-1"),
                },
                member: ExpireMember {
                    companions: vec![new.id.clone()],
                    from: RowState::Completed,
                    revision: 3,
                    snapshot: old.id.clone(),
                    start: START,
                    volume: old.volume.clone(),
                    why: Reason::BeyondLast,
                },
                row: SnapshotRow::new(&old, &policy.name, &slot, lifetime, START),
                policy,
                look: LastLook {
                    at: START,
                    uptime: Span::ZERO,
                    good_rows: [new.id.clone()].into(),
                    locked: BTreeSet::new(),
                    seen: [old, new].map(|it| (it.id.clone(), it)).into(),
                },
            }
        }

        fn objection(&self) -> Option<BlockedBy> {
            self.look
                .objection(&self.installation, &self.policy, &self.member, &self.row)
        }

        /// The one that is to go, as EC2 shows it.
        fn old(&mut self) -> &mut Snapshot {
            self.look.seen.get_mut(&SnapshotId::new(OLD)).unwrap()
        }

        /// The one that the floor counts on.
        fn new_one(&mut self) -> &mut Snapshot {
            self.look.seen.get_mut(&SnapshotId::new(NEW)).unwrap()
        }

        /// Sets a tag of the one that is to go, or takes it off.
        fn tag(&mut self, key: &str, value: Option<&str>) {
            let old = self.old();
            let others = old.tags.iter().filter(|(other, _)| *other != key);
            let others = others.map(|(key, value)| (key.clone(), value.clone()));
            let tag = value.map(|value| (SmolStr::new(key), SmolStr::new(value)));
            old.tags = others.chain(tag).collect();
        }
    }

    /// One thing is otherwise than planned, and what stands against the delete then.
    #[test]
    fn whatever_is_otherwise_than_planned_stands_against_the_delete() {
        let mut told = String::new();
        let mut when = |what: &str, change: &dyn Fn(&mut Case)| {
            let mut case = Case::new();
            change(&mut case);
            let objection = match case.objection() {
                None => "it goes".to_owned(),
                Some(blocked) => blocked.to_string(),
            };
            told += &format!("{what:<44}  {objection}\n");
        };
        when("all is as planned", &|_| {});
        when("it failed", &|case| case.old().state = SnapshotState::Error);
        when("another policy's plan", &|case| {
            case.policy.name = PolicyName::parse("weekly").unwrap()
        });
        when("it is not seen", &|case| {
            case.look.seen.remove(&case.member.snapshot);
        });
        when("another owner", &|case| {
            case.old().owner = AccountId::new("210987654321")
        });
        when("no installation's tag", &|case| {
            case.tag(tags::key::INSTALLATION, None)
        });
        when("another installation's tag", &|case| {
            case.tag(tags::key::INSTALLATION, Some("inst-2"))
        });
        when("a hold", &|case| case.tag(tags::key::HOLD, Some("legal")));
        when("a hold without a reason", &|case| {
            case.tag(tags::key::HOLD, Some(""))
        });
        when("a lock", &|case| {
            case.look.locked.insert(case.member.snapshot.clone());
        });
        when("a lock on its companion", &|case| {
            case.look.locked.insert(SnapshotId::new(NEW));
        });
        when("no policy's tag", &|case| case.tag(tags::key::POLICY, None));
        when("another policy's tag", &|case| {
            case.tag(tags::key::POLICY, Some("weekly"))
        });
        when("a tag that promises more by now", &|case| {
            case.tag(tags::key::LIFETIME, Some("3600000"))
        });
        when("a tag that promises all time", &|case| {
            case.tag(tags::key::LIFETIME, Some("forever"))
        });
        when("a tag that nobody can read", &|case| {
            case.tag(tags::key::LIFETIME, Some("soon"))
        });
        when("a tag whose time has come", &|case| {
            case.tag(tags::key::LIFETIME, Some("3600000"));
            case.look.at = START + Span::hours(1);
        });
        when("such a tag, where the rule of now counts", &|case| {
            case.tag(tags::key::LIFETIME, Some("3600000"));
            case.policy.retroactive = Retroactive::Yes;
        });
        when("such a tag on one that failed", &|case| {
            case.tag(tags::key::LIFETIME, Some("3600000"));
            case.member.why = Reason::FailedAndGraceEnded;
        });
        when("another start than was planned with", &|case| {
            case.member.start = LATER
        });
        when("another start in its row", &|case| case.row.start = LATER);
        when("another start in EC2", &|case| case.old().start = LATER);
        when("the same start, told by EC2 in milliseconds", &|case| {
            case.old().start = Timestamp::from_ms(1_936)
        });
        when("an earlier start in EC2, within a second", &|case| {
            case.old().start = Timestamp::from_ms(999)
        });
        when("another volume than was planned with", &|case| {
            case.member.volume = VolumeId::new("vol-x")
        });
        when("another volume in EC2", &|case| {
            case.old().volume = VolumeId::new("vol-x")
        });
        when("it is pending", &|case| {
            case.old().state = SnapshotState::Pending
        });
        when("it failed, and was planned as completed", &|case| {
            case.row.came_from = Some(RowState::Completed);
            case.old().state = SnapshotState::Error
        });
        when("it is completed, and was planned as failed", &|case| {
            case.row.came_from = Some(RowState::Error)
        });
        when("a state that nobody knows", &|case| {
            case.old().state = SnapshotState::Other("recoverable".into())
        });
        when("its companion is not seen", &|case| {
            case.look.seen.remove(&SnapshotId::new(NEW));
        });
        when("its companion failed", &|case| {
            case.new_one().state = SnapshotState::Error
        });
        when("its companion is of another volume", &|case| {
            case.new_one().volume = VolumeId::new("vol-x")
        });
        when("its companion's row is not completed", &|case| {
            case.look.good_rows.clear()
        });
        when("one of two companions is not seen", &|case| {
            case.member.companions.push(SnapshotId::new("snap-newer"))
        });
        when("no floor holds, nothing else is seen", &|case| {
            case.member.companions.clear();
            case.look.good_rows.clear();
            case.look.seen.remove(&SnapshotId::new(NEW));
        });
        insta::assert_snapshot!(told, @"
        all is as planned                             it goes
        it failed                                     it goes
        another policy's plan                         EC2 and its row disagree about it
        it is not seen                                EC2 does not show it
        another owner                                 another account owns it
        no installation's tag                         it does not carry this installation's tag
        another installation's tag                    it does not carry this installation's tag
        a hold                                        it is held by the tag snaplife:hold
        a hold without a reason                       it is held by the tag snaplife:hold
        a lock                                        a snapshot lock protects it
        a lock on its companion                       it goes
        no policy's tag                               EC2 and its row disagree about it
        another policy's tag                          EC2 and its row disagree about it
        a tag that promises more by now               EC2 and its row disagree about it
        a tag that promises all time                  EC2 and its row disagree about it
        a tag that nobody can read                    EC2 and its row disagree about it
        a tag whose time has come                     it goes
        such a tag, where the rule of now counts      it goes
        such a tag on one that failed                 it goes
        another start than was planned with           EC2 and its row disagree about it
        another start in its row                      EC2 and its row disagree about it
        another start in EC2                          EC2 and its row disagree about it
        the same start, told by EC2 in milliseconds   it goes
        an earlier start in EC2, within a second      EC2 and its row disagree about it
        another volume than was planned with          EC2 and its row disagree about it
        another volume in EC2                         EC2 and its row disagree about it
        it is pending                                 its copy has not ended
        it failed, and was planned as completed       EC2 and its row disagree about it
        it is completed, and was planned as failed    EC2 and its row disagree about it
        a state that nobody knows                     it is in the unknown state `recoverable`
        its companion is not seen                     it is one of the last completed snapshots of vol-db
        its companion failed                          it is one of the last completed snapshots of vol-db
        its companion is of another volume            it is one of the last completed snapshots of vol-db
        its companion's row is not completed          it is one of the last completed snapshots of vol-db
        one of two companions is not seen             it is one of the last completed snapshots of vol-db
        no floor holds, nothing else is seen          it goes
        ");
    }
}
