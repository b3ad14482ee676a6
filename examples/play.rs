use snaplife::player::{Check, KeepJournal, KeepStory, PlayOptions, Verdict, play};
fn walk(p: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
    if p.is_dir() {
        let mut v: Vec<_> = std::fs::read_dir(p)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        v.sort();
        for q in v {
            walk(&q, out);
        }
    } else if p.extension().is_some_and(|e| e == "yaml") {
        out.push(p.to_owned());
    }
}
fn main() {
    let mut files = Vec::new();
    let mut verbose = false;
    let args: Vec<String> = std::env::args().skip(1).collect();
    for a in &args {
        if a == "-v" {
            verbose = true;
        } else {
            walk(std::path::Path::new(a), &mut files);
        }
    }
    let (mut ok, mut bad) = (0, 0);
    for f in files {
        let bytes = std::fs::read(&f).unwrap();
        let s = match snaplife::scenario::load(&f.to_string_lossy(), &bytes) {
            Ok(s) => s,
            Err(e) => {
                println!("LOAD {} {e:?}", f.display());
                bad += 1;
                continue;
            }
        };
        let t = std::time::Instant::now();
        let o = PlayOptions {
            check: Check::Twice,
            story: KeepStory::Whole,
            journal: if verbose {
                KeepJournal::Yes
            } else {
                KeepJournal::No
            },
            ..PlayOptions::default()
        };
        let p = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play(&s, o)));
        let Ok(p) = p else {
            println!("PANIC {}", f.display());
            bad += 1;
            continue;
        };
        match &p.verdict {
            Verdict::Held => {
                ok += 1;
                println!(
                    "ok   {} {:?} {} calls",
                    f.display(),
                    t.elapsed(),
                    p.figures.calls
                );
            }
            Verdict::Broken(b) => {
                bad += 1;
                println!("FAIL {} ({} calls)", f.display(), p.figures.calls);
                for b in b {
                    println!(
                        "     {} {} L{:?} at {}: {} | expected {} | actual {}",
                        b.id, b.promise, b.file_line, b.at, "", b.expected, b.actual
                    );
                }
            }
            Verdict::NotDeterministic { line, difference } => {
                bad += 1;
                println!("NONDET {} line {line}\n{difference}", f.display());
            }
            Verdict::Bug(b) => {
                bad += 1;
                println!("BUG {} {b}", f.display());
            }
        }
        if verbose {
            for e in &p.events {
                println!("  {} {:?} p{:?} {}", e.at, e.lane, e.pass, e.text);
            }
            if std::env::var("J").is_ok() {
                for l in p.journal.unwrap() {
                    println!("{l}");
                }
            }
        }
    }
    println!("{ok} ok, {bad} bad");
}
