//! What a turn leads to: on to the next node, out into the world, into another flow and back.

use std::sync::Arc;

use flow::data::Fields;
use flow::{Data, Time};
use smol_str::SmolStr;

use crate::effect::{Effect, Key, Request};
use crate::fault::{Fault, FaultCode};
use crate::input::{End, Ended, Timer, TimerId};
use crate::node::{Next, Stop, Turn, name};
use crate::session::{Alarm, Frame, Inside, Pending, Run, State, Token};
use crate::step::MOST_FRAMES;
use crate::step::machine::{Active, Machine, Way};
use crate::trace::Saw;

impl Machine<'_> {
    /// Does what a node's turn says.
    pub fn follow(&mut self, run: &mut Run, active: &mut Active, turn: Turn) -> Way {
        match turn {
            Ok(Next::Go(port)) => self.leave(run, active, &port),
            Ok(Next::Do(effect)) => self.ask(run, active, *effect),
            Ok(Next::Wait(until)) => self.wait(run, active, until),
            Ok(Next::Sleep(until)) => {
                let until = self.alarm(run, active, until);
                active.token.state = State::Sleeps { until };
                self.saw(run, active, || Saw::Waits);
                Way::Rest
            }
            Ok(Next::Call { flow, inputs }) => self.call(run, active, flow, inputs),
            Ok(Next::Return(outputs)) => self.back(run, active, outputs),
            Ok(Next::Fork(ports)) => self.fork(run, active, &ports),
            Ok(Next::Join { first }) => self.join(run, active, first),
            Ok(Next::Round { port, items }) => self.round(run, active, &port, items),
            Ok(Next::Rounded(port)) => {
                pop_loop(&mut active.token);
                self.leave(run, active, &port)
            }
            Ok(Next::Jump(node)) => match self.program.find(self.flow_of(active), &node) {
                Some(to) => self.go(run, active, to),
                None => {
                    let fault =
                        Fault::new(FaultCode::Broken, format!("There is no node `{node}` to go on at."));
                    self.fail(run, active, fault)
                }
            },
            Ok(Next::Stop(stop)) => self.stop(run, active, stop),
            Err(fault) => self.fail(run, active, fault),
        }
    }

    pub fn flow_of<'t>(&self, active: &'t Active) -> &'t str {
        active.token.frames.last().map_or("", |frame| frame.flow.as_str())
    }

    /// Out of the node by one of its outputs.
    pub fn leave(&mut self, run: &mut Run, active: &mut Active, port: &SmolStr) -> Way {
        if self.is_watched() && self.stops(run, active, Some(port)) {
            return Way::Over;
        }
        self.saw(run, active, || Saw::Left { port: port.clone() });
        let node = &self.program.nodes[active.ix as usize];
        if self.program.has_transactions && node.wire("compensate").is_some() {
            self.remember_done(run, active);
        }
        match node.wire(port) {
            Some(to) => self.go(run, active, to),
            None => self.path_ends(run, active),
        }
    }

    /// On to a node: into and out of transactions on the way, and back to the loop that it belongs to.
    pub fn go(&mut self, run: &mut Run, active: &mut Active, to: u32) -> Way {
        if self.program.has_transactions
            && let Err(fault) = self.cross(run, active, to)
        {
            return self.fail(run, active, fault);
        }
        let node = &self.program.nodes[to as usize];
        if node.loops
            && let Some(frame) = active.token.frames.last_mut()
        {
            let is_it = |inside: &Inside| matches!(inside, Inside::Loop { node: of, .. } if *of == node.id);
            if let Some(place) = frame.inside.iter().rposition(is_it) {
                // Loops that were left by this wire are over. Transactions were dealt with above.
                let mut at = 0;
                frame.inside.retain(|inside| {
                    at += 1;
                    at <= place + 1 || !matches!(inside, Inside::Loop { .. })
                });
            }
        }
        Way::On(to)
    }

    /// No wire leads on: back to the loop, the compensations or the caller; otherwise the token is done.
    pub fn path_ends(&mut self, run: &mut Run, active: &mut Active) -> Way {
        loop {
            let depth = branch_depth(run, &active.token);
            let Some(frame) = active.token.frames.last() else { return self.over(run, active) };
            match frame.inside.last().cloned() {
                Some(Inside::Loop { node, .. }) => match self.program.find(&frame.flow, &node) {
                    Some(ix) => return self.go(run, active, ix),
                    None => pop_loop(&mut active.token),
                },
                Some(Inside::Undo { .. }) => return self.undo_next(run, active),
                Some(Inside::Transaction { id }) => {
                    if let Err(fault) = self.commit(run, active, id) {
                        return self.fail(run, active, fault);
                    }
                }
                None if active.token.frames.len() > depth => {
                    return self.back(run, active, Fields::default());
                }
                None => return self.over(run, active),
            }
        }
    }

    /// The token is done.
    fn over(&mut self, run: &mut Run, active: &mut Active) -> Way {
        if !self.in_transaction(&active.token) {
            self.layers = [active.scope.user.clone(), active.scope.chat.clone(), active.scope.bot.clone()];
        }
        if let Some(branch) = active.token.fork {
            self.settle(run, branch.fork);
        }
        Way::Over
    }

    /// Asks the world for something. The token rests until it is done.
    fn ask(&mut self, run: &mut Run, active: &mut Active, effect: Effect) -> Way {
        let node = &self.program.nodes[active.ix as usize];
        active.token.asked += 1;
        let key = self.key(run, active);
        let until = node.policy.timeout.map(|millis| self.session.last.after(millis));
        let until = until.map(|until| self.alarm(run, active, until));
        self.send(run, active, key, &effect, 1);
        if matches!(effect, Effect::Confirm { .. } | Effect::Form(_)) {
            run.press = None;
        }
        active.token.state =
            State::Effect(Box::new(Pending { key, effect, attempt: 1, until, resting: false }));
        Way::Rest
    }

    pub fn send(&mut self, run: &Run, active: &Active, key: Key, effect: &Effect, attempt: u32) {
        self.saw(run, active, || Saw::Asked { key, attempt });
        let node = &self.program.nodes[active.ix as usize];
        self.out.effects.push(Request {
            key,
            flow: node.flow.clone(),
            node: node.id.clone(),
            attempt,
            effect: effect.clone(),
            origin: run.origin.clone(),
        });
    }

    /// The name of an effect: of conversation, run, token, node and visit.
    fn key(&self, run: &Run, active: &Active) -> Key {
        let node = &self.program.nodes[active.ix as usize];
        let parts = [&self.session.id, &node.flow, &node.id].map(|part| part.as_bytes());
        let run = run.id.0.to_le_bytes();
        let (token, asked) = (active.token.id.to_le_bytes(), active.token.asked.to_le_bytes());
        let half = |salt: &[u8]| name(&[salt, parts[0], &run, parts[1], parts[2], &token, &asked]);
        Key(u128::from(half(b"effect")) << 64 | u128::from(half(b"key")))
    }

    fn wait(&mut self, run: &mut Run, active: &mut Active, until: Option<Time>) -> Way {
        if self.in_transaction(&active.token) {
            let message = "A transaction may not wait for people: what it holds back would be held back for as long. Ask before it or after it.";
            return self.fail(run, active, Fault::new(FaultCode::Transaction, message));
        }
        let until = until.map(|until| self.alarm(run, active, until));
        active.token.state = State::Waits { until };
        self.saw(run, active, || Saw::Waits);
        Way::Rest
    }

    pub fn alarm(&mut self, run: &Run, active: &mut Active, due: Time) -> Alarm {
        active.token.asked += 1;
        let (token, asked) = (active.token.id.to_le_bytes(), active.token.asked.to_le_bytes());
        let id = TimerId(name(&[self.session.id.as_bytes(), &run.id.0.to_le_bytes(), &token, &asked]));
        self.out.timers.push(Timer { due, id });
        Alarm { id, due }
    }

    fn call(&mut self, run: &mut Run, active: &mut Active, flow: SmolStr, inputs: Fields) -> Way {
        if active.token.frames.len() >= MOST_FRAMES {
            let message = format!(
                "Flows called each other more than {MOST_FRAMES} deep; a flow that calls itself needs an end."
            );
            return self.fail(run, active, Fault::new(FaultCode::TooDeep, message));
        }
        let Some((entry, usual)) =
            self.program.flows.get(&flow).and_then(|flow| Some((flow.entry?, &flow.inputs)))
        else {
            let message = format!("The flow `{flow}` cannot be called: it has no *When called*.");
            return self.fail(run, active, Fault::new(FaultCode::Broken, message));
        };
        let mut vars = usual.clone();
        vars.extend(inputs.iter().map(|(name, value)| (name.clone(), value.clone())));
        let from = self.program.nodes[active.ix as usize].id.clone();
        let scope = Arc::make_mut(&mut active.scope);
        if let Some(caller) = active.token.frames.last_mut() {
            caller.vars = std::mem::replace(&mut scope.flow, Arc::new(vars));
            caller.outputs = std::mem::take(&mut scope.nodes);
        }
        active.token.frames.push(Frame { flow, from: Some(from), ..Frame::default() });
        Way::On(entry)
    }

    /// Back to the caller, with outputs.
    fn back(&mut self, run: &mut Run, active: &mut Active, outputs: Fields) -> Way {
        let depth = branch_depth(run, &active.token);
        if active.token.frames.len() <= depth {
            if active.token.fork.is_some() {
                let message = "A branch of a Parallel cannot return: join the branches first, then return.";
                return self.fail(run, active, Fault::new(FaultCode::Branches, message));
            }
            return self.stop(run, active, Stop::Run);
        }
        if let Err(fault) = self.commit_all(run, active) {
            return self.fail(run, active, fault);
        }
        let Some(called) = active.token.frames.pop() else { return self.over(run, active) };
        if !self.resume_caller(active, called.from.as_ref()) {
            return self.lost(run, active);
        }
        let output = Data::Object(Arc::new(outputs));
        let turn = self.turn(run, active, |_, at| {
            at.give(output);
            Next::out()
        });
        self.follow(run, active, turn)
    }

    /// The variables of the frame that is on top again, and the node that called.
    pub fn resume_caller(&mut self, active: &mut Active, from: Option<&SmolStr>) -> bool {
        let Some(frame) = active.token.frames.last_mut() else { return false };
        let scope = Arc::make_mut(&mut active.scope);
        scope.flow = std::mem::take(&mut frame.vars);
        scope.nodes = std::mem::take(&mut frame.outputs);
        let ix = from.and_then(|from| self.program.find(&frame.flow, from));
        active.ix = ix.unwrap_or(active.ix);
        ix.is_some()
    }

    /// What the run stands at is not in the program any more.
    pub fn lost(&mut self, run: &mut Run, active: &mut Active) -> Way {
        let message = "The bot was changed, and the place where this run stood is gone.";
        self.die(run, active, Fault::new(FaultCode::Gone, message));
        Way::Over
    }

    /// Begins a round of a loop, the first one or the next.
    fn round(&mut self, run: &mut Run, active: &mut Active, port: &SmolStr, items: Data) -> Way {
        let id = self.program.nodes[active.ix as usize].id.clone();
        if let Some(frame) = active.token.frames.last_mut() {
            match frame.inside.last_mut() {
                Some(Inside::Loop { node, round, .. }) if *node == id => *round += 1,
                _ => frame.inside.push(Inside::Loop { node: id, items, round: 1 }),
            }
        }
        self.leave(run, active, port)
    }

    fn stop(&mut self, run: &mut Run, active: &mut Active, stop: Stop) -> Way {
        match stop {
            Stop::Run => {
                if let Err(fault) = self.commit_all(run, active) {
                    return self.fail(run, active, fault);
                }
                self.layers =
                    [active.scope.user.clone(), active.scope.chat.clone(), active.scope.bot.clone()];
                self.drop_tokens(run);
                Way::Over
            }
            Stop::Loop | Stop::Round => {
                let Some(frame) = active.token.frames.last() else { return self.over(run, active) };
                let innermost = frame.inside.iter().rev().find_map(|inside| match inside {
                    Inside::Loop { node, .. } => Some(node.clone()),
                    _ => None,
                });
                let ix = innermost.and_then(|node| self.program.find(&frame.flow, &node));
                let Some(ix) = ix else {
                    let message = "There is no loop around this node to leave.";
                    return self.fail(run, active, Fault::new(FaultCode::Broken, message));
                };
                if stop == Stop::Round {
                    return self.go(run, active, ix);
                }
                if self.program.has_transactions
                    && let Err(fault) = self.cross(run, active, ix)
                {
                    return self.fail(run, active, fault);
                }
                while let Some(frame) = active.token.frames.last_mut()
                    && let Some(inside) = frame.inside.pop()
                {
                    if matches!(inside, Inside::Loop { .. }) {
                        break;
                    }
                }
                active.ix = ix;
                self.leave(run, active, &SmolStr::new_static("done"))
            }
        }
    }

    /// Nobody waits any more for what these tokens asked for.
    pub fn drop_tokens(&mut self, run: &mut Run) {
        for token in std::mem::take(&mut run.tokens) {
            self.drop_token(&token);
        }
        run.forks.clear();
        run.transactions.clear();
    }

    pub fn drop_token(&mut self, token: &Token) {
        match &token.state {
            State::Effect(pending) => {
                self.out.dropped.push(pending.key);
                self.out.timers_off.extend(pending.until.map(|alarm| alarm.id));
            }
            State::Waits { until: Some(alarm) } | State::Sleeps { until: alarm } => {
                self.out.timers_off.push(alarm.id);
            }
            _ => {}
        }
    }

    pub fn ended(&mut self, run: &Run, how: End) {
        let (at, position) = (self.session.last, self.session.position);
        let node = self.program.find(&run.trigger.flow, &run.trigger.node).unwrap_or_default();
        let id = run.id;
        self.trace.push(|| crate::trace::Record {
            at,
            position,
            run: id,
            token: 0,
            node,
            saw: Saw::Ended { how },
        });
        self.out.ended.push(Ended { run: run.id, how });
    }
}

/// The innermost loop is over, with all that is inside of it.
fn pop_loop(token: &mut Token) {
    let Some(frame) = token.frames.last_mut() else { return };
    if let Some(place) = frame.inside.iter().rposition(|inside| matches!(inside, Inside::Loop { .. })) {
        frame.inside.remove(place);
    }
}

/// How many frames a token had when its branch began: it may not return out of those.
pub(super) fn branch_depth(run: &Run, token: &Token) -> usize {
    let fork = token.fork.and_then(|branch| run.forks.iter().find(|fork| fork.id == branch.fork));
    fork.map_or(1, |fork| fork.token.frames.len())
}
