//! The step's state, and the loop that takes one token from node to node.

use std::sync::Arc;

use flow::Data;
use flow::expr::{Layers, Scope};
use smol_str::SmolStr;

use crate::build::Place;
use crate::effect::Done;
use crate::event::Seen;
use crate::fault::{Fault, FaultCode};
use crate::input::{Alter, How, Input, Outcome, Spot, VarScope, Write, WriteHow};
use crate::node::{At, Next, Noted, Turn};
use crate::program::{NodeOf, Program};
use crate::session::{Frame, Inside, Pending, Run, Session, State, Token};
use crate::step::{MOST_TICKS, Moment, Paused, Programs, Shared, Verdict, moment};
use crate::trace::{Record, Saw, SetTo, Trace};

pub(super) struct Machine<'a> {
    /// The one that the run at hand began on.
    pub program: &'a Program,
    pub current: &'a Program,
    pub older: &'a [Arc<Program>],
    pub input: &'a Input,
    pub trace: &'a mut Trace,
    watch: Option<&'a mut dyn FnMut(&Moment<'_>) -> Verdict>,
    pub paused: Option<Box<Paused>>,
    pub session: Session,
    pub out: Outcome,
    /// Shared variables as this step has made them so far.
    pub layers: [Arc<Layers>; 3],
    /// The effect that a failure is about.
    pub failed_effect: Option<Pending>,
    /// The run at hand failed.
    pub died: bool,
}

/// A token on its way.
pub(super) struct Active {
    pub token: Token,
    pub ix: u32,
    pub scope: Arc<Scope>,
}

/// What a token does first.
pub(super) enum First<'e> {
    Enter,
    Done(&'e Done),
    Due,
}

/// Where a turn leaves the token.
pub(super) enum Way {
    /// At the next node.
    On(u32),
    /// It rests, as its state says.
    Rest,
    /// It is gone.
    Over,
}

impl<'a> Machine<'a> {
    pub fn new(
        programs: Programs<'a>,
        mut session: Session,
        shared: &Shared,
        input: &'a Input,
        trace: &'a mut Trace,
        watch: Option<&'a mut dyn FnMut(&Moment<'_>) -> Verdict>,
    ) -> Machine<'a> {
        let program = programs.current;
        session.last = moment(&session, input);
        session.position += 1;
        let layer = |set: &Arc<flow::data::Fields>, which: usize| {
            Arc::new(Layers { given: None, set: set.clone(), usual: program.usual[which].clone() })
        };
        let mut bot = layer(&shared.bot, 2);
        Arc::make_mut(&mut bot).given = Some(program.given.clone());
        Machine {
            program,
            current: program,
            older: programs.older,
            failed_effect: None,
            died: false,
            input,
            trace,
            watch,
            paused: None,
            session,
            out: Outcome::default(),
            layers: [layer(&shared.user, 0), layer(&shared.chat, 1), bot],
        }
    }

    pub fn finish(mut self) -> Outcome {
        self.out.session = std::mem::take(&mut self.session);
        self.out.reads.sort();
        self.out.reads.dedup();
        self.out
    }

    /// Takes a run's ready tokens as far as they go.
    pub fn drain(&mut self, run: &mut Run) {
        while self.paused.is_none()
            && let Some(place) = run.tokens.iter().position(|token| token.state == State::Ready)
        {
            let token = run.tokens.remove(place);
            let active = self.activate(run, token);
            match active {
                Ok(active) => self.advance(run, active, First::Enter),
                Err(token) => self.gone(run, *token),
            }
        }
    }

    /// The token with what expressions see from where it stands.
    pub fn activate(&mut self, run: &Run, mut token: Token) -> Result<Active, Box<Token>> {
        let Some(frame) = token.frames.last_mut() else { return Err(Box::new(token)) };
        let Some(ix) = self.program.find(&frame.flow, &token.node) else { return Err(Box::new(token)) };
        let [user, chat, bot] = self.layers.clone();
        let event = run.latest();
        let given =
            |layers: &Layers, seen: Seen| Arc::new(Layers { given: Some(Arc::new(seen)), ..layers.clone() });
        let mut scope = Scope {
            msg: Arc::new(Layers::of(Seen::Msg(event.clone()))),
            user: given(&user, Seen::Person(event.clone())),
            chat: given(&chat, Seen::Chat(event.clone())),
            bot,
            flow: std::mem::take(&mut frame.vars),
            nodes: std::mem::take(&mut frame.outputs),
            env: self.program.env.clone(),
            now: self.session.last,
        };
        // What a transaction has written so far, it sees alone.
        for transaction in &run.transactions {
            if is_inside(&token, transaction.id) {
                transaction.writes.iter().for_each(|write| overlay(&mut scope, write));
            }
        }
        Ok(Active { token, ix, scope: Arc::new(scope) })
    }

    /// The token as it rests, with its variables back in their frame.
    pub fn deactivate(&mut self, active: Active) -> Token {
        let Active { mut token, ix, scope } = active;
        if !self.in_transaction(&token) {
            self.layers = [scope.user.clone(), scope.chat.clone(), scope.bot.clone()];
        }
        token.node = self.program.nodes[ix as usize].id.clone();
        if let Some(frame) = token.frames.last_mut() {
            frame.vars = scope.flow.clone();
            frame.outputs = scope.nodes.clone();
        }
        token
    }

    pub fn in_transaction(&self, token: &Token) -> bool {
        self.program.has_transactions
            && token
                .frames
                .iter()
                .flat_map(|frame| &frame.inside)
                .any(|inside| matches!(inside, Inside::Transaction { .. }))
    }

    /// Takes a token from node to node until it rests or is gone.
    pub fn advance(&mut self, run: &mut Run, mut active: Active, first: First<'_>) {
        let mut turn = match first {
            First::Enter => match self.enter(run, &mut active) {
                Some(turn) => turn,
                None => return,
            },
            First::Done(done) => self.turn(run, &mut active, |node, at| node.does.done(at, done)),
            First::Due => self.turn(run, &mut active, |node, at| node.does.due(at)),
        };
        loop {
            match self.follow(run, &mut active, turn) {
                Way::On(ix) => {
                    active.ix = ix;
                    match self.enter(run, &mut active) {
                        Some(next) => turn = next,
                        None => return,
                    }
                }
                Way::Rest => {
                    let token = self.deactivate(active);
                    run.tokens.push(token);
                    return;
                }
                Way::Over => return,
            }
        }
    }

    /// Goes on with a turn that a waiting node took.
    pub fn advance_from(&mut self, run: &mut Run, mut active: Active, turn: Turn) {
        let way = self.follow(run, &mut active, turn);
        self.take_way(run, active, way);
    }

    /// The turn of a node that a run enters; nothing when a debugger stops it there.
    fn enter(&mut self, run: &mut Run, active: &mut Active) -> Option<Turn> {
        let tick = self.out.ticks;
        active.token.memo = Data::Null;
        let altered = if self.input.alters.is_empty() { None } else { self.alter(run, active, tick) };
        if self.watch.is_some() && self.stops(run, active, None) {
            return None;
        }
        self.out.ticks += 1;
        if tick >= MOST_TICKS {
            let node = &self.program.nodes[active.ix as usize];
            let name = node.key.as_deref().unwrap_or(&node.id);
            let message = format!(
                "More than {MOST_TICKS} nodes ran without ever waiting; the run was ended at `{name}`. Is there a loop without an end?"
            );
            return Some(Err(Fault::new(FaultCode::EndlessLoop, message)));
        }
        self.saw(run, active, || Saw::Entered);
        Some(altered.unwrap_or_else(|| self.turn(run, active, |node, at| node.does.enter(at))))
    }

    /// What a debugger changed at this moment; perhaps the node is not run at all.
    fn alter(&mut self, run: &mut Run, active: &mut Active, tick: u32) -> Option<Turn> {
        let input = self.input;
        let mut instead = None;
        for Alter { how, .. } in input.alters.iter().filter(|alter| alter.tick == tick) {
            run.altered = true;
            self.saw(run, active, || Saw::Altered);
            match how {
                How::Set { variable, value } => {
                    let Some(place) = Place::parse(variable) else { continue };
                    if let Err(fault) = self.turn(run, active, |_, at| at.set(&place, value.clone())) {
                        instead = Some(Err(fault));
                    }
                }
                How::Leave { port } => instead = Some(Ok(Next::Go(port.clone()))),
                How::Edited => {}
            }
        }
        instead
    }

    pub fn is_watched(&self) -> bool {
        self.watch.is_some()
    }

    /// Asks whoever watches whether to stop here.
    pub fn stops(&mut self, run: &Run, active: &Active, leaving: Option<&SmolStr>) -> bool {
        let tick = self.out.ticks;
        let Some(watch) = &mut self.watch else { return false };
        let moment = Moment {
            tick,
            leaving,
            node: active.ix,
            program: self.program,
            run: run.id,
            token: active.token.id,
            depth: active.token.frames.len(),
            scope: &active.scope,
        };
        if self.paused.is_some() || watch(&moment) == Verdict::Go {
            return self.paused.is_some();
        }
        let spot = self.program.spot(active.ix);
        let frames = &active.token.frames;
        let node_of = |place: usize| match frames.get(place + 1) {
            Some(called) => called.from.clone().unwrap_or_default(),
            None => spot.node.clone(),
        };
        let calls = frames
            .iter()
            .enumerate()
            .map(|(place, frame)| Spot { flow: frame.flow.clone(), node: node_of(place) });
        self.paused = Some(Box::new(Paused {
            tick,
            leaving: leaving.cloned(),
            calls: calls.collect(),
            spot,
            run: run.id,
            token: active.token.id,
            scope: active.scope.clone(),
        }));
        true
    }

    /// Gives a node its turn, and takes note of what it did to the variables.
    pub fn turn<T>(
        &mut self,
        run: &mut Run,
        active: &mut Active,
        take: impl FnOnce(&NodeOf, &mut At<'_>) -> T,
    ) -> T {
        let program = self.program;
        let node = &program.nodes[active.ix as usize];
        let looping = if node.loops { round_of(&active.token, &node.id) } else { None };
        let mut noted = Vec::new();
        let reads = std::cell::RefCell::new(std::mem::take(&mut self.out.reads));
        let mut at = At {
            program,
            event: run.latest(),
            origin: &run.origin,
            reads: &reads,
            id: &node.id,
            scope: &mut active.scope,
            memo: &mut active.token.memo,
            effects: &mut noted,
            token: active.token.id,
            asked: &mut active.token.asked,
            seed: self.session.random,
            conversation: &self.session.id,
            looping,
            has_key: node.key.is_some(),
            pressing: run.press.is_some(),
        };
        let taken = take(node, &mut at);
        self.out.reads = reads.into_inner();
        if !noted.is_empty() {
            self.take_note(run, active, noted);
        }
        taken
    }

    fn take_note(&mut self, run: &mut Run, active: &mut Active, noted: Vec<Noted>) {
        for note in noted {
            let (place, how) = match note {
                Noted::Gave(value) => {
                    let node = &self.program.nodes[active.ix as usize];
                    self.saw(run, active, || Saw::Gave { value: value.clone() });
                    if let Some(key) = &node.key {
                        let scope = Arc::make_mut(&mut active.scope);
                        Arc::make_mut(&mut scope.nodes).insert(key.clone(), value);
                    }
                    continue;
                }
                Noted::Set { place, value } => (place, WriteHow::Set(value)),
                Noted::Add { place, by } => (place, WriteHow::Add(by)),
                Noted::Append { place, item } => (place, WriteHow::Append(item)),
                Noted::Unset { place } => (place, WriteHow::Unset),
            };
            if self.trace.is_on() {
                let value = self.value_of(active, &place);
                self.saw(run, active, || Saw::Set(Box::new(SetTo { place: place.clone(), value })));
            }
            let Some(scope) = place.scope else { continue };
            let write = Write { scope, name: place.name, how };
            match run.transactions.iter_mut().rfind(|transaction| is_inside(&active.token, transaction.id)) {
                Some(transaction) => transaction.writes.push(write),
                None => self.out.writes.push(write),
            }
        }
    }

    fn value_of(&self, active: &Active, place: &Place) -> Data {
        let scope = &active.scope;
        let found = match place.scope {
            None => scope.flow.get(&place.name).cloned(),
            Some(VarScope::User) => scope.user.get(&place.name),
            Some(VarScope::Chat) => scope.chat.get(&place.name),
            Some(VarScope::Bot) => scope.bot.get(&place.name),
        };
        found.unwrap_or_default()
    }

    pub fn saw(&mut self, run: &Run, active: &Active, saw: impl FnOnce() -> Saw) {
        let (at, position) = (self.session.last, self.session.position);
        self.trace.push(|| Record {
            at,
            position,
            run: run.id,
            token: active.token.id,
            node: active.ix,
            saw: saw(),
        });
    }
}

/// The round that a token is in of the loop that it comes back to.
fn round_of(token: &Token, node: &SmolStr) -> Option<(u32, Data)> {
    match token.frames.last()?.inside.last()? {
        Inside::Loop { node: of, items, round } if of == node => Some((*round, items.clone())),
        _ => None,
    }
}

pub(super) fn is_inside(token: &Token, transaction: u32) -> bool {
    let inside = |frame: &Frame| {
        frame.inside.iter().any(|inside| matches!(inside, Inside::Transaction { id } if *id == transaction))
    };
    token.frames.iter().any(inside)
}

/// Puts a write on top of what expressions see.
pub(super) fn overlay(scope: &mut Scope, write: &Write) {
    let layers = Arc::make_mut(crate::node::layers(scope, write.scope));
    let before = layers.get(&write.name).unwrap_or_default();
    let set = Arc::make_mut(&mut layers.set);
    match write.how.applied(before) {
        Some(after) => drop(set.insert(write.name.clone(), after)),
        None => drop(set.remove(&write.name)),
    }
}
