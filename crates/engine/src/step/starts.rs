//! What an input does to a conversation: which tokens it wakes, which runs it begins or ends.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::effect::{Done, Effect, EffectError, ErrorKind, Key, Origin, Request};
use crate::event::{Event, What};
use crate::input::{Body, End, Spot, TimerId};
use crate::node::{Fit, name};
use crate::program::Busy;
use crate::session::{Frame, Queued, Run, RunId, State, Token};
use crate::step::machine::{Active, First, Machine, Way};
use crate::trace::Saw;

/// Which token, of which run.
type Found = (usize, usize);

impl Machine<'_> {
    pub fn run(&mut self) {
        match &self.input.body {
            Body::Event { event, trigger } => self.event(event, trigger.as_ref()),
            Body::Result { key, result } => self.result(*key, result),
            Body::Timer { id } => self.timer(*id),
            Body::Cancel { run } => self.cancel(*run),
            Body::Switch { to } => self.switch(to),
            Body::Begin { at, event } => {
                self.out.taken = true;
                self.begin(at, event, true);
            }
        }
        // Those that had to wait come next.
        if self.paused.is_none() && !self.session.queue.is_empty() && !self.session.runs.iter().any(waits) {
            let next = self.session.queue.remove(0);
            self.out.raised.push(next.event);
        }
    }

    fn event(&mut self, event: &Event, trigger: Option<&Spot>) {
        let node = trigger.and_then(|spot| self.current.node(spot));
        let is_named = node.is_some_and(|node| {
            node.does.hears(event).is_some_and(Fit::is_named) || matches!(event.what, What::Schedule { .. })
        });
        if !is_named && self.offer(event) {
            self.out.taken = true;
            return;
        }
        let (Some(spot), Some(settings)) = (trigger, node.and_then(|node| node.trigger.as_ref())) else {
            return;
        };
        self.out.taken = true;
        let is_busy = self.session.runs.iter().any(waits);
        match settings.busy {
            Busy::Interrupt if is_busy => {
                let waiting: Vec<RunId> =
                    self.session.runs.iter().filter(|run| waits(run)).map(|run| run.id).collect();
                waiting.into_iter().for_each(|run| self.cancel(Some(run)));
            }
            Busy::Queue if is_busy => {
                self.session.queue.push(Queued { event: event.clone(), trigger: spot.clone() });
                return;
            }
            Busy::Ignore if is_busy => return,
            _ => {}
        }
        self.begin(spot, event, false);
    }

    /// Offers an event to the runs that wait for one, the latest first.
    fn offer(&mut self, event: &Event) -> bool {
        let event = &Arc::new(event.clone());
        for place in (0..self.session.runs.len()).rev() {
            let tokens = self.session.runs[place].tokens.iter();
            let waiting: Vec<u64> = tokens
                .filter(|token| matches!(token.state, State::Waits { .. }))
                .map(|token| token.id)
                .collect();
            for id in waiting {
                let mut run = self.session.runs.remove(place);
                if !self.turn_to(&run) {
                    self.session.runs.insert(place, run);
                    continue;
                }
                let before = (run.heard.clone(), run.origin.clone());
                run.heard = Some(event.clone());
                run.origin = Origin::of(event);
                let Some(at) = run.tokens.iter().position(|token| token.id == id) else { continue };
                let token = run.tokens.remove(at);
                let untouched = token.clone();
                if let Ok(mut active) = self.activate(&run, token)
                    && let Some(turn) =
                        self.turn(&mut run, &mut active, |node, at| node.does.event(at, event))
                {
                    self.woken(&mut active);
                    self.saw(&run, &active, || Saw::Woke);
                    self.take_press(&mut run, event);
                    self.advance_from(&mut run, active, turn);
                    self.drain(&mut run);
                    self.put_back(place, run);
                    return true;
                }
                (run.heard, run.origin) = before;
                run.tokens.insert(at, untouched);
                self.session.runs.insert(place, run);
            }
        }
        false
    }

    /// The token does not wait any more.
    fn woken(&mut self, active: &mut Active) {
        match std::mem::take(&mut active.token.state) {
            State::Waits { until: Some(alarm) } => self.out.timers_off.push(alarm.id),
            State::Effect(pending) => self.out.timers_off.extend(pending.until.map(|alarm| alarm.id)),
            _ => {}
        }
    }

    fn begin(&mut self, at: &Spot, event: &Event, altered: bool) {
        self.program = self.current;
        self.session.begun += 1;
        let id = RunId(self.session.begun);
        let token = Token {
            id: name(&[self.session.id.as_bytes(), &id.0.to_le_bytes()]),
            node: at.node.clone(),
            frames: vec![Frame { flow: at.flow.clone(), ..Frame::default() }],
            ..Token::default()
        };
        let mut run = Run {
            id,
            program: self.program.hash.clone(),
            trigger: at.clone(),
            event: Arc::new(event.clone()),
            heard: None,
            origin: Origin::of(event),
            tokens: Vec::new(),
            forks: Vec::new(),
            transactions: Vec::new(),
            counter: 0,
            altered,
            press: None,
        };
        self.take_press(&mut run, event);
        match self.activate(&run, token) {
            Ok(mut active) => {
                self.saw(&run, &active, || Saw::Began);
                let to = active.ix;
                let way = self.go(&mut run, &mut active, to);
                self.take_way(&mut run, active, way);
            }
            Err(lost) => self.gone(&mut run, *lost),
        }
        self.drain(&mut run);
        self.put_back(self.session.runs.len(), run);
    }

    fn result(&mut self, key: Key, result: &Result<Done, EffectError>) {
        let is_it = |token: &Token| matches!(&token.state, State::Effect(pending) if pending.key == key);
        let Some(found) = self.find(is_it) else { return };
        self.out.taken = true;
        self.wake(found, |machine, run, mut active| {
            let State::Effect(pending) = active.token.state.clone() else { return };
            let node = &machine.program.nodes[active.ix as usize];
            let result = match result {
                Ok(done) => node.does.refuses(done).map_or(Ok(done), Err),
                Err(error) => Err(error.clone()),
            };
            machine.saw(run, &active, || Saw::Answered { key, ok: result.is_ok() });
            match result {
                Ok(done) => {
                    machine.woken(&mut active);
                    machine.advance(run, active, First::Done(done));
                }
                // Between two tries a late failure says nothing new.
                Err(_) if pending.resting => {
                    let token = machine.deactivate(active);
                    run.tokens.push(token);
                }
                Err(error) => {
                    machine.woken(&mut active);
                    machine.effect_failed(run, active, *pending, error);
                }
            }
        });
    }

    fn timer(&mut self, id: TimerId) {
        let is_it = |token: &Token| token.state.alarm().is_some_and(|alarm| alarm.id == id);
        let Some(found) = self.find(is_it) else { return };
        self.out.taken = true;
        self.wake(found, |machine, run, mut active| match std::mem::take(&mut active.token.state) {
            State::Effect(mut pending) if pending.resting => {
                pending.attempt += 1;
                pending.resting = false;
                let timeout = machine.program.nodes[active.ix as usize].policy.timeout;
                let until = timeout.map(|millis| machine.session.last.after(millis));
                pending.until = until.map(|until| machine.alarm(run, &mut active, until));
                machine.send(run, &active, pending.key, &pending.effect, pending.attempt);
                active.token.state = State::Effect(pending);
                let token = machine.deactivate(active);
                run.tokens.push(token);
            }
            State::Effect(pending) => {
                let late = EffectError::new(ErrorKind::Timeout, "It took too long.");
                machine.effect_failed(run, active, *pending, late);
            }
            _ => {
                machine.saw(run, &active, || Saw::Woke);
                machine.advance(run, active, First::Due);
            }
        });
    }

    fn cancel(&mut self, run: Option<RunId>) {
        for mut gone in std::mem::take(&mut self.session.runs) {
            if run.is_some_and(|id| id != gone.id) {
                self.session.runs.push(gone);
                continue;
            }
            self.out.taken = true;
            self.drop_tokens(&mut gone);
            self.confirm_press(&mut gone);
            self.ended(&gone, End::Cancelled);
        }
        if run.is_none() {
            self.session.queue.clear();
        }
    }

    /// From now on the conversation's runs are on the current program. The host has asked [`crate::switch::obstacles`] before.
    fn switch(&mut self, to: &SmolStr) {
        self.out.taken = *to == self.current.hash;
        if self.out.taken {
            for run in self.session.runs.iter_mut().filter(|run| run.program != *to) {
                run.program = to.clone();
                run.altered = true;
            }
        }
    }

    fn find(&self, is_it: impl Fn(&Token) -> bool) -> Option<Found> {
        let runs = self.session.runs.iter().enumerate();
        runs.filter_map(|(run, one)| Some((run, one.tokens.iter().position(&is_it)?))).next()
    }

    /// Goes on with one token of a run.
    fn wake(&mut self, (place, at): Found, go_on: impl FnOnce(&mut Self, &mut Run, Active)) {
        let mut run = self.session.runs.remove(place);
        let token = run.tokens.remove(at);
        let known = self.turn_to(&run);
        match self.activate(&run, token) {
            Ok(active) if known => go_on(self, &mut run, active),
            Ok(active) => self.gone(&mut run, active.token),
            Err(lost) => self.gone(&mut run, *lost),
        }
        self.drain(&mut run);
        self.put_back(place, run);
    }

    /// Works with the program that a run began on. False if it is not there any more.
    fn turn_to(&mut self, run: &Run) -> bool {
        let older = self.older.iter().find(|program| program.hash == run.program);
        let is_current = self.current.hash == run.program;
        self.program = older.filter(|_| !is_current).map_or(self.current, |program| program);
        is_current || older.is_some()
    }

    /// The run as it is now; one without tokens is over.
    fn put_back(&mut self, place: usize, mut run: Run) {
        if self.paused.is_some() {
            return;
        }
        // While something is being done outside, the button may well show that.
        if !run.tokens.iter().any(|token| matches!(token.state, State::Effect(_))) {
            self.confirm_press(&mut run);
        }
        if run.tokens.is_empty() {
            if !std::mem::take(&mut self.died) {
                self.ended(&run, End::Finished);
            }
            return;
        }
        self.session.runs.insert(place.min(self.session.runs.len()), run);
    }

    /// A button was pressed; until somebody confirms it, the person sees it working.
    fn take_press(&mut self, run: &mut Run, event: &Event) {
        if matches!(event.what, What::Button(_)) && run.origin.answer_to.is_some() {
            self.confirm_press(run);
            run.press = Some(Box::new(run.origin.clone()));
        }
    }

    /// Confirms the press that no node confirmed. Nobody waits for the result.
    fn confirm_press(&mut self, run: &mut Run) {
        let Some(origin) = run.press.take() else { return };
        let press = origin.answer_to.as_deref().unwrap_or_default();
        let half = |salt: &[u8]| {
            name(&[salt, self.session.id.as_bytes(), &run.id.0.to_le_bytes(), press.as_bytes()])
        };
        self.out.effects.push(Request {
            key: Key(u128::from(half(b"confirm")) << 64 | u128::from(half(b"press"))),
            flow: run.trigger.flow.clone(),
            node: run.trigger.node.clone(),
            attempt: 1,
            effect: Effect::Confirm { text: SmolStr::default(), alert: false },
            origin: *origin,
        });
    }

    pub fn take_way(&mut self, run: &mut Run, mut active: Active, way: Way) {
        match way {
            Way::On(ix) => {
                active.ix = ix;
                self.advance(run, active, First::Enter);
            }
            Way::Rest => {
                let token = self.deactivate(active);
                run.tokens.push(token);
            }
            Way::Over => {}
        }
    }
}

/// Does a run wait for a person?
fn waits(run: &Run) -> bool {
    run.tokens.iter().any(|token| matches!(token.state, State::Waits { .. }))
}
