//! The same inputs give the same outcome, however it is gone about.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::Session;
use engine::journal::Timeline;
use flow::Bot;
use proptest::prelude::*;
use smol_str::SmolStr;
use tests::generate::{bot, cases, transacting_bot, valid_bot};
use tests::host::{Host, Manner, Move, moves};

/// Bots that are fine, and bots that are wrong in every way that a file can hold.
fn any_bot() -> BoxedStrategy<Bot> {
    prop_oneof![3 => valid_bot(), 1 => transacting_bot(), 1 => bot()].boxed()
}

fn played(bot: &Bot, moves: &[Move], manner: Manner) -> Host {
    Host::new(bot, manner).play(moves)
}

fn same(one: &Host, other: &Host) -> Result<(), TestCaseError> {
    prop_assert_eq!(&one.outcomes, &other.outcomes);
    prop_assert_eq!(&one.sessions, &other.sessions);
    prop_assert_eq!(&one.variables, &other.variables);
    Ok(())
}

/// Between two inputs every run waits for something, and what was asked for is waited for.
pub fn at_rest(host: &Host) -> Result<(), TestCaseError> {
    for session in host.sessions.values() {
        for run in &session.runs {
            prop_assert!(!run.tokens.is_empty(), "a run without a token goes nowhere");
            for token in &run.tokens {
                prop_assert!(token.state != engine::session::State::Ready, "a token was left on its way");
                let joins = token.state == engine::session::State::Joins;
                prop_assert!(!joins || run.tokens.len() > 1 || !run.forks.is_empty(), "it waits for nobody");
            }
        }
    }
    // What is held back is held back for somebody, and everybody finds what they hold back.
    for run in host.sessions.values().flat_map(|session| &session.runs) {
        let tokens = run.tokens.iter().chain(run.forks.iter().map(|fork| &fork.token));
        let inside = tokens.flat_map(|token| &token.frames).flat_map(|frame| &frame.inside);
        let held: BTreeSet<u32> = inside
            .filter_map(|inside| match inside {
                engine::session::Inside::Transaction { id } => Some(*id),
                _ => None,
            })
            .collect();
        let open: BTreeSet<u32> = run.transactions.iter().map(|transaction| transaction.id).collect();
        prop_assert_eq!(held, open);
    }
    // Whatever is asked for is waited for, and the other way round.
    let tokens = || host.sessions.values().flat_map(|session| &session.runs).flat_map(|run| &run.tokens);
    let pending = |resting: bool| {
        tokens().filter_map(move |token| match &token.state {
            engine::session::State::Effect(pending) if pending.resting == resting => Some(pending.key),
            _ => None,
        })
    };
    let waited: BTreeSet<_> = pending(false).collect();
    // Between two tries the answer to the first may still come.
    let late: BTreeSet<_> = pending(true).collect();
    // But for a press that no node confirmed: the engine does, and nobody waits for that.
    let asked =
        host.pending.iter().map(|(_, request)| (request.key, &request.effect)).filter(|(key, effect)| {
            waited.contains(key) || !late.contains(key) && !matches!(effect, engine::Effect::Confirm { .. })
        });
    let asked: BTreeSet<_> = asked.map(|(key, _)| key).collect();
    prop_assert_eq!(asked, waited);
    Ok(())
}

proptest! {
    #![proptest_config(cases(4.0))]

    #[test]
    fn a_session_is_its_text(bot in any_bot(), moves in moves()) {
        let awake = played(&bot, &moves, Manner::default());
        let asleep = played(&bot, &moves, Manner { sleeps: true, ..Manner::default() });
        same(&awake, &asleep)?;
    }

    #[test]
    fn looking_changes_nothing(
        bot in any_bot(),
        moves in moves(),
        ring in 1..4096usize,
        stops in proptest::collection::vec((0..2u8, any::<u8>()), 1..4),
        goes in proptest::collection::vec(any::<u8>(), 1..6),
    ) {
        let plain = played(&bot, &moves, Manner::default());
        let ringed = played(&bot, &moves, Manner { traces: Some(ring), ..Manner::default() });
        same(&plain, &ringed)?;
        let full = played(&bot, &moves, Manner { traces: Some(0), ..Manner::default() });
        same(&plain, &full)?;
        let all: Vec<(SmolStr, SmolStr)> =
            plain.program.nodes().iter().map(|node| (node.flow.clone(), node.id.clone())).collect();
        if !all.is_empty() {
            let stops = stops.iter().map(|(_, nth)| all[*nth as usize % all.len()].clone()).collect();
            let stopped = played(&bot, &moves, Manner { stops, goes, traces: Some(0), ..Manner::default() });
            same(&plain, &stopped)?;
            // The trace is the same, too: nothing is seen twice, nothing is missed.
            prop_assert!(full.trace.records().eq(stopped.trace.records()));
        }
    }

    #[test]
    fn the_journal_is_the_state(bot in any_bot(), moves in moves(), back in any::<u8>()) {
        let host = played(&bot, &moves, Manner::default());
        for (conversation, entries) in &host.journal {
            let first = Session::new(conversation.clone(), 7);
            let mut timeline = Timeline::new(vec![host.program.clone()], first, entries.clone());
            prop_assert_eq!(timeline.verify(), Ok(()));
            prop_assert_eq!(timeline.at(entries.len()), Ok(host.sessions[conversation].clone()));
            // Going back and on again is never having gone.
            let to = back as usize % (entries.len() + 1);
            let session = timeline.at(to).expect("it was there");
            let mut on = Timeline::new(vec![Arc::clone(&host.program)], session, entries[to..].to_vec());
            prop_assert_eq!(on.verify(), Ok(()));
            prop_assert_eq!(on.at(entries.len()), Ok(host.sessions[conversation].clone()));
        }
    }

    #[test]
    fn every_run_ends_or_waits(bot in any_bot(), moves in moves()) {
        let host = played(&bot, &moves, Manner::default());
        at_rest(&host)?;
    }
}
