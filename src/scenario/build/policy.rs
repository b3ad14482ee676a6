//! Policies: defaults, what the file says over them, and what a step changes later.

use super::Builder;
use super::tags::tag_list;
use crate::catalog::lease::CALL_TIMEOUT_MAX;
use crate::domain::{
    AtLeast, Device, Keep, Limits, Policy, PolicyName, Retroactive, RootVolumes, Schedule,
    Schedules, Selection, SourceGone, Span, Tag, Target, Timestamp, TopicArn, Zone,
};
use crate::scenario::file::ScenarioFile;
use crate::scenario::file::policy::{
    KeepFile, PolicyFile, PolicyLimitsFile, RootFile, SelectFile, SourceGoneFile,
};
use crate::scenario::file::text::{At, PolicyText, ScheduleText};

/// How long the floor holds once a volume is gone, by default.
const KEEP_LAST: Span = Span::days(30);

/// AWS refuses a request that was signed by a clock that is wrong by more (IAM User Guide, *Elements of a
/// request signature*: five minutes), so nobody needs to trust a worse one.
const CLOCK_ERROR_MAX: Span = Span::minutes(5);

/// A policy of which the file says nothing. Its rates count from the start of the run.
pub(in crate::scenario) fn unsaid(name: PolicyName, start: Timestamp) -> Policy {
    Policy {
        name,
        select: Selection {
            target: Target::Instances(Tag::new("snapshot", "snapshot")),
            root: RootVolumes::Exclude,
            exclude_tags: Vec::new(),
            exclude_devices: Vec::new(),
        },
        schedules: Schedules {
            create: None,
            sync: None,
            expire: None,
            zone: Zone::UTC,
            anchor: start,
        },
        keep: Keep::default(),
        source_gone: SourceGone::KeepLast(KEEP_LAST),
        retroactive: Retroactive::No,
        lifetime_tags: vec!["snaplifetime".into(), "snapshotlifetime".into()],
        copy_tags: Vec::new(),
        extra_tags: Vec::new(),
        limits: Limits::default(),
        notify: None,
    }
}

impl Builder<'_> {
    /// Reads `policy` or `policies`; neither is one policy of which nothing is said.
    pub(super) fn policies(&mut self, file: &ScenarioFile) {
        if let (Some(one), Some(_)) = (&file.policy, &file.policies) {
            self.wrong(
                self.start_of(&one.span),
                "both `policy` and `policies` are given",
                "move this one into `policies`",
            );
        }
        self.all_policies(file.policy.as_ref(), file.policies.as_ref());
    }

    /// Reads `policies` alone; without it there is one policy of which nothing is said.
    pub(super) fn listed_policies(&mut self, several: Option<&At<Vec<At<PolicyFile>>>>) {
        self.all_policies(None, several);
    }

    fn all_policies(
        &mut self,
        one: Option<&At<PolicyFile>>,
        several: Option<&At<Vec<At<PolicyFile>>>>,
    ) {
        if let Some(several) = several.filter(|several| several.value.is_empty()) {
            self.wrong(
                self.start_of(&several.span),
                "there is no policy in `policies`",
                "add one, or leave the field out",
            );
        }
        let written = several.map(|several| several.value.as_slice());
        let count = written.map_or(1, <[_]>::len);
        for policy in one.into_iter().chain(written.unwrap_or_default()) {
            let name = match &policy.value.name {
                Some(name) => self.new_policy_name(name),
                None => self.unnamed_policy(policy, count),
            };
            let base = unsaid(name, self.start);
            let policy = self.overlay(base, &policy.value);
            self.policies.push(policy);
        }
        if self.policies.is_empty() {
            self.policies
                .push(unsaid(PolicyName::default(), self.start));
        }
    }

    /// The policy after a change; it replaces the one of its name from here on.
    pub(super) fn changed_policy(&mut self, change: &At<PolicyFile>) -> Policy {
        let name = self.one_policy(change.value.name.as_ref(), &change.span);
        let index = self.policies.iter().position(|policy| policy.name == name);
        let before = match index {
            Some(index) => self.policies[index].clone(),
            None => unsaid(name, self.start),
        };
        let after = self.overlay(before, &change.value);
        if let Some(index) = index {
            self.policies[index] = after.clone();
        }
        after
    }

    /// The one policy of a file needs no name.
    fn unnamed_policy(&mut self, policy: &At<PolicyFile>, count: usize) -> PolicyName {
        if count > 1 {
            self.wrong(
                self.start_of(&policy.span),
                "one of several policies needs a name",
                "add `name`, 1 to 40 of a-z, 0-9 and -",
            );
        }
        PolicyName::default()
    }

    fn new_policy_name(&mut self, name: &PolicyText) -> PolicyName {
        let parsed = self.parsed_name(name);
        if self.policies.iter().any(|policy| policy.name == parsed) {
            self.wrong(
                name.span.clone(),
                format!("there are two policies `{parsed}`"),
                "give each its own name",
            );
        }
        parsed
    }

    fn parsed_name(&mut self, name: &PolicyText) -> PolicyName {
        PolicyName::parse(&name.value).unwrap_or_else(|_| {
            self.wrong(
                name.span.clone(),
                format!("`{}` cannot be the name of a policy", name.value),
                "use 1 to 40 of a-z, 0-9 and -",
            );
            PolicyName::default()
        })
    }

    /// What the file says, over what held before.
    fn overlay(&mut self, mut policy: Policy, file: &PolicyFile) -> Policy {
        if let Some(select) = &file.select {
            policy.select.target = self.target(select);
        }
        if let Some(root) = file.root {
            policy.select.root = match root {
                RootFile::Include => RootVolumes::Include,
                RootFile::Exclude => RootVolumes::Exclude,
            };
        }
        if let Some(tags) = &file.exclude_tags {
            policy.select.exclude_tags = tag_list(tags);
        }
        if let Some(devices) = &file.exclude_devices {
            policy.select.exclude_devices = devices
                .iter()
                .map(|device| Device::new(device.as_str()))
                .collect();
        }
        self.schedules(&mut policy.schedules, file);
        if let Some(keep) = &file.keep {
            self.keep(&mut policy.keep, keep);
        }
        if let Some(gone) = &file.source_gone {
            policy.source_gone = match gone {
                SourceGoneFile::Finish => SourceGone::Finish,
                SourceGoneFile::Hold => SourceGone::Hold,
                SourceGoneFile::KeepLast(file) => SourceGone::KeepLast(self.positive(&file.span)),
            };
        }
        if let Some(retroactive) = file.retroactive {
            policy.retroactive = if retroactive {
                Retroactive::Yes
            } else {
                Retroactive::No
            };
        }
        if let Some(keys) = &file.lifetime_tags {
            policy.lifetime_tags = self.tag_keys(keys);
        }
        if let Some(keys) = &file.copy_tags {
            policy.copy_tags = self.copied_tags(keys);
        }
        if let Some(tags) = &file.tags {
            policy.extra_tags = self.added_tags(tags);
        }
        if let Some(limits) = &file.limits {
            self.limits(&mut policy.limits, limits);
        }
        if let Some(topic) = &file.notify {
            match TopicArn::parse(&topic.value) {
                Ok(topic) => policy.notify = Some(topic),
                Err(mistake) => self.wrong_in(topic, mistake),
            }
        }
        policy
    }

    /// One tag, key and value: an empty selector would mean everything, which nobody means.
    fn target(&mut self, select: &At<SelectFile>) -> Target {
        let (written, target): (_, fn(Tag) -> Target) = match &select.value {
            SelectFile::Instances(tags) => (tags, Target::Instances),
            SelectFile::Volumes(tags) => (tags, Target::Volumes),
        };
        match written.value.0.as_slice() {
            [(key, value)] => {
                if key.value.is_empty() || value.is_empty() {
                    self.wrong(
                        key.span.clone(),
                        "a tag that opts in needs a key and a value",
                        "write both, as { snapshot: snapshot }",
                    );
                }
                target(Tag::new(key.value.as_str(), value.as_str()))
            }
            [] => {
                self.wrong(
                    self.start_of(&select.span),
                    "an empty selector would select everything",
                    "name the tag that opts in, as { instances: { snapshot: snapshot } }",
                );
                target(Tag::new("", ""))
            }
            [_, (second, _), ..] => {
                self.wrong(
                    second.span.clone(),
                    "a policy selects by one tag",
                    "make a policy for each tag",
                );
                target(Tag::new("", ""))
            }
        }
    }

    fn schedules(&mut self, schedules: &mut Schedules, file: &PolicyFile) {
        if let Some(create) = &file.create {
            schedules.create = self.schedule(create);
        }
        if let Some(sync) = &file.sync {
            schedules.sync = self.schedule(sync);
        }
        if let Some(expire) = &file.expire {
            schedules.expire = self.schedule(expire);
        }
        if let Some(zone) = &file.timezone {
            match Zone::parse(&zone.value) {
                Ok(known) => schedules.zone = known,
                Err(mistake) => self.wrong_in(zone, mistake),
            }
        }
    }

    fn schedule(&mut self, text: &ScheduleText) -> Option<Schedule> {
        match Schedule::parse(&text.value) {
            Ok(schedule) => Some(schedule),
            Err(mistake) => {
                self.wrong_in(text, mistake);
                None
            }
        }
    }

    fn keep(&mut self, keep: &mut Keep, file: &KeepFile) {
        if let Some(lifetime) = &file.lifetime {
            keep.lifetime = Some(self.positive(lifetime));
        }
        if let Some(last) = &file.last {
            keep.last = Some(self.at_least_one(Some(last), 1));
        }
        if let Some(floor) = &file.at_least {
            if floor.value == 0 {
                self.wrong(
                    floor.span.clone(),
                    "the last good snapshot of a volume is never deleted",
                    "write at least 1",
                );
            }
            keep.at_least = AtLeast::new(floor.value);
        }
    }

    fn limits(&mut self, limits: &mut Limits, file: &PolicyLimitsFile) {
        let spans = [
            (&file.call_timeout, &mut limits.call_timeout),
            (&file.visibility_window, &mut limits.visibility_window),
            (&file.error_grace, &mut limits.error_grace),
            (&file.stuck_after, &mut limits.stuck_after),
            (&file.deadline, &mut limits.deadline),
            (&file.clock_error, &mut limits.clock_error_max),
            (&file.keep_deleted_rows, &mut limits.keep_deleted_rows),
        ];
        for (written, limit) in spans {
            if let Some(written) = written {
                *limit = self.positive(written);
            }
        }
        if let Some(written) = file.deadline.as_ref().or(file.call_timeout.as_ref())
            && limits.deadline <= limits.call_timeout
        {
            self.wrong(
                written.span.clone(),
                format!(
                    "a pass of {} has no time for a call, which may take {}",
                    limits.deadline, limits.call_timeout
                ),
                "give `deadline` more than `call_timeout`",
            );
        }
        if let Some(written) = &file.call_timeout
            && limits.call_timeout > CALL_TIMEOUT_MAX
        {
            self.wrong(
                written.span.clone(),
                format!(
                    "a call of {} could outlast the lease under which EC2 is changed",
                    limits.call_timeout
                ),
                format!("write at most {CALL_TIMEOUT_MAX}"),
            );
        }
        if let Some(written) = &file.clock_error
            && limits.clock_error_max > CLOCK_ERROR_MAX
        {
            self.wrong(
                written.span.clone(),
                format!(
                    "a clock that is wrong by {} can't be trusted with deletes",
                    limits.clock_error_max
                ),
                format!("write at most {CLOCK_ERROR_MAX}: AWS itself refuses what is signed by a worse clock"),
            );
        }
        if let Some(attempts) = &file.attempts {
            limits.attempts_max = self.at_least_one(Some(attempts), 1);
        }
        if let Some(floor) = file.blast_floor {
            limits.blast_floor = floor;
        }
        if let Some(share) = &file.blast_percent {
            limits.blast_percent = self.percent(share, 0);
        }
        if let Some(share) = &file.pace_percent {
            limits.pace_percent = self.percent(share, 1);
        }
    }
}
