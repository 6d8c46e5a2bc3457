//! The simulator takes exactly what `limits` allows.

use engine::Effect;
use engine::effect::{Button, ButtonDoes, Embed, EmbedField, Form, FormInput, Keyboard, Poll, Send};
use flow::limits::{Limit, Platform};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use smol_str::SmolStr;
use tests::generate::cases;

/// A text about as long as a limit: well within, just at it, just over, or none at all. Some of its letters count double somewhere.
fn near(limit: Limit) -> BoxedStrategy<SmolStr> {
    let ends: Vec<usize> = Platform::ALL
        .into_iter()
        .filter_map(|platform| limit.most(platform))
        .filter(|most| *most < 10_000)
        .flat_map(|most| [most - 1, most, most + 1])
        .chain([1, 2])
        .collect();
    (prop_oneof![1 => Just(0), 12 => select(ends)], select(&["a", "ü", "🙂"][..]))
        .prop_map(|(length, letter)| SmolStr::from(letter.repeat(length)))
        .boxed()
}

fn button() -> impl Strategy<Value = Button> {
    let does = prop_oneof![
        3 => near(Limit::CallbackData).prop_map(ButtonDoes::Data),
        1 => near(Limit::ButtonUrl).prop_map(ButtonDoes::Url),
    ];
    (near(Limit::ButtonLabel), does).prop_map(|(label, does)| Button { label, does })
}

fn embed() -> impl Strategy<Value = Embed> {
    let field = (near(Limit::EmbedFieldName), near(Limit::EmbedFieldValue))
        .prop_map(|(name, value)| EmbedField { name, value, inline: false });
    let texts = (
        near(Limit::EmbedTitle),
        near(Limit::EmbedDescription),
        near(Limit::EmbedFooter),
        near(Limit::EmbedAuthor),
    );
    (texts, prop_oneof![4 => vec(field.clone(), 0..3), 1 => vec(field, 24..27)]).prop_map(
        |((title, text, footer, author), fields)| Embed {
            title,
            text,
            footer,
            author,
            fields,
            ..Embed::default()
        },
    )
}

fn effect() -> BoxedStrategy<Effect> {
    let keyboard = prop_oneof![
        2 => Just(Keyboard::None),
        2 => vec(vec(button(), 1..3), 1..3).prop_map(Keyboard::Inline),
        1 => vec(vec(button(), 4..10), 4..8).prop_map(Keyboard::Inline),
    ];
    let send = (near(Limit::MessageText), option::weighted(0.3, embed()), keyboard)
        .prop_map(|(text, embed, keyboard)| Effect::Send(Send { text, embed, keyboard, ..Send::default() }));
    let poll = (
        near(Limit::PollQuestion),
        prop_oneof![4 => vec(near(Limit::PollOption), 1..4), 1 => vec(near(Limit::PollOption), 9..14)],
    )
        .prop_map(|(question, options)| Effect::Poll(Poll { question, options, ..Poll::default() }));
    let input = (near(Limit::InputLabel), near(Limit::InputPlaceholder))
        .prop_map(|(label, placeholder)| FormInput { label, placeholder, ..FormInput::default() });
    let form = (near(Limit::FormTitle), vec(input, 0..7))
        .prop_map(|(title, inputs)| Effect::Form(Form { title, inputs, ..Form::default() }));
    prop_oneof![4 => send, 1 => poll, 1 => form].boxed()
}

/// Everything in an effect that has a limit, with how much there is of it.
fn amounts(effect: &Effect, platform: Platform) -> Vec<(Limit, usize)> {
    let text = |limit: Limit, text: &str| (limit, limit.measure(text, platform));
    let mut found = Vec::new();
    match effect {
        Effect::Send(send) => {
            if send.embed.is_none() || !send.text.is_empty() {
                found.push(text(Limit::MessageText, &send.text));
            }
            if let Keyboard::Inline(rows) = &send.keyboard {
                found.push((Limit::ButtonCount, rows.iter().map(Vec::len).sum()));
                found.push((Limit::ButtonRows, rows.len()));
                for row in rows {
                    found.push((Limit::ButtonsPerRow, row.len()));
                    for button in row {
                        found.push(text(Limit::ButtonLabel, &button.label));
                        found.push(match &button.does {
                            ButtonDoes::Data(data) => text(Limit::CallbackData, data),
                            ButtonDoes::Url(url) => text(Limit::ButtonUrl, url),
                        });
                    }
                }
            }
            if let Some(embed) = &send.embed {
                found.extend([
                    text(Limit::EmbedTitle, &embed.title),
                    text(Limit::EmbedDescription, &embed.text),
                    text(Limit::EmbedFooter, &embed.footer),
                    text(Limit::EmbedAuthor, &embed.author),
                    (Limit::EmbedFields, embed.fields.len()),
                ]);
                for field in &embed.fields {
                    found.push(text(Limit::EmbedFieldName, &field.name));
                    found.push(text(Limit::EmbedFieldValue, &field.value));
                }
            }
        }
        Effect::Poll(poll) => {
            found.push(text(Limit::PollQuestion, &poll.question));
            found.push((Limit::PollOptions, poll.options.len()));
            found.extend(poll.options.iter().map(|option| text(Limit::PollOption, option)));
        }
        Effect::Form(form) => {
            found.push(text(Limit::FormTitle, &form.title));
            found.push((Limit::FormInputs, form.inputs.len()));
            for input in &form.inputs {
                found.push(text(Limit::InputLabel, &input.label));
                found.push(text(Limit::InputPlaceholder, &input.placeholder));
            }
        }
        _ => {}
    }
    found
}

proptest! {
    #![proptest_config(cases(4.0))]

    #[test]
    fn what_a_platform_does_not_take_is_not_taken(effect in effect()) {
        for platform in Platform::ALL {
            let over: Vec<_> = amounts(&effect, platform)
                .into_iter()
                .filter(|(limit, amount)| limit.most(platform).is_some_and(|most| *amount > most))
                .collect();
            let refusal = sim::platform::refusal(platform, &effect);
            prop_assert!(over.is_empty() || refusal.is_some(), "{platform:?} takes {over:?} of {effect:?}");
            prop_assert!(refusal.is_none_or(|error| !error.message.is_empty()));
        }
    }
}
