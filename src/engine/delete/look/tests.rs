//! What a look says against a delete.

use super::*;
use crate::domain::{AccountId, Encryption, InstallationId, Lifetime, Region, Slot, VolumeId};
use crate::plan::Reason;

const OLD: &str = "snap-old";
const NEW: &str = "snap-new";
const START: Timestamp = Timestamp::from_ms(1_000);
const LATER: Timestamp = Timestamp::from_ms(2_000);

/// All that an objection depends on. As it begins, nothing stands against the delete.
struct Case {
    installation: Installation,
    policy: PolicyName,
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
        let policy = PolicyName::default();
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
                lifetime_tag: None,
                newer: Vec::new(),
                revision: 3,
                snapshot: old.id.clone(),
                start: START,
                volume: old.volume.clone(),
                why: Reason::BeyondLast,
            },
            row: SnapshotRow::new(&old, &policy, &slot, lifetime, START),
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
        case.policy = PolicyName::parse("weekly").unwrap()
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
    when("a lifetime by its tag, as it was planned", &|case| {
        case.member.lifetime_tag = Some("3600000".into());
        case.tag(tags::key::LIFETIME, Some("3600000"));
    });
    when("another lifetime by its tag", &|case| {
        case.member.lifetime_tag = Some("3600000".into());
        case.tag(tags::key::LIFETIME, Some("forever"));
    });
    when("a lifetime by its tag that was not there", &|case| {
        case.tag(tags::key::LIFETIME, Some("soon"))
    });
    when("no lifetime by its tag any more", &|case| {
        case.member.lifetime_tag = Some("3600000".into())
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
    when("its companion carries another policy's tag", &|case| {
        let tags = case.new_one().tags.iter();
        let others = tags.filter(|(key, _)| *key != tags::key::POLICY);
        let others: Vec<_> = others
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let other = (SmolStr::new(tags::key::POLICY), SmolStr::new("weekly"));
        case.new_one().tags = others.into_iter().chain([other]).collect();
    });
    when("its companion is another account's", &|case| {
        case.new_one().owner = AccountId::new("210987654321")
    });
    when("its companion's row is not completed", &|case| {
        case.look.good_rows.clear()
    });
    when("one of two companions is not seen", &|case| {
        case.member.companions.push(SnapshotId::new("snap-newer"))
    });
    when("a newer one that the count needs is not seen", &|case| {
        case.member.newer.push(SnapshotId::new("snap-newer"))
    });
    when("a newer one that the count needs has no row", &|case| {
        case.member.companions.clear();
        case.member.newer.push(SnapshotId::new(NEW));
        case.look.good_rows.clear();
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
    a lifetime by its tag, as it was planned      it goes
    another lifetime by its tag                   EC2 and its row disagree about it
    a lifetime by its tag that was not there      EC2 and its row disagree about it
    no lifetime by its tag any more               EC2 and its row disagree about it
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
    its companion carries another policy's tag    it is one of the last completed snapshots of vol-db
    its companion is another account's            it is one of the last completed snapshots of vol-db
    its companion's row is not completed          it is one of the last completed snapshots of vol-db
    one of two companions is not seen             it is one of the last completed snapshots of vol-db
    a newer one that the count needs is not seen  it is one of the last completed snapshots of vol-db
    a newer one that the count needs has no row   it goes
    no floor holds, nothing else is seen          it goes
    ");
}
