//! What somebody does while an expire is under way: until the delete is sent, it stops it.
//!
//! The planner has proved that a snapshot may go; between its last read and the delete lie seconds or,
//! where calls are slow, minutes. Here each call takes ten seconds, each deed comes in each ten seconds
//! of the pass, and a letter says what became of the snapshot. The invariants of the oracle hold all
//! the while.

use std::fmt::Write as _;

use rayon::prelude::*;
use smol_str::SmolStr;
use snaplife::catalog::attr;
use snaplife::domain::{Job, Span, Timestamp};
use snaplife::journal::{Event, Line};
use snaplife::player::{KeepJournal, Verdict};
use snaplife::ports::Request;
use snaplife::ports::table::Item;

use crate::scenarios::play_once;

/// When the expire that is watched begins, at 08:00 of the second day: the first snapshot is over its lifetime of a day, the second one is its companion.
const EXPIRE: Span = Span::hours(32);
/// How long each call takes.
const CALL: Span = Span::seconds(10);

/// What somebody may do, and how a scenario says it.
const DEEDS: [(&str, &str); 11] = [
    ("nothing", ""),
    ("hold it", "hold: nth 1 of vol-db"),
    (
        "take our mark from it",
        r#"untag: { snapshot: nth 1 of vol-db, tags: ["snaplife:installation"] }"#,
    ),
    (
        "give it another policy's mark",
        r#"tag: { snapshot: nth 1 of vol-db, tags: { "snaplife:policy": other } }"#,
    ),
    ("lock it", "lock: { snapshot: nth 1 of vol-db, for: 90d }"),
    (
        "make an image of it",
        "register_image: { image: ami-golden, snapshots: [nth 1 of vol-db] }",
    ),
    ("delete it", "delete_snapshot: nth 1 of vol-db"),
    (
        "bring it into a state that nobody knows",
        "unknown_state: { snapshot: nth 1 of vol-db, state: recovering }",
    ),
    ("delete its companion", "delete_snapshot: nth 2 of vol-db"),
    (
        "bring its companion into a state that nobody knows",
        "unknown_state: { snapshot: nth 2 of vol-db, state: recovering }",
    ),
    ("delete its volume", "delete_volume: vol-db"),
];

fn story(step: &str) -> String {
    format!(
        r#"
name: Somebody acts while an expire is under way
why: The state of the moment counts, not that of the plan.
start: 2026-01-05T00:00:00Z
run_for: 34h
world:
  latency: 10s
  timing: {{ full: 1m, incremental: 1m }}
  instances:
    - id: i-db
      tags: {{ snapshot: snapshot, snaplifetime: "1" }}
      volumes: [{{ id: vol-db, device: /dev/sdf }}]
policy: {{ create: "cron(0 2 * * ? *)", sync: rate(6 hours), expire: "cron(0 8 * * ? *)" }}
story:
{step}
"#
    )
}

/// What the watched pass called and when, and what came of the snapshot.
struct Seen {
    calls: Vec<(Span, String)>,
    /// The last change of its row: where to, and why.
    change: Option<(String, String)>,
    /// What its row says then of what comes next.
    next: String,
    broken: String,
}

/// Plays the story with a deed that comes so long after the pass began.
fn play(deed: &str, after: Span) -> Seen {
    let step = match deed {
        "" => "  []".to_owned(),
        deed => format!(
            "  - {{ at: 1d 08:{:02}:{:02}, outsider: {{ {deed} }} }}",
            after.as_ms() / 60_000,
            after.as_ms() / 1_000 % 60,
        ),
    };
    let played = play_once("meanwhile.rs", &story(&step), KeepJournal::Yes);
    let mut seen = Seen {
        calls: Vec::new(),
        change: None,
        next: String::new(),
        broken: match &played.verdict {
            Verdict::Held => String::new(),
            other => format!("{other:?}"),
        },
    };
    let begin: Timestamp = played.start + EXPIRE;
    let mut first: Option<SmolStr> = None;
    for line in played.journal.as_deref().expect("it was asked for") {
        let line: Line<'_> = serde_json::from_str(line).expect("a journal can be read back");
        match line.event {
            // Sorted by time: the snapshot of the first day is the first one with a row.
            Event::Row(change) if change.key.starts_with("snap-") => {
                let first = first.get_or_insert_with(|| change.key.clone());
                if line.at >= begin && change.key == *first {
                    seen.change = Some((change.to.to_string(), change.reason.to_string()));
                }
            }
            Event::Call(call) if line.at >= begin && call.context.job == Job::Expire => {
                if let Request::PutItem(put) = &*call.request
                    && put.item.key() == first.as_ref()
                {
                    seen.next = next(&put.item, line.at);
                }
                let name = call.request.name().text().to_owned();
                seen.calls.push((line.at - begin, name));
            }
            _ => {}
        }
    }
    seen
}

/// What a row says of what comes next: when it is judged again, and whether EC2 did not show its snapshot.
fn next(row: &Item, now: Timestamp) -> String {
    let hours = |at: Timestamp| (at - now).as_ms() / 3_600_000;
    let again = row
        .instant(attr::JUDGE_AT)
        .map(|at| format!(", judged again in {} h", hours(at)));
    let unseen = row
        .instant(attr::UNSEEN_SINCE)
        .map(|_| ", unseen since now");
    format!(
        "{}{}",
        again.unwrap_or_default(),
        unseen.unwrap_or_default()
    )
}

/// A letter for each ten seconds: `g` it goes, `s` it stays, `-` nothing becomes of its row; and what was said, once
/// each.
fn told() -> String {
    let calm = play("", Span::ZERO);
    let mut text = String::from("the pass, undisturbed\n");
    for (after, call) in &calm.calls {
        let _ = writeln!(text, "  +{:>3}s {call}", after.as_ms() / 1_000);
    }
    let last = calm.calls.last().expect("it calls").0;
    let half = Span::from_ms(CALL.as_ms() / 2);
    let moments: Vec<Span> = (0..=last.as_ms() / CALL.as_ms())
        .map(|nth| Span::from_ms(nth * CALL.as_ms()) + half)
        .collect();
    for (what, deed) in DEEDS {
        let seen: Vec<Seen> = moments.par_iter().map(|after| play(deed, *after)).collect();
        let mut letters = String::new();
        let mut said: Vec<(char, String)> = Vec::new();
        let mut broken = String::new();
        for (seen, after) in seen.iter().zip(&moments) {
            let (letter, why) = match &seen.change {
                None => ('-', "its row is not touched".to_owned()),
                Some((to, why)) if to == "deleted" => ('g', why.clone()),
                Some((to, why)) => ('s', format!("{to}: {why}{}", seen.next)),
            };
            letters.push(letter);
            if !said.contains(&(letter, why.clone())) {
                said.push((letter, why));
            }
            if !seen.broken.is_empty() {
                let _ = writeln!(
                    broken,
                    "  BROKEN at +{}s: {}",
                    after.as_ms() / 1_000,
                    seen.broken
                );
            }
        }
        let _ = writeln!(text, "\n{what}\n  {letters}");
        for (letter, why) in said {
            let _ = writeln!(text, "  {letter} {why}");
        }
        text += &broken;
    }
    text
}

#[test]
fn until_the_delete_is_sent_it_can_be_stopped() {
    insta::assert_snapshot!(told());
}
