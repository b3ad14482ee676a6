//! What a pass carries along.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use smol_str::SmolStr;

use crate::calls::{Caller, Stop};
use crate::catalog::write::{Writer, put};
use crate::catalog::{Installation, Intent, PolicyMeta, SnapshotRow, Written, key, read};
use crate::domain::{Lifetime, Policy, RowState, Slot, Snapshot, Timestamp, tags};
use crate::journal::{Event, Finding, FindingKind, Journal, RowChange};
use crate::plan::{
    BlastVerdict, Consent, CreateTask, Decision, ExpireItem, ExpireMember, ExpirePlan, PassPlan,
    Refused, Verdict,
};

/// One running pass.
pub struct Pass {
    /// Makes its calls.
    pub caller: Caller,
    /// Marks its rows.
    pub writer: Writer,
    /// Takes its story.
    pub journal: Rc<dyn Journal>,
    /// The rules.
    pub policy: Rc<Policy>,
    /// Whose tags and rows are ours.
    pub installation: Installation,
    /// For `create` the slot it serves; otherwise the instant that triggered it.
    pub slot: Slot,
    findings: RefCell<BTreeMap<(FindingKind, SmolStr, SmolStr), Finding>>,
    resume_at: Cell<Option<Timestamp>>,
    meta: RefCell<Option<PolicyMeta>>,
    consent: Consent,
    plan: RefCell<PassPlan>,
    refused: RefCell<BTreeMap<SmolStr, SmolStr>>,
    met: RefCell<BTreeSet<SmolStr>>,
    rows: RefCell<Vec<RowChange>>,
}

impl Pass {
    /// A pass that has found nothing yet.
    #[must_use]
    pub fn new(
        caller: Caller,
        writer: Writer,
        journal: Rc<dyn Journal>,
        policy: Rc<Policy>,
        installation: Installation,
        slot: Slot,
    ) -> Self {
        Self {
            caller,
            writer,
            journal,
            policy,
            installation,
            slot,
            findings: RefCell::default(),
            resume_at: Cell::new(None),
            meta: RefCell::default(),
            consent: Consent::Everything,
            plan: RefCell::default(),
            refused: RefCell::default(),
            met: RefCell::default(),
            rows: RefCell::default(),
        }
    }

    /// The same, and it carries out no more than this.
    #[must_use]
    pub fn with_consent(mut self, consent: Consent) -> Self {
        self.consent = consent;
        self
    }

    /// Whether nothing may be changed.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        self.consent == Consent::Nothing
    }

    /// What it decided so far; kept only where somebody's consent is asked for.
    #[must_use]
    pub fn plan(&self) -> PassPlan {
        self.plan.borrow().clone()
    }

    /// Rows that changed their state, in order; kept likewise.
    #[must_use]
    pub fn rows(&self) -> Vec<RowChange> {
        self.rows.borrow().clone()
    }

    /// What was consented to and not done, by subject.
    #[must_use]
    pub fn refused(&self) -> Vec<Refused> {
        let refused = self.refused.borrow();
        let each = refused.iter().map(|(subject, why)| Refused {
            subject: subject.clone(),
            why: why.clone(),
        });
        each.collect()
    }

    /// Does not do what was consented to under this subject, if it was.
    pub(super) fn refuse(&self, subject: &str, why: &str) {
        if let Consent::Exactly(wanted) = &self.consent
            && wanted.subjects().any(|wanted| wanted == subject)
        {
            let mut refused = self.refused.borrow_mut();
            refused.entry(subject.into()).or_insert_with(|| why.into());
        }
    }

    /// What was consented to and did not come up at all is refused too, for this reason.
    pub(super) fn refuse_the_rest(&self, why: &str) {
        if let Consent::Exactly(wanted) = &self.consent {
            for subject in wanted.subjects() {
                if !self.met.borrow().contains(subject) {
                    self.refuse(subject, why);
                }
            }
        }
    }

    /// The creations that may be done: what was planned, as far as there is consent to it.
    pub(super) fn consented_creations(
        &self,
        planned: Vec<(CreateTask, Option<Intent>)>,
    ) -> Vec<(CreateTask, Option<Intent>)> {
        if !self.consent.is_everything() {
            let tasks = planned.iter().map(|(task, _)| task.clone());
            self.plan.borrow_mut().creations = tasks.collect();
        }
        match &self.consent {
            Consent::Everything => planned,
            Consent::Nothing => Vec::new(),
            Consent::Exactly(wanted) => planned
                .into_iter()
                .filter(|(task, _)| {
                    let same = wanted.creations.contains(task);
                    if same {
                        self.met.borrow_mut().insert(task.target().into());
                    } else {
                        self.refuse(task.target(), "what is to be taken of it has changed");
                    }
                    same
                })
                .collect(),
        }
    }

    /// Notes how the blast limit judged the plan.
    pub(super) fn plan_blast(&self, plan: &ExpirePlan) {
        self.plan.borrow_mut().blast = Some(BlastVerdict {
            digest: plan.digest.clone(),
            verdict: plan.blast.clone(),
        });
    }

    /// The deletes that may be done, likewise. A set goes as a whole or not at all.
    pub(super) fn consented_deletes(&self, planned: Vec<ExpireItem>) -> Vec<ExpireItem> {
        if !self.consent.is_everything() {
            let members = planned.iter().flat_map(|item| item.members.iter().cloned());
            self.plan.borrow_mut().deletes = members.collect();
        }
        match &self.consent {
            Consent::Everything => planned,
            Consent::Nothing => Vec::new(),
            Consent::Exactly(wanted) => planned
                .into_iter()
                .filter(|item| {
                    let agreed = |member: &ExpireMember| {
                        wanted.deletes.iter().any(|wanted| wanted.is_same(member))
                    };
                    let all = item.members.iter().all(agreed);
                    for member in &item.members {
                        let id = member.snapshot.as_str();
                        if all {
                            self.met.borrow_mut().insert(id.into());
                        } else if agreed(member) {
                            self.refuse(id, "the set that it goes with has changed");
                        } else {
                            self.refuse(id, "its row or the reason for its delete has changed");
                        }
                    }
                    all
                })
                .collect(),
        }
    }

    /// Reports something to people; the same kind about the same subject once per pass, but each slot of a target that
    /// was missed.
    pub fn report(&self, kind: FindingKind, subject: impl Into<SmolStr>, text: impl Into<SmolStr>) {
        planted!(SwallowsTheError => { if kind == FindingKind::PassStopped { return } });
        let subject = subject.into();
        let mut findings = self.findings.borrow_mut();
        let text = text.into();
        let slot = match kind {
            FindingKind::MissedSlot => text.clone(),
            _ => SmolStr::default(),
        };
        let key = (kind, subject.clone(), slot);
        if findings.contains_key(&key) {
            return;
        }
        let finding = Finding {
            kind,
            subject,
            text,
        };
        self.journal.note(Event::Finding(Cow::Borrowed(&finding)));
        findings.insert(key, finding);
    }

    /// Everything reported so far, sorted by kind and subject.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.findings.borrow().values().cloned().collect()
    }

    /// Notes what the plan decided.
    pub fn decided(&self, decisions: &[Decision]) {
        if !self.consent.is_everything() {
            let mut plan = self.plan.borrow_mut();
            plan.decisions.extend_from_slice(decisions);
        }
        for decision in decisions {
            if let Consent::Exactly(_) = &self.consent
                && !matches!(decision.verdict, Verdict::Take | Verdict::Expire)
            {
                self.refuse(decision.subject.as_str(), &decision.to_string());
            }
            self.journal.note(Event::Decision(Cow::Borrowed(decision)));
        }
    }

    /// Asks for a `create` pass at this instant, unless an earlier one was asked for.
    pub fn resume_at(&self, at: Timestamp) {
        let earlier = self.resume_at.get().map_or(at, |other| other.min(at));
        self.resume_at.set(Some(earlier));
    }

    /// When a `create` pass is wanted before its schedule says so.
    #[must_use]
    pub fn resume(&self) -> Option<Timestamp> {
        self.resume_at.get()
    }

    /// Our clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.caller.now()
    }

    /// Stores a snapshot's row in its new state, and notes the change once it is certain.
    ///
    /// A crash before leaves the old row, which the next pass meets again; a crash after leaves the
    /// new one.
    ///
    /// # Errors
    /// [`Stop`] when the table can't be written.
    pub async fn store(
        &self,
        row: &mut SnapshotRow,
        from: Option<RowState>,
    ) -> Result<Written, Stop> {
        let written = put(&self.caller, &self.writer, row).await?;
        if written == Written::Done {
            self.row_changed(row, from);
        }
        Ok(written)
    }

    /// Notes that a row is known to have changed its state.
    pub fn row_changed(&self, row: &SnapshotRow, from: Option<RowState>) {
        if from.as_ref() == Some(&row.state) {
            return;
        }
        let change = RowChange {
            from,
            key: row.id.text().clone(),
            reason: row.reason.clone(),
            to: row.state.clone(),
        };
        if !self.consent.is_everything() {
            self.rows.borrow_mut().push(change.clone());
        }
        self.journal.note(Event::Row(Cow::Owned(change)));
    }

    /// Keeps what the pass has read about the policy already.
    pub fn remember(&self, meta: PolicyMeta) {
        self.meta.replace(Some(meta));
    }

    /// What is remembered about the policy, as this pass knows it. Another job may have changed it
    /// meanwhile; writing it back is conditional.
    ///
    /// # Errors
    /// [`Stop`] when the table can't be read.
    pub async fn policy_meta(&self) -> Result<PolicyMeta, Stop> {
        if let Some(meta) = &*self.meta.borrow() {
            return Ok(meta.clone());
        }
        let meta = self.read_meta().await?;
        self.remember(meta.clone());
        Ok(meta)
    }

    async fn read_meta(&self) -> Result<PolicyMeta, Stop> {
        match read::get(&self.caller, &key::policy(&self.policy.name)).await? {
            Some(item) => Ok(PolicyMeta::from_item(item)?),
            None => Ok(PolicyMeta::new(&self.policy.name)),
        }
    }

    /// Changes what is remembered about the policy; reads and tries again when another job of the
    /// policy wrote meanwhile.
    ///
    /// # Errors
    /// [`Stop`] when the table can't be read or written, or others never stop writing the row.
    pub async fn change_meta(&self, change: impl Fn(&mut PolicyMeta)) -> Result<(), Stop> {
        const TRIES: u32 = 5;
        for _ in 0..TRIES {
            let mut meta = self.policy_meta().await?;
            change(&mut meta);
            if meta.to_item_unchanged() {
                return Ok(());
            }
            match put(&self.caller, &self.writer, &mut meta).await? {
                Written::Done => {
                    self.remember(meta);
                    return Ok(());
                }
                Written::Conflict => self.remember(self.read_meta().await?),
            }
        }
        Err(Stop::Contended {
            key: key::policy(&self.policy.name),
        })
    }

    /// Whether a snapshot carries this installation's and this policy's tags.
    #[must_use]
    pub fn is_ours(&self, snapshot: &Snapshot) -> bool {
        snapshot.tags.get(tags::key::INSTALLATION) == Some(self.installation.id.text())
            && snapshot.tags.get(tags::key::POLICY).map(SmolStr::as_str)
                == Some(self.policy.name.as_str())
    }

    /// When a row of this lifetime that has just become `completed` or `error` is worth judging.
    #[must_use]
    pub fn first_judging(&self, row: &SnapshotRow) -> Option<Timestamp> {
        match row.state {
            RowState::Completed => planted!(row.lifetime.ends(row.start), ForgetsToJudge => None),
            RowState::Error => Some(row.updated_at + self.policy.limits.error_grace),
            RowState::Pending
            | RowState::Expiring
            | RowState::Deleted
            | RowState::Lost
            | RowState::Other(_) => None,
        }
    }
}

/// The lifetime that a snapshot's own tag promises; none when the tag is missing or was changed to
/// something unreadable.
#[must_use]
pub fn tagged_lifetime(snapshot: &Snapshot) -> Option<Lifetime> {
    snapshot
        .tags
        .get(tags::key::LIFETIME)
        .and_then(|text| Lifetime::from_tag_value(text))
}
