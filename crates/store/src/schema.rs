//! The tables, and how an older file becomes a newer one.

use std::path::Path;

use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use crate::error::StoreError;

/// Each step brings the file from the form before to the next; a step that was released never changes.
const STEPS: &[&str] = &["
    CREATE TABLE heard (bot TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (bot, id)) WITHOUT ROWID;
    CREATE TABLE sessions (bot TEXT NOT NULL, conversation TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (bot, conversation)) WITHOUT ROWID;
    CREATE TABLE variables (bot TEXT NOT NULL, scope INTEGER NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (bot, scope, owner, name)) WITHOUT ROWID;
    CREATE TABLE timers (bot TEXT NOT NULL, conversation TEXT NOT NULL, id INTEGER NOT NULL, due INTEGER NOT NULL,
        PRIMARY KEY (bot, conversation, id)) WITHOUT ROWID;
    CREATE INDEX timers_by_due ON timers (bot, due);
    CREATE TABLE outbox (seq INTEGER PRIMARY KEY, bot TEXT NOT NULL, key TEXT NOT NULL, conversation TEXT NOT NULL, body TEXT NOT NULL,
        begun INTEGER NOT NULL DEFAULT 0);
    CREATE UNIQUE INDEX outbox_by_key ON outbox (bot, key);
    CREATE TABLE journal (seq INTEGER PRIMARY KEY, bot TEXT NOT NULL, conversation TEXT NOT NULL, position INTEGER NOT NULL,
        at INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE INDEX journal_by_conversation ON journal (bot, conversation, position);
    CREATE TABLE dead (id INTEGER PRIMARY KEY AUTOINCREMENT, bot TEXT NOT NULL, conversation TEXT NOT NULL, at INTEGER NOT NULL,
        body TEXT NOT NULL);
    CREATE TABLE cursors (bot TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (bot, name)) WITHOUT ROWID;
    CREATE TABLE kept (bot TEXT NOT NULL, store TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, until INTEGER,
        PRIMARY KEY (bot, store, key)) WITHOUT ROWID;
", "
    ALTER TABLE sessions ADD COLUMN programs TEXT NOT NULL DEFAULT '';
    UPDATE sessions SET programs = coalesce((SELECT group_concat(DISTINCT value->>'program') FROM json_each(body, '$.runs')), '')
        WHERE json_valid(body);
    CREATE INDEX sessions_by_programs ON sessions (bot, programs) WHERE programs <> '';
    ALTER TABLE journal ADD COLUMN first TEXT;
    CREATE INDEX heard_by_age ON heard (bot, at);
    CREATE TABLE programs (bot TEXT NOT NULL, hash TEXT NOT NULL, used INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (bot, hash)) WITHOUT ROWID;
", "
    CREATE TABLE held (bot TEXT NOT NULL, conversation TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,
        body TEXT NOT NULL, PRIMARY KEY (bot, conversation, position)) WITHOUT ROWID;
", "
    CREATE TABLE journal_places (bot TEXT NOT NULL, conversation TEXT NOT NULL, position INTEGER NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (bot, conversation, position, seq)) WITHOUT ROWID;
    INSERT INTO journal_places SELECT bot, conversation, position, seq FROM journal;
    DROP INDEX journal_by_conversation;
    CREATE TABLE journal_placed (up_to INTEGER NOT NULL);
    INSERT INTO journal_placed SELECT coalesce(max(seq), 0) FROM journal;
    CREATE VIEW past AS
        SELECT places.bot, places.conversation, places.position, journal.seq, journal.at, journal.body, journal.first
            FROM journal_places AS places JOIN journal ON journal.seq = places.seq
        UNION ALL
        SELECT bot, conversation, position, seq, at, body, first FROM journal WHERE seq > (SELECT up_to FROM journal_placed);
"];

pub async fn bring_up(connection: &mut SqliteConnection, file: &Path) -> Result<(), StoreError> {
    let wrong = |error: sqlx::Error| StoreError::of(file, &error);
    let form: i64 =
        sqlx::query("PRAGMA user_version").fetch_one(&mut *connection).await.map_err(wrong)?.get(0);
    let newest = STEPS.len() as i64;
    if form > newest {
        return Err(StoreError::Newer { file: file.to_path_buf(), form, known: newest });
    }
    for (place, step) in STEPS.iter().enumerate().skip(form as usize) {
        // One text, so that a kill leaves the form before or the one after.
        let whole = format!("BEGIN IMMEDIATE; {step} PRAGMA user_version = {}; COMMIT;", place + 1);
        sqlx::raw_sql(AssertSqlSafe(whole)).execute(&mut *connection).await.map_err(wrong)?;
    }
    Ok(())
}
