//! Hand-made results, for tests of the reports.

use crate::domain::{
    BlockedBy, InstanceId, Job, PolicyName, Slot, SnapshotId, Span, Timestamp, VolumeId,
};
use crate::journal::{Finding, FindingKind};
use crate::plan::{Decision, Reason, Subject, Verdict as Will};
use crate::player::{Broken, Figures, Lane, Note, PassStory, Played, StoryEvent, Verdict, Weight};
use crate::scenario::model::Level;

/// The start of every sample.
const START: &str = "2026-03-28T00:00:00Z";

fn at(day: i64, hour: i64, minute: i64, second: i64) -> Timestamp {
    Timestamp::parse(START).expect("a valid instant")
        + Span::days(day)
        + Span::hours(hour)
        + Span::minutes(minute)
        + Span::seconds(second)
}

/// A scenario that held.
pub(crate) fn held() -> Played {
    Played {
        path: "scenarios/recovery/lost-answer.yaml".into(),
        name: "A lost answer must not leave two snapshots".into(),
        why: "CreateSnapshots has no idempotency token.".into(),
        level: Level::Model,
        seed: 7,
        start: at(0, 0, 0, 0),
        verdict: Verdict::Held,
        full_digest: "ab".repeat(32).into(),
        decisions_digest: "cd".repeat(32).into(),
        figures: Figures {
            simulated: Span::days(10),
            passes: 260,
            calls: 1_212,
            mutations: 40,
            created: 7,
            deleted: 1,
            decisions: 80,
            lines: 2_600,
            checks: 5_000,
        },
        passes: passes(),
        events: events(),
        notes: Vec::new(),
        journal: None,
    }
}

/// Another one that held, with other widths.
pub(crate) fn small() -> Played {
    Played {
        path: "scenarios/retention/leap-day.yaml".into(),
        name: "A leap day is a day like any other, and what was taken on it lives as long as \
               everything else"
            .into(),
        figures: Figures {
            simulated: Span::hours(36),
            calls: 9,
            created: 12,
            ..Figures::default()
        },
        ..held()
    }
}

/// One that held with a step that met nothing.
pub(crate) fn noted() -> Played {
    Played {
        notes: vec![Note {
            at: at(4, 0, 0, 0),
            file_line: 18,
            text: "the step {at: 4d, outsider: {delete_snapshot: nth 30 of vol-db}} met nothing"
                .into(),
        }],
        ..held()
    }
}

/// One that broke an invariant and an expectation.
pub(crate) fn failed() -> Played {
    let expectation = Broken {
        id: "expectation".into(),
        promise: "snapshots { of: vol-db, completed: 7 }".into(),
        at: at(10, 0, 0, 0),
        file_line: Some(21),
        expected: "7 completed".into(),
        actual: "0 completed".into(),
        subjects: vec!["vol-db".into()],
    };
    Played {
        verdict: Verdict::Broken(vec![broken(), expectation]),
        ..held()
    }
}

/// One whose two runs differed.
pub(crate) fn not_deterministic() -> Played {
    Played {
        verdict: Verdict::NotDeterministic {
            line: 1_234,
            difference: "  {\"at\":1}\n- {\"at\":2}\n+ {\"at\":3}".to_owned(),
        },
        ..held()
    }
}

/// One that met a mistake of ours.
pub(crate) fn bug() -> Played {
    Played {
        verdict: Verdict::Bug("src/plan/expire.rs:10: a set has members".to_owned()),
        passes: Vec::new(),
        events: Vec::new(),
        ..small()
    }
}

/// The invariant that [`failed`] broke.
pub(crate) fn broken() -> Broken {
    Broken {
        id: "S3".into(),
        promise: "Our own hand never takes a volume below its floor".into(),
        at: at(4, 2, 30, 2),
        file_line: None,
        expected: "vol-db keeps at least 1 completed snapshot".into(),
        actual: "vol-db has 0 after the delete of snap-a".into(),
        subjects: vec!["vol-db".into(), "snap-a".into()],
    }
}

/// A timeline with something beside the point and something after the break.
pub(crate) fn events() -> Vec<StoryEvent> {
    let event = |at, lane, text: &str, subject: &str, pass| StoryEvent {
        at,
        lane,
        text: text.into(),
        subject: subject.into(),
        pass,
        weight: if lane == Lane::Outside {
            Weight::Telling
        } else {
            Weight::Usual
        },
    };
    vec![
        event(
            at(0, 0, 0, 0),
            Lane::Outside,
            "the answer to ec2:CreateSnapshots is lost",
            "",
            None,
        ),
        event(
            at(0, 2, 30, 0),
            Lane::Engine,
            "ec2:CreateSnapshots for i-db: no answer came in time, so it may have acted; it is \
             looked for before anything is sent again",
            "vol-db",
            Some(3),
        ),
        event(
            at(0, 2, 34, 0),
            Lane::Aws,
            "snap-a of vol-db is completed",
            "snap-a",
            None,
        ),
        event(
            at(1, 0, 0, 0),
            Lane::Engine,
            "snap-ab is kept",
            "snap-ab",
            Some(4),
        ),
        event(
            at(4, 2, 30, 1),
            Lane::Engine,
            "ec2:DeleteSnapshot snap-a",
            "snap-a",
            Some(9),
        ),
        event(at(5, 0, 0, 0), Lane::Aws, "snap-a is gone", "snap-a", None),
    ]
}

fn passes() -> Vec<PassStory> {
    let decision = |subject, verdict, reason| Decision {
        reason,
        subject,
        verdict,
    };
    let snapshot = |id: &str| Subject::Snapshot(SnapshotId::from(id));
    let create = PassStory {
        number: 3,
        job: Job::Create,
        policy: PolicyName::default(),
        slot: Slot::scheduled(at(0, 2, 30, 0)),
        began: at(0, 2, 30, 0),
        ended: None,
        stopped: None,
        decisions: vec![(
            at(0, 2, 30, 0),
            decision(
                Subject::Instance(InstanceId::from("i-db")),
                Will::Take,
                Reason::Selected,
            ),
        )],
        findings: Vec::new(),
    };
    let expire = PassStory {
        number: 9,
        job: Job::Expire,
        slot: Slot::scheduled(at(4, 2, 30, 0)),
        began: at(4, 2, 30, 0),
        ended: Some(at(4, 2, 30, 5)),
        stopped: Some("the deadline came first".into()),
        decisions: vec![
            (
                at(4, 2, 30, 0),
                decision(
                    snapshot("snap-a"),
                    Will::Expire,
                    Reason::LifetimeEnded(at(4, 2, 29, 0)),
                ),
            ),
            (
                at(4, 2, 30, 1),
                decision(
                    snapshot("snap-b"),
                    Will::Block,
                    Reason::Blocked(BlockedBy::Floor(VolumeId::from("vol-db"))),
                ),
            ),
        ],
        findings: vec![(
            at(4, 2, 30, 2),
            Finding {
                kind: FindingKind::Blocked,
                subject: "snap-b".into(),
                text: "snap-b is due and can't be deleted".into(),
            },
        )],
        ..create.clone()
    };
    let sync = PassStory {
        number: 10,
        job: Job::Sync,
        slot: Slot::scheduled(at(5, 0, 0, 0)),
        began: at(5, 0, 0, 0),
        ended: Some(at(5, 0, 0, 0)),
        decisions: Vec::new(),
        ..create.clone()
    };
    let later = |number: u32, hour: i64| PassStory {
        number,
        slot: Slot::scheduled(at(5, hour, 0, 0)),
        began: at(5, hour, 0, 0),
        ended: Some(at(5, hour, 0, 1)),
        ..sync.clone()
    };
    let (second, third) = (later(11, 1), later(12, 2));
    vec![create, expire, sync, second, third]
}
