//! One scenario and one seed give the same bytes, wherever and however the program runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::scenarios;

/// A set with a lost answer, a night without its hour, and a bad day for EC2: latencies, draws,
/// zones and faults all take part.
const CHOSEN: [&str; 3] = [
    "recovery/a-lost-answer-makes-no-second-set.yaml",
    "schedules/no-slot-in-an-hour-that-does-not-exist.yaml",
    "faults/a-brown-out-takes-nothing-twice.yaml",
];

/// What a run leaves behind.
#[derive(PartialEq, Eq)]
struct Left {
    stdout: Vec<u8>,
    /// Journal files by their path below the folder.
    journals: BTreeMap<PathBuf, Vec<u8>>,
}

/// How a run differs from another.
#[derive(Clone, Copy)]
struct Around<'a> {
    name: &'a str,
    variables: &'a [(&'a str, &'a str)],
    folder: &'a str,
    jobs: &'a str,
}

const USUAL: Around<'_> = Around {
    name: "usual",
    variables: &[],
    folder: "here",
    jobs: "1",
};

/// Plays the chosen scenarios by the built program.
fn replay(around: Around<'_>) -> Left {
    let desk = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("determinism")
        .join(around.name);
    // A folder that is not there yet need not go.
    let _ = fs::remove_dir_all(&desk);
    let place = desk.join(around.folder);
    fs::create_dir_all(&place).expect("the folder of tests can be written");
    let journals = desk.join("journals");
    let output = Command::new(env!("CARGO_BIN_EXE_snaplife"))
        .env_clear()
        .envs(around.variables.iter().copied())
        .current_dir(&place)
        .arg("replay")
        .args(CHOSEN.map(|path| scenarios::folder().join(path)))
        .args(["--explain", "--jobs", around.jobs, "--journal"])
        .arg(&journals)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {stderr}", around.name);
    Left {
        stdout: output.stdout,
        journals: files_below(&journals),
    }
}

fn files_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut folders = vec![folder.to_owned()];
    let mut files = BTreeMap::new();
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(&below).expect("journals can be read") {
            let path = entry.expect("entries can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it was found there");
                files.insert(name.to_owned(), fs::read(&path).expect("it can be read"));
            }
        }
    }
    files
}

#[test]
fn the_same_bytes_come_out_again_in_another_place_zone_language_and_number_of_threads() {
    let usual = replay(USUAL);
    assert_eq!(usual.journals.len(), CHOSEN.len());
    assert!(usual.journals.values().all(|journal| !journal.is_empty()));
    let others = [
        Around {
            name: "again",
            ..USUAL
        },
        Around {
            name: "elsewhere",
            variables: &[("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8")],
            folder: "some/where/else",
            ..USUAL
        },
        Around {
            name: "in-the-west",
            variables: &[
                ("TZ", "America/St_Johns"),
                ("LC_ALL", "de_DE.UTF-8"),
                ("HOME", "/nonexistent"),
            ],
            jobs: "2",
            ..USUAL
        },
    ];
    for around in others {
        let left = replay(around);
        assert_eq!(
            String::from_utf8_lossy(&left.stdout),
            String::from_utf8_lossy(&usual.stdout),
            "{}",
            around.name
        );
        for (path, journal) in &usual.journals {
            let same = left.journals.get(path) == Some(journal);
            assert!(same, "{}: {} differs", around.name, path.display());
        }
        assert_eq!(left.journals.len(), usual.journals.len());
    }
}
