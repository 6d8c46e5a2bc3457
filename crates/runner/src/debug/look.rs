//! Looking at conversations as they are now: the list, and one with all that there is to see.

use std::collections::HashMap;
use std::sync::Arc;

use engine::event::Event;
use engine::input::{Owners, VarScope};
use engine::journal::Entry;
use engine::{Body, Session, Shared};
use flow::data::Fields;
use flow::{Data, Time};
use smol_str::SmolStr;
use store::{Recent, StoreError};

use super::client::{HeldIn, Lent};
use super::show::Room;
use super::views::{Conversation, Inspected};
use super::words::{Code, Refused, Reply};

/// So many conversations in one list.
const MOST: u32 = 500;
/// So many entries are looked at for whom a conversation is with.
const MOST_BACK: u32 = 20;

pub async fn conversations(lent: Lent, before: Option<i64>, most: u32) -> Result<Reply, Refused> {
    let (mut recent, next) =
        lent.store.recent(&lent.bot, before, most.clamp(1, MOST)).await.map_err(unread)?;
    if before.is_none() {
        // One that is paused in its very first step has no past.
        let is_new = |one: &&HeldIn| recent.iter().all(|known| known.conversation != one.conversation);
        let mut first = Vec::new();
        for one in lent.held.iter().filter(is_new) {
            let past = lent.store.journal_back(&lent.bot, &one.conversation, 1).await.map_err(unread)?;
            if past.is_empty() {
                first.push(Recent { seq: 0, conversation: one.conversation.to_string(), at: one.at.0 });
            }
        }
        recent.splice(0..0, first);
    }
    let names: Vec<String> = recent.iter().map(|one| one.conversation.clone()).collect();
    let mut bodies: HashMap<String, String> =
        lent.store.sessions(&lent.bot, &names).await.map_err(unread)?.into_iter().collect();
    let mut conversations = Vec::with_capacity(recent.len());
    for Recent { conversation, at, .. } in recent {
        let session = bodies.remove(&conversation).and_then(|body| Session::from_bytes(body.as_bytes()).ok());
        let session = session.unwrap_or_else(|| Session::new(conversation, 0));
        let event = latest(&lent, &session).await.map_err(unread)?;
        conversations.push(shown(&lent, &session, event.as_deref(), Time(at), false));
    }
    Ok(Reply::Conversations { conversations, before: next })
}

pub async fn inspect(mut lent: Lent, name: SmolStr) -> Result<Reply, Refused> {
    let stopped = lent.stopped.take();
    let found = lent.store.sessions(&lent.bot, &[name.to_string()]).await.map_err(unread)?;
    let session = found.first().and_then(|(_, body)| Session::from_bytes(body.as_bytes()).ok());
    // One that is paused in its very first step is not on disk.
    let session = match session {
        Some(session) => session,
        None if stopped.is_some() => Session::new(name, 0),
        None => {
            return Err(Refused::new(Code::NotThere, format!("There is no conversation `{name}`.")));
        }
    };
    let event = latest(&lent, &session).await.map_err(unread)?;
    let whose = event.as_deref().map(Owners::of).unwrap_or_default();
    let shared = shared(&lent, &whose).await.map_err(unread)?;
    let [user, chat, bot] = Room::large().shared(&shared, &lent.program);
    let conversation = shown(&lent, &session, event.as_deref(), session.last, true);
    Ok(Reply::Inspected(Box::new(Inspected { conversation, paused: stopped, user, chat, bot })))
}

impl Lent {
    fn held_in(&self, conversation: &str) -> Option<&HeldIn> {
        self.held.iter().find(|held| held.conversation == conversation)
    }
}

fn shown(lent: &Lent, session: &Session, event: Option<&Event>, at: Time, with_values: bool) -> Conversation {
    let held = lent.held_in(&session.id);
    Conversation {
        id: session.id.clone(),
        channel: event.map(|event| event.channel.clone()).unwrap_or_default(),
        chat: event.and_then(|event| event.chat.clone()),
        person: event.and_then(|event| event.about().cloned()),
        at,
        position: session.position,
        paused: held.is_some_and(|held| held.paused),
        held: held.map_or(0, |held| held.count),
        stands: Room::large().stands(session, with_values),
    }
}

/// The latest event of a conversation: of a run that is going on, else as the journal has it.
async fn latest(lent: &Lent, session: &Session) -> Result<Option<Arc<Event>>, StoreError> {
    if let Some(run) = session.runs.last() {
        return Ok(Some(run.latest().clone()));
    }
    let entries = lent.store.journal_back(&lent.bot, &session.id, MOST_BACK).await?;
    let events = entries.iter().filter_map(|row| {
        let entry: Entry = serde_json::from_str(&row.body).ok()?;
        match entry.input.body {
            Body::Event { event, .. } | Body::Begin { event, .. } => Some(Arc::new(event)),
            _ => None,
        }
    });
    let waiting = lent.held_in(&session.id).and_then(|held| held.event.clone()).map(Arc::new);
    Ok({ events }.next().or(waiting))
}

async fn shared(lent: &Lent, whose: &Owners) -> Result<Shared, StoreError> {
    let owners = VarScope::ALL.map(|scope| (scope as u8, whose.owner(scope).to_string()));
    let mut found = [Fields::default(), Fields::default(), Fields::default()];
    for (scope, _, name, value) in lent.store.variables(&lent.bot, &owners).await? {
        let value: Data = serde_json::from_str(&value).unwrap_or_default();
        if let Some(fields) = found.get_mut(usize::from(scope)) {
            fields.insert(name.into(), value);
        }
    }
    let [user, chat, bot] = found.map(Arc::new);
    Ok(Shared { user, chat, bot })
}

pub fn unread(error: StoreError) -> Refused {
    Refused::new(Code::NotThere, format!("The store could not be read: {error}"))
}
