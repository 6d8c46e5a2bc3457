//! Where things are.

use std::path::{Path, PathBuf};

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the checkout")
}

pub fn ui() -> PathBuf {
    root().join("ui")
}

/// The folder that cargo builds into: this very program runs from `<target>/<profile>/xtask`.
pub fn target() -> PathBuf {
    let exe = std::env::current_exe().expect("a running program has a path");
    exe.ancestors().nth(2).expect("cargo runs it from <target>/<profile>").to_path_buf()
}

/// Programs that the tests need and that cargo can build; kept beside what it builds, so a kept target folder keeps them too.
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// A program of the workspace, as `cargo build` leaves it.
pub fn built(name: &str) -> PathBuf {
    target().join("debug").join(name).with_extension(std::env::consts::EXE_EXTENSION)
}

/// Finds a program on the PATH or among our tools.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([tools().join("bin")])
        .flat_map(|dir| {
            [dir.join(name), dir.join(name).with_extension("exe"), dir.join(name).with_extension("cmd")]
        })
        .find(|file| file.is_file())
}

/// A Chromium to run the end-to-end specs in. `NEXUS_CHROMIUM` names another one.
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("NEXUS_CHROMIUM") {
        return Some(named.into());
    }
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(program)
}
