//! Each promise, broken in the smallest story that can break it, beside one that keeps it.

mod liveness;
mod naive;
mod safety;
mod story;

/// The oracle shares no rule with what it judges: nothing of it may name their modules.
#[test]
fn the_oracle_knows_neither_planner_nor_engine_nor_calls_nor_catalog() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/oracle");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        files += 1;
        let source = std::fs::read_to_string(&path).unwrap();
        for module in ["plan", "engine", "calls", "catalog", "player"] {
            let import = format!("crate::{module}");
            assert!(
                !source.contains(&import),
                "{} names {import}",
                path.display()
            );
        }
    }
    assert!(files > 10, "the folder was found: {files} files");
}
