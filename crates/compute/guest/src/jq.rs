//! jq, by way of jaq, less all that would look outside: other files, the environment, the clock, the machine's time zone.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fmt::Write;

use jaq_core::data::JustLut;
use jaq_core::load::parse::Def;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars, compile};
use jaq_json::{Num, Val, read};

use crate::host::{Failure, Kind, emit};

/// Native filters that know more than their input.
const OUTSIDE: [&str; 7] =
    ["env", "now", "halt", "debug_empty", "stderr_empty", "localtime", "strflocaltime"];
/// Definitions that stand on them.
const STANDING_ON: [&str; 4] = ["stderr", "debug", "halt", "halt_error"];
/// Every machine is in UTC here.
const OWN: &str =
    "def localtime: gmtime; def strflocaltime(f): strftime(f); def debug: .; def debug(f): .; def stderr: .;";

/// Deeper values are no business of a bot, and the host's reader would refuse them.
const DEPTH: usize = 100;

type Data = JustLut<Val>;

/// A definition of the library, and the words in it.
struct Known {
    definition: Def,
    words: BTreeSet<String>,
}

thread_local! {
    static LIBRARY: OnceCell<Vec<Known>> = const { OnceCell::new() };
}

pub fn ready() {
    LIBRARY.with(|library| library.get_or_init(library_of_jq).len());
}

fn library_of_jq() -> Vec<Known> {
    let given = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let own = load::parse(OWN, |parser| parser.defs()).unwrap_or_default();
    let all = given.filter(|def| !STANDING_ON.contains(&def.name)).chain(own);
    all.map(|definition| Known { words: words(&format!("{:?}", definition.body)).collect(), definition })
        .collect()
}

/// The part of the library that a program may use: compiling all of it is most of the cost of a short program. A definition stands on
/// earlier ones only, so one pass from the end finds them all.
fn used_by(program: &str) -> Vec<Def> {
    LIBRARY.with(|library| {
        let mut wanted: BTreeSet<String> = words(program).collect();
        let mut used = Vec::new();
        for known in library.get_or_init(library_of_jq).iter().rev() {
            if wanted.contains(known.definition.name) {
                wanted.extend(known.words.iter().cloned());
                used.push(known.definition.clone());
            }
        }
        used.reverse();
        used
    })
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '@')
        .filter(|word| !word.is_empty())
        .map(String::from)
}

pub fn check(program: &str) -> Result<(), Failure> {
    compiled(program).map(drop)
}

pub fn run(program: &str, input: &str) -> Result<(), Failure> {
    let filter = compiled(program)?;
    let input = read::parse_single(input.as_bytes()).map_err(|error| threw(error.to_string()))?;
    let context = Ctx::<Data>::new(&filter.lut, Vars::new([]));
    for output in filter.id.run((context, input)) {
        let value = output.map_err(|exception| match exception.get_err() {
            Ok(error) => threw(said(&error.into_val())),
            Err(_) => threw("a `break` outside of its `label`".into()),
        })?;
        let mut text = String::new();
        write(&mut text, &value, 0)?;
        emit(&text);
    }
    Ok(())
}

fn threw(message: String) -> Failure {
    Failure { kind: Kind::Threw, message, at: (0, 0) }
}

/// What `error` was given: a text as it is, anything else as jq shows it.
fn said(value: &Val) -> String {
    match value {
        Val::TStr(text) => String::from_utf8_lossy(text).into_owned(),
        other => other.to_string(),
    }
}

fn compiled(program: &str) -> Result<Filter<Data>, Failure> {
    let arena = Arena::default();
    let modules = Loader::new(used_by(program))
        .with_read(no_files)
        .load(&arena, File { path: (), code: program })
        .map_err(|errors| first(program, errors.into_iter().flat_map(|(_, error)| of_loading(error))))?;
    load::import(&modules, |_| Err(NO_FILES.into()))
        .map_err(|errors| first(program, errors.into_iter().flat_map(|(_, error)| of_loading(error))))?;
    let funs = jaq_core::funs::<Data>().chain(jaq_std::funs()).chain(jaq_json::funs());
    let funs = funs.filter(|(name, ..)| !OUTSIDE.contains(name));
    Compiler::default()
        .with_funs(funs)
        .compile(modules)
        .map_err(|errors| first(program, errors.into_iter().flat_map(|(_, errors)| errors).map(of_compiling)))
}

fn no_files(_: load::Import<&str, ()>) -> Result<File<String, ()>, String> {
    Err(NO_FILES.into())
}

const NO_FILES: &str =
    "there are no other files here to include or import; write the definitions into this program";

/// The error that stands first in the program.
fn first<'a>(program: &str, errors: impl Iterator<Item = (&'a str, String)>) -> Failure {
    let place = |part: &str| (part.as_ptr() as usize).wrapping_sub(program.as_ptr() as usize);
    let inside = errors.map(|(part, message)| (place(part).min(program.len()), message));
    let (offset, message) = inside.min_by_key(|(offset, _)| *offset).unwrap_or_default();
    let before = program.get(..offset).unwrap_or(program);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Failure { kind: Kind::Syntax, message, at: (line as u32, column as u32) }
}

fn of_loading<'a>(error: load::Error<&'a str>) -> Vec<(&'a str, String)> {
    match error {
        load::Error::Io(errors) => errors,
        load::Error::Lex(errors) => errors
            .into_iter()
            .map(|(expected, found)| {
                (found, format!("expected {} but found {}", expected.as_str(), shown(found)))
            })
            .collect(),
        load::Error::Parse(errors) => errors
            .into_iter()
            .map(|(expected, found)| {
                (found, format!("expected {} but found {}", expected.as_str(), shown(found)))
            })
            .collect(),
    }
}

fn shown(found: &str) -> String {
    match found.split_whitespace().next() {
        Some(word) => format!("`{}`", word.chars().take(20).collect::<String>()),
        None => "the end".into(),
    }
}

fn of_compiling<'a>((found, undefined): compile::Error<&'a str>) -> (&'a str, String) {
    let what = match undefined {
        compile::Undefined::Filter(0) => format!("there is no filter `{found}` here"),
        compile::Undefined::Filter(arity) => format!("there is no filter `{found}` that takes {arity} here"),
        other => format!("there is no {} `{found}` here", other.as_str()),
    };
    (found, what)
}

/// A value as JSON: what JSON cannot say is a failure, not something like it.
fn write(text: &mut String, value: &Val, depth: usize) -> Result<(), Failure> {
    if depth > DEPTH {
        let message = format!("the result is nested deeper than {DEPTH} levels");
        return Err(Failure { kind: Kind::TooDeep, message, at: (0, 0) });
    }
    match value {
        Val::Num(Num::Float(number)) if !number.is_finite() => {
            return Err(no_data(&format!("the number {number}")));
        }
        Val::Num(Num::Dec(literal)) if !literal.parse().is_ok_and(f64::is_finite) => {
            return Err(no_data(&format!("the number {literal}")));
        }
        Val::Null | Val::Bool(_) | Val::Num(_) => drop(write!(text, "{value}")),
        Val::TStr(_) => drop(write!(text, "{value}")),
        Val::BStr(_) => return Err(no_data("a string of bytes")),
        Val::Arr(items) => {
            text.push('[');
            for (n, item) in items.iter().enumerate() {
                text.push_str(if n == 0 { "" } else { "," });
                write(text, item, depth + 1)?;
            }
            text.push(']');
        }
        Val::Obj(members) => {
            text.push('{');
            for (n, (key, member)) in members.iter().enumerate() {
                if !matches!(key, Val::TStr(_)) {
                    return Err(no_data(&format!("an object with the key {key}, which is no text,")));
                }
                let _ = write!(text, "{}{key}:", if n == 0 { "" } else { "," });
                write(text, member, depth + 1)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

fn no_data(what: &str) -> Failure {
    Failure { kind: Kind::NotData, message: format!("{what} cannot be kept as JSON"), at: (0, 0) }
}
