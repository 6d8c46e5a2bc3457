//! Builds what runs inside the sandbox of `compute` and puts it beside its sources, with a list that tells a test what it was built from.
//!
//! Needs `rustup target add wasm32-unknown-unknown` and a clang that knows WebAssembly (`CC_wasm32_unknown_unknown` and
//! `AR_wasm32_unknown_unknown` name another clang and llvm-ar than the first ones found).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place;
use crate::sh::{Outcome, answer, finish};

const TARGET: &str = "wasm32-unknown-unknown";

/// Scripts get 3 MiB of it; `js.rs` says so.
const STACK: usize = 4 << 20;

pub fn build(more: &[String]) -> Outcome {
    let crate_ = place::root().join("crates/compute");
    let guest = crate_.join("guest");
    let target = place::root().join("target/guest");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(&guest).args(["build", "--release", "--locked", "--target", TARGET]).args(more);
    finish(cargo.env("CARGO_TARGET_DIR", &target).env("CARGO_ENCODED_RUSTFLAGS", flags().join("\x1f")))?;
    let built = target.join(TARGET).join("release/compute_guest.wasm");
    let say = |error: std::io::Error| error.to_string();
    fs::copy(&built, crate_.join("guest.wasm")).map_err(say)?;
    fs::write(crate_.join("guest.sum"), sums(&guest).map_err(say)?).map_err(say)
}

/// Nothing of this machine stays in what is built: the places of sources are in the messages of panics.
fn flags() -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let sysroot = answer(&rustc, &["--print", "sysroot"]).map(PathBuf::from);
    let real = |path: PathBuf| [path.canonicalize().unwrap_or_else(|_| path.clone()), path];
    let registries = home.as_ref().and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let registries =
        registries.into_iter().flatten().filter_map(|entry| Some((entry.ok()?.path(), "/crates")));
    let places =
        [(home.clone(), "/cargo"), (sysroot, "/rust"), (Some(place::root().to_path_buf()), "/nexus")];
    // Of several that fit, the last one counts.
    let remaps = places.into_iter().filter_map(|(path, name)| Some((path?, name))).chain(registries);
    let remaps = remaps.flat_map(|(path, name)| real(path).map(|path| (path, name)));
    let remaps = remaps.map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()));
    // The stack lies below everything else (rustc's default), so what overflows it leaves the memory and is stopped.
    remaps.chain([format!("-Clink-arg=-zstack-size={STACK}")]).collect()
}

/// A line for each source; `crates/compute/tests/guest.rs` reads them.
fn sums(guest: &Path) -> std::io::Result<String> {
    let mut files = vec![guest.join("Cargo.toml"), guest.join("Cargo.lock")];
    for entry in fs::read_dir(guest.join("src"))? {
        files.push(entry?.path());
    }
    files.sort();
    let mut lines = String::new();
    for file in files {
        let name = file.strip_prefix(guest).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        lines += &format!("{:016x}  {name}\n", fnv(&fs::read(&file)?));
    }
    Ok(lines)
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
