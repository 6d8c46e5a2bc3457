//! What the document costs at 10,000 nodes, and the ratios to serde_json on the same text in the same run.
//!
//! `cargo bench -p flow`

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flow::change::{Edit, Seg, apply};
use flow::check::Checker;
use flow::descriptor::{Descriptor, Family, Role};
use flow::text::{parse_flow, print_flow};
use flow::{Bot, Change, Field, FieldType, Flow, Kinds, Manifest, Map, Node, Place, Port, Value};

const NODES: usize = 10_000;
const ROUNDS: usize = 15;

#[allow(clippy::print_stdout)]
fn main() {
    let bot = sample(NODES);
    let path = "flows/main.flow.json";
    let text = print_flow(&bot.flows[path]);
    let flow = parse_flow(text.as_bytes()).value;
    assert_eq!(flow, bot.flows[path]);
    let plain: serde_json::Value = serde_json::from_str(&text).expect("the sample is JSON");
    println!("{NODES} nodes, {} KiB of text; medians of {ROUNDS} rounds", text.len() / 1024);

    let parse = median(|| parse_flow(black_box(text.as_bytes())));
    let parse_plain = median(|| serde_json::from_slice::<serde_json::Value>(black_box(text.as_bytes())));
    row("parse", parse, Some(("serde_json::from_slice::<Value>", parse_plain)), "aim ≤ 3");

    let print = median(|| print_flow(black_box(&flow)));
    let print_plain = median(|| serde_json::to_vec(black_box(&plain)));
    row("print", print, Some(("serde_json::to_vec", print_plain)), "aim ≤ 2");

    let kinds = Arc::new(kinds());
    let cold = median(|| Checker::new(kinds.clone()).check(black_box(&bot)));
    row("check, cold", cold, None, "aim ≤ 150 ms");

    let mut bot = bot;
    let mut checker = Checker::new(kinds);
    assert_eq!(checker.check(&bot), []);
    let mut turn = 0;
    let warm = median(|| {
        turn += 1;
        apply(&mut bot, &reword(5_000, turn)).expect("the node is there");
        checker.check(&bot)
    });
    row("check after an edit", warm, None, "aim ≤ 5 ms");
    let rewired = median(|| {
        turn += 1;
        let to = Some(id(if turn % 2 == 0 { 5_004 } else { 7_001 }));
        let wire = Edit::Wire { flow: path.into(), node: id(5_003), port: "l".into(), to };
        apply(&mut bot, &wire.into()).expect("the node is there");
        checker.check(&bot)
    });
    row("check after a rewire", rewired, None, "aim ≤ 5 ms");

    let mut small = sample(100);
    let mut n = 0;
    let at_100 = median(|| {
        for _ in 0..1_000 {
            n += 1;
            black_box(apply(&mut small, &reword(50, n)).expect("the node is there"));
        }
    });
    let at_full = median(|| {
        for _ in 0..1_000 {
            n += 1;
            black_box(apply(&mut bot, &reword(5_000, n)).expect("the node is there"));
        }
    });
    row("1,000 edits applied", at_full, Some(("the same on 100 nodes", at_100)), "aim ≈ 1");
}

#[allow(clippy::print_stdout)]
fn row(what: &str, time: Duration, against: Option<(&str, Duration)>, aim: &str) {
    let per_node = time.as_nanos() as f64 / NODES as f64;
    print!("{what:<22} {:>9.3} ms  {per_node:>8.0} ns/node", time.as_secs_f64() * 1e3);
    if let Some((name, other)) = against {
        let ratio = time.as_secs_f64() / other.as_secs_f64();
        print!("  {ratio:.2}× {name} ({:.3} ms)", other.as_secs_f64() * 1e3);
    }
    println!("  [{aim}]");
}

fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    black_box(work());
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let result = black_box(work());
            let time = start.elapsed();
            drop(result);
            time
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

fn id(n: usize) -> flow::Id {
    format!("n{n:05}").into()
}

fn reword(n: usize, turn: usize) -> Change {
    let value = Some(Value::text(format!("Hello {{{{ user.first_name }}}}, this is turn {turn}")));
    let (flow, node, path) = ("flows/main.flow.json".into(), id(n), vec![Seg::from("text")]);
    Edit::Field { flow, node, path, value }.into()
}

/// A long conversation: messages with expressions, questions with buttons, switches, requests.
fn sample(nodes: usize) -> Bot {
    let mut flow = Flow { id: "main".into(), name: "Main".into(), ..Flow::default() };
    for n in 0..nodes {
        let next = (n + 1 < nodes).then(|| id(n + 1));
        let (kind, fields, ports): (_, String, &[&str]) = match n % 5 {
            _ if n == 0 => ("trigger.command", r#"{"command": "start"}"#.into(), &["out"]),
            0 => ("data.set", format!(r#"{{"set": [{{"id": "a", "value": {{"$expr": "bot.total + {n}"}}}}]}}"#), &["out"]),
            1 | 2 => (
                "message.send",
                format!(r#"{{"text": "Hello {{{{ user.first_name }}}}, number {n}\nYour total is {{{{ bot.total | round }}}}.", "silent": false}}"#),
                &["out"],
            ),
            3 => (
                "message.ask",
                r#"{"text": "Which size, {{ user.first_name }}?", "buttons": [{"id": "s", "label": "Small"}, {"id": "l", "label": "Large"}]}"#.into(),
                &["s", "l"],
            ),
            _ => (
                "logic.switch",
                format!(r#"{{"cases": [{{"id": "big", "when": "bot.total > {n} and user.first_name != ''"}}]}}"#),
                &["big", "else"],
            ),
        };
        let mut node = Node { kind: kind.into(), v: 1, ..Node::default() };
        let text = format!(r#"{{"nodes": {{"n": {{"fields": {fields}}}}}}}"#);
        node.fields = Map::clone(&parse_flow(text.as_bytes()).value.nodes["n"].fields);
        if let Some(next) = next {
            node.next = ports.iter().map(|&port| (port.into(), next.clone())).collect();
        } else {
            node.kind = "message.send".into();
            node.fields = [("text".into(), Value::from("The end"))].into_iter().collect();
        }
        if n % 3 == 0 {
            node.name = Some(format!("Step {n}").into());
        }
        flow.nodes.insert(id(n), Arc::new(node));
        flow.layout
            .insert(id(n), Place { x: (n % 100 * 288) as i32, y: (n / 100 * 160) as i32, w: None, h: None });
    }
    let manifest = br#"{"id": "bench", "name": "Bench", "channels": ["telegram"], "variables": {"bot": {"total": {"type": "number"}}}}"#;
    let manifest: Manifest = flow::text::parse_manifest(manifest).value;
    Bot { manifest, flows: [("flows/main.flow.json".into(), flow)].into(), texts: Default::default() }
}

/// Enough of the kinds to check the sample by; the real ones live in a crate that builds on this one.
fn kinds() -> Kinds {
    let base = |kind, fields: Vec<Field>, ports: Vec<Port>, trigger, waits| Descriptor {
        kind,
        v: 1,
        title: kind,
        family: Family::Logic,
        icon: "",
        summary: "",
        help: "",
        synonyms: &[],
        example: Node::default(),
        platforms: Vec::new(),
        trigger,
        waits,
        sleeps: false,
        rounds: None,
        effect: false,
        ends: false,
        ports,
        fields,
        unique: &[],
        upgrades: Vec::new(),
    };
    let fixed = |id| Port::Fixed { id, label: id, role: Role::Flow };
    let each = |field| Port::Each { field, label: "label", role: Role::Flow };
    let json = Field { template: true, ..Field::new("value", "Value", FieldType::Json) };
    Kinds::new([
        base("trigger.command", vec![Field::word("command", "Command")], vec![fixed("out")], true, false),
        base("data.set", vec![Field::list("set", "Set", vec![json])], vec![fixed("out")], false, false),
        base(
            "message.send",
            vec![Field::long_text("text", "Text").required(), Field::bool("silent", "Silent", false)],
            vec![fixed("out")],
            false,
            false,
        ),
        base(
            "message.ask",
            vec![
                Field::long_text("text", "Text"),
                Field::list("buttons", "Buttons", vec![Field::text("label", "Label")]),
            ],
            vec![each("buttons")],
            false,
            true,
        ),
        base(
            "logic.switch",
            vec![Field::list("cases", "Cases", vec![Field::expr("when", "When")])],
            vec![each("cases"), fixed("else")],
            false,
            false,
        ),
    ])
}
