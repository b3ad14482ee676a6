//! Judges what the file expects, on the world's truth, the table's rows and the story so far.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::ec2::{Actor, SnapshotId, SnapshotState};
use snaplife_sim::world::World;

use super::outside::about;
use super::played::{Broken, EXPECTATION};
use super::watch::Watch;
use crate::catalog::{SnapshotRow, attr};
use crate::domain::{Policy, RowState, Span, Timestamp, TopicArn, VolumeId, tags};
use crate::journal::FindingKind;
use crate::ports::table::Item;
use crate::scenario::model::{
    BlockedKind, Check, Count, Expectation, OtherFindings, Rule, SnapshotCounts, SnapshotRef,
};
use crate::simulated::table;

/// What one look needs.
pub(super) struct Look<'a> {
    /// What was seen and what is.
    pub(super) watch: &'a Watch,
    /// The policies, for their topics.
    pub(super) policies: &'a BTreeMap<crate::domain::PolicyName, std::rc::Rc<Policy>>,
    /// The first instant of the run.
    pub(super) start: Timestamp,
    /// When it is judged.
    pub(super) at: Timestamp,
}

/// Expected and found, where they differ.
type Difference = (SmolStr, SmolStr);

impl Look<'_> {
    /// Judges one expectation; none when it holds. `Always` rules are judged elsewhere.
    pub(super) fn judge(&self, expectation: &Expectation) -> Option<Broken> {
        let (expected, actual) = self.difference(&expectation.check)?;
        Some(Broken {
            id: SmolStr::new_static(EXPECTATION),
            promise: expectation.text.clone(),
            at: self.at,
            file_line: Some(expectation.line),
            expected,
            actual,
            subjects: subjects(&expectation.check),
        })
    }

    fn difference(&self, check: &Check) -> Option<Difference> {
        match check {
            Check::Snapshots(counts) => self.snapshots(counts),
            Check::Rows { of, states } => {
                let found = self.rows(of.as_ref());
                first(states.iter().map(|(state, count)| {
                    let number = found.iter().filter(|row| &row.state == state).count();
                    number_differs(*count, number, &format!("rows in state {state}"))
                }))
            }
            Check::Calls(calls) => first(calls.iter().map(|(operation, count)| {
                let made = self.watch.story.calls(*operation);
                differs(*count, made, &format!("calls of {}", operation.text()))
            })),
            Check::Findings { counts, others } => self.findings(counts, *others),
            Check::Notifications(count) => differs(*count, self.notifications(), "notifications"),
            // The player judges it at every instant and keeps what it saw.
            Check::Always(_) => None,
            Check::Deleted { of, count } => {
                let deleted = &self.watch.deleted_by_us;
                let number = match of {
                    Some(volume) => deleted.get(volume.as_str()).copied().unwrap_or(0),
                    None => deleted.values().sum(),
                };
                differs(*count, number, "snapshots deleted by us")
            }
            Check::Kept(which) => self.kept(which),
            Check::Reason { snapshot, is } => self.reason(snapshot, *is),
            Check::PassesStopped(count) => {
                differs(*count, self.watch.passes_stopped, "passes that ended early")
            }
            Check::MaxGap { of, span } => self.max_gap(of, *span),
        }
    }

    fn snapshots(&self, counts: &SnapshotCounts) -> Option<Difference> {
        let world = self.watch.world.borrow();
        let of = |volume: &str| counts.of.as_ref().is_none_or(|of| of.as_str() == volume);
        let all: Vec<&SnapshotState> = match &counts.of {
            Some(volume) => {
                let volume = snaplife_sim::ec2::VolumeId::new(volume.text().clone());
                world
                    .ec2
                    .snapshots_of(&volume)
                    .map(|snapshot| &snapshot.state)
                    .collect()
            }
            None => world
                .ec2
                .snapshots()
                .filter(|snapshot| of(snapshot.volume.as_str()))
                .map(|snapshot| &snapshot.state)
                .collect(),
        };
        let in_state =
            |wanted: &SnapshotState| all.iter().filter(|state| **state == wanted).count();
        let whose = counts
            .of
            .as_ref()
            .map_or(String::new(), |of| format!(" of {of}"));
        let told = |state: &str| format!("{state} snapshots{whose}");
        first([
            counts.completed.and_then(|count| {
                number_differs(
                    count,
                    in_state(&SnapshotState::Completed),
                    &told("completed"),
                )
            }),
            counts.pending.and_then(|count| {
                number_differs(count, in_state(&SnapshotState::Pending), &told("pending"))
            }),
            counts.error.and_then(|count| {
                number_differs(count, in_state(&SnapshotState::Error), &told("failed"))
            }),
            counts
                .total
                .and_then(|count| number_differs(count, all.len(), &format!("snapshots{whose}"))),
        ])
    }

    /// The rows of snapshots, as the table truly holds them.
    fn rows(&self, of: Option<&VolumeId>) -> Vec<SnapshotRow> {
        rows(self.watch)
            .into_iter()
            .filter(|row| of.is_none_or(|of| &row.volume == of))
            .collect()
    }

    /// Different subjects per kind: what every pass repeats counts once.
    fn findings(
        &self,
        counts: &[(FindingKind, Count)],
        others: OtherFindings,
    ) -> Option<Difference> {
        let mut found: BTreeMap<FindingKind, BTreeSet<SmolStr>> = BTreeMap::new();
        for finding in self.watch.story.findings() {
            found
                .entry(finding.kind)
                .or_default()
                .insert(finding.subject.clone());
        }
        let named = first(counts.iter().map(|(kind, count)| {
            let number = found.get(kind).map_or(0, BTreeSet::len);
            number_differs(
                *count,
                number,
                &format!("subjects with the finding {}", kind_name(*kind)),
            )
        }));
        if named.is_some() || others == OtherFindings::Allowed {
            return named;
        }
        let unexpected = found
            .iter()
            .find(|(kind, _)| counts.iter().all(|(named, _)| named != *kind));
        unexpected.map(|(kind, subjects)| {
            let subjects: Vec<&str> = subjects.iter().map(SmolStr::as_str).collect();
            (
                SmolStr::new_static("no other findings"),
                format_smolstr!("{} about {}", kind_name(*kind), subjects.join(", ")),
            )
        })
    }

    fn notifications(&self) -> u64 {
        let world = self.watch.world.borrow();
        let topics: BTreeSet<&TopicArn> = self
            .policies
            .values()
            .filter_map(|policy| policy.notify.as_ref())
            .collect();
        let count: usize = topics
            .iter()
            .map(|topic| world.sns.messages(topic.text()).len())
            .sum();
        u64::try_from(count).unwrap_or(u64::MAX)
    }

    fn reason(&self, which: &SnapshotRef, is: BlockedKind) -> Option<Difference> {
        let wanted = self.watch.names.find(&self.watch.world.borrow(), which);
        let expected = format_smolstr!("the row of {which} says `{}`", is.name());
        if wanted.is_empty() {
            return Some((expected, SmolStr::new_static("there is no such snapshot")));
        }
        let rows = self.rows(None);
        for id in wanted {
            let row = rows.iter().find(|row| row.id.as_str() == id.as_str());
            let blocked = row.and_then(|row| row.blocked_by.as_ref());
            if blocked.map(BlockedKind::of) != Some(is) {
                let actual = match (row, blocked) {
                    (None, _) => format_smolstr!("{id} has no row"),
                    (Some(_), None) => format_smolstr!("the row of {id} says nothing"),
                    (Some(_), Some(by)) => format_smolstr!("the row of {id} says: {by}"),
                };
                return Some((expected, actual));
            }
        }
        None
    }

    /// `newest`, `oldest` and `all` are meant among every snapshot that we ever took. Among those that
    /// are left there is always a newest, and the expectation could not fail.
    fn kept(&self, which: &SnapshotRef) -> Option<Difference> {
        let expected = format_smolstr!("{which} exists");
        let taken = |volume: &VolumeId| {
            let taken = self.watch.taken_by_us.get(volume.as_str());
            taken.map_or(&[][..], Vec::as_slice)
        };
        let wanted: &[SnapshotId] = match which {
            SnapshotRef::Newest(volume) => taken(volume).last().map_or(&[], std::slice::from_ref),
            SnapshotRef::Oldest(volume) => taken(volume).first().map_or(&[], std::slice::from_ref),
            SnapshotRef::All(volume) => taken(volume),
            SnapshotRef::Nth(..) | SnapshotRef::Named(_) => {
                let found = self.watch.names.find(&self.watch.world.borrow(), which);
                let gone = (expected, SmolStr::new_static("it is gone"));
                return found.is_empty().then_some(gone);
            }
        };
        if wanted.is_empty() {
            return Some((expected, SmolStr::new_static("we never took one")));
        }
        let world = self.watch.world.borrow();
        let gone: Vec<&str> = wanted
            .iter()
            .filter(|id| world.ec2.snapshot(id).is_none())
            .map(SnapshotId::as_str)
            .collect();
        match gone.as_slice() {
            [] => None,
            [one] => Some((expected, format_smolstr!("{one} is gone"))),
            several => {
                let actual = format_smolstr!("{} are gone", several.join(", "));
                Some((expected, actual))
            }
        }
    }

    fn max_gap(&self, of: &VolumeId, span: Span) -> Option<Difference> {
        let starts = self.watch.completed_starts.get(of)?;
        let expected =
            format_smolstr!("never more than {span} without a completed snapshot of {of}");
        if starts.is_empty() {
            return Some((expected, SmolStr::new_static("there was none at all")));
        }
        // Every volume of a story is there when it begins, so the wait for the first one counts too.
        let mut before = self.start;
        for start in starts.iter().copied().chain([self.at]) {
            if start - before > span {
                let actual = format_smolstr!("none between {before} and {start}");
                return Some((expected, actual));
            }
            before = before.max(start);
        }
        None
    }
}

/// The rows of snapshots that the table truly holds.
fn rows(watch: &Watch) -> Vec<SnapshotRow> {
    let world = watch.world.borrow();
    let items = world
        .dynamodb
        .items(table::TABLE)
        .map(|item| Item(Arc::clone(item)));
    items
        .filter_map(|item| SnapshotRow::from_item(item).ok())
        .collect()
}

/// A snapshot's row as far as rules look at it, borrowed from the table.
struct RowView<'a> {
    id: &'a str,
    volume: &'a str,
    state: &'a str,
    policy: &'a str,
    slot: &'a str,
    counted: Option<&'a str>,
}

impl<'a> RowView<'a> {
    /// None for a row of another kind.
    fn of(item: &'a snaplife_sim::dynamodb::Item) -> Option<Self> {
        let text = |name: &str| match item.get(name) {
            Some(snaplife_sim::dynamodb::AttributeValue::S(text)) => Some(text.as_str()),
            _ => None,
        };
        Some(Self {
            id: text(attr::KEY)?,
            volume: text(attr::VOLUME_ID)?,
            state: text(attr::STATE)?,
            policy: text(attr::POLICY)?,
            slot: text(attr::SLOT)?,
            counted: text(attr::COUNTED),
        })
    }
}

/// Judges a rule that holds at every instant, now; none when it holds.
pub(super) fn judge_rule(watch: &Watch, rule: &Rule, reached: &mut bool) -> Option<Difference> {
    match rule {
        Rule::NoDuplicateSlot => {
            let mut counted = BTreeMap::new();
            let world = watch.world.borrow();
            if let Some(difference) = made_twice(&world) {
                return Some(difference);
            }
            for row in world
                .dynamodb
                .items(table::TABLE)
                .filter_map(|item| RowView::of(item))
            {
                let stands = match RowState::from_text(row.state) {
                    RowState::Pending | RowState::Completed | RowState::Expiring => true,
                    RowState::Error | RowState::Deleted | RowState::Lost | RowState::Other(_) => {
                        false
                    }
                };
                if !stands || row.counted.is_some() {
                    continue;
                }
                let slot = (row.policy, row.volume, row.slot);
                if let Some(other) = counted.insert(slot, row.id) {
                    let expected = SmolStr::new_static("one counted snapshot per volume and slot");
                    let actual = format_smolstr!(
                        "{other} and {} both count for slot {} of {}",
                        row.id,
                        row.slot,
                        row.volume
                    );
                    return Some((expected, actual));
                }
            }
            None
        }
        Rule::EverySnapshotHasARow => {
            let world = watch.world.borrow();
            let items = world.dynamodb.items(table::TABLE);
            let known: BTreeSet<&str> = items
                .filter_map(|item| RowView::of(item))
                .map(|row| row.id)
                .collect();
            let ours = |tags: &snaplife_sim::ec2::Tags| tags.get(tags::key::OP).is_some();
            let without = world
                .ec2
                .snapshots()
                .find(|snapshot| ours(&snapshot.tags) && !known.contains(snapshot.id.as_str()))?;
            let expected = SmolStr::new_static("every snapshot of ours has a row after a sync");
            Some((expected, format_smolstr!("{} has none", without.id)))
        }
        Rule::CompletedAtLeast { of, count } => {
            let completed = watch.completed(of);
            *reached |= completed >= u64::from(*count);
            let expected = format_smolstr!("{of} keeps at least {count} completed snapshots");
            (*reached && completed < u64::from(*count))
                .then(|| (expected, format_smolstr!("it has {completed}")))
        }
    }
}

/// Two snapshots that we made of one volume for one slot, whatever the table says of them.
fn made_twice(world: &World) -> Option<Difference> {
    let mut made = BTreeMap::new();
    for snapshot in world.ec2.snapshots() {
        let stands = match snapshot.state {
            SnapshotState::Pending | SnapshotState::Completed => true,
            SnapshotState::Error | SnapshotState::Other(_) => false,
        };
        let tag = |key| snapshot.tags.get(key);
        let (Some(policy), Some(slot)) = (tag(tags::key::POLICY), tag(tags::key::SLOT)) else {
            continue;
        };
        if snapshot.created_by != Actor::Client || !stands {
            continue;
        }
        let (id, volume) = (&snapshot.id, &snapshot.volume);
        if let Some(other) = made.insert((policy, volume, slot), id) {
            let expected = SmolStr::new_static("one snapshot per volume and slot");
            let actual = format_smolstr!("{other} and {id} are both of slot {slot} of {volume}");
            return Some((expected, actual));
        }
    }
    None
}

fn kind_name(kind: FindingKind) -> String {
    let json = serde_json::to_string(&kind).unwrap_or_default();
    json.trim_matches('"').to_owned()
}

fn differs(count: Count, number: u64, what: &str) -> Option<Difference> {
    (!count.allows(number)).then(|| {
        (
            format_smolstr!("{count} {what}"),
            format_smolstr!("{number}"),
        )
    })
}

fn number_differs(count: Count, number: usize, what: &str) -> Option<Difference> {
    differs(count, u64::try_from(number).unwrap_or(u64::MAX), what)
}

fn first(all: impl IntoIterator<Item = Option<Difference>>) -> Option<Difference> {
    all.into_iter().flatten().next()
}

/// What an expectation is about, for cutting the timeline.
fn subjects(check: &Check) -> Vec<SmolStr> {
    match check {
        Check::Snapshots(SnapshotCounts { of, .. })
        | Check::Rows { of, .. }
        | Check::Deleted { of, .. } => of.iter().map(|of| of.text().clone()).collect(),
        Check::Kept(which)
        | Check::Reason {
            snapshot: which, ..
        } => vec![about(which)],
        Check::MaxGap { of, .. } | Check::Always(Rule::CompletedAtLeast { of, .. }) => {
            vec![of.text().clone()]
        }
        Check::Calls(_)
        | Check::Findings { .. }
        | Check::Notifications(_)
        | Check::Always(Rule::NoDuplicateSlot | Rule::EverySnapshotHasARow)
        | Check::PassesStopped(_) => Vec::new(),
    }
}
