//! Parallel and Join. Each branch is a token with its own copy of the run's variables; the Join brings them together by the order of
//! the branches, so it does not matter who was done first.

use std::collections::BTreeMap;
use std::sync::Arc;

use flow::Id;
use flow::data::Fields;
use smol_str::SmolStr;
use xxhash_rust::xxh3::xxh3_64;

use crate::fault::{Fault, FaultCode};
use crate::node::{Next, Rule};
use crate::session::{Branch, Fork, Inside, Run, State, Token};
use crate::step::MOST_TOKENS;
use crate::step::machine::{Active, Machine, Way};
use crate::trace::Saw;

/// How a token of a fork begins its way.
enum SetOff {
    /// To a node.
    To(u32),
    /// Out of the Join at which it met others, or not, if they do not fit together.
    Out(Result<(), Fault>),
}

impl Machine<'_> {
    pub fn fork(&mut self, run: &mut Run, active: &mut Active, ports: &[SmolStr]) -> Way {
        let node = &self.program.nodes[active.ix as usize];
        let wired: Vec<(SmolStr, u32)> =
            ports.iter().filter_map(|port| Some((port.clone(), node.wire(port)?))).collect();
        if wired.is_empty() {
            return self.path_ends(run, active);
        }
        if run.tokens.len() + wired.len() > MOST_TOKENS {
            let message = format!("More than {MOST_TOKENS} branches at once.");
            return self.fail(run, active, Fault::new(FaultCode::Branches, message));
        }
        run.counter += 1;
        let fork = run.counter;
        let token = self.put_down(active);
        run.forks.push(Fork { id: fork, token: token.clone() });
        let mut branches = Vec::with_capacity(wired.len());
        for (place, (port, to)) in wired.into_iter().enumerate() {
            self.saw(run, active, || Saw::Left { port: port.clone() });
            let mut branch = token.clone();
            branch.id = xxh3_64(format!("{}\0{fork}\0{port}", token.id).as_bytes());
            branch.asked = 0;
            branch.state = State::Ready;
            branch.fork = Some(Branch { fork, place: place as u32 });
            if let Some(frame) = branch.frames.last_mut() {
                // The loops around the Parallel are not the branch's to go on with.
                frame.inside.retain(|inside| matches!(inside, Inside::Transaction { .. }));
            }
            branches.push((branch, SetOff::To(to)));
        }
        self.set_off(run, branches);
        self.settle(run, fork);
        Way::Over
    }

    /// The token as it stands, without ending it.
    fn put_down(&mut self, active: &mut Active) -> Token {
        let copy = Active { token: active.token.clone(), ix: active.ix, scope: active.scope.clone() };
        self.deactivate(copy)
    }

    pub fn join(&mut self, run: &mut Run, active: &mut Active, first: bool) -> Way {
        let Some(branch) = active.token.fork else {
            // Nothing to wait for: the run came here by itself.
            return self.leave(run, active, &SmolStr::new_static("out"));
        };
        active.token.state = State::Joins;
        self.saw(run, active, || Saw::Waits);
        let token = self.put_down(active);
        if first {
            self.drop_branches(run, branch.fork);
            self.forget(run, &token);
        }
        run.tokens.push(token);
        self.settle(run, branch.fork);
        Way::Over
    }

    /// Ends all branches of a fork, and those that they forked.
    pub fn drop_branches(&mut self, run: &mut Run, fork: u32) {
        let inner: Vec<u32> = run
            .forks
            .iter()
            .filter(|one| one.token.fork.is_some_and(|branch| branch.fork == fork))
            .map(|one| one.id)
            .collect();
        for one in inner {
            self.drop_branches(run, one);
            run.forks.retain(|known| known.id != one);
        }
        let (gone, rest) = std::mem::take(&mut run.tokens)
            .into_iter()
            .partition(|token: &Token| token.fork.is_some_and(|branch| branch.fork == fork));
        run.tokens = rest;
        for token in &gone {
            self.drop_token(token);
        }
    }

    /// Goes on after a Parallel when all its branches have joined or ended.
    pub fn settle(&mut self, run: &mut Run, fork: u32) {
        let of_fork = |token: &Token| token.fork.is_some_and(|branch| branch.fork == fork);
        let is_waiting = |token: &Token| token.state == State::Joins;
        if run.tokens.iter().any(|token| of_fork(token) && !is_waiting(token))
            || run.forks.iter().any(|inner| of_fork(&inner.token))
        {
            return;
        }
        let (mut joined, rest): (Vec<Token>, Vec<Token>) =
            std::mem::take(&mut run.tokens).into_iter().partition(of_fork);
        run.tokens = rest;
        let Some(place) = run.forks.iter().position(|one| one.id == fork) else { return };
        joined.sort_by_key(|token| token.fork.map_or(0, |branch| branch.place));
        let mut by_join: BTreeMap<Id, Vec<Token>> = BTreeMap::new();
        for token in joined {
            by_join.entry(token.node.clone()).or_default().push(token);
        }
        if by_join.len() <= 1 {
            let Fork { token: parent, .. } = run.forks.remove(place);
            match by_join.into_iter().next() {
                Some((join, joined)) => self.go_on(run, parent, &join, joined),
                // No branch came to a Join: the way of the Parallel ends here.
                None => self.end_of_parallel(run, parent),
            }
            return;
        }
        // Branches met in several places: each meeting goes on as one branch.
        let parent = run.forks[place].token.clone();
        let mut meetings = Vec::with_capacity(by_join.len());
        for (join, joined) in by_join {
            let mut one = parent.clone();
            one.fork = joined.first().and_then(|token| token.fork);
            one.id = joined.first().map_or(one.id, |token| token.id);
            one.asked = joined.iter().map(|token| token.asked).max().unwrap_or_default();
            if let Some(frame) = one.frames.last_mut() {
                frame.inside.retain(|inside| matches!(inside, Inside::Transaction { .. }));
            }
            let merged = self.met(run, &mut one, &join, &joined);
            meetings.push((one, SetOff::Out(merged)));
        }
        self.set_off(run, meetings);
    }

    /// Several tokens of one fork begin their ways. All of them are there from the beginning: what the first does may end the others, and
    /// none may find itself alone because the others have not begun.
    fn set_off(&mut self, run: &mut Run, tokens: Vec<(Token, SetOff)>) {
        run.tokens.extend(tokens.iter().map(|(token, _)| token.clone()));
        for (token, how) in tokens {
            let is_it = |one: &Token| one.id == token.id && one.fork == token.fork;
            let Some(place) = run.tokens.iter().position(is_it) else { continue };
            let token = run.tokens.remove(place);
            let mut active = match self.activate(run, token) {
                Ok(active) => active,
                Err(lost) => {
                    self.gone(run, *lost);
                    continue;
                }
            };
            let way = match how {
                // Leaving or entering a transaction on the way is the branch's own doing.
                SetOff::To(to) => self.go(run, &mut active, to),
                SetOff::Out(Ok(())) => self.leave(run, &mut active, &SmolStr::new_static("out")),
                SetOff::Out(Err(fault)) => self.fail(run, &mut active, fault),
            };
            match way {
                Way::On(ix) => active.ix = ix,
                Way::Rest => {}
                Way::Over => continue,
            }
            let token = self.deactivate(active);
            run.tokens.push(token);
        }
    }

    /// The token that comes out of a Join.
    fn go_on(&mut self, run: &mut Run, mut token: Token, join: &Id, joined: Vec<Token>) {
        let merged = self.met(run, &mut token, join, &joined);
        match self.activate(run, token) {
            Ok(active) => {
                let turn = merged.map(|()| Next::Go(SmolStr::new_static("out")));
                self.advance_from(run, active, turn);
            }
            Err(lost) => self.gone(run, *lost),
        }
    }

    /// Makes one token of those that met at a Join.
    fn met(&mut self, run: &mut Run, token: &mut Token, join: &Id, joined: &[Token]) -> Result<(), Fault> {
        let rule = self.rule_at(token, join);
        token.node = join.clone();
        token.state = State::Ready;
        // Keys go on where the token and its branches left off: none is used twice.
        token.asked = token.asked.max(joined.iter().map(|one| one.asked).max().unwrap_or_default()) + 1;
        self.gather(run, token, joined);
        merge(token, joined, rule)
    }

    fn end_of_parallel(&mut self, run: &mut Run, token: Token) {
        match self.activate(run, Token { state: State::Ready, ..token }) {
            Ok(mut active) => {
                let way = self.path_ends(run, &mut active);
                self.take_way(run, active, way);
            }
            Err(lost) => self.gone(run, *lost),
        }
    }

    fn rule_at(&self, token: &Token, join: &Id) -> Rule {
        let flow = token.frames.last().map_or("", |frame| frame.flow.as_str());
        self.program.find(flow, join).map_or(Rule::Error, |ix| self.program.nodes[ix as usize].rule)
    }
}

/// Puts what the branches set into the token's variables.
fn merge(token: &mut Token, joined: &[Token], rule: Rule) -> Result<(), Fault> {
    let Some(frame) = token.frames.last_mut() else { return Ok(()) };
    let (vars, outputs) = (frame.vars.clone(), frame.outputs.clone());
    let branch = |pick: fn(&crate::session::Frame) -> &Arc<Fields>| {
        joined.iter().filter_map(move |one| one.frames.last()).map(pick).cloned().collect::<Vec<_>>()
    };
    frame.vars = together(&vars, &branch(|frame| &frame.vars), rule)?;
    frame.outputs = together(&outputs, &branch(|frame| &frame.outputs), Rule::Last)?;
    Ok(())
}

fn together(base: &Arc<Fields>, branches: &[Arc<Fields>], rule: Rule) -> Result<Arc<Fields>, Fault> {
    let mut result = base.clone();
    let mut set: BTreeMap<SmolStr, bool> = BTreeMap::new();
    for branch in branches.iter().filter(|branch| !Arc::ptr_eq(branch, base)) {
        for (name, value) in branch.iter().filter(|(name, value)| base.get(*name) != Some(value)) {
            let again = set.insert(name.clone(), true).is_some();
            if again && result.get(name) != Some(value) {
                match rule {
                    Rule::First => continue,
                    Rule::Last => {}
                    Rule::Error => {
                        let message = format!(
                            "Two branches set `flow.{name}` differently. Use two names, or choose at the Join which branch wins."
                        );
                        return Err(Fault::new(FaultCode::Branches, message));
                    }
                }
            }
            Arc::make_mut(&mut result).insert(name.clone(), value.clone());
        }
        for name in base.keys().filter(|name| !branch.contains_key(*name)) {
            Arc::make_mut(&mut result).remove(name);
        }
    }
    Ok(result)
}
