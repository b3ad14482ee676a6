//! Telling people: one message per pass, and only when there is something new.

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use crate::calls::Stop;
use crate::domain::Job;
use crate::journal::FindingKind;
use crate::ports::Outcome;
use crate::ports::sns::Publish;

/// Lines of one message; the rest is counted. SNS takes 256 KiB.
const LINES_MAX: usize = 100;

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
    let told = digest(&findings);
    let meta = pass.policy_meta().await?;
    if meta.notified.get(&job) == told.as_ref() {
        return Ok(());
    }
    if let Some(told) = &told {
        let lines: Vec<String> = findings
            .iter()
            .take(LINES_MAX)
            .map(|finding| format!("{}: {}", finding.subject, finding.text))
            .collect();
        let mut message = lines.join("\n");
        if findings.len() > LINES_MAX {
            message.push_str(&format!("\n… and {} more", findings.len() - LINES_MAX));
        }
        let subject = format_smolstr!(
            "snaplife {}: {job} found {}",
            pass.policy.name,
            findings.len()
        );
        let publish = Publish {
            message: message.into(),
            subject,
            topic: topic.clone(),
        };
        match pass.caller.send(told, publish).await {
            Outcome::Ok(_) => {}
            Outcome::Rejected(refused) => {
                let text = format_smolstr!("the topic refused the message with {}", refused.code);
                pass.find(FindingKind::NotifyFailed, topic.text().clone(), text);
                return Ok(());
            }
            Outcome::NotSent(cause) => {
                let text =
                    format_smolstr!("the message was not sent: {cause}; the next pass tells again");
                pass.find(FindingKind::NotifyFailed, topic.text().clone(), text);
                return Ok(());
            }
            Outcome::Unknown(_) => {
                let text =
                    "whether the message was published is not known; the next pass tells again";
                pass.find(FindingKind::NotifyFailed, topic.text().clone(), text);
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

/// What is told, in 16 hexadecimal digits; none when there is nothing to tell.
fn digest(findings: &[crate::journal::Finding]) -> Option<SmolStr> {
    if findings.is_empty() {
        return None;
    }
    let mut hasher = blake3::Hasher::new();
    for finding in findings {
        hasher.update(format!("{:?}\n{}\n", finding.kind, finding.subject).as_bytes());
    }
    Some(SmolStr::new(&hasher.finalize().to_hex()[..16]))
}
