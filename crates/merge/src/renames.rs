//! Renames. A side that renamed a variable or a key rewrote what used it; the other side may use the old name in something new. So the
//! rename is done to the other two states first, and then nothing about it is left to merge.

mod asked;

use flow::bot::SCOPES;
use flow::change::{self, Act};
use flow::{Bot, Edit, FilePath, Flow, Id, Kinds, Map, Seg};
use smol_str::{SmolStr, format_smolstr};

use crate::conflict;
use crate::flows::{Derived, Taken, path_text};
use crate::values::{self, Side};

pub use asked::Asked;

/// What was renamed, and what had to be rewritten for it.
#[derive(Default)]
pub struct Renamed {
    pub taken: Vec<(At, Taken)>,
    pub derived: Vec<(At, Derived)>,
    /// Variables with two new names, under the old one in all three states.
    pub asked: Vec<Asked>,
}

/// A file by its path in one of the states; a flow may be in another one in the end.
pub struct At {
    path: FilePath,
    flow: Option<Id>,
}

impl At {
    fn of(bot: &Bot, path: &FilePath) -> At {
        At { path: path.clone(), flow: bot.flows.get(path).map(|flow| flow.id.clone()) }
    }

    pub fn file(self, result: &Bot) -> FilePath {
        let Some(id) = self.flow else { return self.path };
        if result.flows.get(&self.path).is_some_and(|flow| flow.id == id) {
            return self.path;
        }
        result.flow_by_id(&id).map_or(self.path, |(path, _)| path.clone())
    }
}

pub fn carry_through(base: &mut Bot, ours: &mut Bot, theirs: &mut Bot, kinds: &Kinds) -> Renamed {
    let mine = found(base, ours);
    let yours = found(base, theirs);
    let is_settled_apart = |rename: &Rename| rename.is_unsettled([base, ours, theirs]);
    let asked = asked::found(&mine, &yours, [base, ours, theirs], kinds);
    // Where a new name is taken, or both renamed one thing differently, the merge meets the names as they are.
    let clear = |rename: &Rename, others: &[Rename], own: &[Rename], other: &Bot| {
        let clashes = |one: &&Rename| *one != rename && (one.same_thing(rename) || one.same_name(rename));
        !others.iter().chain(own).any(|one| clashes(&one))
            && !rename.is_taken(base)
            && !rename.is_taken_by_another(other)
            && !rename.is_dropped(other)
            && (others.contains(rename) || !is_settled_apart(rename))
    };
    let keep = |own: &[Rename], others: &[Rename], other: &Bot| -> Vec<Rename> {
        own.iter().filter(|one| clear(one, others, own, other)).cloned().collect()
    };
    let (mine, yours) = (keep(&mine, &yours, theirs), keep(&yours, &mine, ours));
    for one in &asked {
        one.take_back(ours, theirs, kinds);
    }
    let mut renamed = Renamed { asked, ..Renamed::default() };
    for rename in &mine {
        rename.apply(base, kinds);
        if yours.contains(rename) {
            renamed.took(rename, base, Side::Both);
        } else {
            renamed.took(rename, base, Side::Ours);
            renamed.went_with_it(rename, base, theirs);
            let edits = rename.apply(theirs, kinds);
            renamed.rewritten(rename, edits, base, theirs);
        }
    }
    for rename in yours.iter().filter(|rename| !mine.contains(rename)) {
        rename.apply(base, kinds);
        renamed.took(rename, base, Side::Theirs);
        renamed.went_with_it(rename, base, ours);
        let edits = rename.apply(ours, kinds);
        renamed.rewritten(rename, edits, base, ours);
    }
    renamed
}

impl Renamed {
    fn took(&mut self, rename: &Rename, base: &Bot, side: Side) {
        if let Some((file, place)) = rename.place(base) {
            self.taken.push((At::of(base, &file), Taken { place, side }));
        }
    }

    /// What the other side deleted needs no new name.
    fn went_with_it(&mut self, rename: &Rename, base: &Bot, other: &Bot) {
        let Some((file, place)) = rename.place(base).filter(|_| !rename.is_known_to(other)) else { return };
        let (Rename::Variable { from, to, .. } | Rename::Key { from, to, .. }) = rename;
        let cause = format!("One side renamed {from} to {to}, the other deleted it; it is gone.");
        self.derived.push((At::of(base, &file), Derived { place, cause }));
    }

    /// What only the other side says with the old name, nobody rewrote before.
    fn rewritten(&mut self, rename: &Rename, edits: Vec<Edit>, base: &Bot, side: &Bot) {
        for edit in edits {
            let place = match (&edit, rename) {
                (Edit::Field { flow, node, path, .. }, _) => {
                    let Some(now) = side.flows.get(flow) else { continue };
                    let unit = now.nodes.get(node).map_or(&path[..], |node| unit(&node.fields, path));
                    let inside = |flow: &Flow| change::get(&flow.nodes.get(node)?.fields, unit).cloned();
                    let was = base.flow_by_id(&now.id).map(|(_, was)| was);
                    if was.and_then(inside) == inside(now) {
                        continue;
                    }
                    format_smolstr!("nodes.{node}.fields.{}", path_text(path))
                }
                (Edit::Manifest { value: Some(declaration), path }, Rename::Variable { scope, from, .. }) => {
                    if change::get(&base.manifest.0, path) == Some(declaration) {
                        continue;
                    }
                    format_smolstr!("variables.{scope}.{from}")
                }
                _ => continue,
            };
            self.derived.push((At::of(side, edit.file()), Derived { place, cause: rename.cause() }));
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

    /// Where the new name stands.
    fn place(&self, base: &Bot) -> Option<(FilePath, SmolStr)> {
        Some(match self {
            Rename::Variable { scope, to, .. } => {
                (SmolStr::new_static(change::MANIFEST_FILE), format_smolstr!("variables.{scope}.{to}"))
            }
            Rename::Key { flow, node, .. } => {
                let (path, _) = only_flow(base, flow)?;
                (path.clone(), format_smolstr!("nodes.{node}.key"))
            }
        })
    }

    fn is_known_to(&self, other: &Bot) -> bool {
        match self {
            Rename::Variable { scope, from, .. } => {
                other.manifest.variables(scope).is_some_and(|known| known.contains(from))
            }
            Rename::Key { flow, node, .. } => {
                only_flow(other, flow).is_some_and(|(_, flow)| flow.nodes.contains_key(node))
            }
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

    /// The name was open in the base, and each side made an end to that.
    fn is_unsettled(&self, states: [&Bot; 3]) -> bool {
        let (place, opens) = match self {
            Rename::Variable { scope, from, .. } => (
                format_smolstr!("variables.{scope}.{from}"),
                states.map(|bot| Some(conflict::open_in_manifest(&bot.manifest))),
            ),
            Rename::Key { flow, node, .. } => (
                format_smolstr!("nodes.{node}.key"),
                states.map(|bot| only_flow(bot, flow).map(|(_, flow)| conflict::open_in_flow(flow))),
            ),
        };
        // The place itself, or what holds it.
        let settled = conflict::unsettled(opens.map(Option::unwrap_or_default));
        settled.iter().any(|one| {
            place.strip_prefix(one.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// The other side took the key away, which is no name that could be changed.
    fn is_dropped(&self, other: &Bot) -> bool {
        match self {
            Rename::Variable { .. } => false,
            Rename::Key { flow, node, .. } => only_flow(other, flow)
                .and_then(|(_, flow)| flow.nodes.get(node))
                .is_some_and(|node| node.key.is_none()),
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

/// As far as the path goes through what can be changed by itself: a list without ids is one value.
fn unit<'p>(fields: &Map, path: &'p [Seg]) -> &'p [Seg] {
    let is_whole = |place: &usize| match &path[*place] {
        Seg::Key(_) => false,
        Seg::Index(_) => true,
        Seg::Item { .. } => {
            change::get(fields, &path[..*place]).and_then(|list| values::ids(list.as_array()?)).is_none()
        }
    };
    &path[..(0..path.len()).find(is_whole).unwrap_or(path.len())]
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
