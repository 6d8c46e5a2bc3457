//! The webhook: updates are posted with the secret in their header until they are answered with 2xx, in order within a chat and side by
//! side across chats. An answer may itself be a call.

use std::sync::Arc;
use std::time::Duration;

use frankenstein::methods::{DeleteWebhookParams, SetWebhookParams};
use frankenstein::updates::WebhookInfo;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::parse::judged;
use super::refusal::Refusal;
use super::updates::{Waiting, Webhook};
use super::world::now;
use super::{Shared, methods};
use crate::record::{Act, Did};
use crate::wire::{Fields, Sent};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn set(shared: &Arc<Shared>, sent: &Sent) -> Result<Value, Refusal> {
    let params: SetWebhookParams = judged(sent)?;
    if params.url.is_empty() {
        return remove(shared, params.drop_pending_updates);
    }
    // Outside it must be https; on loopback nobody has a certificate.
    if !params.url.starts_with("https://")
        && !params.url.starts_with("http://127.0.0.1")
        && !params.url.starts_with("http://localhost")
    {
        return Err(Refusal::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    let is_secret = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if params.secret_token.as_ref().is_some_and(|secret| secret.len() > 256 || !secret.chars().all(is_secret))
    {
        return Err(Refusal::bad("secret token contains unallowed characters"));
    }
    let generation = {
        let mut world = shared.world();
        let generation = world.number();
        let queue = &mut world.queue;
        queue.allow(params.allowed_updates.as_ref());
        if params.drop_pending_updates == Some(true) {
            queue.waiting.clear();
        }
        let most = params.max_connections.unwrap_or(40).clamp(1, 100) as usize;
        let (url, secret) = (params.url.clone(), params.secret_token.clone());
        queue.webhook = Some(Webhook { url, secret, most, last_error: None, generation });
        generation
    };
    shared.record.act(Act {
        did: Did::Configured,
        call: "setWebhook".into(),
        detail: json!(params),
        ..Act::default()
    });
    shared.tell();
    tokio::spawn(push_all(Arc::downgrade(shared), generation));
    Ok(json!(true))
}

pub(super) fn delete(shared: &Arc<Shared>, sent: &Sent) -> Result<Value, Refusal> {
    let params: DeleteWebhookParams = judged(sent)?;
    remove(shared, params.drop_pending_updates)
}

fn remove(shared: &Arc<Shared>, drop_pending: Option<bool>) -> Result<Value, Refusal> {
    let had_one = {
        let queue = &mut shared.world().queue;
        if drop_pending == Some(true) {
            queue.waiting.clear();
        }
        queue.webhook.take().is_some()
    };
    if had_one {
        shared.record.act(Act { did: Did::Configured, call: "deleteWebhook".into(), ..Act::default() });
    }
    shared.tell();
    Ok(json!(true))
}

pub(super) fn info(shared: &Arc<Shared>, sent: &Sent) -> Result<Value, Refusal> {
    #[derive(Serialize, Deserialize)]
    struct Nothing {}
    judged::<Nothing>(sent)?;
    let world = shared.world();
    let hook = world.queue.webhook.clone().unwrap_or_default();
    let waiting = (world.queue.waiting.len() + world.queue.busy.len()) as u32;
    let info =
        WebhookInfo::builder().url(hook.url).has_custom_certificate(false).pending_update_count(waiting);
    let info = info.maybe_last_error_date(hook.last_error.as_ref().map(|(date, _)| *date));
    Ok(json!(info.maybe_last_error_message(hook.last_error.map(|(_, words)| words)).build()))
}

/// Delivers for as long as this webhook is the one that is set.
async fn push_all(shared: std::sync::Weak<Shared>, generation: u64) {
    loop {
        let Some(shared) = shared.upgrade() else { return };
        let mut news = shared.news.subscribe();
        loop {
            let next = {
                let mut world = shared.world();
                match &world.queue.webhook {
                    Some(hook) if hook.generation == generation => {}
                    _ => return,
                }
                let hook = world.queue.webhook.clone();
                world.queue.next_to_push().zip(hook)
            };
            let Some((waiting, hook)) = next else { break };
            tokio::spawn(push(shared.clone(), waiting, hook));
        }
        drop(shared);
        // Ends when the double is gone.
        if news.changed().await.is_err() {
            return;
        }
    }
}

async fn push(shared: Arc<Shared>, waiting: Waiting, hook: Webhook) {
    let mut pause = FIRST_PAUSE;
    let delivered = loop {
        let mut post = shared.client.post(&hook.url).timeout(PATIENCE).json(&waiting.update);
        if let Some(secret) = &hook.secret {
            post = post.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        let words = match post.send().await {
            Ok(response) if response.status().is_success() => {
                break Some(response.json::<Value>().await.unwrap_or_default());
            }
            Ok(response) => format!("Wrong response from the webhook: {}", response.status()),
            Err(error) => format!("Connection failed: {error}"),
        };
        match &mut shared.world().queue.webhook {
            Some(current) if current.generation == hook.generation => {
                current.last_error = Some((now(), words))
            }
            _ => break None,
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    };
    {
        let queue = &mut shared.world().queue;
        queue.busy.remove(&waiting.chat);
        if delivered.is_none() {
            // Another webhook was set, or none: whoever comes next gets it.
            queue.put_back(waiting);
        }
    }
    shared.tell();
    if let Some(Value::Object(mut fields)) = delivered
        && let Some(Value::String(method)) = fields.remove("method")
        && let Some(name) = methods::canonical(&method)
    {
        let sent = Sent { fields: Fields::Json(Value::Object(fields)), ..Sent::default() };
        let call = methods::Call { name, sent: &sent, record: &shared.record };
        if let Err(refusal) = methods::perform(&mut shared.world(), &call) {
            shared
                .record
                .violation(format!("{name}, called by the answer of the webhook: {}", refusal.words));
        }
    }
}
