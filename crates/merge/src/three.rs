//! The smallest step of a merge: one slot, three values.

use crate::values::Side;

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
