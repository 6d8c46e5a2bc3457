//! Bots that check without a problem: a chain of steps from a command to its end, told by a few small choices.

use std::sync::Arc;

use flow::limits::Platform;
use flow::{Bot, Descriptor, FieldType, Flow, Group, Id, Manifest, Node, Place, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// One step of the chain.
#[derive(Clone, Copy, Debug)]
enum Part {
    Send {
        greets: bool,
    },
    Ask {
        buttons: u8,
        saves: bool,
    },
    Switch {
        cases: u8,
    },
    Set {
        how: u8,
    },
    Fetch {
        posts: bool,
    },
    Script,
    Call,
    Parallel {
        branches: u8,
    },
    /// From here on in branches, each of which does what comes next.
    Fork {
        branches: u8,
    },
    Join {
        first: bool,
    },
    /// Any kind, as its own example shows it.
    Example {
        which: Index,
    },
    Loop,
    /// What comes next happens whole or not at all: so many steps, or fewer where one waits for people.
    Transaction {
        steps: u8,
        undo: bool,
    },
}

pub fn valid_bot() -> BoxedStrategy<Bot> {
    let part = prop_oneof![
        1 => any::<bool>().prop_map(|greets| Part::Send { greets }),
        1 => (1..4u8, any::<bool>()).prop_map(|(buttons, saves)| Part::Ask { buttons, saves }),
        1 => (1..4u8).prop_map(|cases| Part::Switch { cases }),
        1 => (0..3u8).prop_map(|how| Part::Set { how }),
        1 => any::<bool>().prop_map(|posts| Part::Fetch { posts }),
        1 => Just(Part::Script),
        1 => Just(Part::Call),
        1 => (1..4u8).prop_map(|branches| Part::Parallel { branches }),
        1 => (1..4u8).prop_map(|branches| Part::Fork { branches }),
        1 => prop::bool::weighted(0.2).prop_map(|first| Part::Join { first }),
        4 => any::<Index>().prop_map(|which| Part::Example { which }),
        1 => Just(Part::Loop),
        2 => (1..6u8, any::<bool>()).prop_map(|(steps, undo)| Part::Transaction { steps, undo }),
    ];
    // What begins with a message or a command is met most often.
    let trigger = prop_oneof![
        Just(node("trigger.message", r#"{"match": "contains", "text": "hello"}"#)),
        Just(node("trigger.command", r#"{"command": "start"}"#)),
        select(examples(true)).prop_map(|kind| kind.example.clone()),
    ];
    (vec(part, 1..10), trigger).prop_map(|(parts, trigger)| told(&parts, trigger)).boxed()
}

/// Bots that are in the middle of transactions most of the time: in branches, in loops, in each other.
pub fn transacting_bot() -> BoxedStrategy<Bot> {
    let part = prop_oneof![
        3 => (1..6u8, any::<bool>()).prop_map(|(steps, undo)| Part::Transaction { steps, undo }),
        2 => (0..3u8).prop_map(|how| Part::Set { how }),
        3 => any::<bool>().prop_map(|posts| Part::Fetch { posts }),
        1 => any::<bool>().prop_map(|greets| Part::Send { greets }),
        1 => Just(Part::Script),
        1 => Just(Part::Call),
        1 => Just(Part::Loop),
        1 => (1..4u8).prop_map(|cases| Part::Switch { cases }),
        2 => (1..4u8).prop_map(|branches| Part::Fork { branches }),
        2 => prop::bool::weighted(0.2).prop_map(|first| Part::Join { first }),
    ];
    let trigger = node("trigger.message", r#"{"match": "any"}"#);
    vec(part, 2..12).prop_map(move |parts| told(&parts, trigger.clone())).boxed()
}

/// The triggers, or all other kinds that a way goes on from. No flow begins with being called here, and there are no others to call.
fn examples(triggers: bool) -> Vec<Arc<Descriptor>> {
    let kinds = engine::kinds();
    let calls =
        |kind: &Descriptor| kind.fields.iter().any(|field| field.required && field.kind == FieldType::Flow);
    let fits = |kind: &&Arc<Descriptor>| {
        kind.trigger == triggers && kind.kind != "trigger.call" && !kind.ends && !calls(kind)
    };
    kinds.iter().filter(fits).cloned().collect()
}

fn told(parts: &[Part], trigger: Node) -> Bot {
    let mut flow = Flow { id: "main".into(), name: "Main".into(), ..Flow::default() };
    let mut chain =
        Chain { flow: &mut flow, open: Vec::new(), channels: Platform::ALL.to_vec(), inside: Vec::new() };
    chain.narrow(&trigger.kind);
    chain.add("start", trigger, &["out"]);
    for (n, part) in parts.iter().enumerate() {
        chain.part(n, *part);
    }
    chain.inside.clear();
    chain.add("end", node("message.send", r#"{"text": "That is all."}"#), &["out"]);
    chain.add("last", node("logic.if", r#"{"when": "bot.total"}"#), &["yes"]);
    chain.add("hop", node("logic.goto", r#"{"to": "stop"}"#), &[]);
    chain.open.push(("last".into(), "no".into()));
    chain.add("stop", node("logic.stop", r#"{"what": "run"}"#), &[]);
    let channels: Vec<&str> = chain.channels.iter().map(|platform| platform.name()).collect();
    for (place, id) in flow.nodes.keys().enumerate() {
        flow.layout.insert(id.clone(), Place { x: place as i32 * 288, y: 0, w: None, h: None });
    }
    let sub = r#"{"id": "sub", "name": "Sub", "inputs": {"x": {"type": "number"}}, "nodes": {
        "in": {"kind": "trigger.call", "next": {"out": "out"}},
        "out": {"kind": "logic.return", "fields": {"outputs": {"twice": {"$expr": "flow.x * 2"}}}}
    }}"#;
    let manifest = format!(
        r#"{{"id": "made", "name": "Made", "channels": {channels:?}, "secrets": {{"key": {{}}, "weather_key": {{}}, "mail_server": {{}}, "ai_key": {{}}}},
        "settings": {{"shop": "Corner"}}, "variables": {{"bot": {{"total": {{"type": "number", "default": 0}},
        "log": {{"type": "list"}}}}, "user": {{"choice": {{"type": "text"}}, "size": {{"type": "text"}},
        "cart": {{"type": "list"}}, "tries": {{"type": "number"}}, "talk": {{"type": "list"}}}},
        "chat": {{"mood": {{"type": "any"}}}}}}}}"#
    );
    Bot {
        manifest: Manifest::clone(&flow::text::parse_manifest(manifest.as_bytes()).value),
        flows: [
            ("flows/main.flow.json".into(), flow),
            ("flows/sub.flow.json".into(), flow::text::parse_flow(sub.as_bytes()).value),
        ]
        .into(),
        texts: Default::default(),
    }
}

struct Chain<'a> {
    flow: &'a mut Flow,
    /// Outputs that the next node is joined to.
    open: Vec<(Id, String)>,
    /// Where all of its nodes work.
    channels: Vec<Platform>,
    /// The transactions that the next node lies in, the outermost first.
    inside: Vec<Transaction>,
}

struct Transaction {
    group: Id,
    /// So many steps of it are to come.
    left: u8,
    /// What was done in it is taken back.
    undo: bool,
}

impl Chain<'_> {
    fn add(&mut self, id: &str, node: Node, ports: &[&str]) {
        for (from, port) in self.open.drain(..) {
            if let Some(from) = self.flow.nodes.get_mut(&from) {
                Arc::make_mut(from).next.insert(port.into(), id.into());
            }
        }
        self.open = ports.iter().map(|port| (id.into(), port.to_string())).collect();
        let group = self.inside.last().map(|one| one.group.clone());
        self.flow.nodes.insert(id.into(), Arc::new(Node { group, ..node }));
    }

    /// A node of a step: inside of transactions unless it waits for people, and with a way to take it back where it has one.
    fn step(&mut self, id: &str, mut made: Node, ports: &[&str]) {
        let kinds = engine::kinds();
        let kind = kinds.get(&made.kind);
        if kind.is_some_and(|kind| kind.waits) {
            self.inside.clear();
        }
        let known = kind.map(|kind| kind.ports_of(&made)).unwrap_or_default();
        if self.inside.iter().any(|one| one.undo) && known.iter().any(|port| port == "compensate") {
            let back = format!("{id}u");
            self.flow
                .nodes
                .insert(back.as_str().into(), Arc::new(node("message.send", r#"{"text": "Taken back."}"#)));
            made.next.insert("compensate".into(), back.into());
        }
        // A failure that nothing takes care of takes everything back.
        let falls = self.inside.last().is_some_and(|one| one.undo && one.left % 2 == 0);
        let ports: Vec<&str> = ports.iter().copied().filter(|port| *port != "error" || !falls).collect();
        self.add(id, made, &ports);
        self.inside.iter_mut().for_each(|one| one.left = one.left.saturating_sub(1));
        self.inside.retain(|one| one.left > 0);
    }

    fn begin(&mut self, n: usize, steps: u8, undo: bool) {
        let id = Id::from(format!("g{n}"));
        let parent = self.inside.last().map(|one| one.group.clone());
        let extra = [("transaction".into(), Value::Bool(true))].into_iter().collect();
        self.flow.groups.insert(id.clone(), Group { parent, extra, ..Group::default() });
        self.inside.push(Transaction { group: id, left: steps, undo });
    }

    /// Keeps to the channels that a kind works on; false if there are none left, and then nothing changes.
    fn narrow(&mut self, kind: &str) -> bool {
        let kinds = engine::kinds();
        let works = |on: &Platform| {
            kinds.get(kind).is_none_or(|kind| kind.platforms.is_empty() || kind.platforms.contains(on))
        };
        let left: Vec<Platform> = self.channels.iter().copied().filter(works).collect();
        let some = !left.is_empty();
        if some {
            self.channels = left;
        }
        some
    }

    fn part(&mut self, n: usize, part: Part) {
        let id = format!("n{n}");
        let items = |count: u8, rest: fn(u8) -> String| {
            (0..count).map(|i| format!(r#"{{"id": "i{i}", {}}}"#, rest(i))).collect::<Vec<_>>().join(", ")
        };
        let all = ["i0", "i1", "i2", "i3"];
        let ports = |count: u8, more: &[&'static str]| [&all[..count as usize], more].concat();
        let (kind, fields, ports) = match part {
            Part::Transaction { steps, undo } => return self.begin(n, steps, undo),
            Part::Send { greets: true } => (
                "message.send",
                r#"{"text": "Hi {{ user.first_name }},\nwelcome to {{ env.shop }}"}"#.into(),
                vec!["out"],
            ),
            Part::Send { .. } => ("message.send", r#"{"text": "Well.", "silent": true}"#.into(), vec!["out"]),
            Part::Ask { buttons, saves } => {
                let save = if saves { r#", "save": "user.choice""# } else { "" };
                let buttons_text = items(buttons, |i| format!(r#""label": "Choice {i}""#));
                let fields =
                    format!(r#"{{"text": "Which?", "buttons": [{buttons_text}], "timeout": "10m"{save}}}"#);
                ("message.ask", fields, ports(buttons, &["other", "timeout"]))
            }
            Part::Switch { cases } => {
                let cases_text = items(cases, |i| format!(r#""when": "bot.total > {i}""#));
                ("logic.switch", format!(r#"{{"cases": [{cases_text}]}}"#), ports(cases, &["else"]))
            }
            Part::Set { how } => {
                let set = [
                    "\"variable\": \"bot.total\", \"how\": \"add\", \"value\": 1",
                    "\"variable\": \"bot.log\", \"how\": \"append\", \"value\": \"{{ msg.text }}\"",
                    "\"variable\": \"chat.mood\", \"value\": {\"$expr\": \"user.choice\"}",
                ][how as usize % 3];
                ("data.set", format!(r#"{{"set": [{{"id": "s", {set}}}]}}"#), vec!["out"])
            }
            Part::Fetch { posts } => {
                let body = if posts {
                    r#", "method": "POST", "send": "json", "json": {"total": {"$expr": "bot.total"}}"#
                } else {
                    ""
                };
                let fields = format!(
                    r#"{{"url": "https://api.example.com/{{{{ user.id }}}}", "headers": {{"X-Key": {{"$secret": "key"}}}}{body}}}"#
                );
                ("world.http", fields, vec!["out", "error"])
            }
            Part::Script => (
                "data.script",
                r#"{"code": "return 1;", "inputs": {"total": {"$expr": "bot.total"}}}"#.into(),
                vec!["out", "error"],
            ),
            Part::Call => (
                "logic.call",
                r#"{"flow": "sub", "inputs": {"x": {"$expr": "bot.total"}}}"#.into(),
                vec!["out", "error"],
            ),
            Part::Parallel { branches } => {
                let branches_text = items(branches, |i| format!(r#""label": "Branch {i}""#));
                let fork = node("logic.parallel", &format!(r#"{{"branches": [{branches_text}]}}"#));
                self.add(&format!("{id}f"), fork, &ports(branches, &[]));
                ("logic.join", r#"{"wait": "all", "rule": "last"}"#.into(), vec!["out"])
            }
            Part::Fork { branches } => {
                let branches_text = items(branches, |i| format!(r#""label": "Branch {i}""#));
                ("logic.parallel", format!(r#"{{"branches": [{branches_text}]}}"#), ports(branches, &[]))
            }
            Part::Join { first } => {
                let wait = if first { "first" } else { "all" };
                ("logic.join", format!(r#"{{"wait": "{wait}", "rule": "last"}}"#), vec!["out"])
            }
            Part::Loop => ("logic.loop", r#"{"list": [1, 2, 3]}"#.into(), vec!["each", "done"]),
            Part::Example { which } => {
                let known = examples(false);
                let kind = which.get(&known);
                if self.narrow(kind.kind) {
                    let ports = kind.ports_of(&kind.example);
                    // Nothing is taken back outside of a transaction, and inside of it not by what comes next.
                    let ports: Vec<&str> =
                        ports.iter().map(|port| port.as_str()).filter(|port| *port != "compensate").collect();
                    let key = Some(format!("step_{n}").into());
                    self.step(&id, Node { key, ..kind.example.clone() }, &ports);
                }
                return;
            }
        };
        let mut made = node(kind, &fields);
        made.key = Some(format!("step_{n}").into());
        self.step(&id, made, &ports);
    }
}

fn node(kind: &str, fields: &str) -> Node {
    let text = format!(r#"{{"nodes": {{"n": {{"kind": "{kind}", "fields": {fields}}}}}}}"#);
    let parsed = flow::text::parse_flow(text.as_bytes());
    assert!(parsed.problems.is_empty(), "{kind}: {fields}: {:?}", parsed.problems);
    let made = parsed.value.nodes.get("n").map(|node| Node::clone(node)).unwrap_or_default();
    debug_assert!(made.fields.iter().all(|(_, value)| *value != Value::Null));
    made
}
