//! What can be asked.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::commit::{Asked, Held};
use crate::{Store, StoreError};

/// What was asked for and is not settled.
#[derive(Clone, Debug)]
pub struct Open {
    pub asked: Asked,
    /// Somebody had begun to do it.
    pub begun: bool,
}

#[derive(Clone, Debug)]
pub struct DeadLetter {
    pub id: i64,
    pub conversation: String,
    pub at: i64,
    pub body: String,
}

impl Store {
    pub(crate) async fn rows<T>(
        &self,
        sql: &'static str,
        bot: &str,
        given: Option<String>,
        row: impl Fn(&SqliteRow) -> T,
    ) -> Result<Vec<T>, StoreError> {
        let query = sqlx::query(sql).bind(bot).bind(given);
        let rows = query.fetch_all(&self.inner.readers).await;
        let rows = rows.map_err(|error| StoreError::of(&self.inner.file, &error))?;
        Ok(rows.iter().map(row).collect())
    }

    /// Which of these events were heard before.
    pub async fn heard(&self, bot: &str, ids: &[String]) -> Result<BTreeSet<String>, StoreError> {
        let sql = "SELECT id FROM heard WHERE bot = ?1 AND id IN (SELECT value FROM json_each(?2))";
        Ok(self.rows(sql, bot, Some(json!(ids).to_string()), |row| row.get(0)).await?.into_iter().collect())
    }

    /// Those of these conversations that there are.
    pub async fn sessions(&self, bot: &str, names: &[String]) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT conversation, body FROM sessions WHERE bot = ?1 AND conversation IN (SELECT value FROM json_each(?2))";
        self.rows(sql, bot, Some(json!(names).to_string()), |row| (row.get(0), row.get(1))).await
    }

    /// The variables of these owners: scope, owner, name, value.
    pub async fn variables(
        &self,
        bot: &str,
        owners: &[(u8, String)],
    ) -> Result<Vec<(u8, String, String, String)>, StoreError> {
        let sql = "SELECT scope, owner, name, value FROM variables WHERE bot = ?1 AND (scope, owner) IN (SELECT value->>0, value->>1 FROM json_each(?2))";
        self.rows(sql, bot, Some(json!(owners).to_string()), |row| {
            (row.get(0), row.get(1), row.get(2), row.get(3))
        })
        .await
    }

    /// Timers that are due by then, the earliest first: conversation, id, due.
    pub async fn due(&self, bot: &str, by: i64, most: u32) -> Result<Vec<(String, u64, i64)>, StoreError> {
        let sql = "SELECT conversation, id, due FROM timers WHERE bot = ?1 AND due <= ?2->>0 ORDER BY due, id LIMIT ?2->>1";
        self.rows(sql, bot, Some(json!([by, most]).to_string()), |row| {
            (row.get(0), row.get::<i64, _>(1).cast_unsigned(), row.get(2))
        })
        .await
    }

    /// When the next timer is due.
    pub async fn next_due(&self, bot: &str) -> Result<Option<i64>, StoreError> {
        let found =
            self.rows("SELECT min(due) FROM timers WHERE bot = ?1", bot, None, |row| row.get(0)).await?;
        Ok(found.into_iter().next().flatten())
    }

    /// What was asked for and is not settled, in order.
    pub async fn outbox(&self, bot: &str) -> Result<Vec<Open>, StoreError> {
        let sql = "SELECT key, conversation, body, begun FROM outbox WHERE bot = ?1 ORDER BY seq";
        self.rows(sql, bot, None, |row| Open {
            asked: Asked { key: row.get(0), conversation: row.get(1), body: row.get(2) },
            begun: row.get(3),
        })
        .await
    }

    /// What waits in line, in order.
    pub async fn held(&self, bot: &str) -> Result<Vec<Held>, StoreError> {
        let sql = "SELECT conversation, position, id, at, body FROM held WHERE bot = ?1 ORDER BY conversation, position";
        self.rows(sql, bot, None, |row| Held {
            conversation: row.get(0),
            position: row.get(1),
            id: row.get(2),
            at: row.get(3),
            body: row.get(4),
        })
        .await
    }

    /// The programs that runs are on.
    pub async fn standing(&self, bot: &str) -> Result<BTreeSet<String>, StoreError> {
        let sql = "SELECT DISTINCT programs FROM sessions WHERE bot = ?1 AND programs <> ''";
        let lists = self.rows(sql, bot, None, |row| row.get::<String, _>(0)).await?;
        Ok(lists.iter().flat_map(|list| list.split(',')).map(String::from).collect())
    }

    pub async fn program(&self, bot: &str, hash: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT body FROM programs WHERE bot = ?1 AND hash = ?2";
        Ok(self.rows(sql, bot, Some(hash.into()), |row| row.get(0)).await?.into_iter().next())
    }

    pub async fn dead(&self, bot: &str) -> Result<Vec<DeadLetter>, StoreError> {
        let sql = "SELECT id, conversation, at, body FROM dead WHERE bot = ?1 ORDER BY id";
        self.rows(sql, bot, None, |row| DeadLetter {
            id: row.get(0),
            conversation: row.get(1),
            at: row.get(2),
            body: row.get(3),
        })
        .await
    }

    pub async fn dead_count(&self, bot: &str) -> Result<u64, StoreError> {
        self.count("SELECT count(*) FROM dead WHERE bot = ?1", bot).await
    }

    /// How much was asked for and is not settled.
    pub async fn outbox_count(&self, bot: &str) -> Result<u64, StoreError> {
        self.count("SELECT count(*) FROM outbox WHERE bot = ?1", bot).await
    }

    async fn count(&self, sql: &'static str, bot: &str) -> Result<u64, StoreError> {
        let found = self.rows(sql, bot, None, |row| row.get::<i64, _>(0).cast_unsigned()).await?;
        Ok(found.into_iter().next().unwrap_or_default())
    }

    /// How far a channel was read.
    pub async fn cursor(&self, bot: &str, name: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM cursors WHERE bot = ?1 AND name = ?2";
        Ok(self.rows(sql, bot, Some(name.into()), |row| row.get(0)).await?.into_iter().next())
    }

    /// A value of the bot's own small store that has not run out.
    pub async fn kept(
        &self,
        bot: &str,
        store: &str,
        key: &str,
        now: i64,
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM kept WHERE bot = ?1 AND store = ?2->>0 AND key = ?2->>1 AND (until IS NULL OR until > ?2->>2)";
        Ok(self
            .rows(sql, bot, Some(json!([store, key, now]).to_string()), |row| row.get(0))
            .await?
            .into_iter()
            .next())
    }

    /// Its keys that begin so.
    pub async fn kept_keys(
        &self,
        bot: &str,
        store: &str,
        begin: &str,
        now: i64,
        most: u32,
    ) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT key FROM kept WHERE bot = ?1 AND store = ?2->>0 AND substr(key, 1, length(?2->>1)) = ?2->>1 AND (until IS NULL OR until > ?2->>2) ORDER BY key LIMIT ?2->>3";
        self.rows(sql, bot, Some(json!([store, begin, now, most]).to_string()), |row| row.get(0)).await
    }
}
