//! What tests reach, as one page: each flow drawn, with nodes and wires coloured by whether a test got there.

use std::collections::BTreeSet;
use std::fmt::Write;

use engine::Spot;
use flow::{Bot, Id, Kinds};
use picture::Marks;
use sim::cases::{Coverage, FlowCoverage};

use super::{drawn, escape, whole};

pub fn of(bots: &[(String, &Bot, &Coverage)], kinds: &Kinds) -> String {
    let mut body = String::new();
    let (mut nodes, mut wires) = ((0, 0), (0, 0));
    let mut sections = String::new();
    body.push_str("<table><tr><th>flow<th>nodes<th>wires</tr>");
    for (name, bot, coverage) in bots {
        for of in coverage.flows(bot) {
            nodes = (nodes.0 + of.nodes_run, nodes.1 + of.nodes);
            wires = (wires.0 + of.ports_run, wires.1 + of.ports);
            let place = escape(&format!("{name}/{}", of.flow));
            let _ = write!(
                body,
                "<tr><td><a href='#{place}'>{place}</a><td class=n>{}<td class=n>{}</tr>",
                share(of.nodes_run, of.nodes),
                share(of.ports_run, of.ports)
            );
            section(&mut sections, &place, &of, bot, coverage, kinds);
        }
    }
    body.push_str("</table>");
    body.push_str(&sections);
    let intro = format!(
        "{} nodes and {} wires are reached by a test.",
        share(nodes.0, nodes.1),
        share(wires.0, wires.1)
    );
    let key = [
        ("added", "reached"),
        ("removed", "not reached"),
        ("changed", "reached, but not left by every wire"),
    ];
    whole("What tests reach", &intro, &body, &key)
}

fn section(page: &mut String, place: &str, of: &FlowCoverage, bot: &Bot, coverage: &Coverage, kinds: &Kinds) {
    let Some((_, flow)) = bot.flow_by_id(&of.flow) else { return };
    let _ =
        write!(page, "<section id='{place}'><h2>{} <small>{place}</small></h2><figure>", escape(&of.name));
    let not_run: BTreeSet<&Id> = of.not_run.iter().collect();
    let open: BTreeSet<&Id> = of.ports_not_run.iter().map(|(node, _)| node).collect();
    let card = |id: &Id| match (not_run.contains(id), open.contains(id)) {
        (true, _) => "removed",
        (_, true) => "changed",
        _ => "added",
    };
    let wire = |id: &Id, port: &str, _: &Id| {
        let spot = Spot { flow: of.flow.clone(), node: id.clone() };
        if coverage.ports.contains(&(spot, port.into())) { "added" } else { "removed" }
    };
    page.push_str(&drawn(flow, bot, Marks { card: &card, wire: &wire, beside: None }, kinds));
    page.push_str("</figure></section>");
}

fn share(part: usize, of: usize) -> String {
    match of {
        0 => "–".into(),
        of => format!("{part} of {of} ({}%)", part * 100 / of),
    }
}
