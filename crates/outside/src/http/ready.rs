//! A call with everything filled in, and what of it is not everybody's to know.

use engine::effect::{Auth, Body, Filled, Http};
use engine::{EffectError, ErrorKind, Key};
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION,
};
use reqwest::{Method, Url};
use smol_str::SmolStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Assets;
use crate::filling::Filling;
use crate::line::{Call, address};

pub struct Ready {
    pub method: Method,
    pub url: Url,
    /// The parts of the address that an address which the other side gives does not have.
    pub own_query: Vec<(SmolStr, String)>,
    headers: Vec<Header>,
    body: Option<Content>,
    key: Key,
    has_secret_query: bool,
}

struct Header {
    name: HeaderName,
    value: HeaderValue,
    /// For the first host alone.
    own: bool,
}

struct Content {
    bytes: Vec<u8>,
    mime: Option<HeaderValue>,
    own: bool,
}

/// How long an answer or a question is, and how it ends, is agreed on below this.
const FRAMING: [&str; 7] =
    ["connection", "content-length", "expect", "te", "trailer", "transfer-encoding", "upgrade"];

impl Ready {
    pub fn plain(url: Url) -> Ready {
        let key = Key::default();
        let (own_query, headers) = (Vec::new(), Vec::new());
        Ready { method: Method::GET, url, own_query, headers, body: None, key, has_secret_query: false }
    }

    pub fn new(
        http: &Http,
        filling: &mut Filling<'_>,
        assets: &Assets,
        key: Key,
    ) -> Result<Ready, EffectError> {
        let method = Method::from_bytes(http.method.as_bytes())
            .map_err(|_| refused(format!("`{}` is no method of HTTP.", http.method)))?;
        let mut ready = Ready { method, key, ..Ready::plain(address(&http.url)?) };
        for (name, value) in &http.query {
            ready.query(name, value, is_secret(value), filling)?;
        }
        for (name, value) in &http.headers {
            ready.header(name, &filling.fill(value)?, is_secret(value))?;
        }
        ready.sign_in(&http.auth, filling)?;
        ready.body = content(&http.body, filling, assets)?;
        Ok(ready)
    }

    /// It changes nothing there.
    pub fn is_safe(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    /// Would anybody with the address get the same?
    pub fn is_public(&self) -> bool {
        self.method == Method::GET && self.headers.is_empty() && self.body.is_none() && !self.has_secret_query
    }

    pub fn has_own_body(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.own)
    }

    /// One hop of it. `home`: it still goes to where it was meant for.
    pub fn call(&self, method: &Method, url: &Url, with_body: bool, home: bool, page: u32) -> Call {
        let mut headers = HeaderMap::new();
        let body = self.body.as_ref().filter(|_| with_body);
        if let Some(mime) = body.and_then(|body| body.mime.clone()) {
            headers.insert(CONTENT_TYPE, mime);
        }
        if !self.is_safe() {
            let key = if page > 1 { format!("{}-{page}", self.key) } else { self.key.to_string() };
            headers.extend(
                HeaderValue::from_str(&key).ok().map(|key| (HeaderName::from_static("idempotency-key"), key)),
            );
        }
        let mut seen = Vec::new();
        for header in self.headers.iter().filter(|header| home || !header.own) {
            if !with_body && header.name == CONTENT_TYPE {
                continue;
            }
            // What the maker says replaces what would be said otherwise; the maker may say one thing several times.
            match seen.contains(&&header.name) {
                true => drop(headers.append(&header.name, header.value.clone())),
                false => drop(headers.insert(&header.name, header.value.clone())),
            }
            seen.push(&header.name);
        }
        Call { method: method.clone(), url: url.clone(), headers, body: body.map(|body| body.bytes.clone()) }
    }

    fn query(
        &mut self,
        name: &SmolStr,
        value: &Filled,
        own: bool,
        filling: &mut Filling<'_>,
    ) -> Result<(), EffectError> {
        let value_text = filling.fill(value)?;
        self.url.query_pairs_mut().append_pair(name, &value_text);
        self.has_secret_query |= own;
        if own {
            self.own_query.push((name.clone(), value_text));
        }
        Ok(())
    }

    fn header(&mut self, name: &str, value: &str, own: bool) -> Result<(), EffectError> {
        let wrong = || refused(format!("`{name}` is no header that can be sent."));
        let header = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| wrong())?;
        if FRAMING.contains(&header.as_str()) {
            return Err(wrong());
        }
        let broken = || {
            refused(format!(
                "The value of the header `{name}` has a line break or another sign that headers cannot carry."
            ))
        };
        let mut value = HeaderValue::from_bytes(value.trim().as_bytes()).map_err(|_| broken())?;
        let own = own || [AUTHORIZATION, COOKIE, HOST, PROXY_AUTHORIZATION].contains(&header);
        value.set_sensitive(own);
        self.headers.push(Header { name: header, value, own });
        Ok(())
    }

    fn sign_in(&mut self, auth: &Auth, filling: &mut Filling<'_>) -> Result<(), EffectError> {
        match auth {
            Auth::None => Ok(()),
            Auth::Basic { user, password } => {
                let pair = format!("{}:{}", filling.fill(user)?, filling.fill(password)?);
                let pair = STANDARD.encode(pair);
                if is_secret(user) || is_secret(password) {
                    filling.hide(&pair);
                }
                self.header("Authorization", &format!("Basic {pair}"), true)
            }
            Auth::Bearer(token) => {
                self.header("Authorization", &format!("Bearer {}", filling.fill(token)?), true)
            }
            Auth::Header { name, value } => self.header(name, &filling.fill(value)?, true),
            Auth::Query { name, value } => self.query(name, value, true, filling),
        }
    }
}

fn content(body: &Body, filling: &mut Filling<'_>, assets: &Assets) -> Result<Option<Content>, EffectError> {
    let of = |bytes: Vec<u8>, mime: &str| {
        Some(Content { bytes, mime: HeaderValue::from_str(mime).ok(), own: false })
    };
    Ok(match body {
        Body::None => None,
        Body::Json(data) => {
            let bytes =
                serde_json::to_vec(data).map_err(|_| refused("This cannot be written as JSON.".into()))?;
            of(bytes, "application/json")
        }
        Body::Form(pairs) => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in pairs {
                form.append_pair(name, &filling.fill(value)?);
            }
            let own = pairs.iter().any(|(_, value)| is_secret(value));
            of(form.finish().into_bytes(), "application/x-www-form-urlencoded")
                .map(|content| Content { own, ..content })
        }
        Body::Text(text) => of(text.as_bytes().to_vec(), "text/plain; charset=utf-8"),
        Body::File(path) => {
            let mime = mime_guess::from_path(path.as_str()).first_raw().unwrap_or("application/octet-stream");
            of(assets(path)?, mime)
        }
    })
}

fn is_secret(value: &Filled) -> bool {
    matches!(value, Filled::Secret(_))
}

fn refused(words: String) -> EffectError {
    EffectError::new(ErrorKind::Refused, words)
}
