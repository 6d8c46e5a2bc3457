//! Do the names that nodes use exist? Depends on the whole bot.

use std::collections::HashSet;

use smol_str::SmolStr;

use super::facts::Facts;
use super::{Around, Callable, declared_type, nearest};
use crate::bot::{FilePath, GIVEN, Id, Node, SCOPES};
use crate::change::{self, Change, Edit, FlowProp, Seg};
use crate::expr::Word;
use crate::problem::{Code, Problem, Spot};
use crate::value::{Map, Value};

/// The names that every expression knows.
pub const ROOTS: [&str; 8] = ["msg", "user", "chat", "bot", "flow", "nodes", "now", "env"];
pub(super) struct Names<'a> {
    around: &'a Around,
    ids: &'a HashSet<Id>,
    keys: &'a HashSet<SmolStr>,
    run: &'a HashSet<SmolStr>,
    inputs: &'a Map,
    /// What can be read of `user`, `chat` and `bot`.
    scopes: [HashSet<&'a str>; 3],
    secrets: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    pub fn of(
        around: &'a Around,
        ids: &'a HashSet<Id>,
        keys: &'a HashSet<SmolStr>,
        run: &'a HashSet<SmolStr>,
        inputs: &'a Map,
    ) -> Names<'a> {
        let scope = |scope: &'static str| {
            let given = GIVEN
                .iter()
                .filter(|(given, _)| *given == scope)
                .flat_map(|(_, names)| names.iter().copied());
            let declared =
                around.manifest.variables(scope).into_iter().flat_map(Map::iter).map(|(name, _)| name);
            given.chain(declared).collect()
        };
        Names {
            around,
            ids,
            keys,
            run,
            inputs,
            scopes: SCOPES.map(scope),
            secrets: around.manifest.secrets().collect(),
        }
    }

    pub fn check(&self, path: &FilePath, id: &Id, node: &Node, facts: &Facts, problems: &mut Vec<Problem>) {
        let spot = |field: &[Seg]| Spot {
            file: path.clone(),
            node: Some(id.clone()),
            field: Some(field.to_vec()),
            ..Spot::default()
        };
        for (field, words) in &facts.names {
            if let Some(found) = self.unknown(words) {
                let mut problem = found.problem(spot(field), path, id, node, field);
                if let (None, Some((scope, name))) = (&problem.fix, found.undeclared())
                    && self.has_room(&["variables", scope])
                {
                    problem = problem.fixed_by(format!("Declare {scope}.{name}"), declare(scope, name));
                }
                if let (None, Some(name)) = (&problem.fix, found.missing("env"))
                    && self.has_room(&["settings"])
                {
                    let place = vec!["settings".into(), name.into()];
                    let edit = Edit::Manifest { path: place, value: Some(Value::text("")) };
                    problem = problem.fixed_by(format!("Add the setting {name}"), edit.into());
                }
                if let (None, Some(name)) = (&problem.fix, found.missing("flow")) {
                    problem = problem
                        .fixed_by(format!("Make {name} an input of the flow"), self.with_input(path, name));
                }
                problems.push(problem);
            }
        }
        for (field, name) in &facts.variables {
            if let Some(problem) = self.variable(name, spot(field)) {
                problems.push(problem);
            }
        }
        for (field, name) in &facts.secrets {
            if !self.secrets.contains(name.as_str()) {
                let place = vec!["secrets".into(), name.as_str().into()];
                let edit = Edit::Manifest { path: place, value: Some(Value::Object(Map::new())) };
                let message = format!("bot.json names no secret `{name}`.");
                let help = "Choose another one, or add it to the bot.";
                let mut problem = Problem::new(Code::UnknownSecret, spot(field), message, help);
                if self.has_room(&["secrets"]) {
                    problem = problem.fixed_by(format!("Add the secret {name}"), edit.into());
                }
                problems.push(problem);
            }
        }
        for (field, target) in facts.jumps.iter().filter(|(_, target)| !self.ids.contains(target)) {
            let edit = Edit::Field { flow: path.clone(), node: id.clone(), path: field.clone(), value: None };
            let message = format!("There is no node with the id `{target}` in this flow.");
            let help = "Choose one of this flow's nodes.";
            problems.push(
                Problem::new(Code::UnknownNode, spot(field), message, help)
                    .fixed_by("Leave it empty", edit.into()),
            );
        }
        for (field, name) in facts.prompts.iter().filter(|(_, name)| !self.around.prompts.contains(name)) {
            let near = nearest(name, self.around.prompts.iter().map(SmolStr::as_str));
            let help = near
                .map_or("Choose another one, or write it.".into(), |near| format!("Did you mean `{near}`?"));
            let message = format!("The bot has no file `prompts/{name}.md`.");
            let mut problem = Problem::new(Code::UnknownPrompt, spot(field), message, help);
            let file = format!("{}{name}.md", super::PROMPTS);
            if near.is_none() && is_file_name(name) {
                let edit = Edit::File { path: file.as_str().into(), text: Some("".into()) };
                problem = problem.fixed_by(format!("Add the file {file}"), edit.into());
            }
            problems.push(problem);
        }
        for (field, called) in &facts.flows {
            match self.around.flows.get(called) {
                Some(flow) => bad_call(flow, (path, id, node), &spot(field), problems),
                None => {
                    let near = nearest(called, self.around.flows.keys().map(SmolStr::as_str));
                    let help = near.map_or("Choose one of this bot's flows.".to_string(), |near| {
                        format!("Did you mean `{near}`?")
                    });
                    let message = format!("There is no flow with the id `{called}`.");
                    let mut problem = Problem::new(Code::UnknownFlow, spot(field), message, help);
                    if let Some(near) = near {
                        let edit = Edit::Field {
                            flow: path.clone(),
                            node: id.clone(),
                            path: field.clone(),
                            value: Some(Value::from(near)),
                        };
                        problem = problem.fixed_by(format!("Call {near}"), edit.into());
                    }
                    problems.push(problem);
                }
            }
        }
    }

    /// The flow with one more input, which a caller may leave out.
    fn with_input(&self, path: &FilePath, name: &str) -> Change {
        let mut inputs = self.inputs.clone();
        let input = Map::from_iter([("type".into(), Value::from("any")), ("default".into(), Value::Null)]);
        inputs.insert(name, Value::Object(input));
        let value = Some(Value::Object(inputs));
        Edit::FlowProp { flow: path.clone(), prop: FlowProp::Inputs, value }.into()
    }

    /// Whether bot.json can take a member there: what is on the way is absent or an object.
    fn has_room(&self, place: &[&str]) -> bool {
        let mut at = &self.around.manifest.0;
        for name in place {
            match at.get(name) {
                None => return true,
                Some(Value::Object(inner)) => at = inner,
                Some(_) => return false,
            }
        }
        true
    }

    /// The first word of a name that does not exist.
    fn unknown<'w>(&self, words: &'w [Word]) -> Option<Unknown<'w>> {
        let root = words.first()?;
        if !ROOTS.contains(&root.name.as_str()) {
            let near = nearest(&root.name, ROOTS.into_iter()).map(str::to_string);
            return Some(Unknown { word: root, scope: None, near });
        }
        let word = words.get(1)?;
        let name = word.name.as_str();
        let near = match root.name.as_str() {
            "nodes" if !self.keys.contains(name) => nearest(name, self.keys.iter().map(SmolStr::as_str)),
            "flow" if !self.run.contains(name) => nearest(name, self.run.iter().map(SmolStr::as_str)),
            "env" if self.around.manifest.settings().is_none_or(|settings| !settings.contains(name)) => {
                let settings = self.around.manifest.settings();
                nearest(name, settings.into_iter().flat_map(Map::iter).map(|(name, _)| name))
            }
            scope => match self.scope(scope) {
                Some(known) if !known.contains(name) => nearest(name, known.iter().copied()),
                _ => return None,
            },
        };
        Some(Unknown { word, scope: Some(&root.name), near: near.map(str::to_string) })
    }

    /// What can be read of a scope; nothing for what is not a scope.
    fn scope(&self, name: &str) -> Option<&HashSet<&'a str>> {
        SCOPES.iter().position(|scope| *scope == name).map(|place| &self.scopes[place])
    }

    /// A field that names a variable to write to.
    fn variable(&self, name: &str, at: Spot) -> Option<Problem> {
        let help = "Write it with its scope: `user.`, `chat.`, `bot.` or `flow.`, then the name.";
        let Some((scope, name)) = name.split_once('.') else {
            let message = format!("`{name}` does not say which variable is meant.");
            return Some(Problem::new(Code::UnknownVariable, at, message, help));
        };
        if !crate::expr::is_identifier(name) || !(scope == "flow" || SCOPES.contains(&scope)) {
            return Some(Problem::new(
                Code::UnknownVariable,
                at,
                format!("`{scope}.{name}` is not a variable."),
                help,
            ));
        }
        if scope == "flow"
            || self.around.manifest.variables(scope).is_some_and(|variables| variables.contains(name))
        {
            return None;
        }
        if self.scope(scope).is_some_and(|known| known.contains(name)) {
            let message = format!("`{scope}.{name}` is given by the platform and cannot be changed.");
            return Some(Problem::new(Code::UnknownVariable, at, message, "Choose another name."));
        }
        let message = format!("bot.json declares no variable `{scope}.{name}`.");
        let problem = Problem::new(Code::UnknownVariable, at, message, "Declare it, or check its spelling.");
        if !self.has_room(&["variables", scope]) {
            return Some(problem);
        }
        Some(problem.fixed_by(format!("Declare {scope}.{name}"), declare(scope, name)))
    }
}

struct Unknown<'w> {
    word: &'w Word,
    scope: Option<&'w str>,
    near: Option<String>,
}

impl Unknown<'_> {
    fn problem(&self, mut at: Spot, path: &FilePath, id: &Id, node: &Node, field: &[Seg]) -> Problem {
        let span = &self.word.span;
        at.span = Some((span.start, span.end));
        let name = &self.word.name;
        let help = match &self.near {
            Some(near) => format!("Did you mean `{near}`?"),
            None => match self.scope {
                None => format!("Known are {}.", ROOTS.join(", ")),
                Some("nodes") => "Give the node you mean this key.".into(),
                Some("flow") => "Set it earlier in this flow, or declare it as an input of the flow.".into(),
                Some("env") => "Add it to the settings of the bot.".into(),
                Some(_) => "Declare it, or check its spelling.".into(),
            },
        };
        let (code, message) = match self.scope {
            None => (Code::UnknownName, format!("There is no `{name}`.")),
            Some("nodes") => (Code::UnknownName, format!("No node of this flow has the key `{name}`.")),
            Some("flow") => (Code::UnknownVariable, format!("Nothing in this flow sets `flow.{name}`.")),
            Some("env") => (Code::UnknownName, format!("The bot has no setting `{name}`.")),
            Some(scope) => {
                (Code::UnknownVariable, format!("bot.json declares no variable `{scope}.{name}`."))
            }
        };
        let problem = Problem::new(code, at, message, help);
        if let Some(near) = &self.near {
            let Some(Value::String(text)) = change::get(&node.fields, field) else { return problem };
            let mut text = text.to_string();
            text.replace_range(span.start as usize..span.end as usize, near);
            let value = Some(Value::text(text));
            let edit = Edit::Field { flow: path.clone(), node: id.clone(), path: field.to_vec(), value };
            return problem.fixed_by(format!("Change it to {near}"), edit.into());
        }
        problem
    }

    /// The name in a scope that could have it.
    fn missing(&self, scope: &str) -> Option<&str> {
        let name = self.word.name.as_str();
        (self.scope == Some(scope) && crate::expr::is_identifier(name)).then_some(name)
    }

    /// A variable that bot.json could declare.
    fn undeclared(&self) -> Option<(&str, &str)> {
        let (scope, name) = (self.scope?, self.word.name.as_str());
        (SCOPES.contains(&scope) && crate::expr::is_identifier(name)).then_some((scope, name))
    }
}

fn declare(scope: &str, name: &str) -> Change {
    let declaration = Value::Object(Map::from_iter([("type".into(), Value::from("any"))]));
    Edit::Manifest { path: vec!["variables".into(), scope.into(), name.into()], value: Some(declaration) }
        .into()
}

/// The arguments that a call gives, held against the inputs of the flow it calls.
fn bad_call(
    flow: &Callable,
    (path, id, node): (&FilePath, &Id, &Node),
    at: &Spot,
    problems: &mut Vec<Problem>,
) {
    let empty = Map::new();
    let given = node.fields.get("inputs").and_then(Value::as_object).unwrap_or(&empty);
    let set = |name: &str, value: Option<Value>| -> Change {
        // Arguments are a map; where there is none yet, it starts with this one.
        let whole = node.fields.get("inputs").is_none_or(|inputs| inputs.as_object().is_none());
        let (place, value) = match value {
            Some(value) if whole => {
                let first = Map::from_iter([(name.into(), value)]);
                (vec![Seg::from("inputs")], Some(Value::Object(first)))
            }
            value => (vec!["inputs".into(), name.into()], value),
        };
        Edit::Field { flow: path.clone(), node: id.clone(), path: place, value }.into()
    };
    for (name, input) in flow.inputs.iter() {
        let optional = input.as_object().is_some_and(|input| input.contains("default"));
        if !optional && !given.contains(name) {
            let kind = declared_type(input).unwrap_or("any");
            let message = format!("The flow `{}` needs `{name}` ({kind}).", flow.name);
            problems.push(
                Problem::new(Code::BadCall, at.clone(), message, "Give it under inputs.")
                    .fixed_by(format!("Give {name}"), set(name, Some(empty_of(kind)))),
            );
        }
    }
    for (name, _) in given.iter().filter(|(name, _)| !flow.inputs.contains(name)) {
        let near = nearest(name, flow.inputs.iter().map(|(name, _)| name));
        let help = near.map_or("Remove it, or add it to the inputs of that flow.".into(), |near| {
            format!("Did you mean `{near}`?")
        });
        let message = format!("The flow `{}` has no input `{name}`.", flow.name);
        problems.push(
            Problem::new(Code::BadCall, at.clone(), message, help)
                .fixed_by(format!("Remove {name}"), set(name, None)),
        );
    }
}

/// What stands for a value until somebody says which.
fn empty_of(kind: &str) -> Value {
    match kind {
        "number" => Value::int(0),
        "bool" => Value::Bool(false),
        "list" => Value::Array(Vec::new()),
        "object" => Value::Object(Map::new()),
        _ => Value::text(""),
    }
}

/// A plain name, so that the file works on every system.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'@'))
}
