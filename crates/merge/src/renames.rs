//! Renames. A side that renamed a variable or a key rewrote what used it; the other side may use the old name in something new. So the
//! rename is done to the other two states first, and then nothing about it is left to merge.

use flow::bot::SCOPES;
use flow::change::{self, Act};
use flow::{Bot, Edit, FilePath, Flow, Kinds, Map};
use smol_str::{SmolStr, format_smolstr};

use crate::flows::{Derived, Taken, path_text};
use crate::values::Side;

/// What was renamed, and what had to be rewritten for it.
#[derive(Default)]
pub struct Renamed {
    pub taken: Vec<(FilePath, Taken)>,
    pub derived: Vec<(FilePath, Derived)>,
}

pub fn carry_through(base: &mut Bot, ours: &mut Bot, theirs: &mut Bot, kinds: &Kinds) -> Renamed {
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
    let mut renamed = Renamed::default();
    for rename in &mine {
        let known = rename.apply(base, kinds);
        if yours.contains(rename) {
            renamed.took(rename, base, Side::Both);
        } else {
            renamed.took(rename, base, Side::Ours);
            renamed.rewritten(rename, &known, rename.apply(theirs, kinds));
        }
    }
    for rename in yours.iter().filter(|rename| !mine.contains(rename)) {
        let known = rename.apply(base, kinds);
        renamed.took(rename, base, Side::Theirs);
        renamed.rewritten(rename, &known, rename.apply(ours, kinds));
    }
    renamed
}

impl Renamed {
    fn took(&mut self, rename: &Rename, base: &Bot, side: Side) {
        let (file, place) = match rename {
            Rename::Variable { scope, to, .. } => {
                (SmolStr::new_static(change::MANIFEST_FILE), format_smolstr!("variables.{scope}.{to}"))
            }
            Rename::Key { flow, node, .. } => {
                let Some((path, _)) = only_flow(base, flow) else { return };
                (path.clone(), format_smolstr!("nodes.{node}.key"))
            }
        };
        self.taken.push((file, Taken { place, side }));
    }

    /// What only the other side says with the old name, nobody rewrote before.
    fn rewritten(&mut self, rename: &Rename, known: &[Edit], edits: Vec<Edit>) {
        for edit in edits.iter().filter(|edit| !known.contains(edit)) {
            let Edit::Field { node, path, .. } = edit else { continue };
            let place = format_smolstr!("nodes.{node}.fields.{}", path_text(path));
            self.derived.push((edit.file().clone(), Derived { place, cause: rename.cause() }));
        }
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

    /// The edits that it took. Where it cannot be done (the node is gone), the merge meets the two names as they are.
    fn apply(&self, bot: &mut Bot, kinds: &Kinds) -> Vec<Edit> {
        let act = match self {
            Rename::Variable { scope, from, to } => {
                Act::RenameVariable { scope: SmolStr::new_static(scope), from: from.clone(), to: to.clone() }
            }
            Rename::Key { flow, node, to, .. } => {
                let Some((path, _)) = only_flow(bot, flow) else { return Vec::new() };
                Act::RenameKey { flow: path.clone(), node: node.clone(), to: to.clone() }
            }
        };
        let Ok(change) = change::plan(bot, kinds, &act) else { return Vec::new() };
        change::apply(bot, &change).map_or_else(|_| Vec::new(), |_| change.edits)
    }

    fn cause(&self) -> String {
        match self {
            Rename::Variable { scope, from, to } => {
                format!("The variable {scope}.{from} is called {scope}.{to} now, so this was rewritten.")
            }
            Rename::Key { from, to, .. } => {
                format!("The key {from} is called {to} now, so this was rewritten.")
            }
        }
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
