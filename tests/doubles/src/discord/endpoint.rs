//! Interactions over HTTP: signed with Ed25519 and posted to the bot's endpoint, whose answer is the callback.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use super::rest::Call;
use super::{Shared, interactions};
use crate::wire::{Fields, Sent};

pub(super) struct Keys(SigningKey);

impl Keys {
    /// The same in each run: tests pin nothing on it but its being right.
    pub fn new() -> Keys {
        Keys(SigningKey::from_bytes(&[7; 32]))
    }

    pub fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }

    fn sign(&self, timestamp: &str, body: &str) -> String {
        hex(&self.0.sign(format!("{timestamp}{body}").as_bytes()).to_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Posts a body; with a signature of other bytes where it is to be wrong.
async fn post(shared: &Shared, url: &str, body: &Value, is_right: bool) -> Result<(u16, Value), String> {
    let timestamp =
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()).to_string();
    let body = body.to_string();
    let signature = shared.keys.sign(&timestamp, if is_right { &body } else { "something else" });
    let request = shared.client.post(url).header("Content-Type", "application/json").body(body);
    let request = request.header("X-Signature-Ed25519", signature).header("X-Signature-Timestamp", timestamp);
    let response =
        request.timeout(Duration::from_secs(10)).send().await.map_err(|error| error.to_string())?;
    Ok((response.status().as_u16(), response.json().await.unwrap_or_default()))
}

/// What Discord does when an endpoint is entered: it pings with a right and with a wrong signature.
pub(super) async fn verify(shared: &Shared, url: &str) -> Result<(), String> {
    let (id, app) = {
        let mut world = shared.world();
        (world.id(), world.app)
    };
    let ping = json!({
        "id": id.to_string(), "application_id": app.to_string(), "type": interactions::PING, "token": "ping", "version": 1,
        "user": shared.world().users[&app], "entitlements": [], "authorizing_integration_owners": {}, "attachment_size_limit": 10485760
    });
    let (status, answer) = post(shared, url, &ping, true).await?;
    if status != 200 || answer["type"] != 1 {
        return Err(format!("a ping was answered by {status} {answer}, not by a pong"));
    }
    match post(shared, url, &ping, false).await?.0 {
        401 => Ok(()),
        status => Err(format!("a wrong signature was answered by {status}, not by 401")),
    }
}

/// Posts one interaction; what comes back is its answer.
pub(super) async fn deliver(shared: Arc<Shared>, url: String, interaction: Value) {
    let (id, token) =
        (interaction["id"].as_str().unwrap_or_default().to_string(), interaction["token"].clone());
    let said = match post(&shared, &url, &interaction, true).await {
        // Accepted: the answer comes by the callback.
        Ok((202 | 204, _)) => return,
        Ok((200, answer)) => answer,
        Ok((status, answer)) => {
            return shared.record.violation(format!("interaction {id} was answered by {status} {answer}"));
        }
        Err(error) => {
            return shared.record.violation(format!("interaction {id} could not be delivered: {error}"));
        }
    };
    let sent = Sent { fields: Fields::Json(said.clone()), ..Sent::default() };
    let token = token.as_str().unwrap_or_default();
    let path = format!("/interactions/{id}/{token}/callback");
    let call = Call {
        method: "POST".into(),
        path,
        query: String::new(),
        data: said,
        sent: &sent,
        record: &shared.record,
        url: &shared.url,
    };
    let patience = *shared.patience.lock().unwrap();
    let done =
        interactions::callback(&mut shared.world(), &call, id.parse().unwrap_or_default(), token, patience);
    if let Err(refusal) = done {
        shared.record.violation(format!("the answer to interaction {id}: {}", refusal.body));
    }
}
