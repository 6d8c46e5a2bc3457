//! What a person does in one stroke, planned into a change.

use std::collections::BTreeMap;

use flow::change::{Act, plan};
use flow::check::check;
use flow::{Bot, Code, Id, Problem, apply};
use proptest::prelude::*;
use proptest::sample::Index;
use tests::generate::{bot, cases, valid_bot};

use super::saves_well;

fn any_bot() -> impl Strategy<Value = Bot> {
    prop_oneof![2 => bot(), 1 => valid_bot()]
}

proptest! {
    #![proptest_config(cases(1.0))]

    #[test]
    fn nothing_leads_to_what_was_removed(bot in any_bot(), picks in prop::collection::vec(any::<Index>(), 1..4), heal: bool) {
        let mut bot = bot;
        let Some((path, flow)) = bot.flows.iter().next().map(|(path, flow)| (path.clone(), flow.clone())) else { return Ok(()) };
        let all: Vec<&Id> = flow.nodes.keys().chain(flow.notes.keys()).chain(flow.groups.keys()).collect();
        if all.is_empty() {
            return Ok(());
        }
        let ids: Vec<Id> = picks.iter().map(|pick| (*pick.get(&all)).clone()).collect();
        let before = bot.clone();
        let change = plan(&bot, &engine::kinds(), &Act::Remove { flow: path.clone(), ids: ids.clone(), heal });
        prop_assert!(change.is_ok(), "{:?}", change);
        let change = change.unwrap_or_default();
        let inverse = apply(&mut bot, &change);
        prop_assert!(inverse.is_ok(), "{:?}", inverse);
        let left = &bot.flows[&path];
        for id in ids.iter().filter(|id| flow.nodes.contains_key(*id)) {
            prop_assert!(!left.nodes.contains_key(id) && !left.layout.contains_key(id));
            for (other, node) in &left.nodes {
                for (port, to) in &node.next {
                    prop_assert!(to != id, "{}.{} still leads to {}", other, port, id);
                }
            }
        }
        // What healing joins, was joined before through what is gone.
        for (id, node) in &left.nodes {
            for (port, to) in &node.next {
                let old = &flow.nodes[id].next[port];
                prop_assert!(old == to || (heal && ids.contains(old)), "{}.{} was moved to {}", id, port, to);
            }
        }
        for (id, group) in left.groups.iter().filter(|(id, _)| !ids.contains(id)) {
            let inside = group.parent.as_ref().filter(|parent| ids.contains(parent));
            prop_assert!(inside.is_none(), "{} is still inside of {:?}", id, inside);
        }
        saves_well(&bot)?;
        if let Ok(inverse) = inverse {
            prop_assert!(apply(&mut bot, &inverse).is_ok());
            prop_assert_eq!(bot, before);
        }
    }

    #[test]
    fn a_renamed_key_is_renamed_everywhere(bot in any_bot(), pick: Index) {
        let keyed: Vec<(_, _)> = bot
            .flows
            .iter()
            .flat_map(|(path, flow)| flow.nodes.iter().filter(|(_, node)| node.key.is_some()).map(move |(id, _)| (path, id)))
            .collect();
        if keyed.is_empty() {
            return Ok(());
        }
        let (flow, node) = *pick.get(&keyed);
        let act = Act::RenameKey { flow: flow.clone(), node: node.clone(), to: "renamed_key".into() };
        let (path, node) = (flow.clone(), node.clone());
        let after = renamed(&bot, &act)?;
        prop_assert_eq!(after.flows[&path].nodes[&node].key.as_deref(), Some("renamed_key"));
    }

    #[test]
    fn a_renamed_variable_is_renamed_everywhere(bot in any_bot(), scope in 0..3usize, pick: Index) {
        let scope = flow::bot::SCOPES[scope];
        let names: Vec<String> =
            bot.manifest.variables(scope).into_iter().flat_map(|all| all.iter().map(|(name, _)| name.to_string())).collect();
        if names.is_empty() {
            return Ok(());
        }
        let from = pick.get(&names).as_str();
        let act = Act::RenameVariable { scope: scope.into(), from: from.into(), to: "renamed_one".into() };
        let after = renamed(&bot, &act)?;
        let left = after.manifest.variables(scope);
        prop_assert!(left.is_some_and(|left| left.contains("renamed_one") && !left.contains(from)));
    }
}

/// Applies a rename: no problem is new, so no use of the old name is left where it would be missed.
fn renamed(bot: &Bot, act: &Act) -> Result<Bot, TestCaseError> {
    let kinds = engine::kinds();
    let change =
        plan(bot, &kinds, act).map_err(|refusal| TestCaseError::fail(format!("{refusal}: {act:?}")))?;
    let mut after = bot.clone();
    let inverse = apply(&mut after, &change)
        .map_err(|refusal| TestCaseError::fail(format!("{refusal}: {change:?}")))?;
    let (old, new) = (counted(&check(bot, &kinds)), counted(&check(&after, &kinds)));
    for (place, count) in &new {
        prop_assert!(
            old.get(place).is_some_and(|before| before >= count),
            "{:?} is new after {:?}\n{}",
            place,
            act,
            super::printed(bot)
        );
    }
    saves_well(&after)?;
    let mut back = after.clone();
    prop_assert!(apply(&mut back, &inverse).is_ok());
    prop_assert_eq!(&back, bot);
    Ok(after)
}

/// How many problems of a code a place has; fields of bot.json have other names after a rename.
fn counted(problems: &[Problem]) -> BTreeMap<(Code, String), usize> {
    let mut counts = BTreeMap::new();
    for problem in problems {
        let at = &problem.at;
        let field = at.field.as_ref().filter(|_| at.file != "bot.json");
        let place = format!("{} {:?} {:?} {:?}", at.file, at.node, at.port, field);
        *counts.entry((problem.code, place)).or_default() += 1;
    }
    counts
}
