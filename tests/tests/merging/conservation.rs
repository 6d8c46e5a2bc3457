//! Nothing gets lost, nothing is made up.

use std::collections::BTreeSet;

use flow::{Bot, FilePath, Id};
use merge::{Merged, Side, merge, prepared};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use smol_str::SmolStr;
use tests::generate::cases;

use crate::facts::{BOT, FLOW, Fact, Facts, Names, ORDER, Place, meets, of_two_things, reach};
use crate::{Case, kinds, three, without_open};

proptest! {
    #![proptest_config(cases(4.0))]

    #[test]
    fn nothing_is_lost(case in three()) {
        lost(&case)?;
    }

    #[test]
    fn nothing_is_made_up(case in three()) {
        made_up(&case)?;
    }

    #[test]
    fn what_a_rename_rewrites_is_listed(case in three()) {
        rewritten(&case)?;
    }
}

/// What a side did, with what both renamed done to all three, is there, or in exactly one open conflict, or rewritten for a cause.
pub fn lost(Case { base, ours, theirs }: &Case) -> Result<(), TestCaseError> {
    let merged = merge(base, ours, theirs, &kinds());
    let states = prepared(base, ours, theirs, &kinds());
    Books::new(states.each_ref(), &merged).nothing_is_lost()
}

/// The other way round: whatever the result has is from a side, or rewritten for a cause, or put together from both.
pub fn made_up(Case { base, ours, theirs }: &Case) -> Result<(), TestCaseError> {
    let merged = merge(base, ours, theirs, &kinds());
    let states = prepared(base, ours, theirs, &kinds());
    Books::new(states.each_ref(), &merged).nothing_is_made_up()
}

/// What a side itself wrote is rewritten for the other side's renames only, and each place is listed or open.
pub fn rewritten(Case { base, ours, theirs }: &Case) -> Result<(), TestCaseError> {
    let merged = merge(base, ours, theirs, &kinds());
    let [_, our_terms, their_terms] = prepared(base, ours, theirs, &kinds());
    let books = Books::new([base, ours, theirs], &merged);
    for (side, other, terms) in
        [(&books.ours, &books.theirs, our_terms), (&books.theirs, &books.ours, their_terms)]
    {
        let terms = books.names.facts(&terms);
        for place in places(&books.base, side) {
            let (was, wanted, is) = (books.base.get(place), side.get(place), terms.get(place));
            if was == wanted || wanted == is || books.is_rewritten(place) {
                continue;
            }
            // A use that only went by the new name may be gone with what the other side did to it.
            let went = is == was && other.get(place) != was;
            prop_assert!(
                went || books.is_held_once(place)?,
                "{place:?} became {wanted:?} and is taken for {is:?}\n{books}"
            );
        }
    }
    Ok(())
}

/// Three states and what came of them, fact by fact.
#[derive(Clone)]
pub struct Books {
    names: Names,
    base: Facts,
    ours: Facts,
    theirs: Facts,
    result: Facts,
    /// What each open conflict decides of.
    open: Vec<(String, BTreeSet<Place>)>,
    /// Places that were rewritten for a cause, with their flow.
    derived: Vec<Place>,
    /// Wires and memberships of each side, of what the side itself has not: a choice that brings the node lets go of them.
    loose: [BTreeSet<Place>; 2],
    doubled: BTreeSet<Id>,
    /// Texts put together line by line.
    mixed: BTreeSet<Place>,
}

impl Books {
    pub fn new(states: [&Bot; 3], merged: &Merged) -> Books {
        let names = Names::of(states, &merged.derived);
        let doubled = of_two_things(states);
        let loose = [states[1], states[2]].map(|bot| names.loose_ends(bot));
        let [base, ours, theirs] = states.map(|bot| names.facts(bot));
        let result = names.facts(&without_open(&merged.bot));
        let known = |file: &FilePath| {
            let all = std::iter::once(&merged.bot).chain(states);
            all.filter_map(|bot| bot.flows.get(file)).map(|flow| names.flow(file, flow)).next()
        };
        // What is wrong with the result is asked about, and holds nothing back.
        let held = merged.conflicts().into_iter().filter(|(_, place, _)| !place.contains("valid."));
        let open = held.map(|(file, place, one)| {
            let at = |path: &FilePath| known(if path.is_empty() { &file } else { path });
            let edits = one.ours.iter().chain(&one.theirs);
            (format!("{file} {place}"), edits.filter_map(|edit| reach(edit, at, &names)).collect())
        });
        let place_of = |file: &FilePath, place: &str| -> Option<Place> {
            let is_file = place.starts_with("flows.");
            let place = if is_file { "file" } else { place };
            // Inside a list without ids, elements are counted.
            let steps = place.split('.').take_while(|step| step.parse::<u32>().is_err());
            let place = steps.collect::<Vec<_>>().join(".");
            let mut steps = if file == BOT { vec![SmolStr::new(BOT)] } else { known(file)? };
            steps.push(place.into());
            Some(steps)
        };
        let derived = merged.derived.iter().filter_map(|(file, one)| place_of(file, &one.place));
        let mixed = merged.taken.iter().filter(|(_, taken)| taken.side == Side::Mixed);
        let mixed = mixed.filter_map(|(file, taken)| {
            place_of(file, &taken.place).or_else(|| Some(vec![crate::facts::FILE.into(), file.clone()]))
        });
        let (open, derived, mixed) = (open.collect(), derived.collect(), mixed.collect());
        Books { names, open, derived, loose, doubled, mixed, base, ours, theirs, result }
    }

    fn nothing_is_lost(&self) -> Result<(), TestCaseError> {
        for (side, other) in [(&self.ours, &self.theirs), (&self.theirs, &self.ours)] {
            for place in places(&self.base, side) {
                let (was, wanted) = (self.base.get(place), side.get(place));
                if was == wanted || self.result.get(place) == wanted || self.is_rewritten(place) {
                    continue;
                }
                let both = other.get(place) != was;
                let accounted = self.stands_for_two(place)
                    || self.is_settled_layout(place, both)
                    || self.is_held_once(place)?
                    || (both && self.is_woven(place))
                    || self.is_no_longer_asked(place, wanted);
                prop_assert!(
                    accounted,
                    "{place:?} was {was:?}, became {wanted:?} and is {:?}: that is nowhere\n{self}",
                    self.result.get(place)
                );
            }
        }
        Ok(())
    }

    fn nothing_is_made_up(&self) -> Result<(), TestCaseError> {
        for place in places(&self.base, &self.result) {
            let [was, is, ours, theirs] =
                [&self.base, &self.result, &self.ours, &self.theirs].map(|facts| facts.get(place));
            let of_a_side = is == ours || is == theirs;
            // Which of two comes first that only the result has together, follows from what stands between them.
            let follows = is_order(place) && was.is_none() && ours.is_none() && theirs.is_none();
            // What is open is as before, or not there where it cannot be.
            let waits = (is.is_none() || is_order(place)) && self.is_held(place);
            let accounted = was == is
                || of_a_side
                || follows
                || waits
                || (is.is_none() && self.is_settled_layout(place, false))
                || self.stands_for_two(place)
                || self.is_rewritten(place)
                || self.is_woven(place);
            prop_assert!(
                accounted,
                "{place:?} was {was:?} and is {is:?}, but {ours:?} and {theirs:?} on the sides\n{self}"
            );
        }
        Ok(())
    }

    /// A variable has one name in the end, also where its side used it by the old one.
    fn is_named_by_choice(&self, place: &Place) -> bool {
        let names = self.open.iter().filter(|(name, _)| name.starts_with("bot.json variables."));
        names.into_iter().any(|(_, reach)| reach.iter().any(|one| meets(one, place)))
    }

    fn is_held(&self, place: &Place) -> bool {
        self.open.iter().any(|(_, reach)| reach.iter().any(|one| meets(one, place)))
    }

    /// Of what was open before, is what the sides made of it the same, or open?
    pub fn differences_are_open(&self, before: &Books) -> Result<(), TestCaseError> {
        for place in places(&self.ours, &self.theirs).into_iter().filter(|place| before.is_held(place)) {
            let (ours, theirs) = (self.ours.get(place), self.theirs.get(place));
            let accounted = ours == theirs
                || self.is_held(place)
                || self.is_rewritten(place)
                || self.is_woven(place)
                || self.is_no_longer_asked(place, ours)
                || self.is_no_longer_asked(place, theirs)
                || self.is_settled_layout(place, true);
            prop_assert!(
                accounted,
                "{place:?} was settled as {ours:?} and as {theirs:?}, and is {:?}\nbefore\n{before}now\n{self}",
                self.result.get(place)
            );
        }
        Ok(())
    }

    /// Does the bot have all that our side, or theirs, did? What goes by another name while that is open, is under the side's own in the end.
    pub fn has_all_of(&self, ours: bool, own: &Bot, bot: &Bot) -> Result<(), TestCaseError> {
        let [mine, yours] = &self.loose;
        let (side, other, loose) =
            if ours { (&self.ours, &self.theirs, mine) } else { (&self.theirs, &self.ours, yours) };
        let own = self.names.facts(own);
        let settled = Books { result: self.names.facts(bot), open: Vec::new(), ..self.clone() };
        for place in places(&self.base, side) {
            let (was, wanted) = (self.base.get(place), side.get(place));
            let both = other.get(place) != was;
            let there = was == wanted
                || settled.result.get(place) == wanted
                || settled.result.get(place) == own.get(place)
                || settled.is_rewritten(place)
                || (both && settled.is_woven(place))
                || settled.is_no_longer_asked(place, wanted)
                || settled.is_settled_layout(place, both)
                || loose.contains(place)
                || self.is_named_by_choice(place)
                || self.stands_for_two(place);
            prop_assert!(
                there,
                "{place:?} was {was:?}, became {wanted:?} and is {:?}\n{self}",
                settled.result.get(place)
            );
        }
        Ok(())
    }

    /// One conflict decides of it, and only one.
    fn is_held_once(&self, place: &Place) -> Result<bool, TestCaseError> {
        let held = self.open.iter().filter(|(_, reach)| reach.iter().any(|one| meets(one, place)));
        let held: Vec<&str> = held.map(|(name, _)| name.as_str()).collect();
        prop_assert!(
            held.len() < 2 || self.stands_for_two(place),
            "{place:?} is open more than once: {held:?}\n{self}"
        );
        Ok(!held.is_empty())
    }

    /// It, or something in it.
    fn is_rewritten(&self, place: &Place) -> bool {
        let Some(here) = self.dotted(place) else { return false };
        self.derived.iter().any(|at| *at == here || is_inside(&here, at) || is_inside(at, &here))
    }

    /// The place as the merge writes it: its file, and the rest with dots.
    fn dotted(&self, place: &Place) -> Option<Place> {
        let steps = match place.first().map(SmolStr::as_str) {
            Some(BOT) => 1,
            Some(FLOW) => 3.min(place.len()),
            _ => return None,
        };
        let (file, rest) = place.split_at(steps);
        Some(file.iter().cloned().chain([rest.join(".").into()]).collect())
    }

    /// A text in which each side's lines are.
    fn is_woven(&self, place: &Place) -> bool {
        let text = self.dotted(place);
        let known = self.mixed.iter().any(|one| {
            Some(one) == text.as_ref()
                || one == place
                || text.as_ref().is_some_and(|text| is_inside(text, one))
        });
        let lines = |facts: &Facts| match facts.get(place) {
            Some(Fact::Is(text)) => {
                text.as_str().map(|text| text.split('\n').map(str::to_string).collect::<Vec<_>>())
            }
            _ => None,
        };
        let states = [&self.base, &self.ours, &self.theirs, &self.result].map(lines);
        let [Some(base), Some(ours), Some(theirs), Some(result)] = states else { return false };
        let count = |list: &[String], line: &String| list.iter().filter(|one| *one == line).count();
        let all: BTreeSet<&String> = base.iter().chain(&ours).chain(&theirs).chain(&result).collect();
        known
            && all.into_iter().all(|line| match [&base, &ours, &theirs].map(|list| count(list, line)) {
                [0, 0, 0] => false,
                [0, one, 0] | [0, 0, one] => count(&result, line) == one,
                _ => true,
            })
    }

    /// The one place of a node and a group or a note that have the same id.
    fn stands_for_two(&self, place: &Place) -> bool {
        is_layout(place) && place.last().is_some_and(|id| self.doubled.contains(id))
    }

    /// Places never block: of two moves the longer one wins, and what is gone stands nowhere.
    fn is_settled_layout(&self, place: &Place, both: bool) -> bool {
        let [flow @ .., _, id] = place.as_slice() else { return false };
        let is_there = |table: &str| {
            let thing: Place = flow.iter().cloned().chain([table.into(), id.clone()]).collect();
            self.result.contains_key(&thing)
        };
        is_layout(place) && (both || !["nodes", "groups", "notes"].into_iter().any(is_there))
    }

    /// Which of two comes first is no question when one of them is gone.
    fn is_no_longer_asked(&self, place: &Place, wanted: Option<&Fact>) -> bool {
        is_order(place) && (wanted.is_none() || !self.result.contains_key(place))
    }
}

fn places<'f>(one: &'f Facts, other: &'f Facts) -> BTreeSet<&'f Place> {
    one.keys().chain(other.keys()).collect()
}

fn is_order(place: &Place) -> bool {
    place.iter().any(|step| step == ORDER)
}

fn is_layout(place: &Place) -> bool {
    place.get(3).is_some_and(|step| step == "layout")
}

fn is_inside(text: &Place, outer: &Place) -> bool {
    text.len() == outer.len()
        && text[..text.len() - 1] == outer[..outer.len() - 1]
        && text.last().zip(outer.last()).is_some_and(|(text, outer)| {
            text.strip_prefix(outer.as_str()).is_some_and(|rest| rest.starts_with('.'))
        })
}

impl std::fmt::Display for Books {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        for (name, reach) in &self.open {
            writeln!(f, "open {name}: {reach:?}")?;
        }
        self.derived.iter().try_for_each(|place| writeln!(f, "derived {place:?}"))?;
        self.mixed.iter().try_for_each(|place| writeln!(f, "mixed {place:?}"))
    }
}
