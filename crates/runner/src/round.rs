//! One round of the brain: whatever has come in goes through the engine, and all that it leads to becomes one commit.

use std::collections::{BTreeSet, HashSet, VecDeque};

use engine::input::{DeadLetter, Owners};
use engine::journal::Entry;
use engine::step::Programs;
use engine::{Body, Event, Input, Key, Outcome, Program, Request, Session, Shared, Spot, Trace, What};
use flow::Time;
use flow::data::Fields;
use smol_str::{SmolStr, format_smolstr};
use store::{Commit, StoreError};

use crate::Heard;
use crate::brain::{Brain, Said, text};
use crate::line::Line;

/// What a round comes to. Nothing of it counts before its commit is on disk.
#[derive(Default)]
pub struct Round {
    pub commit: Commit,
    /// What became of each event, in the order in which they were said.
    pub heard: VecDeque<Heard>,
    pub asked: Vec<(SmolStr, Request)>,
    pub dropped: Vec<Key>,
    pub dead: Vec<DeadLetter>,
    /// Conversations whose state is to be written.
    changed: BTreeSet<SmolStr>,
    /// The earliest timer that was set.
    pub timer: Option<Time>,
    /// Up to here timers and schedules have been looked at.
    pub looked: Option<Time>,
}

impl Brain {
    pub(crate) async fn round(&mut self, said: &[Said], at: Time) -> Result<Round, StoreError> {
        if self.line.is_stale {
            self.line = Line::read(&self.store, &self.id).await?;
        }
        if self.outbox.is_stale {
            let doubtful = self.outbox.read().await?;
            self.again.extend(doubtful);
        }
        let mut round =
            Round { commit: Commit { bot: self.id.clone(), ..Commit::default() }, ..Round::default() };
        let ids: Vec<String> = said.iter().filter_map(Said::id).map(String::from).collect();
        let mut before =
            if ids.is_empty() { BTreeSet::new() } else { self.store.heard(&self.id, &ids).await? };
        before.extend(self.in_flight(&ids));
        self.prefetch(said).await?;
        self.act(&mut round, at).await?;
        self.drain(&mut round, at).await?;
        // What is due comes first: it should have happened before what is said now.
        if self.next_timer.is_some_and(|due| due <= at) {
            for (conversation, id, _) in self.store.due(&self.id, at.0, MOST_DUE).await? {
                let conversation = SmolStr::from(conversation);
                let body = Body::Timer { id: engine::input::TimerId(id) };
                let gone = store::Timer { conversation: conversation.to_string(), id, due: None };
                round.commit.timers.push(gone);
                let id = format!("timer:{id:x}");
                self.answer(&mut round, &conversation, &id, at, body).await?;
            }
            round.looked = Some(at);
        }
        for (due, Spot { flow, node }) in self.due_schedules(at) {
            let id = format!("schedule:{flow}/{node}:{}", due.0);
            if !self.store.heard(&self.id, std::slice::from_ref(&id)).await?.contains(&id) {
                round.commit.heard.push((id.clone(), at.0));
                self.event(&mut round, &id, at, nobodys(What::Schedule { flow, node, due })).await?;
            }
            round.commit.cursors.push((SCHEDULES.into(), due.0.to_string()));
            round.looked = Some(at);
        }
        for one in said {
            match one {
                Said::Event { id, event, .. } => {
                    let became = match before.insert(id.clone()) {
                        false => Heard::Before,
                        true => {
                            round.commit.heard.push((id.clone(), at.0));
                            self.event(&mut round, id, at, Event::clone(event)).await?
                        }
                    };
                    round.heard.push_back(became);
                }
                Said::Done { conversation, key, result, raises, keeps, .. } => {
                    round.commit.settled.push(key.to_string());
                    round.commit.kept.extend(keeps.iter().cloned());
                    let body = Body::Result { key: *key, result: result.clone() };
                    self.answer(&mut round, conversation, &format!("result:{key}"), at, body).await?;
                    if let Some(event) = raises {
                        self.event(&mut round, &format!("emit:{key}"), at, Event::clone(event)).await?;
                    }
                }
            }
        }
        for name in std::mem::take(&mut round.changed) {
            let Some(session) = self.memory.known(&name) else { continue };
            let programs: BTreeSet<&SmolStr> = session.runs.iter().map(|run| &run.program).collect();
            round.commit.sessions.push(store::Session {
                conversation: name.into(),
                body: Some(text(session)),
                programs: programs.into_iter().map(ToString::to_string).collect(),
            });
        }
        Ok(round)
    }

    async fn prefetch(&mut self, said: &[Said]) -> Result<(), StoreError> {
        let mut conversations = HashSet::new();
        let mut whose = HashSet::new();
        for one in said {
            match one {
                Said::Event { event, .. } => {
                    let offers = engine::route(&self.program, event);
                    conversations.extend(offers.into_iter().map(|offer| offer.conversation));
                    whose.insert(Owners::of(event));
                }
                Said::Done { conversation, .. } => drop(conversations.insert(conversation.clone())),
            }
        }
        self.memory.prefetch(conversations, whose).await
    }

    /// Offers an event, and then what it makes the bot raise itself.
    pub(crate) async fn event(
        &mut self,
        round: &mut Round,
        id: &str,
        at: Time,
        event: Event,
    ) -> Result<Heard, StoreError> {
        let mut became = Heard::Ignored;
        for offer in engine::route(&self.program, &event) {
            let whose = Owners::of(&event);
            let body = Body::Event { event: event.clone(), trigger: offer.trigger };
            let input = Input { id: id.into(), at, body, alters: Vec::new() };
            if self.step(round, &offer.conversation, &whose, input).await? {
                became = Heard::Taken;
                break;
            }
        }
        self.raised(round, id, at).await?;
        Ok(became)
    }

    /// Gives a conversation what its run waits for.
    pub(crate) async fn answer(
        &mut self,
        round: &mut Round,
        conversation: &SmolStr,
        id: &str,
        at: Time,
        body: Body,
    ) -> Result<(), StoreError> {
        let session = self.memory.session(conversation).await?;
        let whose = session.run_for(&body).map_or_else(Owners::default, |run| Owners::of(run.latest()));
        let input = Input { id: id.into(), at, body, alters: Vec::new() };
        self.step(round, conversation, &whose, input).await?;
        self.raised(round, id, at).await
    }

    /// What steps raised comes before anything else.
    pub(crate) async fn raised(&mut self, round: &mut Round, id: &str, at: Time) -> Result<(), StoreError> {
        let mut count = 0;
        while let Some(event) = self.raising.pop_front() {
            count += 1;
            // A handler that fails raises another; that ends here at the latest.
            if count > MOST_RAISED {
                tracing::error!(
                    bot = self.id,
                    "one thing raised more than {MOST_RAISED} events; the rest is left out"
                );
                self.raising.clear();
                return Ok(());
            }
            let whose = Owners::of(&event);
            for offer in engine::route(&self.program, &event) {
                let body = Body::Event { event: event.clone(), trigger: offer.trigger };
                let id = format_smolstr!("{id}~{count}");
                let input = Input { id, at, body, alters: Vec::new() };
                if self.step(round, &offer.conversation, &whose, input).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// One step of a conversation. False: it did not want the input. One that waits in line counts as taken.
    async fn step(
        &mut self,
        round: &mut Round,
        conversation: &SmolStr,
        whose: &Owners,
        input: Input,
    ) -> Result<bool, StoreError> {
        if !self.line.is_empty() && self.is_held(conversation) {
            self.hold(round, conversation, &input, false);
            return Ok(true);
        }
        let session = self.memory.session(conversation).await?;
        let shared = self.memory.shared(whose).await?;
        let programs = Programs { current: &self.program, older: &self.older };
        let before = Before::of(&session, &shared);
        let outcome = match &mut self.desk {
            None => Some(engine::step(programs, session, &shared, &input, &mut Trace::Off)),
            Some(desk) => desk.step(programs, &self.program, session, &shared, whose, &input),
        };
        let Some(outcome) = outcome else {
            self.hold(round, conversation, &input, true);
            return Ok(true);
        };
        let program = self.program.clone();
        Ok(self.came_of(round, whose, &program, &input, before, outcome))
    }

    /// What a step leads to. False: it is no step, since nobody wanted the input.
    pub(crate) fn came_of(
        &mut self,
        round: &mut Round,
        whose: &Owners,
        program: &Program,
        input: &Input,
        before: Before,
        outcome: Outcome,
    ) -> bool {
        if !outcome.taken && outcome.effects.is_empty() && outcome.raised.is_empty() {
            return false;
        }
        let Before { first, shared } = before;
        let conversation = outcome.session.id.clone();
        let entry = Entry::new(program, input, &shared, &outcome);
        let name = || conversation.to_string();
        let commit = &mut round.commit;
        commit.journal.push(store::Entry {
            conversation: name(),
            position: outcome.session.position,
            at: input.at.0,
            body: text(&entry),
            first,
        });
        let none = Fields::default();
        for write in &outcome.writes {
            let usual = program.usual(write.scope);
            commit.variables.push(self.memory.write(whose, write, usual.unwrap_or(&none)));
        }
        for timer in &outcome.timers {
            round.timer = Some(round.timer.map_or(timer.due, |known| known.min(timer.due)));
            commit.timers.push(store::Timer { conversation: name(), id: timer.id.0, due: Some(timer.due.0) });
        }
        let off = outcome.timers_off.iter();
        commit.timers.extend(off.map(|id| store::Timer { conversation: name(), id: id.0, due: None }));
        commit.settled.extend(outcome.dropped.iter().map(ToString::to_string));
        round.dropped.extend(outcome.dropped);
        for request in outcome.effects {
            commit.asked.push(store::Asked {
                key: request.key.to_string(),
                conversation: name(),
                body: text(&request),
            });
            round.asked.push((conversation.clone(), request));
        }
        for letter in &outcome.dead {
            tracing::warn!(bot = self.id, conversation = %conversation, node = %letter.spot.node, code = %letter.code, "a run failed");
            commit.dead.push(store::Letter { conversation: name(), at: letter.at.0, body: text(letter) });
        }
        self.raising.extend(outcome.raised);
        round.changed.insert(conversation.clone());
        self.memory.keep(outcome.session);
        outcome.taken
    }
}

/// What a conversation was before a step, as the journal has it.
pub struct Before {
    /// The conversation itself, where nothing was going on in it: from here on the journal can be replayed.
    first: Option<String>,
    pub shared: Shared,
}

impl Before {
    pub fn of(session: &Session, shared: &Shared) -> Before {
        Before { first: session.is_idle().then(|| text(session)), shared: shared.clone() }
    }
}

/// An event that belongs to no channel.
pub fn nobodys(what: What) -> Event {
    Event { channel: SmolStr::default(), chat: None, person: None, what }
}

pub const SCHEDULES: &str = "schedules";
/// So many timers go off in one round.
const MOST_DUE: u32 = 500;
const MOST_RAISED: usize = 100;
