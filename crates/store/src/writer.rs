//! The one that writes. It takes what has come in meanwhile into one transaction, and answers when the disk has it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

use crate::commit::Commit;
use crate::error::StoreError;
use crate::group::Group;
use crate::past;

pub struct Job {
    pub commit: Commit,
    /// What it stands on.
    pub chain: Option<Chain>,
    pub done: oneshot::Sender<Result<(), StoreError>>,
}

/// Commits that stand on each other: once one of them is not written, none after it is. Copies are one chain.
#[derive(Clone, Debug, Default)]
pub struct Chain(Arc<AtomicBool>);

impl Chain {
    fn is_broken(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    fn tear(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A commit on its way to the disk.
pub struct Writing(pub(crate) oneshot::Receiver<Result<(), StoreError>>);

impl Writing {
    /// Comes back when the disk has it. Whoever stops waiting can wait again.
    pub async fn done(&mut self) -> Result<(), StoreError> {
        (&mut self.0).await.map_err(|_| StoreError::Closed)?
    }
}

/// So many entries of the journal may be without their places.
const MOST_FRESH: usize = 2000;
/// So many go into one transaction at most.
const MOST: usize = 512;

pub async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    options.clone().connect().await
}

/// Runs until nobody can send any more. Never cancelled in the middle: it is a task of its own.
pub async fn run(mut connection: SqliteConnection, mut jobs: mpsc::Receiver<Job>, file: PathBuf) {
    let mut taken = Vec::with_capacity(MOST);
    // After a start it is not known how many there are.
    let mut fresh = MOST_FRESH;
    while jobs.recv_many(&mut taken, MOST).await > 0 {
        let mut group = Group::default();
        let mut waiting = Vec::with_capacity(taken.len());
        for Job { commit, chain, done } in taken.drain(..) {
            if chain.as_ref().is_some_and(Chain::is_broken) {
                // Who asked may have gone.
                let _ = done.send(Err(StoreError::Closed));
                continue;
            }
            group.add(commit);
            waiting.push((chain, done));
        }
        fresh += group.entries();
        let written = group.write(&mut connection).await.map_err(|error| StoreError::of(&file, &error));
        if let Err(error) = &written {
            tracing::error!(%error, commits = waiting.len(), "not written");
            // Where nothing was begun there is nothing to take back.
            let _ = sqlx::query("ROLLBACK").execute(&mut connection).await;
        }
        for (chain, done) in waiting {
            if let (Err(_), Some(chain)) = (&written, chain) {
                chain.tear();
            }
            // Who asked may have gone; it is written all the same.
            let _ = done.send(written.clone());
        }
        if fresh >= MOST_FRESH && written.is_ok() {
            match past::place(&mut connection).await {
                Ok(()) => fresh = 0,
                Err(error) => {
                    tracing::error!(error = %StoreError::of(&file, &error), "what happened lately is not sorted yet");
                    let _ = sqlx::query("ROLLBACK").execute(&mut connection).await;
                }
            }
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the store was not closed cleanly; nothing is lost");
    }
}
