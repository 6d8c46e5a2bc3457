//! A call of a web address. Every answer is given as it came, whatever its status: which are failures is the engine's to say.

mod answer;
mod follow;
mod pages;
mod ready;

use engine::effect::Http;
use engine::{Done, EffectError, ErrorKind, Key};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use tokio::time::Instant;

use crate::filling::Filling;
use crate::line::{Begun, Failed, Line, address, shown};
use crate::{Assets, data_url};

use follow::follow;
use ready::Ready;

pub async fn perform(
    line: &Line,
    filling: &mut Filling<'_>,
    assets: &Assets,
    http: &Http,
    key: Key,
    until: Instant,
) -> Result<Done, EffectError> {
    let ready = Ready::new(http, filling, assets, key)?;
    let done = match &http.pages {
        Some(pages) if !http.file => pages::collect(line, &ready, pages, until).await,
        _ => once(line, &ready, http, until).await,
    };
    done.map_err(|failed| if ready.is_safe() { failed.error } else { failed.of_deed() })
}

/// What an address leads to.
pub async fn fetch(line: &Line, url: &str, until: Instant) -> Result<Vec<u8>, EffectError> {
    let ready = Ready::plain(address(url)?);
    let begun = follow(line, &ready, ready.url.clone(), 1, until).await.map_err(|failed| failed.error)?;
    if !is_fine(begun.status) {
        let words = format!("The file is not there: the answer was {}.", begun.status);
        return Err(EffectError::new(ErrorKind::of_status(begun.status), words));
    }
    begun.body(line.limits.most_bytes).await.map_err(|failed| failed.error)
}

async fn once(line: &Line, ready: &Ready, http: &Http, until: Instant) -> Result<Done, Failed> {
    let begun = follow(line, ready, ready.url.clone(), 1, until).await?;
    if http.file && is_fine(begun.status) {
        return file(line, ready, http, begun).await;
    }
    let (status, headers) = (begun.status, begun.headers.clone());
    let body = begun.body(line.limits.most_bytes).await?;
    Ok(Done::Http { status, headers: answer::fields(&headers), body: answer::data(&headers, &body)? })
}

/// How to find a file again: its address, where that alone leads to it, or else the file itself as an address. Both are texts that a media
/// node takes for an address, now and after a restart.
async fn file(line: &Line, ready: &Ready, http: &Http, begun: Begun) -> Result<Done, Failed> {
    let (status, headers) = (begun.status, answer::fields(&begun.headers));
    let body = if ready.is_public() {
        ready.url.to_string()
    } else {
        let mime = begun
            .headers
            .get(CONTENT_TYPE)
            .and_then(|mime| mime.to_str().ok())
            .unwrap_or_default()
            .to_string();
        let most = line.limits.most_carried;
        let bytes = begun.body(most).await.map_err(|failed| match failed.error.kind {
            ErrorKind::OverLimit => {
                let words = format!(
                    "The file is larger than {}; one that its address alone does not lead to can only be so large.",
                    shown(most)
                );
                Failed { error: EffectError::new(ErrorKind::OverLimit, words), ..failed }
            }
            _ => failed,
        })?;
        data_url::write(&mime, &bytes)
    };
    let body = if http.method.as_str() == Method::HEAD { flow::Data::Null } else { flow::Data::text(body) };
    Ok(Done::Http { status, headers, body })
}

fn is_fine(status: u16) -> bool {
    (200..300).contains(&status)
}
