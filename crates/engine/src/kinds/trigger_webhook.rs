//! Another program calls the bot over the web.

use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{Pattern, base, example, with_bot_trigger};
use crate::build::{Broken, Build};
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{method} {path}",
        help: "Starts a run when another program calls the bot's address with this path: a shop that was paid, a form that was filled in. \
               What came is in `msg.data`: `method`, `path`, `query`, `headers` and `body`.\n\n\
               The run is the bot's own, since no person is there: say to which chat a message goes.",
        synonyms: &["http", "callback", "api", "endpoint", "hook", "payment", "zapier", "incoming"],
        trigger: true,
        fields: with_bot_trigger(
            "beside",
            vec![
                Field::word("path", "Path")
                    .required()
                    .placeholder("/paid")
                    .help("A `*` at the end stands for anything."),
                Field::choice(
                    "method",
                    "Method",
                    &[
                        ("POST", "POST"),
                        ("GET", "GET"),
                        ("PUT", "PUT"),
                        ("PATCH", "PATCH"),
                        ("DELETE", "DELETE"),
                        ("any", "Any"),
                    ],
                ),
            ],
        ),
        unique: &["method", "path"],
        ..base("trigger.webhook", Family::Trigger, "Webhook", "webhook")
    };
    it.example = example(&it, r#"{"path": "/paid", "method": "POST"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let path = of.word("path");
    if path.is_empty() {
        return Err(Broken::new("Say at which path the bot is called, as `/paid`.").at("path"));
    }
    Ok(Box::new(Webhook { method: of.word("method"), path: Pattern::new(&bare(&path)) }))
}

/// `/paid`, `paid` and `/paid/` are one path.
fn bare(path: &str) -> SmolStr {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.trim_matches('/').into()
}

#[derive(Debug)]
struct Webhook {
    method: SmolStr,
    path: Pattern,
}

impl Behaviour for Webhook {
    fn hears(&self, event: &Event) -> Option<Fit> {
        let What::Webhook(call) = &event.what else { return None };
        let method = self.method == "any" || self.method.eq_ignore_ascii_case(&call.method);
        if method { self.path.fit(&bare(&call.path)) } else { None }
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        at.give(at.event.msg("data"));
        Next::out()
    }
}
