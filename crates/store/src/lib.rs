//! What must outlive the process, in one SQLite file: what was heard, sessions, shared variables, timers, the outbox, the journal, dead
//! letters.
//!
//! The ways in: [`Store::open`], [`Store::commit`] for one logical transaction, and the questions of `read`. Knows nothing of bots: what it
//! keeps is text to it. One writer commits in groups and answers only when the disk has it; a commit is there whole or not at all.

mod commit;
mod error;
mod group;
mod past;
mod prune;
mod read;
mod rows;
mod schema;
mod writer;

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio::sync::{mpsc, oneshot};

pub use commit::{Asked, Commit, Entry, Held, Kept, Letter, Program, Pruned, Session, Timer, Variable};
pub use error::StoreError;
pub use past::Recent;
pub use prune::Before;
pub use read::{DeadLetter, Open};
use writer::Job;
pub use writer::{Chain, Writing};

/// Cheap to copy. The last copy that goes closes the file.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    file: PathBuf,
    readers: SqlitePool,
    jobs: mpsc::Sender<Job>,
    /// Held as long as the store is open: one process at a time.
    _lock: File,
}

const FILE: &str = "state.sqlite";
/// So many commits may wait for the writer before whoever comes next waits too.
const MOST_JOBS: usize = 1024;
const READERS: u32 = 2;

impl Store {
    /// Opens the folder's store, or makes one. Must be called inside of a tokio runtime, which the writer lives in.
    pub async fn open(folder: &Path) -> Result<Store, StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::io(folder, &error))?;
        let lock = locked(folder)?;
        let file = folder.join(FILE);
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(false)
            // Pages that are written again and again meanwhile are copied into the file once.
            .pragma("wal_autocheckpoint", "8000")
            // Each statement for rows comes in a few sizes.
            .statement_cache_capacity(200);
        let mut connection =
            writer::connect(&options).await.map_err(|error| StoreError::of(&file, &error))?;
        schema::bring_up(&mut connection, &file).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await
            .map_err(|error| StoreError::of(&file, &error))?;
        let (jobs, waiting) = mpsc::channel(MOST_JOBS);
        tokio::spawn(writer::run(connection, waiting, file.clone()));
        Ok(Store { inner: Arc::new(Inner { file, readers, jobs, _lock: lock }) })
    }

    /// Writes one logical transaction, and comes back when the disk has it. Many at once share one commit of the file.
    pub async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        self.write(commit, None).await.done().await
    }

    /// Begins to write, without waiting for the disk: the next one of a chain can be thought of meanwhile.
    pub async fn begin(&self, commit: Commit, chain: &Chain) -> Writing {
        self.write(commit, Some(chain.clone())).await
    }

    async fn write(&self, commit: Commit, chain: Option<Chain>) -> Writing {
        let (done, answer) = oneshot::channel();
        // A writer that is gone takes `done` along, and whoever waits is told so.
        let _ = self.inner.jobs.send(Job { commit, chain, done }).await;
        Writing(answer)
    }
}

fn locked(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| StoreError::io(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::Locked(folder.to_path_buf())),
        Err(std::fs::TryLockError::Error(error)) => Err(StoreError::io(&path, &error)),
    }
}
