//! A recording played again in a simulated world, so that it can be looked at there and written down as a test.
//!
//! What people did, how the world answered and how time went by are taken from the recording; what the bot does is up to the bot that it
//! is played on. What cannot be had again is told in [`Replayed::notes`].

mod cast;
mod clean;
mod moved;
mod past;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::effect::Request;
use engine::event::{Event, What};
use engine::input::VarScope;
use engine::recording::{Recording, Unplayable};
use engine::{Body, Done, Effect, EffectError, Input, Key};
use flow::{Data, Time};
use smol_str::{SmolStr, format_smolstr};

use self::cast::Names;
use self::past::Past;
use crate::cases::gives;
use crate::chat::{Did, DidState, Happened};
use crate::mock::{Answer, Mock, Pattern, same};
use crate::moves::Move;
use crate::view::{is_asking, is_quiet, view};
use crate::world::{Stage, World};

pub use clean::secrets;

/// Why a recording cannot be played again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error(transparent)]
    Unplayable(#[from] Unplayable),
    #[error("nothing happens in this recording")]
    Empty,
    #[error("this recording begins in the middle of a run; what came before is not in it")]
    Midway,
}

pub struct Replayed {
    pub world: World,
    /// What is not as in the recording, in sentences.
    pub notes: Vec<String>,
}

/// What passes by in less time is not worth a step of the clock, unless something comes due.
const A_MOMENT: i64 = 60_000;
/// So many answers that a world does not give by itself are looked for.
const MOST_MOCKS: usize = 200;

pub fn replay(recording: &Recording, stage: &Arc<Stage>) -> Result<Replayed, Unfit> {
    let past = Past::of(recording)?;
    if past.inputs.is_empty() {
        return Err(Unfit::Empty);
    }
    if !recording.first.is_idle() {
        return Err(Unfit::Midway);
    }
    let names = Names::of(&past, stage);
    let quick = played(&past, &names, stage, A_MOMENT);
    let Some(differs) = quick.differs() else { return Ok(quick.done(None, recording)) };
    // Perhaps the bot looked at the clock.
    let exact = played(&past, &names, stage, 1);
    match exact.differs() {
        None => Ok(exact.done(None, recording)),
        Some(_) => Ok(quick.done(Some(differs), recording)),
    }
}

/// Plays it until the world answers as it did. What it does not know by itself comes to light while it is played.
fn played<'p>(past: &'p Past, names: &'p Names, stage: &Arc<Stage>, moment: i64) -> Again<'p> {
    let (mut mocks, mut known) = past.silent();
    loop {
        let mut again = Again::new(past, names, stage, moment, &mocks, &known);
        match again.all() {
            Some(needs) if known.len() < MOST_MOCKS => {
                known.insert(needs.of);
                mocks.entry(needs.before).or_default().push(needs.mock);
            }
            _ => return again,
        }
    }
}

/// An answer that the world does not give by itself.
struct Needs {
    /// The input from outside that leads to it.
    before: Option<usize>,
    of: Try,
    mock: Mock,
}

/// One try of an effect.
type Try = (Key, u32);
/// Rules by the input from outside that they have to come before; those that nothing from outside leads to come first of all.
type Rules = BTreeMap<Option<usize>, Vec<Mock>>;

struct Again<'p> {
    past: &'p Past,
    names: &'p Names,
    world: World,
    moment: i64,
    mocks: Rules,
    known: BTreeSet<Try>,
    notes: BTreeSet<String>,
    /// The latest input from outside.
    before: Option<usize>,
    /// Up to here timers came due.
    due: Option<Time>,
    /// Messages and effects as they are called here.
    messages: BTreeMap<SmolStr, SmolStr>,
    keys: BTreeMap<Key, Key>,
    blotted: usize,
}

impl<'p> Again<'p> {
    fn new(
        past: &'p Past,
        names: &'p Names,
        stage: &Arc<Stage>,
        moment: i64,
        mocks: &Rules,
        known: &BTreeSet<Try>,
    ) -> Again<'p> {
        Again {
            past,
            names,
            world: World::new(stage, names.setup.clone()),
            moment,
            mocks: mocks.clone(),
            known: known.clone(),
            notes: BTreeSet::new(),
            before: None,
            due: None,
            messages: BTreeMap::new(),
            keys: BTreeMap::new(),
            blotted: 0,
        }
    }

    /// All of it, or up to an answer that the world does not give by itself.
    fn all(&mut self) -> Option<Needs> {
        let past = self.past;
        self.rules(None);
        for (n, input) in past.inputs.iter().enumerate() {
            if !input.alters.is_empty() {
                self.note("A debugger changed something on the way, which a test cannot tell.");
            }
            if !matches!(input.body, Body::Timer { .. }) {
                self.catch_up();
            }
            match &input.body {
                Body::Event { .. } if past.own.contains(&n) => {}
                Body::Event { event, .. } => self.event(n, input, event),
                Body::Result { key, result } => {
                    if let Some(needs) = self.result(n, input, *key, result) {
                        return Some(needs);
                    }
                }
                Body::Timer { .. } => self.due = Some(input.at),
                Body::Cancel { .. } => self.note("A run was ended by hand, which a test cannot tell."),
                Body::Switch { .. } => self.note("The bot was changed on the way; a test has one bot."),
                Body::Begin { .. } => self.note("A debugger began a run, which a test cannot tell."),
            }
        }
        self.catch_up();
        None
    }

    /// Several things that come due with nothing in between are one step of the clock.
    fn catch_up(&mut self) {
        if let Some(due) = self.due.take() {
            self.until(due);
        }
    }

    fn note(&mut self, text: impl Into<String>) {
        self.notes.insert(text.into());
    }

    /// Lets time go by up to a moment.
    fn until(&mut self, at: Time) {
        let millis = at.0.saturating_sub(self.world.now().0);
        let is_due = self.world.due_next().is_some_and(|due| due <= at);
        if millis > 0 && (millis >= self.moment || is_due) {
            self.act(Move::After { millis });
        }
    }

    fn act(&mut self, one: Move) {
        let (one, blotted) = clean::clean(one);
        self.blotted += blotted;
        if let Err(cannot) = self.world.act(one) {
            self.note(cannot.0);
        }
    }

    fn event(&mut self, n: usize, input: &Input, event: &Event) {
        if matches!(event.what, What::Schedule { .. }) {
            self.sets(n, event);
            return self.until(input.at);
        }
        self.until(input.at);
        let Some(one) = self.moved(event) else { return };
        self.before = Some(n);
        self.sets(n, event);
        self.rules(Some(n));
        let number = self.world.moves().len();
        self.act(one);
        let mut lines = self.world.lines().iter().filter(|line| line.by_move == number);
        let brought = lines.find_map(|line| match &line.what {
            Happened::Moved { message } => message.clone(),
            _ => None,
        });
        if let Some((was, is)) = event.message().zip(brought) {
            self.messages.insert(was.clone(), is);
        }
    }

    /// How the world answers from here on.
    fn rules(&mut self, before: Option<usize>) {
        // A rule is put before those that are there, so the one that is used first comes last.
        let mut rules: Vec<Mock> = Vec::new();
        for rule in self.mocks.remove(&before).unwrap_or_default() {
            match rules.last_mut() {
                Some(last) if Mock { times: rule.times, ..last.clone() } == rule => {
                    last.times = last.times.map(|times| times + 1);
                }
                _ => rules.push(rule),
            }
        }
        for rule in rules.into_iter().rev() {
            self.act(Move::Mocks { rule });
        }
    }

    /// Shared variables that somebody else had set by then.
    fn sets(&mut self, n: usize, event: &Event) {
        let who = self.names.who(event);
        let Some(whose) = self.world.whose(&who.by, &who.place) else { return };
        let shared = &self.past.shared[n];
        let seen = [&shared.user, &shared.chat, &shared.bot];
        let mut sets = Vec::new();
        for (scope, seen) in VarScope::ALL.into_iter().zip(seen) {
            let of = match scope {
                VarScope::User => self
                    .names
                    .is_first(&who.by)
                    .then(String::new)
                    .unwrap_or_else(|| format!(" of {}", who.by)),
                VarScope::Chat if who.place.is_empty() && self.names.is_first(&who.by) => String::new(),
                VarScope::Chat => {
                    self.names.chat_of(&who).map(|name| format!(" of {name}")).unwrap_or_default()
                }
                VarScope::Bot => String::new(),
            };
            for (name, value) in seen.iter() {
                let is = self.world.vars().get(&whose, scope, name, self.world.usual());
                if !same(&is, value) {
                    let variable = format_smolstr!("{}.{name}{of}", scope.name());
                    sets.push(Move::Sets { variable, value: value.clone() });
                }
            }
        }
        sets.into_iter().for_each(|one| self.act(one));
    }

    fn result(
        &mut self,
        n: usize,
        input: &Input,
        key: Key,
        result: &Result<Done, EffectError>,
    ) -> Option<Needs> {
        let past = self.past;
        let Some(request) = past.asked(n, key) else {
            self.note("An answer came to something that the bot did not ask for in this recording.");
            return None;
        };
        let did = self.did(key, &request.effect)?.clone();
        if is_asking(&request.effect) {
            self.until(input.at);
            // A rule answered it, or its time ran out meanwhile.
            if did.state != DidState::Open {
                return None;
            }
            self.act(Move::Answers { key: did.request.key, result: result.clone() });
            return None;
        }
        let DidState::Done(here) = &did.state else { return None };
        if let (Ok(Done::Sent { message: was }), Ok(Done::Sent { message: is })) = (result, here) {
            self.messages.insert(was.clone(), is.clone());
        }
        let of = (key, request.attempt);
        if did.request.attempt != request.attempt
            || is_alike(&request.effect, result, here)
            || self.known.contains(&of)
        {
            return None;
        }
        Some(Needs { before: self.before, of, mock: rule(&request.effect, Some(result), 0) })
    }

    /// The same effect here: by its key, which conversations that are called alike share; else the first one like it.
    fn did(&mut self, key: Key, effect: &Effect) -> Option<&Did> {
        let taken: BTreeSet<Key> = self.keys.values().copied().collect();
        let is_here = |key: &Key| self.world.dids().any(|(_, did)| did.request.key == *key);
        let here = self.keys.get(&key).copied().or_else(|| Some(key).filter(is_here)).or_else(|| {
            let wanted = view(effect);
            let is_like = |did: &Did| {
                let view = view(&did.request.effect);
                (view.name, &view.main) == (wanted.name, &wanted.main) && !taken.contains(&did.request.key)
            };
            self.world.dids().find(|(_, did)| is_like(did)).map(|(_, did)| did.request.key)
        })?;
        self.keys.insert(key, here);
        self.world.dids().map(|(_, did)| did).find(|did| did.request.key == here)
    }

    /// The first thing that the bot does otherwise than in the recording.
    fn differs(&self) -> Option<String> {
        let id = &self.past.conversation;
        let dids = self.world.dids().map(|(_, did)| did);
        let is_alone = self.world.sessions().all(|session| session.id != *id);
        let here = dids.filter(|did| is_alone || did.conversation == *id).map(|did| &did.request);
        let shown = |request: &Request| {
            let view = view(&request.effect);
            format!("{} {}", view.name, view.main)
        };
        let loud = |request: &&Request| !is_quiet(&request.effect);
        let mut here = here.filter(loud).map(shown);
        let mut there = self.past.requests().filter(loud).map(shown);
        loop {
            match (here.next(), there.next()) {
                (None, None) => return None,
                (here, there) if here == there => {}
                (here, there) => {
                    let words = |what: Option<String>| {
                        what.map_or("nothing more".into(), |what| format!("`{}`", what.replace('\n', " ")))
                    };
                    return Some(format!(
                        "The bot does otherwise than in the recording: {} in place of {}.",
                        words(here),
                        words(there)
                    ));
                }
            }
        }
    }

    fn done(self, differs: Option<String>, recording: &Recording) -> Replayed {
        let mut notes: Vec<String> = Vec::new();
        let is_other =
            recording.entries.last().is_some_and(|entry| entry.program != self.world.stage.program.hash);
        if differs.is_some() && is_other {
            notes.push("The bot is another one than when this was recorded.".into());
        }
        if self.past.parted {
            notes.push("The recording does not play as it did: it was blotted out in places, or made by another Nexus Bots.".into());
        }
        notes.extend(self.notes);
        notes.extend(differs);
        if self.blotted > 0 {
            let what = if self.blotted == 1 { "One value looks" } else { "Some values look" };
            notes.push(format!("{what} like a secret and was replaced by {}.", clean::BLOT));
        }
        Replayed { world: self.world, notes }
    }
}

/// Nobody waits as long in a test: what takes this long is never answered.
const NEVER: i64 = 99 * 604_800_000;

/// A rule that answers an effect once; without an answer it does so when nobody waits any more.
fn rule(effect: &Effect, result: Option<&Result<Done, EffectError>>, takes: i64) -> Mock {
    let view = view(effect);
    let answer = match result {
        Some(Err(error)) => Answer::Fails(error.clone()),
        Some(Ok(Done::Done | Done::Sent { .. })) | None => Answer::Well,
        Some(Ok(done)) => Answer::Gives(gives(effect, done)),
    };
    let on = Pattern { effect: view.name.into(), main: Some(view.main), ..Pattern::default() };
    Mock { on, answer, times: Some(1), takes: if result.is_some() { takes } else { NEVER } }
}

/// Is an answer what the world gives by itself? Names of messages and times differ; a signature is made with a key that nobody here has.
fn is_alike(effect: &Effect, was: &Result<Done, EffectError>, is: &Result<Done, EffectError>) -> bool {
    match (was, is) {
        (Ok(_), Ok(_)) if matches!(effect, Effect::Sign(_)) => true,
        (Ok(Done::Sent { .. } | Done::Done), Ok(Done::Sent { .. } | Done::Done)) => true,
        (Ok(Done::Value { value: was }), Ok(Done::Value { value: is })) => same(was, is),
        (Ok(Done::Person { person: was }), Ok(Done::Person { person: is })) => {
            same(&Data::Object(was.clone().into()), &Data::Object(is.clone().into()))
        }
        (Ok(was), Ok(is)) => was == is,
        (Err(was), Err(is)) => (was.kind, &was.message) == (is.kind, &is.message),
        _ => false,
    }
}
