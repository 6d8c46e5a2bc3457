//! Edits that have nothing to do with each other.

use std::collections::BTreeSet;

use flow::change::{NodeProp, Seg};
use flow::{Bot, Change, Edit, FilePath, Node, Port};
use merge::diff::{Item, What};
use merge::merge;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use smol_str::{SmolStr, format_smolstr};
use tests::generate::cases;

use crate::facts::{
    BOT, Names, ORDER, Place, meets, of_two_things, reach, shares_ids, step, with, without_places,
};
use crate::{Case, kinds, printed, three, without_open};

proptest! {
    #![proptest_config(cases(4.0))]

    #[test]
    fn what_is_disjoint_is_done_in_any_order(case in three()) {
        commutes(&case)?;
    }
}

/// Of what the sides did, as much as touches different things: the merge does it all, like doing one after the other.
pub fn commutes(Case { base, ours, theirs }: &Case) -> Result<(), TestCaseError> {
    let things = Things { base, names: Names::of([base, ours, theirs], &[]) };
    let mine = things.done(ours);
    let touched: BTreeSet<Place> = mine.iter().flat_map(|(_, touched)| touched.clone()).collect();
    let yours = things.done(theirs).into_iter().filter(|(_, other)| !touch(&touched, other)).collect();
    let [one, other] =
        [mine, yours].map(|done: Vec<(Item, _)>| done.into_iter().map(|(item, _)| item).collect::<Vec<_>>());
    let (ours, theirs) = (with_done(base, &one), with_done(base, &other));
    let merged = merge(base, &ours, &theirs, &kinds());
    if [base, &ours, &theirs, &merged.bot].into_iter().any(shares_ids) {
        return Ok(());
    }
    // What is wrong with the whole may be so however little the parts touch.
    let open = merged.conflicts().into_iter().filter(|(_, place, _)| !place.contains("valid."));
    let open: Vec<String> = open.map(|(file, place, one)| format!("{file} {place}: {}", one.what)).collect();
    prop_assert_eq!(open, Vec::<String>::new());
    let doubled = of_two_things([base, &ours, &theirs]);
    let printed = |bot: &Bot| printed(&without_places(bot, &doubled));
    let result = printed(&without_open(&merged.bot));
    prop_assert_eq!(&result, &printed(&with_done(&ours, &other)));
    prop_assert_eq!(&result, &printed(&with_done(&theirs, &one)));
    Ok(())
}

fn with_done(bot: &Bot, items: &[Item]) -> Bot {
    let mut bot = bot.clone();
    for item in items {
        let _ = flow::apply(&mut bot, &Change::new(item.edits.iter().cloned()));
    }
    bot
}

fn touch(some: &BTreeSet<Place>, others: &BTreeSet<Place>) -> bool {
    some.iter().any(|one| others.iter().any(|other| meets(one, other)))
}

struct Things<'a> {
    base: &'a Bot,
    names: Names,
}

impl Things<'_> {
    /// What a side did that can be done by itself, each with what it writes and what it counts on. New names are left out: they reach
    /// wherever the old one is used.
    fn done(&self, side: &Bot) -> Vec<(Item, BTreeSet<Place>)> {
        let items = merge::diff(self.base, side, &kinds()).files.into_iter().flat_map(|file| file.changes);
        let alone = items.filter(|item| {
            let renames = item.what == What::KeyChanged || item.place.starts_with("variables");
            let fits = flow::apply(&mut self.base.clone(), &Change::new(item.edits.iter().cloned())).is_ok();
            !renames && !item.edits.is_empty() && fits
        });
        alone
            .map(|item| (item.clone(), item.edits.iter().flat_map(|edit| self.touched(edit, side)).collect()))
            .collect()
    }

    fn flow(&self, path: &FilePath, side: &Bot) -> Option<Place> {
        let flow = side.flows.get(path).or_else(|| self.base.flows.get(path))?;
        Some(self.names.flow(path, flow))
    }

    fn touched(&self, edit: &Edit, side: &Bot) -> Vec<Place> {
        let at = |path: &FilePath| self.flow(path, side);
        let mut touched: Vec<Place> = reach(edit, at, &self.names).into_iter().collect();
        let Some(here) = at(edit.file()) else { return touched };
        let counts_on = |table: &str, id: &str| with(&here, [table, id, "\0there"]);
        match edit {
            Edit::Node { id, node, .. } => {
                let known = self.base.flows.get(edit.file()).and_then(|flow| flow.nodes.get(id));
                let nodes = node
                    .iter()
                    .chain(known.map(|node| Node::clone(node)).as_ref())
                    .cloned()
                    .collect::<Vec<_>>();
                touched.extend(
                    nodes.iter().flat_map(|node| node.next.values()).map(|target| counts_on("nodes", target)),
                );
                touched.extend(
                    nodes
                        .iter()
                        .filter_map(|node| node.group.as_ref())
                        .map(|group| counts_on("groups", group)),
                );
            }
            Edit::Prop { node, prop: NodeProp::Kind | NodeProp::V, .. } => {
                touched.push(with(&here, ["nodes", node]))
            }
            Edit::Prop { prop: NodeProp::Group, value: Some(group), .. } => {
                touched.push(counts_on("groups", group.as_str().unwrap_or_default()));
            }
            Edit::Insert { path, node, .. } => touched.push(list(&here, node, path)),
            // What is done inside a list counts on its order.
            Edit::Field { path, node, .. } => {
                let inside = (0..path.len()).filter(|place| !matches!(path[*place], Seg::Key(_)));
                touched.extend(inside.map(|place| list(&here, node, &path[..place])));
            }
            Edit::Wire { node, port, to, .. } => {
                touched.extend(to.iter().map(|target| counts_on("nodes", target)));
                let was = self.base.flows.get(edit.file()).and_then(|flow| flow.nodes.get(node));
                touched
                    .extend(was.and_then(|was| was.next.get(port)).map(|target| counts_on("nodes", target)));
                for kind in kinds().iter() {
                    let lists = kind.ports.iter().filter_map(|one| match one {
                        Port::Each { field, .. } => Some(*field),
                        Port::Fixed { .. } => None,
                    });
                    touched.extend(
                        lists.map(|field| with(&here, ["nodes", node, "fields", field, port, "\0there"])),
                    );
                }
            }
            // Two new cards on one spot are not apart.
            Edit::Place { id, place, .. } => {
                touched.extend(["nodes", "groups", "notes"].map(|table| counts_on(table, id)));
                touched.extend(place.iter().map(|place| {
                    with(&here, ["\0spot", &format_smolstr!("{} {}", place.x / 32, place.y / 32)])
                }));
            }
            Edit::Group { group, .. } => {
                let parent = group.as_ref().and_then(|group| group.parent.as_ref());
                touched.extend(parent.map(|parent| counts_on("groups", parent)));
            }
            Edit::Flow { flow, .. } => {
                let was = self.base.flows.get(flow);
                touched.extend(was.map(|was| self.names.flow(flow, was)));
                touched.push(vec!["\0path".into(), flow.clone()]);
            }
            Edit::Manifest { path, .. } => {
                // Lists in bot.json are whole values.
                let whole = path.iter().position(|seg| !matches!(seg, Seg::Key(_)));
                let keys = path[..whole.unwrap_or(path.len())].iter().filter_map(|seg| match seg {
                    Seg::Key(key) => Some(key.clone()),
                    _ => None,
                });
                touched.push(std::iter::once(SmolStr::new(BOT)).chain(keys).collect());
            }
            _ => {}
        }
        touched
    }
}

fn list(here: &Place, node: &str, path: &[Seg]) -> Place {
    let steps = path.iter().map(step);
    with(here, ["nodes", node, "fields"]).into_iter().chain(steps).chain([ORDER.into()]).collect()
}
