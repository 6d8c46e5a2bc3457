//! `docs/nodes/`: one page for each family of nodes, made from what the kinds say of themselves. `NEXUS_UPDATE=1` writes them anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use flow::descriptor::{Family, Port};
use flow::{Descriptor, Field, FieldType, Flow, Node, Value};
use tests::folder::root;

const FAMILIES: [(Family, &str, &str, &str); 7] = [
    (Family::Trigger, "triggers", "Triggers", "What starts a run."),
    (Family::Message, "messages", "Messages", "What the bot says and asks."),
    (Family::Logic, "logic", "Logic", "Which way a run goes, and when."),
    (Family::Data, "data", "Data", "What a run remembers, counts and works out."),
    (Family::World, "world", "World", "What lies outside of the chat: web, databases, mail."),
    (Family::People, "people", "People", "Who is there, and what they may do."),
    (Family::Ai, "ai", "AI", "What a language model is asked."),
];

#[test]
fn pages_are_fresh() {
    let folder = root().join("docs/nodes");
    let wanted = pages();
    let update = std::env::var_os("NEXUS_UPDATE").is_some();
    let mut stale = Vec::new();
    for (name, page) in &wanted {
        let path = folder.join(name);
        if std::fs::read_to_string(&path).ok().as_ref() == Some(page) {
            continue;
        }
        if update {
            std::fs::create_dir_all(&folder).expect("a folder for the pages");
            std::fs::write(&path, page).expect("a page");
        } else {
            stale.push(name.clone());
        }
    }
    let there = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    for entry in there.filter(|entry| !wanted.contains_key(&*entry.file_name().to_string_lossy())) {
        if update {
            std::fs::remove_file(entry.path()).expect("a page that is over");
        } else {
            stale.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    assert!(
        stale.is_empty(),
        "docs/nodes: {} stale; run NEXUS_UPDATE=1 cargo nextest run -p tests node_pages",
        stale.join(", ")
    );
}

fn pages() -> BTreeMap<String, String> {
    let kinds = engine::kinds();
    let mut index =
        "# Nodes\n\nEvery kind of node, by families. The same help stands beside the fields in the editor.\n"
            .to_owned();
    let mut pages = BTreeMap::new();
    for (family, file, title, about) in FAMILIES {
        let mut members: Vec<&Arc<Descriptor>> = kinds.iter().filter(|one| one.family == family).collect();
        members.sort_by_key(|one| one.title);
        if members.is_empty() {
            continue;
        }
        write(&mut index, format_args!("\n## [{title}]({file}.md)\n\n{about}\n\n"));
        let mut page = format!("# {title}\n\n{about}\n");
        for one in members {
            let first = one.help.split("\n\n").next().unwrap_or_default();
            let first = first.split(". ").next().unwrap_or_default().trim_end_matches('.');
            write(&mut index, format_args!("- [{}]({file}.md#{}): {first}.\n", one.title, anchor(one.title)));
            kind(one, &mut page);
        }
        pages.insert(format!("{file}.md"), page);
    }
    pages.insert("README.md".into(), index);
    pages
}

fn kind(of: &Descriptor, page: &mut String) {
    write(page, format_args!("\n## {}\n\n`{}`\n\n{}\n", of.title, of.kind, of.help));
    let mut notes = Vec::new();
    if of.waits {
        notes.push("A run rests here until somebody answers.".to_owned());
    }
    if of.ends {
        notes.push("The way ends here.".to_owned());
    }
    if !of.platforms.is_empty() {
        let names: Vec<&str> = of.platforms.iter().map(|one| one.title()).collect();
        notes.push(format!("Works on {} only.", names.join(" and ")));
    }
    if !notes.is_empty() {
        write(page, format_args!("\n{}\n", notes.join(" ")));
    }
    if !of.fields.is_empty() {
        page.push_str("\n| field | | what it takes | usually |\n| --- | --- | --- | --- |\n");
        of.fields.iter().for_each(|one| field(one, "", page));
    }
    if !of.ports.is_empty() {
        page.push_str("\n| output | |\n| --- | --- |\n");
        for port in &of.ports {
            match port {
                Port::Fixed { id, label, .. } => write(page, format_args!("| `{id}` | {label} |\n")),
                Port::Each { field, .. } => {
                    let label = of.field(field).map_or(*field, |field| field.label);
                    write(page, format_args!("| its id | one for each of *{label}* |\n"));
                }
            }
        }
    }
    write(page, format_args!("\n```json\n{}\n```\n", json(&of.example)));
}

fn field(of: &Field, inside: &str, page: &mut String) {
    let mut about = of.label.to_owned();
    if of.required {
        about += " *(needed)*";
    }
    if !of.help.is_empty() {
        write(&mut about, format_args!(": {}", of.help.trim_end_matches('.')));
    }
    let usual = of.default.as_ref().map_or(String::new(), |usual| match usual {
        Value::Array(items) => format!("{} entries", items.len()),
        other => format!("`{}`", flow::Data::from(other)),
    });
    let name = format!("{inside}{}", of.name);
    write(page, format_args!("| `{name}` | {} | {} | {} |\n", cell(&about), cell(&takes(of)), cell(&usual)));
    match &of.kind {
        FieldType::List { item, .. } => {
            item.iter().for_each(|inner| field(inner, &format!("{name}[]."), page));
        }
        FieldType::Map { value } if !value.help.is_empty() => field(value, &format!("{name}."), page),
        _ => {}
    }
}

fn takes(of: &Field) -> String {
    let kind = match &of.kind {
        FieldType::Text { .. } if of.template => "a text with `{{ … }}`".into(),
        FieldType::Text { .. } => "a text".into(),
        FieldType::Number { min, max, .. } => match (min, max) {
            (Some(min), Some(max)) => format!("a number from {min} to {max}"),
            _ => "a number".into(),
        },
        FieldType::Bool => "yes or no".into(),
        FieldType::Choice { options } => {
            let options: Vec<String> =
                options.iter().map(|one| format!("`{}` {}", one.value, one.label)).collect();
            options.join(", ")
        }
        FieldType::Expr => "an expression".into(),
        FieldType::Json => "any value".into(),
        FieldType::Code { language } => format!("code ({language})"),
        FieldType::List { .. } => "a list".into(),
        FieldType::Map { .. } => "values by name".into(),
        FieldType::Flow => "a flow of the bot".into(),
        FieldType::Prompt => "a text under `prompts/`".into(),
        FieldType::Node => "a node of the flow".into(),
        FieldType::Variable => "a variable".into(),
        FieldType::Duration => "a duration".into(),
        FieldType::Secret => "a secret".into(),
    };
    let secret = if of.secret { ", or a secret" } else { "" };
    let when = of.when.as_ref().map_or(String::new(), |when| {
        let is: Vec<String> =
            when.is.iter().map(|one| format!("`{}`", flow::Data::from(one).shown())).collect();
        format!("; only when `{}` is {}", when.field, is.join(" or "))
    });
    format!("{kind}{secret}{when}")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn anchor(title: &str) -> String {
    let kept = title.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// A node as it stands in a flow's file.
fn json(node: &Node) -> String {
    let flow = Flow { nodes: [("n".into(), Arc::new(node.clone()))].into(), ..Flow::default() };
    let text = flow::text::print_flow(&flow);
    let lines = text.lines().skip_while(|line| *line != "    \"n\": {").skip(1);
    let lines = lines.take_while(|line| !line.starts_with("    }"));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    format!("{{\n{}\n}}", lines.join("\n"))
}

fn write(to: &mut String, what: std::fmt::Arguments<'_>) {
    to.write_fmt(what).expect("texts take all that is written into them");
}
