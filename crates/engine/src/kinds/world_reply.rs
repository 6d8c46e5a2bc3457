//! Answers the call that started the run.

use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, empty_object, example, json, with_effect};
use crate::build::Build;
use crate::effect::Effect;
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{status}",
        help: "Answers whoever called the bot's webhook, while the run goes on. Without this the caller hears that all went well as soon as \
               the run began. It fails where the run was not started by a call, or was answered before.",
        synonyms: &["respond", "response", "answer", "return", "http", "status", "webhook"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect(
            "",
            vec![
                json("status", "Status").default(flow::Value::int(200)),
                Field::choice("send", "Body", &[("json", "JSON"), ("text", "Text"), ("none", "Nothing")]),
                json("json", "JSON").default(empty_object()).when("send", &["json"]),
                Field::long_text("text", "Text").when("send", &["text"]),
                Field::map("headers", "Headers", Field::text("value", "Value")).advanced(),
            ],
        ),
        ..base("world.reply", Family::World, "Reply to webhook", "webhook")
    };
    it.example =
        example(&it, r#"{"status": 200, "send": "json", "json": {"total": {"$expr": "bot.total"}}}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let body = match of.word("send").as_str() {
        "none" => Body::None,
        "text" => Body::Text(of.source("text")?),
        _ => Body::Json(of.source("json")?),
    };
    Ok(Box::new(Reply { status: of.source("status")?, body, headers: of.map("headers")? }))
}

#[derive(Debug)]
struct Reply {
    status: Source,
    body: Body,
    headers: Vec<(SmolStr, Source)>,
}

#[derive(Debug)]
enum Body {
    None,
    Json(Source),
    Text(Source),
}

impl Behaviour for Reply {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let status = at.value(&self.status).map_err(|fault| fault.at("status"))?;
        let number = status.as_int().or_else(|| status.as_str()?.trim().parse().ok());
        let wrong = || {
            Fault::wrong_type(format!("{status} is no status; it is a number from 200 to 599.")).at("status")
        };
        let status = number.filter(|n| (200..600).contains(n)).ok_or_else(wrong)? as u16;
        let mut headers = Vec::with_capacity(self.headers.len() + 1);
        for (name, value) in &self.headers {
            headers.push((name.clone(), at.text(value).map_err(|fault| fault.at("headers"))?));
        }
        let (kind, body) = match &self.body {
            Body::None => (None, SmolStr::default()),
            Body::Json(json) => {
                let json = at.value(json).map_err(|fault| fault.at("json"))?;
                (Some("application/json"), json.to_string().into())
            }
            Body::Text(text) => {
                (Some("text/plain; charset=utf-8"), at.text(text).map_err(|fault| fault.at("text"))?)
            }
        };
        let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if let (Some(kind), false) = (kind, named) {
            headers.push(("Content-Type".into(), kind.into()));
        }
        Ok(Next::Do(Box::new(Effect::Reply { status, headers, body })))
    }
}
