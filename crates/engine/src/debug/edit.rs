//! Edit and continue: a paused conversation moves to a changed bot, and the step is taken again on it up to the same moment.

use std::collections::BTreeSet;

use smol_str::{SmolStr, format_smolstr};

use super::{Debugger, Held, Stop, place, verdict};
use crate::input::{Alter, Body, How, Input, Outcome, Spot};
use crate::program::Program;
use crate::session::{RunId, Session};
use crate::step::{Moment, Paused, Programs, Shared, step, step_watched};
use crate::switch::{obstacle, obstacles};
use crate::trace::Trace;

/// What moved the conversation, for the journal: it comes before the input that is paused in.
#[derive(Debug)]
pub struct Moved {
    pub input: Input,
    pub outcome: Outcome,
}

impl Debugger {
    /// Goes on with a changed bot where it is paused; the run is marked as altered. Where that is not sound, each place with what is in the
    /// way, and nothing changes. `old` are the programs that the step was taken with so far.
    pub fn edit<'a, 'b>(
        &mut self,
        old: impl Into<Programs<'a>>,
        new: impl Into<Programs<'b>>,
    ) -> Option<Result<Moved, Vec<(Spot, String)>>> {
        let (old, new) = (old.into(), new.into());
        let held = self.paused.as_ref()?;
        let wrong = in_the_way(held, old, new.current);
        if !wrong.is_empty() {
            return Some(Err(wrong));
        }
        let body = Body::Switch { to: new.current.hash.clone() };
        let id = format_smolstr!("{}-edit", held.input.id);
        let switch = Input { id, at: held.input.at, body, alters: Vec::new() };
        let outcome = step(new, held.session.clone(), &held.shared, &switch, &mut Trace::Off);
        let mut input = held.input.clone();
        // A run that begins in this very step is altered, too.
        input.alters.push(Alter { tick: held.stop.0.saturating_sub(1), how: How::Edited });
        let (way, _) = way(held.stop, old, held.session.clone(), &held.shared, &held.input);
        let (other, at) = self::way(held.stop, new, outcome.session.clone(), &held.shared, &input);
        let at = match at.filter(|_| way == other) {
            Some(at) => at,
            None => return Some(Err(vec![parted(held, new.current, &way, &other)])),
        };
        let (session, shared, stop) = (outcome.session.clone(), held.shared.clone(), held.stop);
        self.paused = Some(Held { session, shared, input, stop, at });
        Some(Ok(Moved { input: switch, outcome }))
    }
}

/// What a run that stands still, or the one that is paused, would miss.
fn in_the_way(held: &Held, old: Programs<'_>, new: &Program) -> Vec<(Spot, String)> {
    let runs = &held.session.runs;
    let known = |hash: &SmolStr| {
        let older = old.older.iter().map(AsRef::as_ref);
        older.chain([old.current]).find(|program| program.hash == *hash)
    };
    // One that is not there yet begins in this step.
    let run = runs.iter().find(|run| run.id == held.at.run);
    let program = run.and_then(|run| known(&run.program)).unwrap_or(old.current);
    // Where it is paused comes first, then what called that.
    let here = held.at.calls.iter().rev();
    let mut wrong: Vec<_> =
        here.filter_map(|spot| Some((spot.clone(), obstacle(program, new, spot)?))).collect();
    for program in runs.iter().filter_map(|run| known(&run.program)) {
        wrong.extend(obstacles(program, new, &held.session));
    }
    let mut seen = BTreeSet::new();
    wrong.retain(|(spot, _)| seen.insert(spot.clone()));
    wrong
}

/// A moment on the way to the pause: of which run and token, at which node, by which output.
pub(super) type Passed = (RunId, u64, Spot, Option<SmolStr>);

/// The moments from the beginning of the step up to the pause, and the pause itself if it comes to that.
pub(super) fn way(
    stop: Stop,
    programs: Programs<'_>,
    session: Session,
    shared: &Shared,
    input: &Input,
) -> (Vec<Passed>, Option<Box<Paused>>) {
    let mut way = Vec::new();
    let mut watch = |moment: &Moment<'_>| {
        let spot = moment.program.spot(moment.node);
        way.push((moment.run, moment.token, spot, moment.leaving.cloned()));
        verdict(place(moment) == stop)
    };
    let at = step_watched(programs, session, shared, input, &mut Trace::Off, &mut watch);
    (way, at.err())
}

/// Where the changed bot leaves the way that led here.
fn parted(held: &Held, new: &Program, way: &[Passed], other: &[Passed]) -> (Spot, String) {
    let name = |spot: &Spot| {
        let key = new.node(spot).and_then(|node| node.key.clone());
        key.unwrap_or_else(|| spot.node.clone())
    };
    let same = way.iter().zip(other).take_while(|(one, other)| one == other).count();
    let spot = other.get(same).map_or(&held.at.spot, |(_, _, spot, _)| spot);
    let why = match other.get(same) {
        Some((.., Some(port))) => {
            format!("`{}` is left by `{port}` now, so the run would not have come here that way.", name(spot))
        }
        Some(_) if *spot == held.at.spot => "The run would have come here by another way.".into(),
        Some(_) => format!("The run would have come to `{}` instead of here.", name(spot)),
        None => "The run would not have come here.".into(),
    };
    (spot.clone(), why)
}
