//! The registry: adding a kind is one file and one line here.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use flow::descriptor::Family;
use flow::{Descriptor, Kinds};

use crate::build::{Broken, Build};
use crate::node::Behaviour;

mod answers;
mod models;
mod parts;
mod saying;
mod web;

/// A kind: what it says of itself, and how a node of it is built.
pub(crate) struct Kind {
    pub descriptor: Arc<Descriptor>,
    pub build: BuildNode,
}

pub(crate) type BuildNode = fn(&mut Build<'_>) -> Built;
pub(crate) type Built = Result<Box<dyn Behaviour>, Broken>;

/// Kinds and fields that the engine itself has to know.
pub(crate) const CALLED: &str = "trigger.call";
pub(crate) const WITHIN: &str = "within";
pub(crate) const TRIES: &str = "tries";
pub(crate) const PAUSE: &str = "pause";
pub(crate) const SCOPE: &str = "scope";
pub(crate) const BUSY: &str = "busy";
pub(crate) const PRIORITY: &str = "priority";
pub(crate) const RULE: &str = "rule";

pub(crate) fn kind(name: &str) -> Option<&'static Kind> {
    static KINDS: LazyLock<HashMap<&'static str, Kind>> = LazyLock::new(|| {
        let known = kinds();
        let kind = |(name, build): (&'static str, BuildNode)| {
            Some((name, Kind { descriptor: known.get(name)?.clone(), build }))
        };
        builders().into_iter().filter_map(kind).collect()
    });
    KINDS.get(name)
}

/// The descriptor of a node whose kind is not known.
pub(crate) fn unknown() -> Arc<Descriptor> {
    static UNKNOWN: LazyLock<Arc<Descriptor>> =
        LazyLock::new(|| Arc::new(parts::base("", Family::Logic, "Unknown", "circle-help")));
    UNKNOWN.clone()
}

macro_rules! registry {
    ($($file:ident),* $(,)?) => {
        $(mod $file;)*

        /// All node kinds of this version.
        pub fn kinds() -> Arc<Kinds> {
            static KINDS: LazyLock<Arc<Kinds>> = LazyLock::new(|| Arc::new(Kinds::new([$(parts::whole($file::descriptor())),*])));
            KINDS.clone()
        }

        fn builders() -> Vec<(&'static str, BuildNode)> {
            vec![$(($file::descriptor().kind, $file::build as BuildNode)),*]
        }
    };
}

registry! {
    trigger_button,
    trigger_call,
    trigger_command,
    trigger_error,
    trigger_event,
    trigger_file,
    trigger_inline,
    trigger_joined,
    trigger_left,
    trigger_message,
    trigger_reaction,
    trigger_schedule,
    trigger_slash,
    trigger_started,
    trigger_webhook,
    message_ask,
    message_buttons,
    message_confirm,
    message_delete,
    message_edit,
    message_embed,
    message_form,
    message_inline,
    message_keyboard,
    message_media,
    message_poll,
    message_question,
    message_react,
    message_send,
    message_typing,
    message_wait,
    message_wait_button,
    logic_call,
    logic_delay,
    logic_goto,
    logic_if,
    logic_join,
    logic_loop,
    logic_parallel,
    logic_random,
    logic_return,
    logic_stop,
    logic_switch,
    data_counter,
    data_date,
    data_format,
    data_hash,
    data_list,
    data_parse,
    data_script,
    data_set,
    data_sign,
    data_template,
    data_transform,
    world_database,
    world_email,
    world_emit,
    world_graphql,
    world_http,
    world_log,
    world_reply,
    world_store,
    people_assign_role,
    people_ban,
    people_hand_over,
    people_info,
    people_kick,
    people_remove_role,
    ai_classify,
    ai_extract,
    ai_moderate,
    ai_prompt,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use flow::{Bot, Code, Flow, Manifest, Map, Value};

    use super::kinds;

    /// A descriptor's example is the first thing a person copies: it has to be right.
    #[test]
    fn every_example_checks_without_errors() {
        for descriptor in kinds().iter() {
            assert_eq!(descriptor.example.kind, descriptor.kind);
            assert_eq!(descriptor.example.v, descriptor.v);
            let mut flow = Flow { id: "main".into(), name: "Main".into(), ..Flow::default() };
            flow.nodes.insert("n1".into(), Arc::new(descriptor.example.clone()));
            let helper = Flow { id: "checkout".into(), name: "Checkout".into(), ..Flow::default() };
            // What examples refer to.
            let ask = kinds().get("message.ask").map(|ask| Arc::new(ask.example.clone()));
            flow.nodes.insert("ask".into(), ask.unwrap_or_default());
            let variables = r#"{"bot": {"total": {"type": "number"}, "tokens": {"type": "object"}},
                "user": {"size": {"type": "text"}, "cart": {"type": "list"}, "tries": {"type": "number"}, "talk": {"type": "list"}}, "chat": {}}"#;
            let everywhere = flow::limits::Platform::ALL.to_vec();
            let channels = if descriptor.platforms.is_empty() { &everywhere } else { &descriptor.platforms };
            let channels: Vec<_> = channels.iter().map(|platform| platform.name()).collect();
            let text = format!(
                r#"{{"id": "b", "name": "B", "channels": {channels:?},
                "secrets": {{"weather_key": {{}}, "mail_server": {{}}, "ai_key": {{}}}}, "variables": {variables}}}"#
            );
            let manifest: Manifest = flow::text::parse_manifest(text.as_bytes()).value;
            let bot = Bot {
                manifest,
                flows: [("flows/main.flow.json".into(), flow), ("flows/checkout.flow.json".into(), helper)]
                    .into(),
                texts: Default::default(),
            };
            // Nothing is wired, and no example uses all that there is.
            let apart = [Code::DeadEnd, Code::NoTrigger, Code::Unreachable, Code::UnusedVariable];
            let problems: Vec<_> =
                flow::check::check(&bot, &kinds()).into_iter().filter(|p| !apart.contains(&p.code)).collect();
            assert!(problems.is_empty(), "{}: {problems:#?}", descriptor.kind);
        }
    }

    #[test]
    fn every_kind_says_what_a_person_needs() {
        for descriptor in kinds().iter() {
            let kind = descriptor.kind;
            assert!(descriptor.help.len() > 40, "{kind} explains itself");
            assert!(!descriptor.synonyms.is_empty(), "{kind} is found by other words");
            assert!(descriptor.fields.iter().all(|field| !field.label.is_empty()), "{kind}");
            let example = Value::Object(Map::clone(&descriptor.example.fields));
            for field in descriptor.fields.iter().filter(|field| field.required && field.when.is_none()) {
                assert!(
                    example.as_object().is_some_and(|e| e.contains(field.name)),
                    "{kind}: the example shows {}",
                    field.name
                );
            }
        }
    }
}
