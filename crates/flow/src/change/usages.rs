//! Where something of the bot is used. What a rename would rewrite is what is found here, since both walk the same texts.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::texts::{TextRole, each_text};
use crate::bot::{Bot, FilePath, Flow, Id, Node};
use crate::descriptor::Kinds;
use crate::expr::{self, Mode};
use crate::problem::Spot;

/// Something of the bot that has a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Named.ts", optional_fields))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Named {
    /// A variable; those of a run (`flow.…`) belong to one flow.
    Variable {
        scope: SmolStr,
        name: SmolStr,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow: Option<FilePath>,
    },
    /// A node, by its key in expressions and by its id where a field leads to it.
    Node {
        flow: FilePath,
        node: Id,
    },
    Flow {
        id: Id,
    },
    Secret {
        name: SmolStr,
    },
}

/// One place where it is used.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Usage.ts"))]
pub struct Usage {
    pub at: Spot,
    /// The value is put there; elsewhere it is read.
    pub writes: bool,
}

/// All places, in the order of flows and nodes.
pub fn usages(bot: &Bot, kinds: &Kinds, named: &Named) -> Vec<Usage> {
    let mut found = Vec::new();
    for (path, flow) in &bot.flows {
        match named {
            Named::Variable { flow: Some(only), .. } | Named::Node { flow: only, .. } if only != path => {}
            _ => in_flow(path, flow, kinds, named, &mut found),
        }
    }
    found
}

fn in_flow(path: &FilePath, flow: &Flow, kinds: &Kinds, named: &Named, found: &mut Vec<Usage>) {
    let name: Option<[&str; 2]> = match named {
        Named::Variable { scope, name, .. } => Some([scope, name]),
        Named::Node { node, .. } => {
            flow.nodes.get(node).and_then(|node| node.key.as_deref()).map(|key| ["nodes", key])
        }
        Named::Flow { .. } | Named::Secret { .. } => None,
    };
    let whole = name.map(|name| name.join("."));
    for (id, node) in &flow.nodes {
        let mut add = |at: &[super::Seg], span: (u32, u32), writes: bool| {
            let at = Spot {
                file: path.clone(),
                node: Some(id.clone()),
                field: Some(at.to_vec()),
                span: Some(span),
                ..Spot::default()
            };
            found.push(Usage { at, writes });
        };
        texts(node, kinds, &mut |at, text, role| {
            let all = (0, text.len() as u32);
            match (role, named) {
                (TextRole::Expression(mode), _) => {
                    let Some(name) = name else { return };
                    each_use(text, mode, name, &mut |span| add(at, span, false));
                }
                (TextRole::Variable, Named::Variable { .. }) if whole.as_deref() == Some(text) => {
                    add(at, all, true);
                }
                (TextRole::Node, Named::Node { node, .. }) if text == node => add(at, all, false),
                (TextRole::Flow, Named::Flow { id }) if text == id => add(at, all, false),
                (TextRole::Secret, Named::Secret { name }) if text == name => add(at, all, false),
                _ => {}
            }
        });
    }
}

fn texts(node: &Node, kinds: &Kinds, visit: &mut dyn FnMut(&[super::Seg], &str, TextRole)) {
    if let Some(descriptor) = kinds.get(&node.kind) {
        each_text(descriptor, node, visit);
    }
}

fn each_use(text: &str, mode: Mode, name: [&str; 2], hear: &mut dyn FnMut((u32, u32))) {
    // Reading an expression costs more than looking for the name in it, and most texts do not hold it.
    if !text.contains(name[1]) {
        return;
    }
    let Ok(uses) = expr::uses(text, mode) else { return };
    for words in &uses.names {
        if let [root, word, ..] = words.as_slice()
            && root.name == name[0]
            && word.name == name[1]
        {
            hear((root.span.start, word.span.end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::Manifest;
    use crate::change::{Act, apply, plan};
    use crate::descriptor::{Descriptor, Family, Field, FieldType};

    fn kinds() -> Kinds {
        let kind = |kind: &'static str, fields: Vec<Field>| Descriptor {
            kind,
            v: 1,
            title: kind,
            family: Family::Data,
            icon: "x",
            summary: "",
            help: "",
            synonyms: &[],
            example: Node::default(),
            platforms: Vec::new(),
            trigger: false,
            waits: false,
            sleeps: false,
            rounds: None,
            effect: false,
            ends: false,
            ports: Vec::new(),
            fields,
            unique: &[],
            upgrades: Vec::new(),
        };
        Kinds::new([
            kind("say", vec![Field::text("text", "Text")]),
            kind(
                "set",
                vec![Field::new("variable", "Variable", FieldType::Variable), Field::expr("value", "Value")],
            ),
            kind("call", vec![Field::new("flow", "Flow", FieldType::Flow)]),
            kind("jump", vec![Field::new("node", "Node", FieldType::Node)]),
            kind("ask", vec![Field::text("header", "Header").secret()]),
        ])
    }

    fn bot() -> Bot {
        let main = r#"{"id": "main", "name": "Main", "nodes": {
            "a": {"kind": "say", "v": 1, "key": "hello", "fields": {"text": "Hi {{ user.count }} user.count {{ nodes.hello.x }}"}},
            "b": {"kind": "set", "v": 1, "fields": {"variable": "user.count", "value": {"$expr": "user.count + user.counter"}}},
            "c": {"kind": "call", "v": 1, "fields": {"flow": "other"}},
            "d": {"kind": "jump", "v": 1, "fields": {"node": "a"}},
            "e": {"kind": "ask", "v": 1, "fields": {"header": {"$secret": "TOKEN"}}}}}"#;
        let other = r#"{"id": "other", "name": "Other", "nodes": {
            "a": {"kind": "say", "v": 1, "fields": {"text": "{{ user['count'] }}"}}}}"#;
        let flow = |text: &str| crate::text::parse_flow(text.as_bytes()).value;
        let manifest = r#"{"secrets": {"TOKEN": {}}, "variables": {"user": {"count": {"type": "number"}}}}"#;
        Bot {
            manifest: Manifest(serde_json::from_str(manifest).expect("an object")),
            flows: [
                ("flows/main.flow.json".into(), flow(main)),
                ("flows/other.flow.json".into(), flow(other)),
            ]
            .into(),
            ..Bot::default()
        }
    }

    #[track_caller]
    fn check(named: Named, expected: &[&str]) {
        let said: Vec<String> = usages(&bot(), &kinds(), &named)
            .iter()
            .map(|usage| {
                let file = usage.at.file.trim_start_matches("flows/").trim_end_matches(".flow.json");
                let span = usage.at.span.expect("a span");
                let way = if usage.writes { "writes" } else { "reads" };
                format!("{file} {} {}-{} {way}", usage.at.node.as_deref().unwrap_or_default(), span.0, span.1)
            })
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn everything_with_a_name_is_found_where_it_is_used() {
        let variable = Named::Variable { scope: "user".into(), name: "count".into(), flow: None };
        check(
            variable,
            &["main a 6-16 reads", "main b 0-10 writes", "main b 0-10 reads", "other a 3-14 reads"],
        );
        check(
            Named::Node { flow: "flows/main.flow.json".into(), node: "a".into() },
            &["main a 34-45 reads", "main d 0-1 reads"],
        );
        check(Named::Flow { id: "other".into() }, &["main c 0-5 reads"]);
        check(Named::Secret { name: "TOKEN".into() }, &["main e 0-5 reads"]);
        check(Named::Secret { name: "OTHER".into() }, &[]);
    }

    #[test]
    fn a_secret_and_a_flow_are_renamed_with_what_names_them() {
        let mut bot = bot();
        let kinds = kinds();
        let mut act = |act: Act| {
            let change = plan(&bot, &kinds, &act).expect("can be done");
            apply(&mut bot, &change).expect("applies");
        };
        act(Act::RenameSecret { from: "TOKEN".into(), to: "KEY".into() });
        act(Act::RenameFlow { flow: "flows/other.flow.json".into(), to: "later".into() });
        let node = |id: &str| serde_json::to_value(&bot.flows["flows/main.flow.json"].nodes[id].fields);
        assert_eq!(node("e").expect("JSON")["header"]["$secret"], "KEY");
        assert_eq!(node("c").expect("JSON")["flow"], "later");
        assert_eq!(bot.flows["flows/other.flow.json"].id, "later");
        assert_eq!(bot.manifest.secrets().collect::<Vec<_>>(), ["KEY"]);
        let refused = |act: Act| plan(&bot, &kinds, &act).expect_err("is refused");
        refused(Act::RenameSecret { from: "KEY".into(), to: "a b".into() });
        refused(Act::RenameFlow { flow: "flows/other.flow.json".into(), to: "main".into() });
    }
}
