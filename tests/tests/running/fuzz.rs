//! Any bytes at all make a bot and a script of what happens to it. `cargo test` tries a few; docs/CONTRIBUTING.md says how to look for longer.

use std::panic::AssertUnwindSafe;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tests::generate::{bot, transacting_bot, valid_bot};
use tests::host::{Host, Manner, Move};

#[test]
fn step() {
    // Making the strategies takes longer than a step.
    let strategies = AssertUnwindSafe([valid_bot(), bot(), transacting_bot()]);
    bolero::check!().with_type::<([u8; 4], Vec<[u8; 3]>)>().with_max_len(256).for_each(
        |(seed, script): &([u8; 4], Vec<[u8; 3]>)| {
            let mut whole = [0; 32];
            whole[..4].copy_from_slice(seed);
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &whole);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            let bots = &strategies[seed[0] as usize % strategies.len()];
            let Ok(bot) = bots.new_tree(&mut runner) else { return };
            let moves: Vec<Move> = script.iter().take(40).map(Move::of_bytes).collect();
            let manner = Manner { sleeps: true, traces: Some(1 << 14), ..Manner::default() };
            let host = Host::new(&bot.current(), manner).play(&moves);
            if let Err(wrong) = super::same::at_rest(&host) {
                panic!("{wrong}");
            }
        },
    );
}
