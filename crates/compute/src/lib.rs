//! What is bounded only by a sandbox: JavaScript (the Script node) and jq (the Transform node). They are effects of the engine: the host
//! performs them here and journals what comes back.
//!
//! The ways in: [`script`] and [`jq`] run a program over values, [`check_script`] and [`check_jq`] say whether one can be read at all.
//!
//! Both engines live in a WebAssembly module (`guest/`, shipped as `guest.wasm`) that is interpreted with every instruction counted.
//! So whatever a program does (loops, a wild regular expression, a builtin over a huge array, deep recursion) it is stopped after the same
//! step on every machine, and a fault of an engine hurts nothing but its own call. Every call begins from the same memory.
//!
//! Deliberately absent: a clock, randomness, locales and time zones other than UTC, files, the network, timers, modules, threads, time
//! limits, and anything that lasts from one call to the next. The same arguments give the same answer, for ever.

mod effects;
mod error;
mod limits;
mod sandbox;
mod work;

pub use effects::performed;
pub use error::{Error, Kind};
pub use limits::{DEPTH, Limits};

use sandbox::{Call, Engine, Told};
use serde_json::{Map, Value};

/// What a script sees where others have a clock and chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seed {
    /// Milliseconds since 1970: what `Date.now()` says throughout.
    pub now_ms: i64,
    /// What `Math.random()` is drawn from.
    pub random: u64,
}

/// What came of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    pub result: Result<Value, Error>,
    /// The lines of `console.log`, however the script ended.
    pub log: Vec<String>,
}

/// Runs a script: the body of an async function, with the inputs as its variables. What it returns is the result.
pub fn script(code: &str, inputs: &Map<String, Value>, seed: Seed, limits: &Limits) -> Ran {
    if let Err(error) = shallow(inputs.values()) {
        return Ran { result: Err(error), log: Vec::new() };
    }
    let inputs = Value::Object(inputs.clone()).to_string();
    let call = Call { engine: Engine::Script, program: code, input: &inputs, check: false };
    let Told { outputs, log, ended } = sandbox::call(&call, seed, limits);
    let result = ended.and_then(|()| outputs.first().map_or(Ok(Value::Null), |json| read(json)));
    Ran { result, log }
}

/// Runs a jq program on one value; it may give any number of values.
pub fn jq(program: &str, input: &Value, limits: &Limits) -> Result<Vec<Value>, Error> {
    shallow([input])?;
    let call = Call { engine: Engine::Jq, program, input: &input.to_string(), check: false };
    let Told { outputs, ended, .. } = sandbox::call(&call, Seed::default(), limits);
    ended?;
    outputs.iter().map(|json| read(json)).collect()
}

/// Can this be read as a script?
pub fn check_script(code: &str) -> Result<(), Error> {
    check(Engine::Script, code)
}

/// Can this be read as a jq program, and is all that it names there?
pub fn check_jq(program: &str) -> Result<(), Error> {
    check(Engine::Jq, program)
}

fn check(engine: Engine, program: &str) -> Result<(), Error> {
    let call = Call { engine, program, input: "null", check: true };
    sandbox::call(&call, Seed::default(), &Limits::default()).ended
}

/// What is nested too deep would overflow a stack on its way in.
fn shallow<'a>(values: impl IntoIterator<Item = &'a Value>) -> Result<(), Error> {
    if values.into_iter().any(|value| deeper_than(value, DEPTH)) {
        let message =
            format!("the input is nested deeper than {DEPTH} levels; pass on only the part that is needed");
        return Err(Error::new(Kind::OverLimit, message));
    }
    Ok(())
}

fn deeper_than(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(|item| deeper_than(item, levels - 1)),
        Value::Object(members) => {
            levels == 0 || members.values().any(|member| deeper_than(member, levels - 1))
        }
        _ => false,
    }
}

fn read(json: &str) -> Result<Value, Error> {
    serde_json::from_str(json)
        .map_err(|error| Error::new(Kind::NotData, format!("the result cannot be kept as JSON: {error}")))
}
