//! Effects that networks judge: the simulator and the network have to agree on them.

use engine::effect::{
    Asks, Button, ButtonDoes, Effect, Embed, EmbedField, Form, FormInput, Format, InlineResult, Keyboard,
    Media, MediaFrom, Poll, ReplyButton, Send,
};
use engine::event::FileKind;
use smol_str::SmolStr;

pub fn effects() -> Vec<Effect> {
    let text = |text: &str| Send { text: text.into(), ..Send::default() };
    let long = |length: usize| SmolStr::from("x".repeat(length));
    let data = |label: &str, data: SmolStr| Button { label: label.into(), does: ButtonDoes::Data(data) };
    let keys = |count: usize| (0..count).map(|n| data("a", n.to_string().into())).collect::<Vec<_>>();
    let with = |keyboard: Keyboard| Send { keyboard, ..text("?") };
    let inline = |rows: Vec<Vec<Button>>| with(Keyboard::Inline(rows));
    let photo =
        || Media { kind: FileKind::Photo, from: MediaFrom::Asset("assets/menu.jpg".into()), name: None };
    let files = |count: usize, words: SmolStr| Send { media: vec![photo(); count], ..text(&words) };
    let embed = |embed: Embed| Send { embed: Some(embed), ..Send::default() };
    let field = |name: &str, value: SmolStr| EmbedField { name: name.into(), value, inline: false };
    let poll = |question: &str, count: usize, length: usize| Poll {
        question: question.into(),
        options: (0..count).map(|n| format!("{n}{}", long(length - 1)).into()).collect(),
        ..Poll::default()
    };
    let rows = vec![vec![
        ReplyButton { label: "A".into(), asks: None },
        ReplyButton { label: "B".into(), asks: Some(Asks::Phone) },
    ]];
    let sends = vec![
        text("hi"),
        text(""),
        text(" \n"),
        text(&long(2000)),
        text(&long(2001)),
        text(&long(4096)),
        text(&long(4097)),
        text(&"😀".repeat(1500)),
        Send { format: Format::Html, ..text("<b>bold</b>") },
        Send { format: Format::Markdown, ..text("*bold*") },
        Send { format: Format::Html, ..text(&format!("<b>{}</b>", long(4090))) },
        inline(vec![keys(5)]),
        inline(vec![keys(1), Vec::new()]),
        inline(vec![vec![data("", "d".into())]]),
        inline(vec![vec![data(&long(80), "d".into())]]),
        inline(vec![vec![data("a", long(64))]]),
        with(Keyboard::Reply { rows, once: true }),
        with(Keyboard::Remove),
        files(1, "".into()),
        files(1, long(1024)),
        files(1, long(1025)),
        files(10, "all".into()),
        files(11, "all".into()),
        embed(Embed { title: "t".into(), ..Embed::default() }),
        embed(Embed { title: long(257), ..Embed::default() }),
        embed(Embed { text: long(4097), ..Embed::default() }),
        embed(Embed { fields: vec![field("n", long(1025))], ..Embed::default() }),
        embed(Embed { fields: vec![field("", "v".into())], ..Embed::default() }),
        embed(Embed { fields: vec![field("n", "v".into()); 26], ..Embed::default() }),
        embed(Embed { text: long(4096), footer: long(2000), ..Embed::default() }),
    ];
    let polls = vec![poll("?", 2, 3), poll("", 2, 3), poll("?", 1, 3), poll("?", 2, 56), poll("?", 2, 101)];
    let results = |count: usize| {
        let result = |n: usize| InlineResult {
            id: n.to_string().into(),
            title: "t".into(),
            text: "x".into(),
            ..InlineResult::default()
        };
        Effect::AnswerInline { results: (0..count).map(result).collect(), cache: 0 }
    };
    let others = vec![
        results(50),
        results(51),
        Effect::Confirm { text: "ok".into(), alert: false },
        Effect::Confirm { text: long(201), alert: false },
        Effect::Role { person: "1".into(), role: "2".into(), give: true },
    ];
    let sends = sends.into_iter().map(Effect::Send);
    sends.chain(polls.into_iter().map(Effect::Poll)).chain(others).chain(forms()).collect()
}

fn forms() -> Vec<Effect> {
    let input = |label: &str| FormInput { id: "i".into(), label: label.into(), ..FormInput::default() };
    let form = |title: &str, inputs| Effect::Form(Form { data: "f".into(), title: title.into(), inputs });
    vec![
        form("Address", vec![input("Street")]),
        form("Address", Vec::new()),
        form("", vec![input("Street")]),
        form("Address", vec![input(&"x".repeat(46))]),
    ]
}

/// Short enough to be read in a list of differences.
pub fn shown(effect: &Effect) -> String {
    serde_json::to_string(effect).unwrap().chars().take(160).collect()
}
