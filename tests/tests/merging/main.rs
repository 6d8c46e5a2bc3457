//! The laws of merging, over bots and edit stories made up at random.

mod choosing;
mod conservation;
mod disjoint;
mod elsewhere;
mod facts;

use flow::{Bot, Kinds, Severity};
use merge::merge;
use proptest::prelude::*;
use tests::generate::{Story, bot, cases, resolve, script, valid_bot};

fn kinds() -> std::sync::Arc<Kinds> {
    engine::kinds()
}

/// The bot after a story; steps that do not fit are left out.
fn told(bot: &Bot, story: &Story) -> Bot {
    let mut bot = bot.clone();
    for steps in story {
        let change = resolve(steps, &bot);
        let _ = flow::apply(&mut bot, &change);
    }
    without_open(&bot)
}

/// Three states of a bot, shown as the texts that they are.
#[derive(Clone)]
struct Case {
    base: Bot,
    ours: Bot,
    theirs: Bot,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        for (name, bot) in [("base", &self.base), ("ours", &self.ours), ("theirs", &self.theirs)] {
            for (path, text) in printed(bot) {
                writeln!(f, "== {name} {path}\n{text}")?;
            }
        }
        Ok(())
    }
}

/// A base and what two people made of it.
fn three() -> impl Strategy<Value = Case> {
    let base = prop_oneof![valid_bot(), bot()];
    (base, script(), script()).prop_map(|(base, mine, yours)| {
        let base = without_open(&base);
        let (ours, theirs) = (told(&base, &mine), told(&base, &yours));
        Case { base, ours, theirs }
    })
}

fn printed(bot: &Bot) -> Vec<(String, String)> {
    let manifest = ("bot.json".to_string(), flow::text::print_manifest(&bot.manifest));
    let flows = bot.flows.iter().map(|(path, flow)| (path.to_string(), flow::text::print_flow(flow)));
    std::iter::once(manifest).chain(flows).collect()
}

/// The conflicts as the other side sees them, without the words.
fn seen_from_there(bot: &Bot) -> Vec<(String, String, merge::Kind, String, String)> {
    let show = |edits: &Vec<flow::Edit>| serde_json::to_string(edits).unwrap_or_default();
    let open = merge::open(bot).into_iter();
    open.map(|(file, place, one)| (file.into(), place.into(), one.kind, show(&one.theirs), show(&one.ours)))
        .collect()
}

fn seen_from_here(bot: &Bot) -> Vec<(String, String, merge::Kind, String, String)> {
    let there = seen_from_there(bot).into_iter();
    there.map(|(file, place, kind, theirs, ours)| (file, place, kind, ours, theirs)).collect()
}

fn without_open(bot: &Bot) -> Bot {
    let mut bot = bot.clone();
    bot.manifest.0.remove("unresolved");
    bot.flows.values_mut().for_each(|flow| flow.unresolved = None);
    bot
}

/// Wires that lead nowhere.
fn loose_ends(bot: &Bot, path: &str) -> Vec<(String, String, String)> {
    let flow = &bot.flows[path];
    let wires = flow
        .nodes
        .iter()
        .flat_map(|(id, node)| node.next.iter().map(move |(port, target)| (id, port, target)));
    let loose = wires.filter(|(_, _, target)| !flow.nodes.contains_key(*target));
    loose.map(|(id, port, target)| (id.to_string(), port.to_string(), target.to_string())).collect()
}

fn errors(bot: &Bot) -> Vec<String> {
    let problems = flow::check::check(bot, &kinds()).into_iter();
    problems.filter(|p| p.severity == Severity::Error).map(|p| format!("{:?} {}", p.at, p.message)).collect()
}

proptest! {
    #![proptest_config(cases(4.0))]

    #[test]
    fn what_only_one_side_did_is_done(Case { base, ours, .. } in three()) {
        prop_assert_eq!(printed(&merge(&base, &base, &ours, &kinds()).bot), printed(&ours));
        prop_assert_eq!(printed(&merge(&base, &ours, &base, &kinds()).bot), printed(&ours));
    }

    #[test]
    fn what_both_did_is_done_once(Case { base, ours, .. } in three()) {
        prop_assert_eq!(printed(&merge(&base, &ours, &ours, &kinds()).bot), printed(&ours));
    }

    #[test]
    fn the_sides_are_equal(Case { base, ours, theirs } in three()) {
        let here = merge(&base, &ours, &theirs, &kinds()).bot;
        let there = merge(&base, &theirs, &ours, &kinds()).bot;
        prop_assert_eq!(seen_from_here(&here), seen_from_there(&there));
        prop_assert_eq!(printed(&without_open(&here)), printed(&without_open(&there)));
    }

    #[test]
    fn the_result_is_well_formed(Case { base, ours, theirs } in three()) {
        let merged = merge(&base, &ours, &theirs, &kinds()).bot;
        for (path, flow) in &merged.flows {
            let text = flow::text::print_flow(flow);
            let parsed = flow::text::parse_flow(text.as_bytes());
            prop_assert!(!parsed.lossy(), "{path}: {:?}", parsed.problems);
            prop_assert_eq!(&parsed.value, flow);
            for (id, node) in &flow.nodes {
                for (port, target) in &node.next {
                    let dangles = |bot: &Bot| bot.flows.values().any(|flow| {
                        flow.nodes.get(id).is_some_and(|node| node.next.get(port) == Some(target)) && !flow.nodes.contains_key(target)
                    });
                    prop_assert!(
                        flow.nodes.contains_key(target) || dangles(&ours) || dangles(&theirs) || dangles(&base),
                        "{id}.{port} leads to {target}, which is not there"
                    );
                }
            }
        }
    }

    #[test]
    fn clean_means_valid(Case { base, ours, theirs } in three()) {
        let merged = merge(&base, &ours, &theirs, &kinds());
        if merged.conflicts().is_empty() && errors(&ours).is_empty() && errors(&theirs).is_empty() {
            prop_assert_eq!(errors(&merged.bot), Vec::<String>::new());
        }
    }

    #[test]
    fn places_change_nothing_else(Case { base, ours, theirs } in three(), x in 0..500i32) {
        let merged = merge(&base, &ours, &theirs, &kinds()).bot;
        let mut moved = theirs.clone();
        for flow in moved.flows.values_mut() {
            flow.layout.values_mut().for_each(|place| place.x = (place.x + x).min(900_000));
        }
        let other = merge(&base, &ours, &moved, &kinds()).bot;
        let kinds_of = |bot: &Bot| merge::open(bot).into_iter().map(|(file, place, one)| (file, place, one.kind)).collect::<Vec<_>>();
        prop_assert_eq!(kinds_of(&merged), kinds_of(&other));
    }

    #[test]
    fn a_difference_applied_is_the_target(Case { base, ours, .. } in three()) {
        let diff = merge::diff(&base, &ours, &kinds());
        prop_assert_eq!(diff.is_empty(), base == ours);
        let mut bot = base.clone();
        let back = flow::apply(&mut bot, &diff.change());
        prop_assert!(back.is_ok(), "{back:?}");
        prop_assert_eq!(printed(&bot), printed(&ours));
        prop_assert!(diff.files.iter().flat_map(|file| &file.changes).all(|item| !item.words.is_empty()));
    }

    #[test]
    fn names_of_nodes_mean_nothing(Case { base, ours, theirs } in three()) {
        let merged = merge(&base, &ours, &theirs, &kinds());
        let renamed = merge(&renamed(&base), &renamed(&ours), &renamed(&theirs), &kinds());
        // Free ids for a second copy are made from the first one's.
        prop_assert_eq!(printed(&without_open(&self::renamed(&merged.bot))), printed(&without_open(&renamed.bot)));
        prop_assert_eq!(merged.conflicts().len(), renamed.conflicts().len());
    }

    #[test]
    fn texts_say_all_there_is(Case { base, ours, theirs } in three()) {
        let merged = merge(&base, &ours, &theirs, &kinds());
        let again = merge(&reread(&base), &reread(&ours), &reread(&theirs), &kinds());
        prop_assert_eq!(printed(&merged.bot), printed(&again.bot));
    }
}

fn reread(bot: &Bot) -> Bot {
    let mut bot = bot.clone();
    for flow in bot.flows.values_mut() {
        *flow = flow::text::parse_flow(flow::text::print_flow(flow).as_bytes()).value;
    }
    bot.manifest = flow::text::parse_manifest(flow::text::print_manifest(&bot.manifest).as_bytes()).value;
    bot
}

/// Fields may name a node of the flow.
fn rename_targets(node: &mut flow::Node, new: impl Fn(&flow::Id) -> flow::Id) {
    let fields = kinds().get(&node.kind).map(|kind| kind.fields.clone()).unwrap_or_default();
    for field in fields.iter().filter(|field| field.kind == flow::FieldType::Node) {
        if let Some(id) = node.fields.get(field.name).and_then(flow::Value::as_str).map(flow::Id::new) {
            node.fields.insert(field.name, flow::Value::String(new(&id)));
        }
    }
}

/// All ids of nodes, groups and notes changed, their order kept.
fn renamed(bot: &Bot) -> Bot {
    let new = |id: &flow::Id| flow::Id::from(format!("p{id}"));
    let mut bot = bot.clone();
    for flow in bot.flows.values_mut() {
        flow.nodes = std::mem::take(&mut flow.nodes)
            .into_iter()
            .map(|(id, node)| {
                let mut node = flow::Node::clone(&node);
                node.next.values_mut().for_each(|target| *target = new(target));
                node.group = node.group.as_ref().map(new);
                rename_targets(&mut node, new);
                (new(&id), std::sync::Arc::new(node))
            })
            .collect();
        flow.groups = std::mem::take(&mut flow.groups)
            .into_iter()
            .map(|(id, mut group)| {
                group.parent = group.parent.as_ref().map(new);
                (new(&id), group)
            })
            .collect();
        flow.notes = std::mem::take(&mut flow.notes).into_iter().map(|(id, note)| (new(&id), note)).collect();
        flow.layout =
            std::mem::take(&mut flow.layout).into_iter().map(|(id, place)| (new(&id), place)).collect();
    }
    bot
}
