//! Clean means valid: errors that neither side had are conflicts too, with the edits that caused them.

use std::collections::BTreeSet;
use std::sync::Arc;

use flow::check::Checker;
use flow::{Bot, Code, Edit, FilePath, Flow, Id, Kinds, Node, Problem, Severity};
use smol_str::{SmolStr, format_smolstr};

use crate::conflict::{self, Conflict, Kind};

/// Looks for errors that the merge brought about, and opens a conflict for each.
pub fn mark(bot: &mut Bot, base: &Bot, ours: &Bot, theirs: &Bot, kinds: &Kinds) {
    let mut checker = Checker::new(Arc::new(kinds.clone()));
    let errors = errors(&mut checker, bot);
    if errors.is_empty() {
        return;
    }
    let mut known: BTreeSet<Sign> = BTreeSet::new();
    for side in [ours, theirs, base] {
        known.extend(self::errors(&mut checker, side).iter().map(|problem| sign(side, problem)));
    }
    let mut opened: Vec<(FilePath, SmolStr, Conflict)> = Vec::new();
    for problem in errors {
        if known.contains(&sign(bot, &problem)) {
            continue;
        }
        let path = &problem.at.file;
        let Some(flow) = bot.flows.get(path) else { continue };
        let Some(id) = &problem.at.node else { continue };
        let place = format_smolstr!("nodes.{id}.valid.{}", problem.code.as_str());
        let kind = match problem.code {
            Code::DuplicateTrigger | Code::DuplicateKeyName | Code::DuplicateFlow => Kind::Claimed,
            Code::BadCall => Kind::Signature,
            Code::UnknownName | Code::UnknownVariable | Code::UnknownFlow => Kind::Renamed,
            _ => Kind::Invalid,
        };
        let mut new = Conflict::new(kind, Some(id), problem.message.clone());
        let state = |side: &Bot| side.flow_by_id(&flow.id).and_then(|(_, flow)| flow.nodes.get(id)).cloned();
        let (our, their, now) = (state(ours), state(theirs), flow.nodes.get(id).cloned());
        for (edits, wanted) in [(&mut new.ours, our), (&mut new.theirs, their)] {
            if wanted != now {
                edits.extend(put(flow, id, wanted.as_ref()));
            }
        }
        opened.push((path.clone(), place, new));
    }
    for (path, place, new) in opened {
        let Some(flow) = bot.flows.get_mut(&path) else { continue };
        let mut open = conflict::open_in_flow(flow);
        // A conflict about the node itself covers what is wrong with it meanwhile.
        let covered = new.node.as_ref().is_some_and(|id| open.keys().any(|known| covers(known, id)));
        if !covered {
            open.entry(place).or_insert(new);
            flow.unresolved = conflict::write(&open);
        }
    }
}

fn covers(place: &str, id: &Id) -> bool {
    place
        .strip_prefix("nodes.")
        .and_then(|rest| rest.strip_prefix(id.as_str()))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The node as one side has it; without it, the wires to it go too.
fn put(flow: &Flow, id: &Id, node: Option<&Arc<Node>>) -> Vec<Edit> {
    let here = SmolStr::default;
    let mut edits =
        vec![Edit::Node { flow: here(), id: id.clone(), node: node.map(|node| Node::clone(node)) }];
    if let Some(Edit::Node { node: Some(node), .. }) = edits.first_mut() {
        node.next.retain(|_, target| flow.nodes.contains_key(target));
    }
    if node.is_none() {
        for (other, from) in &flow.nodes {
            for (port, _) in from.next.iter().filter(|(_, target)| *target == id) {
                edits.push(Edit::Wire { flow: here(), node: other.clone(), port: port.clone(), to: None });
            }
        }
        edits.push(Edit::Place { flow: here(), id: id.clone(), place: None });
    }
    edits
}

/// What makes two errors the same one, whatever file the flow is in.
type Sign = (Code, SmolStr, Option<SmolStr>, Option<SmolStr>, String);

fn sign(bot: &Bot, problem: &Problem) -> Sign {
    let flow =
        bot.flows.get(&problem.at.file).map_or_else(|| problem.at.file.clone(), |flow| flow.id.clone());
    let field = problem.at.field.as_ref().map(|path| crate::flows::path_text(path));
    (problem.code, flow, problem.at.node.clone(), field.or(problem.at.port.clone()), problem.message.clone())
}

fn errors(checker: &mut Checker, bot: &Bot) -> Vec<Problem> {
    let problems = checker.check(bot).into_iter();
    // An unfinished merge is no error of what was merged.
    problems
        .filter(|problem| problem.severity == Severity::Error && problem.code != Code::Unresolved)
        .collect()
}
