//! A field's value, compiled: what stands there, or what has to be worked out each time.

use std::sync::Arc;

use flow::data::{Data, Fields};
use flow::expr::{Formula, Scope, Template, is_plain};
use flow::value::{Value, View};
use smol_str::SmolStr;

use crate::effect::Filled;
use crate::fault::{Fault, FaultCode};
use crate::input::Variable;

#[derive(Debug)]
pub enum Source {
    Plain(Data),
    Text(Template),
    Formula(Formula),
    /// One per locale; the first one is for everybody else.
    Locales(Vec<(SmolStr, Source)>),
    List(Vec<Source>),
    Object(Vec<(SmolStr, Source)>),
    Secret(SmolStr),
}

impl Default for Source {
    fn default() -> Source {
        Source::Plain(Data::Null)
    }
}

impl Source {
    /// `template`: whether `{{ … }}` is filled in; the descriptor says so.
    pub fn new(value: &Value, template: bool) -> Source {
        match value.view() {
            View::Expr(text) => Source::Formula(Formula::later(text)),
            View::Secret(name) => Source::Secret(name.into()),
            View::Raw(inner) => Source::Plain(Data::from(inner)),
            View::Locales(texts) => Source::Locales(
                texts.iter().map(|(locale, text)| (locale.into(), Source::new(text, template))).collect(),
            ),
            View::Plain(Value::String(text)) if template && !is_plain(text) => {
                Source::Text(Template::later(text))
            }
            View::Plain(Value::Array(items)) => {
                let items: Vec<Source> = items.iter().map(|item| Source::new(item, template)).collect();
                match items.iter().map(Source::as_plain).collect::<Option<Vec<_>>>() {
                    Some(plain) => Source::Plain(Data::list(plain.into_iter().cloned())),
                    None => Source::List(items),
                }
            }
            View::Plain(Value::Object(members)) => {
                let members =
                    members.iter().map(|(name, value)| (SmolStr::new(name), Source::new(value, template)));
                let members: Vec<_> = members.collect();
                let plain =
                    members.iter().map(|(name, value)| Some((name.clone(), value.as_plain()?.clone())));
                match plain.collect::<Option<Fields>>() {
                    Some(plain) => Source::Plain(Data::Object(Arc::new(plain))),
                    None => Source::Object(members),
                }
            }
            View::Plain(plain) => Source::Plain(Data::from(plain)),
        }
    }

    pub fn value(&self, scope: &Arc<Scope>) -> Result<Data, Fault> {
        Ok(match self {
            Source::Plain(data) => data.clone(),
            Source::Text(template) => Data::Text(template.render(scope)?),
            Source::Formula(formula) => formula.eval(scope)?,
            Source::Locales(texts) => return Source::in_language(texts, scope)?.value(scope),
            Source::List(items) => {
                let items = items.iter().map(|item| item.value(scope));
                Data::List(Arc::new(items.collect::<Result<_, _>>()?))
            }
            Source::Object(members) => {
                let members = members.iter().map(|(name, value)| Ok((name.clone(), value.value(scope)?)));
                Data::Object(Arc::new(members.collect::<Result<_, Fault>>()?))
            }
            Source::Secret(name) => {
                let message = format!("The secret `{name}` cannot be used here.");
                return Err(Fault::new(FaultCode::Broken, message));
            }
        })
    }

    /// As a person reads it.
    pub fn text(&self, scope: &Arc<Scope>) -> Result<SmolStr, Fault> {
        match self {
            Source::Plain(Data::Text(text)) => Ok(text.clone()),
            Source::Text(template) => Ok(template.render(scope)?),
            Source::Locales(texts) => Source::in_language(texts, scope)?.text(scope),
            other => Ok(other.value(scope)?.shown()),
        }
    }

    pub fn filled(&self, scope: &Arc<Scope>) -> Result<Filled, Fault> {
        match self {
            Source::Secret(name) => Ok(Filled::Secret(name.clone())),
            other => other.text(scope).map(Filled::Text),
        }
    }

    pub fn as_plain(&self) -> Option<&Data> {
        match self {
            Source::Plain(data) => Some(data),
            _ => None,
        }
    }

    /// Nothing stands there.
    pub fn is_empty(&self) -> bool {
        match self {
            Source::Plain(Data::Null) => true,
            Source::Plain(Data::Text(text)) => text.is_empty(),
            _ => false,
        }
    }

    fn in_language<'a>(texts: &'a [(SmolStr, Source)], scope: &Scope) -> Result<&'a Source, Fault> {
        let language = scope.user.get("language").unwrap_or_default();
        let language = language.as_str().unwrap_or_default();
        let short = language.split(['-', '_']).next().unwrap_or_default();
        let named = |name: &str| texts.iter().find(|(locale, _)| locale == name);
        let chosen = named(language).or_else(|| named(short)).or_else(|| texts.first());
        let none = || Fault::new(FaultCode::Broken, "The text is there in no language.");
        chosen.map(|(_, source)| source).ok_or_else(none)
    }

    /// Every shared variable that it may look up.
    pub fn each_shared(&self, seen: &mut impl FnMut(Variable)) {
        match self {
            Source::Plain(_) | Source::Secret(_) => {}
            Source::Text(template) => template.shared().iter().for_each(|one| seen(one.into())),
            Source::Formula(formula) => formula.shared().iter().for_each(|one| seen(one.into())),
            Source::Locales(each) | Source::Object(each) => {
                each.iter().for_each(|(_, one)| one.each_shared(seen))
            }
            Source::List(items) => items.iter().for_each(|item| item.each_shared(seen)),
        }
    }
}
