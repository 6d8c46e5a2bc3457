//! Groups that happen whole or not at all. What is written inside is held back until the group is left; on a failure what was done
//! is taken back by the nodes' own compensations, from the last to the first, and the variables are what they were.

use std::sync::Arc;

use flow::Id;

use crate::fault::{Fault, FaultCode};
use crate::session::{Inside, Run, Token, Transaction};
use crate::step::machine::{Active, Machine, Way, is_inside};
use crate::trace::Saw;

impl Machine<'_> {
    /// Leaves and enters transactions on the way to a node.
    pub fn cross(&mut self, run: &mut Run, active: &mut Active, to: u32) -> Result<(), Fault> {
        let Some(frame) = active.token.frames.last() else { return Ok(()) };
        if frame.inside.iter().any(|inside| matches!(inside, Inside::Undo { .. })) {
            return Ok(());
        }
        let program = self.program;
        let wanted = &program.nodes[to as usize].transactions;
        let here = |inside: &Inside| match inside {
            Inside::Transaction { id } => Some(*id),
            _ => None,
        };
        let have: Vec<u32> = frame.inside.iter().filter_map(here).collect();
        let group = |run: &Run, id: u32| -> Option<Id> {
            run.transactions.iter().find(|one| one.id == id).map(|one| one.group.clone())
        };
        for id in have.iter().rev() {
            if group(run, *id).is_none_or(|group| !wanted.contains(&group)) {
                self.commit(run, active, *id)?;
            }
        }
        for wants in wanted {
            if !have.iter().any(|id| group(run, *id).as_ref() == Some(wants)) {
                self.begin_transaction(run, active, wants.clone());
            }
        }
        Ok(())
    }

    fn begin_transaction(&mut self, run: &mut Run, active: &mut Active, group: Id) {
        if !self.in_transaction(&active.token) {
            // From here on this token sees more than others may.
            self.layers = [active.scope.user.clone(), active.scope.chat.clone(), active.scope.bot.clone()];
        }
        run.counter += 1;
        let id = run.counter;
        run.transactions.push(Transaction {
            id,
            group,
            vars: active.scope.flow.clone(),
            outputs: active.scope.nodes.clone(),
            writes: Vec::new(),
            done: Vec::new(),
            fork: active.token.fork.map(|branch| branch.fork),
        });
        if let Some(frame) = active.token.frames.last_mut() {
            frame.inside.push(Inside::Transaction { id });
        }
    }

    /// What was held back is written.
    pub fn commit(&mut self, run: &mut Run, active: &mut Active, id: u32) -> Result<(), Fault> {
        if let Some(frame) = active.token.frames.last_mut() {
            frame.inside.retain(|inside| !matches!(inside, Inside::Transaction { id: one } if *one == id));
        }
        let Some(place) = run.transactions.iter().position(|one| one.id == id) else { return Ok(()) };
        if run.transactions[place].fork != active.token.fork.map(|branch| branch.fork) {
            if let Some(frame) = active.token.frames.last_mut() {
                frame.inside.push(Inside::Transaction { id });
            }
            let message = "A branch left a transaction that was begun before the Parallel. Join the branches inside of it.";
            return Err(Fault::new(FaultCode::Transaction, message));
        }
        let done = run.transactions.remove(place);
        match run.transactions.iter_mut().rfind(|outer| is_inside(&active.token, outer.id)) {
            Some(outer) => {
                outer.writes.extend(done.writes);
                outer.done.extend(done.done);
            }
            None => self.out.writes.extend(done.writes),
        }
        Ok(())
    }

    /// Leaves all transactions of the flow that is left.
    pub fn commit_all(&mut self, run: &mut Run, active: &mut Active) -> Result<(), Fault> {
        let Some(frame) = active.token.frames.last() else { return Ok(()) };
        let ids: Vec<u32> = frame
            .inside
            .iter()
            .filter_map(|inside| match inside {
                Inside::Transaction { id } => Some(*id),
                _ => None,
            })
            .collect();
        for id in ids.into_iter().rev() {
            self.commit(run, active, id)?;
        }
        Ok(())
    }

    /// Branches that meet inside of a transaction which each of them began are inside of one from here on.
    pub fn gather(&mut self, run: &mut Run, token: &mut Token, joined: &[Token]) {
        for inside in joined.iter().flat_map(|one| &one.frames).flat_map(|frame| &frame.inside) {
            let Inside::Transaction { id } = inside else { continue };
            let own = run.transactions.iter().position(|one| one.id == *id && !is_inside(token, *id));
            let Some(own) = own.map(|place| run.transactions.remove(place)) else { continue };
            let is_same = |one: &&mut Transaction| one.group == own.group && is_inside(token, one.id);
            if let Some(one) = run.transactions.iter_mut().rfind(is_same) {
                one.writes.extend(own.writes);
                one.done.extend(own.done);
                continue;
            }
            let fork = token.fork.map(|branch| branch.fork);
            let Some(frame) = token.frames.last_mut() else { return };
            let (vars, outputs) = (frame.vars.clone(), frame.outputs.clone());
            frame.inside.push(inside.clone());
            run.transactions.push(Transaction { vars, outputs, fork, ..own });
        }
    }

    /// What nobody is inside of any more, as after branches were ended on their way, is forgotten.
    pub fn forget(&mut self, run: &mut Run, token: &Token) {
        let others = || run.tokens.iter().chain(run.forks.iter().map(|fork| &fork.token));
        run.transactions.retain(|one| others().chain([token]).any(|token| is_inside(token, one.id)));
    }

    /// A node was done that knows how to be taken back.
    pub fn remember_done(&mut self, run: &mut Run, active: &Active) {
        let node = &self.program.nodes[active.ix as usize];
        let transaction = run.transactions.iter_mut().rfind(|one| is_inside(&active.token, one.id));
        if let Some(transaction) = transaction.filter(|one| node.transactions.contains(&one.group)) {
            transaction.done.push(node.id.clone());
        }
    }

    /// Takes back what was done, from the last thing to the first; then the failure goes on.
    pub fn roll_back(&mut self, run: &mut Run, active: &mut Active, id: u32, fault: Fault) -> Way {
        let failed = self.program.nodes[active.ix as usize].id.clone();
        let Some(place) = run.transactions.iter().position(|one| one.id == id) else {
            self.die(run, active, fault);
            return Way::Over;
        };
        let undone = run.transactions.remove(place);
        // Those begun inside of it go with it.
        run.transactions.retain(|one| one.id < id || !is_inside(&active.token, one.id));
        // Out of the branches that were on their way.
        while let Some(branch) = active.token.fork.filter(|branch| Some(branch.fork) != undone.fork) {
            self.drop_branches(run, branch.fork);
            let Some(at) = run.forks.iter().position(|one| one.id == branch.fork) else { break };
            let parent = run.forks.remove(at).token;
            let outputs = active.scope.nodes.clone();
            match self.activate(run, parent) {
                Ok(parent) => {
                    *active = parent;
                    Arc::make_mut(&mut active.scope).nodes = outputs;
                }
                Err(lost) => {
                    self.gone(run, *lost);
                    return Way::Over;
                }
            }
        }
        if let Some(frame) = active.token.frames.last_mut() {
            let is_it = |inside: &Inside| matches!(inside, Inside::Transaction { id: one } if *one == id);
            if let Some(place) = frame.inside.iter().position(is_it) {
                frame.inside.truncate(place);
            }
            frame.inside.push(Inside::Undo { rest: undone.done, failed, fault, vars: undone.vars });
        }
        self.forget(run, &active.token);
        // What was held back is not seen any more.
        let [user, chat, bot] = self.layers.clone();
        let scope = Arc::make_mut(&mut active.scope);
        for (mine, clean) in [(&mut scope.user, user), (&mut scope.chat, chat), (&mut scope.bot, bot)] {
            Arc::make_mut(mine).set = clean.set.clone();
        }
        for transaction in run.transactions.iter().filter(|one| is_inside(&active.token, one.id)) {
            transaction.writes.iter().for_each(|write| crate::step::machine::overlay(scope, write));
        }
        self.saw(run, active, || Saw::RolledBack);
        self.undo_next(run, active)
    }

    /// The next thing to take back; after the last one the failure goes on.
    pub fn undo_next(&mut self, run: &mut Run, active: &mut Active) -> Way {
        loop {
            let Some(frame) = active.token.frames.last_mut() else { return Way::Over };
            let is_undo = |inside: &Inside| matches!(inside, Inside::Undo { .. });
            let Some(place) = frame.inside.iter().rposition(is_undo) else { return Way::Over };
            frame.inside.truncate(place + 1);
            let flow = frame.flow.clone();
            let Some(Inside::Undo { rest, .. }) = frame.inside.last_mut() else { return Way::Over };
            if let Some(node) = rest.pop() {
                let wire = self
                    .program
                    .find(&flow, &node)
                    .and_then(|ix| self.program.nodes[ix as usize].wire("compensate"));
                match wire {
                    Some(to) => return Way::On(to),
                    None => continue,
                }
            }
            let Some(Inside::Undo { failed, fault, vars, .. }) = frame.inside.pop() else { return Way::Over };
            Arc::make_mut(&mut active.scope).flow = vars;
            let Some(ix) = self.program.find(&flow, &failed) else { return self.lost(run, active) };
            active.ix = ix;
            return self.carry(run, active, fault);
        }
    }
}
