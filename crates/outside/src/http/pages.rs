//! An answer that comes in pages, as one list.

use std::collections::HashSet;

use engine::effect::{NextPage, Pages};
use engine::{Done, EffectError, ErrorKind};
use flow::Data;
use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};
use tokio::time::Instant;

use super::follow::{follow, is_same_place};
use super::ready::Ready;
use super::{answer, is_fine};
use crate::line::{Failed, Line};

pub async fn collect(line: &Line, ready: &Ready, pages: &Pages, until: Instant) -> Result<Done, Failed> {
    let (mut url, mut left) = (ready.url.clone(), line.limits.most_bytes);
    // A service that goes round in circles is left after the first round.
    let mut seen = HashSet::from([url.clone()]);
    let mut items = Vec::new();
    let mut page = 1;
    loop {
        let earlier = page > 1;
        let after = |failed: Failed| Failed { left: failed.left || earlier, ..failed };
        let begun = follow(line, ready, url.clone(), page, until).await.map_err(after)?;
        let (status, headers, at) = (begun.status, begun.headers.clone(), begun.url.clone());
        let bytes = begun.body(left).await?;
        left -= bytes.len();
        let body = answer::data(&headers, &bytes)?;
        let fields = answer::fields(&headers);
        let is_end = status == 404 && earlier && matches!(pages.next, NextPage::Count(_));
        if is_end {
            return Ok(Done::Http { status: 200, headers: fields, body: Data::list(items) });
        }
        if !is_fine(status) {
            return Ok(Done::Http { status, headers: fields, body });
        }
        let new = list(&body, &pages.items)?;
        let has_new = !new.is_empty();
        items.extend(new.iter().cloned());
        let next = next(pages, &headers, &body, &at, &url, has_new).map(|next| with_own_query(ready, next));
        match next.filter(|next| page < pages.most && seen.insert(next.clone())) {
            Some(next) => url = next,
            None => return Ok(Done::Http { status, headers: fields, body: Data::list(items) }),
        }
        page += 1;
    }
}

fn list<'a>(body: &'a Data, path: &str) -> Result<&'a [Data], Failed> {
    match member(body, path) {
        Some(Data::List(items)) => Ok(items),
        // Some say that there is nothing by saying nothing.
        Some(Data::Null) => Ok(&[]),
        _ => {
            let place = if path.is_empty() {
                "The answer is no list".into()
            } else {
                format!("The answer has no list at `{path}`")
            };
            let words = format!("{place}, so its pages cannot be put together.");
            Err(Failed { error: EffectError::new(ErrorKind::Invalid, words), left: true })
        }
    }
}

/// `data.items`, `pages.0`; empty for the whole.
fn member<'a>(body: &'a Data, path: &str) -> Option<&'a Data> {
    path.split('.').filter(|part| !part.is_empty()).try_fold(body, |at, part| match at {
        Data::List(items) => items.get(part.parse::<usize>().ok()?),
        at => at.get(part),
    })
}

/// `at` is where the answer came from in the end, `url` what was asked for.
fn next(pages: &Pages, headers: &HeaderMap, body: &Data, at: &Url, url: &Url, has_new: bool) -> Option<Url> {
    match &pages.next {
        NextPage::Link => {
            let links = headers.get_all(LINK).iter().filter_map(|link| link.to_str().ok());
            links.filter_map(next_link).next().and_then(|link| at.join(&link).ok())
        }
        NextPage::Address(path) => {
            member(body, path)?.as_str().filter(|next| !next.is_empty()).and_then(|next| at.join(next).ok())
        }
        NextPage::Cursor(path, name) => {
            let mark =
                member(body, path).filter(|mark| !matches!(mark, Data::Null | Data::Bool(false)))?.shown();
            (!mark.is_empty()).then(|| with(url, name, &mark))
        }
        NextPage::Count(name) => {
            let now = url.query_pairs().find(|(known, _)| known == name.as_str());
            let now = now.map_or(Some(1), |(_, value)| value.trim().parse::<i64>().ok())?;
            has_new.then(|| with(url, name, &now.saturating_add(1).to_string()))
        }
    }
}

/// The address with one part of its query replaced.
fn with(url: &Url, name: &str, value: &str) -> Url {
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(known, _)| known != name)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
    url
}

/// A service leaves out of the next address what nobody should read there, and wants it all the same.
fn with_own_query(ready: &Ready, mut next: Url) -> Url {
    if is_same_place(&ready.url, &next) {
        for (name, value) in &ready.own_query {
            if !next.query_pairs().any(|(known, _)| known == name.as_str()) {
                next.query_pairs_mut().append_pair(name, value);
            }
        }
    }
    next.set_fragment(None);
    next
}

/// `<https://…?page=2>; rel="next", <…>; rel="last"`
fn next_link(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let params = after.split('<').next().unwrap_or_default();
        let is_next = params.split([';', ',']).any(|param| {
            let rel =
                param.trim().split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
            rel.is_some_and(|(_, rels)| {
                rels.trim().trim_matches('"').split_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
            })
        });
        if is_next {
            return Some(target.to_string());
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read() {
        for (text, expected) in [
            (r#"<https://a/?page=2>; rel="next""#, Some("https://a/?page=2")),
            (r#"</?p=1,2>; rel=prev, </?p=3>; title="x"; rel="last next""#, Some("/?p=3")),
            (r#"<https://a/>; rel="prev""#, None),
            ("", None),
            ("<", None),
        ] {
            assert_eq!(next_link(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn members_are_found() {
        let body: Data = serde_json::from_str(r#"{"data": {"items": [[1], 2]}}"#).unwrap();
        assert_eq!(member(&body, "data.items.1"), Some(&Data::Int(2)));
        assert_eq!(member(&body, "data.other"), None);
        assert_eq!(member(&body, ""), Some(&body));
    }
}
