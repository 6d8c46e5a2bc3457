//! A pause in a world that goes on. Nothing of the step was taken yet, so it is taken with what holds when it is: before a person goes on
//! from a pause, the pause is made anew with the variables and the time of now.

use flow::Time;

use super::edit::{Passed, way};
use super::{Debugger, Held, Stop};
use crate::input::Input;
use crate::step::{Programs, Shared};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// It is paused at the same moment.
    Same,
    /// The run does not come there any more: it is paused where it would go another way. What was changed by hand from there on is
    /// forgotten.
    Moved,
    /// The step comes to no node any more. Nothing is paused.
    Gone,
}

impl Debugger {
    /// Makes the pause anew with what the shared variables hold and what time it is by now.
    pub fn refresh<'a>(
        &mut self,
        programs: impl Into<Programs<'a>>,
        shared: Shared,
        at: Time,
    ) -> Option<Refreshed> {
        let programs = programs.into();
        let Held { session, shared: before, input: old, stop, at: paused } = self.paused.take()?;
        let mut input = Input { at, ..old.clone() };
        let (way_before, _) = way(stop, programs, session.clone(), &before, &old);
        let (way_now, now) = way(stop, programs, session.clone(), &shared, &input);
        if let Some(at) = now.filter(|_| way_before == way_now) {
            self.paused = Some(Held { session, shared, input, stop, at });
            return Some(Refreshed::Same);
        }
        let same = way_before.iter().zip(&way_now).take_while(|(one, other)| one == other).count();
        // The first moment that is another one; where it ends before that, the last that there is.
        let way: Vec<_> = way_now.into_iter().take(same + 1).collect();
        if way.is_empty() {
            return Some(Refreshed::Gone);
        }
        let stop = stop_of(&way);
        // What was changed where a node was entered still holds when that node is left.
        input.alters.retain(|alter| alter.tick + 1 < stop.0 + u32::from(stop.1));
        self.paused = Some(Held { session, shared, input, stop, at: paused });
        self.stop_at(programs, stop);
        Some(Refreshed::Moved)
    }
}

/// The moment at the end of a way.
fn stop_of(way: &[Passed]) -> Stop {
    let entered = way.iter().filter(|(.., leaving)| leaving.is_none()).count();
    (entered as u32, way.last().is_some_and(|(.., leaving)| leaving.is_some()))
}
