//! The channel against the double of Discord: what people do, what bots ask for, and what goes wrong between.

mod alike;
#[path = "../alike/mod.rs"]
mod effects;
mod hears;
mod interactions;
mod lines;
mod performs;
#[path = "../server/mod.rs"]
mod server;

use std::time::Duration;

use channels::discord::{Listener, Place, Told};
use channels::{CommandSpec, Discord, Fetching, Files, Heard};
use doubles::discord as played;
use engine::effect::{Done, Effect, EffectError, ErrorKind, Origin, Request};
use engine::{Event, Key};
use smol_str::SmolStr;

pub struct Line {
    pub double: doubles::Discord,
    pub bot: Discord,
    pub listener: Listener,
    /// Where the bot's listener is.
    pub place: Option<Place>,
}

impl Line {
    /// Connected, with a guild where Ada is.
    pub async fn new() -> (Line, played::Place, played::Person) {
        let double = doubles::Discord::start().await;
        let place = double.guild("Club");
        let ada = double.person("Ada");
        ada.joins(place.guild);
        let bot = connect(&double).await.unwrap();
        let listener = bot.listen(None);
        let mut line = Line { double, bot, listener, place: None };
        assert_eq!(line.told().await.heard, None, "the first is where it is");
        line.double.until_connected(Duration::from_secs(5)).await;
        (line, place, ada)
    }

    pub async fn told(&mut self) -> Told {
        loop {
            let told = tokio::time::timeout(Duration::from_secs(10), self.listener.next()).await;
            match told.expect("something comes").expect("it listens") {
                Ok(told) => {
                    self.place = Some(told.place.clone());
                    return told;
                }
                Err(error) => assert!(error.passes(), "{error}"),
            }
        }
    }

    pub async fn heard(&mut self) -> Heard {
        loop {
            let told = self.told().await;
            assert_eq!(told.unknown, None);
            if let Some(heard) = told.heard {
                return heard;
            }
        }
    }

    pub async fn event(&mut self) -> Event {
        self.heard().await.event
    }

    pub async fn does(&self, effect: Effect, origin: &Origin) -> Result<Done, EffectError> {
        self.tries(effect, origin, 1).await
    }

    pub async fn tries(&self, effect: Effect, origin: &Origin, attempt: u32) -> Result<Done, EffectError> {
        let mut name = std::hash::DefaultHasher::new();
        std::hash::Hash::hash(&format!("{effect:?}{origin:?}"), &mut name);
        let key = Key(u128::from(std::hash::Hasher::finish(&name)) << 64);
        let request =
            Request { key, flow: "main".into(), node: "n1".into(), attempt, effect, origin: origin.clone() };
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

    pub async fn offers(&self, name: &str) {
        let command = CommandSpec {
            name: name.into(),
            description: "Do it".into(),
            is_slash: true,
            ..CommandSpec::default()
        };
        self.bot.set_commands(&[command]).await.unwrap();
    }

    pub fn is_clean(&self) {
        assert_eq!(self.double.record().violations(), Vec::<String>::new());
    }
}

pub async fn connect(double: &doubles::Discord) -> Result<Discord, channels::ChannelError> {
    Discord::connect(double.token(), Some(&double.url().parse().unwrap())).await
}

pub fn to(channel: u64) -> Origin {
    Origin { channel: "discord".into(), chat: Some(channel.to_string().into()), ..Origin::default() }
}

/// A message's number on the wire.
pub fn number(id: &SmolStr) -> u64 {
    id.rsplit(':').next().unwrap().parse().unwrap()
}

/// The bot's folder: one file. What is fetched is its address.
pub struct Folder;

impl Files for Folder {
    fn asset(&self, path: &str) -> Result<Vec<u8>, EffectError> {
        match path {
            "assets/menu.jpg" => Ok(b"menu".to_vec()),
            _ => Err(EffectError::new(ErrorKind::NotFound, "There is no such file.")),
        }
    }

    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move { Ok(url.as_bytes().to_vec()) })
    }
}
