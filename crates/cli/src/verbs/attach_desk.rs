//! What `nexus attach` has before it: whom there is to talk about, what is stopped where, and the bot by whose names people call nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::Spot;
use engine::recording;
use remote::{Attached, Gone, Told};
use runner::debug::{Command, Conversation, Hello, Inspected, News, Refused, Reply, Stopped};
use sim::Stage;
use smol_str::{SmolStr, ToSmolStr};

pub struct Desk {
    pub attached: Attached,
    pub hello: Hello,
    /// Programs by their hash, as far as they were needed.
    stages: BTreeMap<SmolStr, Arc<Stage>>,
    /// Conversations by number, with a name for each.
    known: Vec<(SmolStr, String)>,
    pub paused: BTreeMap<SmolStr, Stopped>,
    /// The conversation that commands are about.
    pub chosen: Option<SmolStr>,
    /// Where the last command has led to, until it is shown.
    pub arrived: Option<Stopped>,
    /// Is waiting for a stop, until then.
    pub waits: Option<tokio::time::Instant>,
    pub over: bool,
    /// A command could not be carried out.
    pub failed: bool,
}

/// Why a command did not do what it should.
#[derive(Debug)]
pub enum Trouble {
    Refused(String),
    Gone(Gone),
}

impl From<Gone> for Trouble {
    fn from(gone: Gone) -> Trouble {
        Trouble::Gone(gone)
    }
}

impl From<String> for Trouble {
    fn from(why: String) -> Trouble {
        Trouble::Refused(why)
    }
}

impl From<&str> for Trouble {
    fn from(why: &str) -> Trouble {
        Trouble::Refused(why.into())
    }
}

impl Desk {
    pub fn new(attached: Attached, hello: Hello) -> Desk {
        Desk {
            attached,
            hello,
            stages: BTreeMap::new(),
            known: Vec::new(),
            paused: BTreeMap::new(),
            chosen: None,
            arrived: None,
            waits: None,
            over: false,
            failed: false,
        }
    }

    pub async fn ask(&self, command: Command) -> Result<Reply, Trouble> {
        let answer = self.attached.ask::<Reply, Refused>(&command).await?;
        answer.map_err(|refused| Trouble::Refused(refused.why))
    }

    /// What was told already, without waiting.
    pub async fn told(&self) -> Option<Result<Told<News>, Gone>> {
        tokio::select! {
            biased;
            told = self.attached.news() => Some(told),
            () = std::future::ready(()) => None,
        }
    }

    /// The bot that new runs begin on.
    pub async fn stage(&mut self) -> Result<Arc<Stage>, Trouble> {
        self.stage_of(&self.hello.program.clone()).await
    }

    pub async fn stage_of(&mut self, hash: &SmolStr) -> Result<Arc<Stage>, Trouble> {
        if let Some(stage) = self.stages.get(hash) {
            return Ok(Arc::clone(stage));
        }
        let Reply::Program { files, .. } = self.ask(Command::Program { hash: hash.clone() }).await? else {
            return Err("The runner does not show the bot.".into());
        };
        let stage = Stage::new(recording::bot(&files));
        self.stages.insert(hash.clone(), Arc::clone(&stage));
        Ok(stage)
    }

    /// As a person calls it; of a program that is not known, by its id.
    pub fn node(&self, hash: &SmolStr, spot: &Spot) -> SmolStr {
        let by_hash = self.stages.get(hash).or_else(|| self.stages.get(&self.hello.program));
        by_hash.map_or_else(|| spot.node.clone(), |stage| stage.name_of(spot))
    }

    pub async fn find_node(&mut self, name: &str) -> Result<Spot, Trouble> {
        let stage = self.stage().await?;
        Ok(sim::cases::find_node(&stage, name)?)
    }

    /// `1 Ada`; whoever is new gets the next number.
    pub async fn label(&mut self, conversation: &SmolStr) -> Result<String, Gone> {
        if let Some(known) = self.labelled(conversation) {
            return Ok(known);
        }
        match self.ask(Command::Inspect { conversation: conversation.clone() }).await {
            Ok(Reply::Inspected(inspected)) => Ok(self.knows(&inspected.conversation)),
            Err(Trouble::Gone(gone)) => Err(gone),
            _ => Ok(self.numbered(conversation, conversation.to_string())),
        }
    }

    pub fn labelled(&self, conversation: &str) -> Option<String> {
        let number = self.known.iter().position(|(known, _)| known == conversation)?;
        Some(format!("{} {}", number + 1, self.known[number].1))
    }

    pub fn knows(&mut self, conversation: &Conversation) -> String {
        match self.labelled(&conversation.id) {
            Some(known) => known,
            None => self.numbered(&conversation.id, name(conversation)),
        }
    }

    fn numbered(&mut self, conversation: &SmolStr, name: String) -> String {
        self.known.push((conversation.clone(), name));
        self.labelled(conversation).unwrap_or_default()
    }

    /// By number, name or id.
    pub fn conversation(&self, named: &str) -> Result<SmolStr, Trouble> {
        let by_number = named.parse::<usize>().ok().and_then(|n| self.known.get(n.checked_sub(1)?));
        if let Some((conversation, _)) = by_number {
            return Ok(conversation.clone());
        }
        let mut found = self.known.iter().filter(|(id, name)| id == named || name == named);
        match (found.next(), found.next()) {
            (Some((conversation, _)), None) => Ok(conversation.clone()),
            (Some(_), Some(_)) => Err(format!("Several are called `{named}`; say its number.").into()),
            // One that was not listed yet.
            (None, _) if named.contains(':') => Ok(named.to_smolstr()),
            (None, _) => {
                Err(format!("There is no conversation `{named}`; `conversations` lists them.").into())
            }
        }
    }

    /// The one that is stopped which commands are about.
    pub fn stopped(&self) -> Result<&Stopped, Trouble> {
        let chosen = self.chosen.as_ref().and_then(|chosen| self.paused.get(chosen));
        let mut all = self.paused.values();
        match (chosen, all.next(), all.next()) {
            (Some(chosen), ..) => Ok(chosen),
            (None, Some(only), None) => Ok(only),
            (None, None, _) => Err("Nothing is stopped; break NODE stops before a node.".into()),
            (None, ..) => {
                let all = self.paused.keys().filter_map(|conversation| self.labelled(conversation));
                let all = all.collect::<Vec<_>>().join(", ");
                Err(format!("Several are stopped ({all}); `in N` says which one you mean.").into())
            }
        }
    }

    /// The conversation that commands are about, stopped or not.
    pub fn about(&self) -> Result<SmolStr, Trouble> {
        match (&self.chosen, self.stopped()) {
            (Some(chosen), _) => Ok(chosen.clone()),
            (None, Ok(stopped)) => Ok(stopped.conversation.clone()),
            (None, Err(_)) => {
                Err("Which conversation? `conversations` lists them, `in N` chooses one.".into())
            }
        }
    }

    pub async fn inspect(&mut self) -> Result<Box<Inspected>, Trouble> {
        match self.ask(Command::Inspect { conversation: self.about()? }).await? {
            Reply::Inspected(inspected) => Ok(inspected),
            _ => Err("The runner does not show it.".into()),
        }
    }
}

fn name(conversation: &Conversation) -> String {
    let person = conversation.person.as_ref();
    let named = person.and_then(|person| person.first_name.as_ref().or(person.username.as_ref()));
    let title = conversation.chat.as_ref().and_then(|chat| chat.title.as_ref());
    match (named, title) {
        (Some(name), Some(title)) => format!("{name} in {title}"),
        (Some(name), None) | (None, Some(name)) => name.to_string(),
        (None, None) => conversation.id.to_string(),
    }
}

/// The same stop: told as an answer and as news.
pub fn same(one: &Stopped, other: &Stopped) -> bool {
    (&one.spot, &one.port, one.run, &one.token, one.tick, &one.input)
        == (&other.spot, &other.port, other.run, &other.token, other.tick, &other.input)
}
