//! One connection to the gateway: HELLO, IDENTIFY or RESUME, heartbeats, and whatever the session is told.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;
use twilight_model::gateway::Intents;
use twilight_model::gateway::payload::outgoing::resume::ResumeInfo;

use super::Shared;
use super::gateway::{Order, Session, checked};

/// As the documentation has it; twilight's own type wants a member that only people's accounts send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Identify {
    token: String,
    #[serde(rename = "properties")]
    _properties: Properties,
    #[serde(rename = "compress", default)]
    _compress: bool,
    #[serde(rename = "large_threshold", default)]
    _large_threshold: Option<u64>,
    shard: Option<[u64; 2]>,
    #[serde(rename = "presence", default)]
    _presence: Value,
    intents: u64,
}

#[derive(Deserialize)]
struct Properties {
    #[serde(rename = "os", alias = "$os")]
    _os: String,
    #[serde(rename = "browser", alias = "$browser")]
    _browser: String,
    #[serde(rename = "device", alias = "$device")]
    _device: String,
}

#[derive(Deserialize)]
struct Frame {
    op: u8,
    #[serde(default)]
    d: Value,
}

/// How a connection goes on after a frame.
enum Next {
    On,
    Close(u16, &'static str),
}

pub(super) async fn converse(shared: Arc<Shared>, mut socket: WebSocket, connection: u64) {
    let (line, mut orders) = unbounded_channel();
    shared.lines.lock().unwrap().push((connection, line.clone()));
    let end = speak(&shared, &mut socket, connection, line, &mut orders).await;
    {
        let mut world = shared.world();
        for session in world.gateway.sessions.iter_mut().filter(|session| session.connection == connection) {
            session.line = None;
        }
        shared.lines.lock().unwrap().retain(|(id, _)| *id != connection);
    }
    if let Some((code, reason)) = end {
        let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
        // Waits for the other side to read it: a reset would take the code away.
        let _ = tokio::time::timeout(Duration::from_secs(1), async {
            while let Some(Ok(_)) = socket.recv().await {}
        })
        .await;
    }
}

/// Ends with the code to close with, or with none where the line breaks.
async fn speak(
    shared: &Arc<Shared>,
    socket: &mut WebSocket,
    connection: u64,
    line: UnboundedSender<Order>,
    orders: &mut UnboundedReceiver<Order>,
) -> Option<(u16, &'static str)> {
    let pause = *shared.heartbeat.lock().unwrap();
    let hello =
        json!({"op": 10, "s": null, "t": null, "d": {"heartbeat_interval": pause.as_millis() as u64}});
    socket.send(Message::Text(hello.to_string().into())).await.ok()?;
    let mut patience = Instant::now() + pause * 2;
    loop {
        let frame = tokio::select! {
            order = orders.recv() => match order? {
                Order::Tell(frame) => {
                    socket.send(Message::Text(frame.to_string().into())).await.ok()?;
                    continue;
                }
                Order::Close(code, reason) => return Some((code, reason)),
                Order::Drop => return None,
            },
            frame = socket.recv() => frame?.ok()?,
            () = tokio::time::sleep_until(patience) => return Some((4009, "Session timed out.")),
        };
        let text = match frame {
            Message::Text(text) => text.to_string(),
            Message::Binary(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Message::Close(_) => return None,
            _ => continue,
        };
        let Ok(frame) = serde_json::from_str::<Frame>(&text) else {
            shared.record.violation(format!("the gateway was sent what is no frame: {text}"));
            return Some((4002, "Error while decoding payload."));
        };
        shared.heard.lock().unwrap().push(serde_json::from_str(&text).unwrap_or_default());
        let next = match frame.op {
            1 => {
                patience = Instant::now() + pause * 2;
                let _ = line.send(Order::Tell(json!({"op": 11, "s": null, "t": null, "d": null})));
                Next::On
            }
            2 => identify(shared, connection, &line, frame.d),
            6 => resume(shared, connection, &line, frame.d),
            3 | 4 | 8 if is_known(shared, connection) => Next::On,
            3 | 4 | 8 => Next::Close(4003, "Not authenticated."),
            _ => Next::Close(4001, "Unknown opcode."),
        };
        if let Next::Close(code, reason) = next {
            return Some((code, reason));
        }
    }
}

fn is_known(shared: &Shared, connection: u64) -> bool {
    shared
        .world()
        .gateway
        .sessions
        .iter()
        .any(|session| session.connection == connection && session.line.is_some())
}

fn identify(shared: &Shared, connection: u64, line: &UnboundedSender<Order>, data: Value) -> Next {
    let given = match Identify::deserialize(&data) {
        Ok(given) => given,
        Err(error) => {
            shared.record.violation(format!("IDENTIFY does not parse: {error}"));
            return Next::Close(4002, "Error while decoding payload.");
        }
    };
    if is_known(shared, connection) {
        return Next::Close(4005, "Already authenticated.");
    }
    if !shared.is_token(&given.token) {
        return Next::Close(4004, "Authentication failed.");
    }
    if given.shard.is_some_and(|[shard, of]| shard >= of) {
        return Next::Close(4010, "Invalid shard.");
    }
    let Some(intents) = Intents::from_bits(given.intents) else {
        return Next::Close(4013, "Invalid intent(s).");
    };
    let mut world = shared.world();
    if given.intents & world.gateway.refused_intents != 0 {
        return Next::Close(4014, "Disallowed intent(s).");
    }
    let id = format!("{:032x}", world.id());
    let guilds: Vec<u64> = world.guilds.keys().copied().collect();
    let mut session =
        Session { id: id.clone(), intents, seq: 0, log: Vec::new(), line: Some(line.clone()), connection };
    let mut bot = world.users[&world.bot].clone();
    (bot["verified"], bot["mfa_enabled"], bot["email"]) = (json!(true), json!(false), Value::Null);
    let unavailable: Vec<_> =
        guilds.iter().map(|guild| json!({"id": guild.to_string(), "unavailable": true})).collect();
    let ready = json!({
        "v": 10, "user": bot, "guilds": unavailable, "session_id": id,
        "resume_gateway_url": shared.url.replace("http://", "ws://"), "shard": given.shard.unwrap_or([0, 1]),
        "application": {"id": world.app.to_string(), "flags": 0}
    });
    checked("READY", &ready);
    session.tell("READY", &ready, 1);
    if intents.contains(Intents::GUILDS) {
        for guild in guilds {
            let guild = world.guild_value(guild);
            checked("GUILD_CREATE", &guild);
            session.tell("GUILD_CREATE", &guild, 1);
        }
    }
    world.gateway.sessions.push(session);
    drop(world);
    shared.tell();
    Next::On
}

fn resume(shared: &Shared, connection: u64, line: &UnboundedSender<Order>, data: Value) -> Next {
    let Ok(given) = ResumeInfo::deserialize(&data) else {
        shared.record.violation(format!("RESUME does not parse: {data}"));
        return Next::Close(4002, "Error while decoding payload.");
    };
    if !shared.is_token(&given.token) {
        return Next::Close(4004, "Authentication failed.");
    }
    let mut world = shared.world();
    let Some(session) = world.gateway.sessions.iter_mut().find(|session| session.id == given.session_id)
    else {
        let _ = line.send(Order::Tell(json!({"op": 9, "s": null, "t": null, "d": false})));
        return Next::On;
    };
    if given.seq > session.seq {
        return Next::Close(4007, "Invalid seq.");
    }
    if let Some(other) = session.line.replace(line.clone()) {
        let _ = other.send(Order::Drop);
    }
    session.connection = connection;
    for (_, frame) in session.log.iter().filter(|(seq, _)| *seq > given.seq) {
        let _ = line.send(Order::Tell(frame.clone()));
    }
    session.tell("RESUMED", &json!({}), 1);
    drop(world);
    shared.tell();
    Next::On
}
