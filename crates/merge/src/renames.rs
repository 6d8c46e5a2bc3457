//! Renames. A side that renamed a variable or a key rewrote what used it; the other side may use the old name in something new. So the
//! rename is done to the other two states first, and then nothing about it is left to merge.

use flow::bot::SCOPES;
use flow::change::{self, Act};
use flow::{Bot, FilePath, Flow, Kinds, Map};
use smol_str::{SmolStr, format_smolstr};

use crate::flows::Derived;

pub fn carry_through(
    base: &mut Bot,
    ours: &mut Bot,
    theirs: &mut Bot,
    kinds: &Kinds,
    derived: &mut Vec<(FilePath, Derived)>,
) {
    let mine = found(base, ours);
    let yours = found(base, theirs);
    // Where a new name is taken, or both renamed one thing differently, the merge meets the names as they are.
    let clear = |rename: &Rename, others: &[Rename], own: &[Rename], other: &Bot| {
        let clashes = |one: &&Rename| *one != rename && (one.same_thing(rename) || one.same_name(rename));
        !others.iter().chain(own).any(|one| clashes(&one))
            && !rename.is_taken(base)
            && !rename.is_taken_by_another(other)
    };
    let keep = |own: &[Rename], others: &[Rename], other: &Bot| -> Vec<Rename> {
        own.iter().filter(|one| clear(one, others, own, other)).cloned().collect()
    };
    let (mine, yours) = (keep(&mine, &yours, theirs), keep(&yours, &mine, ours));
    for rename in &mine {
        rename.apply(base, kinds);
        if !yours.contains(rename) {
            rename.apply_to_other(theirs, kinds, derived);
        }
    }
    for rename in yours.iter().filter(|rename| !mine.contains(rename)) {
        rename.apply(base, kinds);
        rename.apply_to_other(ours, kinds, derived);
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Rename {
    Variable { scope: &'static str, from: SmolStr, to: SmolStr },
    Key { flow: SmolStr, node: SmolStr, from: SmolStr, to: SmolStr },
}

impl Rename {
    fn same_thing(&self, other: &Rename) -> bool {
        match (self, other) {
            (
                Rename::Variable { scope, from, .. },
                Rename::Variable { scope: other_scope, from: other_from, .. },
            ) => scope == other_scope && from == other_from,
            (Rename::Key { flow, node, .. }, Rename::Key { flow: other_flow, node: other_node, .. }) => {
                flow == other_flow && node == other_node
            }
            _ => false,
        }
    }

    /// Both give this name, to different things.
    fn same_name(&self, other: &Rename) -> bool {
        match (self, other) {
            (
                Rename::Variable { scope, to, .. },
                Rename::Variable { scope: other_scope, to: other_to, .. },
            ) => scope == other_scope && to == other_to,
            (Rename::Key { flow, to, .. }, Rename::Key { flow: other_flow, to: other_to, .. }) => {
                flow == other_flow && to == other_to
            }
            _ => false,
        }
    }

    fn is_taken(&self, bot: &Bot) -> bool {
        match self {
            Rename::Variable { scope, to, .. } => {
                bot.manifest.variables(scope).is_some_and(|known| known.contains(to))
            }
            Rename::Key { flow, to, .. } => only_flow(bot, flow)
                .is_some_and(|(_, flow)| flow.nodes.values().any(|node| node.key.as_ref() == Some(to))),
        }
    }

    /// By something that is not called so by the same rename.
    fn is_taken_by_another(&self, bot: &Bot) -> bool {
        match self {
            Rename::Variable { scope, from, .. } => {
                bot.manifest.variables(scope).is_some_and(|known| known.contains(from)) && self.is_taken(bot)
            }
            Rename::Key { flow, node: id, to, .. } => only_flow(bot, flow).is_some_and(|(_, flow)| {
                flow.nodes.iter().any(|(other, node)| other != id && node.key.as_ref() == Some(to))
            }),
        }
    }

    fn apply(&self, bot: &mut Bot, kinds: &Kinds) -> bool {
        let act = match self {
            Rename::Variable { scope, from, to } => {
                Act::RenameVariable { scope: SmolStr::new_static(scope), from: from.clone(), to: to.clone() }
            }
            Rename::Key { flow, node, to, .. } => {
                let Some((path, _)) = only_flow(bot, flow) else { return false };
                Act::RenameKey { flow: path.clone(), node: node.clone(), to: to.clone() }
            }
        };
        // Where it cannot be done (the new name is taken, the node is gone), the merge meets the two names as they are.
        change::plan(bot, kinds, &act)
            .and_then(|change| change::apply(bot, &change))
            .is_ok_and(|back| !back.edits.is_empty())
    }

    fn apply_to_other(&self, bot: &mut Bot, kinds: &Kinds, derived: &mut Vec<(FilePath, Derived)>) {
        if !self.apply(bot, kinds) {
            return;
        }
        let (place, cause) = match self {
            Rename::Variable { scope, from, to } => (
                format_smolstr!("variables.{scope}.{to}"),
                format!(
                    "The variable {scope}.{from} is called {scope}.{to} now; what used it was rewritten."
                ),
            ),
            Rename::Key { node, from, to, .. } => (
                format_smolstr!("nodes.{node}.key"),
                format!("The key {from} is called {to} now; what used it was rewritten."),
            ),
        };
        derived.push((SmolStr::new_static(change::MANIFEST_FILE), Derived { place, cause }));
    }
}

/// What a side renamed: keys by their node; variables where one declaration went and an equal one came.
fn found(base: &Bot, side: &Bot) -> Vec<Rename> {
    let mut renames = Vec::new();
    for scope in SCOPES {
        let (Some(before), Some(after)) = (base.manifest.variables(scope), side.manifest.variables(scope))
        else {
            continue;
        };
        let only = |one: &Map, other: &Map| {
            let names = one.iter().filter(|(name, _)| !other.contains(name));
            names.map(|(name, declaration)| (SmolStr::new(name), declaration.clone())).collect::<Vec<_>>()
        };
        if let ([(from, was)], [(to, is)]) = (only(before, after).as_slice(), only(after, before).as_slice())
            && was == is
        {
            renames.push(Rename::Variable { scope, from: from.clone(), to: to.clone() });
        }
    }
    for flow in base.flows.values() {
        let (Some(_), Some((_, other))) = (only_flow(base, &flow.id), only_flow(side, &flow.id)) else {
            continue;
        };
        for (id, node) in &flow.nodes {
            let (Some(from), Some(to)) = (&node.key, other.nodes.get(id).and_then(|node| node.key.as_ref()))
            else {
                continue;
            };
            if from != to {
                renames.push(Rename::Key {
                    flow: flow.id.clone(),
                    node: id.clone(),
                    from: from.clone(),
                    to: to.clone(),
                });
            }
        }
    }
    renames
}

/// The flow with the id, if it is the only one.
fn only_flow<'a>(bot: &'a Bot, id: &str) -> Option<(&'a FilePath, &'a Flow)> {
    let mut found = bot.flows.iter().filter(|(_, flow)| flow.id == id);
    found.next().filter(|_| found.next().is_none())
}
