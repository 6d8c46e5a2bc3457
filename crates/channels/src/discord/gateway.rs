//! The gateway: one connection after the other, each going on where the one before ended. The place is the host's to keep: it commits it
//! with what was heard, and hands it in when it starts again.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smol_str::format_smolstr;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use super::{Discord, NETWORK};
use crate::Heard;
use crate::error::ChannelError;

/// Guilds, members, messages, reactions, direct messages and reactions there, and what messages say.
const INTENTS: u64 = 1 | 1 << 1 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 15;
const PATIENCE: Duration = Duration::from_secs(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Where a listener is: Discord tells again what came after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub session: String,
    pub seq: u64,
    /// Where to go on.
    pub url: String,
}

/// What a listener was told.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub heard: Option<Heard>,
    /// It was of a form that is not known here: what it was.
    pub unknown: Option<Value>,
    /// To be committed with what was heard.
    pub place: Place,
}

/// Hears until it is dropped.
pub struct Listener {
    told: UnboundedReceiver<Result<Told, ChannelError>>,
    task: JoinHandle<()>,
}

impl Listener {
    pub(super) fn start(discord: Discord, from: Option<Place>) -> Listener {
        let (tell, told) = unbounded_channel();
        let line = Line { discord, place: from, tell };
        Listener { told, task: tokio::spawn(line.keep()) }
    }

    /// What comes next. An error that passes is news only: the listener goes on by itself. Nothing comes after one that does not pass.
    pub async fn next(&mut self) -> Option<Result<Told, ChannelError>> {
        self.told.recv().await
    }

    /// What has come already, without waiting.
    pub fn ready(&mut self) -> Option<Result<Told, ChannelError>> {
        self.told.try_recv().ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Line {
    discord: Discord,
    place: Option<Place>,
    tell: UnboundedSender<Result<Told, ChannelError>>,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How a connection ended.
enum End {
    /// Go on at once, where it was.
    Resume,
    /// Begin anew.
    Anew,
    /// It broke, or could not be made.
    Broke(ChannelError),
    /// Trying again is of no use.
    Refused(ChannelError),
}

#[derive(Deserialize)]
struct Frame {
    op: u64,
    #[serde(default)]
    d: Value,
    s: Option<u64>,
    t: Option<String>,
}

impl Line {
    async fn keep(mut self) {
        let mut failures = 0;
        while !self.tell.is_closed() {
            let mut went_well = false;
            match self.connection(&mut went_well).await {
                End::Resume => {}
                End::Anew => {
                    self.place = None;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                End::Broke(error) => {
                    tracing::info!(%error, "the gateway broke");
                    let _ = self.tell.send(Err(error));
                }
                End::Refused(error) => {
                    let _ = self.tell.send(Err(error));
                    return;
                }
            }
            failures = if went_well { 0 } else { failures + 1 };
            if failures > 0 {
                let pause = Duration::from_millis(500) * 2_u32.saturating_pow(failures.min(10));
                tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
            }
        }
    }

    /// One connection, to its end.
    async fn connection(&mut self, went_well: &mut bool) -> End {
        let url = match &self.place {
            Some(place) if !place.url.is_empty() => place.url.clone(),
            _ => match self.discord.get("/gateway/bot").await {
                Ok(gateway) => gateway["url"].as_str().unwrap_or_default().to_string(),
                Err(failed) => {
                    let error = failed.channel(NETWORK);
                    return if error.passes() { End::Broke(error) } else { End::Refused(error) };
                }
            },
        };
        let mut socket = match connect(&url).await {
            Ok(socket) => socket,
            Err(why) => {
                // The address of a place may be gone; Discord always has another.
                if let Some(place) = &mut self.place {
                    place.url.clear();
                }
                return End::Broke(broken(why));
            }
        };
        // Until Discord says how fast hearts beat, the first beat is how long it is waited for.
        let mut beat = tokio::time::interval_at(Instant::now() + PATIENCE, PATIENCE);
        let mut is_answered = false;
        loop {
            let frame = tokio::select! {
                _ = beat.tick() => {
                    if !is_answered {
                        return End::Resume;
                    }
                    is_answered = false;
                    let seq = self.place.as_ref().map(|place| place.seq);
                    if send(&mut socket, json!({"op": 1, "d": seq})).await.is_err() {
                        return End::Resume;
                    }
                    continue;
                }
                frame = socket.next() => frame,
                () = self.tell.closed() => return End::Resume,
            };
            let text = match frame {
                Some(Ok(Message::Text(text))) => text.to_string(),
                Some(Ok(Message::Close(close))) => {
                    return self.closed(close.map_or(0, |close| close.code.into()));
                }
                Some(Ok(_)) => continue,
                Some(Err(error)) => return End::Broke(broken(error.to_string())),
                None => return End::Broke(broken("the connection ended".into())),
            };
            let Ok(frame) = serde_json::from_str::<Frame>(&text) else { continue };
            match frame.op {
                0 => {
                    *went_well = true;
                    self.dispatch(frame, &url).await;
                }
                1 => {
                    let seq = self.place.as_ref().map(|place| place.seq);
                    let _ = send(&mut socket, json!({"op": 1, "d": seq})).await;
                }
                7 => {
                    let _ = socket.close(None).await;
                    return End::Resume;
                }
                9 if frame.d == true => return End::Resume,
                9 => return End::Anew,
                10 => {
                    let pause = Duration::from_millis(
                        frame.d["heartbeat_interval"].as_u64().unwrap_or(41_250).max(1),
                    );
                    is_answered = true;
                    beat = tokio::time::interval_at(Instant::now() + pause.mul_f32(share()), pause);
                    if send(&mut socket, self.greeting()).await.is_err() {
                        return End::Broke(broken("the connection ended".into()));
                    }
                }
                11 => is_answered = true,
                _ => {}
            }
        }
    }

    /// RESUME or IDENTIFY.
    fn greeting(&self) -> Value {
        let token = &self.discord.token;
        match &self.place {
            Some(Place { session, seq, .. }) => {
                json!({"op": 6, "d": {"token": token, "session_id": session, "seq": seq}})
            }
            None => {
                let name = "nexus-bots";
                let properties = json!({"os": std::env::consts::OS, "browser": name, "device": name});
                json!({"op": 2, "d": {"token": token, "intents": INTENTS, "properties": properties}})
            }
        }
    }

    async fn dispatch(&mut self, frame: Frame, url: &str) {
        let (name, seq) = (frame.t.unwrap_or_default(), frame.s.unwrap_or_default());
        if name == "READY" {
            let url = frame.d["resume_gateway_url"].as_str().unwrap_or(url).into();
            let session = frame.d["session_id"].as_str().unwrap_or_default().into();
            self.place = Some(Place { session, seq, url });
        }
        let Some(place) = &mut self.place else { return };
        // Told twice or late, it does not go back.
        place.seq = place.seq.max(seq);
        let place = place.clone();
        self.acquaint(&name, &frame.d).await;
        let id = format_smolstr!("discord:{}:{}:{seq}", self.discord.id, place.session);
        let told = match self.discord.hear(&name, &frame.d, id) {
            Ok(heard) => Told { heard, unknown: None, place },
            Err(error) => {
                tracing::warn!(%error, name, "an event of Discord cannot be read");
                Told { heard: None, unknown: Some(json!({"t": name, "d": frame.d})), place }
            }
        };
        if told.heard.is_some() || told.unknown.is_some() || name == "READY" {
            let _ = self.tell.send(Ok(told));
        }
    }

    /// Who goes on where it was is told of no guild: it asks when something happens there.
    async fn acquaint(&self, name: &str, data: &Value) {
        let Some(guild) = data["guild_id"].as_str() else { return };
        let is_known = self.discord.known().greets.contains_key(guild);
        if is_known || !matches!(name, "MESSAGE_CREATE" | "GUILD_MEMBER_ADD" | "GUILD_MEMBER_REMOVE") {
            return;
        }
        let (of, channels) = (format!("/guilds/{guild}"), format!("/guilds/{guild}/channels"));
        let asking = async { tokio::join!(self.discord.get(&of), self.discord.get(&channels)) };
        // What is heard does not wait for long for the name of its place, and is not held up again.
        match tokio::time::timeout(Duration::from_secs(3), asking).await {
            Ok((Ok(of), Ok(channels))) => self.discord.learn_guild(&of, [&channels, &Value::Null]),
            _ => tracing::info!(guild, "Discord does not tell of a guild"),
        }
        self.discord.known().greets.entry(guild.into()).or_insert(None);
    }

    fn closed(&self, code: u16) -> End {
        let refused = |why: &str| End::Refused(ChannelError::Refused { network: NETWORK, why: why.into() });
        match code {
            4004 => End::Refused(ChannelError::Unauthorized(NETWORK)),
            4007 | 4009 => End::Anew,
            4010 | 4011 => refused("the bot is in so many guilds that it has to be split into shards."),
            4012 | 4013 => refused("this version of the gateway is not spoken any more."),
            4014 => refused(
                "the bot may not hear what it asks for. In Discord's developer portal, at the bot's page, turn on the \
                 intents for server members and for message content.",
            ),
            _ => End::Broke(broken(format!("the gateway closed with code {code}"))),
        }
    }
}

async fn connect(url: &str) -> Result<Socket, String> {
    let address = format!("{}/?v=10&encoding=json", url.trim_end_matches('/'));
    let connector = if url.starts_with("wss:") { Connector::Rustls(tls()) } else { Connector::Plain };
    let connecting = connect_async_tls_with_config(address, None, true, Some(connector));
    match tokio::time::timeout(PATIENCE, connecting).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer came in time".into()),
    }
}

fn tls() -> std::sync::Arc<rustls::ClientConfig> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring speaks the usual versions");
    std::sync::Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

async fn send(socket: &mut Socket, frame: Value) -> Result<(), tungstenite::Error> {
    socket.send(Message::Text(frame.to_string().into())).await
}

fn broken(why: String) -> ChannelError {
    ChannelError::Network { network: NETWORK, why }
}

/// Bots that connect at one moment do not all beat at one.
fn share() -> f32 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0.5, |since| (since.subsec_millis() as f32 / 1000.).max(0.01))
}

#[test]
fn the_way_to_discord_can_be_encrypted() {
    assert!(tls().crypto_provider().cipher_suites.len() > 3);
}
