//! Newer versions of this program, by Tauri's updater. The page knows nothing of it: what it may ask is the studio's `updates.*`, and
//! the plugin's own commands are granted to no window.

#[cfg(all(test, target_os = "linux"))]
mod tests;
mod trouble;

use std::cmp::Ordering;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use studio::updates::{Ended, Failed, Published, Release, Say, Step, Updates};
use tauri::async_runtime::{block_on, spawn};
use tauri::{AppHandle, Runtime, Url};
use tauri_plugin_updater::{Update, Updater, UpdaterExt};

/// A server that says nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Desktop<R: Runtime> {
    app: AppHandle<R>,
    asks: Asks,
    found: Mutex<Option<Update>>,
    /// Ends the download that is under way.
    end: Mutex<Option<Box<dyn Fn() + Send>>>,
}

/// The version that is published, and how it stands to this one.
type Learnt = Arc<Mutex<Option<(Ordering, String)>>>;

/// Where it differs from what tauri.conf.json and the bundle say.
#[derive(Default)]
pub struct Asks {
    /// Another place where versions are published. The key stays the same.
    pub place: Option<Url>,
    /// The file that a new version takes the place of.
    pub program: Option<PathBuf>,
}

/// Came this program as a package that can be replaced? What was built from source, or comes from a distribution, did not.
pub fn is_replaceable() -> bool {
    tauri::utils::platform::bundle_type().is_some()
}

impl<R: Runtime> Desktop<R> {
    pub fn new(app: AppHandle<R>, asks: Asks) -> Desktop<R> {
        Desktop { app, asks, found: Mutex::default(), end: Mutex::default() }
    }

    /// The updater, and what it learns of the version that is published.
    fn updater(&self) -> tauri_plugin_updater::Result<(Updater, Learnt)> {
        let learnt = Learnt::default();
        let learns = Arc::clone(&learnt);
        let app = self.app.clone();
        // A server on loopback has no certificate; for all others no step of the way goes without one.
        let secure = self.asks.place.as_ref().is_none_or(|place| place.scheme() == "https");
        let mut builder = self
            .app
            .updater_builder()
            .timeout(PATIENCE)
            .configure_client(move |client| {
                client.https_only(secure).connect_timeout(PATIENCE).read_timeout(PATIENCE)
            })
            .version_comparator(move |current, release| {
                let order = release.version.cmp(&current);
                *lock(&learns) = Some((order, release.version.to_string()));
                order.is_gt()
            })
            // Windows' installer ends this program where it stands.
            .on_before_exit(move || {
                crate::rpc::close(&app);
                app.cleanup_before_exit();
            });
        if let Some(place) = &self.asks.place {
            builder = builder.endpoints(vec![place.clone()])?;
        }
        if let Some(program) = &self.asks.program {
            builder = builder.executable_path(program);
        }
        Ok((builder.build()?, learnt))
    }

    fn download(&self, update: Update, say: Say) -> Result<Option<Vec<u8>>, Failed> {
        let mut loaded = 0;
        let under_way = spawn(async move {
            let chunk = |length: usize, size| {
                loaded += length as u64;
                say(Step::Loading { loaded, size });
            };
            update.download(chunk, || {}).await
        });
        let abort = under_way.inner().abort_handle();
        *lock(&self.end) = Some(Box::new(move || abort.abort()));
        let end = block_on(under_way);
        *lock(&self.end) = None;
        match end {
            Ok(package) => package.map(Some).map_err(trouble::of_install),
            // Nobody ends it but `stop`.
            Err(_) => Ok(None),
        }
    }
}

impl<R: Runtime> Updates for Desktop<R> {
    fn look(&self) -> Result<Published, Failed> {
        let (updater, learnt) = self.updater().map_err(trouble::of_look)?;
        let found = block_on(updater.check()).map_err(trouble::of_look)?;
        *lock(&self.found) = found.clone();
        if let Some(update) = found {
            let notes = update.body.filter(|notes| !notes.trim().is_empty());
            return Ok(Published::Newer(Release { version: update.version, notes }));
        }
        match lock(&learnt).take() {
            Some((Ordering::Less, version)) => Ok(Published::Older { version }),
            _ => Ok(Published::Same),
        }
    }

    fn install(&self, say: Say) -> Result<Ended, Failed> {
        let Some(update) = lock(&self.found).clone() else {
            return Err(trouble::nothing_found());
        };
        let Some(package) = self.download(update.clone(), Arc::clone(&say))? else {
            return Ok(Ended::Stopped);
        };
        if self.asks.program.is_none() && !is_replaceable() {
            return Err(trouble::not_ours_to_replace());
        }
        say(Step::Installing);
        update.install(package).map_err(trouble::of_install)?;
        Ok(Ended::Installed)
    }

    fn stop(&self) {
        if let Some(end) = lock(&self.end).as_ref() {
            end();
        }
    }

    /// By way of the event loop, so that everything is saved as at any other end.
    fn restart(&self) {
        self.app.request_restart();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
