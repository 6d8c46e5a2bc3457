//! Calls a web address.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{ERROR, OUT, base, duration, empty_object, example, json};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{method} {url}",
        help: "Calls a web address. The answer is in `nodes.<key>`: `status`, `headers`, `body`, and `json` when it is JSON. \
               Anything but a 2xx answer goes to *On error*.",
        synonyms: &["request", "api", "fetch", "web", "rest", "get", "post", "url"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: vec![
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
            duration("timeout", "Wait at most").default("10s").advanced(),
        ],
        ..base("world.http", Family::World, "HTTP request", "globe")
    };
    it.example = example(
        &it,
        r#"{"method": "GET", "url": "https://api.example.com/weather", "query": {"city": "{{ msg.args }}"}, "headers": {"Authorization": {"$secret": "weather_key"}}}"#,
    );
    it
}
