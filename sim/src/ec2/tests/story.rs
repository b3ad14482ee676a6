//! Scripts and transcripts.
//!
//! One command per line. `+15s` lets time pass; `#2` is the second snapshot ever made, `{a,b}` tags
//! or filters. The world has the instance `i-db` with the root `vol-root` (8 GiB) and the data
//! volumes `vol-db` (100 GiB) and `vol-log` (50 GiB, st1).

use std::fmt::Write as _;

use smol_str::SmolStr;

use crate::answer::Answer;
use crate::chance::Chance;
use crate::ec2::request::{
    CopyTags, CreateSnapshot, CreateSnapshots, DescribeImages, DescribeInstances,
    DescribeLockedSnapshots, DescribeSnapshots, DescribeVolumes, Filter, LockState, Owner,
    PageRequest, SnapshotInfo,
};
use crate::ec2::{
    Arranged, Arrangement, Ec2, ForeignSnapshot, Hibernation, ImageId, InstanceId, LockMode,
    NewInstance, NewVolume, OnTermination, RootDeviceType, Settings, SnapshotId, SnapshotState,
    Tags, VolumeId, VolumeType,
};
use crate::time::{Span, Timestamp};

/// Runs a script and gives it back with every answer.
pub(super) fn tell(settings: Settings, script: &str) -> String {
    let mut story = Story::begin(settings);
    let mut transcript = String::new();
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let answer = story
            .play(line)
            .unwrap_or_else(|refusal| refusal.code.to_string());
        let line = match answer.strip_prefix('\n') {
            Some(below) => format!("{line}\n{below}"),
            None => format!("{line:<42} {answer}"),
        };
        writeln!(transcript, "{}", line.trim_end()).expect("a string takes everything");
    }
    transcript
}

/// The world in which every story begins, and when it begins.
pub(super) fn world(settings: Settings) -> (Ec2, Timestamp) {
    let now = Timestamp(1_000_000_000_000);
    let mut ec2 = Ec2::new(Chance::new(1), "123456789012".into(), settings);
    let mut us = ec2.outsider(now);
    let instance = InstanceId::from("i-db");
    us.launch_instance(NewInstance {
        hibernation: Hibernation::Off,
        id: instance.clone(),
        root_device: Some("/dev/xvda".into()),
        root_device_type: RootDeviceType::Ebs,
        tags: Tags::from_iter([("snapshot", "snapshot")]),
    })
    .unwrap();
    for (id, device, size, on_termination, volume_type) in [
        (
            "vol-root",
            "/dev/xvda",
            8,
            OnTermination::Delete,
            VolumeType::Gp3,
        ),
        (
            "vol-db",
            "/dev/sdf",
            100,
            OnTermination::Keep,
            VolumeType::Gp3,
        ),
        (
            "vol-log",
            "/dev/sdg",
            50,
            OnTermination::Keep,
            VolumeType::St1,
        ),
    ] {
        let tags = Tags::from_iter([("volume", id)]);
        let plain = NewVolume::plain(id.into(), size);
        us.create_volume(NewVolume {
            tags,
            volume_type,
            ..plain
        })
        .unwrap();
        us.attach_volume(&id.into(), &instance, device, on_termination)
            .unwrap();
    }
    (ec2, now)
}

struct Story {
    ec2: Ec2,
    made: Vec<SnapshotId>,
    now: Timestamp,
    token: Option<SmolStr>,
}

impl Story {
    fn begin(settings: Settings) -> Self {
        let (ec2, now) = world(settings);
        Self {
            ec2,
            made: Vec::new(),
            now,
            token: None,
        }
    }

    fn play(&mut self, line: &str) -> Answer<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (now, ec2) = (self.now, &mut self.ec2);
        let done = |()| "ok".to_owned();
        match *words.as_slice() {
            [wait] if wait.starts_with('+') => {
                self.now = self.now + span(&wait[1..]);
                return Ok(String::new());
            }
            ["arrange", volume, what] => {
                let volume = (volume != "any").then(|| volume.into());
                ec2.arrange(Arrangement {
                    times: 1,
                    volume,
                    what: arranged(what),
                });
                return Ok(String::new());
            }
            ["set", instance, ref rest @ ..] => {
                let mut request = CreateSnapshots {
                    copy_tags: CopyTags::No,
                    description: SmolStr::default(),
                    exclude_boot_volume: rest.contains(&"no-root"),
                    exclude_data_volumes: Vec::new(),
                    instance: instance.into(),
                    tags: Tags::default(),
                };
                for word in rest {
                    match word.split_once('=') {
                        Some(("without", ids)) => {
                            request.exclude_data_volumes = ids.split(',').map(Into::into).collect();
                        }
                        Some((key, value)) => request.tags = Tags::from_iter([(key, value)]),
                        None if *word == "copy-tags" => request.copy_tags = CopyTags::FromVolume,
                        None => {}
                    }
                }
                let made = ec2.create_snapshots(now, &request)?;
                return Ok(self.name(&made));
            }
            ["snap", volume, ref tags @ ..] => {
                let tags = tags.iter().filter_map(|tag| tag.split_once('=')).collect();
                let volume = volume.into();
                let request = CreateSnapshot {
                    description: "".into(),
                    tags,
                    volume,
                };
                let made = ec2.create_snapshot(now, &request)?;
                return Ok(self.name(&[made]));
            }
            ["they", "snap", volume, state, age, ref tags @ ..] => {
                let id = ec2.outsider(now).create_snapshot(ForeignSnapshot {
                    age: span(age),
                    owner: None,
                    size_gib: 1,
                    state: state_of(state),
                    tags: tags.iter().filter_map(|tag| tag.split_once('=')).collect(),
                    volume: volume.into(),
                });
                self.made.push(id);
                return Ok(format!("#{}", self.made.len()));
            }
            _ => {}
        }
        let id = words.iter().find_map(|word| self.id(word));
        let id = id.unwrap_or_else(|| "snap-none".into());
        let ec2 = &mut self.ec2;
        match *words.as_slice() {
            ["delete", _] => ec2.delete_snapshot(now, &id).map(done),
            ["tag", _, tag] => {
                let tags: Tags = tag.split_once('=').into_iter().collect();
                ec2.create_tags(now, &[id.text().clone()], &tags).map(done)
            }
            ["untag", _, key] => {
                let remove = [(SmolStr::new(key), None)];
                ec2.delete_tags(now, &[id.text().clone()], &remove)
                    .map(done)
            }
            ["they", "read", _] => {
                let shown = ec2.outsider(now).read(&id)?;
                let tags = shown
                    .tags
                    .iter()
                    .map(|(key, value)| format!("{key}={value}"));
                Ok(tags.collect::<Vec<_>>().join(" "))
            }
            ["they", "delete", _] => ec2.outsider(now).delete_snapshot(&id).map(done),
            ["they", "mark", _, state] => {
                ec2.outsider(now).set_state(&id, state_of(state)).map(done)
            }
            ["they", "lock", _, mode, time] => {
                let mode = match mode {
                    "compliance" => LockMode::Compliance,
                    _ => LockMode::Governance,
                };
                ec2.outsider(now).lock(&id, mode, span(time)).map(done)
            }
            ["they", "unlock", _] => ec2.outsider(now).unlock(&id).map(done),
            ["they", "image", image, _] => {
                let image = ImageId::from(image);
                let made = ec2
                    .outsider(now)
                    .register_image(image, vec![id], Tags::default());
                made.map(done)
            }
            ["they", "disable", image] => ec2.outsider(now).disable_image(&image.into()).map(done),
            ["they", "deregister", image] => {
                ec2.outsider(now).deregister_image(&image.into()).map(done)
            }
            ["they", "terminate", id] => ec2.outsider(now).terminate_instance(&id.into()).map(done),
            ["they", "stop", id] => ec2.outsider(now).stop_instance(&id.into()).map(done),
            ["they", "attach", id, instance] => {
                let mut us = ec2.outsider(now);
                us.attach_volume(
                    &id.into(),
                    &instance.into(),
                    "/dev/sdz",
                    OnTermination::Keep,
                )
                .map(done)
            }
            ["they", "detach", id] => ec2.outsider(now).detach_volume(&id.into()).map(done),
            ["they", "destroy", id] => ec2.outsider(now).delete_volume(&id.into()).map(done),
            ["list", ref filters @ ..] => self.list(filters, PageRequest::default()),
            ["page", size, ref filters @ ..] => {
                let max_results = size.parse().ok();
                self.list(
                    filters,
                    PageRequest {
                        max_results,
                        token: None,
                    },
                )
            }
            ["pages", size, ref filters @ ..] => {
                let max_results = size.parse().ok();
                let mut pages = Vec::new();
                loop {
                    let token = self.token.take();
                    pages.push(self.list(filters, PageRequest { max_results, token })?);
                    if self.token.is_none() {
                        return Ok(pages.join(" | "));
                    }
                }
            }
            ["next", size, ref filters @ ..] => {
                let max_results = size.parse().ok();
                let token = self.token.take();
                self.list(filters, PageRequest { max_results, token })
            }
            ["look", ref ids @ ..] => {
                let ids = ids.iter().filter_map(|word| self.id(word)).collect();
                let request = DescribeSnapshots {
                    ids,
                    ..DescribeSnapshots::default()
                };
                let page = self.ec2.describe_snapshots(now, &request)?;
                Ok(self.show(&page.items))
            }
            ["instances", ref filters @ ..] => {
                let filters = filters.iter().map(|word| filter(word)).collect();
                let request = DescribeInstances {
                    filters,
                    ..DescribeInstances::default()
                };
                let page = ec2.describe_instances(now, &request)?;
                let show = |i: &_| format!("{} {}", id_of(i).0, id_of(i).1);
                Ok(page.items.iter().map(show).collect::<Vec<_>>().join(", "))
            }
            ["volumes", ref ids @ ..] => {
                let ids = ids.iter().map(|id| VolumeId::from(*id)).collect();
                let request = DescribeVolumes {
                    ids,
                    ..DescribeVolumes::default()
                };
                let page = ec2.describe_volumes(now, &request)?;
                let mut shown: Vec<String> = page
                    .items
                    .iter()
                    .map(|v| format!("{} {}", v.id, v.state))
                    .collect();
                shown.sort();
                Ok(shown.join(", "))
            }
            ["images"] | ["images", "disabled-too"] => {
                let include_disabled = words.len() == 2;
                let request = DescribeImages {
                    include_disabled,
                    ..DescribeImages::default()
                };
                let page = ec2.describe_images(now, &request)?;
                let show =
                    |i: &crate::ec2::request::ImageInfo| format!("{} {}", i.id, i.state.as_str());
                Ok(page.items.iter().map(show).collect::<Vec<_>>().join(", "))
            }
            ["locks"] => {
                let page =
                    ec2.describe_locked_snapshots(now, &DescribeLockedSnapshots::default())?;
                let show = |lock: &crate::ec2::request::LockInfo| match lock.state {
                    LockState::Locked(mode) => format!("{} {mode:?}", self.number(&lock.id)),
                    LockState::Expired => format!("{} Expired", self.number(&lock.id)),
                };
                Ok(page.items.iter().map(show).collect::<Vec<_>>().join(", "))
            }
            ["truth"] => {
                ec2.advance(now);
                let mut all: Vec<String> = self
                    .ec2
                    .snapshots()
                    .map(|s| format!("{} {}", self.number(&s.id), s.state.as_str()))
                    .collect();
                all.sort();
                Ok(all.join(", "))
            }
            ["effects"] => {
                ec2.advance(now);
                let effects = ec2.drain_effects();
                let show = |e: &crate::ec2::Effect| {
                    let ago = (now - e.at).0 / 1_000;
                    format!(
                        "{} {:?} by {:?} {ago}s ago",
                        self.number(&e.snapshot),
                        e.kind,
                        e.by
                    )
                };
                Ok(effects
                    .iter()
                    .map(|e| format!("\n    {}", show(e)))
                    .collect())
            }
            _ => panic!("no such command: {line}"),
        }
    }

    fn list(&mut self, filters: &[&str], page: PageRequest) -> Answer<String> {
        let filters = filters
            .iter()
            .map(|word| filter(&self.resolve(word)))
            .collect();
        let owners = vec![Owner::Myself];
        let request = DescribeSnapshots {
            filters,
            ids: Vec::new(),
            owners,
            page,
        };
        let page = self.ec2.describe_snapshots(self.now, &request)?;
        let more = if page.next.is_some() { " …" } else { "" };
        self.token = page.next;
        Ok(self.show(&page.items) + more)
    }

    /// Names new snapshots in the order in which they were made.
    fn name(&mut self, made: &[SnapshotInfo]) -> String {
        self.made
            .extend(made.iter().map(|snapshot| snapshot.id.clone()));
        let show = |s: &SnapshotInfo| {
            let tags: String = s.tags.iter().map(|(k, v)| format!(" {k}={v}")).collect();
            format!("{} of {}{tags}", self.number(&s.id), s.volume)
        };
        made.iter().map(show).collect::<Vec<_>>().join(", ")
    }

    fn show(&self, found: &[SnapshotInfo]) -> String {
        let show = |s: &SnapshotInfo| {
            let progress = match s.state {
                SnapshotState::Pending => format!(" {}%", s.progress),
                _ => String::new(),
            };
            let number = self.made.iter().position(|id| *id == s.id);
            (
                number,
                format!("{} {}{progress}", self.number(&s.id), s.state.as_str()),
            )
        };
        let mut found: Vec<_> = found.iter().map(show).collect();
        found.sort();
        let found: Vec<String> = found.into_iter().map(|(_, text)| text).collect();
        if found.is_empty() {
            "nothing".to_owned()
        } else {
            found.join(", ")
        }
    }

    fn number(&self, id: &SnapshotId) -> String {
        let at = self.made.iter().position(|made| made == id);
        at.map_or_else(|| id.to_string(), |at| format!("#{}", at + 1))
    }

    fn id(&self, word: &str) -> Option<SnapshotId> {
        if word.starts_with("snap-") || word == "nonsense" {
            return Some(word.into());
        }
        let number: usize = word.strip_prefix('#')?.parse().ok()?;
        self.made.get(number.checked_sub(1)?).cloned()
    }

    /// `snapshot-id=#1,#2` with the ids in their places.
    fn resolve(&self, word: &str) -> String {
        let id = |word: &str| {
            self.id(word)
                .map_or_else(|| word.to_owned(), |id| id.to_string())
        };
        let (name, values) = word.split_once('=').unwrap_or((word, ""));
        let values: Vec<String> = values.split(',').map(id).collect();
        format!("{name}={}", values.join(","))
    }
}

fn id_of(instance: &crate::ec2::request::InstanceInfo) -> (&str, &'static str) {
    (instance.id.as_str(), instance.state.as_str())
}

fn filter(word: &str) -> Filter {
    let (name, values) = word.split_once('=').unwrap_or((word, ""));
    Filter::new(name, values.split(','))
}

fn arranged(word: &str) -> Arranged {
    match word.split_once('=') {
        Some(("takes", time)) => Arranged::Takes(span(time)),
        Some(("hides", time)) => Arranged::Hides(span(time)),
        _ if word == "sticks" => Arranged::Sticks,
        _ => Arranged::Fails,
    }
}

fn state_of(word: &str) -> SnapshotState {
    match word {
        "pending" => SnapshotState::Pending,
        "completed" => SnapshotState::Completed,
        "error" => SnapshotState::Error,
        other => SnapshotState::Other(other.into()),
    }
}

fn span(text: &str) -> Span {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let count: i64 = digits.parse().expect("a span is a number and a unit");
    match &text[digits.len()..] {
        "ms" => Span(count),
        "s" => Span::seconds(count),
        "m" => Span::minutes(count),
        "h" => Span::hours(count),
        _ => Span::days(count),
    }
}
