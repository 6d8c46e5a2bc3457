//! What the brain knows without asking the store. Everything in it is on disk, or in the round at hand.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use engine::input::{Owners, VarScope, Write};
use engine::{Session, Shared};
use flow::Data;
use flow::data::Fields;
use smol_str::SmolStr;
use store::{Store, StoreError, Variable};
use xxhash_rust::xxh3::xxh3_64_with_seed;

pub struct Memory {
    bot: String,
    seed: u64,
    store: Store,
    sessions: HashMap<SmolStr, Session>,
    variables: HashMap<(u8, SmolStr), Arc<Fields>>,
}

/// When more is known than this, all of it is forgotten between two rounds and read again as it is needed.
const MOST: usize = 20_000;

impl Memory {
    pub fn new(bot: &str, seed: u64, store: Store) -> Memory {
        Memory { bot: bot.into(), seed, store, sessions: HashMap::new(), variables: HashMap::new() }
    }

    /// Forgets, so that what is on disk counts.
    pub fn clear(&mut self) {
        self.sessions.clear();
        self.variables.clear();
    }

    pub fn trim(&mut self) {
        if self.sessions.len() + self.variables.len() > MOST {
            self.clear();
        }
    }

    /// Reads at once what a round will need.
    pub async fn prefetch(
        &mut self,
        conversations: HashSet<SmolStr>,
        whose: HashSet<Owners>,
    ) -> Result<(), StoreError> {
        let names: Vec<String> = conversations
            .into_iter()
            .filter(|name| !self.sessions.contains_key(name))
            .map(String::from)
            .collect();
        self.read_sessions(&names).await?;
        let owners: HashSet<(u8, SmolStr)> = whose
            .iter()
            .flat_map(|whose| VarScope::ALL.map(|scope| (scope as u8, whose.owner(scope))))
            .filter(|owner| !self.variables.contains_key(owner))
            .collect();
        self.read_variables(owners).await
    }

    async fn read_sessions(&mut self, names: &[String]) -> Result<(), StoreError> {
        if names.is_empty() {
            return Ok(());
        }
        let mut found: HashMap<String, String> =
            self.store.sessions(&self.bot, names).await?.into_iter().collect();
        for name in names {
            let known = found.remove(name).and_then(|body| {
                let read = Session::from_bytes(body.as_bytes());
                read.inspect_err(|error| tracing::error!(conversation = name, %error, "a session cannot be read; it begins anew")).ok()
            });
            let seed = xxh3_64_with_seed(name.as_bytes(), self.seed);
            let session = known.unwrap_or_else(|| Session::new(name.as_str(), seed));
            self.sessions.insert(name.into(), session);
        }
        Ok(())
    }

    async fn read_variables(&mut self, owners: HashSet<(u8, SmolStr)>) -> Result<(), StoreError> {
        if owners.is_empty() {
            return Ok(());
        }
        let asked: Vec<(u8, String)> =
            owners.iter().map(|(scope, owner)| (*scope, owner.to_string())).collect();
        let rows = self.store.variables(&self.bot, &asked).await?;
        let mut found: HashMap<(u8, SmolStr), Fields> =
            owners.into_iter().map(|owner| (owner, Fields::default())).collect();
        for (scope, owner, name, value) in rows {
            let value: Data = serde_json::from_str(&value).unwrap_or_default();
            found.entry((scope, owner.into())).or_default().insert(name.into(), value);
        }
        self.variables.extend(found.into_iter().map(|(owner, fields)| (owner, Arc::new(fields))));
        Ok(())
    }

    pub async fn session(&mut self, name: &SmolStr) -> Result<Session, StoreError> {
        if !self.sessions.contains_key(name) {
            self.read_sessions(&[name.to_string()]).await?;
        }
        Ok(self.sessions[name].clone())
    }

    pub fn known(&self, name: &str) -> Option<&Session> {
        self.sessions.get(name)
    }

    pub fn keep(&mut self, session: Session) {
        self.sessions.insert(session.id.clone(), session);
    }

    pub async fn shared(&mut self, whose: &Owners) -> Result<Shared, StoreError> {
        let owners = VarScope::ALL.map(|scope| (scope as u8, whose.owner(scope)));
        let missing = owners.iter().filter(|owner| !self.variables.contains_key(*owner)).cloned().collect();
        self.read_variables(missing).await?;
        let [user, chat, bot] = owners.map(|owner| self.variables[&owner].clone());
        Ok(Shared { user, chat, bot })
    }

    /// Does a write, and says what is to be written down.
    pub fn write(&mut self, whose: &Owners, write: &Write, usual: &Fields) -> Variable {
        let owner = (write.scope as u8, whose.owner(write.scope));
        let fields = Arc::make_mut(self.variables.entry(owner.clone()).or_default());
        let before = fields.get(&write.name).or_else(|| usual.get(&write.name)).cloned().unwrap_or_default();
        let after = write.how.applied(before);
        let value = after.as_ref().map(|value| serde_json::to_string(value).unwrap_or_default());
        match after {
            Some(value) => drop(fields.insert(write.name.clone(), value)),
            None => drop(fields.remove(&write.name)),
        }
        let (scope, owner) = owner;
        Variable { scope, owner: owner.into(), name: write.name.to_string(), value }
    }
}
