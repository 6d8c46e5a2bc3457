//! The laws are only as good as what they are tried on.

use std::collections::BTreeSet;

use flow::{Code, apply, check::check};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tests::generate::{bot, resolve, script, valid_bot};

#[test]
fn bots_are_of_every_kind_and_wrong_in_every_way() {
    let mut runner = TestRunner::deterministic();
    let (bots, kinds) = (bot(), engine::kinds());
    let (mut codes, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..1_500 {
        let bot = bots.new_tree(&mut runner).expect("a bot").current();
        seen.extend(
            bot.flows.values().flat_map(|flow| flow.nodes.values()).map(|node| node.kind.to_string()),
        );
        codes.extend(check(&bot, &kinds).into_iter().map(|problem| problem.code));
    }
    let missing: Vec<_> =
        kinds.iter().filter(|kind| !seen.contains(kind.kind)).map(|kind| kind.kind).collect();
    assert!(missing.is_empty(), "no node is a {missing:?}");
    // Found by reading, and what no kind or made-up text can be wrong in yet.
    let elsewhere = [
        Code::Syntax,
        Code::BadText,
        Code::DuplicateKey,
        Code::BadShape,
        Code::NewerSchema,
        Code::TooLarge,
        Code::Unreadable,
        Code::NoManifest,
        Code::TrailingComma,
        Code::ControlCharacter,
        Code::NotCanonical,
        Code::OverLimit,
        Code::SecretInField,
        Code::WrongPlatform,
    ];
    let missing: Vec<_> =
        Code::ALL.iter().filter(|code| !codes.contains(code) && !elsewhere.contains(code)).collect();
    assert!(missing.is_empty(), "no bot has a problem of the codes {missing:?}");
}

#[test]
fn most_changes_of_a_story_apply() {
    let mut runner = TestRunner::deterministic();
    let cases = (bot(), script());
    let (mut applied, mut refused) = (0, 0);
    for _ in 0..300 {
        let (mut bot, story) = cases.new_tree(&mut runner).expect("a story").current();
        for steps in &story {
            let change = resolve(steps, &bot);
            match apply(&mut bot, &change) {
                Ok(_) => applied += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(applied > refused, "{applied} changes applied, {refused} were refused");
    assert!(refused > applied / 20, "only {refused} of {applied} changes were refused");
}

#[test]
fn valid_bots_have_nodes_of_every_kind() {
    let mut runner = TestRunner::deterministic();
    let bots = valid_bot();
    let mut seen = BTreeSet::new();
    for _ in 0..400 {
        let bot = bots.new_tree(&mut runner).expect("a bot").current();
        seen.extend(
            bot.flows.values().flat_map(|flow| flow.nodes.values()).map(|node| node.kind.to_string()),
        );
    }
    let kinds = engine::kinds();
    let missing: Vec<_> =
        kinds.iter().filter(|kind| !seen.contains(kind.kind)).map(|kind| kind.kind).collect();
    assert!(missing.is_empty(), "no valid bot has a {missing:?}");
}
