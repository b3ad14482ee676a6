//! One creation: take the slot, say what will be sent, send it, record what came back.

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::settle::Told;
use super::{operation, settle, unanswered};
use crate::calls::{Stop, settle as settle_outcome};
use crate::catalog::write::put;
use crate::catalog::{Intent, IntentState, Written, key, read};
use crate::domain::{OpId, Span, Tags, VolumeId, tags};
use crate::journal::FindingKind;
use crate::plan::{CreateTask, Taken};
use crate::ports::ec2::{CreateSnapshot, CreateSnapshots, CreatedSnapshots};
use crate::ports::{NotSentCause, Operation, Outcome, Rejection, RejectionClass};

/// How one creation went.
pub(super) enum Sent {
    /// Its snapshots have rows, or it will not be done and people were told.
    Settled,
    /// Another run has it.
    Elsewhere,
    /// AWS refused for now; nothing happened.
    Again {
        /// How often it was tried.
        attempts: usize,
    },
    /// It was sent and no usable answer came.
    Open(Box<Intent>),
}

/// Does one creation, or goes on with one that an earlier pass began.
///
/// A crash before the first write leaves nothing; after it, a slot that is taken and not sent;
/// after the second, an intent that says which operation to look for.
pub(super) async fn one(
    pass: &Pass,
    task: &CreateTask,
    intent: Option<Intent>,
) -> Result<Sent, Stop> {
    let mut intent = match intent {
        // An earlier pass may have sent it: first find out what that did.
        Some(intent) if !unanswered::may_be_sent(&intent) => {
            return Ok(Sent::Open(Box::new(intent)));
        }
        Some(intent) => intent,
        None => match take(pass, task).await? {
            Some(intent) => intent,
            None => return Ok(Sent::Elsewhere),
        },
    };
    let members = task.members.iter().map(|member| member.volume.clone());
    intent.mean(members.collect(), task.lifetime);
    // A consistent snapshot prepares its guest here, between taking the slot and sending.
    send(pass, task, intent).await
}

/// Takes the slot for the target; none when another run has it.
async fn take(pass: &Pass, task: &CreateTask) -> Result<Option<Intent>, Stop> {
    let members = task
        .members
        .iter()
        .map(|member| member.volume.clone())
        .collect();
    let (policy, slot) = (&pass.policy.name, &pass.slot);
    let mut intent = Intent::taken(
        policy,
        slot,
        task.target(),
        members,
        task.lifetime,
        pass.now(),
    );
    if put(&pass.caller, &pass.writer, &mut intent).await? == Written::Done {
        return Ok(Some(intent));
    }
    let key = key::intent(policy, slot, task.target());
    let Some(item) = read::get(&pass.caller, &key).await? else {
        return Ok(None);
    };
    let stored = Intent::from_item(item)?;
    Ok((stored.state == IntentState::Taken).then_some(stored))
}

async fn send(pass: &Pass, task: &CreateTask, mut intent: Intent) -> Result<Sent, Stop> {
    let op = operation::next_id(pass, &intent);
    intent.ops.push(op.clone());
    intent.empty_looks = 0;
    let resent = intent.ops.len() > 1;
    let mut attempt = 1;
    loop {
        let turn = match &task.taken {
            Taken::AsSet { .. } => pass.caller.wait_turn::<CreateSnapshots>().await,
            Taken::Single { .. } => pass.caller.wait_turn::<CreateSnapshot>().await,
        };
        if let Err(cause) = turn {
            return not_sent(pass, intent, cause).await;
        }
        let now = pass.now();
        // Another pass, with another clock, will measure from these.
        intent
            .first_sent_at
            .get_or_insert(pass.caller.earliest_now());
        intent.sent_at = Some(pass.caller.latest_now());
        intent.enter(IntentState::Sending, "its creation is being sent", now);
        let written = planted!(put(&pass.caller, &pass.writer, &mut intent).await?, SendsBeforeItWrites => Written::Done);
        if written == Written::Conflict {
            return Ok(Sent::Elsewhere);
        }
        if is_dated(pass, &intent) {
            continue;
        }
        let (outcome, wait) = call(pass, task, &op, attempt).await;
        match outcome {
            // An answer that names none of what was asked for is no answer: what it did is looked for.
            Outcome::Ok(created) if !names_any(task, &created) => {
                return Ok(Sent::Open(Box::new(intent)));
            }
            Outcome::Ok(created) => {
                let made = &created.snapshots;
                settle::record(pass, &mut intent, Some(task), made, Told::ByAnswer).await?;
                return Ok(Sent::Settled);
            }
            Outcome::Unknown(_) => {
                planted!(return Ok(Sent::Open(Box::new(intent))), ResendsAnUnknownCreate => {})
            }
            Outcome::NotSent(NotSentCause::LeaseTooShort) => {
                give_back(pass, &mut intent).await?;
                return Err(Stop::LeaseLost);
            }
            Outcome::NotSent(cause) => match wait {
                Some(wait) => pass.caller.sleep(wait).await,
                None => return not_sent(pass, intent, cause).await,
            },
            // After an unknown answer this may be our own success (aws-sdk-net#1355): look.
            Outcome::Rejected(refused)
                if planted!(resent, ForgetsEarlierTries => false)
                    && refused.code == "SnapshotCreationPerVolumeRateExceeded" =>
            {
                return Ok(Sent::Open(Box::new(intent)));
            }
            Outcome::Rejected(refused) => match wait {
                Some(wait) => pass.caller.sleep(wait).await,
                None => return refuse(pass, task, intent, refused).await,
            },
        }
        attempt += 1;
    }
}

/// Whether an intent took so long to write that it does not tell when its creation is sent: others wait from then on. What
/// they allow for a request on its way is [`call_timeout`](crate::domain::Limits::call_timeout), of which the write may
/// take half.
fn is_dated(pass: &Pass, intent: &Intent) -> bool {
    let half = Span::from_ms(pass.policy.limits.call_timeout.as_ms() / 2);
    let latest = pass.caller.latest_now();
    intent.sent_at.is_none_or(|sent| latest > sent + half)
}

fn names_any(task: &CreateTask, created: &CreatedSnapshots) -> bool {
    let of = |volume: &VolumeId| created.snapshots.iter().any(|s| s.volume == *volume);
    task.members.iter().any(|member| of(&member.volume))
}

async fn call(
    pass: &Pass,
    task: &CreateTask,
    op: &OpId,
    attempt: u32,
) -> (Outcome<CreatedSnapshots>, Option<crate::domain::Span>) {
    let target = task.target();
    let with_op = [
        (SmolStr::new_static(tags::key::OP), op.text().clone()),
        (SmolStr::new_static(tags::key::TARGET), SmolStr::new(target)),
    ];
    let tagged: Tags = task
        .tags
        .iter()
        .map(|(k, v)| (k.clone(), v.clone()))
        .chain(with_op)
        .collect();
    let tags = planted!(tagged, TagsItLater => task.tags.clone());
    let description = format_smolstr!("snaplife {} {}", pass.policy.name, pass.slot);
    match &task.taken {
        Taken::AsSet {
            instance,
            boot_volume,
            exclude,
        } => {
            let request = CreateSnapshots {
                boot_volume: *boot_volume,
                description,
                exclude: exclude.clone(),
                instance: instance.clone(),
                tags,
            };
            let outcome = pass.caller.send_once(target, request, attempt).await;
            let wait = pass
                .caller
                .wait_before_retry::<CreateSnapshots>(target, &outcome, attempt);
            (outcome, wait)
        }
        Taken::Single { volume } => {
            let request = CreateSnapshot {
                description,
                tags,
                volume: volume.clone(),
            };
            let outcome = pass.caller.send_once(target, request, attempt).await;
            let wait = pass
                .caller
                .wait_before_retry::<CreateSnapshot>(target, &outcome, attempt);
            (outcome, wait)
        }
    }
}

/// Takes the operation id off an intent whose creation was provably not sent.
async fn give_back(pass: &Pass, intent: &mut Intent) -> Result<(), Stop> {
    if intent.state == IntentState::Sending {
        intent.ops.pop();
        intent.enter(
            IntentState::Taken,
            "its creation could not be sent",
            pass.now(),
        );
        // A conflict means that another run took it over; it looks before it sends.
        let _ = put(&pass.caller, &pass.writer, intent).await?;
    }
    Ok(())
}

/// Provably not sent.
async fn not_sent(pass: &Pass, mut intent: Intent, cause: NotSentCause) -> Result<Sent, Stop> {
    give_back(pass, &mut intent).await?;
    let attempts = intent.ops.len().max(1);
    let text =
        format_smolstr!("its snapshot could not be asked for: {cause}; a later pass tries again");
    pass.report(FindingKind::CreateFailed, intent.target.clone(), text);
    match cause {
        NotSentCause::NoConnection | NotSentCause::NotPrepared | NotSentCause::LeaseTooShort => {
            Ok(Sent::Again { attempts })
        }
        NotSentCause::Deadline | NotSentCause::Stopping | NotSentCause::JournalLost => {
            settle_outcome::<()>(
                CreateSnapshots::NAME,
                &intent.target,
                Outcome::NotSent(cause),
            )?;
            Ok(Sent::Again { attempts })
        }
    }
}

/// What a refusal means for the slot.
enum Refusal {
    /// Time heals it, or whoever reads of it: later passes try again.
    ForNow,
    /// It was about the target as it was listed: a volume may have been detached or deleted since then. The
    /// next pass lists it anew and tries once more.
    AsListed,
    /// The slot is missed. So it is by a code that nobody knows, which proves too little to send it again.
    ForGood,
}

impl Refusal {
    /// `before` is how the try before was refused, if it was.
    fn of(class: RejectionClass, error: &SmolStr, before: Option<&SmolStr>) -> Self {
        let is_new = before != Some(error);
        match class {
            // Credentials are renewed and permissions given, mostly by whoever reads of it here.
            RejectionClass::Denied
            | RejectionClass::Throttled
            | RejectionClass::Transient
            | RejectionClass::Conflict
            | RejectionClass::Quota => Self::ForNow,
            RejectionClass::NotFound | RejectionClass::InUse | RejectionClass::Invalid
                if is_new =>
            {
                Self::AsListed
            }
            RejectionClass::NoSuchOperation | RejectionClass::UnknownCode if planted!(false, ResendsAfterAnUnknownCode => is_new) => {
                Self::AsListed
            }
            RejectionClass::NotFound
            | RejectionClass::InUse
            | RejectionClass::Invalid
            | RejectionClass::NoSuchOperation
            | RejectionClass::UnknownCode => Self::ForGood,
        }
    }
}

/// AWS refused, so nothing happened.
async fn refuse(
    pass: &Pass,
    task: &CreateTask,
    mut intent: Intent,
    refused: Rejection,
) -> Result<Sent, Stop> {
    let error = format_smolstr!("{}: {}", refused.code, refused.message);
    let before = intent.last_error.replace(error.clone());
    let refusal = Refusal::of(refused.class, &error, before.as_ref());
    let target = task.target();
    let attempts = intent.ops.len();
    let (state, reason, text, sent) = match refusal {
        Refusal::ForNow => {
            settle::clear_failed(pass, task, &refused).await?;
            (
                IntentState::Taken,
                SmolStr::new_static("AWS refused it for now"),
                format_smolstr!(
                    "its snapshot was refused for now ({error}); a later pass tries again"
                ),
                Sent::Again { attempts },
            )
        }
        Refusal::AsListed => (
            IntentState::Taken,
            SmolStr::new_static("AWS refused it as it was listed"),
            format_smolstr!(
                "its snapshot was refused ({error}); a later pass lists it anew and tries once more"
            ),
            Sent::Again { attempts },
        ),
        Refusal::ForGood => (
            IntentState::Missed,
            format_smolstr!("AWS refused it: {error}"),
            format_smolstr!(
                "slot {} has no snapshot of {target}: AWS refused it ({error})",
                pass.slot
            ),
            Sent::Settled,
        ),
    };
    intent.enter(state, reason, pass.now());
    // A conflict means that another run took it over; it looks before it sends.
    let _ = put(&pass.caller, &pass.writer, &mut intent).await?;
    pass.report(FindingKind::CreateFailed, target, text);
    Ok(sent)
}
