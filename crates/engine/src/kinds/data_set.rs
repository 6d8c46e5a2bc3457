//! Sets variables.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, example, json, variable};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "",
        help: "Sets variables, in order from top to bottom. *Add* counts numbers up or down, *Append* adds to the end of a list; both are safe \
               when many chats do it at once.",
        synonyms: &["variable", "assign", "store", "remember", "count", "increment"],
        fields: vec![
            Field::list(
                "set",
                "Variables",
                vec![
                    variable("variable", "Variable").required(),
                    Field::choice("how", "How", &[("set", "Set to"), ("add", "Add"), ("append", "Append")]),
                    json("value", "Value").required().placeholder("1"),
                ],
            )
            .required(),
        ],
        ..base("data.set", Family::Data, "Set variables", "variable")
    };
    it.example = example(&it, r#"{"set": [{"id": "t", "variable": "bot.total", "how": "add", "value": 1}]}"#);
    it
}
