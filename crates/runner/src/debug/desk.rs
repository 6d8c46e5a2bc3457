//! Who is attached, where they want to stop, and what is paused. The brain has a desk only while somebody is attached.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use engine::debug::{Became, Breakpoint, Debugger};
use engine::input::Owners;
use engine::step::Programs;
use engine::{Input, Outcome, Program, Session, Shared, Trace};
use flow::Time;
use flow::expr::{Formula, Template};
use smol_str::SmolStr;
use tokio::sync::{mpsc, oneshot};

use super::show::{Room, Runs, runs_of};
use super::words::{Allows, Code, Command, News, Placed, Point, Refused, Reply};

pub type Answer = oneshot::Sender<Result<Reply, Refused>>;

#[derive(Default)]
pub struct Desk {
    pub clients: BTreeMap<u64, Client>,
    points: Vec<Placing>,
    next_point: u64,
    pub muted: bool,
    /// Conversations that are paused, or in which somebody wants to stop next.
    pub watches: BTreeMap<SmolStr, Watch>,
    /// Conversations in whose line there is no room any more: they go on without a stop until it is empty.
    pub hurries: BTreeSet<SmolStr>,
    /// What is to be done in the next round.
    pub acts: VecDeque<(Command, Answer)>,
    /// What the round at hand comes to: told when it is on disk.
    pub news: Vec<News>,
    pub replies: Vec<(Answer, Result<Reply, Refused>)>,
    /// Conversations that the round at hand paused or took on: if it cannot be written they are neither.
    pub touched: BTreeSet<SmolStr>,
}

pub struct Client {
    pub allows: Allows,
    pub news: mpsc::Sender<News>,
    pub missed: Arc<AtomicU64>,
    /// Which conversations it wants to see run; `Some(None)` are all.
    pub traces: Option<Option<SmolStr>>,
}

/// One conversation that somebody is at work on.
pub struct Watch {
    pub debugger: Debugger,
    /// Whose variables the paused step sees.
    pub whose: Owners,
    /// The program that the step is taken with.
    pub program: Arc<Program>,
}

struct Placing {
    id: u64,
    client: u64,
    point: Point,
    at: Breakpoint,
}

impl Client {
    /// Never waits: what there is no room for is counted, and whoever reads is told.
    pub fn tell(&self, news: News) {
        if self.missed.load(Ordering::Acquire) > 0 || self.news.try_send(news).is_err() {
            self.missed.fetch_add(1, Ordering::AcqRel);
        }
    }
}

impl Desk {
    /// Somebody is there who can take a pause on.
    pub fn may_debug(&self) -> bool {
        self.clients.values().any(|client| client.allows == Allows::Debug)
    }

    /// Nobody is attached and nothing is left to do.
    pub fn is_deserted(&self) -> bool {
        self.clients.is_empty() && self.watches.is_empty() && self.acts.is_empty()
    }

    pub fn pauses(&self, conversation: &str) -> bool {
        self.watches.get(conversation).is_some_and(|watch| watch.debugger.paused().is_some())
    }

    pub fn paused(&self) -> impl Iterator<Item = (&SmolStr, &Watch)> {
        self.watches.iter().filter(|(_, watch)| watch.debugger.paused().is_some())
    }

    /// Conversations that nobody holds any more.
    pub fn left_alone(&self) -> Vec<SmolStr> {
        let may_debug = self.may_debug();
        let paused = self.paused().map(|(conversation, _)| conversation);
        paused.filter(|one| !may_debug || self.hurries.contains(*one)).cloned().collect()
    }

    pub fn leave(&mut self, client: u64) {
        self.clients.remove(&client);
        self.points.retain(|placing| placing.client != client);
        if !self.may_debug() {
            self.muted = false;
            // Nobody is there any more who wants to stop next.
            self.watches.retain(|_, watch| watch.debugger.paused().is_some());
        }
    }

    /// Those who were given up before they knew that they were attached do not say so.
    pub fn see_who_left(&mut self) {
        let gone = self.clients.iter().filter(|(_, client)| client.news.is_closed());
        let gone: Vec<u64> = gone.map(|(id, _)| *id).collect();
        gone.into_iter().for_each(|client| self.leave(client));
    }

    pub fn place(&mut self, client: u64, point: Point) -> Result<u64, Refused> {
        let wrong = |what: &str, why: String| Refused::new(Code::Wrong, format!("The {what}: {why}"));
        let when = point.when.as_deref().map(Formula::compile).transpose();
        let log = point.log.as_deref().map(Template::compile).transpose();
        let at = Breakpoint {
            port: point.port.clone(),
            when: when.map_err(|error| wrong("condition", error.message))?,
            hit: point.hit,
            log: log.map_err(|error| wrong("text", error.message))?,
            on: !point.off,
            ..Breakpoint::at(point.spot.clone())
        };
        self.next_point += 1;
        let id = self.next_point;
        self.points.push(Placing { id, client, point, at });
        Ok(id)
    }

    /// Takes away a breakpoint of one's own; somebody who may pause things may take away all.
    pub fn unplace(&mut self, client: u64, id: u64) -> bool {
        let may_all = self.clients.get(&client).is_some_and(|one| one.allows == Allows::Debug);
        let count = self.points.len();
        self.points.retain(|placing| placing.id != id || (placing.client != client && !may_all));
        self.points.len() < count
    }

    pub fn points(&self, client: u64) -> Vec<Placed> {
        let placed = |placing: &Placing| Placed {
            id: placing.id,
            mine: placing.client == client,
            count: placing.at.count,
            point: placing.point.clone(),
        };
        self.points.iter().map(placed).collect()
    }

    fn is_traced(&self, conversation: &str) -> bool {
        let mut wanted = self.clients.values().filter_map(|client| client.traces.as_ref());
        wanted.any(|wanted| wanted.as_ref().is_none_or(|one| one == conversation))
    }

    pub fn trace_for(&self, conversation: &str) -> Trace {
        if self.is_traced(conversation) { Trace::full() } else { Trace::Off }
    }

    /// Takes a conversation through an input. Nothing: it is paused in the middle of it.
    pub fn step(
        &mut self,
        programs: Programs<'_>,
        current: &Arc<Program>,
        session: Session,
        shared: &Shared,
        whose: &Owners,
        input: &Input,
    ) -> Option<Outcome> {
        let conversation = session.id.clone();
        let mut trace = self.trace_for(&conversation);
        let runs = if trace.is_on() { runs_of(&session) } else { Runs::new() };
        let is_free = self.hurries.contains(&conversation) || !self.stops_in(&conversation);
        let outcome = if is_free {
            engine::step(programs, session, shared, input, &mut trace)
        } else {
            let watch = self.watches.remove(&conversation);
            let mut debugger = watch.map(|watch| watch.debugger).unwrap_or_default();
            let became = self.with_points(&conversation, &mut debugger, input.at, |debugger| {
                debugger.offer(programs, session, shared.clone(), input.clone(), &mut trace)
            });
            let is_paused = !matches!(became, Became::Done(_));
            if is_paused || debugger.is_stepping() {
                if is_paused && let Some(stopped) = Room::small().stopped(&conversation, current, &debugger) {
                    self.news.push(News::Paused(Box::new(stopped)));
                }
                let watch = Watch { debugger, whose: whose.clone(), program: current.clone() };
                self.watches.insert(conversation.clone(), watch);
                self.touched.insert(conversation.clone());
            }
            match became {
                Became::Done(outcome) => *outcome,
                Became::Paused(_) | Became::Held => return None,
            }
        };
        self.traced(&conversation, &trace, programs, &runs);
        Some(outcome)
    }

    fn stops_in(&self, conversation: &SmolStr) -> bool {
        self.watches.contains_key(conversation) || self.points.iter().any(|one| one.is_for(conversation))
    }

    /// Gives a debugger the breakpoints of a conversation for as long as it works; they count for all conversations together.
    pub fn with_points<T>(
        &mut self,
        conversation: &SmolStr,
        debugger: &mut Debugger,
        at: Time,
        work: impl FnOnce(&mut Debugger) -> T,
    ) -> T {
        let all = std::mem::take(&mut self.points);
        let (mine, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.is_for(conversation));
        let mut kept = Vec::with_capacity(mine.len());
        for Placing { id, client, point, at } in mine {
            kept.push((id, client, point));
            debugger.breakpoints.push(at);
        }
        debugger.muted = self.muted || self.hurries.contains(conversation) || !self.may_debug();
        let done = work(debugger);
        let back = kept.into_iter().zip(std::mem::take(&mut debugger.breakpoints));
        self.points = others;
        self.points.extend(back.map(|((id, client, point), at)| Placing { id, client, point, at }));
        self.points.sort_by_key(|one| one.id);
        for note in std::mem::take(&mut debugger.notes) {
            let failed = note.text.is_err();
            let text = note.text.unwrap_or_else(|trouble| trouble.message.into());
            let conversation = conversation.clone();
            self.news.push(News::Note { conversation, at, spot: note.spot, text, failed });
        }
        done
    }

    /// Tells of what was seen in a step that is done.
    pub fn traced(&mut self, conversation: &SmolStr, trace: &Trace, programs: Programs<'_>, runs: &Runs) {
        if !trace.is_on() {
            return;
        }
        let records = Room::small().records(trace.records(), programs, runs);
        if !records.is_empty() {
            self.news.push(News::Trace { conversation: conversation.clone(), records });
        }
    }

    /// The round is on disk.
    pub fn settle(&mut self) {
        self.touched.clear();
        for news in std::mem::take(&mut self.news) {
            for client in self.clients.values().filter(|client| client.wants(&news)) {
                client.tell(news.clone());
            }
        }
        for (answer, reply) in std::mem::take(&mut self.replies) {
            // Who asked may have gone.
            let _ = answer.send(reply);
        }
    }

    /// The round is not on disk: what it paused or took on is as it was before.
    pub fn take_back(&mut self, why: &str) {
        self.news.clear();
        for conversation in std::mem::take(&mut self.touched) {
            self.watches.remove(&conversation);
        }
        for (answer, _) in std::mem::take(&mut self.replies) {
            let _ = answer.send(Err(Refused::new(Code::NotWritten, why)));
        }
    }
}

impl Client {
    fn wants(&self, news: &News) -> bool {
        match (news, &self.traces) {
            (News::Trace { .. }, None) => false,
            (News::Trace { conversation, .. }, Some(Some(one))) => one == conversation,
            _ => true,
        }
    }
}

impl Placing {
    fn is_for(&self, conversation: &SmolStr) -> bool {
        self.point.conversation.as_ref().is_none_or(|one| one == conversation)
    }
}
