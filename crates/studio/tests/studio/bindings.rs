//! The TypeScript types in the repository are those of the Rust types.

use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn the_committed_types_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api/bindings");
    let entries = std::fs::read_dir(folder).expect("the folder of the bindings").flatten();
    let committed: BTreeMap<String, String> = entries
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                std::fs::read_to_string(entry.path()).unwrap_or_default(),
            )
        })
        .collect();
    let made = studio::bindings();
    let differ = |name: &&String| made.get(*name) != committed.get(*name);
    let stale: Vec<&String> = made.keys().chain(committed.keys()).filter(differ).collect();
    assert!(stale.is_empty(), "run `cargo run -p studio --example bindings`; these files differ: {stale:?}");
}
