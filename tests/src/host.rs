//! The smallest host: keeps sessions, variables, timers and what was asked for, and does what a script of moves says. For laws, which
//! want to hold two ways of doing the same thing against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::debug::{Became, Breakpoint, Debugger, Go};
use engine::effect::{AiAnswer, ButtonDoes, Keyboard};
use engine::event::{Chat, Command, Message, Person, Pressed};
use engine::input::{TimerId, VarScope};
use engine::journal::Entry;
use engine::step::Shared;
use engine::{
    Body, Done, Effect, EffectError, Event, Input, Key, Outcome, Program, Request, Session, Trace, What,
};
use flow::data::Fields;
use flow::{Bot, Data, Time};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use smol_str::SmolStr;

/// What happens outside.
#[derive(Clone, Debug)]
pub enum Move {
    Says {
        person: u8,
        text: &'static str,
    },
    Command {
        person: u8,
        name: &'static str,
    },
    /// The n-th button there ever was.
    Presses {
        person: u8,
        nth: u8,
    },
    /// The n-th thing that was asked for and not answered.
    Answers {
        nth: u8,
        how: u8,
    },
    Passes {
        seconds: u32,
    },
    Cancels {
        person: u8,
    },
}

const TEXTS: [&str; 6] = ["hello", "Choice 0", "42", "yes", "thanks", "ada@example.com"];
const COMMANDS: [&str; 4] = ["start", "order", "go", "nothing"];
const SECONDS: [u32; 4] = [1, 30, 700, 90_000];

impl Move {
    /// Any three bytes are a move.
    pub fn of_bytes([what, a, b]: &[u8; 3]) -> Move {
        let person = a % 2;
        match what % 20 {
            0..=2 => Move::Says { person, text: TEXTS[*b as usize % TEXTS.len()] },
            3..=5 => Move::Command { person, name: COMMANDS[*b as usize % COMMANDS.len()] },
            6..=7 => Move::Presses { person, nth: *b },
            8..=16 => Move::Answers { nth: *a, how: if b % 5 == 0 { *b } else { 0 } },
            17..=18 => Move::Passes { seconds: SECONDS[*b as usize % SECONDS.len()] },
            _ => Move::Cancels { person },
        }
    }
}

pub fn moves() -> BoxedStrategy<Vec<Move>> {
    let person = || 0..2u8;
    let one = prop_oneof![
        3 => (person(), select(&TEXTS[..]))
            .prop_map(|(person, text)| Move::Says { person, text }),
        3 => (person(), select(&COMMANDS[..]))
            .prop_map(|(person, name)| Move::Command { person, name }),
        2 => (person(), any::<u8>()).prop_map(|(person, nth)| Move::Presses { person, nth }),
        8 => (any::<u8>(), prop_oneof![4 => Just(0), 1 => any::<u8>()])
            .prop_map(|(nth, how)| Move::Answers { nth, how }),
        2 => select(&SECONDS[..]).prop_map(|seconds| Move::Passes { seconds }),
        1 => person().prop_map(|person| Move::Cancels { person }),
    ];
    vec(one, 1..30).boxed()
}

/// How the host goes about it. None of it may change what a bot does.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// Each session is written down and read again before each step.
    pub sleeps: bool,
    pub traces: Option<usize>,
    /// Stops at these nodes, looks around, and goes on like this.
    pub stops: Vec<(SmolStr, SmolStr)>,
    pub goes: Vec<u8>,
}

pub struct Host {
    pub program: Arc<Program>,
    pub sessions: BTreeMap<SmolStr, Session>,
    pub variables: BTreeMap<(VarScope, SmolStr), Arc<Fields>>,
    pub pending: Vec<(SmolStr, Request)>,
    pub journal: BTreeMap<SmolStr, Vec<Entry>>,
    pub outcomes: Vec<Key>,
    pub now: Time,
    manner: Manner,
    timers: BTreeSet<(Time, TimerId, SmolStr)>,
    /// Whom a conversation's variables belong to: channel and person, channel and chat.
    whose: BTreeMap<SmolStr, [SmolStr; 2]>,
    buttons: Vec<SmolStr>,
    count: u64,
    pub trace: Trace,
}

impl Host {
    pub fn new(bot: &Bot, manner: Manner) -> Host {
        let trace = match manner.traces {
            None => Trace::Off,
            Some(0) => Trace::full(),
            Some(most) => Trace::ring(most),
        };
        Host {
            program: Arc::new(engine::compile(bot).0),
            sessions: BTreeMap::new(),
            variables: BTreeMap::new(),
            pending: Vec::new(),
            journal: BTreeMap::new(),
            outcomes: Vec::new(),
            now: Time(1_767_000_000_000),
            manner,
            timers: BTreeSet::new(),
            whose: BTreeMap::new(),
            buttons: Vec::new(),
            count: 0,
            trace,
        }
    }

    pub fn play(mut self, moves: &[Move]) -> Host {
        moves.iter().for_each(|one| self.make(one));
        self
    }

    pub fn make(&mut self, one: &Move) {
        match one {
            Move::Says { person, text } => {
                let message = Message { id: "1".into(), text: (*text).into(), ..Message::default() };
                self.offer(event(*person, What::Message(message)));
            }
            Move::Command { person, name } => {
                let command = Command { name: (*name).into(), args: "two".into(), ..Command::default() };
                self.offer(event(*person, What::Command(command)));
            }
            Move::Presses { person, nth } => {
                let Some(data) = pick(&self.buttons, *nth).cloned() else { return };
                self.offer(event(
                    *person,
                    What::Button(Pressed { data, id: "p".into(), ..Pressed::default() }),
                ));
            }
            Move::Answers { nth, how } => {
                if self.pending.is_empty() {
                    return;
                }
                let (conversation, request) = self.pending.remove(*nth as usize % self.pending.len());
                let result = answer(&request.effect, *how);
                self.input(&conversation, Body::Result { key: request.key, result });
            }
            Move::Passes { seconds } => self.passes(i64::from(*seconds) * 1_000),
            Move::Cancels { person } => {
                let conversation = format!("person:telegram:c{person}:{person}").into();
                if self.sessions.contains_key(&conversation) {
                    self.input(&conversation, Body::Cancel { run: None });
                }
            }
        }
    }

    fn passes(&mut self, millis: i64) {
        let end = self.now.after(millis);
        // What comes due goes on setting timers; a bot that does so without end is left at some point.
        for _ in 0..1_000 {
            let Some(first) = self.timers.first().filter(|(due, ..)| *due <= end).cloned() else { break };
            self.timers.remove(&first);
            self.now = self.now.max(first.0);
            self.input(&first.2, Body::Timer { id: first.1 });
        }
        self.now = end;
    }

    pub fn offer(&mut self, event: Event) {
        for offer in engine::route(&self.program, &event) {
            let person = event.person.as_ref().map(|person| person.id.clone()).unwrap_or_default();
            let chat = event.chat.as_ref().map(|chat| chat.id.clone()).unwrap_or_default();
            self.whose.insert(offer.conversation.clone(), [person, chat]);
            let body = Body::Event { event: event.clone(), trigger: offer.trigger };
            if self.input(&offer.conversation, body) {
                return;
            }
        }
    }

    fn shared(&self, conversation: &SmolStr) -> Shared {
        let [person, chat] = self.whose.get(conversation).cloned().unwrap_or_default();
        let of = |scope, name: SmolStr| self.variables.get(&(scope, name)).cloned().unwrap_or_default();
        Shared {
            user: of(VarScope::User, person),
            chat: of(VarScope::Chat, chat),
            bot: of(VarScope::Bot, SmolStr::default()),
        }
    }

    /// One step. Did anybody take the input?
    fn input(&mut self, conversation: &SmolStr, body: Body) -> bool {
        self.count += 1;
        let input = Input { id: format!("i{}", self.count).into(), at: self.now, body, alters: Vec::new() };
        let session =
            self.sessions.remove(conversation).unwrap_or_else(|| Session::new(conversation.clone(), 7));
        let session = if self.manner.sleeps {
            Session::from_bytes(&session.to_bytes()).expect("a session reads back")
        } else {
            session
        };
        let shared = self.shared(conversation);
        let outcome = self.step(session, &shared, &input);
        self.outcomes.push(outcome.hash());
        let entry = Entry::new(&self.program, &input, &shared, &outcome);
        self.journal.entry(conversation.clone()).or_default().push(entry);
        self.sessions.insert(conversation.clone(), outcome.session.clone());
        let taken = outcome.taken;
        self.commit(conversation, outcome);
        taken
    }

    fn step(&mut self, session: Session, shared: &Shared, input: &Input) -> Outcome {
        let program = self.program.clone();
        if self.manner.stops.is_empty() {
            return engine::step(&*program, session, shared, input, &mut self.trace);
        }
        let at = |(flow, node): &(SmolStr, SmolStr)| {
            Breakpoint::at(engine::Spot { flow: flow.clone(), node: node.clone() })
        };
        let mut debugger = Debugger::new(self.manner.stops.iter().map(at).collect());
        let mut became = debugger.offer(&*program, session, shared.clone(), input.clone(), &mut self.trace);
        for turn in 0.. {
            match became {
                Became::Done(outcome) => return *outcome,
                Became::Held => unreachable!("nothing else is going on"),
                Became::Paused(_) => {
                    let _ = debugger.evaluate("flow.x");
                    let how =
                        self.manner.goes.get(turn % self.manner.goes.len().max(1)).copied().unwrap_or(0);
                    if how % 5 == 4 {
                        debugger.back(&*program);
                    }
                    let go = [Go::On, Go::Into, Go::Over, Go::Out][how as usize % 4].clone();
                    // A bot that runs long is not gone through node by node.
                    let go = if turn > 60 { Go::On } else { go };
                    if turn > 120 {
                        debugger.muted = true;
                    }
                    became = debugger.go(&*program, go, &mut self.trace).expect("it is paused");
                }
            }
        }
        unreachable!()
    }

    fn commit(&mut self, conversation: &SmolStr, outcome: Outcome) {
        let [person, chat] = self.whose.get(conversation).cloned().unwrap_or_default();
        for write in &outcome.writes {
            let whose = match write.scope {
                VarScope::User => person.clone(),
                VarScope::Chat => chat.clone(),
                VarScope::Bot => SmolStr::default(),
            };
            let fields = Arc::make_mut(self.variables.entry((write.scope, whose)).or_default());
            let before = fields.get(&write.name).cloned().unwrap_or_default();
            match write.how.applied(before) {
                Some(after) => drop(fields.insert(write.name.clone(), after)),
                None => drop(fields.remove(&write.name)),
            }
        }
        self.pending.retain(|(_, request)| !outcome.dropped.contains(&request.key));
        self.timers.retain(|(_, id, _)| !outcome.timers_off.contains(id));
        self.timers.extend(outcome.timers.iter().map(|timer| (timer.due, timer.id, conversation.clone())));
        for request in outcome.effects {
            if let Effect::Send(send) = &request.effect
                && let Keyboard::Inline(rows) = &send.keyboard
            {
                self.buttons.extend(rows.iter().flatten().filter_map(|button| match &button.does {
                    ButtonDoes::Data(data) => Some(data.clone()),
                    ButtonDoes::Url(_) => None,
                }));
            }
            // Another try of the same.
            self.pending.retain(|(_, known)| known.key != request.key);
            self.pending.push((conversation.clone(), request));
        }
        for event in outcome.raised {
            self.offer(event);
        }
    }
}

pub fn event(person: u8, what: What) -> Event {
    let names = ["Ada", "Bob"];
    Event {
        channel: "telegram".into(),
        chat: Some(Chat { id: format!("c{person}").into(), ..Chat::default() }),
        person: Some(Person {
            id: format!("{person}").into(),
            first_name: Some(names[person as usize % 2].into()),
            ..Person::default()
        }),
        what,
    }
}

/// What the world says to an effect: that it was done, or one of the ways in which it can fail.
pub fn answer(effect: &Effect, how: u8) -> Result<Done, EffectError> {
    if how > 0
        && let Some(kind) = pick(effect.errors(), how)
    {
        return Err(EffectError::new(*kind, "it did not work"));
    }
    Ok(match effect {
        Effect::Send(_) | Effect::Edit(_) | Effect::Poll(_) => Done::Sent { message: "m1".into() },
        Effect::UserInfo { person } => {
            Done::Person { person: Fields::from_iter([("id", Data::from(person.clone()))]) }
        }
        Effect::Http(_) => Done::Http {
            status: 200,
            headers: Fields::default(),
            body: Data::object([("temp", Data::Int(20))]),
        },
        Effect::Query(_) => {
            Done::Rows { rows: Data::list([Data::object([("n", Data::Int(1))])]), changed: 1 }
        }
        Effect::Jq { .. } | Effect::Script { .. } | Effect::Keep(_) => Done::Value { value: Data::Int(1) },
        Effect::Prompt(_) => Done::Answer(AiAnswer { text: "hello".into(), ..AiAnswer::default() }),
        _ => Done::Done,
    })
}

fn pick<T>(of: &[T], nth: u8) -> Option<&T> {
    if of.is_empty() { None } else { of.get(nth as usize % of.len()) }
}
