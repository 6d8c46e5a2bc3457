//! `cargo xtask test`: every check there is, in the order in which a mistake shows soonest, each timed. A failing step does not hide
//! the next one; a step whose ground failed is skipped.

use std::time::{Duration, Instant};

use crate::place;
use crate::run::build;
use crate::setup::{self, Need};
use crate::sh::{Outcome, cargo, ci, finish, npm};
use crate::ui;

struct Step {
    name: &'static str,
    /// The step that must have gone well.
    after: Option<&'static str>,
    /// Only with `--full`.
    slow: bool,
    run: Task,
}

type Task = fn(Effort) -> Outcome;

/// How hard to try.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// What every submission is held to.
    Usual,
    /// More cases for every law, and the benches.
    Full,
}

const fn step(name: &'static str, after: Option<&'static str>, run: Task) -> Step {
    Step { name, after, slow: false, run }
}

const STEPS: &[Step] = &[
    step("setup", None, set_up),
    step("fmt", None, |_| finish(cargo().args(["fmt", "--all", "--check"]))),
    step("types", Some("setup"), |_| script("check")),
    step("lint", Some("setup"), |_| script("lint")),
    step("vitest", Some("setup"), |_| script("test")),
    step("ui", Some("setup"), |_| ui::build()),
    step("clippy", Some("ui"), clippy),
    step("rust", Some("ui"), rust),
    step("docs", Some("ui"), |_| finish(locked("test").args(["--workspace", "--doc", "--quiet"]))),
    step("e2e", Some("ui"), end_to_end),
    step("window", Some("ui"), window),
    Step {
        name: "bench",
        after: Some("ui"),
        slow: true,
        run: |_| finish(locked("bench").args(["--workspace", "--benches"])),
    },
];

enum End {
    Passed,
    Failed,
    Skipped,
}

pub fn test(args: &[String]) -> Outcome {
    let effort = if args.iter().any(|arg| arg == "--full") { Effort::Full } else { Effort::Usual };
    let named: Vec<&str> = args.iter().filter(|arg| *arg != "--full").map(String::as_str).collect();
    if let Some(unknown) = named.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("there is no step `{unknown}`; the steps are {}", known.join(", ")));
    }
    let chosen = |step: &&Step| {
        if named.is_empty() { effort == Effort::Full || !step.slow } else { named.contains(&step.name) }
    };

    let began = Instant::now();
    let mut ends: Vec<(&str, End, Duration, String)> = Vec::new();
    for step in STEPS.iter().filter(chosen) {
        let ground = step.after.and_then(|after| ends.iter().find(|(name, ..)| *name == after));
        if let Some((after, End::Failed | End::Skipped, ..)) = ground {
            ends.push((step.name, End::Skipped, Duration::ZERO, format!("after {after}")));
            continue;
        }
        println!("\n── {} ──", step.name);
        let start = Instant::now();
        let (end, note) = match (step.run)(effort) {
            Ok(()) => (End::Passed, String::new()),
            Err(message) => {
                println!("{}: {message}", step.name);
                (End::Failed, message.lines().next().unwrap_or_default().to_owned())
            }
        };
        ends.push((step.name, end, start.elapsed(), note));
    }
    close(&ends, began.elapsed())
}

fn close(ends: &[(&str, End, Duration, String)], whole: Duration) -> Outcome {
    println!("\nstep       time  result");
    for (name, end, took, note) in ends {
        let word = match end {
            End::Passed => "ok",
            End::Failed => "FAILED",
            End::Skipped => "skipped",
        };
        println!("{}", format!("{name:<8} {:>6}  {word} {note}", clock(*took)).trim_end());
    }
    println!("{:<8} {:>6}\n", "all", clock(whole));
    let count = |wanted: fn(&End) -> bool| ends.iter().filter(|(_, end, ..)| wanted(end)).count();
    let (passed, failed) = (count(|end| matches!(end, End::Passed)), count(|end| matches!(end, End::Failed)));
    println!("steps: {passed} passed, {failed} failed, {} skipped", count(|end| matches!(end, End::Skipped)));
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} steps failed", ends.len())) }
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs_f64().round() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn set_up(_: Effort) -> Outcome {
    setup::system(Need::Test)?;
    setup::node()?;
    ui::packages()?;
    setup::tools()
}

/// Cargo with the lock file held to, in CI.
fn locked(verb: &str) -> std::process::Command {
    let mut command = cargo();
    command.arg(verb);
    if ci() {
        command.arg("--locked");
    }
    command
}

fn script(name: &str) -> Outcome {
    finish(npm().args(["run", "--silent", name]))
}

fn clippy(_: Effort) -> Outcome {
    finish(locked("clippy").args(["--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn rust(effort: Effort) -> Outcome {
    let mut command = cargo();
    if let Some(nextest) = place::program("cargo-nextest") {
        command = std::process::Command::new(nextest);
        command.current_dir(place::root());
    }
    command.args(["nextest", "run", "--config-file", ".ci/nextest.toml", "--workspace", "--no-fail-fast"]);
    if ci() {
        command.args(["--locked", "--profile", "ci"]);
    }
    if effort == Effort::Full {
        command.env("PROPTEST_CASES", "5000").env("NEXUS_FULL", "1");
    }
    finish(&mut command)
}

/// The Playwright specs, in the system's Chromium, against the browser form.
fn end_to_end(_: Effort) -> Outcome {
    build("nexus")?;
    // What plays Telegram for the specs.
    finish(cargo().args(["build", "--package", "doubles", "--example", "telegram"]))?;
    let chromium = place::chromium().ok_or("no Chromium was found; name one in NEXUS_CHROMIUM")?;
    finish(
        npm()
            .args(["run", "--silent", "e2e"])
            .env("NEXUS_CHROMIUM", chromium)
            .env("NEXUS_BIN", place::built("nexus"))
            .env("NEXUS_TELEGRAM_DOUBLE", place::built("examples/telegram")),
    )
}

const WINDOW: [&str; 2] = ["tests/window/smoke.test.mjs", "tests/window/updates.test.mjs"];

/// The real window, under Xvfb.
fn window(_: Effort) -> Outcome {
    if !cfg!(target_os = "linux") {
        println!("The window's tests need Xvfb and WebKitWebDriver, so they run on Linux only.");
        return Ok(());
    }
    build("nexus-bots")?;
    let driver =
        place::program("tauri-driver").ok_or("tauri-driver was not found; `cargo xtask setup` builds it")?;
    let mut node = std::process::Command::new("node");
    node.current_dir(place::root()).args(["--test", "--test-concurrency=1"]).args(WINDOW);
    finish(node.env("NEXUS_BOTS", place::built("nexus-bots")).env("TAURI_DRIVER", driver))
}
