//! What runs inside the sandbox of `compute`: a JavaScript engine and jq, compiled to WebAssembly.
//!
//! The ways in are the exported functions below; the host calls `ready` once, keeps the memory as it is then, and begins every call from
//! that memory. The ways out are in [`host`]. Nothing here counts, measures or defends itself: that is the host's, from outside.

mod host;
mod jq;
mod js;

use std::alloc::{Layout, alloc};

/// Brings both engines up, so that a call need not.
#[unsafe(no_mangle)]
pub extern "C" fn ready() {
    std::panic::set_hook(Box::new(|panic| {
        let message = format!("the engine itself failed at this program: {panic}");
        host::fail(&host::Failure { kind: host::Kind::Threw, message, at: (0, 0) });
    }));
    jq::ready();
    js::ready();
}

/// Room for the texts of a call. It is never given back: the memory of a call ends with it.
#[unsafe(no_mangle)]
pub extern "C" fn room(len: usize) -> *mut u8 {
    let Ok(layout) = Layout::array::<u8>(len.max(1)) else { return std::ptr::null_mut() };
    // SAFETY: the layout is not empty.
    unsafe { alloc(layout) }
}

/// Runs a jq program, or with `check` only reads it. The texts lie one after the other in the room.
#[unsafe(no_mangle)]
pub extern "C" fn jq(room: *const u8, program: usize, input: usize, check: u32) {
    let (program, input) = texts(room, program, input);
    finish(if check == 0 { jq::run(program, input) } else { jq::check(program) });
}

/// Runs a script, or with `check` only reads it.
#[unsafe(no_mangle)]
pub extern "C" fn script(room: *const u8, code: usize, inputs: usize, check: u32) {
    let (code, inputs) = texts(room, code, inputs);
    finish(if check == 0 { js::run(code, inputs) } else { js::check(code) });
}

fn finish(result: Result<(), host::Failure>) {
    if let Err(failure) = result {
        host::fail(&failure);
    }
}

fn texts(room: *const u8, first: usize, second: usize) -> (&'static str, &'static str) {
    // SAFETY: the host asked for `first + second` bytes of room and filled them with two Rust strings.
    unsafe {
        let bytes = std::slice::from_raw_parts(room, first + second);
        let (first, second) = bytes.split_at(first);
        (str::from_utf8_unchecked(first), str::from_utf8_unchecked(second))
    }
}
