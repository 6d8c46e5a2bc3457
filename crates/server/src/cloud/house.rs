//! All bots of a runner, and how they come to live, change and stop.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use bundle::{Bundle, Signed};
use flow::Bot as Document;
use remote::frames::Because;
use remote::wire;
use remote::wire::{Code, Scope, Version};
use runner::host::{self, Addresses, Assets, Hearing, HostError, Plan, Reach};
use store::Store;
use url::Url;
use vault::Vault;

use super::answer::No;
use super::registry::{self, Entry, Registry, Token, hashed};
use super::slot::Slot;
use super::{CloudError, Setup};

pub struct House {
    pub store: Store,
    pub vault: Vault,
    data: PathBuf,
    local: Option<Source>,
    take_over: bool,
    public: Option<Url>,
    addresses: Addresses,
    reach: Reach,
    registry: Mutex<Registry>,
    slots: RwLock<BTreeMap<String, Arc<Slot>>>,
}

/// A bot as it is to live.
#[derive(Clone)]
pub struct Source {
    pub document: Arc<Document>,
    pub assets: Assets,
}

const REGISTRY: &str = "registry.json";
const BUNDLES: &str = "bundles";

impl House {
    /// Opens the folder. The second value is its first token, where it has none yet.
    pub async fn open(setup: Setup) -> Result<(Arc<House>, Option<String>), CloudError> {
        let Setup { data, vault, public, addresses, reach, local, take_over, .. } = setup;
        let store = Store::open(&data).await?;
        let registry = match &local {
            Some(source) => {
                let entry = Entry { running: true, ..Entry::default() };
                let bots = [(source.document.manifest.id().to_string(), entry)].into();
                Registry { bots, ..Registry::default() }
            }
            None => Registry::open(&data.join(REGISTRY))?,
        };
        let slots = registry.bots.keys().map(|id| (id.clone(), Arc::new(Slot::new(id)))).collect();
        let is_new = registry.tokens.is_empty();
        let house = House {
            store,
            vault,
            data,
            local,
            take_over,
            public,
            addresses,
            reach,
            registry: Mutex::new(registry),
            slots: RwLock::new(slots),
        };
        let first = if is_new {
            let asked =
                wire::TokenAsked { name: "admin".into(), scopes: vec![Scope::Admin], bots: Vec::new() };
            house.make_token(asked).map_err(|no| CloudError::Token(no.0.message))?.token
        } else {
            None
        };
        Ok((Arc::new(house), first))
    }

    /// Lets all bots live that are to. Those that were published are tried again until they do.
    pub async fn wake(self: &Arc<Self>) -> Result<(), HostError> {
        let running: Vec<String> = {
            let registry = self.registry();
            registry.bots.iter().filter(|(_, entry)| entry.running).map(|(id, _)| id.clone()).collect()
        };
        for slot in running.iter().filter_map(|id| self.slot(id)) {
            match &self.local {
                Some(source) => self.let_live(&slot, source.clone()).await?,
                None => self.keep_trying(slot, Duration::ZERO),
            }
        }
        Ok(())
    }

    pub async fn sleep(&self) {
        let slots: Vec<Arc<Slot>> = self.read_slots().values().cloned().collect();
        let resting = slots.iter().map(|slot| async {
            let _turn = slot.turn.lock().await;
            slot.rests(Because::Leaving).await;
        });
        futures_util::future::join_all(resting).await;
    }

    pub fn slot(&self, bot: &str) -> Option<Arc<Slot>> {
        self.read_slots().get(bot).cloned()
    }

    pub fn bots(&self) -> Vec<String> {
        self.registry().bots.keys().cloned().collect()
    }

    /// Tries until it lives, or is to live no more.
    fn keep_trying(self: &Arc<Self>, slot: Arc<Slot>, mut pause: Duration) {
        let house = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(pause).await;
                let _turn = slot.turn.lock().await;
                let wanted = house.entry(&slot.id).filter(|entry| entry.running).and_then(|entry| entry.live);
                let Some(version) = wanted.filter(|_| slot.live().is_none()) else { return };
                match house.raise(&slot, version).await {
                    Ok(()) => return,
                    Err(no) if no.0.code == Code::Failed => {}
                    Err(_) => return,
                }
                pause = (pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
            }
        });
    }

    async fn raise(&self, slot: &Slot, version: u32) -> Result<(), No> {
        let raising = async {
            let signed = self.bundle(&slot.id, version)?;
            self.let_live(slot, source(signed.bundle)).await.map_err(No::from)
        };
        let raised = raising.await;
        if let Err(no) = &raised {
            slot.fails(no.0.message.clone());
        }
        raised
    }

    async fn let_live(&self, slot: &Slot, source: Source) -> Result<(), HostError> {
        slot.knows(Arc::clone(&source.document));
        let hearing = match self.public.as_ref().and_then(|public| hook(public, &["telegram", &slot.id])) {
            Some(url) => {
                Hearing::Posts { url, word: self.entry(&slot.id).map(|entry| entry.word).unwrap_or_default() }
            }
            None => Hearing::Polls { take_over: self.take_over },
        };
        let (vault, id) = (self.vault.clone(), slot.id.clone());
        let secrets: host::Secrets = Arc::new(move |name: &str| {
            let found = vault.get(&id, name).map_err(|error| error.to_string())?;
            Ok(found.map(|secret| secret.expose().to_string()))
        });
        let plan = Plan {
            id: slot.id.clone(),
            document: source.document,
            secrets,
            assets: source.assets,
            reach: self.reach.clone(),
            addresses: self.addresses.clone(),
            telegram: hearing,
            seed: chance(),
        };
        slot.lives(host::raise(plan, &self.store).await?);
        Ok(())
    }

    /// Verifies a bundle and says what publishing it would come to.
    pub fn checked(&self, bot: &str, bytes: &[u8]) -> Result<(Signed, wire::Checked), No> {
        let signed = bundle::read(bytes)?;
        if signed.bundle.bot != bot {
            let message = format!("This is the bot `{}`, not `{bot}`.", signed.bundle.bot);
            return Err(No::new(Code::Bad, message));
        }
        if !is_id(bot) {
            let message = "The bot's id has to be of small letters, digits, `-` and `_`.";
            return Err(No::new(Code::Bad, message).hint("Change `id` in bot.json."));
        }
        let entry = self.entry(bot);
        if let Some(entry) = &entry
            && !entry.signer.is_empty()
            && entry.signer != signed.signer.to_string()
        {
            let message =
                format!("The bot `{bot}` is signed with another key here ({}…).", &entry.signer[..12]);
            return Err(No::new(Code::Forbidden, message)
                .hint("Publish with the key that published it first, or let the new one in: `nexus publish --new-key` with an admin's token."));
        }
        let document = signed.bundle.document();
        let problems = match host::compiled(bot, &document, 0) {
            Err(HostError::Broken(problems)) => problems.iter().map(told).collect(),
            Err(error) => vec![error.to_string()],
            Ok(_) => Vec::new(),
        };
        let live = entry.as_ref().and_then(|entry| {
            let number = entry.live?;
            entry.versions.iter().find(|version| version.number == number).cloned()
        });
        let checked = wire::Checked {
            bot: bot.into(),
            hash: signed.hash.to_string(),
            problems,
            missing: self.missing(bot, &document)?,
            live,
        };
        Ok((signed, checked))
    }

    /// Keeps a version. The same bundle as the latest one is no new version.
    pub fn keep(&self, bot: &str, bytes: &[u8], by: &str) -> Result<Version, No> {
        if self.local.is_some() {
            let message = "This runner runs one bot from its folder; nothing can be published to it.";
            return Err(No::new(Code::Conflict, message));
        }
        let (signed, checked) = self.checked(bot, bytes)?;
        if let Some(problem) = checked.problems.first() {
            let more = checked.problems.len() - 1;
            let rest = if more == 0 { String::new() } else { format!(" And {more} more.") };
            return Err(No::new(Code::Bad, format!("The bot has mistakes. {problem}{rest}")));
        }
        let hash = signed.hash.to_string();
        let file = self.bundle_file(&hash);
        if !file.exists() {
            std::fs::create_dir_all(self.data.join(BUNDLES))
                .map_err(|error| registry::failed(&file, &error))?;
            registry::write_whole(&file, bytes)?;
        }
        let version = self.change(|registry| {
            let entry = registry.bots.entry(bot.into()).or_default();
            if let Some(latest) = entry.versions.last().filter(|latest| latest.hash == hash) {
                return latest.clone();
            }
            if entry.word.is_empty() {
                entry.word = random_word();
            }
            entry.signer = signed.signer.to_string();
            let number = entry.versions.last().map_or(1, |latest| latest.number + 1);
            let signer = signed.signer.to_string();
            let version = Version { number, hash: hash.clone(), at: runner::now().0, signer, by: by.into() };
            entry.versions.push(version.clone());
            version
        })?;
        self.slots
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(bot.into())
            .or_insert_with(|| Arc::new(Slot::new(bot)));
        Ok(version)
    }

    /// From now on this version runs. Where it cannot, the one before goes on.
    pub async fn switch(self: &Arc<Self>, slot: &Arc<Slot>, version: u32) -> Result<(), No> {
        let _turn = slot.turn.lock().await;
        let entry = self.entry(&slot.id).ok_or_else(|| nobody(&slot.id))?;
        if !entry.versions.iter().any(|known| known.number == version) {
            return Err(No::new(Code::NotFound, format!("The bot `{}` has no version {version}.", slot.id)));
        }
        // What can be seen before it is stopped is.
        host::compiled(&slot.id, &self.bundle(&slot.id, version)?.bundle.document(), 0)?;
        slot.rests(Because::Switched).await;
        let raised = self.raise(slot, version).await;
        match raised {
            Ok(()) => {
                self.change(|registry| {
                    let entry = registry.bots.entry(slot.id.clone()).or_default();
                    (entry.live, entry.running) = (Some(version), true);
                })?;
                Ok(())
            }
            Err(no) => {
                let before = entry.live.filter(|before| entry.running && *before != version);
                if let Some(before) = before
                    && self.raise(slot, before).await.is_err()
                {
                    self.keep_trying(Arc::clone(slot), FIRST_PAUSE);
                }
                Err(no)
            }
        }
    }

    pub async fn stop(&self, slot: &Slot) -> Result<(), No> {
        let _turn = slot.turn.lock().await;
        slot.rests(Because::Stopped).await;
        self.change(|registry| {
            if let Some(entry) = registry.bots.get_mut(&slot.id) {
                entry.running = false;
            }
        })
    }

    /// The key of whoever publishes next is taken.
    pub fn forget_signer(&self, bot: &str) -> Result<(), No> {
        self.change(|registry| {
            if let Some(entry) = registry.bots.get_mut(bot) {
                entry.signer.clear();
            }
        })
    }

    pub fn bundle_bytes(&self, bot: &str, version: u32) -> Result<Vec<u8>, No> {
        let nothing = || No::new(Code::NotFound, format!("The bot `{bot}` has no version {version}."));
        let entry = self.entry(bot).ok_or_else(nothing)?;
        let known = entry.versions.iter().find(|known| known.number == version).ok_or_else(nothing)?;
        let file = self.bundle_file(&known.hash);
        Ok(std::fs::read(&file).map_err(|error| registry::failed(&file, &error))?)
    }

    fn bundle(&self, bot: &str, version: u32) -> Result<Signed, No> {
        Ok(bundle::read(&self.bundle_bytes(bot, version)?)?)
    }

    fn bundle_file(&self, hash: &str) -> PathBuf {
        self.data.join(BUNDLES).join(format!("{hash}.{}", bundle::ENDING))
    }

    pub fn missing(&self, bot: &str, document: &Document) -> Result<Vec<String>, No> {
        let tokens = host::networks(document).map(host::token_name);
        let mut needed: Vec<String> = tokens.chain(document.manifest.secrets().map(String::from)).collect();
        needed.dedup();
        let mut missing = Vec::new();
        for name in needed {
            let found =
                self.vault.get(bot, &name).map_err(|error| No::new(Code::Failed, error.to_string()))?;
            if found.is_none() {
                missing.push(name);
            }
        }
        Ok(missing)
    }

    pub fn is_wanted(&self, bot: &str) -> bool {
        self.registry().bots.get(bot).is_some_and(|entry| entry.running)
    }

    pub fn entry(&self, bot: &str) -> Option<Entry> {
        self.registry().bots.get(bot).cloned()
    }

    pub fn token(&self, token: &str) -> Option<Token> {
        self.registry().token(token).cloned()
    }

    pub fn tokens(&self) -> Vec<Token> {
        self.registry().tokens.clone()
    }

    pub fn make_token(&self, asked: wire::TokenAsked) -> Result<wire::Token, No> {
        if asked.name.trim().is_empty() || asked.scopes.is_empty() {
            return Err(No::new(Code::Bad, "A token has a name, and something that it is for."));
        }
        if self.registry().tokens.iter().any(|known| known.name == asked.name) {
            return Err(No::new(Code::Conflict, format!("There is a token `{}` already.", asked.name)));
        }
        let token = format!("nxs_{}", random_word());
        let wire::TokenAsked { name, scopes, bots } = asked;
        let at = runner::now().0;
        let known = Token {
            name: name.clone(),
            sha256: hashed(&token),
            scopes: scopes.clone(),
            bots: bots.clone(),
            at,
        };
        self.change(|registry| registry.tokens.push(known))?;
        Ok(wire::Token { name, scopes, bots, at, token: Some(token) })
    }

    pub fn remove_token(&self, name: &str) -> Result<(), No> {
        let admins =
            |tokens: &[Token]| tokens.iter().filter(|token| token.scopes.contains(&Scope::Admin)).count();
        let mut left = self.registry().tokens.clone();
        left.retain(|token| token.name != name);
        if left.len() == self.registry().tokens.len() {
            return Err(No::new(Code::NotFound, format!("There is no token `{name}`.")));
        }
        if admins(&left) == 0 {
            return Err(No::new(
                Code::Conflict,
                "This is the last token that may make tokens; make another one first.",
            ));
        }
        self.change(|registry| registry.tokens = left)
    }

    /// A change is on disk before it counts.
    fn change<T>(&self, change: impl FnOnce(&mut Registry) -> T) -> Result<T, No> {
        let mut registry = self.registry();
        let mut next = registry.clone();
        let value = change(&mut next);
        if self.local.is_none() {
            next.save(&self.data.join(REGISTRY))?;
        }
        *registry = next;
        Ok(value)
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_slots(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<String, Arc<Slot>>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner)
    }
}

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

fn source(bundle: Bundle) -> Source {
    let document = Arc::new(bundle.document());
    let assets: Assets = Arc::new(move |path: &str| {
        let found = bundle.file(path).map(<[u8]>::to_vec);
        found.ok_or_else(|| host::no_file(path))
    });
    Source { document, assets }
}

pub fn nobody(bot: &str) -> No {
    No::new(Code::NotFound, format!("There is no bot `{bot}` here."))
}

/// What may stand in addresses and file names.
fn is_id(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    !id.is_empty() && id.len() <= 64 && id.bytes().all(fits)
}

fn told(problem: &flow::Problem) -> String {
    let node = problem.at.node.as_ref().map_or_else(String::new, |node| format!(" at {node}"));
    format!("{}{node}: {}", problem.at.file, problem.message)
}

/// An address of ours below the public one.
fn hook(public: &Url, path: &[&str]) -> Option<Url> {
    let mut url = public.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

fn random_word() -> String {
    let mut bytes = [0_u8; 24];
    // A system without chance cannot keep anything secret.
    getrandom::fill(&mut bytes).expect("the system gives chance");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn chance() -> u64 {
    getrandom::u64().unwrap_or_default()
}
