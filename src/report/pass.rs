//! What a pass would do, and what one did, as a person reads it.

use smol_str::SmolStr;

use super::kind::kind_name;
use super::look::Look;
use crate::domain::{Job, PolicyName, RowState, Slot, VolumeId};
use crate::engine::PassReport;
use crate::journal::RowChange;
use crate::plan::{Blast, CreateTask, Decision, PassPlan, Reason, Subject, Verdict};

/// Which pass.
#[derive(Clone, Copy, Debug)]
pub struct Which<'a> {
    /// Whose.
    pub policy: &'a PolicyName,
    /// Which job.
    pub job: Job,
    /// For what.
    pub slot: &'a Slot,
}

/// What a pass would do, with everything that it would leave and why. Several lines.
#[must_use]
pub fn plan(which: Which<'_>, plan: &PassPlan, rows: &[RowChange], look: Look) -> String {
    let mut lines = heading("plan", which, look);
    for task in &plan.creations {
        lines += &line("take", task.target(), &taken(task), look);
    }
    for decision in &plan.decisions {
        if decision.verdict != Verdict::Take {
            let subject = subject(decision, plan);
            lines += &line(decision.verdict.as_str(), &subject, &why(decision), look);
        }
    }
    for change in rows {
        lines += &row(change, look);
    }
    if let Some(blast) = &plan.blast
        && let Blast::Stopped { wanted, allowed } = blast.verdict
    {
        let text = format!(
            "{wanted} snapshots would go and {allowed} may go in one run, so none does until a person approves {}",
            blast.digest
        );
        lines += &line("stopped", which.policy.as_str(), &text, look);
    }
    if plan.decisions.is_empty() && rows.is_empty() {
        lines += "  nothing\n";
    }
    lines
}

/// What a pass did. Several lines.
#[must_use]
pub fn report(which: Which<'_>, report: &PassReport, look: Look) -> String {
    let mut lines = heading("done", which, look);
    for change in &report.rows {
        lines += &row(change, look);
    }
    for refused in &report.refused {
        lines += &line("refused", &refused.subject, &refused.why, look);
    }
    lines += &findings(report, look);
    if report.rows.is_empty() && report.refused.is_empty() && report.findings.is_empty() {
        lines += "  nothing changed\n";
    }
    lines
}

/// A pass among many in a line, and what it found below it.
#[must_use]
pub fn in_passing(which: Which<'_>, report: &PassReport, look: Look) -> String {
    let changes = usize::try_from(report.mutations).unwrap_or(usize::MAX);
    let text = format!(
        "{} of {}, {}: {}",
        which.job,
        which.policy,
        which.slot,
        count(changes, "change")
    );
    format!("{}\n{}", look.strong(&text), findings(report, look))
}

/// What a pass found, stopped at and asks for: lines, or nothing.
#[must_use]
pub fn findings(report: &PassReport, look: Look) -> String {
    let mut lines = String::new();
    for finding in &report.findings {
        let text = format!("{}: {}", kind_name(finding.kind), finding.text);
        lines += &line("reports", &finding.subject, &text, look);
    }
    if let Some(at) = report.resume_at {
        lines += &line(
            "go on",
            &at.to_string(),
            "a `create` pass is wanted then",
            look,
        );
    }
    lines
}

/// What a plan comes to, for the question whether to go on: `take snapshots of 3 targets`.
#[must_use]
pub fn sum(plan: &PassPlan, rows: &[RowChange]) -> Option<String> {
    let mut parts = Vec::new();
    let volumes: usize = plan.creations.iter().map(|task| task.members.len()).sum();
    if volumes > 0 {
        parts.push(format!("take {}", count(volumes, "snapshot")));
    }
    if !plan.deletes.is_empty() {
        parts.push(format!("delete {}", count(plan.deletes.len(), "snapshot")));
    }
    if !rows.is_empty() {
        parts.push(format!("change {}", count(rows.len(), "row")));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn count(number: usize, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}

fn heading(what: &str, which: Which<'_>, look: Look) -> String {
    let text = format!("{what}: {} of {}, {}", which.job, which.policy, which.slot);
    format!("{}\n", look.strong(&text))
}

fn line(verdict: &str, subject: &str, sentence: &str, look: Look) -> String {
    let head = format!("  {verdict:<9}  {subject}  ");
    let indent = head.chars().count();
    let indent = if indent * 2 > look.width { 6 } else { indent };
    format!("{head}{}\n", look.hang(indent, sentence))
}

fn taken(task: &CreateTask) -> String {
    let volumes: Vec<&str> = task.members.iter().map(|m| m.volume.as_str()).collect();
    format!("{}; lives {}", volumes.join(", "), task.lifetime)
}

/// A snapshot is told with its volume, as far as the plan knows it.
fn subject(decision: &Decision, plan: &PassPlan) -> SmolStr {
    let volume: Option<&VolumeId> = match &decision.subject {
        Subject::Snapshot(id) => {
            let mut deletes = plan.deletes.iter();
            let member = deletes.find(|member| member.snapshot == *id);
            member.map(|member| &member.volume)
        }
        Subject::Instance(_) | Subject::Volume(_) => None,
    };
    match volume {
        Some(volume) => format!("{} of {volume}", decision.subject).into(),
        None => decision.subject.as_str().into(),
    }
}

fn why(decision: &Decision) -> String {
    match &decision.reason {
        Reason::Selected => String::new(),
        reason => reason.to_string(),
    }
}

fn row(change: &RowChange, look: Look) -> String {
    let from = change.from.as_ref().map_or("no row", RowState::as_str);
    let text = format!("{from} → {}: {}", change.to.as_str(), change.reason);
    line("row", &change.key, &text, look)
}
