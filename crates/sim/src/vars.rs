//! Shared variables, each with a version: a step holds only if what it read is still what it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::Shared;
use engine::input::{Owners, VarScope, Variable, Write};
use flow::Data;
use flow::bot::Manifest;
use flow::data::Fields;
use smol_str::SmolStr;

#[derive(Clone, Debug, Default)]
pub struct Vars {
    kept: BTreeMap<(VarScope, SmolStr), Kept>,
}

#[derive(Clone, Debug, Default)]
struct Kept {
    set: Arc<Fields>,
    version: u64,
    versions: BTreeMap<SmolStr, u64>,
}

impl Kept {
    fn version(&self, name: &str) -> u64 {
        // Without a name all of them are meant.
        if name.is_empty() { self.version } else { self.versions.get(name).copied().unwrap_or_default() }
    }
}

fn key(whose: &Owners, scope: VarScope) -> (VarScope, SmolStr) {
    (scope, whose.owner(scope))
}

/// What a step is given, and the versions that it had.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub shared: Shared,
    kept: [Kept; 3],
}

/// What variables are until they are set.
pub type Usual = [Fields; 3];

/// The usual values that a bot declares.
pub fn usual(manifest: &Manifest) -> Usual {
    VarScope::ALL.map(|scope| {
        let declared = manifest.variables(scope.name()).into_iter().flat_map(flow::Map::iter);
        let value = |declared: &flow::Value| Some(Data::from(declared.as_object()?.get("default")?));
        declared.filter_map(|(name, declared)| Some((name, value(declared)?))).collect()
    })
}

impl Vars {
    pub fn snapshot(&self, whose: &Owners) -> Snapshot {
        let kept = VarScope::ALL.map(|scope| self.kept.get(&key(whose, scope)).cloned().unwrap_or_default());
        let [user, chat, bot] = [0, 1, 2].map(|scope: usize| kept[scope].set.clone());
        Snapshot { shared: Shared { user, chat, bot }, kept }
    }

    /// Writes, if what was read is still what it was. False: step again.
    pub fn commit(
        &mut self,
        whose: &Owners,
        seen: &Snapshot,
        reads: &[Variable],
        writes: &[Write],
        usual: &Usual,
    ) -> bool {
        let holds = |read: &Variable| {
            let now = self.kept.get(&key(whose, read.scope)).map_or(0, |kept| kept.version(&read.name));
            now == seen.kept[read.scope as usize].version(&read.name)
        };
        if !reads.iter().all(holds) {
            return false;
        }
        writes.iter().for_each(|write| self.write(whose, write, usual));
        true
    }

    pub fn write(&mut self, whose: &Owners, write: &Write, usual: &Usual) {
        let kept = self.kept.entry(key(whose, write.scope)).or_default();
        let before = kept.set.get(&write.name).or_else(|| usual[write.scope as usize].get(&write.name));
        let before = before.cloned().unwrap_or_default();
        let after = write.how.applied(before);
        let set = Arc::make_mut(&mut kept.set);
        match after {
            Some(value) => drop(set.insert(write.name.clone(), value)),
            None => drop(set.remove(&write.name)),
        }
        kept.version += 1;
        *kept.versions.entry(write.name.clone()).or_default() += 1;
    }

    /// What a variable is now.
    pub fn get(&self, whose: &Owners, scope: VarScope, name: &str, usual: &Usual) -> Data {
        let set = self.kept.get(&key(whose, scope)).and_then(|kept| kept.set.get(name));
        set.or_else(|| usual[scope as usize].get(name)).cloned().unwrap_or_default()
    }

    /// All that are set or have a usual value.
    pub fn all(&self, whose: &Owners, scope: VarScope, usual: &Usual) -> Fields {
        let mut all = usual[scope as usize].clone();
        if let Some(kept) = self.kept.get(&key(whose, scope)) {
            all.extend(kept.set.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use engine::input::WriteHow;

    use super::*;

    #[test]
    fn a_step_that_read_what_was_changed_meanwhile_does_not_hold() {
        let (mut vars, whose, usual) = (Vars::default(), Owners::default(), Usual::default());
        let write = |how| Write { scope: VarScope::Bot, name: "total".into(), how };
        let read = |name: &str| [Variable { scope: VarScope::Bot, name: name.into() }];
        let seen = vars.snapshot(&whose);
        assert!(vars.commit(&whose, &seen, &read("total"), &[write(WriteHow::Add(Data::Int(1)))], &usual));
        for (name, holds) in [("total", false), ("", false), ("other", true)] {
            assert_eq!(vars.commit(&whose, &seen, &read(name), &[], &usual), holds, "{name}");
        }
        assert_eq!(vars.get(&whose, VarScope::Bot, "total", &usual), Data::Int(1));
    }
}
