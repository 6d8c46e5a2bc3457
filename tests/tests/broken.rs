//! A thousand broken variants of every example: nothing panics, and every problem says where it is.

use std::collections::BTreeSet;
use std::path::Path;

use flow::check::Checker;
use flow::{Bot, Code, Problem, apply};
use serde_json::Value;
use tests::{folder, mutate, nexus};

const VARIANTS: u64 = 1_000;

#[test]
fn broken_folders_are_read_and_checked() {
    for (name, files) in folder::examples() {
        let mut kinds_of_problem = BTreeSet::new();
        for seed in 0..VARIANTS {
            let broken = mutate::folder(&files, seed);
            let (bot, unread) = folder::open(&broken);
            for problem in &unread {
                let at = &problem.at;
                assert!(
                    broken.contains_key(at.file.as_str()) && at.line >= Some(1) && at.column >= Some(1),
                    "{name}, seed {seed}: no place: {problem:?}"
                );
                kinds_of_problem.insert(problem.code);
            }
            let problems = Checker::new(engine::kinds()).check(&bot);
            for problem in &problems {
                has_place(&bot, problem)
                    .unwrap_or_else(|error| panic!("{name}, seed {seed}: {error}: {problem:?}"));
                kinds_of_problem.insert(problem.code);
            }
            fixes_apply(&bot, &problems, &format!("{name}, seed {seed}"));
            // What was read of it is a bot like any other.
            let (again, rest) = folder::open(&folder::files(&bot));
            assert!(rest.is_empty() && again == bot, "{name}, seed {seed}: saved and read again: {rest:?}");
        }
        assert!(kinds_of_problem.len() > 20, "{name}: the mutator finds only {kinds_of_problem:?}");
    }
}

fn has_place(bot: &Bot, problem: &Problem) -> Result<(), String> {
    if problem.message.is_empty() || problem.help.is_empty() {
        return Err("nothing is said".into());
    }
    let at = &problem.at;
    if at.file == "bot.json" {
        return Ok(());
    }
    let flow = bot.flows.get(&at.file).ok_or("no such file")?;
    match &at.node {
        Some(id) if !flow.nodes.contains_key(id) && !flow.groups.contains_key(id) => {
            Err("no such node".into())
        }
        _ => Ok(()),
    }
}

fn fixes_apply(bot: &Bot, problems: &[Problem], what: &str) {
    for problem in problems {
        let Some(fix) = &problem.fix else { continue };
        let mut mended = bot.clone();
        let back = apply(&mut mended, &fix.change)
            .unwrap_or_else(|refusal| panic!("{what}: {refusal}: {problem:?}"));
        apply(&mut mended, &back)
            .unwrap_or_else(|refusal| panic!("{what}: not undone: {refusal}: {problem:?}"));
        assert!(mended == *bot, "{what}: not undone: {problem:?}");
    }
}

/// One run of the real program over a folder of all variants.
#[test]
fn nexus_check_reports_every_broken_folder() {
    let shelf = tempfile::tempdir().expect("a temporary folder");
    let mut broken = 0;
    for (name, files) in folder::examples() {
        for seed in 0..VARIANTS / 3 + 1 {
            folder::write(&mutate::folder(&files, seed), &shelf.path().join(format!("{name}-{seed}")));
            broken += 1;
        }
    }
    assert!(broken >= VARIANTS, "{broken} variants");
    let path = shelf.path().to_string_lossy().into_owned();
    let output = nexus::run(&["check", &path, "--json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(1 | 2)), "exit code {:?}: {said}", output.status.code());
    assert!(!said.contains("panicked"), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("what --json prints is not JSON: {error}: {said}"));
    let mut problems = Vec::new();
    collect(&report, &mut problems);
    assert!(problems.len() as u64 > VARIANTS, "only {} problems", problems.len());
    for problem in problems {
        let text = |member: &str| problem.get(member).and_then(Value::as_str).unwrap_or_default();
        let number = |member: &str| problem.get(member).and_then(Value::as_u64).unwrap_or_default();
        let file = Path::new(text("file"));
        // bot.json and flows can be what is missing.
        assert!(
            file.starts_with(shelf.path()) && file.ancestors().nth(1).is_some_and(|folder| folder.exists()),
            "no file: {problem}"
        );
        assert!(number("line") >= 1 && number("column") >= 1, "no line and column: {problem}");
        assert!(!text("message").is_empty() && !text("help").is_empty(), "no words: {problem}");
        assert!(Code::ALL.iter().any(|code| code.as_str() == text("code")), "no such code: {problem}");
    }
}

/// Everything in the report that has a code.
fn collect<'a>(report: &'a Value, into: &mut Vec<&'a Value>) {
    match report {
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(members) if members.contains_key("code") => into.push(report),
        Value::Object(members) => members.values().for_each(|member| collect(member, into)),
        _ => {}
    }
}
