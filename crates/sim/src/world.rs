//! The world: all there is around a bot, and the clock.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use engine::event::{Event, What};
use engine::input::{Owners, TimerId};
use engine::{Done, EffectError, Key, Program, Session, Spot};
use flow::{Bot, Data, Problem, Time};
use smol_str::SmolStr;

use crate::cast::{Cast, FIRST, Setup, Somebody};
use crate::chat::{Did, DidState, Happened, Line, Message, Offered, Shown};
use crate::debug::Debug;
use crate::journal::Journal;
use crate::mock::{Mock, Mocks};
use crate::moves::Move;
use crate::trail::Trail;
use crate::vars::{Usual, Vars, usual};

/// A bot, ready to be played. Made once, shared by any number of worlds.
#[derive(Debug)]
pub struct Stage {
    pub bot: Bot,
    pub program: Arc<Program>,
    /// What in it cannot be built: a run that gets there fails.
    pub problems: Vec<Problem>,
    pub(crate) usual: Usual,
}

impl Stage {
    pub fn new(bot: Bot) -> Arc<Stage> {
        let (program, problems) = engine::compile(&bot);
        let usual = usual(&bot.manifest);
        Arc::new(Stage { program: Arc::new(program), problems, usual, bot })
    }

    /// The name of a node for a person: its key or name, else its id.
    pub fn name_of(&self, spot: &Spot) -> SmolStr {
        let node = self.bot.flow_by_id(&spot.flow).and_then(|(_, flow)| flow.nodes.get(&spot.node));
        let name = node.and_then(|node| node.key.clone().or_else(|| node.name.clone()));
        name.unwrap_or_else(|| spot.node.clone())
    }
}

/// Why a move is not possible. The world is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Cannot(pub String);

pub struct World {
    pub stage: Arc<Stage>,
    pub setup: Setup,
    /// Programs that runs are still on.
    pub(crate) older: Vec<Arc<Program>>,
    pub(crate) now: Time,
    /// Where the clock is going.
    pub(crate) until: Time,
    pub cast: Cast,
    pub(crate) sessions: BTreeMap<SmolStr, Session>,
    pub(crate) vars: Vars,
    pub(crate) timers: BTreeSet<(Time, TimerId, SmolStr)>,
    /// Answers on their way, by when they come.
    pub(crate) coming: BTreeMap<(Time, u64), Answered>,
    /// Up to here schedules have been looked at, and those that come next.
    pub(crate) scheduled: (Time, Option<Vec<(Time, Spot)>>),
    pub(crate) queue: VecDeque<Waiting>,
    pub(crate) mocks: Mocks,
    pub(crate) store: BTreeMap<(SmolStr, SmolStr), (Data, Option<Time>)>,
    pub(crate) messages: Vec<Message>,
    pub(crate) lines: Vec<Line>,
    pub(crate) trail: Vec<Trail>,
    pub(crate) moves: Vec<Move>,
    pub(crate) form: Option<Shown>,
    pub(crate) offered: Offered,
    pub(crate) debug: Debug,
    pub(crate) journal: Option<Journal>,
    /// Counts inputs, messages and calls.
    pub(crate) inputs: u64,
    pub(crate) count: u64,
    /// How much may happen until the bot has to rest.
    pub(crate) budget: u32,
    pub(crate) endless: bool,
}

/// What stands in line to be taken by the bot.
#[derive(Clone, Debug)]
pub(crate) enum Waiting {
    Event(Box<Event>),
    Answer(Answered),
    Timer(SmolStr, TimerId),
}

#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub conversation: SmolStr,
    pub key: Key,
    pub result: Result<Done, EffectError>,
}

/// So much may happen after one move.
const MOST_INPUTS: u32 = 100_000;

impl World {
    pub fn new(stage: &Arc<Stage>, setup: Setup) -> World {
        World {
            stage: stage.clone(),
            older: Vec::new(),
            now: setup.start,
            until: setup.start,
            cast: Cast::new(&setup),
            sessions: BTreeMap::new(),
            vars: Vars::default(),
            timers: BTreeSet::new(),
            coming: BTreeMap::new(),
            scheduled: (setup.start, None),
            queue: VecDeque::new(),
            mocks: Mocks::new(&setup.mocks),
            store: BTreeMap::new(),
            messages: Vec::new(),
            lines: Vec::new(),
            trail: Vec::new(),
            moves: Vec::new(),
            form: None,
            offered: Offered::default(),
            debug: Debug::default(),
            journal: None,
            inputs: 0,
            count: 0,
            budget: 0,
            endless: false,
            setup,
        }
    }

    /// The world after these moves; stops at the first that is not possible.
    pub fn replay(stage: &Arc<Stage>, setup: Setup, moves: &[Move]) -> (World, Option<Cannot>) {
        let mut world = World::new(stage, setup);
        let cannot = moves.iter().find_map(|one| world.act(one.clone()).err());
        (world, cannot)
    }

    /// Lets something happen, and all that follows from it.
    pub fn act(&mut self, one: Move) -> Result<(), Cannot> {
        if self.paused().is_some() {
            return Err(Cannot("The bot is paused: go on first.".into()));
        }
        let happening = self.prepare(&one)?;
        let number = self.moves.len();
        self.moves.push(one);
        self.line_at(number, Happened::Moved { message: happening.message });
        (self.budget, self.endless) = (MOST_INPUTS, false);
        // What is due by now comes first.
        self.until = self.now;
        self.settle();
        self.queue.extend(happening.event.map(|event| Waiting::Event(Box::new(event))));
        self.queue.extend(happening.answer.map(Waiting::Answer));
        self.until = happening.until.unwrap_or(self.now);
        self.settle();
        if self.endless {
            return Err(Cannot(format!(
                "The bot went on for {MOST_INPUTS} steps without coming to rest. Does something raise itself again and again?"
            )));
        }
        Ok(())
    }

    /// Lets everything happen until the clock is where it goes.
    pub(crate) fn settle(&mut self) {
        while self.paused().is_none() && !self.endless {
            let waiting = match self.queue.pop_front() {
                Some(waiting) => waiting,
                None => match self.take_due() {
                    Some(waiting) => waiting,
                    None => break,
                },
            };
            match self.budget.checked_sub(1) {
                Some(rest) => self.budget = rest,
                None => {
                    self.endless = true;
                    self.queue.clear();
                    break;
                }
            }
            self.deliver(waiting);
        }
        if self.paused().is_none() {
            self.now = self.now.max(self.until);
        }
    }

    /// What comes due next: timers before schedules before answers.
    fn next_due(&mut self) -> Option<(Time, Due)> {
        let timer = self.timers.first().map(|(due, ..)| (*due, Due::Timer));
        let schedule = self.schedules().first().map(|(due, _)| (*due, Due::Schedule));
        let answer = self.coming.first_key_value().map(|((due, _), _)| (*due, Due::Answer));
        [timer, schedule, answer].into_iter().flatten().min()
    }

    /// What is due by where the clock goes.
    fn take_due(&mut self) -> Option<Waiting> {
        let (due, what) = self.next_due().filter(|(due, _)| *due <= self.until)?;
        self.now = self.now.max(due);
        match what {
            Due::Timer => {
                self.timers.pop_first().map(|(_, id, conversation)| Waiting::Timer(conversation, id))
            }
            Due::Answer => self.coming.pop_first().map(|(_, answered)| Waiting::Answer(answered)),
            Due::Schedule => {
                let mut next = self.schedules().clone();
                let (due, Spot { flow, node }) = next.remove(0);
                // Others of the same moment come before the next round is looked up.
                let goes_on = next.first().is_some_and(|(other, _)| *other == due);
                self.scheduled = if goes_on { (self.scheduled.0, Some(next)) } else { (due, None) };
                Some(Waiting::Event(Box::new(nobodys(What::Schedule { flow, node, due }))))
            }
        }
    }

    fn schedules(&mut self) -> &Vec<(Time, Spot)> {
        let (after, next) = &mut self.scheduled;
        next.get_or_insert_with(|| self.stage.program.schedules(*after))
    }

    pub(crate) fn line(&mut self, what: Happened) {
        self.line_at(self.moves.len().saturating_sub(1), what);
    }

    fn line_at(&mut self, by_move: usize, what: Happened) {
        self.lines.push(Line { at: self.now, by_move, what });
    }

    pub fn now(&self) -> Time {
        self.now
    }

    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub fn message(&self, id: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id)
    }

    pub fn moves(&self) -> &[Move] {
        &self.moves
    }

    /// Where runs went.
    pub fn trail(&self) -> &[Trail] {
        &self.trail
    }

    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    /// The form that is shown in front of a chat.
    pub fn form(&self) -> Option<&Shown> {
        self.form.as_ref()
    }

    pub fn offered(&self) -> &Offered {
        &self.offered
    }

    /// Calls that wait for an answer, with the number of their line.
    pub fn open_calls(&self) -> impl Iterator<Item = (usize, &Did)> {
        self.dids().filter(|(_, did)| did.state == DidState::Open)
    }

    /// All that the bot asked for, with the numbers of the lines.
    pub fn dids(&self) -> impl Iterator<Item = (usize, &Did)> {
        self.lines.iter().enumerate().filter_map(|(number, line)| match &line.what {
            Happened::Did(did) => Some((number, &**did)),
            _ => None,
        })
    }

    pub(crate) fn did_mut(&mut self, key: Key) -> Option<&mut Did> {
        self.lines.iter_mut().rev().find_map(|line| match &mut line.what {
            Happened::Did(did) if did.request.key == key => Some(&mut **did),
            _ => None,
        })
    }

    /// When something comes due next.
    pub fn due_next(&mut self) -> Option<Time> {
        self.next_due().map(|(due, _)| due)
    }

    /// From now on new runs are on another program; those that are on their way stay on theirs.
    pub fn change_bot(&mut self, stage: Arc<Stage>) {
        if stage.program.hash != self.stage.program.hash {
            self.older.insert(0, self.stage.program.clone());
            let runs = || self.sessions.values().flat_map(|session| &session.runs);
            let held = self.debug.held.as_ref().map(|held| &held.stage.program.hash);
            let in_use = |hash: &SmolStr| held == Some(hash) || runs().any(|run| run.program == *hash);
            self.older.retain(|program| in_use(&program.hash));
        }
        self.scheduled = (self.now, None);
        self.stage = stage;
    }

    /// Somebody else is there.
    pub fn meet(&mut self, somebody: Somebody) {
        if self.setup.people.is_empty() {
            self.setup.people.push(Somebody { name: FIRST.into(), ..Somebody::default() });
        }
        self.cast.invite(&somebody);
        self.setup.people.push(somebody);
    }

    pub fn mocks(&self) -> impl Iterator<Item = &Mock> {
        self.mocks.rules()
    }

    /// Whose variables a person sees in a chat.
    pub fn whose(&self, person: &str, place: &str) -> Option<Owners> {
        let member = self.cast.named(person)?;
        let place =
            if place.is_empty() { self.cast.usual_place(&member.name)? } else { self.cast.place(place)? };
        Some(Owners { person: member.person.id.clone(), chat: place.chat.id.clone() })
    }

    pub fn vars(&self) -> &Vars {
        &self.vars
    }

    pub fn usual(&self) -> &Usual {
        &self.stage.usual
    }

    /// The bot's own small store, without what is over.
    pub fn stored(&self) -> impl Iterator<Item = (&(SmolStr, SmolStr), &Data)> {
        let lasts = |until: &Option<Time>| until.is_none_or(|until| until > self.now);
        self.store.iter().filter(move |(_, (_, until))| lasts(until)).map(|(key, (value, _))| (key, value))
    }
}

/// What belongs to no chat and no person.
pub(crate) fn nobodys(what: What) -> Event {
    Event { channel: SmolStr::default(), chat: None, person: None, what }
}

/// In the order in which things of one moment come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Timer,
    Schedule,
    Answer,
}
