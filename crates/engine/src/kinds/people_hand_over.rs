//! A human takes the conversation over.

use flow::descriptor::{Descriptor, Family, Field};
use flow::{Data, Time};

use super::parts::{ERROR, base, duration, example, port, with_effect, words};
use crate::build::Build;
use crate::effect::{Done, Effect};
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{team}",
        help: "Tells your team that a human is needed, and keeps still: what the person writes from now on is not for the bot. \
               It goes on by *Given back* when the event is sent for this conversation or the person writes one of the words, and by *Time is over* \
               when nobody did. A command such as `/start` still reaches the bot.",
        synonyms: &["human", "agent", "support", "operator", "escalate", "live chat", "handoff", "takeover"],
        effect: true,
        waits: true,
        ports: vec![port("out", "Given back"), port("timeout", "Time is over"), ERROR],
        fields: with_effect(
            "30s",
            vec![
                Field::long_text("note", "Note for the team")
                    .placeholder("{{ user.name }} asks about order {{ user.order }}"),
                Field::text("team", "Team").placeholder("support"),
                Field::word("event", "Event that gives it back").default("handed-back"),
                Field::word("words", "Words that give it back")
                    .placeholder("bot, back to the bot")
                    .help("With commas between them."),
                duration("timeout", "Wait at most").help("Left empty, until it is given back."),
            ],
        ),
        ..base("people.hand_over", Family::People, "Hand over to a human", "user-check")
    };
    it.example =
        example(&it, r#"{"note": "{{ user.first_name }} needs help", "team": "support", "timeout": "2h"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(HandOver {
        note: of.source("note")?,
        team: of.source("team")?,
        event: of.word("event").into(),
        words: words(&of.word("words")),
        timeout: of.duration("timeout")?,
    }))
}

#[derive(Debug)]
struct HandOver {
    note: Source,
    team: Source,
    event: String,
    words: Vec<String>,
    timeout: Option<Source>,
}

impl Behaviour for HandOver {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let note = at.text(&self.note).map_err(|fault| fault.at("note"))?;
        let team = at.text(&self.team).map_err(|fault| fault.at("team"))?;
        Ok(Next::Do(Box::new(Effect::HandOver { note, team })))
    }

    fn done(&self, at: &mut At<'_>, _: &Done) -> Turn {
        let until = self.timeout.as_ref().map(|timeout| at.after(timeout)).transpose();
        let until = until.map_err(|fault| fault.at("timeout"))?;
        at.keep(until.map(|until| until.0).into());
        Ok(Next::Wait(until))
    }

    fn event(&self, at: &mut At<'_>, event: &Event) -> Option<Turn> {
        match &event.what {
            What::Custom { name, data } if *name == self.event => {
                at.give(Data::object([("by", "event".into()), ("data", data.clone())]));
                Some(Next::out())
            }
            What::Message(message) if self.words.contains(&message.text.trim().to_lowercase()) => {
                at.give(Data::object([("by", "word".into()), ("data", Data::Null)]));
                Some(Next::out())
            }
            // It is for the human: taken, so that no trigger hears it, and nothing more.
            What::Message(_) => Some(Ok(Next::Wait(at.memo().as_int().map(Time)))),
            _ => None,
        }
    }

    fn due(&self, _: &mut At<'_>) -> Turn {
        Next::go("timeout")
    }
}
