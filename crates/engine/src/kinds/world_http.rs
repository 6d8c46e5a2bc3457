//! Calls a web address.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{ERROR, OUT, base, empty_object, example, json, with_effect};
use crate::build::Build;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::effect::{Auth, Body, Done, Effect, Filled, Http};
use crate::fault::Fault;
use crate::source::Source;
use flow::Data;
use smol_str::SmolStr;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{method} {url}",
        help: "Calls a web address. The answer is in `nodes.<key>`: `status`, `headers`, `body`, and `json` when it is JSON. \
               Anything but a 2xx answer goes to *On error*.",
        synonyms: &["request", "api", "fetch", "web", "rest", "get", "post", "url"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("10s", vec![
            Field::choice(
                "method",
                "Method",
                &[("GET", "GET"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE"), ("HEAD", "HEAD")],
            ),
            Field::text("url", "Address").required().placeholder("https://api.example.com/items/{{ msg.args }}"),
            Field::map("query", "Query", Field::text("value", "Value").secret()).advanced(),
            Field::map("headers", "Headers", Field::text("value", "Value").secret()),
            Field::choice("send", "Body", &[("none", "Nothing"), ("json", "JSON"), ("form", "Form"), ("text", "Text")]),
            json("json", "JSON").required().default(empty_object()).when("send", &["json"]),
            Field::map("form", "Form", Field::text("value", "Value").secret()).when("send", &["form"]),
            Field::long_text("body", "Text").when("send", &["text"]),
        ]),
        ..base("world.http", Family::World, "HTTP request", "globe")
    };
    it.example = example(
        &it,
        r#"{"method": "GET", "url": "https://api.example.com/weather", "query": {"city": "{{ msg.args }}"}, "headers": {"Authorization": {"$secret": "weather_key"}}}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let body = match of.word("send").as_str() {
        "json" => Send::Json(of.source("json")?),
        "form" => Send::Form(of.map("form")?),
        "text" => Send::Text(of.source("body")?),
        _ => Send::None,
    };
    Ok(Box::new(Request {
        method: of.word("method"),
        url: of.source("url")?,
        query: of.map("query")?,
        headers: of.map("headers")?,
        body,
    }))
}

#[derive(Debug)]
struct Request {
    method: SmolStr,
    url: Source,
    query: Vec<(SmolStr, Source)>,
    headers: Vec<(SmolStr, Source)>,
    body: Send,
}

#[derive(Debug)]
enum Send {
    None,
    Json(Source),
    Form(Vec<(SmolStr, Source)>),
    Text(Source),
}

impl Behaviour for Request {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::Http(Http {
            method: self.method.clone(),
            url: at.text(&self.url).map_err(|fault| fault.at("url"))?,
            query: filled(at, &self.query)?,
            headers: filled(at, &self.headers)?,
            auth: Auth::None,
            body: match &self.body {
                Send::None => Body::None,
                Send::Json(json) => Body::Json(at.value(json)?),
                Send::Form(form) => Body::Form(filled(at, form)?),
                Send::Text(text) => Body::Text(at.text(text)?),
            },
            pages: None,
            file: false,
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        if let Done::Http { status, headers, body } = done {
            at.give(Data::object([
                ("status", Data::Int((*status).into())),
                ("headers", Data::Object(headers.clone().into())),
                ("body", body.clone()),
                ("json", body.clone()),
            ]));
        }
        Next::out()
    }
}

fn filled(at: &At<'_>, sources: &[(SmolStr, Source)]) -> Result<Vec<(SmolStr, Filled)>, Fault> {
    sources.iter().map(|(name, source)| Ok((name.clone(), at.filled(source)?))).collect()
}
