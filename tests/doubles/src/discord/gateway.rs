//! Sessions of the gateway: what each was told, so that it can be told again, and which intents it has.

use std::collections::VecDeque;

use serde::de::DeserializeSeed;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use twilight_model::gateway::Intents;
use twilight_model::gateway::event::DispatchEventWithTypeDeserializer;

use super::world::is_by;
use crate::fault::Disturb;

#[derive(Default)]
pub(crate) struct Gateway {
    pub sessions: Vec<Session>,
    pub disturb: VecDeque<Disturb>,
    held: Option<Event>,
    /// Intents that this application was not granted.
    pub refused_intents: u64,
    /// Of signed interactions, in hexadecimal.
    pub public_key: String,
    /// Where interactions are posted instead of being told here.
    pub endpoint: Option<String>,
}

pub(crate) struct Session {
    pub id: String,
    pub intents: Intents,
    pub seq: u64,
    /// Everything it was told, by sequence.
    pub log: Vec<(u64, Value)>,
    pub line: Option<UnboundedSender<Order>>,
    /// Which connection has it.
    pub connection: u64,
}

/// What a connection is to do.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    Tell(Value),
    Close(u16, &'static str),
    /// The line breaks without a word.
    Drop,
}

#[derive(Clone)]
struct Event {
    name: &'static str,
    needs: Intents,
    payload: Value,
    /// What a session without the intent for content sees.
    bare: Value,
}

impl Gateway {
    /// Tells an event to all sessions that asked for its kind.
    pub fn dispatch(&mut self, name: &'static str, guild: Option<u64>, bot: u64, payload: Value) {
        checked(name, &payload);
        let bare = without_content(name, guild, bot, &payload);
        let event = Event { name, needs: needs(name, guild.is_some()), payload, bare };
        match self.disturb.pop_front() {
            Some(Disturb::Late) if self.held.is_none() => {
                self.held = Some(event);
                return;
            }
            Some(Disturb::Twice) => self.tell(&event, 2),
            _ => self.tell(&event, 1),
        }
        if let Some(late) = self.held.take() {
            self.tell(&late, 1);
        }
    }

    fn tell(&mut self, event: &Event, times: usize) {
        for session in self.sessions.iter_mut().filter(|session| session.intents.contains(event.needs)) {
            let has_content = session.intents.contains(Intents::MESSAGE_CONTENT);
            session.tell(event.name, if has_content { &event.payload } else { &event.bare }, times);
        }
    }
}

impl Session {
    /// Told twice, an event keeps its sequence.
    pub fn tell(&mut self, name: &str, payload: &Value, times: usize) {
        self.seq += 1;
        let frame = json!({"op": 0, "t": name, "s": self.seq, "d": payload});
        self.log.push((self.seq, frame.clone()));
        if let Some(line) = &self.line {
            for _ in 0..times {
                let _ = line.send(Order::Tell(frame.clone()));
            }
        }
    }
}

/// Events are written as the documentation has them; what twilight cannot read does not go out.
pub(crate) fn checked(name: &str, payload: &Value) {
    if let Err(error) = DispatchEventWithTypeDeserializer::new(name).deserialize(payload) {
        panic!("the double would tell a {name} that twilight-model does not read: {error}\n{payload:#}");
    }
}

fn needs(name: &str, in_guild: bool) -> Intents {
    match name {
        "MESSAGE_CREATE" | "MESSAGE_UPDATE" | "MESSAGE_DELETE" if in_guild => Intents::GUILD_MESSAGES,
        "MESSAGE_CREATE" | "MESSAGE_UPDATE" | "MESSAGE_DELETE" => Intents::DIRECT_MESSAGES,
        "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE" if in_guild => Intents::GUILD_MESSAGE_REACTIONS,
        "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE" => Intents::DIRECT_MESSAGE_REACTIONS,
        "GUILD_MEMBER_ADD" | "GUILD_MEMBER_REMOVE" | "GUILD_MEMBER_UPDATE" => Intents::GUILD_MEMBERS,
        "GUILD_CREATE" | "GUILD_DELETE" | "CHANNEL_CREATE" => Intents::GUILDS,
        _ => Intents::empty(),
    }
}

/// Without the intent for content, messages of a guild come empty, unless they are the bot's own or name it.
fn without_content(name: &str, guild: Option<u64>, bot: u64, payload: &Value) -> Value {
    let mut bare = payload.clone();
    let is_message = matches!(name, "MESSAGE_CREATE" | "MESSAGE_UPDATE");
    let is_own = is_by(payload, bot);
    let names_it = payload["content"].as_str().is_some_and(|content| content.contains(&format!("<@{bot}>")));
    if is_message && guild.is_some() && !is_own && !names_it {
        bare["content"] = json!("");
        for list in ["embeds", "attachments", "components"] {
            bare[list] = json!([]);
        }
    }
    bare
}
