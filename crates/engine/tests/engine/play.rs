//! Plays with one conversation of a bot: says things, answers effects, moves the clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::effect::{ButtonDoes, Keyboard};
use engine::event::{Chat, Command, Message, Person, Pressed};
use engine::input::Timer;
use engine::step::Shared;
use engine::{
    Body, Done, Effect, EffectError, Event, Input, Outcome, Program, Request, Session, Trace, What,
};
use flow::{Bot, Data, Time};

pub struct Play {
    pub program: Program,
    pub session: Session,
    pub shared: Shared,
    pub now: Time,
    pub trace: Trace,
    /// What was asked of the world and not answered yet.
    pub asked: Vec<Request>,
    pub timers: Vec<Timer>,
    /// Every text that was sent.
    pub sent: Vec<String>,
    pub outcomes: Vec<Outcome>,
    count: u64,
}

/// A bot of one flow, from its nodes as JSON.
pub fn bot(nodes: &str, variables: &str) -> Bot {
    let text = format!(r#"{{"id": "main", "name": "Main", "nodes": {nodes}}}"#);
    let parsed = flow::text::parse_flow(text.as_bytes());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let manifest = format!(
        r#"{{"id": "b", "name": "B", "channels": ["telegram"], "variables": {variables}, "settings": {{"shop": "Corner"}}}}"#
    );
    Bot {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), parsed.value)].into(),
        texts: BTreeMap::new(),
    }
}

impl Play {
    pub fn new(bot: &Bot) -> Play {
        let (program, problems) = engine::compile(bot);
        assert!(problems.is_empty(), "{problems:#?}");
        Play {
            program,
            session: Session::new("person:telegram:1:7", 42),
            shared: Shared::default(),
            now: Time::parse("2026-01-01T12:00:00Z").unwrap(),
            trace: Trace::full(),
            asked: Vec::new(),
            timers: Vec::new(),
            sent: Vec::new(),
            outcomes: Vec::new(),
            count: 0,
        }
    }

    pub fn event(what: What) -> Event {
        Event {
            channel: "telegram".into(),
            chat: Some(Chat { id: "1".into(), ..Chat::default() }),
            person: Some(Person { id: "7".into(), first_name: Some("Ada".into()), ..Person::default() }),
            what,
        }
    }

    /// One input; messages that it sends are taken to have arrived.
    pub fn input(&mut self, body: Body) -> &mut Play {
        self.one(body);
        while let Some(place) = self.asked.iter().position(|request| {
            matches!(
                request.effect,
                Effect::Send(_) | Effect::Typing | Effect::Confirm { .. } | Effect::Log { .. }
            )
        }) {
            let request = self.asked.remove(place);
            if let Effect::Send(send) = &request.effect {
                self.sent.push(send.text.to_string());
            }
            let message = format!("m{}", self.sent.len()).into();
            self.one(Body::Result { key: request.key, result: Ok(Done::Sent { message }) });
        }
        self
    }

    fn one(&mut self, body: Body) {
        self.count += 1;
        // A session is its text and nothing else.
        let session = Session::from_bytes(&self.session.to_bytes()).expect("a session reads back");
        assert_eq!(session, self.session);
        let input = Input { id: format!("i{}", self.count).into(), at: self.now, body, alters: Vec::new() };
        let outcome = engine::step(&self.program, session, &self.shared, &input, &mut self.trace);
        self.session = outcome.session.clone();
        self.asked.retain(|request| !outcome.dropped.contains(&request.key));
        self.timers.retain(|timer| !outcome.timers_off.contains(&timer.id));
        self.asked.extend(outcome.effects.clone());
        self.timers.extend(outcome.timers.clone());
        for write in &outcome.writes {
            let scope = match write.scope {
                engine::input::VarScope::User => &mut self.shared.user,
                engine::input::VarScope::Chat => &mut self.shared.chat,
                engine::input::VarScope::Bot => &mut self.shared.bot,
            };
            let fields = Arc::make_mut(scope);
            let before = fields.get(&write.name).cloned().unwrap_or_default();
            match write.how.applied(before) {
                Some(after) => drop(fields.insert(write.name.clone(), after)),
                None => drop(fields.remove(&write.name)),
            }
        }
        let raised = outcome.raised.clone();
        self.outcomes.push(outcome);
        for event in raised {
            self.offer(event);
        }
    }

    pub fn offer(&mut self, event: Event) {
        let trigger = engine::route(&self.program, &event).into_iter().find_map(|offer| offer.trigger);
        self.input(Body::Event { event, trigger });
    }

    pub fn says(&mut self, text: &str) -> &mut Play {
        let what = match text.strip_prefix('/') {
            Some(command) => {
                let (name, args) = command.split_once(' ').unwrap_or((command, ""));
                What::Command(Command { name: name.into(), args: args.into(), ..Command::default() })
            }
            None => What::Message(Message { id: "in".into(), text: text.into(), ..Message::default() }),
        };
        self.offer(Play::event(what));
        self
    }

    /// Presses the button with this label at the latest message that has it.
    pub fn presses(&mut self, label: &str) -> &mut Play {
        let sends = self.outcomes.iter().rev().flat_map(|outcome| outcome.effects.iter().rev());
        let data = sends
            .filter_map(|request| match &request.effect {
                Effect::Send(send) => Some(&send.keyboard),
                _ => None,
            })
            .find_map(|keyboard| match keyboard {
                Keyboard::Inline(rows) => rows.iter().flatten().find(|button| button.label == label),
                _ => None,
            })
            .map(|button| match &button.does {
                ButtonDoes::Data(data) | ButtonDoes::Url(data) => data.clone(),
            })
            .unwrap_or_else(|| panic!("there is no button {label}"));
        self.offer(Play::event(What::Button(Pressed { data, ..Pressed::default() })));
        self
    }

    /// Answers the oldest effect that waits.
    pub fn answers(&mut self, result: Result<Done, EffectError>) -> &mut Play {
        let request = self.asked.remove(0);
        self.input(Body::Result { key: request.key, result })
    }

    /// Lets time go by; what comes due on the way happens in order.
    pub fn passes(&mut self, duration: &str) -> &mut Play {
        let end = self.now.after(flow::time::duration(duration).expect("a duration"));
        loop {
            self.timers.sort();
            match self.timers.first().copied().filter(|timer| timer.due <= end) {
                Some(timer) => {
                    self.timers.remove(0);
                    self.now = self.now.max(timer.due);
                    self.input(Body::Timer { id: timer.id });
                }
                None => break,
            }
        }
        self.now = end;
        self
    }

    #[track_caller]
    pub fn sent(&mut self, expected: &[&str]) -> &mut Play {
        assert_eq!(self.sent, expected);
        self.sent.clear();
        self
    }

    pub fn var(&self, scope: &str, name: &str) -> Data {
        let fields = match scope {
            "user" => &self.shared.user,
            "chat" => &self.shared.chat,
            _ => &self.shared.bot,
        };
        fields.get(name).cloned().unwrap_or_default()
    }
}
