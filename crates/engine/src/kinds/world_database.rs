//! Asks a database.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field, FieldType};
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, example, json, port, with_effect};
use crate::build::{Broken, Build};
use crate::effect::{Done, Effect, Filled, Query};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{sql}",
        help: "Asks a database in SQL: one of the bot's own, which is a file beside it (SQLite), or one on a server (PostgreSQL). Where the \
               SQL has a `?`, the values are put in, in their order; so what people write can never be taken for SQL.\n\n\
               `nodes.<key>` has the `rows`, the `first` of them and their `count`; after a change, how many rows were `changed`.",
        synonyms: &["sql", "sqlite", "postgres", "query", "table", "select", "insert", "update", "rows", "store"],
        effect: true,
        ports: vec![OUT, port("none", "No rows"), ERROR],
        fields: with_effect("10s", vec![
            Field::choice("database", "Database", &[("own", "The bot's own"), ("server", "On a server")]),
            Field::word("file", "Its name").default("data").when("database", &["own"]),
            Field::new("address", "Address", FieldType::Secret)
                .required()
                .help("The secret that holds the address with the password, such as `postgres://user:password@host/name`.")
                .when("database", &["server"]),
            Field::choice("does", "What it does", &[("read", "Reads rows"), ("change", "Changes something")]),
            Field::new("sql", "SQL", FieldType::Code { language: "sql" })
                .required()
                .placeholder("select * from orders where id = ?"),
            Field::list("values", "Values", vec![json("value", "Value").required().placeholder("msg.args")])
                .help("One for each `?`, in their order."),
        ]),
        ..base("world.database", Family::World, "Database", "database")
    };
    it.example = example(
        &it,
        r#"{"database": "own", "file": "data", "does": "read", "sql": "select name, price from items where price < ?", "values": [{"id": "v", "value": {"$expr": "bot.total"}}]}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let database = match of.word("database").as_str() {
        "server" => {
            let missing = || Broken::new("It does not say which secret holds the address.").at("address");
            Filled::Secret(of.secret("address").ok_or_else(missing)?)
        }
        _ => Filled::Text(of.word("file")),
    };
    Ok(Box::new(Database {
        database,
        sql: of.word("sql"),
        values: of.each("values", |value, id| Ok((id, value.source("value")?)))?,
        reads: of.word("does") != "change",
    }))
}

#[derive(Debug)]
struct Database {
    database: Filled,
    sql: SmolStr,
    values: Vec<(SmolStr, Source)>,
    reads: bool,
}

impl Behaviour for Database {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let value = |(id, value): &(SmolStr, Source)| {
            at.value(value).map_err(|fault| fault.at(format!("values.{id}.value")))
        };
        Ok(Next::Do(Box::new(Effect::Query(Query {
            database: self.database.clone(),
            sql: self.sql.clone(),
            values: self.values.iter().map(value).collect::<Result<_, _>>()?,
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        let Done::Rows { rows, changed } = done else { return Next::out() };
        let all = rows.as_list().unwrap_or_default();
        at.give(Data::object([
            ("rows", rows.clone()),
            ("first", all.first().cloned().unwrap_or_default()),
            ("count", Data::Int(all.len() as i64)),
            ("changed", Data::Int(*changed)),
        ]));
        Next::go(if self.reads && all.is_empty() { "none" } else { "out" })
    }
}
