//! Every node kind tells what it does as conversations: `tests/kinds/<kind>/` is a small bot with test files. Here they are played.

use std::collections::{BTreeMap, BTreeSet};

use flow::descriptor::{Port, Role};
use flow::{Bot, Severity};
use sim::Stage;
use sim::cases::{Coverage, read, run};
use tests::folder::{self, Files};

/// The bots by the kind that each is about.
fn bots() -> BTreeMap<String, Files> {
    let shelf = folder::root().join("tests/kinds");
    let entries = std::fs::read_dir(&shelf).unwrap_or_else(|error| panic!("{}: {error}", shelf.display()));
    let entries = entries.map(|entry| entry.expect("the folder of kinds can be listed"));
    entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), folder::read(&entry.path())))
        .collect()
}

#[test]
fn every_kind_has_its_conversations_and_nothing_else_has() {
    let bots = bots();
    let told: BTreeSet<&str> = bots.keys().map(String::as_str).collect();
    let kinds = engine::kinds();
    let kinds: BTreeSet<&str> = kinds.iter().map(|descriptor| descriptor.kind).collect();
    let missing: Vec<_> = kinds.difference(&told).collect();
    assert!(missing.is_empty(), "tests/kinds/ has no folder for {missing:?}");
    let unknown: Vec<_> = told.difference(&kinds).collect();
    assert!(unknown.is_empty(), "tests/kinds/ has folders for kinds that there are not: {unknown:?}");
}

#[test]
fn every_bot_is_right_and_prints_as_it_stands() {
    for (kind, files) in bots() {
        let (bot, unread) = folder::open(&files);
        assert!(unread.is_empty(), "{kind} does not read cleanly: {unread:#?}");
        let nodes = bot.flows.values().flat_map(|flow| flow.nodes.values());
        assert!(nodes.clone().any(|node| node.kind == kind), "the bot of {kind} has no node of it");
        let problems = flow::check::check(&bot, &engine::kinds());
        let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{kind} has problems: {errors:#?}");
        let (_, problems) = engine::compile(&bot);
        assert!(problems.is_empty(), "{kind} cannot be built: {problems:#?}");
        for (path, printed) in folder::files(&bot) {
            let (printed, stands) = (String::from_utf8_lossy(&printed), &files[&path]);
            assert_eq!(printed, String::from_utf8_lossy(stands), "{kind}/{path} is not in canonical form");
        }
    }
}

#[test]
fn every_conversation_goes_as_told_and_every_output_is_gone_by() {
    let mut failures = String::new();
    for (kind, files) in bots() {
        let (bot, _) = folder::open(&files);
        let coverage = play(&kind, &bot, &mut failures);
        for port in outputs(&kind).difference(&gone_by(&kind, &bot, &coverage)) {
            failures.push_str(&format!("\n{kind}: no conversation goes on by its output `{port}`\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Plays all cases of a bot.
fn play(kind: &str, bot: &Bot, failures: &mut String) -> Coverage {
    let stage = Stage::new(bot.clone());
    let mut coverage = Coverage::default();
    for (path, text) in bot.texts.iter().filter(|(path, _)| path.ends_with(".test.yaml")) {
        let (suite, wrongs) = read(text, &|_| None);
        for wrong in wrongs {
            failures
                .push_str(&format!("\n{kind}/{path}:{}: {} {}\n", wrong.at.line, wrong.message, wrong.help));
        }
        for case in &suite.cases {
            let ran = run(&stage, case);
            coverage.add(ran.coverage);
            if let Some(failure) = ran.failure {
                failures.push_str(&format!("\n{kind}/{path}:{}: {}\n", failure.at.line, case.title));
                failure.lines().iter().for_each(|(_, line)| failures.push_str(&format!("    {line}\n")));
            }
        }
    }
    coverage
}

/// The outputs that every node of a kind has.
fn outputs(kind: &str) -> BTreeSet<&'static str> {
    let kinds = engine::kinds();
    let Some(descriptor) = kinds.get(kind).filter(|descriptor| !descriptor.ends) else {
        return BTreeSet::new();
    };
    let output = |port: &Port| match port {
        // A compensation is begun by what fails later on.
        Port::Fixed { id, role, .. } => (*role != Role::Compensate).then_some(*id),
        Port::Each { .. } => None,
    };
    descriptor.ports.iter().filter_map(output).collect()
}

/// The outputs of its nodes that runs went on by.
fn gone_by<'c>(kind: &str, bot: &Bot, coverage: &'c Coverage) -> BTreeSet<&'c str> {
    let is_of_kind = |spot: &engine::Spot| {
        let flow = bot.flow_by_id(&spot.flow);
        flow.and_then(|(_, flow)| flow.nodes.get(&spot.node)).is_some_and(|node| node.kind == kind)
    };
    coverage.ports.iter().filter(|(spot, _)| is_of_kind(spot)).map(|(_, port)| port.as_str()).collect()
}
