//! JavaScript, by way of QuickJS. What is not natural to Rust, the prelude does in the language itself.

use std::cell::{Cell, OnceCell};

use rquickjs::context::EvalOptions;
use rquickjs::promise::PromiseState;
use rquickjs::{CatchResultExt, Context, Ctx, Function, Object, Persistent, Promise, Runtime, Value};

use crate::host::{self, Failure, Kind, emit, fail, log};

/// Of the 4 MiB that `.cargo/config.toml` gives the guest: scripts get a RangeError of their own before the machine stops them.
const STACK: usize = 3 << 20;

const PRELUDE: &str = include_str!("prelude.js");

struct Engine {
    context: Context,
    prelude: Persistent<Object<'static>>,
}

thread_local! {
    static ENGINE: OnceCell<Engine> = const { OnceCell::new() };
    static RANDOM: Cell<u64> = const { Cell::new(0) };
}

pub fn ready() {
    match started() {
        Ok(started) => ENGINE.with(|engine| drop(engine.set(started))),
        Err(wrong) => panic!("the prelude does not start: {wrong}"),
    }
}

pub fn check(code: &str) -> Result<(), Failure> {
    with(|_, prelude| prelude.get::<_, Function>("check")?.call((code,)))
}

pub fn run(code: &str, inputs: &str) -> Result<(), Failure> {
    RANDOM.with(|state| state.set(host::random()));
    with(|ctx, prelude| {
        let started: Value = prelude.get::<_, Function>("start")?.call((code, inputs))?;
        // Without a promise the prelude has already said what is wrong.
        let Some(promise) = started.into_promise() else { return Ok(()) };
        while ctx.execute_pending_job() {}
        ended(&ctx, &prelude, &promise)
    })
}

fn ended<'js>(ctx: &Ctx<'js>, prelude: &Object<'js>, promise: &Promise<'js>) -> rquickjs::Result<()> {
    match promise.state() {
        PromiseState::Pending => prelude.get::<_, Function>("pending")?.call(()),
        PromiseState::Resolved => {
            let value: Value = promise.result().unwrap_or(Ok(Value::new_undefined(ctx.clone())))?;
            prelude.get::<_, Function>("give")?.call((value,))
        }
        PromiseState::Rejected => {
            let _ = promise.result::<Value>();
            let thrown = ctx.catch();
            prelude.get::<_, Function>("threw")?.call((thrown,))
        }
    }
}

fn with(work: impl for<'js> FnOnce(Ctx<'js>, Object<'js>) -> rquickjs::Result<()>) -> Result<(), Failure> {
    ENGINE.with(|engine| {
        let Engine { context, prelude } = engine.get().expect("the host calls `ready` first");
        let done = context.with(|ctx| work(ctx.clone(), prelude.clone().restore(&ctx)?));
        // The prelude catches what a script throws; what comes here is the engine itself giving up, for want of memory.
        done.map_err(|error| Failure { kind: Kind::Threw, message: error.to_string(), at: (0, 0) })
    })
}

fn started() -> Result<Engine, String> {
    let runtime = Runtime::new().map_err(|error| error.to_string())?;
    runtime.set_max_stack_size(STACK);
    let context = Context::full(&runtime).map_err(|error| error.to_string())?;
    let prelude = context.with(|ctx| {
        let made = prepared(&ctx).catch(&ctx).map_err(|error| error.to_string())?;
        Ok::<_, String>(Persistent::save(&ctx, made))
    })?;
    Ok(Engine { context, prelude })
}

fn prepared<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Object<'js>> {
    ctx.eval::<Function, _>(PRELUDE)?.call((hooks(ctx)?,))
}

fn hooks<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Object<'js>> {
    let hooks = Object::new(ctx.clone())?;
    hooks.set("emit", Function::new(ctx.clone(), |json: String| emit(&json))?)?;
    hooks.set("log", Function::new(ctx.clone(), |line: String| log(&line))?)?;
    hooks.set("fail", Function::new(ctx.clone(), failed)?)?;
    hooks.set("random", Function::new(ctx.clone(), random)?)?;
    hooks.set("compile", Function::new(ctx.clone(), compile)?)?;
    Ok(hooks)
}

fn failed(kind: u32, message: String, line: u32, column: u32) {
    let kind = match kind {
        0 => Kind::Syntax,
        2 => Kind::TooDeep,
        3 => Kind::NotData,
        _ => Kind::Threw,
    };
    fail(&Failure { kind, message, at: (line, column) });
}

fn compile(ctx: Ctx<'_>, text: String) -> rquickjs::Result<Value<'_>> {
    ctx.eval_with_options(text, EvalOptions::default())
}

/// SplitMix64: every seed is a good one, and it is the same everywhere for ever.
fn random() -> f64 {
    let state = RANDOM.with(|state| {
        state.set(state.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        state.get()
    });
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
