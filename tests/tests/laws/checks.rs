//! What `check` finds, and what it offers to do about it.

use flow::check::{Checker, check};
use flow::{Bot, Problem, apply};
use proptest::prelude::*;
use tests::generate::{bot, cases, resolve, script, transacting_bot, valid_bot};

use super::saves_well;

proptest! {
    #![proptest_config(cases(1.0))]

    /// A checker that saw every step says what a fresh one says.
    #[test]
    fn looking_again_is_looking_afresh(bot in bot(), story in script()) {
        let kinds = engine::kinds();
        let mut bot = bot;
        let mut checker = Checker::new(kinds.clone());
        checker.check(&bot);
        for steps in &story {
            let change = resolve(steps, &bot);
            let applied = apply(&mut bot, &change).is_ok();
            let (kept, fresh) = (checker.check(&bot), check(&bot, &kinds));
            let differ = kept.iter().zip(&fresh).find(|(kept, fresh)| kept != fresh);
            prop_assert!(kept == fresh, "{:?} (applied: {}) left {} problems, afresh {}: {:#?}", change, applied, kept.len(), fresh.len(), differ);
        }
    }

    #[test]
    fn every_problem_has_a_place_and_advice(bot in bot()) {
        for problem in check(&bot, &engine::kinds()) {
            has_place(&bot, &problem)?;
        }
    }

    /// A fix applies, removes what it was offered for, and can be taken back.
    #[test]
    fn every_fix_mends_its_problem(bot in bot()) {
        let kinds = engine::kinds();
        let problems = check(&bot, &kinds);
        for problem in &problems {
            let Some(fix) = &problem.fix else { continue };
            prop_assert!(!fix.label.is_empty());
            let mut mended = bot.clone();
            let applied = apply(&mut mended, &fix.change);
            prop_assert!(applied.is_ok(), "the fix is refused, {:?}: {:#?}", applied, problem);
            let count = |problems: &[Problem]| problems.iter().filter(|one| is_same(one, problem)).count();
            let left = check(&mended, &kinds);
            prop_assert!(
                count(&left) < count(&problems),
                "the fix leaves the problem: {:#?}\nin {}", problem, super::printed(&bot)
            );
            saves_well(&mended)?;
            if let Ok(inverse) = applied {
                prop_assert!(apply(&mut mended, &inverse).is_ok());
                prop_assert_eq!(&mended, &bot);
            }
        }
    }

    #[test]
    fn valid_bots_have_no_problems(bot in prop_oneof![2 => valid_bot(), 1 => transacting_bot()]) {
        // Not every variable that such a bot declares comes to be used.
        let mut problems = check(&bot, &engine::kinds());
        problems.retain(|problem| problem.code != flow::Code::UnusedVariable);
        prop_assert_eq!(problems, vec![]);
        saves_well(&bot)?;
    }

    /// Problems come and go with what causes them: the order of nodes and files is that of the list.
    #[test]
    fn problems_are_in_the_order_of_places(bot in bot()) {
        let problems = check(&bot, &engine::kinds());
        prop_assert!(problems.windows(2).all(|pair| pair[0].at <= pair[1].at));
    }
}

fn is_same(a: &Problem, b: &Problem) -> bool {
    a.code == b.code && a.at == b.at && a.message == b.message
}

/// The file is the bot's, the node is the flow's, the field is the node's, and there are words to read.
fn has_place(bot: &Bot, problem: &Problem) -> Result<(), TestCaseError> {
    prop_assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{:?} says nothing", problem);
    let at = &problem.at;
    if at.file == "bot.json" {
        return Ok(());
    }
    let Some(flow) = bot.flows.get(&at.file) else {
        return Err(TestCaseError::fail(format!("{:?} is in no file of the bot", problem)));
    };
    let Some(id) = &at.node else {
        // Without a node it is a member of the flow itself.
        let own = at
            .field
            .as_deref()
            .is_none_or(|path| *path == ["unresolved".into()] && flow.unresolved.is_some());
        prop_assert!(at.port.is_none() && own, "{:?} has a field but no node", problem);
        return Ok(());
    };
    prop_assert!(
        flow.nodes.contains_key(id) || flow.groups.contains_key(id),
        "{:?} names a node that is not there",
        problem
    );
    if let Some(field) = &at.field {
        let node = flow.nodes.get(id).ok_or_else(|| TestCaseError::fail(format!("{problem:?}: no node")))?;
        let missing = problem.code == flow::Code::MissingField;
        let (_, parent) = field.split_last().ok_or_else(|| TestCaseError::fail("an empty path"))?;
        let there = match (missing, parent) {
            (true, []) => true,
            (true, parent) => flow::change::get(&node.fields, parent).is_some(),
            (false, _) => flow::change::get(&node.fields, field).is_some(),
        };
        prop_assert!(there, "{:?} points at a field that is not there: {:?}", problem, node.fields);
        if let (Some((start, end)), Some(text)) =
            (at.span, flow::change::get(&node.fields, field).and_then(flow::Value::as_str))
        {
            prop_assert!(
                text.get(start as usize..end as usize).is_some(),
                "{:?} points between characters of {:?}",
                problem,
                text
            );
        }
    }
    Ok(())
}
