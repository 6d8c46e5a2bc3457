//! What is so old that nobody needs it goes: a little at a time, so that the writer always has time for what happens now.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::Row;

use crate::commit::Pruned;
use crate::{Commit, Store, StoreError};

/// What is older than these moments may go.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    pub heard: i64,
    pub journal: i64,
    /// Programs that no run is on, by when they were last in use.
    pub programs: i64,
}

/// So many rows go in one commit.
const CHUNK: usize = 500;

impl Store {
    /// Lets go of what is old, and says how many rows that were. A journal loses whole stretches only, each from a moment at which nothing
    /// was going on to the next; so it can always be replayed from where it begins, and a run that is not over keeps all of its own.
    pub async fn prune(&self, bot: &str, before: Before) -> Result<u64, StoreError> {
        let mut count = 0;
        loop {
            let sql = "SELECT id FROM heard WHERE bot = ?1 AND at < ?2->>0 LIMIT ?2->>1";
            let given = json!([before.heard, CHUNK]).to_string();
            let heard: Vec<String> = self.rows(sql, bot, Some(given), |row| row.get(0)).await?;
            let is_end = heard.len() < CHUNK;
            count += self.drop_rows(bot, Pruned { heard, ..Pruned::default() }).await?;
            if is_end {
                break;
            }
        }
        count += self.prune_journal(bot, before.journal).await?;
        let standing = self.standing(bot).await?;
        let sql = "SELECT hash FROM programs WHERE bot = ?1 AND used < ?2->>0";
        let given = json!([before.programs]).to_string();
        let mut programs: Vec<String> = self.rows(sql, bot, Some(given), |row| row.get(0)).await?;
        programs.retain(|hash| !standing.contains(hash));
        Ok(count + self.drop_rows(bot, Pruned { programs, ..Pruned::default() }).await?)
    }

    /// Rows are numbered as they come, so the old ones come first and what is young is not looked at.
    async fn prune_journal(&self, bot: &str, before: i64) -> Result<u64, StoreError> {
        let mut known: BTreeSet<String> = BTreeSet::new();
        let (mut count, mut after, mut journal) = (0, -1_i64, Vec::new());
        loop {
            // The plus keeps it from going by conversation and sorting all of it.
            let sql = "SELECT seq, conversation, at FROM journal WHERE +bot = ?1 AND seq > ?2->>0 ORDER BY seq LIMIT ?2->>1";
            let given = json!([after, CHUNK]).to_string();
            let rows: Vec<(i64, String, i64)> =
                self.rows(sql, bot, Some(given), |row| (row.get(0), row.get(1), row.get(2))).await?;
            let Some((last, ..)) = rows.last() else { break };
            after = *last;
            let is_end = rows.len() < CHUNK || rows.iter().any(|(.., at)| *at >= before);
            for (_, conversation, _) in rows.into_iter().take_while(|(.., at)| *at < before) {
                if known.contains(&conversation) {
                    continue;
                }
                journal.extend(self.old_rows(bot, &conversation, before).await?);
                known.insert(conversation);
                while journal.len() >= CHUNK {
                    let journal = journal.drain(..CHUNK).collect();
                    count += self.drop_rows(bot, Pruned { journal, ..Pruned::default() }).await?;
                }
            }
            if is_end {
                break;
            }
        }
        Ok(count + self.drop_rows(bot, Pruned { journal, ..Pruned::default() }).await?)
    }

    /// The rows of a conversation up to the last moment at which nothing was going on in it and all before was old.
    async fn old_rows(&self, bot: &str, conversation: &str, before: i64) -> Result<Vec<i64>, StoreError> {
        let sql = "
            WITH of AS (SELECT seq, position, at, first FROM past WHERE bot = ?1 AND conversation = ?2->>0),
                open AS (SELECT count(*) AS runs FROM sessions WHERE bot = ?1 AND conversation = ?2->>0 AND programs <> ''),
                -- The first that is young; where there is none, and nothing is going on, all of it is old.
                young AS (SELECT coalesce(min(position), 9223372036854775807) AS position FROM of WHERE at >= ?2->>1),
                cut AS (SELECT CASE WHEN young.position = 9223372036854775807 AND open.runs = 0 THEN young.position
                    ELSE (SELECT max(position) FROM of WHERE first IS NOT NULL AND position <= young.position) END AS position
                    FROM young, open)
            SELECT seq FROM of, cut WHERE of.position < cut.position ORDER BY seq";
        self.rows(sql, bot, Some(json!([conversation, before]).to_string()), |row| row.get(0)).await
    }

    async fn drop_rows(&self, bot: &str, pruned: Pruned) -> Result<u64, StoreError> {
        let count = pruned.heard.len() + pruned.journal.len() + pruned.programs.len();
        if count > 0 {
            self.commit(Commit { bot: bot.into(), pruned, ..Commit::default() }).await?;
        }
        Ok(count as u64)
    }
}
