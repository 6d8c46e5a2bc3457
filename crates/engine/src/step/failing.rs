//! Failures: to the node's error output, out of transactions and called flows, and at last to the dead letters.

use std::sync::Arc;

use flow::Data;
use smol_str::SmolStr;

use crate::effect::{EffectError, ErrorKind, Request};
use crate::event::{Event, Failed, What};
use crate::fault::{Fault, FaultCode};
use crate::input::{DeadLetter, End, Spot};
use crate::node::mix;
use crate::session::{Inside, Pending, Run, State, Token};
use crate::step::machine::{Active, Machine, Way};
use crate::step::moves::branch_depth;
use crate::trace::Saw;

impl Machine<'_> {
    /// The failure of a node that has just run.
    pub fn fail(&mut self, run: &mut Run, active: &mut Active, fault: Fault) -> Way {
        self.saw(run, active, || Saw::Failed { fault: Box::new(fault.clone()) });
        self.carry(run, active, fault)
    }

    /// Carries a failure outwards until something takes care of it.
    pub fn carry(&mut self, run: &mut Run, active: &mut Active, fault: Fault) -> Way {
        // These say that the run itself cannot go on.
        if matches!(fault.code, FaultCode::EndlessLoop | FaultCode::Gone) {
            self.die(run, active, fault);
            return Way::Over;
        }
        loop {
            let handler = self.program.nodes[active.ix as usize].wire("error");
            let around = active.token.frames.last().and_then(|frame| {
                let is_around = |inside: &&Inside| !matches!(inside, Inside::Loop { .. });
                frame.inside.iter().rev().find(is_around).cloned()
            });
            match (around, handler) {
                (Some(Inside::Transaction { id }), handler) => {
                    let group = run.transactions.iter().find(|one| one.id == id).map(|one| one.group.clone());
                    let stays = |to: &u32| {
                        group.as_ref().is_some_and(|group| {
                            self.program.nodes[*to as usize].transactions.contains(group)
                        })
                    };
                    return match handler.filter(stays) {
                        Some(to) => self.handle(run, active, to, &fault),
                        None => self.roll_back(run, active, id, fault),
                    };
                }
                // What could not be taken back is seen in the trace; the rest still is.
                (Some(Inside::Undo { .. }), None) => return self.undo_next(run, active),
                (_, Some(to)) => return self.handle(run, active, to, &fault),
                (_, None) => {}
            }
            if active.token.frames.len() <= branch_depth(run, &active.token) {
                self.die(run, active, fault);
                return Way::Over;
            }
            let called = active.token.frames.pop();
            if !self.resume_caller(active, called.and_then(|frame| frame.from).as_ref()) {
                return self.lost(run, active);
            }
        }
    }

    /// On by the error output, where the flow can see what happened.
    fn handle(&mut self, run: &mut Run, active: &mut Active, to: u32, fault: &Fault) -> Way {
        let port = SmolStr::new_static("error");
        if self.is_watched() && self.stops(run, active, Some(&port)) {
            return Way::Over;
        }
        let node = &self.program.nodes[active.ix as usize];
        let detail = fault.effect.as_ref().map_or(Data::Null, |error| error.detail.clone());
        let error = Data::object([
            ("code", Data::from(fault.word())),
            ("message", Data::text(fault.message.as_str())),
            ("node", node.id.clone().into()),
            ("detail", detail),
        ]);
        let scope = Arc::make_mut(&mut active.scope);
        Arc::make_mut(&mut scope.flow).insert("error".into(), error.clone());
        if let Some(key) = &node.key {
            Arc::make_mut(&mut scope.nodes).insert(key.clone(), Data::object([("error", error)]));
        }
        self.saw(run, active, || Saw::Left { port });
        self.go(run, active, to)
    }

    /// An effect failed: it is tried again, or the node fails.
    pub fn effect_failed(
        &mut self,
        run: &mut Run,
        mut active: Active,
        mut pending: Pending,
        error: EffectError,
    ) {
        let policy = &self.program.nodes[active.ix as usize].policy;
        if error.kind.passes() && pending.attempt < policy.tries {
            let doubled = policy.wait.saturating_mul(1 << (pending.attempt - 1).min(16));
            // Up to a quarter more, so that many who failed at once do not come back at once.
            let salt = self.session.random ^ active.token.id ^ u64::from(pending.attempt);
            let more = (mix(salt) % (doubled.max(4) as u64 / 4)) as i64;
            let rest = (doubled + more).max(error.retry_after.unwrap_or(0));
            let due = self.session.last.after(rest);
            pending.until = Some(self.alarm(run, &mut active, due));
            pending.resting = true;
            active.token.state = State::Effect(Box::new(pending));
            let token = self.deactivate(active);
            run.tokens.push(token);
            return;
        }
        if error.kind == ErrorKind::Timeout {
            // It may still come; nobody waits for it any more.
            self.out.dropped.push(pending.key);
        }
        active.token.state = State::Ready;
        self.failed_effect = Some(pending);
        let way = self.fail(run, &mut active, Fault::of_effect(error));
        self.failed_effect = None;
        self.take_way(run, active, way);
    }

    /// Nothing took care of it: the run is over.
    pub fn die(&mut self, run: &mut Run, active: &Active, fault: Fault) {
        let spot = self.program.spot(active.ix);
        let frames = &active.token.frames;
        let calls = frames
            .windows(2)
            .map(|pair| Spot { flow: pair[0].flow.clone(), node: pair[1].from.clone().unwrap_or_default() });
        let calls = calls.collect();
        let variables = Data::Object(active.scope.flow.clone());
        self.bury(run, spot, calls, variables, fault);
    }

    /// A token whose place is not in the program any more.
    pub fn gone(&mut self, run: &mut Run, token: Token) {
        let message = "The bot was changed, and the place where this run stood is gone.";
        let flow = token.frames.last().map(|frame| frame.flow.clone()).unwrap_or_default();
        let spot = Spot { flow, node: token.node };
        self.bury(run, spot, Vec::new(), Data::Null, Fault::new(FaultCode::Gone, message));
    }

    fn bury(&mut self, run: &mut Run, spot: Spot, calls: Vec<Spot>, variables: Data, fault: Fault) {
        let effect = self.failed_effect.take().map(|pending| {
            Box::new(Request {
                key: pending.key,
                flow: spot.flow.clone(),
                node: spot.node.clone(),
                attempt: pending.attempt,
                effect: pending.effect,
                origin: run.origin.clone(),
            })
        });
        self.drop_tokens(run);
        self.died = true;
        if !matches!(run.event.what, What::Failed(_)) {
            let failed = Failed {
                run: run.id,
                flow: spot.flow.clone(),
                node: spot.node.clone(),
                code: fault.word().into(),
                message: fault.message.as_str().into(),
            };
            let event = Event { what: What::Failed(failed), ..Event::clone(&run.event) };
            if crate::route::route(self.current, &event).iter().any(|offer| offer.trigger.is_some()) {
                self.out.raised.push(event);
            }
        }
        self.out.dead.push(DeadLetter {
            run: run.id,
            at: self.session.last,
            code: fault.word().into(),
            message: fault.message,
            spot,
            event: Event::clone(&run.event),
            effect,
            variables,
            calls,
        });
        self.ended(run, End::Failed);
    }
}
