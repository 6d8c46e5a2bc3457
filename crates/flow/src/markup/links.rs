//! Which addresses Telegram takes, and what its own ones mean.

use super::{Mentioned, Style};

/// The style of a linked text; nothing where the address is none, for then the text is left as it is.
pub(super) fn linked(url: &str) -> Option<Style> {
    if let Some(id) = user(url) {
        return Some(Style::Mention { of: Mentioned::User(id) });
    }
    checked(url).map(|url| Style::Link { url })
}

/// The parameters of one of Telegram's own addresses: `tg://user?id=1`.
fn own<'u>(url: &'u str, host: &str) -> Option<Vec<(&'u str, &'u str)>> {
    let rest = strip(url, "tg:")?;
    let rest = strip(rest.strip_prefix("//").unwrap_or(rest), host)?;
    let query = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('?')?;
    let query = query.split('#').next().unwrap_or_default();
    Some(query.split('&').map(|part| part.split_once('=').unwrap_or((part, ""))).collect())
}

/// Without a beginning in any case of its letters.
fn strip<'u>(text: &'u str, beginning: &str) -> Option<&'u str> {
    let head = text.get(..beginning.len())?;
    head.eq_ignore_ascii_case(beginning).then(|| &text[beginning.len()..])
}

/// A whole number as Telegram takes it: no sign but a minus, no zeros before it.
fn whole(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|n| n.to_string() == text)
}

fn user(url: &str) -> Option<String> {
    let parameters = own(url, "user")?;
    let (_, id) = parameters.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("id"))?;
    whole(id).filter(|id| *id > 0).map(|id| id.to_string())
}

/// What `![…](…)` stands for.
pub(super) fn special(url: &str) -> Option<Style> {
    if let Some(parameters) = own(url, "emoji") {
        let (_, id) = parameters.into_iter().find(|(name, _)| *name == "id")?;
        return whole(id).filter(|id| *id != 0).map(|id| Style::Emoji { id: id.to_string() });
    }
    let parameters = own(url, "time")?;
    let value = |wanted: &str| parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    date(value("unix")?, value("format").unwrap_or_default())
}

/// A moment with how it is shown: `r` alone, or any of t, T, d, D, w.
pub(super) fn date(unix: &str, format: &str) -> Option<Style> {
    let seconds = whole(unix).filter(|n| *n > 0 && *n <= i64::from(i32::MAX))?;
    is_date_format(format).then(|| Style::Date { unix: seconds.to_string(), format: format.to_owned() })
}

pub(super) fn is_date_format(format: &str) -> bool {
    format.eq_ignore_ascii_case("r") || format.chars().all(|c| "tTdDwW".contains(c))
}

/// An address as Telegram keeps it.
fn checked(url: &str) -> Option<String> {
    for scheme in ["tg", "ton", "tonsite"] {
        let Some(rest) = strip(url, scheme).and_then(|rest| rest.strip_prefix(':')) else { continue };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, query) = rest.split_at(end);
        let odd =
            |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_' && (c != '.' || scheme != "tonsite");
        if host.is_empty() || host.contains(odd) {
            return None;
        }
        let slash = if query.starts_with(['/', '?']) { "" } else { "/" };
        return Some(format!("{scheme}://{}{slash}{query}", host.to_lowercase()));
    }
    let (scheme, rest) = match (strip(url, "http://"), strip(url, "https://")) {
        (Some(rest), _) => ("http", rest),
        (_, Some(rest)) => ("https", rest),
        _ if url.contains("://") => return None,
        _ => ("http", url),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, query) = rest.split_at(end);
    let (name, host) = authority.rsplit_once('@').map_or(("", authority), |(name, host)| (name, host));
    let (host, port) = host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port)));
    let odd = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !"-._~".contains(c);
    if !host.contains('.') || host.contains(odd) || host.chars().any(char::is_whitespace) {
        return None;
    }
    if port.is_some_and(|port| !port.parse::<u16>().is_ok_and(|port| port > 0)) {
        return None;
    }
    let name = if name.is_empty() { String::new() } else { format!("{name}@") };
    let port = port.map_or(String::new(), |port| format!(":{port}"));
    let slash = if query.starts_with('/') { "" } else { "/" };
    Some(format!("{scheme}://{name}{}{port}{slash}{query}", host.to_lowercase()))
}
