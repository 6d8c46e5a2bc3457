//! Sends a poll or a quiz.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, duration, example, with_effect};
use super::saying::{sent, some};
use crate::build::{Broken, Build};
use crate::effect::{Done, Effect, Poll};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let option = vec![
        Field::text("label", "Answer").required().placeholder("Margherita").limit(Limit::PollOption),
        Field::bool("right", "This is right", false).help("Of a quiz."),
    ];
    let mut it = Descriptor {
        summary: "{question}",
        help: "Sends a poll that people vote in, or a quiz in which one answer is right (Telegram). The bot goes on at once.",
        synonyms: &["vote", "survey", "quiz", "ballot", "opinion", "question"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect(
            "30s",
            vec![
                Field::text("question", "Question")
                    .required()
                    .placeholder("Which one do you like best?")
                    .limit(Limit::PollQuestion),
                Field::list("options", "Answers", option).required().limit(Limit::PollOptions),
                Field::choice("type", "Kind", &[("poll", "Poll"), ("quiz", "Quiz")]),
                Field::bool("multiple", "Several answers", false),
                Field::bool("anonymous", "Nobody sees who voted", true),
                duration("open", "Open for").advanced(),
            ],
        ),
        ..base("message.poll", Family::Message, "Poll", "list-checks")
    };
    it.example = example(
        &it,
        r#"{"question": "Which one do you like best?", "options": [{"id": "m", "label": "Margherita"}, {"id": "f", "label": "Funghi"}]}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let options = of.each("options", |one, id| Ok((id, one.source("label")?, one.flag("right"))))?;
    let quiz = of.word("type") == "quiz";
    let right: Vec<u32> =
        (0..).zip(&options).filter(|(_, (.., right))| *right).map(|(place, _)| place).collect();
    if options.len() < 2 {
        return Err(Broken::new("A poll needs two answers at the least.").at("options"));
    }
    if quiz && right.len() != 1 {
        return Err(Broken::new("Of a quiz exactly one answer is right; tick it.").at("options"));
    }
    Ok(Box::new(SendPoll {
        question: of.source("question")?,
        options: options.into_iter().map(|(id, label, _)| (id, label)).collect(),
        correct: right.first().copied().filter(|_| quiz),
        multiple: of.flag("multiple") && !quiz,
        anonymous: of.flag("anonymous"),
        open: of.duration("open")?,
    }))
}

#[derive(Debug)]
struct SendPoll {
    question: Source,
    options: Vec<(SmolStr, Source)>,
    correct: Option<u32>,
    multiple: bool,
    anonymous: bool,
    open: Option<Source>,
}

impl Behaviour for SendPoll {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let label = |(id, label): &(SmolStr, Source)| some(at, label, || format!("options.{id}.label"));
        let open_for = self.open.as_ref().map(|open| at.millis(open));
        Ok(Next::Do(Box::new(Effect::Poll(Poll {
            question: some(at, &self.question, || "question".into())?,
            options: self.options.iter().map(label).collect::<Result<_, Fault>>()?,
            multiple: self.multiple,
            anonymous: self.anonymous,
            correct: self.correct,
            open_for: open_for.transpose().map_err(|fault| fault.at("open"))?,
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        sent(at, done)
    }
}
