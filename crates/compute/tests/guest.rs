//! What is shipped is built from the sources beside it.

use std::fs;
use std::path::Path;

#[test]
fn the_guest_is_built_from_its_sources() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built_from = fs::read_to_string(here.join("guest.sum")).expect("`cargo xtask guest` writes it");
    let mut sources: Vec<String> = ["Cargo.toml", "Cargo.lock"].map(String::from).into();
    for entry in fs::read_dir(here.join("guest/src")).expect("the sources lie beside it") {
        sources.push(format!("src/{}", entry.expect("a folder can be read").file_name().to_string_lossy()));
    }
    sources.sort();
    let sums: Vec<String> = sources
        .iter()
        .map(|source| {
            format!(
                "{:016x}  {source}",
                fnv(&fs::read(here.join("guest").join(source)).expect("it is there"))
            )
        })
        .collect();
    let built: Vec<&str> = built_from.lines().collect();
    assert_eq!(sums, built, "the guest changed and was not built anew: cargo xtask guest");
}

/// As in xtask, which has no dependencies.
fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
