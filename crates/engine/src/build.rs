//! Building a node's behaviour from its fields. A kind asks for its fields by name; what is left out is what the descriptor says.

use flow::data::Data;
use flow::descriptor::Field;
use flow::expr::Formula;
use flow::value::{Map, Value};
use flow::{Bot, Descriptor, Id, Node, time};
use smol_str::{SmolStr, format_smolstr};

use crate::input::VarScope;
use crate::source::Source;

/// Why a node cannot be built. It fails when a run gets to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub field: Option<SmolStr>,
    pub message: String,
    pub span: Option<(u32, u32)>,
}

impl Broken {
    pub fn new(message: impl Into<String>) -> Broken {
        Broken { field: None, message: message.into(), span: None }
    }

    pub fn at(self, field: &str) -> Broken {
        Broken { field: Some(field.into()), ..self }
    }
}

/// Where a node stores something: `user.size`, `flow.total`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Nothing: the run's own.
    pub scope: Option<VarScope>,
    pub name: SmolStr,
}

impl Place {
    pub fn parse(text: &str) -> Option<Place> {
        let (scope, name) = text.split_once('.')?;
        let scope = match scope {
            "user" => Some(VarScope::User),
            "chat" => Some(VarScope::Chat),
            "bot" => Some(VarScope::Bot),
            "flow" => None,
            _ => return None,
        };
        flow::expr::is_identifier(name).then(|| Place { scope, name: name.into() })
    }
}

/// The fields of a node, or of one element of a list.
pub struct Build<'a> {
    pub bot: &'a Bot,
    pub node: &'a Node,
    values: &'a Map,
    declared: &'a [Field],
    at: SmolStr,
}

impl<'a> Build<'a> {
    pub fn new(bot: &'a Bot, node: &'a Node, of: &'a Descriptor) -> Build<'a> {
        Build { bot, node, values: &node.fields, declared: &of.fields, at: SmolStr::default() }
    }

    fn declared(&self, name: &str) -> Option<&'a Field> {
        self.declared.iter().find(|field| field.name == name)
    }

    /// What stands in the field, or its usual value.
    pub fn raw(&self, name: &str) -> Option<&'a Value> {
        let usual = || self.declared(name).and_then(|field| field.default.as_ref());
        self.values.get(name).or_else(usual)
    }

    /// Is there anything in the field?
    pub fn has(&self, name: &str) -> bool {
        !matches!(self.raw(name), None | Some(Value::Null))
            && self.raw(name) != Some(&Value::String("".into()))
    }

    /// A value that may have to be worked out.
    pub fn source(&mut self, name: &str) -> Result<Source, Broken> {
        let Some(value) = self.raw(name) else { return Ok(Source::default()) };
        let template = self.declared(name).is_some_and(|field| field.template);
        Ok(Source::new(value, template))
    }

    fn path(&self, name: &str) -> SmolStr {
        if self.at.is_empty() { name.into() } else { format_smolstr!("{}.{name}", self.at) }
    }

    /// A bare expression; nothing if the field is empty.
    pub fn formula(&mut self, name: &str) -> Result<Option<Formula>, Broken> {
        let text = match self.raw(name) {
            Some(Value::String(text)) if !text.trim().is_empty() => text.as_str(),
            Some(value) => match value.tag() {
                Some(("$expr", Value::String(text))) => text.as_str(),
                _ => return Ok(None),
            },
            None => return Ok(None),
        };
        Ok(Some(Formula::later(text)))
    }

    /// A text taken as it is.
    pub fn word(&self, name: &str) -> SmolStr {
        self.raw(name).and_then(Value::as_str).unwrap_or_default().into()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.raw(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub fn whole(&self, name: &str) -> Option<i64> {
        self.raw(name).and_then(Value::as_f64).map(|n| n as i64)
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        self.raw(name).and_then(Value::as_f64)
    }

    /// A duration; `At::millis` works it out.
    pub fn duration(&mut self, name: &str) -> Result<Option<Source>, Broken> {
        if !self.has(name) {
            return Ok(None);
        }
        let source = self.source(name)?;
        if let Some(Data::Text(text)) = source.as_plain()
            && time::duration(text).is_none()
        {
            let message = format!("`{text}` is no duration; write it as `90s`, `5m`, `2h` or `3d`.");
            return Err(Broken::new(message).at(name));
        }
        Ok(Some(source))
    }

    /// The variable that a field names; nothing if it is empty.
    pub fn place(&self, name: &str) -> Result<Option<Place>, Broken> {
        let text = self.word(name);
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = || Broken::new(format!("`{text}` is no variable; write it as `user.size`.")).at(name);
        Place::parse(&text).map(Some).ok_or_else(wrong)
    }

    /// The name of the secret that a field holds; nothing if it is empty.
    pub fn secret(&self, name: &str) -> Option<SmolStr> {
        match self.raw(name)?.tag() {
            Some(("$secret", Value::String(secret))) => Some(secret.clone()),
            _ => None,
        }
    }

    /// A text file of the bot, in which `{{ … }}` is filled in.
    pub fn file(&self, path: &str, name: &str) -> Result<Source, Broken> {
        let missing = || Broken::new(format!("The bot has no file `{path}`.")).at(name);
        let text = self.bot.texts.get(path).ok_or_else(missing)?;
        Ok(Source::new(&Value::String(text.as_ref().into()), true))
    }

    /// The id of another flow.
    pub fn flow(&self, name: &str) -> Result<Id, Broken> {
        let id = self.word(name);
        match self.bot.flow_by_id(&id) {
            Some(_) => Ok(id),
            None => Err(Broken::new(format!("There is no flow with the id `{id}`.")).at(name)),
        }
    }

    /// Each element of a list, with its id. Its fields are asked for in the same way.
    pub fn each<T>(
        &mut self,
        name: &str,
        mut build: impl FnMut(&mut Build<'_>, SmolStr) -> Result<T, Broken>,
    ) -> Result<Vec<T>, Broken> {
        let Some(flow::FieldType::List { item, .. }) = self.declared(name).map(|field| &field.kind) else {
            return Ok(Vec::new());
        };
        let elements = self.raw(name).and_then(Value::as_array).unwrap_or_default();
        let mut built = Vec::with_capacity(elements.len());
        for element in elements {
            let Some(values) = element.as_object() else { continue };
            let id = SmolStr::new(element.id().unwrap_or_default());
            let at = format_smolstr!("{}.{id}", self.path(name));
            let mut inner = Build { bot: self.bot, node: self.node, values, declared: item, at };
            built.push(build(&mut inner, id)?);
        }
        Ok(built)
    }

    /// Each member of a map of values.
    pub fn map(&mut self, name: &str) -> Result<Vec<(SmolStr, Source)>, Broken> {
        let Some(flow::FieldType::Map { value: inner }) = self.declared(name).map(|field| &field.kind) else {
            return Ok(Vec::new());
        };
        let Some(members) = self.raw(name).and_then(Value::as_object) else { return Ok(Vec::new()) };
        let members =
            members.iter().map(|(key, value)| (SmolStr::new(key), Source::new(value, inner.template)));
        Ok(members.collect())
    }
}
