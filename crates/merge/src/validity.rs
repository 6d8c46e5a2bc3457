//! Clean means valid: errors that neither side had are conflicts too, with the edits that caused them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use flow::change::MANIFEST_FILE;
use flow::check::Checker;
use flow::{Bot, Change, Code, Edit, FilePath, Flow, Id, Kinds, Node, Problem, Severity};
use smol_str::{SmolStr, format_smolstr};

use crate::conflict::{self, Conflict, Kind, MEMBER};
use crate::diff::diff;

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
    let new: Vec<Problem> = errors
        .into_iter()
        .filter(|problem| !known.contains(&sign(bot, problem)) && !is_covered(bot, problem))
        .collect();
    let mut search = Search { kinds, most: MOST_TRIED.min(MOST_IN_ALL / new.len().max(1)), checker };
    for problem in new {
        let path = &problem.at.file;
        let flow = bot.flows.get(path);
        if flow.is_none() && path != MANIFEST_FILE {
            continue;
        }
        let place = match &problem.at.node {
            Some(id) => format_smolstr!("nodes.{id}.valid.{}", problem.code.as_str()),
            None => format_smolstr!("valid.{}", problem.code.as_str()),
        };
        let kind = match problem.code {
            Code::DuplicateTrigger | Code::DuplicateKeyName | Code::DuplicateFlow => Kind::Claimed,
            Code::BadCall => Kind::Signature,
            Code::UnknownName | Code::UnknownVariable | Code::UnknownFlow | Code::UnknownPrompt => {
                Kind::Renamed
            }
            _ => Kind::Invalid,
        };
        let node = problem.at.node.as_ref();
        let mut new = Conflict::new(kind, node, problem.message.clone());
        let state = |side: &Bot, flow: &Flow| side.flow_by_id(&flow.id)?.1.nodes.get(node?).cloned();
        for (edits, side) in [(&mut new.ours, ours), (&mut new.theirs, theirs)] {
            let as_it_was = || {
                let (flow, id) = (flow?, node?);
                let wanted = state(side, flow);
                (wanted.as_ref() != flow.nodes.get(id)).then(|| put(flow, path, id, wanted.as_ref()))
            };
            let cured = search.cure(bot, side, &problem, ROUNDS);
            *edits = cured.or_else(as_it_was).unwrap_or_default();
        }
        // Of two places that go wrong together, one is asked about.
        let is_known = opened.iter().any(|(_, other, known)| {
            other.rsplit('.').next() == place.rsplit('.').next()
                && known.kind == new.kind
                && (&known.ours, &known.theirs) == (&new.ours, &new.theirs)
        });
        if !is_known {
            opened.push((path.clone(), place, new));
        }
    }
    for (path, place, mut new) in opened {
        for edits in [&mut new.ours, &mut new.theirs] {
            *edits = std::mem::take(edits).into_iter().map(|edit| conflict::at_home(edit, &path)).collect();
        }
        let Some(open) = conflict::open_in_file(bot, &path) else { continue };
        // Of several things wrong with one node, one is asked about.
        let is_asked = new.node.as_ref().is_some_and(|id| open.keys().any(|known| covers(known, id)));
        if !is_asked && !open.contains_key(&place) {
            conflict::put(bot, &path, place, new);
        }
    }
}

fn covers(place: &str, id: &Id) -> bool {
    place
        .strip_prefix("nodes.")
        .and_then(|rest| rest.strip_prefix(id.as_str()))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A conflict about the node itself covers what is wrong with it meanwhile.
fn is_covered(bot: &Bot, problem: &Problem) -> bool {
    let Some(id) = &problem.at.node else { return false };
    let open = bot.flows.get(&problem.at.file).map(conflict::open_in_flow).unwrap_or_default();
    open.keys().any(|known| covers(known, id))
}

/// Looking for what brought a problem about.
struct Search<'a> {
    kinds: &'a Kinds,
    checker: Checker,
    /// So many differences are tried against one problem.
    most: usize,
}

/// More would only be guessed at.
const MOST_TRIED: usize = 300;
const MOST_IN_ALL: usize = 1_000;
const MOST_HALVES: usize = 3;
const ROUNDS: u8 = 2;

impl Search<'_> {
    /// The one difference to a side without which the problem is gone: what the other side did to bring it about.
    fn cure(&mut self, bot: &Bot, side: &Bot, problem: &Problem, rounds: u8) -> Option<Vec<Edit>> {
        let mut halves = Vec::new();
        let wrong = sign(bot, problem);
        let known: BTreeSet<Sign> = errors(&mut self.checker, bot).iter().map(|one| sign(bot, one)).collect();
        for edits in candidates(bot, side, self.kinds).take(self.most) {
            let mut tried = bot.clone();
            if flow::apply(&mut tried, &Change::new(edits.iter().cloned())).is_err() {
                continue;
            }
            let left = errors(&mut self.checker, &tried);
            let signs: BTreeSet<Sign> = left.iter().map(|one| sign(&tried, one)).collect();
            if signs.contains(&wrong) {
                continue;
            }
            let Some(new) = left.into_iter().find(|one| !known.contains(&sign(&tried, one))) else {
                return Some(edits);
            };
            if halves.len() < MOST_HALVES {
                halves.push((tried, edits, new));
            }
        }
        if rounds == 0 {
            return None;
        }
        // No single difference does it: one that brings another problem about, with what helps against that.
        halves.into_iter().find_map(|(tried, mut edits, new)| {
            edits.extend(self.cure(&tried, side, &new, rounds - 1)?);
            Some(edits)
        })
    }
}

/// What could be taken back, one at a time.
fn candidates(bot: &Bot, side: &Bot, kinds: &Kinds) -> impl Iterator<Item = Vec<Edit>> {
    let side = with_paths_of(bot, side);
    let differences = diff(bot, &side, kinds).files.into_iter().flat_map(|file| file.changes);
    let meant = differences.filter(|item| !item.what.is_cosmetic() && item.place != MEMBER);
    meant.flat_map(|item| {
        let flow = |path: &FilePath| bot.flows.get(path);
        match item.edits.as_slice() {
            [Edit::Node { flow: path, id, node: None }, ..] => {
                flow(path).map(|flow| put(flow, path, id, None)).into_iter().collect()
            }
            // Of a flow that the side does not have, one node is to blame.
            [Edit::Flow { flow: path, value: None }] => flow(path)
                .map(|flow| flow.nodes.keys().map(|id| put(flow, path, id, None)).collect())
                .unwrap_or_default(),
            _ => vec![item.edits],
        }
    })
}

/// The side with its flows in the files in which the bot has them: which file a flow is in is no part of any error.
fn with_paths_of(bot: &Bot, side: &Bot) -> Bot {
    let mut flows = BTreeMap::new();
    for (path, flow) in &side.flows {
        let known = bot.flows.get_key_value(path).filter(|(_, known)| known.id == flow.id);
        let known = known.or_else(|| bot.flow_by_id(&flow.id)).map_or(path, |(known, _)| known);
        let to = if flows.contains_key(known) { path } else { known };
        flows.insert(to.clone(), flow.clone());
    }
    Bot { flows, ..side.clone() }
}

/// The node as one side has it; without it, the wires to it go too.
fn put(flow: &Flow, path: &FilePath, id: &Id, node: Option<&Arc<Node>>) -> Vec<Edit> {
    let here = || path.clone();
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
        if !flow.notes.contains_key(id) && !flow.groups.contains_key(id) {
            edits.push(Edit::Place { flow: here(), id: id.clone(), place: None });
        }
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
