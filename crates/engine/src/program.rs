//! A bot, compiled: every text read once, every wire looked up. Compiling never fails; a node that cannot be built fails when a run
//! gets to it, and is told as a problem.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use flow::bot::SCOPES;
use flow::data::{Data, Fields};
use flow::expr::Given;
use flow::value::{Map, Value};
use flow::{Bot, Code, Descriptor, FilePath, Flow, Id, Node, Problem, time};
use smol_str::SmolStr;

use crate::build::{Broken, Build, Place};
use crate::fault::{Fault, FaultCode};
use crate::input::{Spot, VarScope};
use crate::kinds;
use crate::node::{At, Behaviour, Rule, Turn};

/// Cheap to copy by its `Arc`; never changes.
#[derive(Debug)]
pub struct Program {
    /// Its name by content: two bots that do the same have the same.
    pub hash: SmolStr,
    pub(crate) flows: BTreeMap<Id, FlowOf>,
    pub(crate) nodes: Vec<NodeOf>,
    index: HashMap<Id, HashMap<Id, u32>>,
    /// Nodes that start runs.
    pub(crate) triggers: Vec<u32>,
    /// What variables are until they are set: of user, chat and bot.
    pub(crate) usual: [Arc<Fields>; 3],
    types: [BTreeMap<SmolStr, SmolStr>; 3],
    pub(crate) given: Arc<Itself>,
    pub(crate) env: Arc<Fields>,
    pub(crate) has_transactions: bool,
    texts: BTreeMap<FilePath, Arc<str>>,
}

/// What `bot` has besides its variables.
#[derive(Debug)]
pub(crate) struct Itself {
    id: SmolStr,
    name: SmolStr,
}

impl Given for Itself {
    fn get(&self, name: &str) -> Option<Data> {
        match name {
            "id" => Some(self.id.clone().into()),
            "name" => Some(self.name.clone().into()),
            _ => None,
        }
    }

    fn names(&self) -> &'static [&'static str] {
        &["id", "name"]
    }
}

#[derive(Debug)]
pub(crate) struct FlowOf {
    /// Where a call begins.
    pub entry: Option<u32>,
    /// The inputs' usual values.
    pub inputs: Fields,
}

#[derive(Debug)]
pub struct NodeOf {
    pub flow: Id,
    pub id: Id,
    pub key: Option<SmolStr>,
    pub descriptor: Arc<Descriptor>,
    pub(crate) does: Box<dyn Behaviour>,
    pub(crate) next: Vec<(SmolStr, u32)>,
    /// The transactions that it lies in, the outermost first.
    pub(crate) transactions: Vec<Id>,
    pub(crate) policy: Policy,
    pub trigger: Option<Trigger>,
    pub(crate) loops: bool,
    /// Of a Join.
    pub(crate) rule: Rule,
}

/// How an effect is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Milliseconds.
    pub timeout: Option<i64>,
    /// All in all.
    pub tries: u32,
    /// Milliseconds before the second try; doubles each time.
    pub wait: i64,
}

/// How a trigger starts runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    pub scope: Whose,
    pub busy: Busy,
    /// Of two triggers that fit equally well, the higher one wins.
    pub priority: i64,
}

/// Whose conversation a run belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    Person,
    Chat,
    Bot,
}

/// What happens to a run that waits for a person when another one wants to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    Interrupt,
    Beside,
    Queue,
    Ignore,
}

/// The program, and what in it cannot be built.
pub fn compile(bot: &Bot) -> (Program, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut nodes: Vec<NodeOf> = Vec::new();
    let mut index: HashMap<Id, HashMap<Id, u32>> = HashMap::new();
    for flow in bot.flows.values() {
        // Of two flows with one id the first one counts; `check` has told of it.
        let places = index.entry(flow.id.clone()).or_default();
        if places.is_empty() {
            let count = nodes.len() as u32;
            places
                .extend(flow.nodes.keys().enumerate().map(|(place, id)| (id.clone(), count + place as u32)));
            let places = &*places;
            nodes.extend(
                flow.nodes.iter().map(|(id, node)| build(bot, flow, id, node, places, &mut problems)),
            );
        }
    }
    let mut triggers: Vec<u32> =
        (0..nodes.len() as u32).filter(|ix| nodes[*ix as usize].trigger.is_some()).collect();
    // The order of their names decides between equals.
    triggers.sort_by_key(|ix| {
        std::cmp::Reverse(nodes[*ix as usize].trigger.as_ref().map_or(0, |one| one.priority))
    });
    let flows = bot.flows.values().map(|flow| {
        let is_entry = |ix: &&u32| {
            let node = &nodes[**ix as usize];
            node.flow == flow.id && node.descriptor.kind == kinds::CALLED
        };
        let entry = index[&flow.id].values().filter(is_entry).min().copied();
        let usual = |input: &Value| {
            Data::from(input.as_object().and_then(|input| input.get("default")).unwrap_or(&Value::Null))
        };
        let inputs = flow.inputs.iter().map(|(name, input)| (name, usual(input))).collect();
        (flow.id.clone(), FlowOf { entry, inputs })
    });
    let declared = SCOPES.map(|scope| bot.manifest.variables(scope));
    let program = Program {
        hash: hash(bot),
        flows: flows.collect(),
        triggers,
        usual: declared.map(|known| Arc::new(usual(known))),
        types: declared.map(types),
        given: Arc::new(Itself { id: bot.manifest.id().into(), name: bot.manifest.name().into() }),
        env: Arc::new(
            bot.manifest
                .settings()
                .into_iter()
                .flat_map(Map::iter)
                .map(|(name, value)| (name, Data::from(value)))
                .collect(),
        ),
        has_transactions: nodes.iter().any(|node| !node.transactions.is_empty()),
        texts: bot.texts.clone(),
        index,
        nodes,
    };
    (program, problems)
}

fn build(
    bot: &Bot,
    flow: &Flow,
    id: &Id,
    node: &Node,
    places: &HashMap<Id, u32>,
    problems: &mut Vec<Problem>,
) -> NodeOf {
    let kind = kinds::kind(&node.kind);
    let built = match &kind {
        Some(kind) if node.v > kind.descriptor.v => {
            Err(Broken::new("The node was made by a newer Nexus Bots; update to run it."))
        }
        Some(kind) => {
            let upgraded = flow::upgrade::node(node, &kind.descriptor);
            let node = upgraded.as_ref().unwrap_or(node);
            let mut build = Build::new(bot, node, &kind.descriptor);
            (kind.build)(&mut build)
        }
        None => Err(Broken::new(format!("The kind `{}` is not known here.", node.kind))),
    };
    let does = built.unwrap_or_else(|broken| {
        let path = bot.flows.iter().find(|(_, one)| std::ptr::eq(*one, flow)).map(|(path, _)| path.clone());
        let at = flow::Spot {
            file: path.unwrap_or_default(),
            node: Some(id.clone()),
            span: broken.span,
            ..flow::Spot::default()
        };
        let help = "Mend it; until then a run that gets here fails.";
        problems.push(Problem::new(Code::BadExpression, at, broken.message.clone(), help));
        Box::new(Out(broken))
    });
    let descriptor = kind.as_ref().map_or_else(kinds::unknown, |kind| kind.descriptor.clone());
    let next = node.next.iter().filter_map(|(port, to)| Some((port.clone(), *places.get(to)?)));
    NodeOf {
        flow: flow.id.clone(),
        id: id.clone(),
        key: node.key.clone(),
        next: next.collect(),
        transactions: transactions(flow, node),
        policy: policy(&descriptor, node),
        trigger: descriptor.trigger.then(|| trigger(&descriptor, node)),
        loops: descriptor.rounds.is_some(),
        rule: rule(&descriptor, node),
        descriptor,
        does,
    }
}

/// The groups around a node that are transactions, the outermost first.
fn transactions(flow: &Flow, node: &Node) -> Vec<Id> {
    let mut around = Vec::new();
    let mut at = node.group.as_ref();
    // Groups that lie in each other in a circle are told by `check`; here they end after as many as there are.
    for _ in 0..flow.groups.len() {
        let Some((id, group)) = at.and_then(|id| flow.groups.get_key_value(id)) else { break };
        if group.is_transaction() && !around.contains(id) {
            around.push(id.clone());
        }
        at = group.parent.as_ref();
    }
    around.reverse();
    around
}

fn field<'a>(descriptor: &'a Descriptor, node: &'a Node, name: &str) -> Option<&'a Value> {
    node.fields.get(name).or_else(|| descriptor.field(name)?.default.as_ref())
}

fn policy(descriptor: &Descriptor, node: &Node) -> Policy {
    if !descriptor.effect {
        return Policy::default();
    }
    let millis = |name| field(descriptor, node, name).and_then(Value::as_str).and_then(time::duration);
    Policy {
        timeout: millis(kinds::WITHIN),
        tries: field(descriptor, node, kinds::TRIES)
            .and_then(Value::as_f64)
            .map_or(1, |n| (n as u32).clamp(1, 20)),
        wait: millis(kinds::PAUSE).unwrap_or(1_000),
    }
}

fn rule(descriptor: &Descriptor, node: &Node) -> Rule {
    match field(descriptor, node, kinds::RULE).and_then(Value::as_str) {
        Some("first") => Rule::First,
        Some("last") => Rule::Last,
        _ => Rule::Error,
    }
}

fn trigger(descriptor: &Descriptor, node: &Node) -> Trigger {
    let word = |name| field(descriptor, node, name).and_then(Value::as_str).unwrap_or_default();
    Trigger {
        scope: match word(kinds::SCOPE) {
            "chat" => Whose::Chat,
            "bot" => Whose::Bot,
            _ => Whose::Person,
        },
        busy: match word(kinds::BUSY) {
            "interrupt" => Busy::Interrupt,
            "queue" => Busy::Queue,
            "ignore" => Busy::Ignore,
            _ => Busy::Beside,
        },
        priority: field(descriptor, node, kinds::PRIORITY).and_then(Value::as_f64).map_or(0, |n| n as i64),
    }
}

fn usual(declared: Option<&Map>) -> Fields {
    let declared = declared.into_iter().flat_map(Map::iter);
    let usual =
        |declaration: &Value| declaration.as_object().and_then(|one| one.get("default")).map(Data::from);
    declared.map(|(name, declaration)| (name, usual(declaration).unwrap_or_default())).collect()
}

fn types(declared: Option<&Map>) -> BTreeMap<SmolStr, SmolStr> {
    let declared = declared.into_iter().flat_map(Map::iter);
    let kind = |declaration: &Value| declaration.as_object()?.get("type")?.as_str().map(SmolStr::new);
    declared.filter_map(|(name, declaration)| Some((name.into(), kind(declaration)?))).collect()
}

/// What a bot does, without where its nodes stand and what is noted beside them.
fn hash(bot: &Bot) -> SmolStr {
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    hasher.update(flow::text::print_manifest(&bot.manifest).as_bytes());
    for (path, flow) in &bot.flows {
        let bare = Flow { layout: BTreeMap::new(), notes: BTreeMap::new(), ..flow.clone() };
        hasher.update(path.as_bytes());
        hasher.update(flow::text::print_flow(&bare).as_bytes());
    }
    for (path, text) in bot.texts.iter().filter(|(path, _)| !path.starts_with("tests/")) {
        hasher.update(path.as_bytes());
        hasher.update(&[0]);
        hasher.update(text.as_bytes());
    }
    SmolStr::from(format!("{:032x}", hasher.digest128()))
}

impl Program {
    pub fn node(&self, spot: &Spot) -> Option<&NodeOf> {
        self.find(&spot.flow, &spot.node).map(|ix| &self.nodes[ix as usize])
    }

    pub(crate) fn find(&self, flow: &str, node: &str) -> Option<u32> {
        self.index.get(flow)?.get(node).copied()
    }

    /// Every node, in the order of flows and ids. A place in it is the number by which traces name nodes.
    pub fn nodes(&self) -> &[NodeOf] {
        &self.nodes
    }

    pub fn spot(&self, ix: u32) -> Spot {
        let node = &self.nodes[ix as usize];
        Spot { flow: node.flow.clone(), node: node.id.clone() }
    }

    /// A text file of the bot: a prompt.
    pub fn file(&self, path: &str) -> Option<&Arc<str>> {
        self.texts.get(path)
    }

    /// A declared variable holds only what it is declared to.
    pub fn fits(&self, place: &Place, value: &Data) -> Result<(), Fault> {
        let Some(scope) = place.scope else { return Ok(()) };
        let Some(kind) = self.types[scope as usize].get(&place.name) else { return Ok(()) };
        let fits = match (kind.as_str(), value) {
            (_, Data::Null) => true,
            ("text", Data::Text(_)) | ("number", Data::Int(_) | Data::Float(_)) | ("bool", Data::Bool(_)) => {
                true
            }
            ("list", Data::List(_)) | ("object", Data::Object(_)) => true,
            ("text" | "number" | "bool" | "list" | "object", _) => false,
            _ => true,
        };
        if fits {
            return Ok(());
        }
        let message = format!(
            "`{}.{}` holds {kind}, but this is {}.",
            SCOPES[scope as usize],
            place.name,
            value.kind()
        );
        Err(Fault::wrong_type(message))
    }

    /// What variables of a scope are until they are set.
    pub fn usual(&self, scope: VarScope) -> Option<&Fields> {
        self.usual.get(scope as usize).map(AsRef::as_ref)
    }

    /// The next moments at which schedules are due, each with its trigger.
    pub fn schedules(&self, after: flow::Time) -> Vec<(flow::Time, Spot)> {
        let due = self
            .triggers
            .iter()
            .filter_map(|ix| Some((self.nodes[*ix as usize].does.next_due(after)?, self.spot(*ix))));
        let mut due: Vec<_> = due.collect();
        due.sort();
        due
    }
}

impl NodeOf {
    /// The outputs that lead on.
    pub fn wired(&self) -> impl Iterator<Item = &SmolStr> {
        self.next.iter().map(|(port, _)| port)
    }

    pub(crate) fn wire(&self, port: &str) -> Option<u32> {
        self.next.iter().find(|(id, _)| id == port).map(|(_, to)| *to)
    }
}

impl VarScope {
    pub fn name(self) -> &'static str {
        SCOPES[self as usize]
    }
}

/// A node that could not be built: out of order.
#[derive(Debug)]
struct Out(Broken);

impl Behaviour for Out {
    fn enter(&self, _: &mut At<'_>) -> Turn {
        Err(Fault {
            field: self.0.field.clone(),
            span: self.0.span,
            ..Fault::new(FaultCode::Broken, self.0.message.clone())
        })
    }
}
