//! Bots and edits made up at random, as proptest strategies: small, odd, and shrinking to something a person can read.
//!
//! [`bot()`] is well-formed and nothing more: kinds, fields, wires and names may be wrong in every way that a file can hold.
//! [`valid_bot()`] checks without a problem; so does [`transacting_bot()`], which does little outside of transactions. [`script()`] is a story of edits that is told against whatever bot is there.

mod bots;
mod edits;
mod valid;
mod values;

use proptest::test_runner::{Config, RngSeed};

pub use bots::{bot, flow, manifest, node};
pub use edits::{Step, Story, resolve, script};
pub use valid::{transacting_bot, valid_bot};
pub use values::{field_value, name, number, text, value};

/// `PROPTEST_CASES`, or 256; a law that costs more than others takes a share of them.
///
/// The cases are the same every time, so that a change is held to what it did and not to luck; with `NEXUS_FULL` they are drawn anew
/// (`PROPTEST_RNG_SEED` draws certain ones).
pub fn cases(share: f64) -> Config {
    let mut config = Config::default();
    if config.rng_seed == RngSeed::Random && std::env::var_os("NEXUS_FULL").is_none() {
        config.rng_seed = RngSeed::Fixed(1);
    }
    let cases = (f64::from(config.cases) * share).ceil().max(1.0) as u32;
    let shrinks = std::env::var_os("PROPTEST_MAX_SHRINK_ITERS").map_or(4096, |_| config.max_shrink_iters);
    Config { cases, failure_persistence: None, max_shrink_iters: shrinks, ..config }
}
