//! Which nodes and wires tests reach: as a table, and as a page.

use super::test::Report;
use crate::out::{FAINT, Out, STRONG};

pub fn say(report: &Report, out: &mut Out) {
    let (mut all, mut all_run) = ((0, 0), (0, 0));
    let mut rows: Vec<(String, String, String, String)> = Vec::new();
    for bot in &report.bots {
        let flows = bot.coverage.flows(&bot.bot);
        let name = bot.shown("");
        for flow in flows {
            all = (all.0 + flow.nodes, all.1 + flow.ports);
            all_run = (all_run.0 + flow.nodes_run, all_run.1 + flow.ports_run);
            let names = |id: &flow::Id| {
                let node = bot.bot.flow_by_id(&flow.flow).and_then(|(_, flow)| flow.nodes.get(id));
                let name = node.and_then(|node| node.key.clone().or_else(|| node.name.clone()));
                name.unwrap_or_else(|| id.clone()).to_string()
            };
            let nodes = flow.not_run.iter().map(names);
            // A node that did not run has no outputs to speak of.
            let ports = flow.ports_not_run.iter().filter(|(node, _)| !flow.not_run.contains(node));
            let ports = ports.map(|(node, port)| format!("{}.{port}", names(node)));
            let missing: Vec<String> = nodes.chain(ports).collect();
            rows.push((
                format!("{name}/{}", flow.flow),
                share(flow.nodes_run, flow.nodes),
                share(flow.ports_run, flow.ports),
                missing.join(", "),
            ));
        }
    }
    rows.push(("in all".into(), share(all_run.0, all.0), share(all_run.1, all.1), String::new()));
    let wide = rows.iter().map(|row| row.0.chars().count()).max().unwrap_or_default();
    out.line("");
    out.line(
        out.paint(STRONG, format_args!("{:wide$}  {:>14}  {:>14}  not reached", "flow", "nodes", "wires")),
    );
    for (name, nodes, ports, missing) in rows {
        let line = format!("{name:wide$}  {nodes:>14}  {ports:>14}  {}", out.paint(FAINT, missing));
        out.line(line.trim_end());
    }
}

fn share(part: usize, of: usize) -> String {
    match of {
        0 => "–".into(),
        of => format!("{part}/{of} {:>4}", format!("{}%", part * 100 / of)),
    }
}

pub fn page(report: &Report) -> String {
    let bots: Vec<_> = report.bots.iter().map(|bot| (bot.shown(""), &bot.bot, &bot.coverage)).collect();
    crate::page::coverage::of(&bots, &engine::kinds())
}

pub fn badge(report: &Report) -> String {
    let (mut nodes, mut reached) = (0, 0);
    for flow in report.bots.iter().flat_map(|bot| bot.coverage.flows(&bot.bot)) {
        (nodes, reached) = (nodes + flow.nodes, reached + flow.nodes_run);
    }
    let several = format!("{} bots", report.bots.len());
    let name = match &report.bots[..] {
        [one] if one.bot.manifest.name().is_empty() => one.bot.manifest.id(),
        [one] => one.bot.manifest.name(),
        _ => &several,
    };
    let all = report.cases().count() + report.broken();
    let passed = all - report.failed() - report.broken();
    let covered = (nodes > 0).then(|| reached * 100 / nodes);
    picture::badge::badge(&picture::badge::Said { name, nodes, tests: (passed, all), covered })
}
