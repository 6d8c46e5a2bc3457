//! The only ways out of the sandbox. What is told here stays told when the guest is stopped in the middle.

/// What a failure is; the numbers are read by `compute::sandbox`.
#[derive(Clone, Copy)]
#[repr(u32)]
pub enum Kind {
    Syntax = 0,
    Threw = 1,
    TooDeep = 2,
    NotData = 3,
}

pub struct Failure {
    pub kind: Kind,
    pub message: String,
    /// Line and column from 1; zeros where there is no place.
    pub at: (u32, u32),
}

mod import {
    #[link(wasm_import_module = "host")]
    unsafe extern "C" {
        pub fn emit(text: *const u8, len: usize);
        pub fn log(text: *const u8, len: usize);
        pub fn random() -> u64;
        pub fn fail(kind: u32, line: u32, column: u32, text: *const u8, len: usize);
    }
}

/// One value of the result, as JSON text.
pub fn emit(json: &str) {
    // SAFETY: the host reads the bytes and keeps nothing.
    unsafe { import::emit(json.as_ptr(), json.len()) }
}

/// One line of `console.log`.
pub fn log(line: &str) {
    // SAFETY: as above.
    unsafe { import::log(line.as_ptr(), line.len()) }
}

pub fn fail(failure: &Failure) {
    let Failure { kind, message, at } = failure;
    // SAFETY: as above.
    unsafe { import::fail(*kind as u32, at.0, at.1, message.as_ptr(), message.len()) }
}

/// What chance is drawn from in this call.
pub fn random() -> u64 {
    // SAFETY: the host only answers.
    unsafe { import::random() }
}
