//! A variable that each side gave another name. The three states are merged under the old name, and one conflict asks for the new one:
//! its choice renames whatever stands in the result.

use flow::change::{self, Act, MANIFEST_FILE};
use flow::{Bot, Edit, FilePath, Kinds, Seg};
use smol_str::{SmolStr, format_smolstr};

use super::Rename;
use crate::conflict::{self, Choice, Conflict, Kind};

pub struct Asked {
    scope: &'static str,
    from: SmolStr,
    ours: SmolStr,
    theirs: SmolStr,
}

/// Variables with two new names, each of which could be given.
pub fn found(
    mine: &[Rename],
    yours: &[Rename],
    [base, ours, theirs]: [&Bot; 3],
    kinds: &Kinds,
) -> Vec<Asked> {
    let can = |bot: &Bot, scope: &'static str, from: &SmolStr, to: &SmolStr| {
        !plan(bot, scope, from, to, kinds).is_empty()
    };
    let asked = mine.iter().filter_map(|one| {
        let Rename::Variable { scope, from, to } = one else { return None };
        let other = yours.iter().find(|other| other.same_thing(one) && *other != one)?;
        let Rename::Variable { to: their_name, .. } = other else { return None };
        let is_free = !one.is_taken(theirs) && !other.is_taken(ours);
        let works = [(to, ours), (their_name, theirs)]
            .iter()
            .all(|(name, side)| can(base, scope, from, name) && can(side, scope, name, from));
        (is_free && works).then(|| Asked {
            scope,
            from: from.clone(),
            ours: to.clone(),
            theirs: their_name.clone(),
        })
    });
    asked.collect()
}

fn plan(bot: &Bot, scope: &'static str, from: &SmolStr, to: &SmolStr, kinds: &Kinds) -> Vec<Edit> {
    let act = Act::RenameVariable { scope: SmolStr::new_static(scope), from: from.clone(), to: to.clone() };
    change::plan(bot, kinds, &act).map_or_else(|_| Vec::new(), |change| change.edits)
}

impl Asked {
    /// Puts both sides back under the old name.
    pub fn take_back(&self, ours: &mut Bot, theirs: &mut Bot, kinds: &Kinds) {
        for (side, name) in [(ours, &self.ours), (theirs, &self.theirs)] {
            let back = Rename::Variable { scope: self.scope, from: name.clone(), to: self.from.clone() };
            back.apply(side, kinds);
        }
    }

    /// Opens the conflict. What else is open and speaks of the variable becomes a part of it, since it has to be settled under one name.
    pub fn ask(&self, bot: &mut Bot, kinds: &Kinds) {
        let spoken: Vec<(FilePath, SmolStr, Conflict)> =
            crate::open(bot).into_iter().filter(|one| self.is_spoken_of(bot, one, kinds)).collect();
        let mut new = Conflict::new(
            Kind::Renamed,
            None,
            format!(
                "The variable {scope}.{} was renamed to {scope}.{} on one side and to {scope}.{} on the other.",
                self.from,
                self.ours,
                self.theirs,
                scope = self.scope
            ),
        );
        for (edits, choice, name) in
            [(&mut new.ours, Choice::Ours, &self.ours), (&mut new.theirs, Choice::Theirs, &self.theirs)]
        {
            let mut settled = bot.clone();
            for (file, _, one) in &spoken {
                edits.extend(apply_all(&mut settled, one.edits(&choice, file).unwrap_or_default()));
            }
            edits.extend(plan(&settled, self.scope, &self.from, name, kinds));
        }
        for (file, place, _) in &spoken {
            conflict::close(bot, file, place);
        }
        conflict::put(bot, MANIFEST_FILE, format_smolstr!("variables.{}.{}", self.scope, self.from), new);
    }

    /// Would settling it change what there is to rename?
    fn is_spoken_of(&self, bot: &Bot, (file, _, one): &(FilePath, SmolStr, Conflict), kinds: &Kinds) -> bool {
        let before = plan(bot, self.scope, &self.from, &self.ours, kinds);
        let here = [Seg::from("variables"), self.scope.into(), self.from.as_str().into()];
        [Choice::Ours, Choice::Theirs].into_iter().any(|choice| {
            let edits = one.edits(&choice, file).unwrap_or_default();
            let declares = edits.iter().any(|edit| match edit {
                Edit::Manifest { path, .. } => path.iter().zip(&here).all(|(a, b)| a == b),
                _ => false,
            });
            let mut settled = bot.clone();
            apply_all(&mut settled, edits);
            declares || plan(&settled, self.scope, &self.from, &self.ours, kinds) != before
        })
    }
}

/// Those that fit.
fn apply_all(bot: &mut Bot, edits: Vec<Edit>) -> Vec<Edit> {
    edits.into_iter().filter(|edit| change::apply(bot, &edit.clone().into()).is_ok()).collect()
}
