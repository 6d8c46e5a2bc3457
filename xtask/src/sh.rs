//! Running other programs. Everything is said before it is done; nobody reads from standard input.

use std::process::{Command, Stdio};

use crate::place;

pub type Outcome<T = ()> = Result<T, String>;

/// Cargo, in the checkout. `--locked` is for CI alone: a developer who adds a dependency should not be stopped by it.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place::root());
    command
}

pub fn npm() -> Command {
    let mut command = Command::new(place::program("npm").unwrap_or_else(|| "npm".into()));
    command.current_dir(place::ui());
    command
}

pub fn ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// Shows the command, runs it to its end, and makes an error of a bad exit.
pub fn finish(command: &mut Command) -> Outcome {
    let shown = shown(command);
    println!("$ {shown}");
    let status =
        command.stdin(Stdio::null()).status().map_err(|error| format!("`{shown}` did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})")) }
}

/// What a quiet question answers, or nothing when it fails.
pub fn answer(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    command.get_args().fold(name, |line, arg| format!("{line} {}", arg.to_string_lossy()))
}
