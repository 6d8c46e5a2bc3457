//! The example bots, as a person would talk to them.

use engine::effect::{Done, EffectError, ErrorKind};
use flow::{Bot, Data};

use crate::play::{Play, bot};

fn example(name: &str) -> Bot {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flows-examples").join(name);
    let read = |path: std::path::PathBuf| {
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let mut bot =
        Bot { manifest: flow::text::parse_manifest(&read(folder.join("bot.json"))).value, ..Bot::default() };
    for entry in std::fs::read_dir(folder.join("flows")).unwrap().flatten() {
        let flow = flow::text::parse_flow(&read(entry.path())).value;
        bot.flows.insert(format!("flows/{}", entry.file_name().to_string_lossy()).into(), flow);
    }
    bot
}

#[test]
fn welcome() {
    let mut play = Play::new(&example("welcome"));
    play.says("/start").sent(&["Hi Ada, welcome to Corner Books!\nWhat can I do for you?"]);
    play.presses("Opening hours");
    assert_eq!(play.sent.len(), 2, "{:?}", play.sent);
    play.sent.clear();
    play.says("what?");
    assert_eq!(play.sent[0], "I did not understand that. Please choose one of the buttons.");
    play.sent.clear();
    play.passes("2d").sent(&["I am here when you need me: just send /start."]);
    assert_eq!(play.var("bot", "visits"), Data::Int(1));
    assert!(play.session.is_idle());
    play.says("thanks!").sent(&["You are welcome, Ada."]);
}

#[test]
fn rounds_and_branches() {
    let nodes = r#"{
        "t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "l"}},
        "l": {"kind": "logic.loop", "v": 1, "key": "each", "fields": {"list": [1, 2, 3]}, "next": {"each": "s", "done": "p"}},
        "s": {"kind": "message.send", "v": 1, "fields": {"text": "{{ nodes.each.round }}: {{ nodes.each.item * 2 }}"}},
        "p": {"kind": "logic.parallel", "v": 1, "fields": {"branches": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]},
              "next": {"a": "va", "b": "vb"}},
        "va": {"kind": "data.set", "v": 1, "fields": {"set": [{"id": "x", "variable": "flow.a", "value": 1}]}, "next": {"out": "j"}},
        "vb": {"kind": "data.set", "v": 1, "fields": {"set": [{"id": "x", "variable": "flow.b", "value": 2}]}, "next": {"out": "j"}},
        "j": {"kind": "logic.join", "v": 1, "fields": {}, "next": {"out": "e"}},
        "e": {"kind": "message.send", "v": 1, "fields": {"text": "{{ flow.a + flow.b }} in {{ env.shop }}"}}
    }"#;
    let mut play = Play::new(&bot(nodes, "{}"));
    play.says("/go").sent(&["1: 2", "2: 4", "3: 6", "3 in Corner"]);
    assert!(play.session.is_idle());
}

#[test]
fn failures_find_their_way() {
    let nodes = r#"{
        "t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "h"}},
        "h": {"kind": "world.http", "v": 1, "key": "call", "fields": {"url": "https://x.test", "tries": 2}, "next": {"out": "s", "error": "e"}},
        "s": {"kind": "message.send", "v": 1, "fields": {"text": "{{ nodes.call.status }}"}},
        "e": {"kind": "message.send", "v": 1, "fields": {"text": "{{ nodes.call.error.code }}: {{ flow.error.message }}"}}
    }"#;
    let mut play = Play::new(&bot(nodes, "{}"));
    let down = || Err(EffectError::new(ErrorKind::Unavailable, "down"));
    play.says("/go").answers(down());
    assert!(play.asked.is_empty() && play.sent.is_empty());
    play.passes("5s");
    let again = &play.asked[0];
    assert_eq!(again.attempt, 2);
    let ok = Done::Http { status: 200, headers: Default::default(), body: Data::Null };
    play.answers(Ok(ok)).sent(&["200"]);
    play.says("/go").answers(down()).passes("5s").answers(down()).sent(&["unavailable: down"]);
    // Nobody answers at all.
    play.says("/go").passes("1m").sent(&["timeout: It took too long."]);
    assert!(play.session.is_idle() && play.outcomes.iter().all(|outcome| outcome.dead.is_empty()));
}
