//! `cargo xtask run`: the product, from source.

use std::ffi::OsString;
use std::process::Command;

use crate::place;
use crate::setup::{self, Need};
use crate::sh::{Outcome, cargo, finish};
use crate::ui;

pub fn run(args: &[String]) -> Outcome {
    let browser = args.iter().any(|arg| arg == "--browser" || arg == "--port") || !display();
    let args = args.iter().filter(|arg| *arg != "--browser");
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

fn display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value: OsString| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
