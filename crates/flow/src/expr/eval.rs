//! Running expressions: compiled once, given names, answering a value or what is wrong. Work is counted, so none runs for ever.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use minijinja::machinery::{Token, tokenize};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use smol_str::SmolStr;

use super::guard::Compiled;
use super::short::Short;
use super::values::to_data;
use super::{Mode, Unreadable, Word, is_plain, unreadable, uses, work};
use crate::bot::{Id, SCOPES, is_given};
use crate::data::{Data, Fields};
use crate::time::Time;

/// What expressions can see.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub msg: Arc<Layers>,
    pub user: Arc<Layers>,
    pub chat: Arc<Layers>,
    pub bot: Arc<Layers>,
    pub flow: Arc<Fields>,
    /// What nodes of this flow gave last, by key.
    pub nodes: Arc<Fields>,
    pub env: Arc<Fields>,
    pub now: Time,
}

/// The variables of a scope: what the platform gives, what was set, and what they are until then.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    pub given: Option<Arc<dyn Given>>,
    pub set: Arc<Fields>,
    pub usual: Arc<Fields>,
}

/// Values that come from outside, made when somebody asks for them.
pub trait Given: Debug + Send + Sync {
    fn get(&self, name: &str) -> Option<Data>;
    fn names(&self) -> &'static [&'static str];
}

impl Layers {
    pub fn of(given: impl Given + 'static) -> Layers {
        Layers { given: Some(Arc::new(given)), ..Layers::default() }
    }

    pub fn get(&self, name: &str) -> Option<Data> {
        let given = self.given.as_ref().and_then(|given| given.get(name));
        given.or_else(|| self.set.get(name).or_else(|| self.usual.get(name)).cloned())
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        let given = self.given.iter().flat_map(|given| given.names()).copied();
        given.chain(self.set.keys().chain(self.usual.keys()).map(SmolStr::as_str))
    }
}

/// What went wrong while an expression ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub message: String,
    /// Bytes of the text.
    pub span: Option<Range<u32>>,
}

/// A bare expression. It is read when it is first asked for.
#[derive(Debug)]
pub struct Formula {
    text: SmolStr,
    read: OnceLock<Result<ReadFormula, Unreadable>>,
}

#[derive(Debug)]
struct ReadFormula {
    short: Option<Short>,
    compiled: Compiled,
    names: Vec<Vec<SmolStr>>,
    shared: Vec<SharedName>,
}

/// A text with `{{ … }}` in it. It is read when it is first asked for.
#[derive(Debug)]
pub struct Template {
    text: SmolStr,
    read: OnceLock<Result<ReadTemplate, Unreadable>>,
}

#[derive(Debug)]
struct ReadTemplate {
    parts: Parts,
    names: Vec<Vec<SmolStr>>,
    shared: Vec<SharedName>,
}

/// A variable of user, chat or bot that an expression may look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedName {
    /// A place in [`SCOPES`].
    pub scope: usize,
    /// Empty: any of them.
    pub name: SmolStr,
}

#[derive(Debug)]
enum Parts {
    Plain(SmolStr),
    /// Texts and expressions in turn, each expression with where it begins.
    Mixed(Vec<Part>),
    /// With `{% … %}`: run by the language itself.
    Blocks(Compiled),
}

#[derive(Debug)]
enum Part {
    Text(SmolStr),
    Formula(Option<Short>, Compiled, u32),
}

/// No sensible expression needs as many steps.
const FUEL: u64 = 50_000;
/// A text grows no longer than this.
pub(super) const MOST_TEXT: usize = 1 << 20;
/// A list has no more elements than this.
pub(super) const MOST_ITEMS: usize = 100_000;

static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(64);
    env.set_debug(false);
    // Shows the whole state, and would not be the same tomorrow.
    env.remove_global("debug");
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    env.set_formatter(|out, state, value| {
        let shown;
        let text = match value.as_str() {
            Some(text) => text,
            None => {
                shown = to_data(value)?.shown();
                shown.as_str()
            }
        };
        work::spend(state, text.len())?;
        out.write_str(text).map_err(Error::from)
    });
    super::filters::add(&mut env);
    work::add(&mut env);
    env
});

/// What the language knows, for the test that our lists say the same.
#[cfg(test)]
pub(super) struct Names {
    pub filters: Vec<String>,
    pub functions: Vec<String>,
}

#[cfg(test)]
pub(super) fn language_names() -> Names {
    // There is no list to ask for, but it is shown: `filters: {"abs", …}`.
    let shown = format!("{:?}", *LANGUAGE);
    let filters = shown.split_once("filters: ").and_then(|(_, rest)| rest.split_once(", templates:"));
    let words = filters.map_or("", |(filters, _)| filters).split(['[', ']', '{', '}', ',', '"', ' ']);
    let mut filters: Vec<String> =
        words.filter(|word| super::is_identifier(word)).map(str::to_owned).collect();
    filters.sort();
    let mut functions: Vec<String> = LANGUAGE.globals().map(|(name, _)| name.to_owned()).collect();
    functions.sort();
    Names { filters, functions }
}

impl Formula {
    /// To be read later; what is wrong with it is found when it is asked.
    pub fn later(text: &str) -> Formula {
        Formula { text: text.into(), read: OnceLock::new() }
    }

    pub fn compile(text: &str) -> Result<Formula, Unreadable> {
        let formula = Formula::later(text);
        formula.read().map_err(Unreadable::clone)?;
        Ok(formula)
    }

    fn read(&self) -> Result<&ReadFormula, &Unreadable> {
        let read = || {
            let names = names(&self.text, Mode::Bare)?;
            let shared = shared(&names);
            let compiled = compiled(&self.text, Mode::Bare)?;
            Ok(ReadFormula { short: Short::of(&self.text), compiled, names, shared })
        };
        self.read.get_or_init(read).as_ref()
    }

    pub fn eval(&self, scope: &Arc<Scope>) -> Result<Data, Trouble> {
        let read = self.read()?;
        if let Some(value) = read.short.as_ref().and_then(|short| short.value(scope)) {
            return Ok(value);
        }
        let answer = answer(&read.compiled, scope);
        answer.and_then(|value| to_data(&value)).map_err(|error| trouble(&error, &self.text, scope))
    }

    pub fn holds(&self, scope: &Arc<Scope>) -> Result<bool, Trouble> {
        let read = self.read()?;
        if let Some(holds) = read.short.as_ref().and_then(|short| short.holds(scope)) {
            return Ok(holds);
        }
        let answer = answer(&read.compiled, scope);
        answer.map(|value| value.is_true()).map_err(|error| trouble(&error, &self.text, scope))
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names it may look up: `bot`, `total`.
    pub fn names(&self) -> &[Vec<SmolStr>] {
        self.read().map_or(&[], |read| &read.names)
    }

    pub fn shared(&self) -> &[SharedName] {
        self.read().map_or(&[], |read| &read.shared)
    }
}

fn compiled(text: &str, mode: Mode) -> Result<Compiled, Unreadable> {
    Compiled::new(text, mode).map_err(|error| unreadable(text, &error))
}

fn answer(formula: &Compiled, scope: &Arc<Scope>) -> Result<Value, Error> {
    let root = Value::from_dyn_object(scope.clone());
    Ok(formula.run(&LANGUAGE, root, &mut String::new())?.unwrap_or_default())
}

fn trouble(error: &Error, text: &str, scope: &Scope) -> Trouble {
    let missing =
        (error.kind() == ErrorKind::UndefinedError).then(|| missing(text, Mode::Bare, scope)).flatten();
    missing.unwrap_or_else(|| plain(error, text))
}

impl Template {
    /// To be read later; what is wrong with it is found when it is asked.
    pub fn later(text: &str) -> Template {
        Template { text: text.into(), read: OnceLock::new() }
    }

    pub fn compile(text: &str) -> Result<Template, Unreadable> {
        let template = Template::later(text);
        template.read().map_err(Unreadable::clone)?;
        Ok(template)
    }

    fn read(&self) -> Result<&ReadTemplate, &Unreadable> {
        self.read.get_or_init(|| read_template(&self.text)).as_ref()
    }

    pub fn render(&self, scope: &Arc<Scope>) -> Result<SmolStr, Trouble> {
        let out: SmolStr = match &self.read()?.parts {
            Parts::Plain(text) => return Ok(text.clone()),
            Parts::Mixed(parts) => {
                let mut out = String::new();
                for part in parts {
                    match part {
                        Part::Text(text) => out.push_str(text),
                        Part::Formula(short, formula, at) => {
                            if let Some(value) = short.as_ref().and_then(|short| short.value(scope)) {
                                value.write(&mut out);
                                continue;
                            }
                            let shown = answer(formula, scope).and_then(|value| to_data(&value));
                            let wrong = |error: Error| trouble(&error, formula.text(), scope).further(*at);
                            shown.map_err(wrong)?.write(&mut out);
                        }
                    }
                }
                out.into()
            }
            Parts::Blocks(compiled) => {
                let mut out = String::new();
                let root = Value::from_dyn_object(scope.clone());
                compiled.run(&LANGUAGE, root, &mut out).map_err(|error| {
                    let text = compiled.text();
                    let missing = (error.kind() == ErrorKind::UndefinedError)
                        .then(|| missing(text, Mode::Template, scope))
                        .flatten();
                    missing.unwrap_or_else(|| plain(&error, text))
                })?;
                out.into()
            }
        };
        if out.len() > MOST_TEXT {
            let message =
                format!("The text is {} bytes long; more than {MOST_TEXT} are not made.", out.len());
            return Err(Trouble { message, span: None });
        }
        Ok(out)
    }

    /// The text, if nothing has to be filled in.
    pub fn as_plain(&self) -> Option<&SmolStr> {
        match &self.read().ok()?.parts {
            Parts::Plain(text) => Some(text),
            _ => None,
        }
    }

    pub fn names(&self) -> &[Vec<SmolStr>] {
        self.read().map_or(&[], |read| &read.names)
    }

    pub fn shared(&self) -> &[SharedName] {
        self.read().map_or(&[], |read| &read.shared)
    }
}

fn read_template(text: &SmolStr) -> Result<ReadTemplate, Unreadable> {
    if is_plain(text) {
        return Ok(ReadTemplate { parts: Parts::Plain(text.clone()), names: Vec::new(), shared: Vec::new() });
    }
    let names = names(text, Mode::Template)?;
    let shared = shared(&names);
    if let Some(parts) = mixed(text)? {
        return Ok(ReadTemplate { parts: Parts::Mixed(parts), names, shared });
    }
    Ok(ReadTemplate { parts: Parts::Blocks(compiled(text, Mode::Template)?), names, shared })
}

fn shared(names: &[Vec<SmolStr>]) -> Vec<SharedName> {
    let mut shared: Vec<SharedName> = Vec::new();
    for words in names {
        let Some(scope) = words.first().and_then(|root| SCOPES.iter().position(|scope| scope == root)) else {
            continue;
        };
        let one = SharedName { scope, name: words.get(1).cloned().unwrap_or_default() };
        if !is_given(SCOPES[scope], &one.name) && !shared.contains(&one) {
            shared.push(one);
        }
    }
    shared
}

impl From<&Unreadable> for Trouble {
    fn from(error: &Unreadable) -> Trouble {
        let message = format!("The expression cannot be read: {}.", error.message);
        Trouble { message, span: Some(error.span.clone()) }
    }
}

impl Trouble {
    fn further(mut self, by: u32) -> Trouble {
        self.span = self.span.map(|span| span.start + by..span.end + by);
        self
    }
}

fn names(text: &str, mode: Mode) -> Result<Vec<Vec<SmolStr>>, Unreadable> {
    let name = |words: Vec<Word>| words.into_iter().map(|word| word.name).collect();
    Ok(uses(text, mode)?.names.into_iter().map(name).collect())
}

/// The parts of a text that has no `{% … %}`; nothing if it has some.
fn mixed(text: &str) -> Result<Option<Vec<Part>>, Unreadable> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for token in tokenize(text, false, Default::default()) {
        let (token, span) = token.map_err(|error| unreadable(text, &error))?;
        match token {
            Token::BlockStart => return Ok(None),
            Token::TemplateData(data) if !data.is_empty() => parts.push(Part::Text(data.into())),
            Token::VariableStart => begin = span.end_offset,
            Token::VariableEnd => {
                let inner = &text[begin as usize..span.start_offset as usize];
                let lead = (inner.len() - inner.trim_start().len()) as u32;
                let further = |error: Unreadable| Unreadable {
                    span: error.span.start + begin + lead..error.span.end + begin + lead,
                    ..error
                };
                let formula = compiled(inner.trim(), Mode::Bare).map_err(further)?;
                parts.push(Part::Formula(Short::of(inner.trim()), formula, begin + lead));
            }
            _ => {}
        }
    }
    Ok(Some(parts))
}

/// The first name that is not there, with the one that may be meant.
fn missing(text: &str, mode: Mode, scope: &Scope) -> Option<Trouble> {
    for words in uses(text, mode).ok()?.names {
        let root = words.first()?;
        let Some(value) = scope.root(&root.name) else {
            let message = format!("There is no `{}`.", root.name);
            return Some(Trouble { message, span: Some(root.span.clone()) });
        };
        let mut so_far = root.name.to_string();
        let mut at = value;
        for word in &words[1..] {
            let next = at.get_attr(&word.name).ok().filter(|value| !value.is_undefined());
            let Some(next) = next else {
                let near = keys(&at)
                    .and_then(|keys| nearest(&word.name, &keys))
                    .map(|near| format!(" Did you mean `{so_far}.{near}`?"));
                let message = match (so_far.as_str(), &near) {
                    ("nodes", None) => {
                        format!("`nodes.{}` has no output yet: that node has not run.", word.name)
                    }
                    _ => format!("There is no `{so_far}.{}`.{}", word.name, near.unwrap_or_default()),
                };
                return Some(Trouble { message, span: Some(word.span.clone()) });
            };
            so_far = format!("{so_far}.{}", word.name);
            at = next;
        }
    }
    None
}

fn keys(value: &Value) -> Option<Vec<SmolStr>> {
    Some(value.try_iter().ok()?.filter_map(|key| Some(SmolStr::new(key.as_str()?))).collect())
}

fn nearest(name: &str, known: &[SmolStr]) -> Option<Id> {
    crate::check::nearest(name, known.iter().map(SmolStr::as_str)).map(SmolStr::new)
}

fn plain(error: &Error, text: &str) -> Trouble {
    let message = match error.kind() {
        ErrorKind::OutOfFuel => "It takes too many steps; use a Script node for long work.".to_owned(),
        ErrorKind::UndefinedError => "A value that is used here is not there.".to_owned(),
        kind => match error.detail() {
            Some(detail) => format!("{}.", capital(detail)),
            None => format!("{}.", capital(&kind.to_string())),
        },
    };
    let span = error.range().filter(|range| range.end <= text.len());
    Trouble { message, span: span.map(|range| range.start as u32..range.end as u32) }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Ada;

    impl Given for Ada {
        fn get(&self, name: &str) -> Option<Data> {
            (name == "first_name").then(|| Data::text("Ada"))
        }

        fn names(&self) -> &'static [&'static str] {
            &["first_name"]
        }
    }

    fn scope() -> Arc<Scope> {
        let layers = |set: Fields, usual: Fields| {
            Arc::new(Layers { given: None, set: Arc::new(set), usual: Arc::new(usual) })
        };
        Arc::new(Scope {
            msg: layers(
                Fields::from_iter([("text", Data::text("hi")), ("args", Data::Null)]),
                Fields::default(),
            ),
            user: Arc::new(Layers::of(Ada)),
            bot: layers(
                Fields::from_iter([("total", Data::Int(7))]),
                Fields::from_iter([
                    ("total", Data::Int(0)),
                    ("cart", Data::list([Data::Int(1), Data::Int(2)])),
                ]),
            ),
            now: Time::parse("2026-01-02T03:04:05Z").unwrap(),
            ..Scope::default()
        })
    }

    fn eval(text: &str) -> Result<Data, String> {
        let formula = Formula::compile(text).map_err(|error| error.message)?;
        formula.eval(&scope()).map_err(|trouble| trouble.message)
    }

    fn render(text: &str) -> Result<String, String> {
        let template = Template::compile(text).map_err(|error| error.message)?;
        template.render(&scope()).map(|text| text.to_string()).map_err(|trouble| trouble.message)
    }

    #[test]
    fn expressions_give_values() {
        assert_eq!(eval("bot.total + 1"), Ok(Data::Int(8)));
        assert_eq!(eval("bot.total / 2"), Ok(Data::Float(3.5)));
        assert_eq!(eval("bot.cart"), Ok(Data::list([Data::Int(1), Data::Int(2)])));
        assert_eq!(eval("{'a': bot.cart | length}"), Ok(Data::object([("a", Data::Int(2))])));
        assert_eq!(eval("msg.args"), Ok(Data::Null));
        assert_eq!(eval("now"), Ok(Data::text("2026-01-02T03:04:05.000Z")));
    }

    /// Whatever has a short way gives the same the long way round.
    #[test]
    fn the_short_way_and_the_language_agree() {
        let values = [
            Data::Null,
            Data::Bool(true),
            Data::Bool(false),
            Data::Int(0),
            Data::Int(7),
            Data::Int(i64::MIN),
            Data::Float(7.0),
            Data::Float(0.0),
            Data::text(""),
            Data::text("7"),
            Data::text("ab"),
            Data::text("a text that is too long to lie inside of a small one, \u{1F600}"),
            Data::list([]),
            Data::list([Data::Int(1)]),
            Data::object([("x", Data::Int(7))]),
            Data::object([("x", Data::text("ab"))]),
        ];
        let names = ["flow.a", "flow.a.x", "flow.b", "bot.total", "msg.text", "flow"];
        let ops = ["==", "!=", "<", "<=", ">", ">="];
        let others = ["7", "-7", "0", "7.0", "'ab'", "''", "'7'", "true", "none", "9223372036854775808"];
        let mut texts: Vec<String> = names.iter().map(ToString::to_string).collect();
        for name in names {
            texts.push(format!("not {name}"));
            texts.push(format!("{name} and flow.b"));
            texts.push(format!("flow.a or {name} == 7"));
            texts.extend(ops.iter().flat_map(|op| others.map(|other| format!("{name} {op} {other}"))));
        }
        let mut short = 0;
        for text in &texts {
            let long = Formula { text: text.as_str().into(), read: OnceLock::new() };
            let read = Formula::compile(text).unwrap();
            let without = ReadFormula { short: None, ..read.read.into_inner().unwrap().unwrap() };
            long.read.set(Ok(without)).unwrap();
            let formula = Formula::compile(text).unwrap();
            for value in &values {
                let flow = Fields::from_iter([("a", value.clone()), ("b", Data::Int(1))]);
                let scope = Arc::new(Scope { flow: Arc::new(flow), ..Scope::clone(&scope()) });
                short += usize::from(
                    formula.read().unwrap().short.as_ref().is_some_and(|short| short.holds(&scope).is_some()),
                );
                assert_eq!(formula.eval(&scope), long.eval(&scope), "{text} of {value:?}");
                assert_eq!(formula.holds(&scope), long.holds(&scope), "{text} of {value:?}");
            }
        }
        assert!(short > 1_000, "{short}");
    }

    #[test]
    fn texts_are_filled_in() {
        assert_eq!(render("Hi {{ user.first_name }}, {{- bot.total -}} !"), Ok("Hi Ada,7!".into()));
        assert_eq!(render("{% for n in bot.cart %}<{{ n }}>{% endfor %}"), Ok("<1><2>".into()));
        assert_eq!(render("{{ bot.cart }}{# not shown #} {{ msg.args }}."), Ok("1, 2 .".into()));
        assert_eq!(render("{{ '{{' }} {{ bot.total / 7 }}"), Ok("{{ 1".into()));
    }

    #[test]
    fn what_goes_wrong_is_said_plainly() {
        for (text, expected) in [
            ("bot.totl", "There is no `bot.totl`. Did you mean `bot.total`?"),
            ("nodes.greet.text", "`nodes.greet` has no output yet: that node has not run."),
            ("1 / 0", "Unable to calculate 1 / 0."),
            ("1e300 * 1e300", "The result is no number (is something divided by zero?)."),
        ] {
            assert_eq!(eval(text).unwrap_err(), expected, "{text}");
        }
        let endless = "{% for a in range(1000) %}{% for b in range(1000) %}{{ a }}{% endfor %}{% endfor %}";
        assert_eq!(render(endless).unwrap_err(), "It takes too many steps; use a Script node for long work.");
        let trouble = Template::compile("Hi {{ user.name }}").unwrap().render(&scope()).unwrap_err();
        assert_eq!(trouble.span, Some(11..15));
    }
}
