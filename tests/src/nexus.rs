//! The real `nexus` program, as a build of the workspace leaves it beside the tests.

use std::path::PathBuf;
use std::process::{Command, Output};

/// `target/<profile>/nexus`, next to the folder that the test itself lies in.
pub fn program() -> PathBuf {
    let name = format!("nexus{}", std::env::consts::EXE_SUFFIX);
    let here = std::env::current_exe().unwrap_or_else(|error| panic!("a test knows where it lies: {error}"));
    let found = here.ancestors().skip(1).take(3).map(|folder| folder.join(&name)).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!(
            "`{name}` is not built beside {}; build it first: cargo build -p cli --bin nexus",
            here.display()
        )
    })
}

pub fn run(arguments: &[&str]) -> Output {
    let program = program();
    Command::new(&program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()))
}
