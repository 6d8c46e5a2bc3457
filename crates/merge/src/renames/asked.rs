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

/// Variables with two new names, each of which could be given. Where the name was asked about before and each side made an end to that,
/// the old name is an answer too.
pub fn found(mine: &[Rename], yours: &[Rename], states: [&Bot; 3], kinds: &Kinds) -> Vec<Asked> {
    let here = mine.iter().filter_map(|one| {
        let Rename::Variable { scope, from, to } = one else { return None };
        Some(Asked { scope, from: from.clone(), ours: to.clone(), theirs: name_in(yours, one, states)? })
    });
    let there =
        yours.iter().filter(|one| !mine.iter().any(|other| other.same_thing(one))).filter_map(|one| {
            let Rename::Variable { scope, from, to } = one else { return None };
            Some(Asked { scope, from: from.clone(), ours: name_in(mine, one, states)?, theirs: to.clone() })
        });
    here.chain(there).filter(|one| one.works(states, kinds)).collect()
}

/// What the other side calls it, if that is another name and has to be asked about.
fn name_in(others: &[Rename], one: &Rename, states: [&Bot; 3]) -> Option<SmolStr> {
    match others.iter().find(|other| other.same_thing(one)) {
        Some(Rename::Variable { to, .. }) if others.iter().all(|other| other != one) => Some(to.clone()),
        None if one.is_unsettled(states) => match one {
            Rename::Variable { from, .. } => Some(from.clone()),
            Rename::Key { .. } => None,
        },
        _ => None,
    }
}

fn plan(bot: &Bot, scope: &'static str, from: &SmolStr, to: &SmolStr, kinds: &Kinds) -> Vec<Edit> {
    let act = Act::RenameVariable { scope: SmolStr::new_static(scope), from: from.clone(), to: to.clone() };
    change::plan(bot, kinds, &act).map_or_else(|_| Vec::new(), |change| change.edits)
}

impl Asked {
    /// Can each side have its name, and the old one again?
    fn works(&self, [base, ours, theirs]: [&Bot; 3], kinds: &Kinds) -> bool {
        let declares = |bot: &Bot, name: &SmolStr| {
            bot.manifest.variables(self.scope).is_some_and(|known| known.contains(name))
        };
        let can = |bot: &Bot, from: &SmolStr, to: &SmolStr| {
            from == to || !plan(bot, self.scope, from, to, kinds).is_empty()
        };
        let fits = |name: &SmolStr, side: &Bot, other: &Bot| {
            let is_free = *name == self.from || !declares(other, name);
            is_free && declares(side, name) && can(base, &self.from, name) && can(side, name, &self.from)
        };
        fits(&self.ours, ours, theirs) && fits(&self.theirs, theirs, ours)
    }

    /// Puts both sides back under the old name.
    pub fn take_back(&self, ours: &mut Bot, theirs: &mut Bot, kinds: &Kinds) {
        for (side, name) in [(ours, &self.ours), (theirs, &self.theirs)] {
            if *name == self.from {
                continue;
            }
            let back = Rename::Variable { scope: self.scope, from: name.clone(), to: self.from.clone() };
            back.apply(side, kinds);
        }
    }

    /// Opens the conflict. What else is open and speaks of the variable becomes a part of it, since it has to be settled under one name.
    pub fn ask(&self, bot: &mut Bot, kinds: &Kinds) {
        let spoken: Vec<(FilePath, SmolStr, Conflict)> =
            crate::open(bot).into_iter().filter(|one| self.is_spoken_of(bot, one, kinds)).collect();
        let how = |name: &SmolStr| match *name == self.from {
            true => "kept its name".to_string(),
            false => format!("was renamed to {}.{name}", self.scope),
        };
        let what = format!(
            "The variable {}.{} {} on one side and {} on the other.",
            self.scope,
            self.from,
            how(&self.ours),
            how(&self.theirs)
        );
        let mut new = Conflict::new(Kind::Renamed, None, what);
        for (edits, choice, name) in
            [(&mut new.ours, Choice::Ours, &self.ours), (&mut new.theirs, Choice::Theirs, &self.theirs)]
        {
            let mut settled = bot.clone();
            for (file, _, one) in &spoken {
                edits.extend(apply_all(&mut settled, one.edits(&choice, file).unwrap_or_default()));
            }
            if *name != self.from {
                edits.extend(plan(&settled, self.scope, &self.from, name, kinds));
            }
        }
        for (file, place, _) in &spoken {
            conflict::close(bot, file, place);
        }
        conflict::put(bot, MANIFEST_FILE, format_smolstr!("variables.{}.{}", self.scope, self.from), new);
    }

    /// Would settling it change what there is to rename?
    fn is_spoken_of(&self, bot: &Bot, (file, _, one): &(FilePath, SmolStr, Conflict), kinds: &Kinds) -> bool {
        let name = if self.ours == self.from { &self.theirs } else { &self.ours };
        let before = plan(bot, self.scope, &self.from, name, kinds);
        let here = [Seg::from("variables"), self.scope.into(), self.from.as_str().into()];
        [Choice::Ours, Choice::Theirs].into_iter().any(|choice| {
            let edits = one.edits(&choice, file).unwrap_or_default();
            let declares = edits.iter().any(|edit| match edit {
                Edit::Manifest { path, .. } => path.iter().zip(&here).all(|(a, b)| a == b),
                _ => false,
            });
            let puts_back = edits.iter().any(|edit| before.iter().any(|renaming| replaces(edit, renaming)));
            let mut settled = bot.clone();
            apply_all(&mut settled, edits);
            declares || puts_back || plan(&settled, self.scope, &self.from, name, kinds) != before
        })
    }
}

/// Does it write over all that the other one wrote?
fn replaces(edit: &Edit, other: &Edit) -> bool {
    match (edit, other) {
        (Edit::Flow { flow, .. }, other) => flow == other.file(),
        (Edit::Node { flow, id, .. }, Edit::Field { flow: file, node, .. }) => flow == file && id == node,
        (Edit::Field { flow, node, path, .. }, Edit::Field { flow: file, node: other, path: inner, .. }) => {
            flow == file && node == other && inner.starts_with(path)
        }
        _ => false,
    }
}

/// Those that fit.
fn apply_all(bot: &mut Bot, edits: Vec<Edit>) -> Vec<Edit> {
    edits.into_iter().filter(|edit| change::apply(bot, &edit.clone().into()).is_ok()).collect()
}
