//! The smallest step of a merge: one slot, three values.

use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;
use std::sync::Arc;

use crate::values::Side;

/// Three tables side by side: each name of any of them once, in order, with what each has under it.
pub fn side_by_side<K: Ord, T>(tables: [&BTreeMap<K, T>; 3]) -> SideBySide<'_, K, T> {
    SideBySide(tables.map(|table| table.iter().peekable()))
}

pub struct SideBySide<'a, K, T>([Peekable<btree_map::Iter<'a, K, T>>; 3]);

impl<'a, K: Ord, T> Iterator for SideBySide<'a, K, T> {
    type Item = (&'a K, [Option<&'a T>; 3]);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.0.iter_mut().filter_map(|table| table.peek().map(|(key, _)| *key)).min()?;
        Some((first, self.0.each_mut().map(|table| Some(table.next_if(|(key, _)| *key == first)?.1))))
    }
}

/// Equal, which for what is shared needs no look inside.
pub fn same<T: PartialEq>(one: &Arc<T>, other: &Arc<T>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Three<T> {
    /// As it was.
    Same(T),
    Took(T, Side),
    /// Both changed it, and differently.
    Open,
}

/// `unsettled`: the base is itself open here and equals nothing.
pub fn three<T: PartialEq + Clone>(base: &T, ours: &T, theirs: &T, unsettled: bool) -> Three<T> {
    if ours == theirs {
        if ours == base { Three::Same(ours.clone()) } else { Three::Took(ours.clone(), Side::Both) }
    } else if unsettled {
        Three::Open
    } else if ours == base {
        Three::Took(theirs.clone(), Side::Theirs)
    } else if theirs == base {
        Three::Took(ours.clone(), Side::Ours)
    } else {
        Three::Open
    }
}

/// A thing of several slots, as it comes out when the open ones stand as before, and as each side would have it.
#[derive(Clone, Debug)]
pub struct Picks<T> {
    pub standing: T,
    pub ours: T,
    pub theirs: T,
    pub open: bool,
}

impl<T: Clone> Picks<T> {
    pub fn new(value: T) -> Picks<T> {
        Picks { standing: value.clone(), ours: value.clone(), theirs: value, open: false }
    }

    /// Merges one slot into all three.
    pub fn slot<S: PartialEq + Clone>(
        &mut self,
        [base, ours, theirs]: [&S; 3],
        unsettled: bool,
        put: impl Fn(&mut T, S),
    ) {
        match three(base, ours, theirs, unsettled) {
            Three::Same(value) | Three::Took(value, _) => {
                put(&mut self.standing, value.clone());
                put(&mut self.ours, value.clone());
                put(&mut self.theirs, value);
            }
            Three::Open => {
                self.open = true;
                put(&mut self.standing, base.clone());
                put(&mut self.ours, ours.clone());
                put(&mut self.theirs, theirs.clone());
            }
        }
    }
}
