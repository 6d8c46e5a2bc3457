//! What can be said of a node by itself: problems of its fields, and what it uses and claims. Depends on the node, its descriptor and
//! the bot's channels alone, so it is kept as long as the node is.

use std::collections::HashSet;

use smol_str::{SmolStr, format_smolstr};

use super::token::looks_like_secret;
use crate::bot::{FilePath, Id, Node};
use crate::change::texts::{TextRole, each_text};
use crate::change::{Change, Edit, NodeProp, Seg};
use crate::descriptor::{Descriptor, Field, FieldType, Port, Role};
use crate::expr::{self, Mode, Uses, Word};
use crate::limits::{Limit, Platform, command_name_problem};
use crate::problem::{Code, Problem, Severity, Spot};
use crate::time;
use crate::upgrade;
use crate::value::{Map, Value, View};

#[derive(Default)]
pub(super) struct Facts {
    pub problems: Vec<Local>,
    /// Names in expressions, with the field they stand in.
    pub names: Vec<(Vec<Seg>, Vec<Word>)>,
    /// Fields that hold a variable's name with its scope.
    pub variables: Vec<(Vec<Seg>, SmolStr)>,
    pub flows: Vec<(Vec<Seg>, SmolStr)>,
    pub prompts: Vec<(Vec<Seg>, SmolStr)>,
    /// Other nodes that a run may go on at, besides by wires.
    pub jumps: Vec<(Vec<Seg>, SmolStr)>,
    pub secrets: Vec<(Vec<Seg>, SmolStr)>,
    pub claims: Vec<SmolStr>,
    pub ports: Vec<PortFact>,
    pub known_kind: bool,
    /// Its fields are those of a kind and version that are known here.
    pub understood: bool,
    pub trigger: bool,
    pub waits: bool,
    pub sleeps: bool,
    pub rounds: Option<&'static str>,
}

impl Facts {
    /// The variables that the node names, with their scope; the scope alone where the name is worked out.
    pub fn used(&self) -> impl Iterator<Item = SmolStr> {
        let read = self.names.iter().filter_map(|(_, words)| match words.as_slice() {
            [scope] => Some(scope.name.clone()),
            [scope, name, ..] => Some(format_smolstr!("{}.{}", scope.name, name.name)),
            [] => None,
        });
        read.chain(self.variables.iter().map(|(_, name)| name.clone()))
    }
}

#[derive(Clone, PartialEq)]
pub(super) struct PortFact {
    pub id: SmolStr,
    pub role: Role,
    pub each: bool,
    pub label: SmolStr,
}

/// A problem that does not know yet where its node is.
pub(super) struct Local {
    code: Code,
    severity: Severity,
    field: Option<Vec<Seg>>,
    span: Option<(u32, u32)>,
    message: String,
    help: String,
    fix: Option<(String, Vec<Mend>)>,
}

/// A fix as seen from the node.
enum Mend {
    Field(Vec<Seg>, Option<Value>),
    Replace(Box<Node>),
    Prop(NodeProp, Option<Value>),
}

impl Local {
    fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Local {
        Local {
            code,
            severity: code.severity(),
            field: None,
            span: None,
            message: message.into(),
            help: help.into(),
            fix: None,
        }
    }

    fn field(self, field: &[Seg]) -> Local {
        Local { field: Some(field.to_vec()), ..self }
    }

    fn span(self, word: &std::ops::Range<u32>) -> Local {
        Local { span: Some((word.start, word.end)), ..self }
    }

    fn mend(self, label: impl Into<String>, mend: Mend) -> Local {
        Local { fix: Some((label.into(), vec![mend])), ..self }
    }

    pub fn at(&self, file: &FilePath, node: &Id) -> Problem {
        let at = Spot {
            file: file.clone(),
            node: Some(node.clone()),
            field: self.field.clone(),
            span: self.span,
            ..Spot::default()
        };
        let mut problem = Problem::new(self.code, at, self.message.clone(), self.help.clone());
        problem.severity = self.severity;
        let Some((label, mends)) = &self.fix else { return problem };
        let edits = mends.iter().map(|mend| match mend {
            Mend::Field(path, value) => Edit::Field {
                flow: file.clone(),
                node: node.clone(),
                path: path.clone(),
                value: value.clone(),
            },
            Mend::Replace(new) => {
                Edit::Node { flow: file.clone(), id: node.clone(), node: Some(Node::clone(new)) }
            }
            Mend::Prop(prop, value) => {
                Edit::Prop { flow: file.clone(), node: node.clone(), prop: *prop, value: value.clone() }
            }
        });
        problem.fixed_by(label.clone(), Change::new(edits))
    }
}

pub(super) fn facts(node: &Node, descriptor: Option<&Descriptor>, channels: &[Platform]) -> Facts {
    let mut facts = Facts::default();
    let Some(descriptor) = descriptor else {
        let message = if node.kind.is_empty() {
            "This node has no kind.".to_string()
        } else {
            format!("The kind `{}` is not known here.", node.kind)
        };
        let help = "Install the plugin that brings it, or replace the node. It is kept as it is.";
        facts.problems.push(Local::new(Code::UnknownKind, message, help));
        return facts;
    };
    facts.known_kind = true;
    facts.trigger = descriptor.trigger;
    facts.waits = descriptor.waits;
    facts.sleeps = descriptor.sleeps;
    facts.rounds = descriptor.rounds;
    facts.ports = ports(node, descriptor);
    if version(node, descriptor, &mut facts) {
        return facts;
    }
    facts.understood = true;
    for platform in channels {
        if !descriptor.platforms.is_empty() && !descriptor.platforms.contains(platform) {
            let message = format!(
                "`{}` does nothing on {}, which is a channel of this bot.",
                descriptor.title,
                platform.title()
            );
            let help = "Put it behind a switch on the channel, or take the channel out of the bot.";
            facts.problems.push(Local::new(Code::WrongPlatform, message, help));
        }
    }
    for (name, _) in node.fields.iter() {
        if descriptor.field(name).is_none() {
            let near = super::nearest(name, descriptor.fields.iter().map(|field| field.name));
            let hint = near.map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
            let message = format!("`{}` has no field `{name}`.{hint}", descriptor.title);
            let path = [Seg::from(name)];
            facts.problems.push(
                Local::new(
                    Code::UnknownField,
                    message,
                    "It is kept but has no effect. Remove it if it is not needed.",
                )
                .field(&path)
                .mend(format!("Remove {name}"), Mend::Field(path.to_vec(), None)),
            );
        }
    }
    let mut check = Check { facts: &mut facts, channels };
    check.fields(&descriptor.fields, &node.fields, &mut Vec::new());
    each_text(descriptor, node, &mut |at, text, role| check.text(at, text, role));
    claim(node, descriptor, &mut facts);
    facts
}

fn ports(node: &Node, descriptor: &Descriptor) -> Vec<PortFact> {
    let mut ports = Vec::new();
    for port in &descriptor.ports {
        match port {
            Port::Fixed { id, label, role } => ports.push(PortFact {
                id: SmolStr::new_static(id),
                role: *role,
                each: false,
                label: SmolStr::new_static(label),
            }),
            Port::Each { field, label, role } => {
                let items = node.fields.get(field).and_then(Value::as_array).unwrap_or_default();
                ports.extend(items.iter().filter_map(|item| {
                    let id = SmolStr::new(item.id()?);
                    let shown = item.as_object().and_then(|item| item.get(label)).and_then(Value::as_str);
                    let label = shown.map_or_else(|| id.clone(), SmolStr::new);
                    Some(PortFact { id, role: *role, each: true, label })
                }));
            }
        }
    }
    ports
}

/// True when the node's version is not one whose fields are known.
fn version(node: &Node, descriptor: &Descriptor, facts: &mut Facts) -> bool {
    if node.v > descriptor.v {
        let message = format!(
            "This node is of version {} of `{}`; known up to {}.",
            node.v, descriptor.title, descriptor.v
        );
        facts.problems.push(Local::new(
            Code::NewerKind,
            message,
            "Update Nexus Bots to use it. It is kept as it is.",
        ));
    } else if node.v < descriptor.v {
        let message = format!("This node was made for an older version of `{}`.", descriptor.title);
        let mut local = Local::new(
            Code::OlderKind,
            message,
            "Upgrade it to use what is new; until then it works as before.",
        );
        if let Some(upgraded) = upgrade::node(node, descriptor) {
            local = local.mend("Upgrade the node", Mend::Replace(Box::new(upgraded)));
        } else if node.v == 0 {
            let v = Some(Value::int(descriptor.v.into()));
            local = local.mend("Take it as the current version", Mend::Prop(NodeProp::V, v));
        }
        facts.problems.push(local);
    }
    node.v != descriptor.v
}

fn claim(node: &Node, descriptor: &Descriptor, facts: &mut Facts) {
    if descriptor.unique.is_empty() {
        return;
    }
    let mut parts = Vec::new();
    for name in descriptor.unique {
        match node.fields.get(name) {
            Some(Value::String(text)) if !text.is_empty() => {
                parts.push(text.trim_start_matches('/').to_lowercase());
            }
            Some(Value::Number(n)) => parts.push(n.to_string()),
            // What is not there or computed claims nothing.
            _ => return,
        }
    }
    facts.claims.push(SmolStr::from(parts.join(" ")));
}

struct Check<'a> {
    facts: &'a mut Facts,
    channels: &'a [Platform],
}

impl Check<'_> {
    fn fields(&mut self, fields: &[Field], values: &Map, at: &mut Vec<Seg>) {
        for field in fields {
            if let Some(when) = &field.when {
                let default = fields
                    .iter()
                    .find(|other| other.name == when.field)
                    .and_then(|other| other.default.as_ref());
                let actual = values.get(when.field).or(default);
                if !actual.is_some_and(|actual| when.is.contains(actual)) {
                    continue;
                }
            }
            at.push(field.name.into());
            match values.get(field.name) {
                Some(value) if !is_empty(value) => self.value(field, value, at),
                _ if field.required => {
                    let message = format!("`{}` is empty.", field.label);
                    let mut local = Local::new(Code::MissingField, message, "Fill it in.").field(at);
                    if let Some(default) = &field.default {
                        local = local
                            .mend("Fill in the usual value", Mend::Field(at.clone(), Some(default.clone())));
                    }
                    self.facts.problems.push(local);
                }
                _ => {}
            }
            at.pop();
        }
    }

    fn value(&mut self, field: &Field, value: &Value, at: &mut Vec<Seg>) {
        match value.view() {
            View::Secret(name) => {
                if field.secret || field.kind == FieldType::Secret {
                    self.facts.secrets.push((at.clone(), name.into()));
                } else {
                    let message = format!("`{}` may not hold a secret: people could see it.", field.label);
                    let help = "Use secrets only where they are sent to a service, as in a header.";
                    self.facts.problems.push(Local::new(Code::SecretNotAllowed, message, help).field(at));
                }
            }
            View::Expr(_) | View::Raw(_) => {}
            View::Locales(texts) => {
                at.push("$t".into());
                for (locale, text) in texts.iter() {
                    at.push(locale.into());
                    self.plain(field, text, at);
                    at.pop();
                }
                at.pop();
            }
            View::Plain(value) => self.plain(field, value, at),
        }
    }

    fn plain(&mut self, field: &Field, value: &Value, at: &mut Vec<Seg>) {
        match (&field.kind, value) {
            (FieldType::Text { .. } | FieldType::Code { .. } | FieldType::Expr, Value::String(text)) => {
                self.string(field, text, at);
            }
            (FieldType::Duration, Value::String(text))
                if time::duration(text).is_some() || !expr::is_plain(text) => {}
            (FieldType::Duration, _) => {
                self.wrong(field, at, "a duration such as `90s`, `5m`, `1h 30m` or `3d`");
            }
            (FieldType::Number { integer, min, max }, Value::Number(literal)) => {
                let number: f64 = literal.parse().unwrap_or(f64::NAN);
                if *integer && number.fract() != 0.0 {
                    self.wrong(field, at, "a whole number");
                } else if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
                    let (low, high) = (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY));
                    let near = number.clamp(low, high);
                    let message =
                        format!("`{}` is {literal}, but must be between {low} and {high}.", field.label);
                    let mend = Mend::Field(at.clone(), Some(Value::Number(format_smolstr!("{near}"))));
                    let local =
                        Local::new(Code::WrongType, message, "Choose a number in that range.").field(at);
                    self.facts.problems.push(local.mend(format!("Set it to {near}"), mend));
                }
            }
            (FieldType::Bool, Value::Bool(_)) | (FieldType::Json, _) => {}
            (FieldType::Choice { options }, Value::String(chosen)) => {
                if !options.iter().any(|option| option.value == chosen) {
                    let names: Vec<&str> = options.iter().map(|option| option.value).collect();
                    let near = super::nearest(chosen, names.iter().copied());
                    let message = format!("`{}` cannot be `{chosen}`.", field.label);
                    let mut local =
                        Local::new(Code::WrongType, message, format!("Choose one of {}.", names.join(", ")))
                            .field(at);
                    if let Some(near) = near {
                        local = local.mend(
                            format!("Change it to {near}"),
                            Mend::Field(at.clone(), Some(Value::from(near))),
                        );
                    }
                    self.facts.problems.push(local);
                }
            }
            (FieldType::List { item, .. }, Value::Array(elements)) => self.list(field, item, elements, at),
            (FieldType::Map { value: inner }, Value::Object(members)) => {
                for (key, value) in members.iter() {
                    at.push(key.into());
                    self.value(inner, value, at);
                    at.pop();
                }
            }
            (FieldType::Flow, Value::String(id)) => self.facts.flows.push((at.clone(), id.clone())),
            (FieldType::Prompt, Value::String(name)) => self.facts.prompts.push((at.clone(), name.clone())),
            (FieldType::Node, Value::String(id)) => self.facts.jumps.push((at.clone(), id.clone())),
            // Visited with the texts.
            (FieldType::Variable, Value::String(_)) => {}
            (FieldType::Secret, _) => {
                let message = format!("`{}` takes the name of a secret, not the secret itself.", field.label);
                self.facts.problems.push(
                    Local::new(Code::SecretInField, message, "Choose a secret of the vault.").field(at),
                );
            }
            (kind, _) => self.wrong(field, at, wanted(kind)),
        }
    }

    fn string(&mut self, field: &Field, text: &str, at: &[Seg]) {
        if let Some(what) = looks_like_secret(text) {
            let message = format!("This looks like {what}. Whoever sees the bot's files could use it.");
            let help = if field.secret {
                "Put it into the vault and choose it here by name; then make a new one, since this one was seen."
            } else {
                "Take it out, and make a new one, since this one was seen."
            };
            self.facts.problems.push(Local::new(Code::SecretInField, message, help).field(at));
        }
        let Some(limit) = field.limit else { return };
        let shown = if field.template { without_tags(text) } else { text.into() };
        let worst = self.channels.iter().filter_map(|&platform| {
            let most = limit.most(platform)?;
            let length = limit.measure(&shown, platform);
            (length > most).then_some((platform, length, most))
        });
        if let Some((platform, length, most)) = worst.min_by_key(|(_, _, most)| *most) {
            let message = format!(
                "`{}` has {length} {}; {} takes at most {most}.",
                field.label,
                limit.unit_on(platform),
                platform.title()
            );
            let help = "Shorten it, or split it into several.";
            self.facts.problems.push(Local::new(Code::OverLimit, message, help).field(at));
        } else if limit == Limit::CommandName && (!field.template || expr::is_plain(text)) {
            let problem = self.channels.iter().find_map(|&platform| command_name_problem(platform, text));
            if let Some(message) = problem {
                let help = "Choose a name that all channels of the bot take.";
                self.facts.problems.push(Local::new(Code::OverLimit, message, help).field(at));
            }
        }
    }

    fn list(&mut self, field: &Field, item: &[Field], elements: &[Value], at: &mut Vec<Seg>) {
        if let Some(limit) = field.limit {
            for &platform in self.channels {
                if let Some(most) = limit.most(platform).filter(|&most| elements.len() > most) {
                    let message = format!(
                        "There are {} {}; {} takes at most {most}.",
                        elements.len(),
                        limit.unit(),
                        platform.title()
                    );
                    self.facts.problems.push(
                        Local::new(Code::OverLimit, message, "Remove some, or ask in two steps.").field(at),
                    );
                }
            }
        }
        // First of all, since giving ids would make objects of them.
        if elements.iter().any(|element| element.as_object().is_none()) {
            self.wrong(field, at, "a list of objects with an `id` each");
            return;
        }
        let mut seen: HashSet<&str> = HashSet::new();
        for (place, element) in elements.iter().enumerate() {
            let Some(members) = element.as_object() else { continue };
            let seg = match element.id() {
                Some(id) if !id.is_empty() && seen.insert(id) => Seg::Item { item: id.into() },
                _ => {
                    let message = format!("Element {} of `{}` has no id of its own.", place + 1, field.label);
                    let mend = Mend::Field(at.clone(), Some(Value::Array(with_ids(elements))));
                    let help = "Give it an id that no other element of the list has.";
                    let local = Local::new(Code::BadItem, message, help).field(at);
                    self.facts.problems.push(local.mend("Give all elements ids", mend));
                    return;
                }
            };
            at.push(seg);
            self.fields(item, members, at);
            at.pop();
        }
    }

    fn wrong(&mut self, field: &Field, at: &[Seg], wanted: &str) {
        let message = format!("`{}` should be {wanted}.", field.label);
        self.facts
            .problems
            .push(Local::new(Code::WrongType, message, "Enter it again in the inspector.").field(at));
    }

    fn text(&mut self, at: &[Seg], text: &str, role: TextRole) {
        let mode = match role {
            TextRole::Variable => {
                self.facts.variables.push((at.to_vec(), text.into()));
                return;
            }
            // Looked at with the fields, of which some may not apply.
            TextRole::Node | TextRole::Flow | TextRole::Secret => return,
            TextRole::Expression(mode) => mode,
        };
        let Uses { names, filters, tests: _, functions } = match expr::uses(text, mode) {
            Ok(uses) => uses,
            Err(error) => {
                let message = format!("This expression cannot be read: {}.", error.message);
                let help = match mode {
                    Mode::Template => "Check the brackets: `{{ name }}` fills in a value.",
                    Mode::Bare => "Write it as `user.age >= 18`, with texts in quotes.",
                };
                self.facts
                    .problems
                    .push(Local::new(Code::BadExpression, message, help).field(at).span(&error.span));
                return;
            }
        };
        for word in filters.iter().filter(|word| !expr::has_filter(&word.name)) {
            self.unknown_word(at, word, "filter", expr::FILTERS.into_iter());
        }
        for word in functions.iter().filter(|word| !expr::FUNCTIONS.contains(&word.name.as_str())) {
            self.unknown_word(at, word, "function", expr::FUNCTIONS.into_iter());
        }
        self.facts.names.extend(names.into_iter().map(|words| (at.to_vec(), words)));
    }

    fn unknown_word<'w>(
        &mut self,
        at: &[Seg],
        word: &Word,
        what: &str,
        known: impl Iterator<Item = &'w str>,
    ) {
        let near = super::nearest(&word.name, known);
        let help =
            near.map_or_else(|| "Check its spelling.".to_string(), |near| format!("Did you mean `{near}`?"));
        let message = format!("There is no {what} `{}`.", word.name);
        self.facts.problems.push(Local::new(Code::UnknownFilter, message, help).field(at).span(&word.span));
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn wanted(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::Text { .. } | FieldType::Code { .. } => "a text",
        FieldType::Expr => "an expression",
        FieldType::Number { .. } => "a number",
        FieldType::Bool => "true or false",
        FieldType::Choice { .. } => "one of the offered choices",
        FieldType::List { .. } => "a list",
        FieldType::Map { .. } => "an object",
        FieldType::Flow => "the id of a flow",
        FieldType::Prompt => "the name of a prompt",
        FieldType::Node => "the id of a node",
        FieldType::Variable => "a variable such as `bot.total`",
        FieldType::Secret => "the name of a secret",
        FieldType::Json | FieldType::Duration => "a value",
    }
}

/// The text that surely is sent: what stands outside of tags.
fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{").into_iter().chain(rest.find("{%")).chain(rest.find("{#")).min() {
        out.push_str(&rest[..open]);
        let close = match &rest[open..open + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        match rest[open..].find(close) {
            Some(end) => rest = &rest[open + end + 2..],
            None => return out,
        }
    }
    out.push_str(rest);
    out
}

fn with_ids(elements: &[Value]) -> Vec<Value> {
    let taken: HashSet<&str> = elements.iter().filter_map(Value::id).collect();
    let mut fresh = (1..).map(|n: u32| format_smolstr!("i{n}")).filter(|id| !taken.contains(id.as_str()));
    let mut seen: HashSet<&str> = HashSet::new();
    elements
        .iter()
        .map(|element| {
            let mut members = element.as_object().cloned().unwrap_or_default();
            let id = match element.id() {
                Some(id) if !id.is_empty() && seen.insert(id) => SmolStr::new(id),
                _ => fresh.next().unwrap_or_default(),
            };
            members.insert("id", Value::String(id));
            Value::Object(members)
        })
        .collect()
}
