//! What a merge costs, and the ratio to `git merge-file` on the same texts in the same run.
//!
//! `cargo bench -p merge`

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flow::text::{parse_flow, parse_manifest, print_flow};
use flow::{Bot, Edit, Flow, Id, Kinds, Node, Place, Seg, Value, apply};

const ROUNDS: usize = 9;
const FILE: &str = "flows/main.flow.json";

#[allow(clippy::print_stdout)]
fn main() {
    let kinds = engine::kinds();
    println!("medians of {ROUNDS} rounds; each side made its edits to nodes of its own");
    for (nodes, edits, aim) in
        [(1_000, 100, "aim < 5 ms"), (10_000, 100, "aim < 60 ms"), (10_000, 1_000, "aim < 60 ms")]
    {
        let base = sample(nodes);
        let ours = edited(&base, edits, 0);
        let theirs = edited(&base, edits, 1);
        let merged = merge::merge(&base, &ours, &theirs, &kinds);
        assert!(merged.conflicts().is_empty(), "{:?}", merged.conflicts().first());
        let texts = [&base, &ours, &theirs].map(|bot| print_flow(&bot.flows[FILE]));
        let time = median(|| merge::merge(black_box(&base), black_box(&ours), black_box(&theirs), &kinds));
        let whole = median(|| from_texts(black_box(&texts), &kinds));
        let git = git_merge_file(&texts);
        let ratio = |time: Duration| time.as_secs_f64() / git.as_secs_f64();
        println!(
            "{nodes:>6} nodes, {edits:>5} edits a side: merge {:>7.2} ms ({:.2}× git merge-file)  [{aim}]; with reading and printing {:>7.2} ms ({:.2}×); git merge-file {:.2} ms",
            time.as_secs_f64() * 1e3,
            ratio(time),
            whole.as_secs_f64() * 1e3,
            ratio(whole),
            git.as_secs_f64() * 1e3,
        );
    }
}

/// As a merge driver does it: three texts in, one out.
fn from_texts(texts: &[String; 3], kinds: &Kinds) -> String {
    let [base, ours, theirs] = texts.each_ref().map(|text| {
        let flow = parse_flow(text.as_bytes()).value;
        Bot { flows: [(FILE.into(), flow)].into(), ..bare() }
    });
    print_flow(&merge::merge(&base, &ours, &theirs, kinds).bot.flows[FILE])
}

fn git_merge_file(texts: &[String; 3]) -> Duration {
    let folder = std::env::temp_dir().join(format!("nexus-merge-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the texts");
    let files = ["base", "ours", "theirs"].map(|name| folder.join(name));
    for (file, text) in files.iter().zip(texts) {
        std::fs::write(file, text).expect("the texts are written");
    }
    let [base, ours, theirs] = &files;
    let time = median(|| {
        let output = Command::new("git").args(["merge-file", "-p"]).args([ours, base, theirs]).output();
        output.expect("git runs").stdout.len()
    });
    std::fs::remove_dir_all(&folder).expect("the texts are removed");
    time
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

/// Every n-th node changed, the two sides never the same one: some reworded, some rewired, some new.
fn edited(base: &Bot, edits: usize, side: usize) -> Bot {
    let mut bot = base.clone();
    let nodes = base.flows[FILE].nodes.len();
    let step = nodes / edits;
    for n in 0..edits {
        let at = n * step + side * (step / 2) + 1;
        let edit = match n % 3 {
            0 => {
                let id: Id = format!("z{side}{n:05}").into();
                let node = base.flows[FILE].nodes[&id_of(at)].as_ref().clone();
                Edit::Node { flow: FILE.into(), id, node: Some(node) }
            }
            1 => Edit::Place {
                flow: FILE.into(),
                id: id_of(at),
                place: Some(Place { x: 8, y: 8 * n as i32, w: None, h: None }),
            },
            _ => {
                let value = Some(Value::text(format!("Reworded on side {side}, {n}")));
                Edit::Field { flow: FILE.into(), node: id_of(at), path: vec![Seg::from("text")], value }
            }
        };
        apply(&mut bot, &edit.into()).expect("the node is there");
    }
    // As read from three files: nothing is shared.
    let text = print_flow(&bot.flows[FILE]);
    bot.flows.insert(FILE.into(), parse_flow(text.as_bytes()).value);
    bot
}

fn id_of(n: usize) -> Id {
    format!("n{n:05}").into()
}

fn bare() -> Bot {
    let manifest =
        br#"{"id": "bench", "name": "Bench", "variables": {"bot": {"total": {"type": "number"}}}}"#;
    Bot { manifest: parse_manifest(manifest).value, ..Bot::default() }
}

fn sample(nodes: usize) -> Bot {
    let mut flow = Flow { id: "main".into(), name: "Main".into(), ..Flow::default() };
    for n in 0..nodes {
        let fields = match n {
            0 => r#"{"command": "start"}"#.to_string(),
            _ => format!(
                r#"{{"text": "Hello {{{{ user.first_name }}}}, number {n}\nYour total is {{{{ bot.total }}}}."}}"#
            ),
        };
        let text = format!(r#"{{"nodes": {{"n": {{"fields": {fields}}}}}}}"#);
        let fields = parse_flow(text.as_bytes()).value.nodes["n"].fields.clone();
        let kind = if n == 0 { "trigger.command" } else { "message.send" };
        let next = (n + 1 < nodes).then(|| ("out".into(), id_of(n + 1))).into_iter().collect();
        flow.nodes
            .insert(id_of(n), Arc::new(Node { kind: kind.into(), v: 1, fields, next, ..Node::default() }));
        flow.layout.insert(
            id_of(n),
            Place { x: (n % 100 * 288) as i32, y: (n / 100 * 160) as i32, w: None, h: None },
        );
    }
    Bot { flows: [(FILE.into(), flow)].into(), ..bare() }
}
