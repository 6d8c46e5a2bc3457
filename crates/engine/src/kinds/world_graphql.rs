//! Asks a service that speaks GraphQL.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field, FieldType};
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, example, json, with_effect};
use super::web::{SignIn, auth_fields, filled, refusal};
use crate::build::Build;
use crate::effect::{Body, Done, Effect, EffectError, ErrorKind, Http};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut fields = vec![
        Field::text("url", "Address").required().placeholder("https://api.example.com/graphql"),
        Field::new("query", "Query", FieldType::Code { language: "graphql" })
            .required()
            .placeholder("query ($id: ID!) { order(id: $id) { total } }"),
        Field::map("variables", "Variables", json("value", "Value")).help(
            "What the query takes, by name without the `$`. Put values here, never into the query itself.",
        ),
        Field::map("headers", "Headers", Field::text("value", "Value").secret()).advanced(),
    ];
    fields.extend(auth_fields());
    let mut it = Descriptor {
        summary: "{url}",
        help: "Sends a query to a service that speaks GraphQL. Its data is in `nodes.<key>.data`. When the answer names errors, it goes to \
               *On error*, where `nodes.<key>.error.detail` has the `errors`, and the `data` as far as there is any.",
        synonyms: &["query", "mutation", "api", "graph", "request", "shopify", "github"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("10s", fields),
        ..base("world.graphql", Family::World, "GraphQL", "workflow")
    };
    it.example = example(
        &it,
        r#"{"url": "https://api.example.com/graphql", "query": "query ($city: String!) { weather(city: $city) { degrees } }", "variables": {"city": "{{ msg.args }}"}, "auth": "bearer", "token": {"$secret": "weather_key"}}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Graphql {
        url: of.source("url")?,
        query: of.word("query"),
        variables: of.map("variables")?,
        headers: of.map("headers")?,
        auth: SignIn::build(of)?,
    }))
}

#[derive(Debug)]
struct Graphql {
    url: Source,
    query: SmolStr,
    variables: Vec<(SmolStr, Source)>,
    headers: Vec<(SmolStr, Source)>,
    auth: SignIn,
}

impl Behaviour for Graphql {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let variables = at.fields(&self.variables).map_err(|fault| fault.at("variables"))?;
        Ok(Next::Do(Box::new(Effect::Http(Http {
            method: "POST".into(),
            url: at.text(&self.url).map_err(|fault| fault.at("url"))?,
            query: Vec::new(),
            headers: filled(at, &self.headers, "headers")?,
            auth: self.auth.filled(at)?,
            body: Body::Json(Data::object([
                ("query", Data::from(self.query.clone())),
                ("variables", Data::Object(variables.into())),
            ])),
            pages: None,
            file: false,
        }))))
    }

    fn refuses(&self, done: &Done) -> Option<EffectError> {
        let Done::Http { status, headers, body } = done else { return None };
        let errors = body.get("errors").and_then(Data::as_list).filter(|errors| !errors.is_empty());
        match errors {
            Some(errors) => {
                let said = errors.iter().find_map(|error| error.get("message")?.as_str());
                let message = said.unwrap_or("The service names errors.");
                // A service that is down may say so in this form too.
                let kind = if *status >= 500 { ErrorKind::Unavailable } else { ErrorKind::Refused };
                let detail = Data::object([
                    ("errors", Data::list(errors.iter().cloned())),
                    ("data", body.get("data").cloned().unwrap_or_default()),
                ]);
                Some(EffectError { detail, ..EffectError::new(kind, message) })
            }
            None if !(200..300).contains(status) => Some(refusal(*status, headers, body)),
            None if body.get("data").is_none() => {
                Some(EffectError::new(ErrorKind::Invalid, "The answer has no data, so it is not GraphQL."))
            }
            None => None,
        }
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        if let Done::Http { body, .. } = done {
            at.give(Data::object([("data", body.get("data").cloned().unwrap_or_default())]));
        }
        Next::out()
    }
}
