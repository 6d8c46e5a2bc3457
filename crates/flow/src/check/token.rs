//! Texts that look like tokens and keys of well-known services.

/// What the text seems to hold, in words.
pub fn looks_like_secret(text: &str) -> Option<&'static str> {
    if text.len() < 20 {
        return None;
    }
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '=' | ',' | ';' | '(' | ')' | '<' | '>')
    })
    .filter(|word| word.len() >= 20)
    .find_map(token)
}

fn token(word: &str) -> Option<&'static str> {
    if let Some((id, rest)) = word.rsplit('/').next()?.trim_start_matches("bot").split_once(':')
        && (6..=12).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_digit())
        && rest.len() >= 30
        && rest.bytes().all(is_word)
    {
        return Some("a Telegram bot token");
    }
    let parts: Vec<&str> = word.split('.').collect();
    if let [head, middle, tail] = parts[..] {
        let plain = parts.iter().all(|part| part.bytes().all(is_word));
        if plain && head.starts_with("eyJ") && middle.starts_with("eyJ") && tail.len() >= 16 {
            return Some("a signed access token");
        }
        if plain && (23..=30).contains(&head.len()) && (5..=7).contains(&middle.len()) && tail.len() >= 27 {
            return Some("a Discord bot token");
        }
    }
    const PREFIXES: [(&str, usize, &str); 10] = [
        ("sk-", 24, "an API key"),
        ("sk_live_", 24, "a payment service's secret key"),
        ("rk_live_", 24, "a payment service's restricted key"),
        ("ghp_", 36, "a GitHub token"),
        ("github_pat_", 40, "a GitHub token"),
        ("glpat-", 20, "a GitLab token"),
        ("xoxb-", 24, "a Slack token"),
        ("xoxp-", 24, "a Slack token"),
        ("AIza", 39, "a Google API key"),
        ("AKIA", 20, "an AWS access key"),
    ];
    PREFIXES
        .into_iter()
        .find(|(prefix, length, _)| {
            word.starts_with(prefix) && word.len() >= *length && word.bytes().all(is_word)
        })
        .map(|(_, _, what)| what)
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-' || b == b'_'
}

#[cfg(test)]
mod tests {
    use super::looks_like_secret;

    #[test]
    fn tokens_are_told_from_texts() {
        // Made up, and put together here so that no scanner takes this file for a leak.
        let tail = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1";
        assert!(looks_like_secret(&format!("1234567890:{tail}")).is_some());
        assert!(looks_like_secret(&format!("https://api.telegram.org/bot1234567890:{tail}")).is_some());
        assert!(looks_like_secret(&format!("Bearer sk-{tail}")).is_some());
        assert!(looks_like_secret(&format!("ghp_{tail}X")).is_some());
        for harmless in [
            "Hello there, how are you today? Tell me everything.",
            "https://example.com/a/very/long/path/that/is/fine?x=1",
            "{{ user.first_name }} has {{ bot.total }} points in all",
            "2024-01-01T10:00:00.000Z and 12:30:00 and so on and on",
            "www.some-quite-long-domain-name.example.com",
        ] {
            assert_eq!(looks_like_secret(harmless), None, "{harmless}");
        }
    }
}
