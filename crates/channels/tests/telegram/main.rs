//! The channel against the double of Telegram: what people do, what bots ask for, and what goes wrong between.

mod alike;
#[path = "../alike/mod.rs"]
mod effects;
mod faults;
mod hears;
mod performs;
#[path = "../server/mod.rs"]
mod server;

use std::time::Duration;

use channels::telegram::Update;
use channels::{Fetching, Files, Telegram};
use doubles::telegram::Person;
use engine::effect::{Done, Effect, EffectError, ErrorKind, Origin, Request};
use engine::{Event, Key};
use smol_str::SmolStr;

pub struct Line {
    pub double: doubles::Telegram,
    pub bot: Telegram,
    pub offset: i64,
}

impl Line {
    pub async fn new() -> Line {
        let double = doubles::Telegram::start().await;
        let bot = connect(&double).await.unwrap();
        let mut line = Line { double, bot, offset: 0 };
        // From now on all kinds of updates are kept for the bot.
        assert!(line.hear().await.is_empty());
        line
    }

    pub async fn updates(&mut self) -> Vec<Update> {
        let updates = self.bot.poll(self.offset, Duration::ZERO).await.unwrap();
        self.offset = updates.iter().map(|update| update.next).max().unwrap_or(self.offset);
        updates
    }

    pub async fn hear(&mut self) -> Vec<Event> {
        let updates = self.updates().await;
        updates.into_iter().flat_map(|update| update.heard).map(|heard| heard.event).collect()
    }

    pub async fn does(&self, effect: Effect, origin: &Origin) -> Result<Done, EffectError> {
        self.tries(effect, origin, 1).await
    }

    pub async fn tries(&self, effect: Effect, origin: &Origin, attempt: u32) -> Result<Done, EffectError> {
        let request = Request {
            key: Key(1),
            flow: "main".into(),
            node: "n1".into(),
            attempt,
            effect,
            origin: origin.clone(),
        };
        self.bot.perform(&request, &Folder).await
    }

    /// The id of a message that is to be sent.
    pub async fn sends(&self, effect: Effect, origin: &Origin) -> SmolStr {
        match self.does(effect.clone(), origin).await {
            Ok(Done::Sent { message }) => message,
            other => panic!("{effect:?}: {other:?}"),
        }
    }

    pub async fn fails(&self, effect: Effect, origin: &Origin) -> (ErrorKind, SmolStr) {
        match self.does(effect.clone(), origin).await {
            Err(error) => (error.kind, error.message),
            Ok(done) => panic!("{effect:?}: {done:?}"),
        }
    }

    pub fn is_clean(&self) {
        assert_eq!(self.double.record().violations(), Vec::<String>::new());
    }
}

pub async fn connect(double: &doubles::Telegram) -> Result<Telegram, channels::ChannelError> {
    Telegram::connect(double.token(), Some(&double.url().parse().unwrap())).await
}

pub fn to(chat: i64) -> Origin {
    Origin { channel: "telegram".into(), chat: Some(chat.to_string().into()), ..Origin::default() }
}

pub fn of(person: &Person) -> Origin {
    Origin { person: Some(person.id.to_string().into()), ..to(person.private()) }
}

/// A message's number on the wire.
pub fn number(id: &SmolStr) -> i32 {
    id.rsplit(':').next().unwrap().parse().unwrap()
}

/// The bot's folder: one file.
pub struct Folder;

impl Files for Folder {
    fn asset(&self, path: &str) -> Result<Vec<u8>, EffectError> {
        match path {
            "assets/menu.jpg" => Ok(b"menu".to_vec()),
            _ => Err(EffectError::new(ErrorKind::NotFound, "There is no such file.")),
        }
    }

    fn fetch<'a>(&'a self, _: &'a str) -> Fetching<'a> {
        Box::pin(async { Err(EffectError::new(ErrorKind::Forbidden, "Nothing is fetched here.")) })
    }
}
