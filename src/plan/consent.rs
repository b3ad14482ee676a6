//! How much of its plan a pass may carry out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::create::CreateTask;
use super::decision::{Decision, Verdict};
use super::expire::{Blast, ExpireMember};
use crate::domain::PlanDigest;

/// How much of its plan a pass may carry out.
///
/// It bounds creations and deletes. What a pass notes in the table about the rest (that a copy ended,
/// when something is judged next) it notes whatever was consented to; of nothing it notes nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// All of it: a schedule's pass.
    #[default]
    Everything,
    /// Nothing: a rehearsal. No call that changes anything is sent, and no lease is taken.
    Nothing,
    /// What this plan says and nothing else; where it is not what it was, nothing.
    Exactly(Box<PassPlan>),
}

impl Consent {
    /// Whether a pass may do all it plans.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::Everything
    }
}

/// What a pass decided, as data: what is shown, what is kept in a file, and what is carried out are
/// this value.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassPlan {
    /// How the blast limit judged it; none for other jobs than `expire`, and when nothing is due.
    pub blast: Option<BlastVerdict>,
    /// The creations, sorted by target.
    pub creations: Vec<CreateTask>,
    /// Everything that was looked at, with its reason.
    pub decisions: Vec<Decision>,
    /// The deletes, in their order.
    pub deletes: Vec<ExpireMember>,
}

/// How the blast limit judged a plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlastVerdict {
    /// The digest that a person approves.
    pub digest: PlanDigest,
    /// Whether it is few enough.
    pub verdict: Blast,
}

/// Something that was consented to and not done.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Refused {
    /// What: an instance, a volume or a snapshot.
    pub subject: SmolStr,
    /// Why, in a sentence without its subject.
    pub why: SmolStr,
}

impl PassPlan {
    /// What is created or deleted by it: targets, then snapshots.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        let creations = self.creations.iter().map(CreateTask::target);
        creations.chain(self.deletes.iter().map(|member| member.snapshot.as_str()))
    }

    /// A subject that is created or deleted without a decision that says so. No plan that was made
    /// has one; whoever changed a file by hand shows one thing and does another.
    #[must_use]
    pub fn untold(&self) -> Option<&str> {
        let told: BTreeSet<&str> = self
            .decisions
            .iter()
            .filter(|decision| matches!(decision.verdict, Verdict::Take | Verdict::Expire))
            .map(|decision| decision.subject.text().as_str())
            .collect();
        self.subjects().find(|subject| !told.contains(subject))
    }

    /// Whether nothing is created or deleted by it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.creations.is_empty() && self.deletes.is_empty()
    }
}

impl ExpireMember {
    /// Whether it is the same delete for the same reason. Which snapshots carry the floor meanwhile is
    /// for the moment of the delete to say.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let Self {
            snapshot,
            volume,
            start,
            revision,
            from,
            companions: _,
            lifetime_tag: _,
            newer: _,
            why,
        } = self;
        *snapshot == other.snapshot
            && *volume == other.volume
            && *start == other.start
            && *revision == other.revision
            && *from == other.from
            && *why == other.why
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BootVolume, Lifetime, RowState, Tags, Timestamp};
    use crate::plan::Subject;
    use crate::plan::{Reason, Taken};

    fn member() -> ExpireMember {
        ExpireMember {
            snapshot: "snap-a".into(),
            volume: "vol-a".into(),
            start: Timestamp::EPOCH,
            revision: 1,
            from: RowState::Completed,
            companions: vec!["snap-b".into()],
            lifetime_tag: None,
            newer: vec![],
            why: Reason::BeyondLast,
        }
    }

    #[test]
    fn a_plan_is_about_its_targets_and_then_its_snapshots() {
        let task = |taken| CreateTask {
            taken,
            lifetime: Lifetime::Forever,
            members: vec![],
            note: None,
            tags: Tags::default(),
        };
        let creates = PassPlan {
            creations: vec![
                task(Taken::Single {
                    volume: "vol-z".into(),
                }),
                task(Taken::AsSet {
                    boot_volume: BootVolume::Include,
                    exclude: vec![],
                    instance: "i-a".into(),
                }),
            ],
            ..PassPlan::default()
        };
        let deletes = PassPlan {
            deletes: vec![member()],
            ..PassPlan::default()
        };
        let both = PassPlan {
            creations: creates.creations.clone(),
            deletes: deletes.deletes.clone(),
            ..PassPlan::default()
        };
        let subjects = |plan: &PassPlan| plan.subjects().collect::<Vec<_>>().join(" ");
        assert_eq!(subjects(&both), "vol-z i-a snap-a");
        assert!(PassPlan::default().is_empty());
        assert!(!creates.is_empty() && !deletes.is_empty() && !both.is_empty());
    }

    #[test]
    fn each_deed_of_a_plan_is_one_of_its_decisions() {
        let mut plan = PassPlan {
            deletes: vec![member()],
            ..PassPlan::default()
        };
        assert_eq!(plan.untold(), Some("snap-a"));
        let told = |verdict| Decision {
            subject: Subject::Snapshot("snap-a".into()),
            verdict,
            reason: crate::plan::Reason::BeyondLast,
        };
        plan.decisions = vec![told(Verdict::Keep)];
        assert_eq!(plan.untold(), Some("snap-a"));
        plan.decisions.push(told(Verdict::Expire));
        assert_eq!(plan.untold(), None);
    }

    #[test]
    fn only_a_schedules_pass_may_do_all() {
        assert!(Consent::Everything.is_everything());
        assert!(!Consent::Nothing.is_everything());
        assert!(!Consent::Exactly(Box::default()).is_everything());
    }

    #[test]
    fn a_delete_that_differs_in_one_thing_is_another_one() {
        let member = member();
        let change = |change: fn(&mut ExpireMember)| {
            let mut other = member.clone();
            change(&mut other);
            member.is_same(&other)
        };
        assert!(change(|_| {}));
        assert!(change(|other| other.companions = vec!["snap-c".into()]));
        assert!(!change(|other| other.snapshot = "snap-z".into()));
        assert!(!change(|other| other.volume = "vol-z".into()));
        assert!(!change(|other| other.start = Timestamp::from_ms(1)));
        assert!(!change(|other| other.revision = 2));
        assert!(!change(|other| other.from = RowState::Error));
        assert!(!change(|other| other.why = Reason::FailedAndBlocking));
    }
}
