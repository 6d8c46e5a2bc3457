//! Keeps secrets out of whatever is told: each value that was filled in is hidden wherever it turns up again, in the ways in which the other
//! side may have written it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use engine::{Done, EffectError};
use flow::Data;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const HIDDEN: &str = "•••";

/// Shorter values are found in any text; to hide them would tell more than it hides.
const LEAST: usize = 4;
/// In base64, for the same reason.
const LEAST_BASE64: usize = 6;

#[derive(Default)]
pub struct Veil {
    /// The longest first, so that no part of a longer one is left.
    forms: Vec<String>,
}

impl Veil {
    pub fn hide(&mut self, secret: &str) {
        if secret.len() < LEAST {
            return;
        }
        let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        // As in a text of JSON, without the quotes around it.
        let json = serde_json::Value::from(secret).to_string();
        let json = json[1..json.len() - 1].to_string();
        let html =
            secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        self.forms.extend([lower_percent(&percent), lower_percent(&form), percent, form, json, html]);
        self.forms.push(secret.to_string());
        for shift in 0..3 {
            self.forms.extend(base64(secret.as_bytes(), shift));
        }
        self.forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        self.forms.dedup();
    }

    pub fn text(&self, text: &str) -> String {
        let hide = |text: String, form: &String| match text.contains(form.as_str()) {
            true => text.replace(form.as_str(), HIDDEN),
            false => text,
        };
        self.forms.iter().fold(text.to_string(), hide)
    }

    pub fn data(&self, data: &Data) -> Data {
        match data {
            Data::Text(text) => Data::text(self.text(text)),
            Data::List(items) => Data::list(items.iter().map(|item| self.data(item))),
            Data::Object(members) => {
                Data::object(members.iter().map(|(name, value)| (self.text(name), self.data(value))))
            }
            // A number may be one, too.
            Data::Int(_) | Data::Float(_) => {
                let text = data.shown();
                let hidden = self.text(&text);
                if hidden == *text { data.clone() } else { Data::text(hidden) }
            }
            Data::Null | Data::Bool(_) => data.clone(),
        }
    }

    pub fn error(&self, error: EffectError) -> EffectError {
        if self.forms.is_empty() {
            return error;
        }
        EffectError { message: self.text(&error.message).into(), detail: self.data(&error.detail), ..error }
    }

    /// What came back goes on into the bot, its state and its traces.
    pub fn done(&self, done: Done) -> Done {
        match done {
            _ if self.forms.is_empty() => done,
            Done::Http { status, headers, body } => {
                let headers = headers.iter().map(|(name, value)| (name.clone(), self.data(value))).collect();
                Done::Http { status, headers, body: self.data(&body) }
            }
            Done::Answer(mut answer) => {
                answer.text = self.text(&answer.text).into();
                answer.data = self.data(&answer.data);
                Done::Answer(answer)
            }
            other => other,
        }
    }
}

fn lower_percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hex = 0;
    for c in text.chars() {
        let lower = hex > 0;
        hex = if c == '%' { 2 } else { u32::saturating_sub(hex, 1) };
        out.push(if lower { c.to_ascii_lowercase() } else { c });
    }
    out
}

/// What is sure to be seen of it in base64 when so many bytes, modulo three, stand before it: the rest depends on its neighbours.
fn base64(secret: &[u8], shift: usize) -> Vec<String> {
    let bytes = [&[0, 0][..shift], secret].concat();
    let (first, end) = ((shift * 8).div_ceil(6), bytes.len() * 8 / 6);
    if end.saturating_sub(first) < LEAST_BASE64 {
        return Vec::new();
    }
    [STANDARD.encode(&bytes), URL_SAFE.encode(&bytes)]
        .iter()
        .map(|text| text[first..end].to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_secret_is_hidden_in_all_its_spellings() {
        let secret = "ca<n>ary/42+&\"x\" é=";
        let mut veil = Veil::default();
        veil.hide(secret);
        let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        for said in [
            secret.to_string(),
            percent.to_ascii_lowercase(),
            serde_json::to_string(secret).unwrap(),
            url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
            STANDARD.encode(format!("user:{secret}")),
            URL_SAFE.encode(format!("{secret}:x")),
        ] {
            let hidden = veil.text(&format!("It said {said} to me"));
            assert!(hidden.contains(HIDDEN), "{said}: {hidden}");
            assert!(!hidden.contains("ary"), "{said}: {hidden}");
        }
        assert_eq!(veil.text("nothing of it"), "nothing of it");
        veil.hide("271828");
        assert_eq!(
            veil.data(&Data::list([Data::Int(12_718_289), Data::Int(7)])),
            Data::list(["1•••9".into(), Data::Int(7)])
        );
    }

    proptest! {
        #[test]
        fn no_secret_is_seen(secret in "[ -~]{5,40}", before in "[ -~]{0,9}", after in "[ -~]{0,9}") {
            let mut veil = Veil::default();
            veil.hide(&secret);
            let said = format!("{before}{secret}{after}");
            prop_assert!(!veil.text(&said).contains(&secret));
            let base64 = veil.text(&STANDARD.encode(&said));
            prop_assert!(base64.contains(HIDDEN), "{}", base64);
        }
    }
}
