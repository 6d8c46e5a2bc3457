//! How many logical transactions become one commit of the file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sqlx::SqliteConnection;

use crate::commit::{Asked, Commit, Pruned};
use crate::rows::{Cell, Key, Rows, Slots, parted};

/// Rows of many commits, the last word on each: so the number of statements does not grow with the number of commits.
pub struct Group {
    heard: Rows,
    sessions: Slots<2, 2>,
    variables: Slots<4, 1>,
    timers: Slots<3, 1>,
    outbox: BTreeMap<(Arc<str>, String), Fate>,
    /// In the order in which they were asked for.
    asked: Vec<(Arc<str>, Asked)>,
    journal: Rows,
    dead: Rows,
    buried: Rows,
    cursors: Slots<2, 1>,
    kept: Slots<3, 2>,
    held: Slots<3, 3>,
    programs: Rows,
    used: Rows,
    pruned_heard: Rows,
    pruned_journal: Rows,
    pruned_programs: Rows,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Begun,
    Settled,
}

impl Default for Group {
    fn default() -> Group {
        Group {
            heard: Rows::new(3),
            sessions: Slots::new(),
            variables: Slots::new(),
            timers: Slots::new(),
            outbox: BTreeMap::new(),
            asked: Vec::new(),
            journal: Rows::new(6),
            dead: Rows::new(4),
            buried: Rows::new(2),
            cursors: Slots::new(),
            kept: Slots::new(),
            held: Slots::new(),
            programs: Rows::new(4),
            used: Rows::new(3),
            pruned_heard: Rows::new(2),
            pruned_journal: Rows::new(1),
            pruned_programs: Rows::new(2),
        }
    }
}

impl Group {
    pub fn add(&mut self, commit: Commit) {
        let bot: Arc<str> = commit.bot.into();
        let of = || Cell::Same(Arc::clone(&bot));
        let key = || Key::Same(Arc::clone(&bot));
        for (id, at) in commit.heard {
            self.heard.add([of(), id.into(), at.into()]);
        }
        for one in commit.sessions {
            let value = one.body.map(|body| [body.into(), one.programs.join(",").into()]);
            self.sessions.insert([key(), Key::Text(one.conversation)], value);
        }
        for one in commit.variables {
            let slot = [key(), Key::Number(one.scope.into()), Key::Text(one.owner), Key::Text(one.name)];
            self.variables.insert(slot, one.value.map(|value| [value.into()]));
        }
        for one in commit.timers {
            let slot = [key(), Key::Text(one.conversation), Key::Number(one.id.cast_signed())];
            self.timers.insert(slot, one.due.map(|due| [due.into()]));
        }
        for one in commit.asked {
            // Another try takes the place of the one before.
            self.outbox.remove(&(Arc::clone(&bot), one.key.clone()));
            self.asked.push((Arc::clone(&bot), one));
        }
        for (keys, fate) in [(commit.begun, Fate::Begun), (commit.settled, Fate::Settled)] {
            self.outbox.extend(keys.into_iter().map(|key| ((Arc::clone(&bot), key), fate)));
        }
        for one in commit.journal {
            let position = one.position.cast_signed();
            self.journal.add([
                of(),
                one.conversation.into(),
                position.into(),
                one.at.into(),
                one.body.into(),
                one.first.into(),
            ]);
        }
        for one in commit.dead {
            self.dead.add([of(), one.conversation.into(), one.at.into(), one.body.into()]);
        }
        for id in commit.buried {
            self.buried.add([of(), id.into()]);
        }
        for (name, value) in commit.cursors {
            self.cursors.insert([key(), Key::Text(name)], Some([value.into()]));
        }
        for one in commit.kept {
            let value = one.value.map(|value| [value.into(), one.until.into()]);
            self.kept.insert([key(), Key::Text(one.store), Key::Text(one.key)], value);
        }
        for (name, position) in commit.taken {
            self.held.insert([key(), Key::Text(name), Key::Number(position)], None);
        }
        for one in commit.held {
            let slot = [key(), Key::Text(one.conversation), Key::Number(one.position)];
            self.held.insert(slot, Some([one.id.into(), one.at.into(), one.body.into()]));
        }
        for one in commit.programs {
            self.programs.add([of(), one.hash.into(), one.used.into(), one.body.into()]);
        }
        for (hash, at) in commit.used {
            self.used.add([of(), hash.into(), at.into()]);
        }
        let Pruned { heard, journal, programs } = commit.pruned;
        heard.into_iter().for_each(|id| self.pruned_heard.add([of(), id.into()]));
        journal.into_iter().for_each(|row| self.pruned_journal.add([row.into()]));
        programs.into_iter().for_each(|hash| self.pruned_programs.add([of(), hash.into()]));
    }

    pub fn entries(&self) -> usize {
        self.journal.len()
    }

    pub async fn write(self, to: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *to).await?;
        match self.rows(to).await {
            Ok(()) => sqlx::query("COMMIT").execute(&mut *to).await.map(drop),
            Err(error) => Err(error),
        }
    }

    async fn rows(self, to: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        self.heard.put(to, "INSERT INTO heard {rows} ON CONFLICT DO NOTHING").await?;
        let (set, gone) = parted(self.sessions);
        set.put(to, "INSERT OR REPLACE INTO sessions (bot, conversation, body, programs) {rows}").await?;
        gone.put(to, "DELETE FROM sessions WHERE (bot, conversation) IN ({rows})").await?;
        let (set, gone) = parted(self.variables);
        set.put(to, "INSERT OR REPLACE INTO variables (bot, scope, owner, name, value) {rows}").await?;
        gone.put(to, "DELETE FROM variables WHERE (bot, scope, owner, name) IN ({rows})").await?;
        let (set, gone) = parted(self.timers);
        set.put(to, "INSERT OR REPLACE INTO timers (bot, conversation, id, due) {rows}").await?;
        gone.put(to, "DELETE FROM timers WHERE (bot, conversation, id) IN ({rows})").await?;
        let (mut asked, mut begun, mut settled) = (Rows::new(5), Rows::new(2), Rows::new(2));
        let mut known = BTreeSet::new();
        for (bot, Asked { key, conversation, body }) in self.asked {
            let slot = (bot, key);
            let fate = self.outbox.get(&slot).copied();
            // What was asked for and settled in one group needs no row; what is settled later deletes it.
            if fate == Some(Fate::Settled) {
                continue;
            }
            let (bot, key) = slot.clone();
            known.insert(slot);
            let is_begun = i64::from(fate == Some(Fate::Begun));
            asked.add([bot.into(), key.into(), conversation.into(), body.into(), is_begun.into()]);
        }
        for (slot, fate) in self.outbox {
            let rows = match fate {
                Fate::Settled => &mut settled,
                Fate::Begun if known.contains(&slot) => continue,
                Fate::Begun => &mut begun,
            };
            rows.add([slot.0.into(), slot.1.into()]);
        }
        asked.put(to, "INSERT OR REPLACE INTO outbox (bot, key, conversation, body, begun) {rows}").await?;
        begun.put(to, "UPDATE outbox SET begun = 1 WHERE (bot, key) IN ({rows})").await?;
        settled.put(to, "DELETE FROM outbox WHERE (bot, key) IN ({rows})").await?;
        let journal = "INSERT INTO journal (bot, conversation, position, at, body, first) {rows}";
        self.journal.put(to, journal).await?;
        self.dead.put(to, "INSERT INTO dead (bot, conversation, at, body) {rows}").await?;
        self.buried.put(to, "DELETE FROM dead WHERE (bot, id) IN ({rows})").await?;
        let (set, _) = parted(self.cursors);
        set.put(to, "INSERT OR REPLACE INTO cursors (bot, name, value) {rows}").await?;
        let (set, gone) = parted(self.kept);
        set.put(to, "INSERT OR REPLACE INTO kept (bot, store, key, value, until) {rows}").await?;
        gone.put(to, "DELETE FROM kept WHERE (bot, store, key) IN ({rows})").await?;
        let (set, gone) = parted(self.held);
        set.put(to, "INSERT OR REPLACE INTO held (bot, conversation, position, id, at, body) {rows}").await?;
        gone.put(to, "DELETE FROM held WHERE (bot, conversation, position) IN ({rows})").await?;
        let programs = "INSERT INTO programs (bot, hash, used, body) {rows} ON CONFLICT DO UPDATE SET used = excluded.used";
        self.programs.put(to, programs).await?;
        let used = "UPDATE programs SET used = new.column3 FROM ({rows}) AS new WHERE bot = new.column1 AND hash = new.column2";
        self.used.put(to, used).await?;
        self.pruned_heard.put(to, "DELETE FROM heard WHERE (bot, id) IN ({rows})").await?;
        let places = "DELETE FROM journal_places WHERE (bot, conversation, position, seq) IN
            (SELECT bot, conversation, position, seq FROM journal WHERE seq IN ({rows}))";
        let pruned = self.pruned_journal;
        if !pruned.is_empty() {
            pruned.clone().put(to, places).await?;
            pruned.put(to, "DELETE FROM journal WHERE seq IN ({rows})").await?;
            // Where the latest are gone, their numbers are given again.
            let again =
                "UPDATE journal_placed SET up_to = min(up_to, (SELECT coalesce(max(seq), 0) FROM journal))";
            sqlx::query(again).execute(&mut *to).await?;
        }
        self.pruned_programs.put(to, "DELETE FROM programs WHERE (bot, hash) IN ({rows})").await
    }
}
