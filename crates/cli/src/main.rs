//! The `nexus` command: one file per verb under `verbs`, this one to find and run it.

mod out;
mod page;
mod verbs;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::out::Out;

/// What a verb ends with, the same for all verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Fine = 0,
    /// Something was found that is to be put right.
    Findings = 1,
    /// Asked in a way that makes no sense, or about what is no bot.
    BadUse = 2,
    /// The disk, the network, the system did not do their part.
    Failed = 3,
    /// For git alone: from 129 on it takes nothing from a merge driver.
    CannotWork = 129,
}

/// Draw chat bots as flows, check them, keep them as text, run them.
#[derive(Parser)]
#[command(name = "nexus", version, arg_required_else_help = true, after_help = AFTER)]
struct Nexus {
    #[command(subcommand)]
    verb: Verb,
}

const AFTER: &str = "\
Examples:
  nexus studio shop-bot        open a bot in your browser
  nexus check bots/            say what is wrong with every bot in a folder
  nexus fmt shop-bot --check   are all flows in canonical form?
  nexus sim shop-bot           chat with it in the terminal
  nexus test shop-bot          play its tests
  nexus git install            let plain git merge flows by what they mean
  nexus merge base ours theirs -o merged
                               merge three states of a bot
  nexus resolve --ours         settle what a merge left open
  nexus diff main --html       what changed since a branch, as a page
  nexus render shop-bot -o shop.png
                               a flow as a picture; also .svg and .pdf
  nexus history flows/main.flow.json
                               what happened to a flow, commit by commit
  nexus replay-merges          would this engine have merged your history?
  nexus secret set shop-bot pay_key
                               put a secret into the vault; `list` says what is missing
  nexus run shop-bot           let it live on its networks, from this machine
  nexus attach shop-bot        look into a bot that runs, and take a conversation step by step
  nexus dead list shop-bot     runs that failed, to look at and to try again
  nexus pack shop-bot          put it into one signed file
  nexus serve --data ./cloud   run bots that are published here
  nexus login https://bots.example.com
                               keep a runner's token
  nexus publish shop-bot --to https://bots.example.com
                               say what changes there, upload, switch
  nexus runner logs shop --at https://bots.example.com
                               what a bot said; also versions, rollback, stop
  nexus bench                  how fast bots run on this machine

Exit codes: 0 fine, 1 something to put right, 2 bad use or no bot, 3 the system failed.
`NEXUS_DATA` names another folder for journals, settings and the vault.";

#[derive(Subcommand)]
enum Verb {
    Studio(verbs::studio::Args),
    Check(verbs::check::Args),
    Fmt(verbs::fmt::Args),
    Sim(verbs::sim::Args),
    Test(verbs::test::Args),
    Git(verbs::git::Args),
    Merge(verbs::merge::Args),
    Resolve(verbs::resolve::Args),
    Diff(verbs::diff::Args),
    Render(verbs::render::Args),
    History(verbs::history::Args),
    ReplayMerges(verbs::replay_merges::Args),
    Secret(verbs::secret::Args),
    Run(verbs::run::Args),
    Attach(verbs::attach::Args),
    Dead(verbs::dead::Args),
    Pack(verbs::pack::Args),
    Serve(verbs::serve::Args),
    Login(verbs::login::Args),
    Publish(verbs::publish::Args),
    Runner(verbs::runner::Args),
    Bench(verbs::bench::Args),
}

fn main() -> ExitCode {
    let nexus = Nexus::parse();
    let mut out = Out::to_terminal();
    let end = match nexus.verb {
        Verb::Studio(args) => verbs::studio::run(args, &mut out),
        Verb::Check(args) => verbs::check::run(args, &mut out),
        Verb::Fmt(args) => verbs::fmt::run(args, &mut out),
        Verb::Sim(args) => verbs::sim::run(args, &mut out),
        Verb::Test(args) => verbs::test::run(args, &mut out),
        Verb::Git(args) => verbs::git::run(args, &mut out),
        Verb::Merge(args) => verbs::merge::run(args, &mut out),
        Verb::Resolve(args) => verbs::resolve::run(args, &mut out),
        Verb::Diff(args) => verbs::diff::run(args, &mut out),
        Verb::Render(args) => verbs::render::run(args, &mut out),
        Verb::History(args) => verbs::history::run(args, &mut out),
        Verb::ReplayMerges(args) => verbs::replay_merges::run(args, &mut out),
        Verb::Secret(args) => verbs::secret::run(args, &mut out),
        Verb::Run(args) => verbs::run::run(args, &mut out),
        Verb::Attach(args) => verbs::attach::run(args, &mut out),
        Verb::Dead(args) => verbs::dead::run(args, &mut out),
        Verb::Pack(args) => verbs::pack::run(args, &mut out),
        Verb::Serve(args) => verbs::serve::run(args, &mut out),
        Verb::Login(args) => verbs::login::run(args, &mut out),
        Verb::Publish(args) => verbs::publish::run(args, &mut out),
        Verb::Runner(args) => verbs::runner::run(args, &mut out),
        Verb::Bench(args) => verbs::bench::run(args, &mut out),
    };
    ExitCode::from(end as u8)
}
