//! The project's chores: set-up, run, test, and what is generated. Knows no dependency but the standard library, so that it is
//! built in a second on a machine that has nothing yet.
#![allow(clippy::print_stdout, reason = "a command line answers on its standard output")]

mod guest;
mod icons;
mod place;
mod release;
mod run;
mod setup;
mod sh;
mod test;
mod ui;

use std::process::ExitCode;

use setup::Need;
use sh::{Outcome, cargo, finish};

const USAGE: &str = "\
cargo xtask <verb>

  run [BOT] [--browser] [--port N]   open the window; without a display, or with --browser, serve the browser form
  test [--full] [STEP …]             all that CI runs, or only the named steps; --full adds the slow ones
  setup                              install what run and test need, and nothing else
  ui                                 build the UI when its sources changed
  bindings                           write the TypeScript types of the studio's commands anew
  bench [CRATE]                      run the benchmarks
  guest [CARGO ARGS]                 build what runs inside the sandbox of `compute` anew, when crates/compute/guest changed
  release FOLDER NOTES               put together what a release publishes; docs/releasing.md
  icons                              draw icons/ anew from icons/*.svg
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = match args.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match verb {
        "run" => run::run(rest),
        "test" => test::test(rest),
        "setup" => setup::system(Need::Test)
            .and_then(|()| setup::node())
            .and_then(|()| ui::packages())
            .and_then(|()| setup::tools()),
        "ui" => setup::node().and_then(|()| ui::build()),
        "bindings" => bindings(),
        "bench" => bench(rest),
        "guest" => guest::build(rest),
        "release" => release::release(rest),
        "icons" => icons::draw(),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no verb `{other}`\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// A test compares the committed types with what Rust says.
fn bindings() -> Outcome {
    finish(cargo().args(["run", "--quiet", "--package", "studio", "--example", "bindings"]))
}

fn bench(rest: &[String]) -> Outcome {
    match rest {
        [] => finish(cargo().args(["bench", "--workspace", "--benches"])),
        [name, more @ ..] => finish(cargo().args(["bench", "--benches", "--package", name]).args(more)),
    }
}
