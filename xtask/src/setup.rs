//! What a machine must have. Asked by effect (a program on the PATH, a library pkg-config knows), so it does not matter where a thing
//! came from; only what is missing is installed, and only by Debian's and Ubuntu's own packages.

use std::io::IsTerminal;
use std::process::{Command, Stdio};

use crate::place::{self, program};
use crate::sh::{Outcome, answer, cargo, finish};

/// How much of it is wanted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Compile the Rust that has no window, serve the browser form.
    Serve,
    /// Build and open the window.
    Window,
    /// Run every test.
    Test,
}

/// The oldest Node that Vite and its company run on.
const NODE: u32 = 20;

struct Thing {
    need: Need,
    package: &'static str,
    there: fn() -> bool,
}

const THINGS: &[Thing] = &[
    Thing {
        need: Need::Serve,
        package: "build-essential",
        there: || program("cc").is_some() && program("make").is_some(),
    },
    Thing { need: Need::Serve, package: "pkg-config", there: || program("pkg-config").is_some() },
    Thing { need: Need::Serve, package: "libssl-dev", there: || library("openssl") },
    Thing { need: Need::Window, package: "libwebkit2gtk-4.1-dev", there: || library("webkit2gtk-4.1") },
    Thing { need: Need::Window, package: "libgtk-3-dev", there: || library("gtk+-3.0") },
    Thing { need: Need::Test, package: "git", there: || program("git").is_some() },
    Thing { need: Need::Test, package: "openssl", there: || program("openssl").is_some() },
    // Not always on the PATH of those who may not run it as a service.
    Thing {
        need: Need::Test,
        package: "openssh-server",
        there: || program("sshd").is_some() || std::path::Path::new("/usr/sbin/sshd").exists(),
    },
    Thing { need: Need::Test, package: "webkit2gtk-driver", there: || program("WebKitWebDriver").is_some() },
    Thing { need: Need::Test, package: "xvfb", there: || program("Xvfb").is_some() },
    Thing { need: Need::Test, package: "chromium", there: || place::chromium().is_some() },
    Thing { need: Need::Test, package: "fonts-noto-color-emoji", there: emoji },
];

/// The system's packages.
pub fn system(need: Need) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Ok(()); // macOS and Windows bring their web view; Xcode's command line tools or MSVC came with Rust
    }
    let missing = missing(need);
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if program("apt-get").is_none() {
        return Err(format!(
            "this machine lacks what Debian calls {list}: install it with your package manager and try again"
        ));
    }
    println!("Installing what is missing: {list}");
    apt(&["-qq", "update"])?;
    apt(&[
        &["-qq", "install", "--yes", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"],
        missing.as_slice(),
    ]
    .concat())?;
    let still = self::missing(need);
    if still.is_empty() {
        Ok(())
    } else {
        Err(format!("installed, but not found afterwards: {}", still.join(" ")))
    }
}

fn missing(need: Need) -> Vec<&'static str> {
    THINGS.iter().filter(|thing| thing.need <= need && !(thing.there)()).map(|thing| thing.package).collect()
}

fn apt(args: &[&str]) -> Outcome {
    let root = answer("id", &["-u"]).as_deref() == Some("0");
    let by_hand = || format!("run this as root and try again: apt-get {}", args.join(" "));
    let mut command = if root {
        Command::new("apt-get")
    } else {
        let sudo = program("sudo").ok_or_else(by_hand)?;
        let mut command = Command::new(sudo);
        if !std::io::stdin().is_terminal() {
            command.arg("--non-interactive");
        }
        command.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    };
    finish(command.args(args).env("DEBIAN_FRONTEND", "noninteractive"))
        .map_err(|error| format!("{error}\n{}", by_hand()))
}

/// Node is not installed for anybody: which one, and from where, is theirs to choose.
pub fn node() -> Outcome {
    let advice =
        format!("Node {NODE} or newer with npm is needed to build the UI: https://nodejs.org/en/download");
    let version = answer("node", &["--version"]).ok_or_else(|| format!("node was not found. {advice}"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|part| part.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE) {
        return Err(format!("node is {version}. {advice}"));
    }
    if program("npm").is_none() {
        return Err(format!("npm was not found. {advice}"));
    }
    Ok(())
}

/// Programs of the Rust world that the tests run with; built once and kept.
pub fn tools() -> Outcome {
    tool("cargo-nextest", "^0.9")?;
    if cfg!(target_os = "linux") { tool("tauri-driver", "^2") } else { Ok(()) }
}

fn tool(name: &str, version: &str) -> Outcome {
    if program(name).is_some() {
        return Ok(());
    }
    println!("Building {name}, once");
    // Unoptimised: these only start other programs, and a release build of them takes longer than all of ours.
    let mut command = cargo();
    command.args(["install", "--locked", "--quiet", "--debug", "--version", version, "--root"]);
    finish(command.arg(place::tools()).arg(name).env("CARGO_PROFILE_DEV_DEBUG", "0"))
}

fn library(name: &str) -> bool {
    let asked = Command::new("pkg-config")
        .args(["--exists", name])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

/// Bots speak in emoji, and a screenshot full of empty boxes helps nobody.
fn emoji() -> bool {
    answer("fc-list", &[":charset=1f600"]).is_some_and(|fonts| !fonts.is_empty())
}
