//! The mail itself, with whom it goes to.

use engine::effect::Email;
use engine::{EffectError, ErrorKind, Key};
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use crate::Assets;

pub fn write(email: &Email, key: Key, assets: &Assets) -> Result<Message, EffectError> {
    let from = mailbox(&email.from)?;
    // The same mail bears the same name, however often it is tried.
    let id = format!("<{key}@{}>", from.email.domain());
    let mut letter = Message::builder().message_id(Some(id)).from(from).date_now();
    for to in &email.to {
        letter = letter.to(mailbox(to)?);
    }
    for cc in &email.cc {
        letter = letter.cc(mailbox(cc)?);
    }
    if !email.reply_to.is_empty() {
        letter = letter.reply_to(mailbox(&email.reply_to)?);
    }
    let letter = letter.subject(email.subject.as_str());
    let text = email.text.to_string();
    let html = Some(email.html.to_string()).filter(|html| !html.is_empty());
    let files = email.attachments.iter().map(|path| attached(path, assets)).collect::<Result<Vec<_>, _>>()?;
    let written = match (html, files.is_empty()) {
        (None, true) => letter.singlepart(SinglePart::plain(text)),
        (Some(html), true) => letter.multipart(MultiPart::alternative_plain_html(text, html)),
        (html, false) => {
            let mixed = MultiPart::mixed();
            let mixed = match html {
                None => mixed.singlepart(SinglePart::plain(text)),
                Some(html) => mixed.multipart(MultiPart::alternative_plain_html(text, html)),
            };
            letter.multipart(files.into_iter().fold(mixed, MultiPart::singlepart))
        }
    };
    written.map_err(|error| refused(format!("This mail cannot be written: {error}.")))
}

fn attached(path: &str, assets: &Assets) -> Result<SinglePart, EffectError> {
    let bytes = assets(path)?;
    let mime = mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream");
    let mime = ContentType::parse(mime)
        .map_err(|_| refused(format!("Nobody knows what kind of file `{path}` is.")))?;
    let name = path.rsplit('/').next().unwrap_or(path);
    Ok(Attachment::new(name.to_string()).body(bytes, mime))
}

fn mailbox(text: &str) -> Result<Mailbox, EffectError> {
    let wrong = || refused(format!("`{text}` is no mail address."));
    if let Ok(mailbox) = text.parse() {
        return Ok(mailbox);
    }
    // A name with signs that would have to stand in quotes, which people leave out.
    let (name, bare) =
        text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')).ok_or_else(wrong)?;
    let bare = bare.trim().parse().map_err(|_| wrong())?;
    Ok(Mailbox::new(Some(name.trim().trim_matches('"').to_string()), bare))
}

fn refused(words: String) -> EffectError {
    EffectError::new(ErrorKind::Refused, words)
}

#[test]
fn addresses_are_read() {
    for (text, name, email) in [
        ("ada@example.com", None, "ada@example.com"),
        ("Ada <ada@example.com>", Some("Ada"), "ada@example.com"),
        ("Shop: (Berlin) Ümlaut <shop@example.com>", Some("Shop: (Berlin) Ümlaut"), "shop@example.com"),
    ] {
        let read = mailbox(text).unwrap_or_else(|error| panic!("{}", error.message));
        assert_eq!((read.name.as_deref(), read.email.to_string().as_str()), (name, email), "{text}");
    }
    for wrong in ["", "ada", "Ada <ada>", "a@b@c", "x <a@b.c"] {
        assert!(mailbox(wrong).is_err(), "{wrong}");
    }
}
