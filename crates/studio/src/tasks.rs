//! What has to wait for networks: one runtime for all of it, made when it is first needed. Everything else here is synchronous.

use std::future::Future;
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Code, Error, Result};

#[derive(Default)]
pub struct Tasks(Mutex<Option<Runtime>>);

/// So long what goes on is given to end.
const PATIENCE: Duration = Duration::from_secs(1);

impl Tasks {
    fn handle(&self) -> Result<Handle> {
        let mut runtime = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if runtime.is_none() {
            let made =
                Builder::new_multi_thread().worker_threads(2).thread_name("studio").enable_all().build();
            let no = |error| Error::new(Code::Internal, format!("The system gives no threads: {error}."));
            *runtime = Some(made.map_err(no)?);
        }
        let runtime = runtime.as_ref().map(|runtime| runtime.handle().clone());
        runtime.ok_or_else(|| Error::new(Code::Internal, "The studio is shutting down."))
    }

    /// Blocks until it is done. Callable from any thread, also from one of another runtime.
    pub fn wait<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> Result<T> {
        let (tell, hear) = mpsc::sync_channel(1);
        self.handle()?.spawn(async move {
            let done = task.await;
            // Whoever asked is waiting below.
            let _ = tell.send(done);
        });
        hear.recv().map_err(|_| Error::new(Code::Internal, "Something went wrong inside Nexus Bots."))
    }

    pub fn end(&self) {
        let runtime = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(runtime) = runtime else { return };
        // A runtime may not be dropped on a thread of another one.
        let _ = std::thread::spawn(move || runtime.shutdown_timeout(PATIENCE)).join();
    }
}
