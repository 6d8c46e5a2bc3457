//! Bots that are well-formed and nothing more.

use std::collections::BTreeMap;
use std::sync::Arc;

use flow::{Bot, Descriptor, Field, FieldType, Flow, Group, Id, Manifest, Map, Node, Note, Place, Value};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use smol_str::SmolStr;

use super::values::{field_value, name, shallow, text, value};

/// Few, so that wires and groups often lead somewhere.
pub const IDS: [&str; 8] = ["n1", "n2", "n3", "n4", "n5", "n6", "g1", "x1"];
pub const ODD_IDS: [&str; 6] = ["", "__proto__", "größe", "a b", "\n", "🙂🙂"];
pub const PATHS: [&str; 3] = ["flows/main.flow.json", "flows/sub.flow.json", "flows/other.flow.json"];
pub const KEYS: [&str; 6] = ["greet", "order", "menu", "greet_2", "not a key", "if"];
pub const FLOW_IDS: [&str; 5] = ["main", "sub", "other", "", "odd id"];
const VARIABLES: [&str; 9] = [
    "user.name",
    "bot.total",
    "bot.cart",
    "chat.mood",
    "flow.x",
    "user.id",
    "user",
    "planet.name",
    "bot.a b",
];
const EXPRESSIONS: [&str; 9] = [
    "bot.total > 100",
    "user.name == 'Ann' and not flow.x",
    "nodes.greet.text in bot.cart",
    "nodes['greet'].text | length > 3",
    "user['name']",
    "bot[msg.text].total",
    "missing(1)",
    "bot.toatl",
    "1 +",
];

pub fn bot() -> BoxedStrategy<Bot> {
    let flows = (flow(), option::of(flow()), option::weighted(0.2, flow()));
    let texts = btree_map(
        select(&["tests/a.test.yaml", "prompts/hello.md", "prompts/ü.md"][..]).prop_map(SmolStr::new),
        text().prop_map(|text| Arc::from(text.as_str())),
        0..2,
    );
    (manifest(), flows, texts)
        .prop_map(|(manifest, (first, second, third), texts)| {
            let flows = [Some(first), second, third];
            let named = PATHS.into_iter().zip(flows);
            let flows = named.filter_map(|(path, flow)| Some((path.into(), flow?))).collect();
            Bot { manifest, flows, texts }
        })
        .boxed()
}

pub fn manifest() -> BoxedStrategy<Manifest> {
    let declaration = prop_oneof![
        4 => select(&["text", "number", "any", "list"][..]).prop_map(|kind| {
            Value::Object(Map::from_iter([("type".into(), Value::from(kind))]))
        }),
        1 => value(),
    ];
    let scope = |names: &'static [&'static str]| {
        vec((select(names).prop_map(SmolStr::new), declaration.clone()), 0..3)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    };
    let variables = (
        scope(&["total", "cart", "count"]),
        scope(&["name", "size", "not one"]),
        scope(&["mood"]),
    )
        .prop_map(|(bot, user, chat)| {
            Value::Object(Map::from_iter([("bot".into(), bot), ("user".into(), user), ("chat".into(), chat)]))
        });
    let usual = (
        option::weighted(0.9, text().prop_map(Value::String)),
        option::weighted(0.9, text().prop_map(Value::String)),
        option::of(vec(select(&["telegram", "discord", "telegramm"][..]).prop_map(Value::from), 0..3)),
        option::of(variables),
        option::of(vec((name(), Just(Value::Object(Map::new()))), 0..3)),
        option::of(vec((name(), value()), 0..3)),
    );
    let odd = vec((name(), value()), 0..2);
    (usual, odd)
        .prop_map(|((id, title, channels, variables, secrets, settings), odd)| {
            let object = |members: Vec<_>| Value::Object(members.into_iter().collect());
            let members = [
                ("id", id),
                ("name", title),
                ("channels", channels.map(Value::Array)),
                ("variables", variables),
                ("secrets", secrets.map(object)),
                ("settings", settings.map(object)),
            ];
            let usual = members.into_iter().filter_map(|(key, value)| Some((key.into(), value?)));
            let mut manifest: Map = usual.chain(odd).filter(|(key, _)| key != "nexus").collect();
            shallow(&mut manifest);
            Manifest(manifest)
        })
        .boxed()
}

pub fn flow() -> BoxedStrategy<Flow> {
    let parts = (
        select(&FLOW_IDS[..]),
        text(),
        btree_map(id(), node().prop_map(Arc::new), 0..7),
        btree_map(group_id(), group(), 0..3),
        btree_map(id(), note(), 0..3),
        btree_map(id(), place(), 0..6),
    );
    let rare = (
        option::weighted(0.2, inputs()),
        option::weighted(0.2, inputs()),
        option::weighted(0.05, value()),
        extra(),
    );
    (parts, rare)
        .prop_map(|((id, name, nodes, groups, notes, layout), (inputs, outputs, unresolved, extra))| Flow {
            id: id.into(),
            name,
            inputs: inputs.unwrap_or_default(),
            outputs: outputs.unwrap_or_default(),
            nodes,
            groups,
            notes,
            layout,
            unresolved,
            extra,
        })
        .boxed()
}

pub fn id() -> impl Strategy<Value = Id> {
    prop_oneof![20 => select(&IDS[..]).prop_map(Id::new), 1 => select(&ODD_IDS[..]).prop_map(Id::new)]
}

/// Mostly one and the same, so that nodes and groups lie in each other.
fn group_id() -> impl Strategy<Value = Id> {
    prop_oneof![1 => Just(Id::new("g1")), 2 => id()]
}

fn inputs() -> impl Strategy<Value = Map> {
    let input = select(&["text", "number"][..])
        .prop_map(|kind| Value::Object(Map::from_iter([("type".into(), Value::from(kind))])));
    vec(
        (select(&["x", "amount", "größe"][..]).prop_map(SmolStr::new), prop_oneof![4 => input, 1 => value()]),
        0..3,
    )
    .prop_map(Map::from_iter)
}

/// What an edit may put into a flow's inputs.
pub fn inputs_value() -> impl Strategy<Value = Value> {
    inputs().prop_map(Value::Object)
}

/// Members that this version does not know.
fn extra() -> impl Strategy<Value = Map> {
    const KNOWN: [&str; 20] = [
        "nexus",
        "id",
        "name",
        "inputs",
        "outputs",
        "nodes",
        "groups",
        "notes",
        "layout",
        "unresolved",
        "kind",
        "v",
        "key",
        "group",
        "fields",
        "next",
        "title",
        "color",
        "parent",
        "text",
    ];
    let plain = name().prop_filter("a name of the document's own", |name| !KNOWN.contains(&name.as_str()));
    option::weighted(0.15, vec((plain, value()), 1..3))
        .prop_map(|members| members.unwrap_or_default().into_iter().collect())
}

pub fn place() -> impl Strategy<Value = Place> {
    let near = -300..300i32;
    prop_oneof![
        4 => (near.clone(), near.clone()).prop_map(|(x, y)| Place { x, y, w: None, h: None }),
        1 => (near.clone(), near, 0..500, 0..500).prop_map(|(x, y, w, h)| Place { x, y, w: Some(w), h: Some(h) }),
        1 => Just(Place { x: 1_000_000, y: -1_000_000, w: None, h: None }),
    ]
}

pub fn group() -> impl Strategy<Value = Group> {
    let color = option::weighted(0.3, select(&["amber", "blue"][..]).prop_map(SmolStr::new));
    let transaction = prop_oneof![12 => Just(Value::Bool(true)), 1 => Just(Value::Bool(false)), 1 => value()];
    let parts = (text(), color, option::weighted(0.4, id()), option::weighted(0.4, transaction), extra());
    parts.prop_map(|(title, color, parent, transaction, mut extra)| {
        if let Some(is) = transaction {
            extra.insert("transaction", is);
        }
        Group { title, color, parent, extra }
    })
}

pub fn note() -> impl Strategy<Value = Note> {
    let color = option::weighted(0.3, select(&["amber", "blue"][..]).prop_map(SmolStr::new));
    (text(), color, extra()).prop_map(|(text, color, extra)| Note { text, color, extra })
}

/// A node of any kind, known or not, filled in mostly as its fields ask.
pub fn node() -> BoxedStrategy<Node> {
    // Those that claim something meet each other often enough to quarrel.
    let weight = |descriptor: &Descriptor| if descriptor.unique.is_empty() { 2 } else { 4 };
    let mut kinds: Vec<(u32, BoxedStrategy<Node>)> =
        engine::kinds().iter().map(|descriptor| (weight(descriptor), node_of(descriptor.clone()))).collect();
    kinds.push((3, unknown_node().boxed()));
    proptest::strategy::Union::new_weighted(kinds).boxed()
}

fn node_of(descriptor: Arc<Descriptor>) -> BoxedStrategy<Node> {
    let claimed = |field: &Field| {
        let few = select(&["start", "order"][..]).prop_map(Value::from);
        let is_claimed =
            descriptor.unique.contains(&field.name) && matches!(field.kind, FieldType::Text { .. });
        if is_claimed { prop_oneof![any_for(field), few].boxed() } else { any_for(field) }
    };
    let fields: Vec<_> =
        descriptor.fields.iter().map(|field| option::weighted(0.7, claimed(field))).collect();
    let names: Vec<&'static str> = descriptor.fields.iter().map(|field| field.name).collect();
    let odd = option::weighted(0.1, (name(), field_value()));
    let v = prop_oneof![20 => Just(descriptor.v), 1 => 0..9u32];
    let wires = vec((any::<u8>(), id()), 0..4);
    (fields, odd, v, wires, labels(), extra())
        .prop_map(move |(fields, odd, v, wires, (key, name, group), extra)| {
            let given =
                names.iter().zip(fields).filter_map(|(name, value)| Some((SmolStr::new(name), value?)));
            let fields = settled(given.chain(odd).collect());
            let mut node = Node {
                kind: descriptor.kind.into(),
                v,
                key,
                name,
                group,
                fields,
                next: BTreeMap::new(),
                extra,
            };
            let mut ports = descriptor.ports_of(&node);
            ports.push("odd".into());
            node.next = wires
                .into_iter()
                .map(|(pick, to)| (ports[pick as usize % ports.len()].clone(), to))
                .collect();
            node
        })
        .boxed()
}

fn unknown_node() -> impl Strategy<Value = Node> {
    let kind = select(&["", "plugin.teleport", "größe", "message.sned"][..]).prop_map(SmolStr::new);
    let fields = vec((name(), field_value()), 0..4);
    let next = btree_map(name(), id(), 0..3);
    (kind, 0..4u32, fields, next, labels(), extra()).prop_map(
        |(kind, v, fields, next, (key, name, group), extra)| Node {
            kind,
            v,
            key,
            name,
            group,
            fields: settled(fields.into_iter().collect()),
            next,
            extra,
        },
    )
}

/// Fields as they stand in memory.
fn settled(mut fields: Map) -> Map {
    fields.values_mut().for_each(Value::join_lines);
    shallow(&mut fields);
    fields
}

fn labels() -> impl Strategy<Value = (Option<SmolStr>, Option<SmolStr>, Option<Id>)> {
    let key = option::weighted(0.4, select(&KEYS[..]).prop_map(SmolStr::new));
    (key, option::weighted(0.4, text()), option::weighted(0.3, group_id()))
}

/// Mostly what the field asks for; now and then anything.
pub fn any_for(field: &Field) -> BoxedStrategy<Value> {
    let tagged = prop_oneof![
        select(&EXPRESSIONS[..]).prop_map(|text| Value::tagged("$expr", text.into())),
        select(&["weather_key", "none"][..]).prop_map(|name| Value::tagged("$secret", name.into())),
        vec((select(&["en", "de", "__proto__"][..]).prop_map(SmolStr::new), fitting(field)), 0..3)
            .prop_map(|texts| Value::tagged("$t", Value::Object(texts.into_iter().collect()))),
        value().prop_map(|value| Value::tagged("$raw", value)),
    ];
    prop_oneof![12 => fitting(field), 1 => tagged, 1 => field_value()].boxed()
}

fn fitting(field: &Field) -> BoxedStrategy<Value> {
    let word = |words: &'static [&'static str]| select(words).prop_map(Value::from);
    match &field.kind {
        FieldType::Text { .. } => text().prop_map(Value::String).boxed(),
        FieldType::Code { .. } => word(&["return 1;", "return a + b;\n// done", "{"]).boxed(),
        FieldType::Number { .. } => (-5i64..70).prop_map(Value::int).boxed(),
        FieldType::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        FieldType::Choice { options } => {
            let mut values: Vec<Value> = options.iter().map(|option| Value::from(option.value)).collect();
            values.push(Value::from("plian"));
            select(values).boxed()
        }
        FieldType::Expr => word(&EXPRESSIONS).boxed(),
        FieldType::Json => field_value(),
        FieldType::List { item, .. } => {
            let inner: Vec<_> = item.iter().map(|field| option::weighted(0.8, any_for(field))).collect();
            let names: Vec<&'static str> = item.iter().map(|field| field.name).collect();
            let element = (option::weighted(0.95, select(&["a", "b", "c", "d", "e", ""][..])), inner)
                .prop_map(move |(id, inner)| {
                    let id = id.map(|id| (SmolStr::new("id"), Value::from(id)));
                    let rest = names
                        .iter()
                        .zip(inner)
                        .filter_map(|(name, value)| Some((SmolStr::new(name), value?)));
                    Value::Object(id.into_iter().chain(rest).collect())
                });
            vec(element, 0..4).prop_map(Value::Array).boxed()
        }
        FieldType::Map { value } => vec((name(), any_for(value)), 0..3)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
            .boxed(),
        FieldType::Flow => word(&["main", "sub", "mian", ""]).boxed(),
        FieldType::Prompt => word(&["hello", "ü", "helo", ""]).boxed(),
        FieldType::Node => word(&["n1", "n2", "a", ""]).boxed(),
        FieldType::Variable => word(&VARIABLES).boxed(),
        FieldType::Duration => word(&["10m", "90s", "soon", "{{ bot.total }}s"]).boxed(),
        FieldType::Secret => Just(Value::tagged("$secret", "weather_key".into())).boxed(),
    }
}
