//! The engine's values as the protocol has them, as far as there is room.

use std::collections::BTreeMap;

use engine::debug::Debugger;
use engine::event::Event;
use engine::input::VarScope;
use engine::journal::Entry;
use engine::session::{Run, State, Token};
use engine::step::Programs;
use engine::trace::{Record, Saw as Saw_};
use engine::{Body, Moment, Program, RunId, Session, Shared, Spot};
use flow::Data;
use flow::data::Fields;
use flow::expr::{Layers, Scope};
use smol_str::{SmolStr, format_smolstr};

use super::views::{Came, Entered, Named, Passed, Saw, Seen, Shown, Stand, Stopped, Variables, Waits};

/// The programs that runs are on.
pub type Runs = BTreeMap<RunId, SmolStr>;

pub fn runs_of(session: &Session) -> Runs {
    session.runs.iter().map(|run| (run.id, run.program.clone())).collect()
}

/// How many bytes of values go into one answer.
pub struct Room {
    left: usize,
    each: usize,
}

/// So much of a value that is cut.
const START: usize = 200;

impl Room {
    /// For what is told without being asked for.
    pub fn small() -> Room {
        Room { left: 64 << 10, each: 4 << 10 }
    }

    /// For what somebody asks for.
    pub fn large() -> Room {
        Room { left: 4 << 20, each: 1 << 20 }
    }

    pub fn show(&mut self, value: &Data) -> Shown {
        let bytes = value.weight();
        if bytes <= self.each && bytes <= self.left {
            self.left -= bytes;
            return Shown::Value(value.clone());
        }
        let start = match value {
            Data::Text(text) => text.chars().take(START).collect(),
            _ => String::new(),
        };
        Shown::Cut { kind: value.kind().into(), bytes, start }
    }

    pub fn fields(&mut self, fields: &Fields) -> Named {
        fields.iter().map(|(name, value)| (name.clone(), self.show(value))).collect()
    }

    fn layers(&mut self, layers: &Layers) -> Named {
        let names = layers.names().filter_map(|name| Some((name, layers.get(name)?)));
        names.map(|(name, value)| (name.into(), self.show(&value))).collect()
    }

    pub fn variables(&mut self, scope: &Scope) -> Variables {
        // The run's own first: they matter most where there is not room for all.
        Variables {
            flow: self.fields(&scope.flow),
            nodes: self.fields(&scope.nodes),
            msg: self.layers(&scope.msg),
            user: self.layers(&scope.user),
            chat: self.layers(&scope.chat),
            bot: self.layers(&scope.bot),
            now: scope.now,
        }
    }

    /// Shared variables outside of a step: what was set, and what the others are until then.
    pub fn shared(&mut self, shared: &Shared, program: &Program) -> [Named; 3] {
        let all = [&shared.user, &shared.chat, &shared.bot];
        VarScope::ALL.map(|scope| {
            let usual = program.usual(scope).map(|usual| self.fields(usual)).unwrap_or_default();
            usual.into_iter().chain(self.fields(all[scope as usize])).collect()
        })
    }

    /// Where the runs of a conversation stand.
    pub fn stands(&mut self, session: &Session, with_values: bool) -> Vec<Stand> {
        let tokens = session.runs.iter().flat_map(|run| run.tokens.iter().map(move |token| (run, token)));
        tokens.map(|(run, token)| self.stand(run, token, with_values)).collect()
    }

    fn stand(&mut self, run: &Run, token: &Token, with_values: bool) -> Stand {
        let frame = token.frames.last();
        let flow = frame.map(|frame| frame.flow.clone()).unwrap_or_default();
        let calls = token.frames.iter().enumerate().map(|(place, frame)| Spot {
            flow: frame.flow.clone(),
            node: match token.frames.get(place + 1) {
                Some(called) => called.from.clone().unwrap_or_default(),
                None => token.node.clone(),
            },
        });
        let waits = match &token.state {
            State::Ready => Waits::Nothing,
            State::Joins => Waits::Branches,
            State::Sleeps { until } => Waits::Time { until: until.due },
            State::Waits { until } => Waits::Person { until: until.map(|alarm| alarm.due) },
            State::Effect(pending) => Waits::Effect {
                name: pending.effect.name().into(),
                key: pending.key,
                attempt: pending.attempt,
                until: pending.until.map(|alarm| alarm.due),
                resting: pending.resting,
            },
        };
        let mut stand = Stand {
            run: run.id,
            token: token_name(token.id),
            program: run.program.clone(),
            spot: Spot { flow, node: token.node.clone() },
            altered: run.altered,
            waits,
            calls: Vec::new(),
            flow: Named::new(),
            nodes: Named::new(),
        };
        if with_values && let Some(frame) = frame {
            stand.calls = calls.collect();
            stand.flow = self.fields(&frame.vars);
            stand.nodes = self.fields(&frame.outputs);
        }
        stand
    }

    /// Where a conversation is paused.
    pub fn stopped(
        &mut self,
        conversation: &SmolStr,
        program: &Program,
        debugger: &Debugger,
    ) -> Option<Stopped> {
        let (paused, input) = (debugger.paused()?, debugger.input()?);
        Some(Stopped {
            conversation: conversation.clone(),
            program: program.hash.clone(),
            spot: paused.spot.clone(),
            port: paused.leaving.clone(),
            run: paused.run,
            token: token_name(paused.token),
            tick: paused.tick,
            calls: paused.calls.clone(),
            input: came(&input.body),
            variables: self.variables(&paused.scope),
            altered: !input.alters.is_empty(),
            moved: false,
        })
    }

    /// What was seen in one step.
    pub fn records<'r>(
        &mut self,
        records: impl Iterator<Item = &'r Record>,
        programs: Programs<'_>,
        runs: &Runs,
    ) -> Vec<Seen> {
        let seen = |(number, record): (usize, &Record)| {
            // A place in the nodes of the program that the run began on; one that is not among them begins in this step.
            let hash = runs.get(&record.run);
            let mut older = programs.older.iter().map(AsRef::as_ref);
            let program = older.find(|program| Some(&program.hash) == hash).unwrap_or(programs.current);
            self.seen(number, record, program)
        };
        records.enumerate().filter_map(seen).collect()
    }

    fn seen(&mut self, number: usize, record: &Record, program: &Program) -> Option<Seen> {
        if record.node as usize >= program.nodes().len() {
            return None;
        }
        Some(Seen {
            number: number as u32,
            position: record.position,
            at: record.at,
            run: record.run,
            token: token_name(record.token),
            spot: program.spot(record.node),
            saw: self.saw(&record.saw),
        })
    }

    fn saw(&mut self, saw: &Saw_) -> Saw {
        match saw {
            Saw_::Began => Saw::Began,
            Saw_::Entered => Saw::Entered,
            Saw_::Left { port } => Saw::Left { port: port.clone() },
            Saw_::Gave { value } => Saw::Gave { value: self.show(value) },
            Saw_::Set(set) => {
                let scope = set.place.scope.map_or("flow", VarScope::name);
                let variable = format_smolstr!("{scope}.{}", set.place.name);
                Saw::Set { variable, value: self.show(&set.value) }
            }
            Saw_::Asked { key, attempt } => Saw::Asked { key: *key, attempt: *attempt },
            Saw_::Answered { key, ok } => Saw::Answered { key: *key, ok: *ok },
            Saw_::Waits => Saw::Waits,
            Saw_::Woke => Saw::Woke,
            Saw_::Failed { fault } => {
                Saw::Failed { code: fault.code.as_str().into(), message: fault.message.clone() }
            }
            Saw_::RolledBack => Saw::RolledBack,
            Saw_::Altered => Saw::Altered,
            Saw_::Ended { how } => Saw::Ended { how: *how },
        }
    }
}

/// 64 bits are more than every reader of JSON has.
pub fn token_name(token: u64) -> String {
    format!("{token:016x}")
}

pub fn came(body: &Body) -> Came {
    match body {
        Body::Event { event, .. } => Came::Event { event: Box::new(Event::clone(event)) },
        Body::Result { key, result } => Came::Result { key: *key, ok: result.is_ok() },
        Body::Timer { .. } => Came::Timer,
        Body::Cancel { .. } => Came::Cancel,
        Body::Switch { to } => Came::Switch { to: to.clone() },
        Body::Begin { at, .. } => Came::Begin { at: at.clone() },
    }
}

pub fn passed(moment: &Moment<'_>) -> Passed {
    Passed {
        tick: moment.tick,
        port: moment.leaving.cloned(),
        spot: moment.program.spot(moment.node),
        run: moment.run,
        token: token_name(moment.token),
        depth: moment.depth,
    }
}

pub fn entered(position: u64, entry: &Entry, is_first: bool) -> Entered {
    Entered {
        position,
        at: entry.input.at,
        id: entry.input.id.clone(),
        program: entry.program.clone(),
        came: came(&entry.input.body),
        altered: !entry.input.alters.is_empty(),
        first: is_first,
    }
}
