//! What expressions can do beyond the language's own filters. A filter is one row: its name, what it takes, how it is explained, and
//! what it does, which is a plain function over values. All are pure: no clock, no locale and no time zone of the machine.

mod builtin;
mod dates;
mod decimal;
mod escapes;
mod lists;
mod locales;
mod numbers;
mod patterns;
mod plurals;
mod texts;
mod wire;

use minijinja::value::{Kwargs, Rest, ValueOrKwargs, from_args};
use minijinja::{Environment, Error, ErrorKind, Value};
use serde::Serialize;
use smol_str::SmolStr;

use super::eval::{MOST_ITEMS, MOST_TEXT};
use super::values::{from_data, to_data};
use crate::data::Data;

/// How a filter is explained, with an example that a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "FilterHelp.ts"))]
pub struct FilterHelp {
    pub name: &'static str,
    pub usage: &'static str,
    pub help: &'static str,
    pub example: &'static str,
    /// Texts as they are, other values as JSON.
    pub result: &'static str,
}

/// A family of filters with its title.
pub type Family = (&'static str, &'static [FilterHelp]);

pub const FAMILIES: [Family; 8] = [
    ("Dates and times", &help_of::<{ dates::FILTERS.len() }>(dates::FILTERS)),
    ("Numbers and money", &help_of::<{ numbers::FILTERS.len() }>(numbers::FILTERS)),
    ("Texts", &help_of::<{ texts::FILTERS.len() }>(texts::FILTERS)),
    ("Patterns", &help_of::<{ patterns::FILTERS.len() }>(patterns::FILTERS)),
    ("Escaping", &help_of::<{ escapes::FILTERS.len() }>(escapes::FILTERS)),
    ("Forms of data", &help_of::<{ wire::FILTERS.len() }>(wire::FILTERS)),
    ("Lists", &help_of::<{ lists::FILTERS.len() }>(lists::FILTERS)),
    ("From the language itself", builtin::HELP),
];

/// Every filter there is.
pub const HELP: &[FilterHelp] = &all();

const COUNT: usize = {
    let (mut count, mut family) = (0, 0);
    while family < FAMILIES.len() {
        count += FAMILIES[family].1.len();
        family += 1;
    }
    count
};

const fn all() -> [FilterHelp; COUNT] {
    let mut all = [FAMILIES[0].1[0]; COUNT];
    let (mut at, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut place = 0;
        while place < FAMILIES[family].1.len() {
            all[at] = FAMILIES[family].1[place];
            at += 1;
            place += 1;
        }
        family += 1;
    }
    all
}

const fn help_of<const N: usize>(filters: &[Filter]) -> [FilterHelp; N] {
    let mut help = [filters[0].help; N];
    let mut place = 0;
    while place < N {
        help[place] = filters[place].help;
        place += 1;
    }
    help
}

/// A filter of ours.
pub(super) struct Filter {
    help: FilterHelp,
    /// The names of what it takes, in their order.
    takes: &'static [&'static str],
    run: Run,
}

/// What a filter does: the value, what it is given with it, and the answer or what is wrong, as a part of a sentence.
type Run = fn(&Data, &Args) -> Answer;
type Answer = Result<Data, String>;

impl Filter {
    /// `explained`: how it is used, what it is for, an example, and what that gives.
    const fn new(
        name: &'static str,
        takes: &'static [&'static str],
        run: Run,
        explained: [&'static str; 4],
    ) -> Filter {
        let [usage, help, example, result] = explained;
        Filter { help: FilterHelp { name, usage, help, example, result }, takes, run }
    }
}

const OURS: [&[Filter]; 7] = [
    dates::FILTERS,
    numbers::FILTERS,
    texts::FILTERS,
    patterns::FILTERS,
    escapes::FILTERS,
    wire::FILTERS,
    lists::FILTERS,
];

pub(super) fn add(env: &mut Environment<'static>) {
    for filter in OURS.into_iter().flatten() {
        env.add_filter(filter.help.name, move |value: &Value, given: Rest<ValueOrKwargs>| {
            call(filter, value, given)
        });
    }
}

/// What a filter of ours makes of a value, for nodes that do the same without an expression. What goes wrong is a part of a sentence, as
/// in 'it knows no time zone `X`'.
pub fn apply(name: &str, value: &Data, given: &[(&'static str, Data)]) -> Result<Data, String> {
    let filter = OURS.into_iter().flatten().find(|filter| filter.help.name == name);
    let filter = filter.ok_or_else(|| format!("knows no filter `{name}`"))?;
    let given = given.iter().filter(|(name, _)| filter.takes.contains(name)).cloned();
    (filter.run)(value, &Args { takes: filter.takes, given: given.collect() })
}

fn call(filter: &Filter, value: &Value, given: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let given = given.into_values();
    let (placed, named) = from_args::<(&[Value], Kwargs)>(&given)?;
    let wrong = |why: String| {
        let FilterHelp { name, usage, .. } = filter.help;
        let detail = format!("the filter `{name}` {why}; it is used as `{usage}`");
        Error::new(ErrorKind::InvalidOperation, detail)
    };
    if placed.len() > filter.takes.len() {
        return Err(wrong("is given more than it takes".into()));
    }
    let mut args = Args { takes: filter.takes, given: Vec::new() };
    for (name, value) in filter.takes.iter().zip(placed) {
        args.given.push((name, to_data(value)?));
    }
    for name in named.args() {
        let Some(name) = filter.takes.iter().find(|known| **known == name) else {
            return Err(wrong(format!("knows no `{name}`")));
        };
        if args.get(name).is_some() {
            return Err(wrong(format!("is given `{name}` twice")));
        }
        args.given.push((name, to_data(&named.peek::<Value>(name)?)?));
    }
    let answer = (filter.run)(&to_data(value)?, &args).map_err(wrong)?;
    match &answer {
        Data::Text(text) if text.len() > MOST_TEXT => {
            Err(wrong(format!("would make a text of more than {MOST_TEXT} bytes")))
        }
        Data::List(items) if items.len() > MOST_ITEMS => {
            Err(wrong(format!("would make a list of more than {MOST_ITEMS} elements")))
        }
        _ => Ok(from_data(&answer)),
    }
}

/// What a filter is given beside its value.
struct Args {
    takes: &'static [&'static str],
    given: Vec<(&'static str, Data)>,
}

impl Args {
    /// What is not there and what is nothing are the same.
    fn get(&self, name: &str) -> Option<&Data> {
        debug_assert!(self.takes.contains(&name));
        self.given
            .iter()
            .find(|(given, _)| *given == name)
            .map(|(_, data)| data)
            .filter(|data| !data.is_null())
    }

    fn need(&self, name: &str) -> Result<&Data, String> {
        self.get(name).ok_or_else(|| format!("needs `{name}`"))
    }

    fn text(&self, name: &str) -> Result<Option<&str>, String> {
        let Some(data) = self.get(name) else { return Ok(None) };
        data.as_str().map(Some).ok_or_else(|| format!("takes a text as `{name}`, not {}", data.kind()))
    }

    fn text_or<'a>(&'a self, name: &str, usual: &'a str) -> Result<&'a str, String> {
        Ok(self.text(name)?.unwrap_or(usual))
    }

    fn needed_text(&self, name: &str) -> Result<&str, String> {
        self.need(name)?;
        Ok(self.text(name)?.unwrap_or_default())
    }

    fn flag(&self, name: &str) -> Result<bool, String> {
        match self.get(name) {
            None => Ok(false),
            Some(Data::Bool(b)) => Ok(*b),
            Some(other) => Err(format!("takes true or false as `{name}`, not {}", other.kind())),
        }
    }

    /// A count: a whole number that is not below zero, and no more than anything may have.
    fn count(&self, name: &str) -> Result<Option<usize>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Data::Int(n)) if (0..=MOST_TEXT as i64).contains(n) => Ok(Some(*n as usize)),
            Some(other) => {
                Err(format!("takes a whole number from 0 to {MOST_TEXT} as `{name}`, not `{}`", cut(other)))
            }
        }
    }

    fn needed_count(&self, name: &str) -> Result<usize, String> {
        self.need(name)?;
        Ok(self.count(name)?.unwrap_or_default())
    }
}

/// A value as a text, if it is a plain one.
fn text_of(value: &Data) -> Result<SmolStr, String> {
    match value {
        Data::List(_) | Data::Object(_) => Err(format!("is for texts, not for {}", value.kind())),
        plain => Ok(plain.shown()),
    }
}

fn list_of(value: &Data) -> Result<&[Data], String> {
    value.as_list().ok_or_else(|| format!("is for lists, not for {}", value.kind()))
}

/// A value in an error.
fn cut(value: &Data) -> String {
    let shown = value.shown();
    match shown.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown.to_string(),
    }
}

#[cfg(test)]
mod tests;
