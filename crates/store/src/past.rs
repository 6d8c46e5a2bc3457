//! What can be asked about the past: the journal, and in which conversations something happened lately.
//!
//! Entries are written one after the other and sorted by conversation later, many at once: sorting each as it comes would touch a page of
//! the file for every entry. `past` shows both, those that have their place and the fresh ones.

use serde_json::{Value, json};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::commit::Entry;
use crate::{Store, StoreError};

/// A conversation by the latest that happened in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// The number of its latest entry in the journal.
    pub seq: i64,
    pub conversation: String,
    pub at: i64,
}

/// Gives the fresh entries their places.
pub async fn place(file: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let sql = "BEGIN IMMEDIATE;
        INSERT INTO journal_places SELECT bot, conversation, position, seq FROM journal
            WHERE seq > (SELECT up_to FROM journal_placed) ORDER BY bot, conversation, position;
        UPDATE journal_placed SET up_to = (SELECT coalesce(max(seq), 0) FROM journal);
        COMMIT";
    sqlx::raw_sql(sql).execute(file).await.map(drop)
}

/// So many entries are looked at for one list of conversations.
const WINDOW: u32 = 5000;

impl Store {
    /// What happened in a conversation, from this position on.
    pub async fn journal(&self, bot: &str, conversation: &str, from: u64) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT conversation, position, at, body, first FROM past WHERE bot = ?1 AND conversation = ?2->>0 AND position >= ?2->>1 ORDER BY position";
        self.rows(sql, bot, Some(json!([conversation, from]).to_string()), entry).await
    }

    /// So many entries from this position on.
    pub async fn journal_part(
        &self,
        bot: &str,
        conversation: &str,
        from: u64,
        most: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT conversation, position, at, body, first FROM past WHERE bot = ?1 AND conversation = ?2->>0 AND position >= ?2->>1 ORDER BY position LIMIT ?2->>2";
        self.rows(sql, bot, Some(json!([conversation, from, most]).to_string()), entry).await
    }

    /// The latest entries, the latest first.
    pub async fn journal_back(
        &self,
        bot: &str,
        conversation: &str,
        most: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT conversation, position, at, body, first FROM past WHERE bot = ?1 AND conversation = ?2->>0 ORDER BY position DESC LIMIT ?2->>1";
        self.rows(sql, bot, Some(json!([conversation, most]).to_string()), entry).await
    }

    /// The latest position, not after this one, from which the journal can be replayed.
    pub async fn journal_first(
        &self,
        bot: &str,
        conversation: &str,
        by: u64,
    ) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT max(position) FROM past WHERE bot = ?1 AND conversation = ?2->>0 AND position <= ?2->>1 AND first IS NOT NULL";
        let by = i64::try_from(by).unwrap_or(i64::MAX);
        let found = self.rows(sql, bot, Some(json!([conversation, by]).to_string()), |row| {
            row.get::<Option<i64>, _>(0).map(i64::cast_unsigned)
        });
        Ok(found.await?.into_iter().next().flatten())
    }

    /// Conversations by when something last happened in them, the latest first, of those whose latest is before this entry. The second is
    /// where to go on asking; nothing: these are all.
    pub async fn recent(
        &self,
        bot: &str,
        before: Option<i64>,
        most: u32,
    ) -> Result<(Vec<Recent>, Option<i64>), StoreError> {
        // The plus keeps it going by number. A conversation counts at its latest entry alone.
        let sql = "WITH fresh AS MATERIALIZED (SELECT conversation, max(position) AS position FROM journal
                WHERE seq > (SELECT up_to FROM journal_placed) AND +bot = ?1 GROUP BY conversation)
            SELECT seq, latest.conversation, at, latest.position = coalesce(fresh.position,
                (SELECT max(position) FROM journal_places AS of WHERE of.bot = ?1 AND of.conversation = latest.conversation))
            FROM (SELECT seq, conversation, at, position FROM journal WHERE +bot = ?1 AND (?2->>0 IS NULL OR seq < ?2->>0) ORDER BY seq DESC LIMIT ?2->>1) AS latest
                LEFT JOIN fresh ON fresh.conversation = latest.conversation
            ORDER BY seq DESC";
        let given = Value::from(vec![before.into(), Value::from(WINDOW)]).to_string();
        let rows = self.rows(sql, bot, Some(given), |row| {
            let one = Recent { seq: row.get(0), conversation: row.get(1), at: row.get(2) };
            (one, row.get::<bool, _>(3))
        });
        let rows = rows.await?;
        let end = rows.last().map(|(one, _)| one.seq).filter(|_| rows.len() == WINDOW as usize);
        let latest = rows.into_iter().filter(|(_, is_latest)| *is_latest).map(|(one, _)| one);
        let mut found: Vec<Recent> = latest.collect();
        let is_more = found.len() > most as usize;
        found.truncate(most as usize);
        let next = if is_more { found.last().map(|one| one.seq) } else { end };
        Ok((found, next))
    }
}

fn entry(row: &SqliteRow) -> Entry {
    Entry {
        conversation: row.get(0),
        position: row.get::<i64, _>(1).cast_unsigned(),
        at: row.get(2),
        body: row.get(3),
        first: row.get(4),
    }
}
