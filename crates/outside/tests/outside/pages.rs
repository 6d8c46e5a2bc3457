//! Answers that come in pages.

use engine::ErrorKind;
use engine::effect::{Auth, Filled, NextPage, Pages};
use serde_json::json;

use crate::web::{Asked, Reply, Web, json as answer, reply};
use crate::{CANARY, anywhere, call, fails, get, json};

fn pages(items: &str, next: NextPage, most: u32) -> Option<Pages> {
    Some(Pages { items: items.into(), next, most })
}

fn param(asked: &Asked, name: &str) -> Option<String> {
    let url = format!("http://x{}", asked.target);
    let query = url.split_once('?')?.1.to_string();
    query
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(known, _)| *known == name))
        .map(|(_, value)| value.into())
}

/// Three pages of one item each, named in every way there is.
fn book(asked: &Asked) -> Reply {
    let page: u32 = param(asked, "page").and_then(|page| page.parse().ok()).unwrap_or(1);
    if page > 3 {
        return answer(200, json!({"data": {"items": []}, "next": null}));
    }
    let next = format!("/list?page={}", page + 1);
    let more = (page < 3).then(|| next.clone());
    let mark = (page < 3).then_some(page + 1);
    let body = json!({"data": {"items": [page]}, "next": more, "mark": mark});
    match more {
        Some(next) => answer(200, body).with("Link", format!("<{next}>; rel=\"next\"")),
        None => answer(200, body),
    }
}

#[tokio::test]
async fn each_way_of_naming_the_next_page() {
    let web = Web::serve(book).await;
    for (next, most, expected) in [
        (NextPage::Link, 10, "[1, 2, 3]"),
        (NextPage::Address("next".into()), 10, "[1, 2, 3]"),
        (NextPage::Cursor("mark".into(), "page".into()), 10, "[1, 2, 3]"),
        (NextPage::Count("page".into()), 10, "[1, 2, 3]"),
        (NextPage::Count("page".into()), 2, "[1, 2]"),
        (NextPage::Link, 1, "[1]"),
    ] {
        let http = engine::effect::Http {
            pages: pages("data.items", next.clone(), most),
            ..get(web.url("/list?page=1&x=y"))
        };
        let (status, _, body) = call(&anywhere(), http).await.expect("pages");
        assert_eq!((status, body), (200, json(expected)), "{next:?}");
    }
    // What else is in the address stays when a part of it counts.
    let http = engine::effect::Http {
        pages: pages("data.items", NextPage::Count("page".into()), 2),
        ..get(web.url("/list?x=y&page=2"))
    };
    assert_eq!(call(&anywhere(), http).await.expect("pages").2, json("[2, 3]"));
    assert_eq!(param(&web.last(), "x").as_deref(), Some("y"));
}

#[tokio::test]
async fn pages_that_go_round_come_to_an_end() {
    let web = Web::serve(|_| answer(200, json!({"items": [1], "next": "?", "mark": "same"}))).await;
    for next in [NextPage::Address("next".into()), NextPage::Cursor("mark".into(), "mark".into())] {
        let http = engine::effect::Http { pages: pages("items", next, 100), ..get(web.url("/")) };
        call(&anywhere(), http).await.expect("pages");
    }
    assert!(web.asked().len() <= 4, "{}", web.asked().len());
}

#[tokio::test]
async fn a_page_that_is_not_fine_is_given_as_it_came() {
    let web = Web::serve(|asked| match param(asked, "page").as_deref() {
        Some("2") => reply(503, "busy"),
        _ => answer(200, json!([1])),
    })
    .await;
    let http =
        engine::effect::Http { pages: pages("", NextPage::Count("page".into()), 9), ..get(web.url("/")) };
    let (status, _, body) = call(&anywhere(), http).await.expect("an answer");
    assert_eq!((status, body), (503, "busy".into()));
    // Some services say by 404 that there are no more.
    let web = Web::serve(|asked| match param(asked, "page").as_deref() {
        Some("2") => reply(404, ""),
        _ => answer(200, json!([1])),
    })
    .await;
    let http =
        engine::effect::Http { pages: pages("", NextPage::Count("page".into()), 9), ..get(web.url("/")) };
    assert_eq!(call(&anywhere(), http).await.expect("an answer").2, json("[1]"));
}

#[tokio::test]
async fn what_is_no_list_is_told() {
    let web = Web::serve(|_| answer(200, json!({"items": 7}))).await;
    let http = engine::effect::Http { pages: pages("items", NextPage::Link, 9), ..get(web.url("/")) };
    let error = fails(&anywhere(), http).await;
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.message.contains("`items`"), "{}", error.message);
}

#[tokio::test]
async fn a_key_goes_along_to_each_page_of_the_same_host_alone() {
    let other = Web::serve(|_| answer(200, json!({"items": [2], "next": null}))).await;
    let away = other.url("/2");
    let web = Web::serve(move |asked| match asked.target.starts_with("/2") {
        true => answer(200, json!({"items": [2], "next": away.clone()})),
        false => answer(200, json!({"items": [1], "next": "/2"})),
    })
    .await;
    let key = Filled::Secret("key".into());
    for auth in [Auth::Bearer(key.clone()), Auth::Query { name: "key".into(), value: key.clone() }] {
        let next = NextPage::Address("next".into());
        let http = engine::effect::Http { pages: pages("items", next, 9), auth, ..get(web.url("/1")) };
        let (_, _, body) = call(&anywhere(), http).await.expect("pages");
        assert_eq!(body, json("[1, 2, 2]"));
    }
    let has_key =
        |asked: &Asked| asked.header("authorization").is_some() || asked.target.contains("key=c4nary");
    assert!(web.asked().iter().all(has_key), "{:?}", web.asked());
    assert!(!other.asked().iter().any(has_key));
    assert!(!format!("{:?}", other.asked()).contains(CANARY));
}
