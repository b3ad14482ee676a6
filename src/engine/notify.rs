//! Telling people: one message per pass, and only when there is something new.

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use crate::calls::Stop;
use crate::domain::Job;
use crate::journal::{Finding, FindingKind};
use crate::ports::Outcome;
use crate::ports::sns::Publish;

/// Lines of one message; the rest is counted.
const LINES_MAX: usize = 100;
/// Bytes of a line. SNS takes 256 KiB (API Reference, `Publish`), and AWS's own sentences can be long.
const LINE_BYTES_MAX: usize = 2_000;

/// Publishes what this pass found, when it differs from what people were last told of this job.
///
/// A standard topic has no idempotency, so an unanswered publish is not sent again in this pass:
/// better a message that comes with the next pass than two.
///
/// # Errors
/// [`Stop`] when the table can't be read or written. A topic that refuses is a finding, no error.
pub(super) async fn tell(pass: &Pass, job: Job) -> Result<(), Stop> {
    let Some(topic) = &pass.policy.notify else {
        return Ok(());
    };
    let findings = pass.findings();
    let told = digest(pass, &findings);
    let meta = pass.policy_meta().await?;
    if meta.notified.get(&job) == told.as_ref() {
        return Ok(());
    }
    if let Some(told) = &told {
        let subject = format_smolstr!(
            "snaplife {}: {job} found {}",
            pass.policy.name,
            findings.len()
        );
        let publish = Publish {
            message: message(&findings).into(),
            subject,
            topic: topic.clone(),
        };
        match pass.caller.send(told, publish).await {
            Outcome::Ok(_) => {}
            Outcome::Rejected(refused) => {
                let text = format_smolstr!("the topic refused the message with {}", refused.code);
                pass.report(FindingKind::NotifyFailed, topic.text().clone(), text);
                return Ok(());
            }
            Outcome::NotSent(cause) => {
                let text =
                    format_smolstr!("the message was not sent: {cause}; the next pass tells again");
                pass.report(FindingKind::NotifyFailed, topic.text().clone(), text);
                return Ok(());
            }
            Outcome::Unknown(_) => {
                let text =
                    "whether the message was published is not known; the next pass tells again";
                pass.report(FindingKind::NotifyFailed, topic.text().clone(), text);
                return Ok(());
            }
        }
    }
    pass.change_meta(|meta| {
        match &told {
            Some(told) => meta.notified.insert(job, told.clone()),
            None => meta.notified.remove(&job),
        };
    })
    .await
}

/// A line a finding, within what SNS takes.
fn message(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let mut line = format!("{}: {}", finding.subject, finding.text);
        if line.len() > LINE_BYTES_MAX {
            line.truncate(line.floor_char_boundary(LINE_BYTES_MAX));
            line.push('…');
        }
        line
    };
    let lines: Vec<String> = findings.iter().take(LINES_MAX).map(line).collect();
    let mut message = lines.join("\n");
    if findings.len() > LINES_MAX {
        message.push_str(&format!("\n… and {} more", findings.len() - LINES_MAX));
    }
    message
}

/// What is told, in 16 hexadecimal digits; none when there is nothing to tell. What lasts is told once;
/// that a slot has no snapshot is news with each slot.
fn digest(pass: &Pass, findings: &[Finding]) -> Option<SmolStr> {
    if findings.is_empty() {
        return None;
    }
    let mut hasher = blake3::Hasher::new();
    for finding in findings {
        let slot = match finding.kind {
            FindingKind::CreateFailed | FindingKind::MissedSlot => pass.slot.as_str(),
            _ => "",
        };
        hasher.update(format!("{:?}\n{}\n{slot}\n", finding.kind, finding.subject).as_bytes());
    }
    Some(SmolStr::new(&hasher.finalize().to_hex()[..16]))
}
