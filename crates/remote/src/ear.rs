//! A line that knows when something last came through it: a large frame takes long on a slow line, and that is no silence.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, sleep_until};

use crate::frames::SILENCE;

pub struct Ear<L> {
    line: L,
    last: Last,
}

/// When something last came.
#[derive(Clone)]
pub struct Last(Arc<Mutex<Instant>>);

impl<L> Ear<L> {
    pub fn on(line: L) -> (Ear<L>, Last) {
        let last = Last(Arc::new(Mutex::new(Instant::now())));
        (Ear { line, last: last.clone() }, last)
    }
}

impl Last {
    fn get(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Comes back when nothing has come for too long.
    pub async fn silence(&self) {
        loop {
            let until = self.get() + SILENCE;
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }
}

impl<L: AsyncRead + Unpin> AsyncRead for Ear<L> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = to.filled().len();
        let read = Pin::new(&mut self.line).poll_read(context, to);
        if to.filled().len() > before {
            *self.last.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
        read
    }
}

impl<L: AsyncWrite + Unpin> AsyncWrite for Ear<L> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write(context, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(context)
    }
}
