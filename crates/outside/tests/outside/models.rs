//! Questions to language models, answered by servers that speak as the providers do.

use engine::effect::{AiAnswer, Model, Prompt, PromptTurn, Provider, Speaker};
use engine::{Done, Effect, EffectError, ErrorKind};
use outside::Outside;
use serde_json::{Value, json};

use crate::web::{Reply, Web, json as answer, nobody, reply};
use crate::{CANARY, anywhere, hasty, json as data, request};

fn model(provider: Provider, name: &str, web: &Web) -> Model {
    Model { provider, name: name.into(), url: web.url("/v1/").into(), key: "key".into() }
}

fn prompt(models: Vec<Model>) -> Prompt {
    let turn = |from, text: &str| PromptTurn { from, text: text.into() };
    Prompt {
        models,
        system: "Be kind.".into(),
        turns: vec![
            turn(Speaker::Person, "Hi"),
            turn(Speaker::Assistant, "Hello"),
            turn(Speaker::Person, "How?"),
        ],
        schema: None,
        temperature: Some(1.5),
        most_tokens: Some(99),
    }
}

fn with_schema(models: Vec<Model>) -> Prompt {
    let schema = json!({"type": "object", "properties": {"mood": {"type": ["string", "null"]}}, "required": ["mood"], "additionalProperties": false});
    Prompt { schema: Some(data(&schema.to_string())), ..prompt(models) }
}

async fn ask(outside: &Outside, prompt: Prompt) -> Result<AiAnswer, EffectError> {
    match outside.perform(&request(Effect::Prompt(prompt))).await? {
        Done::Answer(answer) => Ok(answer),
        other => panic!("not an answer of a model: {other:?}"),
    }
}

async fn fails(outside: &Outside, prompt: Prompt) -> EffectError {
    ask(outside, prompt).await.expect_err("it should fail")
}

fn openai(text: &str) -> Reply {
    answer(
        200,
        json!({
            "choices": [{"message": {"role": "assistant", "content": text, "refusal": null}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        }),
    )
}

fn gemini(text: &str) -> Reply {
    answer(
        200,
        json!({
            "candidates": [{"content": {"parts": [{"text": "hm", "thought": true}, {"text": text}]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 1, "thoughtsTokenCount": 2},
        }),
    )
}

fn anthropic(text: &str) -> Reply {
    answer(
        200,
        json!({
            "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 5, "cache_read_input_tokens": 2, "output_tokens": 3},
        }),
    )
}

#[tokio::test]
async fn each_provider_is_asked_in_its_own_way() {
    let roles = |list: &Value| -> Vec<String> {
        list.as_array()
            .expect("a list")
            .iter()
            .map(|one| one["role"].as_str().unwrap_or_default().to_string())
            .collect()
    };
    for (provider, says) in [
        (Provider::OpenAi, openai as fn(&str) -> Reply),
        (Provider::Gemini, gemini),
        (Provider::Anthropic, anthropic),
    ] {
        let web = Web::serve(move |_| says("Fine.")).await;
        let got = ask(&anywhere(), prompt(vec![model(provider, "m-1.5", &web)])).await.expect("an answer");
        let expected = AiAnswer {
            text: "Fine.".into(),
            model: "m-1.5".into(),
            tokens_in: 7,
            tokens_out: 3,
            ..AiAnswer::default()
        };
        assert_eq!(got, expected);
        let (asked, body) = (web.last(), web.last().json());
        match provider {
            Provider::OpenAi => {
                assert_eq!(asked.target, "/v1/chat/completions");
                assert_eq!(asked.header("authorization"), Some(format!("Bearer {CANARY}").as_str()));
                assert_eq!(roles(&body["messages"]), ["system", "user", "assistant", "user"]);
                assert_eq!((&body["temperature"], &body["max_tokens"]), (&json!(1.5), &json!(99)));
            }
            Provider::Gemini => {
                assert_eq!(asked.target, "/v1/models/m-1.5:generateContent");
                assert_eq!(asked.header("x-goog-api-key"), Some(CANARY));
                assert_eq!(roles(&body["contents"]), ["user", "model", "user"]);
                assert_eq!(body["systemInstruction"]["parts"][0]["text"], "Be kind.");
                assert_eq!(body["generationConfig"], json!({"temperature": 1.5, "maxOutputTokens": 99}));
            }
            Provider::Anthropic => {
                assert_eq!(asked.target, "/v1/messages");
                assert_eq!(asked.header("x-api-key"), Some(CANARY));
                assert_eq!(asked.header("anthropic-version"), Some("2023-06-01"));
                assert_eq!(roles(&body["messages"]), ["user", "assistant", "user"]);
                assert_eq!(
                    (&body["system"], &body["max_tokens"], &body["temperature"]),
                    (&json!("Be kind."), &json!(99), &json!(1.0))
                );
            }
        }
    }
}

#[tokio::test]
async fn answers_in_a_form_are_data() {
    for (provider, says) in [
        (Provider::OpenAi, openai as fn(&str) -> Reply),
        (Provider::Gemini, gemini),
        (Provider::Anthropic, anthropic),
    ] {
        let web = Web::serve(move |_| says("{\"mood\": \"good\"}")).await;
        let got = ask(&anywhere(), with_schema(vec![model(provider, "m", &web)])).await.expect("an answer");
        assert_eq!(got.data, data("{\"mood\": \"good\"}"));
        let body = web.last().json();
        let schema = match provider {
            Provider::OpenAi => {
                assert_eq!(body["response_format"]["json_schema"]["strict"], true);
                &body["response_format"]["json_schema"]["schema"]
            }
            Provider::Gemini => {
                assert_eq!(body["generationConfig"]["responseMimeType"], "application/json");
                &body["generationConfig"]["responseJsonSchema"]
            }
            Provider::Anthropic => &body["output_config"]["format"]["schema"],
        };
        assert_eq!(schema["properties"]["mood"]["type"], json!(["string", "null"]));
        let web = Web::serve(move |_| says("I am good.")).await;
        let error = fails(&anywhere(), with_schema(vec![model(provider, "m", &web)])).await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{}", error.message);
        let web = Web::serve(|_| reply(200, "<html>")).await;
        assert_eq!(
            fails(&anywhere(), prompt(vec![model(provider, "m", &web)])).await.kind,
            ErrorKind::Invalid
        );
    }
}

#[tokio::test]
async fn a_model_that_wants_another_form_is_asked_in_that() {
    let picky = |asked: &crate::web::Asked| {
        let body = asked.json();
        if body.get("temperature").is_some() {
            return answer(400, json!({"error": {"message": "`temperature` is deprecated for this model."}}));
        }
        if body.get("output_config").is_some() || body.get("response_format").is_some() {
            return answer(400, json!({"error": {"message": "unknown field"}}));
        }
        match body.get("tools") {
            Some(_) => answer(
                200,
                json!({"content": [{"type": "tool_use", "name": "answer", "input": {"mood": "good"}}]}),
            ),
            None => openai("```json\n{\"mood\": \"good\"}\n```"),
        }
    };
    for provider in [Provider::OpenAi, Provider::Anthropic] {
        let web = Web::serve(picky).await;
        let got = ask(&anywhere(), with_schema(vec![model(provider, "m", &web)])).await.expect("an answer");
        assert_eq!(got.data, data("{\"mood\": \"good\"}"));
        assert_eq!(web.asked().len(), 3);
    }
}

#[tokio::test]
async fn the_next_model_is_asked_where_one_fails() {
    let good = Web::serve(|_| anthropic("Fine.")).await;
    let gone =
        Model { url: format!("http://{}/v1", nobody()).into(), ..model(Provider::OpenAi, "gone", &good) };
    for says in [
        (|_: &crate::web::Asked| reply(401, "")) as fn(&crate::web::Asked) -> Reply,
        |_| reply(403, ""),
        |_| reply(404, ""),
        |_| reply(429, ""),
        |_| reply(400, ""),
        |_| reply(529, ""),
        |_| reply(302, "").with("Location", "http://127.0.0.1/"),
        |_| Reply::Cut,
        |_| Reply::Silence,
        |_| reply(200, "?"),
    ] {
        let bad = Web::serve(says).await;
        let models = vec![
            gone.clone(),
            model(Provider::Gemini, "bad", &bad),
            model(Provider::Anthropic, "good", &good),
        ];
        let got = ask(&hasty(), prompt(models)).await.expect("an answer");
        assert_eq!((got.text.as_str(), got.model.as_str()), ("Fine.", "good"));
    }
    // A key that is not there is one that does not work.
    let keyless = Model { key: "nobody_knows".into(), ..model(Provider::OpenAi, "x", &good) };
    assert_eq!(
        ask(&hasty(), prompt(vec![keyless.clone(), model(Provider::Anthropic, "good", &good)]))
            .await
            .expect("an answer")
            .model,
        "good"
    );
    let error = fails(&anywhere(), prompt(vec![keyless])).await;
    assert_eq!(error.kind, ErrorKind::Unauthorized);
    assert!(error.message.contains("`nobody_knows`"), "{}", error.message);
}

#[tokio::test]
async fn a_refusal_is_not_taken_to_the_next() {
    for (provider, says) in [
        (
            Provider::OpenAi,
            json!({"choices": [{"message": {"content": null, "refusal": "I cannot."}, "finish_reason": "stop"}]}),
        ),
        (
            Provider::OpenAi,
            json!({"choices": [{"message": {"content": ""}, "finish_reason": "content_filter"}]}),
        ),
        (Provider::Anthropic, json!({"content": [], "stop_reason": "refusal"})),
        (Provider::Gemini, json!({"promptFeedback": {"blockReason": "SAFETY"}})),
        (Provider::Gemini, json!({"candidates": [{"finishReason": "SAFETY"}]})),
    ] {
        let (unwilling, next) =
            (Web::serve(move |_| answer(200, says.clone())).await, Web::serve(|_| openai("Sure!")).await);
        let models = vec![model(provider, "m", &unwilling), model(Provider::OpenAi, "next", &next)];
        let error = fails(&anywhere(), prompt(models)).await;
        assert_eq!(error.kind, ErrorKind::Refused);
        assert!(error.message.contains("does not want to answer"), "{}", error.message);
        assert!(next.asked().is_empty());
    }
}

#[tokio::test]
async fn when_all_fail_what_may_pass_is_told() {
    let busy =
        Web::serve(|_| answer(429, json!({"error": {"message": "slow down"}})).with("Retry-After", "7"))
            .await;
    let closed = Web::serve(|_| answer(401, json!({"error": {"message": "who are you"}}))).await;
    let models = vec![model(Provider::OpenAi, "busy", &busy), model(Provider::OpenAi, "closed", &closed)];
    let error = fails(&anywhere(), prompt(models)).await;
    assert_eq!((error.kind, error.retry_after), (ErrorKind::RateLimited, Some(7_000)));
    assert_eq!(error.message, "`busy` was asked, and the answer was 429: slow down");
    let delayed = Web::serve(|_| {
        answer(429, json!({"error": {"message": "quota", "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "31.5s"}]}}))
    })
    .await;
    assert_eq!(
        fails(&anywhere(), prompt(vec![model(Provider::Gemini, "g", &delayed)])).await.retry_after,
        Some(31_500)
    );
    let keyless = Web::serve(|_| {
        answer(
            400,
            json!({"error": {"message": "API key not valid", "details": [{"reason": "API_KEY_INVALID"}]}}),
        )
    })
    .await;
    assert_eq!(
        fails(&anywhere(), prompt(vec![model(Provider::Gemini, "g", &keyless)])).await.kind,
        ErrorKind::Unauthorized
    );
    assert_eq!(fails(&anywhere(), prompt(vec![])).await.kind, ErrorKind::Refused);
}

#[tokio::test]
async fn an_answer_that_was_cut_short_is_told_as_that() {
    let cut = |_: &crate::web::Asked| {
        answer(
            200,
            json!({"choices": [{"message": {"content": "{\"mood\": \"go"}, "finish_reason": "length"}]}),
        )
    };
    let web = Web::serve(cut).await;
    assert_eq!(
        fails(&anywhere(), with_schema(vec![model(Provider::OpenAi, "m", &web)])).await.kind,
        ErrorKind::OverLimit
    );
    // As a text it is what there is.
    assert_eq!(
        ask(&anywhere(), prompt(vec![model(Provider::OpenAi, "m", &web)])).await.expect("a text").text,
        "{\"mood\": \"go"
    );
}
