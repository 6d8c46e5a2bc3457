//! Calls a web address.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, empty_object, example, json, with_effect};
use super::web::{SignIn, Statuses, auth_fields, filled, refusal};
use crate::build::{Broken, Build};
use crate::effect::{Body, Done, Effect, EffectError, Http, NextPage, Pages};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{method} {url}",
        help: "Calls a web address. The answer is in `nodes.<key>`: `status`, `headers`, `body`, and `json` when it is JSON.\n\n\
               An answer whose status is not fine goes to *On error*, where `nodes.<key>.error.detail` has its `status` and `body`. Answers \
               that come in pages are fetched one after another, and their items come back as one list.",
        synonyms: &[
            "request", "api", "fetch", "web", "rest", "get", "post", "url", "download", "upload", "pages",
        ],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("10s", fields()),
        ..base("world.http", Family::World, "HTTP request", "globe")
    };
    it.example = example(
        &it,
        r#"{"method": "GET", "url": "https://api.example.com/weather", "query": {"city": "{{ msg.args }}"}, "auth": "bearer", "token": {"$secret": "weather_key"}}"#,
    );
    it
}

fn fields() -> Vec<Field> {
    let mut fields = vec![
        Field::choice(
            "method",
            "Method",
            &[
                ("GET", "GET"),
                ("POST", "POST"),
                ("PUT", "PUT"),
                ("PATCH", "PATCH"),
                ("DELETE", "DELETE"),
                ("HEAD", "HEAD"),
            ],
        ),
        Field::text("url", "Address").required().placeholder("https://api.example.com/items/{{ msg.args }}"),
        Field::map("query", "Query", Field::text("value", "Value").secret()).advanced(),
        Field::map("headers", "Headers", Field::text("value", "Value").secret()),
    ];
    fields.extend(auth_fields());
    fields.extend([
        Field::choice(
            "send",
            "Body",
            &[
                ("none", "Nothing"),
                ("json", "JSON"),
                ("form", "Form"),
                ("text", "Text"),
                ("file", "A file of the bot"),
            ],
        ),
        json("json", "JSON").required().default(empty_object()).when("send", &["json"]),
        Field::map("form", "Form", Field::text("value", "Value").secret()).when("send", &["form"]),
        Field::long_text("body", "Text").when("send", &["text"]),
        Field::text("file", "File").required().placeholder("assets/menu.pdf").when("send", &["file"]),
        Field::choice("answer", "The answer is", &[("text", "Text or JSON"), ("file", "A file")])
            .help("A file can be sent on in a message by `nodes.<key>.body`.")
            .advanced(),
        Field::word("fine", "Statuses that are fine")
            .default("2xx")
            .placeholder("2xx, 404")
            .help("All others go to *On error*.")
            .advanced(),
        Field::choice(
            "pages",
            "More pages",
            &[
                ("none", "There is one answer"),
                ("link", "In the header Link"),
                ("address", "Its address is in the answer"),
                ("cursor", "A mark in the answer"),
                ("count", "Counted in the address"),
            ],
        )
        .advanced(),
        Field::word("items", "Items are in")
            .placeholder("data.items")
            .help("Empty: the answer itself is the list.")
            .when("pages", PAGED)
            .advanced(),
        Field::word("next", "Next page is in")
            .required()
            .placeholder("meta.next")
            .when("pages", &["address", "cursor"])
            .advanced(),
        Field::word("param", "Part of the address")
            .required()
            .placeholder("page")
            .when("pages", &["cursor", "count"])
            .advanced(),
        Field::whole("most_pages", "Pages at most", 1, 100)
            .default(flow::Value::int(10))
            .when("pages", PAGED)
            .advanced(),
    ]);
    fields
}

const PAGED: &[&str] = &["link", "address", "cursor", "count"];

pub fn build(of: &mut Build<'_>) -> Built {
    let send = match of.word("send").as_str() {
        "json" => Send::Json(of.source("json")?),
        "form" => Send::Form(of.map("form")?),
        "text" => Send::Text(of.source("body")?),
        "file" => Send::File(of.source("file")?),
        _ => Send::None,
    };
    let fine = of.word("fine");
    let unread = || Broken::new(format!("`{fine}` names no statuses; write them as `2xx, 404`.")).at("fine");
    let next = match of.word("pages").as_str() {
        "link" => Some(NextPage::Link),
        "address" => Some(NextPage::Address(of.word("next"))),
        "cursor" => Some(NextPage::Cursor(of.word("next"), of.word("param"))),
        "count" => Some(NextPage::Count(of.word("param"))),
        _ => None,
    };
    let most = of.whole("most_pages").unwrap_or(10).clamp(1, 100) as u32;
    Ok(Box::new(Request {
        method: of.word("method"),
        url: of.source("url")?,
        query: of.map("query")?,
        headers: of.map("headers")?,
        auth: SignIn::build(of)?,
        send,
        file: of.word("answer") == "file",
        fine: Statuses::read(&fine).ok_or_else(unread)?,
        pages: next.map(|next| Pages { items: of.word("items"), next, most }),
    }))
}

#[derive(Debug)]
struct Request {
    method: SmolStr,
    url: Source,
    query: Vec<(SmolStr, Source)>,
    headers: Vec<(SmolStr, Source)>,
    auth: SignIn,
    send: Send,
    file: bool,
    fine: Statuses,
    pages: Option<Pages>,
}

#[derive(Debug)]
enum Send {
    None,
    Json(Source),
    Form(Vec<(SmolStr, Source)>),
    Text(Source),
    File(Source),
}

impl Behaviour for Request {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::Http(Http {
            method: self.method.clone(),
            url: at.text(&self.url).map_err(|fault| fault.at("url"))?,
            query: filled(at, &self.query, "query")?,
            headers: filled(at, &self.headers, "headers")?,
            auth: self.auth.filled(at)?,
            body: match &self.send {
                Send::None => Body::None,
                Send::Json(json) => Body::Json(at.value(json).map_err(|fault| fault.at("json"))?),
                Send::Form(form) => Body::Form(filled(at, form, "form")?),
                Send::Text(text) => Body::Text(at.text(text).map_err(|fault| fault.at("body"))?),
                Send::File(file) => Body::File(at.text(file).map_err(|fault| fault.at("file"))?),
            },
            pages: self.pages.clone(),
            file: self.file,
        }))))
    }

    fn refuses(&self, done: &Done) -> Option<EffectError> {
        match done {
            Done::Http { status, headers, body } if !self.fine.has(*status) => {
                Some(refusal(*status, headers, body))
            }
            _ => None,
        }
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        if let Done::Http { status, headers, body } = done {
            let is_data = !self.file && !matches!(body, Data::Text(_));
            at.give(Data::object([
                ("status", Data::Int((*status).into())),
                ("headers", Data::Object(headers.clone().into())),
                ("body", body.clone()),
                ("json", if is_data { body.clone() } else { Data::Null }),
            ]));
        }
        Next::out()
    }
}
