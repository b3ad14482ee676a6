//! How the tests tell a story: a policy and snapshots in, the plan as text out. Ages count back
//! from 2026-04-01.

use std::collections::BTreeMap;

use crate::domain::{
    AccountId, AtLeast, Counted, Encryption, ImageId, InstallationId, Lifetime, Policy, PolicyName,
    Retroactive, RowState, SetBegun, Slot, Snapshot, SnapshotId, SnapshotState, SourceGone, Span,
    Tags, Timestamp, VolumeId, duration, tags::key,
};
use crate::plan::decision::Subject;
use crate::plan::expire::{Blast, ExpirePlan, plan_expire};
use crate::plan::fixture;
use crate::plan::input::{
    BlastFacts, Creation, ExpireInput, Lock, RowFacts, SnapshotFacts, Source, VolumeFacts,
};
use crate::plan::lifetime::LifetimeNote;

const NOW: Timestamp = Timestamp::from_ms(1_775_001_600_000);

fn span(text: &str) -> Span {
    duration::parse(text).unwrap()
}

fn lifetime(text: &str) -> Lifetime {
    match text {
        "forever" => Lifetime::Forever,
        "count" => Lifetime::NOTHING,
        other => Lifetime::For(span(other)),
    }
}

/// What a test says about policy and volumes, besides the snapshots.
struct Setting {
    policy: Policy,
    source: Source,
    now: Option<Lifetime>,
    note: Option<LifetimeNote>,
    creation: Creation,
    approve: bool,
}

/// Reads `for 7d last 3 at-least 2 retroactive now 14d unreadable 7O gone 31d then finish
/// blocked approved small`.
fn setting(text: &str) -> Setting {
    let mut s = Setting {
        policy: fixture::policy(),
        source: Source::Present,
        now: None,
        note: None,
        creation: Creation::Free,
        approve: false,
    };
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap();
        match word {
            "for" => s.policy.keep.lifetime = Some(span(value())),
            "last" => s.policy.keep.last = Some(value().parse().unwrap()),
            "at-least" => s.policy.keep.at_least = AtLeast::new(value().parse().unwrap()),
            "retroactive" => s.policy.retroactive = Retroactive::Yes,
            "now" => s.now = Some(lifetime(value())),
            "unreadable" => {
                s.now = Some(Lifetime::Forever);
                let (key, value) = ("snaplifetime".into(), value().into());
                s.note = Some(LifetimeNote::Unreadable { key, value });
            }
            "gone" => {
                s.source = Source::Gone {
                    since: NOW - span(value()),
                }
            }
            "then" => {
                s.policy.source_gone = match value() {
                    "finish" => SourceGone::Finish,
                    "hold" => SourceGone::Hold,
                    other => SourceGone::KeepLast(span(other)),
                }
            }
            "blocked" => s.creation = Creation::BlockedByFailed,
            "approved" => s.approve = true,
            "small" => s.policy.limits.blast_floor = 1,
            other => panic!("unknown word {other}"),
        }
    }
    s
}

/// Reads `snap-a 8d completed`, then marks as they stand in the match below. Row and EC2 agree on
/// the state unless a mark says otherwise; the row's lifetime is 7 days.
fn snapshot(line: &str) -> (VolumeId, bool, SnapshotFacts) {
    let mut words = line.split_whitespace();
    let id = SnapshotId::from(words.next().unwrap());
    let age = words.next().unwrap();
    let start = match age.strip_prefix('+') {
        Some(ahead) => NOW + span(ahead),
        None => NOW - span(age),
    };
    let state = words.next().unwrap();
    let (state, came_from) = match state.split_once('/') {
        Some((state, from)) => (state, Some(RowState::from_text(from))),
        None => (state, None),
    };
    let in_ec2 = match (state, &came_from) {
        ("expiring", Some(RowState::Error)) => "error",
        ("expiring" | "deleted" | "lost", _) => "completed",
        (same, _) => same,
    };
    let mut row = RowFacts {
        policy: PolicyName::default(),
        state: RowState::from_text(state),
        came_from,
        set_begun: None,
        start,
        volume: "vol-1".into(),
        lifetime: Lifetime::For(Span::days(7)),
        slot: Slot::scheduled(start),
        set: None,
        counted: Counted::Once,
        revision: 1,
        updated_at: start + Span::minutes(10),
    };
    let mut tags = vec![
        (key::INSTALLATION, "ours".to_owned()),
        (key::POLICY, "default".to_owned()),
    ];
    let mut seen = Snapshot {
        encrypted: Encryption::Plain,
        id: id.clone(),
        owner: "111122223333".into(),
        size_gib: 8,
        start,
        state: SnapshotState::from_text(in_ec2),
        tags: Tags::default(),
        volume: "vol-1".into(),
    };
    let (mut lock, mut image, mut due) = (Lock::Open, None, true);
    let (mut has_row, mut is_seen) = (true, !matches!(state, "deleted" | "lost"));
    for mark in words {
        match mark.split_once('=').unwrap_or((mark, "")) {
            ("of", volume) => {
                row.volume = volume.into();
                seen.volume = volume.into();
            }
            ("set", set) => row.set = Some(set.into()),
            ("begun", text) => {
                let (members, ago) = text.split_once('/').unwrap();
                row.set_begun = Some(SetBegun {
                    at: NOW - span(ago),
                    members: members.parse().unwrap(),
                });
            }
            ("slot", slot) => row.slot = Slot::from_text(slot),
            ("life", text) => row.lifetime = lifetime(text),
            ("tag", text) => tags.push((key::LIFETIME, text.to_owned())),
            ("ec2", state) => seen.state = SnapshotState::from_text(state),
            ("owner", owner) => seen.owner = owner.into(),
            ("policy", name) => tags.push((key::POLICY, name.to_owned())),
            ("image", id) => image = Some(ImageId::from(id)),
            ("duplicate", _) => row.counted = Counted::Duplicate,
            ("held", _) => tags.push((key::HOLD, String::new())),
            ("locked", _) => lock = Lock::Locked,
            ("untagged", _) => tags.retain(|(name, _)| *name != key::INSTALLATION),
            ("moved", _) => seen.start += Span::seconds(1),
            ("unseen", _) => is_seen = false,
            ("seen", _) => is_seen = true,
            ("rowless", _) => has_row = false,
            ("later", _) => due = false,
            other => panic!("unknown mark {other:?}"),
        }
    }
    seen.tags = tags.into_iter().collect();
    let volume = row.volume.clone();
    let facts = SnapshotFacts {
        id,
        row: has_row.then_some(row),
        seen: is_seen.then_some(seen),
        lock,
        image,
    };
    (volume, due, facts)
}

pub(super) fn plan(words: &str, snapshots: &str) -> ExpirePlan {
    asked(words, snapshots, plan_expire)
}

/// The snapshots that locks and images are asked for.
pub(super) fn judged(words: &str, snapshots: &str) -> String {
    let judged = asked(words, snapshots, |input| input.judged());
    let names: Vec<&str> = judged.iter().map(SnapshotId::as_str).collect();
    names.join(" ")
}

fn asked<T>(words: &str, snapshots: &str, ask: impl FnOnce(&ExpireInput<'_>) -> T) -> T {
    let setting = setting(words);
    let (installation, account) = (
        InstallationId::from("ours"),
        AccountId::from("111122223333"),
    );
    let mut input = ExpireInput {
        policy: &setting.policy,
        installation: &installation,
        account: &account,
        now: NOW,
        due: [].into(),
        volumes: BTreeMap::new(),
        blast: BlastFacts {
            created_recently: 0,
            completed_known: 1000,
            approved: None,
        },
    };
    for line in snapshots
        .split(['\n', '|'])
        .filter(|line| !line.trim().is_empty())
    {
        let (volume, due, facts) = snapshot(line);
        if due {
            input.due.insert(facts.id.clone());
        }
        let volume = input.volumes.entry(volume).or_insert_with(|| VolumeFacts {
            source: setting.source,
            lifetime_now: setting.now,
            lifetime_note: setting.note.clone(),
            creation: setting.creation,
            snapshots: vec![],
        });
        volume.snapshots.push(facts);
    }
    if setting.approve {
        input.blast.approved = Some(plan_expire(&input).digest);
    }
    ask(&input)
}

/// The plan, a line for each decision; then what goes in which order, with its companions.
pub(super) fn plan_of(words: &str, snapshots: &str) -> String {
    let plan = plan(words, snapshots);
    let mut text = String::new();
    for decision in &plan.decisions {
        text += &format!("{}  {decision}", decision.subject);
        if let Subject::Snapshot(id) = &decision.subject
            && let Some(again) = plan.judge_again.get(id)
        {
            text += &match again.at {
                Some(at) => format!("; again in {}", at - NOW),
                None => "; not again".to_owned(),
            };
        }
        text += "\n";
    }
    for item in &plan.items {
        text += if item.finishes() { "finish" } else { "delete" };
        for member in &item.members {
            text += &format!(" {}", member.snapshot);
            if !member.companions.is_empty() {
                let names: Vec<&str> = member.companions.iter().map(SnapshotId::as_str).collect();
                text += &format!(" (beside {})", names.join(", "));
            }
        }
        text += "\n";
    }
    match &plan.blast {
        Blast::Within => {}
        other => text += &format!("{other:?}\n"),
    }
    text
}
