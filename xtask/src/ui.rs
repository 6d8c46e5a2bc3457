//! The UI's packages and its build. `ui/dist` is compiled into the window and into the browser form, so it comes before both.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::place;
use crate::sh::{Outcome, ci, finish, npm};

/// Installs exactly what the lock file says, when it says something new.
pub fn packages() -> Outcome {
    let lock = place::ui().join("package-lock.json");
    let installed = place::ui().join("node_modules/.package-lock.json");
    if written(&installed) > written(&lock) {
        return Ok(());
    }
    finish(npm().args(["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

/// Builds `ui/dist` when a source is newer than it; always in CI.
pub fn build() -> Outcome {
    packages()?;
    let built = written(&place::ui().join("dist/index.html"));
    if !ci() && built.is_some() && newest(&place::ui()) <= built {
        return Ok(());
    }
    finish(npm().args(["run", "--silent", "build"]))
}

fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| !derived(path))
        .filter_map(|path| if path.is_dir() { newest(&path) } else { written(&path) })
        .max()
}

/// Folders that are made, not written.
fn derived(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    ["node_modules", "dist", "test-results", "playwright-report"].iter().any(|derived| name == *derived)
}

fn written(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}
