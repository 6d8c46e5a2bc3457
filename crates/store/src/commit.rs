//! One logical transaction, and how many of them become one commit of the file.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sqlx::SqliteConnection;

/// What one step, or whatever else belongs together, changes. There whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    pub bot: String,
    /// Events that are acknowledged by this: they are not heard a second time.
    pub heard: Vec<(String, i64)>,
    pub sessions: Vec<Session>,
    pub variables: Vec<Variable>,
    pub timers: Vec<Timer>,
    /// What is to be done outside.
    pub asked: Vec<Asked>,
    /// Keys of what somebody has begun to do: after a kill it is in doubt.
    pub begun: Vec<String>,
    /// Keys of what is done, or waited for no more.
    pub settled: Vec<String>,
    pub journal: Vec<Entry>,
    pub dead: Vec<Letter>,
    /// Dead letters that somebody took care of.
    pub buried: Vec<i64>,
    /// How far a channel has been read.
    pub cursors: Vec<(String, String)>,
    pub kept: Vec<Kept>,
    /// Inputs that wait in line before their conversation can have them.
    pub held: Vec<Held>,
    /// Places in line whose input is taken by this. One that is taken and held in one commit stands in line.
    pub taken: Vec<(String, i64)>,
    /// Programs that begin to be used.
    pub programs: Vec<Program>,
    /// Programs that were still in use at a moment.
    pub used: Vec<(String, i64)>,
    /// What is too old; [`crate::Store::prune`] knows what that is.
    pub pruned: Pruned,
}

/// What is so old that it goes.
#[derive(Clone, Debug, Default)]
pub struct Pruned {
    pub heard: Vec<String>,
    /// Numbers of rows.
    pub journal: Vec<i64>,
    pub programs: Vec<String>,
}

/// A conversation's whole state.
#[derive(Clone, Debug)]
pub struct Session {
    pub conversation: String,
    /// Nothing: it has none any more.
    pub body: Option<String>,
    /// The programs that its runs are on; none while nothing is going on in it.
    pub programs: Vec<String>,
}

/// An input that waits in line. Those of a conversation are taken by their positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub conversation: String,
    pub position: i64,
    pub id: String,
    pub at: i64,
    pub body: String,
}

#[derive(Clone, Debug)]
pub struct Program {
    pub hash: String,
    pub used: i64,
    pub body: String,
}

#[derive(Clone, Debug)]
pub struct Variable {
    pub scope: u8,
    pub owner: String,
    pub name: String,
    /// Nothing: it is unset.
    pub value: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Timer {
    pub conversation: String,
    pub id: u64,
    /// Nothing: it is called off, or went off.
    pub due: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub key: String,
    pub conversation: String,
    pub body: String,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub conversation: String,
    pub position: u64,
    pub at: i64,
    pub body: String,
    /// The conversation before it, where nothing was going on: here it can be replayed from, and what is older can go.
    pub first: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Letter {
    pub conversation: String,
    pub at: i64,
    pub body: String,
}

/// A value in a bot's own small store.
#[derive(Clone, Debug)]
pub struct Kept {
    pub store: String,
    pub key: String,
    pub value: Option<String>,
    pub until: Option<i64>,
}

/// Rows of many commits, the last word on each: so the number of statements does not grow with the number of commits.
#[derive(Default)]
pub struct Group {
    heard: Vec<Value>,
    sessions: Slots<(String, String)>,
    variables: Slots<(String, u8, String, String)>,
    timers: Slots<(String, String, i64)>,
    outbox: BTreeMap<(String, String), Fate>,
    /// In the order in which they were asked for.
    asked: Vec<(String, Asked)>,
    journal: Vec<Value>,
    dead: Vec<Value>,
    buried: Vec<Value>,
    cursors: Slots<(String, String)>,
    kept: Slots<(String, String, String)>,
    held: Slots<(String, String, i64)>,
    programs: Vec<Value>,
    used: Vec<Value>,
    pruned: [Vec<Value>; 3],
}

/// Keys with their new values, or nothing where they go.
type Slots<K> = BTreeMap<K, Option<Value>>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Begun,
    Settled,
}

impl Group {
    pub fn add(&mut self, commit: Commit) {
        let Commit { bot, heard, sessions, variables, timers, asked, begun, settled, .. } = commit;
        let of = || bot.clone();
        self.heard.extend(heard.into_iter().map(|(id, at)| json!([bot, id, at])));
        self.sessions.extend(sessions.into_iter().map(|one| {
            let value = one.body.map(|body| json!([body, one.programs.join(",")]));
            ((of(), one.conversation), value)
        }));
        self.variables.extend(
            variables
                .into_iter()
                .map(|one| ((of(), one.scope, one.owner, one.name), one.value.map(Value::from))),
        );
        self.timers.extend(
            timers
                .into_iter()
                .map(|one| ((of(), one.conversation, one.id.cast_signed()), one.due.map(Value::from))),
        );
        for one in asked {
            // Another try takes the place of the one before.
            self.outbox.remove(&(of(), one.key.clone()));
            self.asked.push((of(), one));
        }
        for (keys, fate) in [(begun, Fate::Begun), (settled, Fate::Settled)] {
            self.outbox.extend(keys.into_iter().map(|key| ((of(), key), fate)));
        }
        self.journal.extend(
            commit
                .journal
                .into_iter()
                .map(|one| json!([bot, one.conversation, one.position, one.at, one.body, one.first])),
        );
        self.dead.extend(commit.dead.into_iter().map(|one| json!([bot, one.conversation, one.at, one.body])));
        self.buried.extend(commit.buried.into_iter().map(|id| json!([bot, id])));
        self.cursors
            .extend(commit.cursors.into_iter().map(|(name, value)| ((of(), name), Some(value.into()))));
        self.kept.extend(commit.kept.into_iter().map(|one| {
            let value = one.value.map(|value| json!([value, one.until]));
            ((of(), one.store, one.key), value)
        }));
        self.held.extend(commit.taken.into_iter().map(|(name, position)| ((of(), name, position), None)));
        self.held.extend(commit.held.into_iter().map(|one| {
            let value = json!([one.id, one.at, one.body]);
            ((of(), one.conversation, one.position), Some(value))
        }));
        let programs = commit.programs.into_iter();
        self.programs.extend(programs.map(|one| json!([bot, one.hash, one.used, one.body])));
        self.used.extend(commit.used.into_iter().map(|(hash, at)| json!([bot, hash, at])));
        let Pruned { heard, journal, programs } = commit.pruned;
        self.pruned[0].extend(heard.into_iter().map(|id| json!([bot, id])));
        self.pruned[1].extend(journal.into_iter().map(Value::from));
        self.pruned[2].extend(programs.into_iter().map(|hash| json!([bot, hash])));
    }

    pub async fn write(self, to: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *to).await?;
        match self.rows(to).await {
            Ok(()) => sqlx::query("COMMIT").execute(&mut *to).await.map(drop),
            Err(error) => Err(error),
        }
    }

    async fn rows(self, to: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        put(to, "INSERT INTO heard SELECT value->>0, value->>1, value->>2 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING", self.heard).await?;
        let (set, gone) = parted(self.sessions, |(bot, name)| json!([bot, name]));
        put(
            to,
            "INSERT OR REPLACE INTO sessions (bot, conversation, body, programs) SELECT value->>0, value->>1, value->>'$[2][0]', value->>'$[2][1]' FROM json_each(?1)",
            set,
        )
        .await?;
        put(to, "DELETE FROM sessions WHERE (bot, conversation) IN (SELECT value->>0, value->>1 FROM json_each(?1))", gone).await?;
        let (set, gone) =
            parted(self.variables, |(bot, scope, owner, name)| json!([bot, scope, owner, name]));
        put(to, "INSERT OR REPLACE INTO variables SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?1)", set).await?;
        put(to, "DELETE FROM variables WHERE (bot, scope, owner, name) IN (SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1))", gone).await?;
        let (set, gone) = parted(self.timers, |(bot, conversation, id)| json!([bot, conversation, id]));
        put(to, "INSERT OR REPLACE INTO timers SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1)", set).await?;
        put(to, "DELETE FROM timers WHERE (bot, conversation, id) IN (SELECT value->>0, value->>1, value->>2 FROM json_each(?1))", gone).await?;
        // What was asked for and settled in one group needs no row; what is settled later deletes it.
        let fate = |bot: &String, key: &String| self.outbox.get(&(bot.clone(), key.clone())).copied();
        let asked = self.asked.iter().filter(|(bot, one)| fate(bot, &one.key) != Some(Fate::Settled));
        let asked = asked.map(|(bot, one)| json!([bot, one.key, one.conversation, one.body])).collect();
        put(to, "INSERT OR REPLACE INTO outbox (bot, key, conversation, body) SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1)", asked).await?;
        let (settled, begun): (Vec<_>, Vec<_>) =
            self.outbox.into_iter().partition(|(_, fate)| *fate == Fate::Settled);
        let keys = |of: Vec<((String, String), Fate)>| {
            of.into_iter().map(|((bot, key), _)| json!([bot, key])).collect()
        };
        put(to, "UPDATE outbox SET begun = 1 WHERE (bot, key) IN (SELECT value->>0, value->>1 FROM json_each(?1))", keys(begun)).await?;
        put(
            to,
            "DELETE FROM outbox WHERE (bot, key) IN (SELECT value->>0, value->>1 FROM json_each(?1))",
            keys(settled),
        )
        .await?;
        put(to, "INSERT INTO journal (bot, conversation, position, at, body, first) SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?1)", self.journal).await?;
        put(to, "INSERT INTO dead (bot, conversation, at, body) SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1)", self.dead).await?;
        put(
            to,
            "DELETE FROM dead WHERE (bot, id) IN (SELECT value->>0, value->>1 FROM json_each(?1))",
            self.buried,
        )
        .await?;
        let (set, _) = parted(self.cursors, |(bot, name)| json!([bot, name]));
        put(
            to,
            "INSERT OR REPLACE INTO cursors SELECT value->>0, value->>1, value->>2 FROM json_each(?1)",
            set,
        )
        .await?;
        let (set, gone) = parted(self.kept, |(bot, store, key)| json!([bot, store, key]));
        put(to, "INSERT OR REPLACE INTO kept SELECT value->>0, value->>1, value->>2, value->>'$[3][0]', value->>'$[3][1]' FROM json_each(?1)", set).await?;
        put(to, "DELETE FROM kept WHERE (bot, store, key) IN (SELECT value->>0, value->>1, value->>2 FROM json_each(?1))", gone).await?;
        let (set, gone) = parted(self.held, |(bot, name, position)| json!([bot, name, position]));
        put(to, "INSERT OR REPLACE INTO held SELECT value->>0, value->>1, value->>2, value->>'$[3][0]', value->>'$[3][1]', value->>'$[3][2]' FROM json_each(?1)", set).await?;
        put(to, "DELETE FROM held WHERE (bot, conversation, position) IN (SELECT value->>0, value->>1, value->>2 FROM json_each(?1))", gone).await?;
        put(to, "INSERT INTO programs SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1) WHERE true ON CONFLICT DO UPDATE SET used = excluded.used", self.programs).await?;
        put(to, "UPDATE programs SET used = value->>2 FROM json_each(?1) WHERE bot = value->>0 AND hash = value->>1", self.used).await?;
        let [heard, journal, programs] = self.pruned;
        put(
            to,
            "DELETE FROM heard WHERE (bot, id) IN (SELECT value->>0, value->>1 FROM json_each(?1))",
            heard,
        )
        .await?;
        put(to, "DELETE FROM journal WHERE seq IN (SELECT value FROM json_each(?1))", journal).await?;
        put(
            to,
            "DELETE FROM programs WHERE (bot, hash) IN (SELECT value->>0, value->>1 FROM json_each(?1))",
            programs,
        )
        .await
    }
}

/// One statement for any number of rows.
async fn put(to: &mut SqliteConnection, sql: &'static str, rows: Vec<Value>) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(sql).bind(Value::Array(rows).to_string()).execute(to).await.map(drop)
}

/// Rows that are set, with the value at their end, and those that go.
fn parted<K>(slots: Slots<K>, row: impl Fn(K) -> Value) -> (Vec<Value>, Vec<Value>) {
    let (mut set, mut gone) = (Vec::new(), Vec::new());
    for (key, value) in slots {
        let mut row = row(key);
        match (value, &mut row) {
            (Some(value), Value::Array(cells)) => {
                cells.push(value);
                set.push(row);
            }
            _ => gone.push(row),
        }
    }
    (set, gone)
}
