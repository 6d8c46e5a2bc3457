//! Time travel: what a conversation went through, from the journal. Nothing is asked of the world, and nothing changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::journal::{Entry, Parted, Timeline};
use engine::recording::{Files, Recording};
use engine::step::Programs;
use engine::{Program, Session};
use flow::expr::Formula;
use smol_str::SmolStr;

use super::client::Lent;
use super::look::unread;
use super::show::{Room, entered, passed, runs_of};
use super::views::{Asked, Visited};
use super::words::{Code, Refused, Reply};
use crate::programs;

/// So many entries in one list.
const MOST: u32 = 1000;
/// So many entries in one recording.
const MOST_RECORDED: u32 = 100_000;

/// A moment of the past: of which entry, and where in it.
pub struct Place {
    pub position: u64,
    pub tick: Option<u32>,
    pub port: Option<SmolStr>,
}

pub async fn program(lent: Lent, hash: SmolStr) -> Result<Reply, Refused> {
    let files = programs::files(&lent.store, &lent.bot, &hash).await.map_err(unread)?;
    let files = files.ok_or_else(|| no_program(&hash))?;
    Ok(Reply::Program { hash, files })
}

pub async fn moments(lent: Lent, conversation: SmolStr, from: u64, most: u32) -> Result<Reply, Refused> {
    let rows = lent.store.journal_part(&lent.bot, &conversation, from, most.clamp(1, MOST)).await;
    let moments = rows.map_err(unread)?.into_iter().map(|row| {
        let entry: Entry = read(&row.body)?;
        Ok(entered(row.position, &entry, row.first.is_some()))
    });
    Ok(Reply::Moments { moments: moments.collect::<Result<_, Refused>>()? })
}

pub async fn visit(
    lent: Lent,
    conversation: SmolStr,
    place: Place,
    expression: Option<String>,
) -> Result<Reply, Refused> {
    let stretch = Stretch::read(&lent, &conversation, place.position, Some(place.position)).await?;
    let programs = stretch.programs(&lent).await?;
    // Replaying is work, of which others should not have to wait for the end.
    let seen = tokio::task::spawn_blocking(move || again(stretch, programs, &place, expression.as_deref()));
    seen.await.map_err(|_| Refused::new(Code::Parted, "This entry cannot be looked at."))?
}

pub async fn recording(lent: Lent, conversation: SmolStr, from: u64) -> Result<Reply, Refused> {
    let stretch = Stretch::read(&lent, &conversation, from, None).await?;
    let bots = stretch.files(&lent).await?;
    let text = Recording::of_files(bots, stretch.first, stretch.entries).to_text();
    Ok(Reply::Recording { text })
}

/// A part of a journal that can be replayed.
struct Stretch {
    first: Session,
    /// The position of the first entry.
    from: u64,
    entries: Vec<Entry>,
    /// Whether something was going on before the last entry.
    last_is_first: bool,
}

impl Stretch {
    /// From the latest moment before `position` at which nothing was going on.
    async fn read(
        lent: &Lent,
        conversation: &SmolStr,
        position: u64,
        to: Option<u64>,
    ) -> Result<Stretch, Refused> {
        let nothing = || {
            let why =
                format!("There is nothing of `{conversation}` in the journal there; what is old is let go.");
            Refused::new(Code::NotThere, why)
        };
        let (store, bot) = (&lent.store, &lent.bot);
        let from = match store.journal_first(bot, conversation, position).await.map_err(unread)? {
            Some(from) => from,
            // Before all that there is: from its beginning.
            None if to.is_none() => {
                let rows = store.journal_part(bot, conversation, 0, 1).await.map_err(unread)?;
                rows.into_iter().find(|row| row.first.is_some()).ok_or_else(nothing)?.position
            }
            None => return Err(nothing()),
        };
        let most = match to {
            Some(to) => u32::try_from(to - from + 1).unwrap_or(u32::MAX),
            None => MOST_RECORDED,
        };
        let rows = store.journal_part(bot, conversation, from, most).await.map_err(unread)?;
        let last = rows.last().ok_or_else(nothing)?;
        if to.is_some_and(|to| last.position != to) {
            return Err(nothing());
        }
        let last_is_first = last.first.is_some();
        let first = rows.first().and_then(|row| row.first.as_deref()).ok_or_else(nothing)?;
        let first = read(first)?;
        let entries = rows.iter().map(|row| read(&row.body)).collect::<Result<_, _>>()?;
        Ok(Stretch { first, from, entries, last_is_first })
    }

    fn hashes(&self) -> BTreeSet<&SmolStr> {
        self.entries.iter().map(|entry| &entry.program).collect()
    }

    async fn programs(&self, lent: &Lent) -> Result<Vec<Arc<Program>>, Refused> {
        let mut programs = Vec::new();
        for hash in self.hashes() {
            if *hash == lent.program.hash {
                programs.push(lent.program.clone());
                continue;
            }
            let program = programs::read(&lent.store, &lent.bot, hash).await.map_err(unread)?;
            programs.push(Arc::new(program.ok_or_else(|| no_program(hash))?));
        }
        Ok(programs)
    }

    async fn files(&self, lent: &Lent) -> Result<BTreeMap<SmolStr, Files>, Refused> {
        let mut all = BTreeMap::new();
        for hash in self.hashes() {
            let files = programs::files(&lent.store, &lent.bot, hash).await.map_err(unread)?;
            all.insert(hash.clone(), files.ok_or_else(|| no_program(hash))?);
        }
        Ok(all)
    }
}

/// The last entry of a stretch again.
fn again(
    stretch: Stretch,
    programs: Vec<Arc<Program>>,
    place: &Place,
    expression: Option<&str>,
) -> Result<Reply, Refused> {
    let Stretch { first, from, entries, last_is_first } = stretch;
    let formula = expression.map(Formula::compile).transpose();
    let formula = formula.map_err(|error| Refused::new(Code::Wrong, error.message))?;
    let last = entries.len() - 1;
    let mut timeline = Timeline::new(programs.clone(), first, entries);
    let parted = |parted: Parted| {
        let why = match parted {
            Parted::NoProgram { hash, .. } => return no_program(&hash),
            Parted::Different { entry } => {
                format!("Entry {} of the journal does not come out as it did then.", from + entry as u64)
            }
        };
        Refused::new(Code::Parted, why)
    };
    let session = timeline.at(last).map_err(parted)?;
    let (outcome, records) = timeline.look(last).map_err(parted)?;
    let mut moments = Vec::new();
    let mut scope = None;
    let mut see = |moment: &engine::Moment<'_>| {
        if place.tick == Some(moment.tick) && place.port.as_ref() == moment.leaving {
            scope = Some(moment.scope.clone());
        }
        moments.push(passed(moment));
    };
    timeline.watch(last, &mut see).map_err(parted)?;
    if place.tick.is_some() && scope.is_none() {
        return Err(Refused::new(Code::NotThere, "There is no such moment in this entry."));
    }
    let mut room = Room::large();
    let value = match (formula, &scope) {
        (Some(formula), Some(scope)) => {
            let value = formula.eval(scope).map_err(|trouble| Refused::new(Code::Wrong, trouble.message))?;
            Some(room.show(&value))
        }
        (Some(_), None) => return Err(Refused::new(Code::Wrong, "Say at which moment: give a tick.")),
        (None, _) => None,
    };
    let entry = &timeline.entries()[last];
    let current = programs.iter().find(|program| program.hash == entry.program);
    let current = current.ok_or_else(|| no_program(&entry.program))?;
    let on = Programs { current, older: &programs };
    let asked = outcome.effects.iter().map(|request| Asked {
        key: request.key,
        name: request.effect.name().into(),
        spot: engine::Spot { flow: request.flow.clone(), node: request.node.clone() },
        attempt: request.attempt,
    });
    Ok(Reply::Visited(Box::new(Visited {
        entry: entered(place.position, entry, last_is_first),
        before: room.stands(&session, true),
        moments,
        records: room.records(records.iter(), on, &runs_of(&session)),
        asked: asked.collect(),
        variables: scope.map(|scope| room.variables(&scope)),
        value,
    })))
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Refused> {
    let why = |error| Refused::new(Code::Parted, format!("The journal cannot be read: {error}"));
    serde_json::from_str(text).map_err(why)
}

fn no_program(hash: &str) -> Refused {
    Refused::new(Code::NotThere, format!("The program `{hash}` is not kept any more."))
}
