//! Bots to play with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flow::Bot;
use sim::Stage;

pub fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A bot of one flow, from its nodes as JSON.
pub fn bot(nodes: &str) -> Arc<Stage> {
    let flow = format!(r#"{{"id": "main", "name": "Main", "nodes": {nodes}}}"#);
    let parsed = flow::text::parse_flow(flow.as_bytes());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram", "discord"],
        "variables": {"user": {"size": {"type": "text"}}, "chat": {"cart": {"type": "list"}}, "bot": {"total": {"type": "number", "default": 10}}}}"#;
    let stage = Stage::new(Bot {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), parsed.value)].into(),
        texts: BTreeMap::new(),
    });
    assert!(stage.problems.is_empty(), "{:?}", stage.problems);
    stage
}

/// A bot as it lies in its folder.
pub fn folder(path: &Path) -> Arc<Stage> {
    let read = |path: &Path| fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut bot =
        Bot { manifest: flow::text::parse_manifest(&read(&path.join("bot.json"))).value, ..Bot::default() };
    for entry in fs::read_dir(path.join("flows")).expect("a folder of flows").flatten() {
        let name = format!("flows/{}", entry.file_name().to_string_lossy());
        bot.flows.insert(name.into(), flow::text::parse_flow(&read(&entry.path())).value);
    }
    Stage::new(bot)
}

/// `/start` greets with a question, anything with "again" is echoed, `/count` adds one to the total, `/get` asks the web.
pub fn shop() -> Arc<Stage> {
    bot(SHOP)
}

/// The same bot after somebody put other words for some that stand in it.
pub fn edited_shop(edits: &[(&str, &str)]) -> Arc<Stage> {
    let edit = |text: String, (from, to): &(&str, &str)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    };
    bot(&edits.iter().fold(SHOP.to_string(), edit))
}

const SHOP: &str = r#"{
        "t1": {"kind": "trigger.command", "v": 1, "fields": {"command": "start"}, "next": {"out": "ask"}},
        "ask": {"kind": "message.ask", "v": 1, "key": "size", "fields": {"text": "Which size, {{ user.first_name }}?", "buttons": [{"id": "s", "label": "Small"}, {"id": "l", "label": "Large"}], "save": "user.size", "timeout": "1h"}, "next": {"s": "say", "l": "say", "timeout": "late"}},
        "say": {"kind": "message.send", "v": 1, "key": "done", "fields": {"text": "{{ user.size }} it is."}},
        "late": {"kind": "message.send", "v": 1, "fields": {"text": "Too late."}},
        "t2": {"kind": "trigger.message", "v": 1, "fields": {"match": "contains", "text": "again"}, "next": {"out": "echo"}},
        "echo": {"kind": "message.send", "v": 1, "fields": {"text": "{{ msg.text }}"}},
        "t3": {"kind": "trigger.command", "v": 1, "fields": {"command": "count"}, "next": {"out": "add"}},
        "add": {"kind": "data.set", "v": 1, "fields": {"set": [{"id": "a", "variable": "bot.total", "how": "add", "value": 1}]}},
        "t4": {"kind": "trigger.command", "v": 1, "fields": {"command": "get"}, "next": {"out": "http"}},
        "http": {"kind": "world.http", "v": 1, "key": "page", "fields": {"method": "POST", "url": "https://x.test/{{ msg.args }}", "send": "json", "json": {"by": "{{ user.first_name }}"}, "within": "5s", "tries": 3, "pause": "1s"}, "next": {"out": "got", "error": "oops"}},
        "got": {"kind": "message.send", "v": 1, "fields": {"text": "Got {{ nodes.page.json.n }}"}},
        "oops": {"kind": "message.send", "v": 1, "fields": {"text": "Failed: {{ flow.error.code }}"}},
        "t5": {"kind": "trigger.command", "v": 1, "fields": {"command": "die"}, "next": {"out": "die"}},
        "die": {"kind": "message.send", "v": 1, "fields": {"text": "{{ nodes.page.nothing }}"}}
    }"#;
