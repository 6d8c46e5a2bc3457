//! The one that writes. It takes what has come in meanwhile into one transaction, and answers when the disk has it.

use std::path::PathBuf;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

use crate::commit::{Commit, Group};
use crate::error::StoreError;

pub struct Job {
    pub commit: Commit,
    pub done: oneshot::Sender<Result<(), StoreError>>,
}

/// So many go into one transaction at most.
const MOST: usize = 512;

pub async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    options.clone().connect().await
}

/// Runs until nobody can send any more. Never cancelled in the middle: it is a task of its own.
pub async fn run(mut connection: SqliteConnection, mut jobs: mpsc::Receiver<Job>, file: PathBuf) {
    let mut taken = Vec::with_capacity(MOST);
    while jobs.recv_many(&mut taken, MOST).await > 0 {
        let mut group = Group::default();
        let mut waiting = Vec::with_capacity(taken.len());
        for Job { commit, done } in taken.drain(..) {
            group.add(commit);
            waiting.push(done);
        }
        let written = group.write(&mut connection).await.map_err(|error| StoreError::of(&file, &error));
        if let Err(error) = &written {
            tracing::error!(%error, commits = waiting.len(), "not written");
            // Where nothing was begun there is nothing to take back.
            let _ = sqlx::query("ROLLBACK").execute(&mut connection).await;
        }
        for done in waiting {
            // Who asked may have gone; it is written all the same.
            let _ = done.send(written.clone());
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the store was not closed cleanly; nothing is lost");
    }
}
