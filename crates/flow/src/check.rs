//! What is wrong with a bot. `check` looks at it once; a [`Checker`] keeps what it found out about each node and looks again only at
//! the nodes that changed.

mod facts;
mod graph;
mod manifest;
mod names;
mod token;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use self::facts::{Facts, facts};
use self::graph::Graph;
use self::names::Names;
use crate::bot::{Bot, FilePath, Flow, Id, Node};
use crate::change::{Change, Edit, FlowProp, NodeProp};
use crate::descriptor::Kinds;
use crate::expr;
use crate::limits::Platform;
use crate::problem::{Code, Problem, Spot};
use crate::value::{Map, Value};

pub fn check(bot: &Bot, kinds: &Kinds) -> Vec<Problem> {
    Checker::new(Arc::new(kinds.clone())).check(bot)
}

pub struct Checker {
    kinds: Arc<Kinds>,
    channels: Vec<Platform>,
    flows: HashMap<FilePath, Known>,
}

/// What is known of one flow since the last look; nodes in the order of their ids.
#[derive(Default)]
struct Known {
    nodes: Vec<KnownNode>,
    graph: Option<Graph>,
}

struct KnownNode {
    id: Id,
    node: Arc<Node>,
    facts: Arc<Facts>,
    /// The places in this list that the wires lead to, in the order of `node.next`.
    targets: Vec<Option<u32>>,
}

impl Checker {
    pub fn new(kinds: Arc<Kinds>) -> Checker {
        Checker { kinds, channels: Vec::new(), flows: HashMap::new() }
    }

    /// All problems of the bot, in the order of files, nodes and fields.
    pub fn check(&mut self, bot: &Bot) -> Vec<Problem> {
        let channels: Vec<Platform> = bot.manifest.channels().filter_map(Platform::named).collect();
        if channels != self.channels {
            self.channels = channels;
            self.flows.clear();
        }
        self.flows.retain(|path, _| bot.flows.contains_key(path));
        let mut problems = Vec::new();
        manifest::check(&bot.manifest, &mut problems);
        duplicate_flows(bot, &mut problems);
        let flows_by_id: HashMap<&str, &Flow> =
            bot.flows.values().map(|flow| (flow.id.as_str(), flow)).collect();
        let mut claims: BTreeMap<Claim, Vec<(&FilePath, &Id)>> = BTreeMap::new();
        for (path, flow) in &bot.flows {
            let known = self.flows.entry(path.clone()).or_default();
            known.refresh(flow, &self.kinds, &self.channels);
            flow_itself(path, flow, &mut problems);
            let names = Names::of(bot, flow, &known.nodes, &flows_by_id);
            for ((id, _), one) in flow.nodes.iter().zip(&known.nodes) {
                problems.extend(one.facts.problems.iter().map(|problem| problem.at(path, id)));
                names.check(path, id, &one.node, &one.facts, &mut problems);
                for claim in &one.facts.claims {
                    claims.entry((one.node.kind.clone(), claim.clone())).or_default().push((path, id));
                }
            }
            if let Some(graph) = &known.graph {
                graph.problems(path, flow, &mut problems);
            }
        }
        duplicate_claims(&claims, &mut problems);
        problems.sort_by(|a, b| (&a.at, a.code).cmp(&(&b.at, b.code)));
        problems
    }
}

/// A kind and the values by which a node of it claims something in the whole bot.
type Claim = (SmolStr, SmolStr);

impl Known {
    /// Looks again at what changed; both lists are sorted by id, so one walk finds it.
    fn refresh(&mut self, flow: &Flow, kinds: &Kinds, channels: &[Platform]) {
        let mut old = std::mem::take(&mut self.nodes).into_iter().peekable();
        let mut renumbered = self.graph.is_none();
        let mut changed = Vec::new();
        let mut rewired = false;
        self.nodes.reserve(flow.nodes.len());
        for (id, node) in &flow.nodes {
            while old.next_if(|known| known.id < *id).is_some() {
                renumbered = true;
            }
            match old.next_if(|known| known.id == *id) {
                Some(known) if Arc::ptr_eq(&known.node, node) => self.nodes.push(known),
                before => {
                    let facts = Arc::new(facts(node, kinds.get(&node.kind).map(Arc::as_ref), channels));
                    match before {
                        None => renumbered = true,
                        Some(before) => {
                            rewired |= before.node.next != node.next
                                || before.node.kind != node.kind
                                || before.facts.ports != facts.ports;
                        }
                    }
                    changed.push(self.nodes.len());
                    self.nodes.push(KnownNode {
                        id: id.clone(),
                        node: node.clone(),
                        facts,
                        targets: Vec::new(),
                    });
                }
            }
        }
        renumbered |= old.next().is_some();
        if renumbered {
            self.find_all_targets();
        } else {
            changed.into_iter().for_each(|place| self.find_targets(place));
        }
        if renumbered || rewired {
            self.graph = Some(Graph::of(&self.nodes));
        }
    }

    fn find_all_targets(&mut self) {
        let places: HashMap<Id, u32> =
            self.nodes.iter().zip(0..).map(|(one, place)| (one.id.clone(), place)).collect();
        for one in &mut self.nodes {
            one.targets = one.node.next.values().map(|target| places.get(target).copied()).collect();
        }
    }

    fn find_targets(&mut self, place: usize) {
        let find =
            |target: &Id| self.nodes.binary_search_by(|one| one.id.cmp(target)).ok().map(|at| at as u32);
        self.nodes[place].targets = self.nodes[place].node.next.values().map(find).collect();
    }
}

fn flow_itself(path: &FilePath, flow: &Flow, problems: &mut Vec<Problem>) {
    let at = || Spot { file: path.clone(), ..Spot::default() };
    if flow.unresolved.is_some() {
        let help = "Resolve the conflicts of this flow, or abort the merge.";
        problems.push(Problem::new(Code::Unresolved, at(), "A merge of this flow is not finished.", help));
    }
    if !is_plain_id(&flow.id) {
        let message = format!("The flow's id {:?} is empty or has odd characters.", flow.id.as_str());
        let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".flow.json")).unwrap_or("flow");
        let value = Some(Value::text(plain_id(stem)));
        let fix = Edit::FlowProp { flow: path.clone(), prop: FlowProp::Id, value };
        let help = "Use letters, digits, `-` and `_`.";
        problems.push(
            Problem::new(Code::OddId, at(), message, help).fixed_by("Name it after its file", fix.into()),
        );
    }
    let mut keys: HashMap<&str, &Id> = HashMap::new();
    for (id, node) in &flow.nodes {
        if !is_plain_id(id) {
            problems.push(odd_id(path, flow, id));
        }
        if let Some(group) = &node.group
            && !flow.groups.contains_key(group)
        {
            let edit =
                Edit::Prop { flow: path.clone(), node: id.clone(), prop: NodeProp::Group, value: None };
            let at = Spot { node: Some(id.clone()), ..at() };
            let message = format!("This node belongs to the group `{group}`, which does not exist.");
            problems.push(
                Problem::new(Code::BadGroup, at, message, "Take it out of the group.")
                    .fixed_by("Take it out of the group", edit.into()),
            );
        }
        let Some(key) = &node.key else { continue };
        let at = Spot { node: Some(id.clone()), ..at() };
        let set = |key: Option<String>| {
            let value = key.map(Value::text);
            Change::from(Edit::Prop { flow: path.clone(), node: id.clone(), prop: NodeProp::Key, value })
        };
        if !expr::is_identifier(key) {
            let message = format!("`{key}` cannot be used in expressions.");
            let help = "A key is made of letters, digits and `_`, and does not start with a digit.";
            problems
                .push(Problem::new(Code::BadKey, at, message, help).fixed_by("Remove the key", set(None)));
        } else if let Some(other) = keys.insert(key, id) {
            let free = (2..)
                .map(|n| format!("{key}_{n}"))
                .find(|free| flow.nodes.values().all(|n| n.key.as_deref() != Some(free)));
            let message = format!("The node `{other}` has the key `{key}` too.");
            let help = "Give one of them another key, so that expressions know which is meant.";
            let fix = set(free.clone());
            let label = format!("Change the key to {}", free.unwrap_or_default());
            problems.push(Problem::new(Code::DuplicateKeyName, at, message, help).fixed_by(label, fix));
        }
    }
    for (id, group) in &flow.groups {
        let mut above = group.parent.as_ref();
        let mut steps = 0;
        let sick = loop {
            match above {
                None => break None,
                Some(parent) if parent == id || steps > flow.groups.len() => {
                    break Some("Groups contain each other in a circle here.");
                }
                Some(parent) => match flow.groups.get(parent) {
                    Some(group) => above = group.parent.as_ref(),
                    None if steps == 0 => break Some("This group lies in a group that does not exist."),
                    None => break None,
                },
            }
            steps += 1;
        };
        if let Some(message) = sick {
            let free = crate::bot::Group { parent: None, ..group.clone() };
            let edit = Edit::Group { flow: path.clone(), id: id.clone(), group: Some(free) };
            let at = Spot { node: Some(id.clone()), ..at() };
            let help = "Take this group out of the one it lies in.";
            problems
                .push(Problem::new(Code::BadGroup, at, message, help).fixed_by("Take it out", edit.into()));
        }
    }
}

fn odd_id(path: &FilePath, flow: &Flow, id: &Id) -> Problem {
    let at = Spot { file: path.clone(), node: Some(id.clone()), ..Spot::default() };
    let mut new = plain_id(id);
    while flow.nodes.contains_key(new.as_str()) {
        new.push('x');
    }
    let new = SmolStr::from(new);
    let mut edits = vec![Edit::Node { flow: path.clone(), id: id.clone(), node: None }];
    if let Some(node) = flow.nodes.get(id) {
        let mut node = Node::clone(node);
        node.next.values_mut().filter(|target| *target == id).for_each(|target| *target = new.clone());
        edits.push(Edit::Node { flow: path.clone(), id: new.clone(), node: Some(node) });
    }
    if let Some(place) = flow.layout.get(id) {
        edits.push(Edit::Place { flow: path.clone(), id: id.clone(), place: None });
        edits.push(Edit::Place { flow: path.clone(), id: new.clone(), place: Some(*place) });
    }
    for (other, node) in flow.nodes.iter().filter(|(other, _)| *other != id) {
        for (port, _) in node.next.iter().filter(|(_, target)| *target == id) {
            let to = Some(new.clone());
            edits.push(Edit::Wire { flow: path.clone(), node: other.clone(), port: port.clone(), to });
        }
    }
    Problem::new(
        Code::OddId,
        at,
        format!("The node id {:?} is empty, too long or has odd characters.", id.as_str()),
        "Ids are made of letters, digits, `-` and `_`, at most 64 of them.",
    )
    .fixed_by(format!("Change the id to {new}"), Change { edits })
}

fn is_plain_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        // Not names that JavaScript objects bring along.
        && !id.starts_with("__")
}

fn plain_id(text: &str) -> String {
    let kept: String =
        text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-')).take(32).collect();
    if kept.is_empty() { "x1".into() } else { kept }
}

fn duplicate_flows(bot: &Bot, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, &FilePath> = HashMap::new();
    for (path, flow) in &bot.flows {
        if let Some(first) = seen.get(flow.id.as_str()) {
            let free = (2..)
                .map(|n| format!("{}-{n}", flow.id))
                .find(|id| bot.flow_by_id(id).is_none())
                .unwrap_or_default();
            let edit = Edit::FlowProp {
                flow: path.clone(),
                prop: FlowProp::Id,
                value: Some(Value::text(free.as_str())),
            };
            problems.push(
                Problem::new(
                    Code::DuplicateFlow,
                    Spot { file: path.clone(), ..Spot::default() },
                    format!("{first} has the id `{}` too, so a call cannot tell them apart.", flow.id),
                    "Give one of them another id.",
                )
                .fixed_by(format!("Change the id to {free}"), edit.into()),
            );
        } else {
            seen.insert(&flow.id, path);
        }
    }
}

fn duplicate_claims(claims: &BTreeMap<Claim, Vec<(&FilePath, &Id)>>, problems: &mut Vec<Problem>) {
    for ((_, claim), owners) in claims.iter().filter(|(_, owners)| owners.len() > 1) {
        for (i, (path, id)) in owners.iter().enumerate() {
            let (other_path, other) = owners[usize::from(i == 0)];
            let whose = if other_path == *path {
                format_smolstr!("`{other}`")
            } else {
                format_smolstr!("`{other}` in {other_path}")
            };
            let at = Spot { file: (*path).clone(), node: Some((*id).clone()), ..Spot::default() };
            let message =
                format!("Two triggers wait for the same thing ({claim}); the other one is {whose}.");
            let help = "Only one of them could start. Change one, or join their flows.";
            problems.push(Problem::new(Code::DuplicateTrigger, at, message, help));
        }
    }
}

/// A member's declared type fits a value.
fn fits_type(declared: &str, value: &Value) -> bool {
    match declared {
        "text" => matches!(value, Value::String(_)),
        "number" => matches!(value, Value::Number(_)),
        "bool" => matches!(value, Value::Bool(_)),
        "list" => matches!(value, Value::Array(_)),
        "object" => matches!(value, Value::Object(_)),
        _ => true,
    }
}

/// The types that variables and the parameters of flows may have.
pub const TYPES: [&str; 6] = ["text", "number", "bool", "list", "object", "any"];

fn declared_type(declaration: &Value) -> Option<&str> {
    declaration.as_object().and_then(|members: &Map| members.get("type")).and_then(Value::as_str)
}

/// The known name nearest to a mistyped one, if near enough to be meant.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(name.len()) / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters to change, add, drop or swap with the next.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let least = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            row.push(if swap { least.min(rows[i - 2][j - 2] + 1) } else { least });
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
