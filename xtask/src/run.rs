//! `cargo xtask run`: the product, from source.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::place;
use crate::setup::{self, Need};
use crate::sh::{Outcome, cargo, finish};
use crate::ui;

pub fn run(args: &[String]) -> Outcome {
    let browser = args.iter().any(|arg| arg == "--browser" || arg == "--port") || !display();
    let mut args: Vec<String> = args.iter().filter(|arg| *arg != "--browser").cloned().collect();
    let is_value = |place: usize| place > 0 && args[place - 1] == "--port";
    if !(0..args.len()).any(|place| !args[place].starts_with('-') && !is_value(place)) {
        args.extend(first_bot().map(|path| path.display().to_string()));
    }
    setup::system(if browser { Need::Serve } else { Need::Window })?;
    setup::node()?;
    ui::build()?;
    if browser {
        println!("Serving the browser form; open the address it prints. Ctrl-C ends it.");
        build("nexus")?;
        return finish(Command::new(place::built("nexus")).arg("studio").args(args));
    }
    build("nexus-bots")?;
    finish(Command::new(place::built("nexus-bots")).args(args))
}

/// One program of the workspace. Always with `--workspace`: features are then resolved as in every other build, and nothing is
/// compiled a second time for having been asked for alone.
pub fn build(bin: &str) -> Outcome {
    finish(cargo().args(["build", "--workspace", "--bin", bin]))
}

/// A copy of the welcome example to play with, so that the studio opens to something and the example stays as it is.
fn first_bot() -> Option<PathBuf> {
    let copy = place::target().join("first-bot");
    if !copy.join("bot.json").is_file() {
        let example = place::root().join("flows-examples/welcome");
        fs::create_dir_all(copy.join("flows")).ok()?;
        fs::copy(example.join("bot.json"), copy.join("bot.json")).ok()?;
        for flow in fs::read_dir(example.join("flows")).ok()?.flatten() {
            fs::copy(flow.path(), copy.join("flows").join(flow.file_name())).ok()?;
        }
    }
    Some(copy)
}

fn display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value: OsString| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
