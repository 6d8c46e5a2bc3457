//! What is wrong with a bot. `check` looks at it once; a [`Checker`] keeps what it found out about each node and looks again only at
//! the nodes that changed.

mod facts;
mod graph;
mod known;
mod manifest;
mod names;
mod token;
mod transactions;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use self::known::Known;
pub use self::token::looks_like_secret;
use crate::bot::{Bot, FilePath, Id, Manifest};
use crate::descriptor::Kinds;
use crate::limits::Platform;
use crate::problem::Problem;
use crate::value::{Map, Value};

pub fn check(bot: &Bot, kinds: &Kinds) -> Vec<Problem> {
    Checker::new(Arc::new(kinds.clone())).check(bot)
}

pub struct Checker {
    kinds: Arc<Kinds>,
    around: Around,
    flows: BTreeMap<FilePath, Known>,
}

/// What every flow of the bot can refer to. When it changes, names are looked up again.
#[derive(Default)]
struct Around {
    manifest: Manifest,
    channels: Vec<Platform>,
    flows: BTreeMap<Id, Callable>,
    /// The names of the texts under `prompts/`.
    prompts: BTreeSet<SmolStr>,
}

/// A flow as its callers see it.
#[derive(PartialEq)]
struct Callable {
    name: SmolStr,
    inputs: Map,
}

impl Checker {
    pub fn new(kinds: Arc<Kinds>) -> Checker {
        Checker { kinds, around: Around::default(), flows: BTreeMap::new() }
    }

    /// All problems of the bot, in the order of files, nodes and fields.
    pub fn check(&mut self, bot: &Bot) -> Vec<Problem> {
        let channels: Vec<Platform> = bot.manifest.channels().filter_map(Platform::named).collect();
        if channels != self.around.channels {
            self.around.channels = channels;
            self.flows.clear();
        }
        self.flows.retain(|path, _| bot.flows.contains_key(path));
        let elsewhere = self.around.refresh(bot);
        let mut problems = Vec::new();
        manifest::check(&bot.manifest, &mut problems);
        whole::duplicate_flows(bot, &mut problems);
        for (path, flow) in &bot.flows {
            let known = self.flows.entry(path.clone()).or_default();
            known.refresh(path, flow, &self.kinds, &self.around, elsewhere);
            known.problems(path, flow, &mut problems);
        }
        whole::duplicate_claims(&self.flows, &mut problems);
        whole::unused_variables(bot, &self.flows, &mut problems);
        problems.sort_by(|a, b| (&a.at, a.code).cmp(&(&b.at, b.code)));
        problems
    }
}

impl Around {
    /// True when something changed that names depend on.
    fn refresh(&mut self, bot: &Bot) -> bool {
        let callable =
            |flow: &crate::bot::Flow| Callable { name: flow.name.clone(), inputs: flow.inputs.clone() };
        let flows = bot.flows.values().map(|flow| (flow.id.clone(), callable(flow))).collect();
        let name = |path: &FilePath| Some(SmolStr::new(path.strip_prefix(PROMPTS)?.strip_suffix(".md")?));
        let prompts = bot.texts.keys().filter_map(name).collect();
        let same = self.manifest == bot.manifest && self.flows == flows && self.prompts == prompts;
        if !same {
            self.prompts = prompts;
            self.manifest = bot.manifest.clone();
            self.flows = flows;
        }
        !same
    }
}

/// Where prompts lie in a bot's folder.
pub const PROMPTS: &str = "prompts/";

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
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
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
