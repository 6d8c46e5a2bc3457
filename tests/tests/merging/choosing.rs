//! Settling what is open.

use flow::Bot;
use merge::{Choice, merge, prepared};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use tests::generate::cases;

use crate::conservation::Books;
use crate::facts::{of_two_things, shares_ids, without_places};
use crate::{Case, kinds, loose_ends, printed, three};

proptest! {
    #![proptest_config(cases(4.0))]

    #[test]
    fn choosing_one_side_everywhere_settles_everything(case in three()) {
        settles(&case)?;
    }

    #[test]
    fn choosing_one_side_everywhere_brings_all_it_did(case in three()) {
        brings_all(&case)?;
    }

    #[test]
    fn the_order_of_choosing_means_nothing(case in three(), mine: u64) {
        in_any_order(&case, mine)?;
    }

    #[test]
    fn an_open_base_keeps_the_conflict(case in three()) {
        open_base(&case)?;
    }
}

/// One choice for everything, each step of which can be undone.
fn settled(bot: &Bot, choice: &Choice) -> Result<Bot, TestCaseError> {
    let mut bot = bot.clone();
    while let Some((file, place, _)) = merge::open(&bot).into_iter().next() {
        let change = merge::resolve(&bot, &file, &place, choice);
        prop_assert!(change.is_ok(), "{file} {place}: {change:?}");
        let before = bot.clone();
        let back = flow::apply(&mut bot, &change.unwrap_or_default());
        prop_assert!(back.is_ok(), "{file} {place}: {back:?}");
        let mut undone = bot.clone();
        prop_assert!(flow::apply(&mut undone, &back.unwrap_or_default()).is_ok());
        prop_assert_eq!(undone, before);
    }
    Ok(bot)
}

pub fn settles(Case { base, ours, theirs }: &Case) -> Result<(), TestCaseError> {
    let merged = merge(base, ours, theirs, &kinds()).bot;
    for choice in [Choice::Ours, Choice::Theirs, Choice::Base] {
        let bot = settled(&merged, &choice)?;
        for (path, flow) in &bot.flows {
            prop_assert_eq!(&flow.unresolved, &None);
            for end in loose_ends(&bot, path) {
                let known = [base, ours, theirs]
                    .iter()
                    .any(|bot| bot.flows.keys().any(|path| loose_ends(bot, path).contains(&end)));
                prop_assert!(known, "{choice:?} leaves {end:?}");
            }
        }
    }
    Ok(())
}

/// All that the side did is in the result then, but for what was rewritten for a cause.
pub fn brings_all(Case { base, ours, theirs }: &Case) -> Result<(), TestCaseError> {
    let merged = merge(base, ours, theirs, &kinds());
    let states = prepared(base, ours, theirs, &kinds());
    let books = Books::new(states.each_ref(), &merged);
    // What cures an error of the whole takes back something that brought it about.
    if merged.conflicts().iter().any(|(_, place, _)| place.contains("valid.")) {
        return Ok(());
    }
    books.has_all_of(true, ours, &settled(&merged.bot, &Choice::Ours)?)?;
    books.has_all_of(false, theirs, &settled(&merged.bot, &Choice::Theirs)?)
}

pub fn in_any_order(Case { base, ours, theirs }: &Case, mine: u64) -> Result<(), TestCaseError> {
    let merged = merge(base, ours, theirs, &kinds()).bot;
    let open = merge::open(&merged);
    // What is wrong with the whole is judged by what stands, and what cures it may be anywhere.
    if open.iter().any(|(_, place, _)| place.contains("valid.")) {
        return Ok(());
    }
    let choice = |n: usize| if mine >> (n % 64) & 1 == 0 { Choice::Ours } else { Choice::Theirs };
    let choose = |order: &mut dyn Iterator<Item = usize>| {
        let mut bot = merged.clone();
        for n in order {
            let (file, place, _) = &open[n];
            // A choice may have taken the flow away in which the next one stands.
            match merge::resolve(&bot, file, place, &choice(n)) {
                Ok(change) => drop(
                    flow::apply(&mut bot, &change)
                        .map_err(|error| TestCaseError::fail(format!("{file} {place}: {error}")))?,
                ),
                Err(refusal) => prop_assert!(
                    !bot.flows.contains_key(file) && file != "bot.json",
                    "{file} {place}: {refusal:?}"
                ),
            }
        }
        Ok(bot)
    };
    let doubled = of_two_things([base, ours, theirs]);
    let one = choose(&mut (0..open.len()))?;
    let other = choose(&mut (0..open.len()).rev())?;
    prop_assert_eq!(printed(&without_places(&one, &doubled)), printed(&without_places(&other, &doubled)));
    Ok(())
}

/// What each side of an open base settled, and not alike, is open again: as little as a change, a decision may be lost.
pub fn open_base(Case { base, ours, theirs }: &Case) -> Result<(), TestCaseError> {
    let middle = merge(base, ours, theirs, &kinds());
    if [base, ours, theirs, &middle.bot].into_iter().any(shares_ids) {
        return Ok(());
    }
    let known = Books::new([base, ours, theirs], &middle);
    for (mine, yours) in
        [(Choice::Ours, Choice::Theirs), (Choice::Base, Choice::Theirs), (Choice::Ours, Choice::Base)]
    {
        let (mine, yours) = (settled(&middle.bot, &mine)?, settled(&middle.bot, &yours)?);
        let crossed = merge(&middle.bot, &mine, &yours, &kinds());
        Books::new([&middle.bot, &mine, &yours], &crossed).differences_are_open(&known)?;
    }
    Ok(())
}
