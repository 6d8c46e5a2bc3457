//! Changes and their inverses.

use std::collections::{BTreeMap, BTreeSet};

use flow::change::{Touch, apply};
use flow::{Bot, Change, Edit, FilePath, Id};
use proptest::prelude::*;
use tests::generate::{bot, cases, resolve, script};

use super::{printed, saves_well};

proptest! {
    #![proptest_config(cases(1.0))]

    /// Undo all the way, redo all the way, and every refusal leaves the bot alone.
    #[test]
    fn what_is_done_is_undone(bot in bot(), story in script()) {
        let start = bot.clone();
        let mut bot = bot;
        let mut past: Vec<(Change, Bot)> = Vec::new();
        for steps in &story {
            let change = resolve(steps, &bot);
            let before = bot.clone();
            match apply(&mut bot, &change) {
                Ok(inverse) => {
                    let after = bot.clone();
                    let again = apply(&mut bot, &inverse);
                    prop_assert!(again.is_ok(), "{:?} is refused, the inverse of {:?}", again, change);
                    same(&bot, &before, "taking back", &change)?;
                    let forth = again.and_then(|again| apply(&mut bot, &again));
                    prop_assert!(forth.is_ok(), "{:?} is refused, taking back the inverse of {:?}", forth, change);
                    same(&bot, &after, "taking back twice", &change)?;
                    past.push((inverse, before));
                }
                Err(_) => same(&bot, &before, "a refusal", &change)?,
            }
        }
        for (inverse, before) in past.iter().rev() {
            prop_assert!(apply(&mut bot, inverse).is_ok(), "{:?} is refused", inverse);
            same(&bot, before, "undoing", inverse)?;
        }
        prop_assert_eq!(printed(&bot), printed(&start));
    }

    /// Whatever a change was taken for good, the files hold it.
    #[test]
    fn what_is_applied_can_be_saved(bot in bot(), story in script()) {
        let mut bot = bot;
        for steps in &story {
            let change = resolve(steps, &bot);
            if apply(&mut bot, &change).is_ok() {
                saves_well(&bot).map_err(|error| TestCaseError::fail(format!("{error}\nafter {change:?}")))?;
            }
        }
    }

    #[test]
    fn a_change_says_all_that_it_touches(bot in bot(), story in script()) {
        let mut bot = bot;
        for steps in &story {
            let change = resolve(steps, &bot);
            let before = bot.clone();
            if let Ok(inverse) = apply(&mut bot, &change) {
                let said = change.touches();
                for touch in different(&before, &bot) {
                    prop_assert!(covers(&said, &touch), "{:?} is different but not touched by {:?}", touch, change);
                }
                prop_assert_eq!(inverse.files(), change.files());
                let (old, new) = (tests::folder::files(&before), tests::folder::files(&bot));
                let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
                for path in paths.into_iter().filter(|path| old.get(*path) != new.get(*path)) {
                    prop_assert!(change.files().contains(path.as_str()), "{} is written by {:?}", path, change);
                }
            }
        }
    }

    /// Nodes that a change does not touch keep their lines, byte for byte; a change of places changes places alone.
    #[test]
    fn what_is_not_touched_keeps_its_bytes(bot in bot(), story in script()) {
        let mut bot = bot;
        for steps in &story {
            let change = resolve(steps, &bot);
            let before = bot.clone();
            if apply(&mut bot, &change).is_err() {
                continue;
            }
            let said = change.touches();
            for (path, flow) in &before.flows {
                let Some(after) = bot.flows.get(path) else { continue };
                if said.contains(&Touch::Flow(path.clone())) {
                    continue;
                }
                let (old, new) = (flow::text::print_flow(flow), flow::text::print_flow(after));
                let (old_nodes, new_nodes) = (nodes(&old), nodes(&new));
                prop_assert_eq!(old_nodes.len(), flow.nodes.len(), "{}", old);
                for id in flow.nodes.keys().filter(|id| !said.contains(&Touch::Node(path.clone(), (*id).clone()))) {
                    prop_assert_eq!(old_nodes.get(id.as_str()), new_nodes.get(id.as_str()), "{:?}", change);
                }
                let only_places = change.edits.iter().all(|edit| matches!(edit, Edit::Place { .. }));
                if only_places {
                    let (mut old, mut new) = (members(&old), members(&new));
                    old.remove("layout");
                    new.remove("layout");
                    prop_assert_eq!(old, new);
                }
            }
        }
    }
}

fn same(bot: &Bot, expected: &Bot, what: &str, change: &Change) -> Result<(), TestCaseError> {
    prop_assert_eq!(printed(bot), printed(expected), "{}: {:?}", what, change);
    prop_assert!(bot == expected, "{what} left a difference that is not printed: {change:?}");
    Ok(())
}

/// Everything that differs, as exactly as touches can say.
fn different(before: &Bot, after: &Bot) -> BTreeSet<Touch> {
    let mut found = BTreeSet::new();
    if before.manifest != after.manifest {
        found.insert(Touch::Manifest);
    }
    for path in keys(&before.texts, &after.texts) {
        found.insert(Touch::File(path));
    }
    for path in keys(&before.flows, &after.flows) {
        let (Some(old), Some(new)) = (before.flows.get(&path), after.flows.get(&path)) else {
            found.insert(Touch::Flow(path));
            continue;
        };
        let at = |make: fn(FilePath, Id) -> Touch, ids: BTreeSet<Id>| {
            let path = path.clone();
            ids.into_iter().map(move |id| make(path.clone(), id))
        };
        found.extend(at(Touch::Node, keys(&old.nodes, &new.nodes)));
        found.extend(at(Touch::Place, keys(&old.layout, &new.layout)));
        found.extend(at(Touch::Group, keys(&old.groups, &new.groups)));
        found.extend(at(Touch::Note, keys(&old.notes, &new.notes)));
        let props = |flow: &flow::Flow| {
            let (inputs, outputs, extra) = (flow.inputs.clone(), flow.outputs.clone(), flow.extra.clone());
            (flow.id.clone(), flow.name.clone(), inputs, outputs, flow.unresolved.clone(), extra)
        };
        if props(old) != props(new) {
            found.insert(Touch::FlowProps(path.clone()));
        }
    }
    found
}

fn keys<T: PartialEq>(old: &BTreeMap<Id, T>, new: &BTreeMap<Id, T>) -> BTreeSet<Id> {
    old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key)).cloned().collect()
}

fn covers(said: &BTreeSet<Touch>, touch: &Touch) -> bool {
    said.contains(touch)
        || match touch {
            Touch::Node(path, _) | Touch::Place(path, _) | Touch::Group(path, _) | Touch::Note(path, _) => {
                said.contains(&Touch::Flow(path.clone()))
            }
            Touch::FlowProps(path) => said.contains(&Touch::Flow(path.clone())),
            _ => false,
        }
}

/// The lines of each node, found by their indentation; a comma at the end belongs to the list.
fn nodes(text: &str) -> BTreeMap<String, String> {
    members(text).get("nodes").map(|nodes| split(nodes, "    \"")).unwrap_or_default()
}

fn members(text: &str) -> BTreeMap<String, String> {
    split(text, "  \"")
}

fn split(text: &str, indent: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut current: Option<String> = None;
    for line in text.lines() {
        if line.starts_with(indent) {
            let name = serde_json::Deserializer::from_str(line.trim_start()).into_iter::<String>().next();
            current = name.and_then(Result::ok);
        }
        let inside = line.starts_with(&" ".repeat(indent.len() - 1));
        if let (Some(name), true) = (&current, inside) {
            let block = found.entry(name.clone()).or_default();
            block.push_str(line);
            block.push('\n');
        }
    }
    for block in found.values_mut() {
        *block = block.trim_end().trim_end_matches(',').to_string();
    }
    found
}
