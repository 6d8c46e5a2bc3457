//! The machine that the engines run on: wasmi, interpreting the guest with every step counted.

use std::sync::LazyLock;

use wasmi::{
    Caller, Config, Engine as Machine, Extern, Instance, Linker, Memory, Module, Store, StoreLimits,
    StoreLimitsBuilder, TrapCode, TypedFunc,
};

use crate::{Error, Kind, Limits, Seed, work};

/// Built by `cargo xtask guest`.
const GUEST: &[u8] = include_bytes!("../guest.wasm");

/// How many functions of the guest may be under way at once, and how much they may hold between them.
const CALLS: usize = 20_000;
const STACK: usize = 16 << 20;

/// What is kept of a script's log: enough to find a mistake by.
const LOG_LINES: usize = 200;
const LOG_BYTES: usize = 64 << 10;

#[derive(Debug, Clone, Copy)]
pub enum Engine {
    Script,
    Jq,
}

pub struct Call<'a> {
    pub engine: Engine,
    pub program: &'a str,
    pub input: &'a str,
    /// Only read the program.
    pub check: bool,
}

/// What the guest told before it ended, and how it ended.
pub struct Told {
    pub outputs: Vec<String>,
    pub log: Vec<String>,
    pub ended: Result<(), Error>,
}

pub fn call(call: &Call, seed: Seed, limits: &Limits) -> Told {
    static SANDBOX: LazyLock<Sandbox> =
        LazyLock::new(|| Sandbox::new().expect("the guest is built and tested with this crate"));
    SANDBOX.call(call, seed, limits)
}

struct Sandbox {
    module: Module,
    linker: Linker<Host>,
    ready: Image,
}

/// The guest's memory when its engines are up, as what differs from a fresh one.
struct Image {
    bytes: usize,
    blocks: Vec<(usize, Box<[u8]>)>,
}

const BLOCK: usize = 4096;

impl Sandbox {
    fn new() -> Result<Sandbox, wasmi::Error> {
        let mut config = Config::default();
        config.set_max_recursion_depth(CALLS).set_max_stack_height(STACK);
        work::count(&mut config);
        let machine = Machine::new(&config);
        let module = Module::new(&machine, GUEST)?;
        let mut linker = Linker::new(&machine);
        linker.func_wrap("host", "emit", emit)?;
        linker.func_wrap("host", "log", log)?;
        linker.func_wrap("host", "fail", fail)?;
        linker.func_wrap("host", "random", |caller: Caller<Host>| caller.data().seed.random)?;
        linker
            .func_wrap("env", "__rquickjs_host_now_us", |caller: Caller<Host>| now_us(caller.data().seed))?;
        let ready = Image { bytes: 0, blocks: Vec::new() };
        let mut sandbox = Sandbox { module, linker, ready };
        sandbox.ready = sandbox.image()?;
        Ok(sandbox)
    }

    fn image(&self) -> Result<Image, wasmi::Error> {
        let mut store = Store::new(self.module.engine(), Host::new(Seed::default(), usize::MAX, 0));
        store.set_fuel(u64::MAX)?;
        let guest = Guest::new(self, &mut store)?;
        let fresh = guest.memory.data(&store).to_vec();
        guest.instance.get_typed_func::<(), ()>(&store, "ready")?.call(&mut store, ())?;
        let ready = guest.memory.data(&store);
        let blocks = ready.chunks(BLOCK).enumerate().map(|(n, block)| (n * BLOCK, block));
        let changed = blocks.filter(|(at, block)| match fresh.get(*at..at + block.len()) {
            Some(before) => before != *block,
            None => block.iter().any(|byte| *byte != 0),
        });
        Ok(Image { bytes: ready.len(), blocks: changed.map(|(at, block)| (at, block.into())).collect() })
    }

    fn call(&self, call: &Call, seed: Seed, limits: &Limits) -> Told {
        let roof = self.ready.bytes.saturating_add(limits.memory);
        let mut store = Store::new(self.module.engine(), Host::new(seed, roof, limits.output));
        let ended = self.perform(&mut store, call, limits);
        let Host { outputs, log, failure, .. } = store.into_data();
        let ended = match (failure, ended) {
            (Some(failure), _) => Err(failure),
            (None, Err(error)) => Err(stopped(&error, limits)),
            (None, Ok(())) => Ok(()),
        };
        Told { outputs, log: log.lines, ended }
    }

    fn perform(&self, store: &mut Store<Host>, call: &Call, limits: &Limits) -> Result<(), wasmi::Error> {
        // Fuel is counted from when the guest is ready.
        store.set_fuel(u64::MAX)?;
        let guest = Guest::new(self, store)?;
        guest.wake(store, &self.ready)?;
        store.set_fuel(limits.work)?;
        let (program, input) = (call.program, call.input);
        let length = (program.len() + input.len()) as u64;
        let Ok(length) = u32::try_from(length) else {
            return Err(TrapCode::GrowthOperationLimited.into());
        };
        let room = guest.room.call(&mut *store, length)?;
        guest.memory.write(&mut *store, room as usize, program.as_bytes())?;
        guest.memory.write(&mut *store, room as usize + program.len(), input.as_bytes())?;
        let name = match call.engine {
            Engine::Script => "script",
            Engine::Jq => "jq",
        };
        let run: TypedFunc<(u32, u32, u32, u32), ()> = guest.instance.get_typed_func(&*store, name)?;
        run.call(store, (room, program.len() as u32, input.len() as u32, u32::from(call.check)))
    }
}

struct Guest {
    instance: Instance,
    memory: Memory,
    room: TypedFunc<u32, u32>,
}

impl Guest {
    fn new(sandbox: &Sandbox, store: &mut Store<Host>) -> Result<Guest, wasmi::Error> {
        store.limiter(|host| &mut host.memory);
        let instance = sandbox.linker.instantiate_and_start(&mut *store, &sandbox.module)?;
        let memory = instance.get_memory(&*store, "memory").ok_or_else(|| wasmi::Error::new("no memory"))?;
        let room = instance.get_typed_func(&*store, "room")?;
        Ok(Guest { instance, memory, room })
    }

    fn wake(&self, store: &mut Store<Host>, image: &Image) -> Result<(), wasmi::Error> {
        let missing = image.bytes.saturating_sub(self.memory.data_size(&*store)) / PAGE;
        self.memory.grow(&mut *store, missing as u64)?;
        let memory = self.memory.data_mut(store);
        for (at, block) in &image.blocks {
            memory[*at..at + block.len()].copy_from_slice(block);
        }
        Ok(())
    }
}

/// WebAssembly's own.
const PAGE: usize = 64 << 10;

/// What the guest can reach.
struct Host {
    seed: Seed,
    memory: StoreLimits,
    output: usize,
    room_for_output: usize,
    outputs: Vec<String>,
    log: Log,
    failure: Option<Error>,
}

#[derive(Default)]
struct Log {
    lines: Vec<String>,
    bytes: usize,
}

impl Host {
    fn new(seed: Seed, roof: usize, output: usize) -> Host {
        // To refuse memory would leave it to the program what to make of that; this stops it.
        let memory = StoreLimitsBuilder::new().memory_size(roof).trap_on_grow_failure(true).build();
        let (outputs, log) = (Vec::new(), Log::default());
        Host { seed, memory, output, room_for_output: output, outputs, log, failure: None }
    }
}

/// What a value costs beside its text, so that an endless stream of small ones is no loophole.
const EACH: usize = 16;

fn emit(mut caller: Caller<Host>, text: u32, len: u32) -> Result<(), wasmi::Error> {
    let left = caller.data().room_for_output.checked_sub(len as usize + EACH);
    let json = match left {
        Some(_) => told(&caller, text, len)?,
        None => String::new(),
    };
    let host = caller.data_mut();
    let Some(left) = left else {
        let most = size(host.output);
        host.failure =
            Some(Error::over(format!("the result is larger than {most}; return only what is needed")));
        return Err(wasmi::Error::new("full"));
    };
    host.room_for_output = left;
    host.outputs.push(json);
    Ok(())
}

fn log(mut caller: Caller<Host>, text: u32, len: u32) -> Result<(), wasmi::Error> {
    let Log { lines, bytes } = &caller.data().log;
    if lines.len() > LOG_LINES {
        return Ok(());
    }
    let full = lines.len() == LOG_LINES || bytes + len as usize > LOG_BYTES;
    let line = if full { "… the rest of the log is left out".into() } else { told(&caller, text, len)? };
    let log = &mut caller.data_mut().log;
    log.bytes += if full { LOG_BYTES } else { len as usize };
    log.lines.push(line);
    Ok(())
}

fn fail(
    mut caller: Caller<Host>,
    kind: u32,
    line: u32,
    column: u32,
    text: u32,
    len: u32,
) -> Result<(), wasmi::Error> {
    let kind = match kind {
        0 => Kind::Syntax,
        2 => Kind::OverLimit,
        3 => Kind::NotData,
        _ => Kind::Threw,
    };
    let message = told(&caller, text, len)?;
    let [line, column] = [line, column].map(|at| (at > 0).then_some(at));
    caller.data_mut().failure.get_or_insert(Error { kind, message, line, column });
    Ok(())
}

fn told(caller: &Caller<Host>, text: u32, len: u32) -> Result<String, wasmi::Error> {
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let memory = memory.ok_or_else(|| wasmi::Error::new("no memory"))?.data(caller);
    let end = (text as usize).saturating_add(len as usize);
    let bytes = memory.get(text as usize..end).ok_or(TrapCode::MemoryOutOfBounds)?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// Within what a JavaScript date can be, and not before 1970.
fn now_us(seed: Seed) -> f64 {
    seed.now_ms.clamp(0, 8_640_000_000_000_000) as f64 * 1000.0
}

/// Why the machine stopped.
fn stopped(error: &wasmi::Error, limits: &Limits) -> Error {
    match error.as_trap_code() {
        Some(TrapCode::OutOfFuel) => Error::over(format!(
            "this takes more than {} steps of work; look for a loop that never ends, or do less at once",
            limits.work
        )),
        Some(TrapCode::GrowthOperationLimited) => Error::over(format!(
            "this needs more than {} of memory; look for something that only grows, or do less at once",
            size(limits.memory)
        )),
        // The guest's own stack lies at the bottom of its memory: what overflows it leaves the memory.
        Some(TrapCode::StackOverflow | TrapCode::MemoryOutOfBounds) => Error::over(
            "calls or values are nested too deep; look for something that calls itself without end",
        ),
        _ => Error::new(Kind::Threw, "the engine itself failed at this program; nothing else was touched"),
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}
