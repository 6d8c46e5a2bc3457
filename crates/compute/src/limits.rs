/// How deep values may be nested, going in and coming out.
pub const DEPTH: usize = 100;

/// What one call may use. None of it is time: the same call ends the same way on a fast machine and on a slow one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps of the sandbox's machine: calls, turns of loops and branches inside the engines. A step of a program is 5 to 20 of them.
    pub work: u64,
    /// Bytes, beyond what the engines themselves need.
    pub memory: usize,
    /// Bytes of the results as JSON text.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { work: 50_000_000, memory: 32 << 20, output: 1 << 20 }
    }
}
