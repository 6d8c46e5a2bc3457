//! Stories of edits. A step says 'the third node', 'the second field of it', and is resolved against whatever bot is there, so most
//! steps apply and a story shrinks to one that can be read.

use std::sync::Arc;

use flow::bot::SCOPES;
use flow::change::{Act, FlowProp, NodeProp, Seg};
use flow::{Bot, Change, Edit, FilePath, Flow, Group, Id, Map, Node, Note, Place, Value};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use smol_str::SmolStr;

use super::bots::{IDS, KEYS, PATHS, flow, group, id, inputs_value, node, note, place};
use super::values::{name, text, value};

/// Changes, each of a few steps.
pub type Story = Vec<Vec<Step>>;

/// The n-th of what there is, counted round.
type Pick = u8;

#[derive(Clone, Debug)]
pub struct Step {
    flow: Pick,
    node: Pick,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    AddNode(Id, Box<Node>),
    DropNode,
    Prop(NodeProp, Option<Value>),
    Field {
        path: Vec<Pick>,
        value: Option<Value>,
    },
    Insert {
        list: Pick,
        item: Value,
        before: Option<Pick>,
    },
    Move {
        list: Pick,
        item: Pick,
        before: Option<Pick>,
    },
    Wire {
        port: Pick,
        to: Option<Pick>,
    },
    Place(Pick, Option<Place>),
    Group(Id, Option<Group>),
    Note(Id, Option<Note>),
    Flow(FilePath, Option<Box<Flow>>),
    FlowProp(FlowProp, Option<Value>),
    Manifest {
        path: Vec<Pick>,
        value: Option<Value>,
    },
    File(FilePath, Option<Arc<str>>),
    RenameKey(SmolStr),
    RenameVariable {
        variable: Pick,
        to: SmolStr,
    },
    /// With the wires that lead to it.
    Remove {
        heal: bool,
    },
}

pub fn script() -> BoxedStrategy<Story> {
    vec(vec(step(), 1..4), 1..10).boxed()
}

fn step() -> impl Strategy<Value = Step> {
    let pick = any::<Pick>;
    let words = |words: &'static [&'static str]| select(words).prop_map(Value::from);
    let path = || vec(pick(), 1..5);
    let slot = || option::weighted(0.75, value());
    let prop = prop_oneof![
        words(&["message.send", "logic.switch", "message.ask", "plugin.gone"])
            .prop_map(|v| (NodeProp::Kind, Some(v))),
        (0i64..4).prop_map(|v| (NodeProp::V, Some(Value::int(v)))),
        option::weighted(0.7, words(&KEYS)).prop_map(|v| (NodeProp::Key, v)),
        option::weighted(0.7, text().prop_map(Value::String)).prop_map(|v| (NodeProp::Name, v)),
        option::weighted(0.7, id().prop_map(Value::String)).prop_map(|v| (NodeProp::Group, v)),
        inputs_value().prop_map(|v| (NodeProp::Extra, Some(v))),
        (select(&[NodeProp::Extra, NodeProp::Kind, NodeProp::V, NodeProp::Key][..]), slot()),
    ];
    let flow_prop = prop_oneof![
        words(&["main", "sub", "new"]).prop_map(|v| (FlowProp::Id, Some(v))),
        text().prop_map(|v| (FlowProp::Name, Some(Value::String(v)))),
        inputs_value().prop_map(|v| (FlowProp::Inputs, Some(v))),
        inputs_value().prop_map(|v| (FlowProp::Outputs, Some(v))),
        slot().prop_map(|v| (FlowProp::Unresolved, v)),
        inputs_value().prop_map(|v| (FlowProp::Extra, Some(v))),
        (select(&[FlowProp::Extra, FlowProp::Id, FlowProp::Inputs][..]), slot()),
    ];
    let what = prop_oneof![
        3 => (id(), node()).prop_map(|(id, node)| What::AddNode(id, Box::new(node))),
        2 => Just(What::DropNode),
        4 => prop.prop_map(|(prop, value)| What::Prop(prop, value)),
        12 => (path(), slot()).prop_map(|(path, value)| What::Field { path, value }),
        6 => (pick(), item(), option::of(pick())).prop_map(|(list, item, before)| What::Insert { list, item, before }),
        6 => (pick(), pick(), option::of(pick())).prop_map(|(list, item, before)| What::Move { list, item, before }),
        6 => (pick(), option::weighted(0.7, pick())).prop_map(|(port, to)| What::Wire { port, to }),
        3 => (pick(), option::weighted(0.8, place())).prop_map(|(id, place)| What::Place(id, place)),
        2 => (id(), option::weighted(0.7, group())).prop_map(|(id, group)| What::Group(id, group)),
        2 => (id(), option::weighted(0.7, note())).prop_map(|(id, note)| What::Note(id, note)),
        1 => (select(&PATHS[..]), option::of(flow())).prop_map(|(path, flow)| What::Flow(path.into(), flow.map(Box::new))),
        3 => flow_prop.prop_map(|(prop, value)| What::FlowProp(prop, value)),
        4 => (path(), slot()).prop_map(|(path, value)| What::Manifest { path, value }),
        1 => (select(&["prompts/hello.md", "tests/new.test.yaml", "bot.json"][..]), option::of(text())).prop_map(
            |(path, text)| What::File(path.into(), text.map(|text| Arc::from(text.as_str())))
        ),
        2 => select(&KEYS[..]).prop_map(|key| What::RenameKey(key.into())),
        2 => (pick(), select(&["total", "sold", "orders", "name"][..]))
            .prop_map(|(variable, to)| What::RenameVariable { variable, to: to.into() }),
        2 => any::<bool>().prop_map(|heal| What::Remove { heal }),
    ];
    (pick(), pick(), what).prop_map(|(flow, node, what)| Step { flow, node, what })
}

/// An element for a list; now and then one without an id, which is refused.
fn item() -> impl Strategy<Value = Value> {
    let id = option::weighted(0.95, select(&["a", "b", "c", "d", "new", "newer"][..]));
    (id, vec((name(), value()), 0..2)).prop_map(|(id, members)| {
        let mut map: Map = members.into_iter().collect();
        id.map(|id| map.insert("id", Value::from(id)));
        Value::Object(map)
    })
}

/// The change that a step or several mean for this bot.
pub fn resolve(steps: &[Step], bot: &Bot) -> Change {
    Change::new(steps.iter().flat_map(|step| {
        let act = resolve_act(step, bot).map(|act| flow::change::plan(bot, &engine::kinds(), &act));
        act.map_or_else(
            || vec![resolve_step(step, bot)],
            |planned| planned.map_or_else(|_| Vec::new(), |change| change.edits),
        )
    }))
}

fn resolve_act(step: &Step, bot: &Bot) -> Option<Act> {
    let (path, inside) = nth(step.flow, bot.flows.iter())?;
    let node = || nth(step.node, inside.nodes.keys()).cloned();
    match &step.what {
        What::RenameKey(to) => Some(Act::RenameKey { flow: path.clone(), node: node()?, to: to.clone() }),
        What::Remove { heal } => Some(Act::Remove { flow: path.clone(), ids: vec![node()?], heal: *heal }),
        What::RenameVariable { variable, to } => {
            let declared = SCOPES.iter().filter_map(|scope| Some((*scope, bot.manifest.variables(scope)?)));
            let names = declared.flat_map(|(scope, names)| names.iter().map(move |(name, _)| (scope, name)));
            let (scope, from) = nth(*variable, names)?;
            Some(Act::RenameVariable { scope: scope.into(), from: from.into(), to: to.clone() })
        }
        _ => None,
    }
}

fn resolve_step(step: &Step, bot: &Bot) -> Edit {
    let path = nth(step.flow, bot.flows.keys()).cloned().unwrap_or_else(|| PATHS[0].into());
    let nowhere = Flow::default();
    let inside = bot.flows.get(&path).unwrap_or(&nowhere);
    let nobody = Arc::new(Node::default());
    let (node, at) = nth(step.node, inside.nodes.iter())
        .map_or_else(|| (Id::new("n1"), &nobody), |(id, node)| (id.clone(), node));
    let flow = path;
    match step.what.clone() {
        What::AddNode(id, node) => Edit::Node { flow, id, node: Some(*node) },
        What::DropNode => Edit::Node { flow, id: node, node: None },
        What::Prop(prop, value) => Edit::Prop { flow, node, prop, value },
        What::Field { path, value } => Edit::Field { flow, node, path: walk(&at.fields, &path), value },
        What::Insert { list, item, before } => {
            let path = nth(list, lists(&at.fields).into_iter()).unwrap_or_else(|| vec![Seg::from("buttons")]);
            let before = before.and_then(|before| nth(before, ids(&at.fields, &path).into_iter()));
            Edit::Insert { flow, node, path, item, before }
        }
        What::Move { list, item, before } => {
            let mut path =
                nth(list, lists(&at.fields).into_iter()).unwrap_or_else(|| vec![Seg::from("buttons")]);
            let ids = ids(&at.fields, &path);
            let before = before.and_then(|before| nth(before, ids.iter().cloned()));
            let item = nth(item, ids.into_iter()).unwrap_or_else(|| "a".into());
            path.push(Seg::Item { item });
            Edit::Move { flow, node, path, before }
        }
        What::Wire { port, to } => {
            let known = engine::kinds().get(&at.kind).map(|kind| kind.ports_of(at)).unwrap_or_default();
            let ports = known.into_iter().chain(at.next.keys().cloned()).chain([SmolStr::new("odd")]);
            let port = nth(port, ports).unwrap_or_default();
            let to = to.and_then(|to| nth(to, inside.nodes.keys().cloned().chain([Id::new("gone")])));
            Edit::Wire { flow, node, port, to }
        }
        What::Place(id, place) => {
            let id = nth(id, IDS.iter()).map(Id::new).unwrap_or_default();
            Edit::Place { flow, id, place }
        }
        What::Group(id, group) => Edit::Group { flow, id, group },
        What::Note(id, note) => Edit::Note { flow, id, note },
        What::Flow(flow, value) => Edit::Flow { flow, value },
        What::FlowProp(prop, value) => Edit::FlowProp { flow, prop, value },
        What::Manifest { path, value } => Edit::Manifest { path: walk(&bot.manifest.0, &path), value },
        What::File(path, text) => Edit::File { path, text },
        // There is nothing that it could be done to.
        What::RenameKey(_) | What::RenameVariable { .. } | What::Remove { .. } => {
            Edit::Node { flow, id: node, node: None }
        }
    }
}

fn nth<T>(pick: Pick, from: impl Iterator<Item = T>) -> Option<T> {
    let mut all: Vec<T> = from.collect();
    (!all.is_empty()).then(|| all.swap_remove(pick as usize % all.len()))
}

/// A path through what is there, with a new member or one past the end among the choices of each step.
fn walk(fields: &Map, picks: &[Pick]) -> Vec<Seg> {
    let root = Value::Object(fields.clone());
    let mut at = Some(&root);
    let mut path = Vec::new();
    for &pick in picks {
        match at {
            Some(Value::Object(map)) => {
                let keys = map.iter().map(|(key, _)| key).chain(["fresh"]);
                let key = nth(pick, keys).unwrap_or("fresh");
                path.push(Seg::from(key));
                at = map.get(key);
            }
            Some(Value::Array(items)) => {
                let place = pick as usize % (items.len() + 1);
                at = items.get(place);
                path.push(match at.and_then(Value::id) {
                    Some(id) if pick < 200 => Seg::Item { item: id.into() },
                    _ => Seg::Index(place as u32),
                });
            }
            None if pick < 128 => path.push(Seg::from("deeper")),
            // One step into a leaf, now and then, which is refused.
            Some(_) if pick > 250 => path.push(Seg::from("leaf")),
            _ => break,
        }
    }
    path
}

/// All lists inside, whatever their elements.
fn lists(fields: &Map) -> Vec<Vec<Seg>> {
    let mut found = Vec::new();
    for (key, value) in fields.iter() {
        lists_in(value, &mut vec![Seg::from(key)], &mut found);
    }
    found
}

fn lists_in(value: &Value, at: &mut Vec<Seg>, found: &mut Vec<Vec<Seg>>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter() {
                at.push(Seg::from(key));
                lists_in(inner, at, found);
                at.pop();
            }
        }
        Value::Array(items) => {
            found.push(at.clone());
            for (place, item) in items.iter().enumerate() {
                at.push(Seg::Index(place as u32));
                lists_in(item, at, found);
                at.pop();
            }
        }
        _ => {}
    }
}

fn ids(fields: &Map, path: &[Seg]) -> Vec<Id> {
    let list = flow::change::get(fields, path).and_then(Value::as_array).unwrap_or_default();
    list.iter().filter_map(Value::id).map(Id::new).collect()
}
