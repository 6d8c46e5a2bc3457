//! The line itself: a server on loopback whose connections can be reset, and request bodies in the three forms that clients use.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::serve::{IncomingStream, Listener};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::fault::Fault;

const MOST_BYTES: usize = 60 << 20;

/// Resets its connection at the next write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut(Arc<AtomicBool>);

impl Cut {
    pub fn now(&self) -> Response {
        self.0.store(true, Ordering::SeqCst);
        StatusCode::NO_CONTENT.into_response()
    }

    pub fn is_cut(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A server that stops with its last owner.
pub(crate) struct Server {
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves every request by one function.
pub(crate) async fn serve<F, A>(answer: F) -> Server
where
    F: Fn(Request, Cut) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    let router = Router::new()
        .fallback(move |ConnectInfo(cut): ConnectInfo<Cut>, request: Request| answer(request, cut))
        .layer(DefaultBodyLimit::disable());
    let service = router.into_make_service_with_connect_info::<Cut>();
    let task = tokio::spawn(async move {
        let _ = axum::serve(Cuttable(listener), service).await;
    });
    Server { address, task }
}

struct Cuttable(TcpListener);

impl Listener for Cuttable {
    type Io = Line;
    type Addr = Cut;

    async fn accept(&mut self) -> (Line, Cut) {
        loop {
            if let Ok((stream, _)) = self.0.accept().await {
                let _ = stream.set_nodelay(true);
                let cut = Cut::default();
                return (Line { stream, cut: cut.clone() }, cut);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Cut> {
        Ok(Cut::default())
    }
}

impl Connected<IncomingStream<'_, Cuttable>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Cuttable>) -> Self {
        stream.remote_addr().clone()
    }
}

struct Line {
    stream: TcpStream,
    cut: Cut,
}

impl Line {
    fn checked(&self) -> std::io::Result<()> {
        if !self.cut.is_cut() {
            return Ok(());
        }
        // The other side sees a reset, not an orderly end.
        let _ = self.stream.set_zero_linger();
        Err(std::io::ErrorKind::ConnectionReset.into())
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        self.checked()?;
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.checked()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.checked()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// What a request carries.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub fields: Fields,
    pub files: BTreeMap<String, Upload>,
}

#[derive(Debug)]
pub(crate) enum Fields {
    /// Values have the types that the client gave them.
    Json(Value),
    /// Everything is text, as in a form.
    Form(BTreeMap<String, String>),
}

impl Default for Fields {
    fn default() -> Self {
        Fields::Form(BTreeMap::new())
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Upload {
    pub name: String,
    pub mime: String,
    pub bytes: Vec<u8>,
}

impl Sent {
    /// For the record.
    pub fn shown(&self) -> Value {
        match &self.fields {
            Fields::Json(value) => value.clone(),
            Fields::Form(fields) => {
                fields.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect()
            }
        }
    }
}

/// Takes a request apart; the error is a sentence for the log.
pub(crate) async fn read(request: Request) -> Result<(Parts, Sent), String> {
    let (parts, body) = request.into_parts();
    let kind = content_type(&parts.headers);
    if kind.starts_with("multipart/") {
        let again = Request::from_parts(parts.clone(), body);
        return Ok((parts, multipart(again).await?));
    }
    let bytes = to_bytes(body, MOST_BYTES).await.map_err(|error| error.to_string())?;
    let fields = if bytes.is_empty() {
        Fields::Form(form(parts.uri.query().unwrap_or_default()))
    } else if kind.starts_with("application/json") {
        Fields::Json(
            serde_json::from_slice(&bytes).map_err(|error| format!("the body is not JSON: {error}"))?,
        )
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        Fields::Form(form(&String::from_utf8_lossy(&bytes)))
    } else {
        return Err(format!("a body of type `{kind}` is none of JSON, form and multipart"));
    };
    Ok((parts, Sent { fields, files: BTreeMap::new() }))
}

async fn multipart(request: Request) -> Result<Sent, String> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|error| error.to_string())?;
    let (mut fields, mut files) = (BTreeMap::new(), BTreeMap::new());
    while let Some(part) = parts.next_field().await.map_err(|error| error.to_string())? {
        let field = part.name().unwrap_or_default().to_string();
        let name = part.file_name().map(str::to_string);
        let mime = part.content_type().unwrap_or("text/plain").to_string();
        let bytes = part.bytes().await.map_err(|error| error.to_string())?.to_vec();
        let is_text =
            name.is_none() && (mime.starts_with("text/plain") || mime.starts_with("application/json"));
        if !is_text {
            let name = name.unwrap_or_else(|| field.clone());
            files.insert(field, Upload { name, mime, bytes });
        } else {
            fields.insert(field, String::from_utf8(bytes).map_err(|_| "a field is not UTF-8".to_string())?);
        }
    }
    Ok(Sent { fields: Fields::Form(fields), files })
}

pub(crate) fn form(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

pub(crate) fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

fn content_type(headers: &HeaderMap) -> String {
    headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase()
}

/// An answer in JSON goes along with its response, for the record.
#[derive(Clone)]
pub(crate) struct Shown(pub Value);

pub(crate) fn json(status: u16, body: Value) -> Response {
    let status = StatusCode::from_u16(status).expect("a status of HTTP");
    let text = Body::from(body.to_string());
    let mut response = (status, [(CONTENT_TYPE, "application/json")], text).into_response();
    response.extensions_mut().insert(Shown(body));
    response
}

fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).expect("a status of HTTP");
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body><center><h1>{status}</h1></center></body>\r\n</html>\r\n"
    );
    (status, [(CONTENT_TYPE, "text/html")], page).into_response()
}

/// Answers a call under a fault. `words` is how the platform itself says 429 and 401.
pub(crate) async fn under(
    fault: Option<Fault>,
    cut: &Cut,
    words: impl FnOnce(Fault) -> Response,
    answer: impl Future<Output = Response>,
) -> Response {
    match fault {
        None => answer.await,
        Some(Fault::CutBefore) => cut.now(),
        Some(Fault::CutAfter) => {
            answer.await;
            cut.now()
        }
        Some(Fault::Slow(wait)) => {
            let answer = answer.await;
            tokio::time::sleep(wait).await;
            answer
        }
        Some(Fault::Broken(status)) => page(status),
        Some(Fault::BrokenAfter(status)) => {
            answer.await;
            page(status)
        }
        Some(fault) => words(fault),
    }
}
