//! Reads a text as data.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{ERROR, OUT, base, example, variable};
use crate::build::{Build, Place};
use crate::fault::{Fault, FaultCode};
use crate::formats::{self, Table};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{format} from {text}",
        help: "Makes data of a text that came from elsewhere: JSON, XML, or a table (CSV). The data is in `nodes.<key>`.\n\n\
               A table becomes a list, with one object a line when its first line names the columns. Of XML an element becomes an object: \
               its attributes as `@name`, its text as `#text`, the elements in it by their names, several of one name as a list. What \
               cannot be read goes to *On error*, which says line and column.",
        synonyms: &[
            "json",
            "xml",
            "csv",
            "read",
            "decode",
            "spreadsheet",
            "excel",
            "table",
            "feed",
            "rss",
            "convert",
        ],
        ports: vec![OUT, ERROR],
        fields: vec![
            Field::choice("format", "Format", &[("json", "JSON"), ("xml", "XML"), ("csv", "Table (CSV)")]),
            Field::long_text("text", "Text").required().placeholder("{{ nodes.fetch.body }}"),
            Field::choice(
                "separator",
                "Between cells",
                &[("auto", "Find out"), ("comma", "Comma"), ("semicolon", "Semicolon"), ("tab", "Tab")],
            )
            .when("format", &["csv"]),
            Field::bool("header", "The first line names the columns", true).when("format", &["csv"]),
            Field::bool("numbers", "Numbers as numbers", true)
                .help("Codes and phone numbers, such as 007 and +49, stay texts.")
                .when("format", &["csv"]),
            variable("save", "Save as"),
        ],
        ..base("data.parse", Family::Data, "Parse", "file")
    };
    it.example = example(&it, r#"{"format": "csv", "text": "name;price\nTea;2.50"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let form = match of.word("format").as_str() {
        "xml" => Form::Xml,
        "csv" => Form::Csv(Table {
            separator: match of.word("separator").as_str() {
                "comma" => Some(b','),
                "semicolon" => Some(b';'),
                "tab" => Some(b'\t'),
                _ => None,
            },
            header: of.flag("header"),
            numbers: of.flag("numbers"),
        }),
        _ => Form::Json,
    };
    Ok(Box::new(Parse { form, text: of.source("text")?, save: of.place("save")? }))
}

#[derive(Debug)]
struct Parse {
    form: Form,
    text: Source,
    save: Option<Place>,
}

#[derive(Debug)]
enum Form {
    Json,
    Xml,
    Csv(Table),
}

impl Behaviour for Parse {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let text = at.text(&self.text).map_err(|fault| fault.at("text"))?;
        let read = match &self.form {
            Form::Json => formats::json(&text),
            Form::Xml => formats::xml(&text),
            Form::Csv(table) => formats::csv(&text, table),
        };
        let data = read.map_err(|unread| Fault::new(FaultCode::WrongType, unread.to_string()).at("text"))?;
        if let Some(place) = &self.save {
            at.set(place, data.clone()).map_err(|fault| fault.at("save"))?;
        }
        at.give(data);
        Next::out()
    }
}
