//! From what was looked at to the fields of its report.

use super::shape::{
    CheckReport, DoctorReport, ExplainReport, FactReport, ListReport, ListedReport, NextPassReport,
    SCHEMA, ShowReport, StepReport,
};
use crate::domain::{Lifetime, SnapshotId, Timestamp};
use crate::look::doctor::{Check, gravest};
use crate::look::explain::{Explanation, NextPass, Step, When};
use crate::look::list::Listed;
use crate::look::show::Shown;
use crate::report::json::reason::ReasonReport;
use crate::scenario::model::BlockedKind;

impl ListReport {
    /// A report of these, in this order.
    #[must_use]
    pub fn of(listed: &[Listed], now: Timestamp) -> Self {
        Self {
            schema: SCHEMA,
            now: now.to_string(),
            now_ms: now.as_ms(),
            snapshots: listed.iter().map(ListedReport::of).collect(),
        }
    }
}

impl ListedReport {
    fn of(one: &Listed) -> Self {
        let not_before = one.not_before();
        Self {
            snapshot: one.id.to_string(),
            policy: one.policy.to_string(),
            volume: one.volume.to_string(),
            instance: one.instance.as_ref().map(ToString::to_string),
            row: one.row.as_ref().map(ToString::to_string),
            ec2: one.ec2.as_ref().map(|state| state.as_str().to_owned()),
            agrees: one.agrees(),
            start: one.start.to_string(),
            start_ms: one.start.as_ms(),
            lifetime_ms: match one.lifetime {
                Some(Lifetime::For(span)) => Some(span.as_ms()),
                Some(Lifetime::Forever) | None => None,
            },
            not_before: not_before.map(|at| at.to_string()),
            not_before_ms: not_before.map(Timestamp::as_ms),
            blocked_by: one.blocked_by.as_ref().map(|by| BlockedKind::of(by).name()),
            blocked_sentence: one.blocked_by.as_ref().map(ToString::to_string),
        }
    }
}

impl ShowReport {
    /// A report of one snapshot.
    #[must_use]
    pub fn of(shown: &Shown) -> Self {
        let facts: Vec<FactReport> = shown
            .lines()
            .into_iter()
            .filter(|line| line.row.is_some() || line.ec2.is_some())
            .map(|line| FactReport {
                what: line.what,
                row: line.row,
                ec2: line.ec2,
                differs: line.differs,
            })
            .collect();
        Self {
            schema: SCHEMA,
            now: shown.now.to_string(),
            now_ms: shown.now.as_ms(),
            snapshot: shown.id.to_string(),
            has_row: shown.row.is_some(),
            in_ec2: shown.ec2.is_some(),
            agrees: facts.iter().all(|fact| !fact.differs),
            facts,
        }
    }
}

impl ExplainReport {
    /// A report of one explanation.
    #[must_use]
    pub fn of(it: &Explanation) -> Self {
        Self {
            schema: SCHEMA,
            now: it.now.to_string(),
            now_ms: it.now.as_ms(),
            snapshot: it.id.to_string(),
            volume: it.volume.to_string(),
            instance: it.instance.as_ref().map(ToString::to_string),
            row: it.state.to_string(),
            ec2: it.ec2.as_ref().map(|state| state.as_str().to_owned()),
            start: it.start.to_string(),
            start_ms: it.start.as_ms(),
            steps: it.steps.iter().map(StepReport::of).collect(),
            companions: ids(&it.companions),
            at_least: it.floor.at_least,
            completed: ids(&it.floor.completed),
            next_pass: NextPassReport::of(&it.next),
        }
    }
}

impl StepReport {
    fn of(step: &Step) -> Self {
        Self {
            from: step.from.to_string(),
            from_ms: step.from.as_ms(),
            verdict: step.verdict.as_str(),
            reason: ReasonReport::from(&step.reason),
            sentence: step.reason.to_string(),
        }
    }
}

impl NextPassReport {
    fn of(next: &NextPass) -> Self {
        let blank = |does, at: Option<&When>| {
            let at = match at {
                Some(When::Scheduled(at)) => Some(*at),
                Some(When::ByHand) | None => None,
            };
            Self {
                does,
                at: at.map(|at| at.to_string()),
                at_ms: at.map(Timestamp::as_ms),
                judge_at: None,
                judge_at_ms: None,
                verdict: None,
                reason: None,
            }
        };
        match next {
            NextPass::LooksLater { at, judge_at } => Self {
                judge_at: judge_at.map(|at| at.to_string()),
                judge_at_ms: judge_at.map(Timestamp::as_ms),
                ..blank("looks-later", Some(at))
            },
            NextPass::Judges {
                at,
                verdict,
                reason,
                ..
            } => Self {
                verdict: Some(verdict.as_str()),
                reason: Some(ReasonReport::from(reason)),
                ..blank("judges", Some(at))
            },
            NextPass::NothingIsJudged(_) => blank("judges-nothing", None),
        }
    }
}

impl DoctorReport {
    /// A report of these, in this order.
    #[must_use]
    pub fn of(checks: &[Check]) -> Self {
        Self {
            schema: SCHEMA,
            gravest: gravest(checks).word(),
            checks: checks
                .iter()
                .map(|check| CheckReport {
                    subject: check.subject.name(),
                    level: check.level.word(),
                    found: check.found.clone(),
                    remedy: check.remedy.clone(),
                })
                .collect(),
        }
    }
}

fn ids(all: &[SnapshotId]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}
