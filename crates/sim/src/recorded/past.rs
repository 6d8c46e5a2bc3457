//! What is in a recording: it is taken through the engine again to see what the bot asked for.

use std::collections::{BTreeMap, BTreeSet};

use engine::effect::{ButtonDoes, Keyboard, Request};
use engine::event::{Event, What};
use engine::recording::{Recording, Unplayable};
use engine::session::State;
use engine::step::Programs;
use engine::{Body, Done, Effect, EffectError, Input, Key, Session, Shared, Trace};
use flow::Data;
use smol_str::SmolStr;

use super::{Rules, Try, rule};

pub(super) struct Past {
    pub conversation: SmolStr,
    pub inputs: Vec<Input>,
    pub shared: Vec<Shared>,
    /// Inputs that the bot made itself: it does so again.
    pub own: BTreeSet<usize>,
    /// What was asked for, with the number of the input.
    asked: Vec<(usize, Request)>,
    /// Those of them that a run waited for.
    awaited: BTreeSet<Try>,
    /// What was answered, with the number of the input.
    answers: BTreeMap<Try, (usize, Result<Done, EffectError>)>,
    /// The labels of buttons, by what they carry.
    pub labels: BTreeMap<SmolStr, SmolStr>,
    /// What forms carry.
    pub forms: BTreeSet<SmolStr>,
    /// Something comes out otherwise than it did.
    pub parted: bool,
}

impl Past {
    pub fn of(recording: &Recording) -> Result<Past, Unplayable> {
        let programs = recording.programs()?;
        let mut past = Past {
            conversation: recording.first.id.clone(),
            inputs: recording.entries.iter().map(|entry| entry.input.clone()).collect(),
            shared: recording.entries.iter().map(|entry| entry.shared.clone()).collect(),
            own: BTreeSet::new(),
            asked: Vec::new(),
            awaited: BTreeSet::new(),
            answers: BTreeMap::new(),
            labels: BTreeMap::new(),
            forms: BTreeSet::new(),
            parted: false,
        };
        let mut session = recording.first.clone();
        // Events that the bot raised or told the bus, and that have yet to come back to it.
        let mut raised: Vec<Event> = Vec::new();
        let mut told: Vec<(SmolStr, Data)> = Vec::new();
        for (n, entry) in recording.entries.iter().enumerate() {
            let current = programs.iter().find(|program| program.hash == entry.program);
            let Some(current) = current else { return Err(Unplayable::Missing(entry.program.clone())) };
            if let Body::Result { key, result } = &entry.input.body
                && let Some(request) = past.asked(n, *key)
            {
                past.answers.insert((*key, request.attempt), (n, result.clone()));
            }
            if let Body::Event { event, .. } = &entry.input.body {
                let told_it = match &event.what {
                    What::Custom { name, data } => {
                        told.iter().position(|one| (&one.0, &one.1) == (name, data)).map(|at| told.remove(at))
                    }
                    _ => None,
                };
                let raised_it = raised.iter().position(|one| one == event).map(|at| raised.remove(at));
                if told_it.is_some() || raised_it.is_some() || matches!(event.what, What::Failed(_)) {
                    past.own.insert(n);
                }
            }
            let programs = Programs { current, older: &programs };
            let outcome = engine::step(programs, session, &entry.shared, &entry.input, &mut Trace::Off);
            past.parted |= outcome.hash() != entry.hash;
            for request in &outcome.effects {
                past.learn(&request.effect);
                if let Effect::Emit { name, data } = &request.effect {
                    told.push((name.clone(), data.clone()));
                }
            }
            let waits = waited_for(&outcome.session);
            let tries = outcome.effects.iter().map(|request| (request.key, request.attempt));
            past.awaited.extend(tries.filter(|(key, _)| waits.contains(key)));
            past.asked.extend(outcome.effects.into_iter().map(|request| (n, request)));
            raised.extend(outcome.raised);
            session = outcome.session;
        }
        Ok(past)
    }

    /// What is behind the buttons.
    fn learn(&mut self, effect: &Effect) {
        let keyboard = match effect {
            Effect::Send(send) => Some(&send.keyboard),
            Effect::Edit(edit) => edit.keyboard.as_ref(),
            Effect::Form(form) => {
                self.forms.insert(form.data.clone());
                None
            }
            _ => None,
        };
        if let Some(Keyboard::Inline(rows)) = keyboard {
            for button in rows.iter().flatten() {
                if let ButtonDoes::Data(data) = &button.does {
                    self.labels.insert(data.clone(), button.label.clone());
                }
            }
        }
    }

    /// What was asked for by this name when an input came, in its latest try.
    pub fn asked(&self, n: usize, key: Key) -> Option<&Request> {
        let before = self.asked.iter().rev().filter(|(at, _)| *at < n);
        before.map(|(_, request)| request).find(|request| request.key == key)
    }

    /// Rules for what was never answered, though a run waited for it, and what they are for.
    pub fn silent(&self) -> (Rules, BTreeSet<Try>) {
        let of = |request: &Request| (request.key, request.attempt);
        let is_silent = |request: &Request| {
            self.awaited.contains(&of(request)) && !self.answers.contains_key(&of(request))
        };
        let silent = self.asked.iter().map(|(_, request)| request).filter(|request| is_silent(request));
        let keys: BTreeSet<Key> = silent.map(|request| request.key).collect();
        let (mut rules, mut known) = (Rules::new(), BTreeSet::new());
        // Where one try has a rule all have, for they look alike.
        for (n, request) in self.asked.iter().filter(|(_, request)| keys.contains(&request.key)) {
            let answer = self.answers.get(&of(request));
            let takes =
                answer.map_or(0, |(at, _)| self.inputs[*at].at.0.saturating_sub(self.inputs[*n].at.0));
            let rule = rule(&request.effect, answer.map(|(_, result)| result), takes.max(0));
            rules.entry(self.before(*n)).or_default().push(rule);
            known.insert(of(request));
        }
        (rules, known)
    }

    /// The latest input from outside up to one.
    fn before(&self, n: usize) -> Option<usize> {
        let is_outside = |at: &usize| match &self.inputs[*at].body {
            Body::Event { event, .. } => {
                !self.own.contains(at) && !matches!(event.what, What::Schedule { .. })
            }
            _ => false,
        };
        (0..=n).rev().find(is_outside)
    }

    /// Of whom or what the bot asked for something that was done.
    pub fn reached(&self) -> impl Iterator<Item = &Effect> {
        let went_well = |request: &&Request| {
            let answer = self.answers.get(&(request.key, request.attempt));
            answer.is_none_or(|(_, result)| result.is_ok())
        };
        self.asked.iter().map(|(_, request)| request).filter(went_well).map(|request| &request.effect)
    }

    /// All that was asked for, each thing once.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        self.asked.iter().map(|(_, request)| request).filter(|request| request.attempt == 1)
    }

    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.inputs.iter().filter_map(|input| match &input.body {
            Body::Event { event, .. } => Some(event),
            _ => None,
        })
    }
}

fn waited_for(session: &Session) -> BTreeSet<Key> {
    let tokens = session.runs.iter().flat_map(|run| &run.tokens);
    tokens
        .filter_map(|token| match &token.state {
            State::Effect(pending) => Some(pending.key),
            _ => None,
        })
        .collect()
}
