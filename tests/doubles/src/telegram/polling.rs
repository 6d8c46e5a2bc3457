//! `getUpdates`: waits for news, confirms by offset, and sends away the poller that was there before.

use std::sync::Arc;
use std::time::Duration;

use frankenstein::methods::GetUpdatesParams;
use serde_json::Value;
use tokio::time::Instant;

use super::Shared;
use super::parse::judged;
use super::refusal::Refusal;
use crate::wire::Sent;

const WEBHOOK: &str =
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
const OTHER: &str = "terminated by other getUpdates request; make sure that only one bot instance is running";

pub(super) async fn get_updates(shared: &Arc<Shared>, sent: &Sent) -> Result<Value, Refusal> {
    let params: GetUpdatesParams = judged(sent)?;
    let mut news = shared.news.subscribe();
    let until = Instant::now() + Duration::from_secs(params.timeout.unwrap_or(0).min(50).into());
    let ticket = {
        let mut world = shared.world();
        let queue = &mut world.queue;
        if queue.webhook.is_some() {
            return Err(Refusal::conflict(WEBHOOK));
        }
        queue.allow(params.allowed_updates.as_ref());
        if let Some(offset) = params.offset {
            queue.confirm(offset);
        }
        queue.poller += 1;
        queue.poller
    };
    // Whoever waited before is told at once.
    shared.tell();
    loop {
        news.borrow_and_update();
        {
            let queue = &mut shared.world().queue;
            if queue.webhook.is_some() {
                return Err(Refusal::conflict("terminated by setWebhook request"));
            }
            if queue.poller != ticket {
                return Err(Refusal::conflict(OTHER));
            }
            let batch = queue.batch(&params);
            if !batch.is_empty() || Instant::now() >= until {
                return Ok(Value::Array(batch));
            }
        }
        let _ = tokio::time::timeout_at(until, news.changed()).await;
    }
}
