//! Sends a mail.

use flow::descriptor::{Descriptor, Family, Field, FieldType};
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, example, with_effect};
use crate::build::{Broken, Build};
use crate::effect::{Effect, Email};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{subject} to {to}",
        help: "Sends a mail by your mail server. Several addresses stand with commas between them, and one may have a name: \
               `Ada <ada@example.com>`. That it was sent does not say that it was read, or even that it arrived.",
        synonyms: &["mail", "e-mail", "smtp", "letter", "notify", "newsletter", "receipt"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", vec![
            Field::new("server", "Mail server", FieldType::Secret)
                .required()
                .help("The secret that holds its address with the password, such as `smtps://user:password@mail.example.com`."),
            Field::text("from", "From").required().placeholder("shop@example.com"),
            Field::text("to", "To").required().placeholder("{{ user.email }}"),
            Field::text("subject", "Subject").required().placeholder("Your order"),
            Field::long_text("text", "Text").required(),
            Field::long_text("html", "As a page (HTML)").help("Shown in place of the text by programs that can.").advanced(),
            Field::text("cc", "Copy to").advanced(),
            Field::text("reply_to", "Answers go to").advanced(),
            Field::list("files", "Files", vec![Field::text("file", "File").required().placeholder("assets/menu.pdf")]).advanced(),
        ]),
        ..base("world.email", Family::World, "Send a mail", "mail")
    };
    it.example = example(
        &it,
        r#"{"server": {"$secret": "mail_server"}, "from": "shop@example.com", "to": "ada@example.com", "subject": "Your order", "text": "Hi {{ user.first_name }}, it is on its way."}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let missing = || Broken::new("It does not say which secret holds the mail server.").at("server");
    Ok(Box::new(Mail {
        server: of.secret("server").ok_or_else(missing)?,
        from: of.source("from")?,
        to: of.source("to")?,
        cc: of.source("cc")?,
        reply_to: of.source("reply_to")?,
        subject: of.source("subject")?,
        text: of.source("text")?,
        html: of.source("html")?,
        files: of.each("files", |file, _| file.source("file"))?,
    }))
}

#[derive(Debug)]
struct Mail {
    server: SmolStr,
    from: Source,
    to: Source,
    cc: Source,
    reply_to: Source,
    subject: Source,
    text: Source,
    html: Source,
    files: Vec<Source>,
}

impl Behaviour for Mail {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let text = |source: &Source, name| at.text(source).map_err(|fault| fault.at(name));
        let many = |source: &Source, name| addresses(&text(source, name)?).map_err(|fault| fault.at(name));
        let one = |source: &Source, name| {
            let all = many(source, name)?;
            match all.len() {
                0 | 1 => Ok(all.into_iter().next().unwrap_or_default()),
                _ => Err(Fault::wrong_type("There can be only one address here.").at(name)),
            }
        };
        let (from, to) = (one(&self.from, "from")?, many(&self.to, "to")?);
        if from.is_empty() || to.is_empty() {
            let name = if from.is_empty() { "from" } else { "to" };
            return Err(Fault::wrong_type("There is no address here.").at(name));
        }
        // A line break in a subject would begin a header of its own.
        let subject = text(&self.subject, "subject")?.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Next::Do(Box::new(Effect::Email(Email {
            server: self.server.clone(),
            from,
            to,
            cc: many(&self.cc, "cc")?,
            reply_to: one(&self.reply_to, "reply_to")?,
            subject: subject.into(),
            text: text(&self.text, "text")?,
            html: text(&self.html, "html")?,
            attachments: self.files.iter().map(|file| text(file, "files")).collect::<Result<_, _>>()?,
        }))))
    }
}

/// Addresses with commas between them: `ada@example.com, Bob <bob@example.com>`.
fn addresses(text: &str) -> Result<Vec<SmolStr>, Fault> {
    let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    let one = |part: &str| {
        let bare = match part.rsplit_once('<') {
            Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
            None => part,
        };
        let is_one = bare.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
            && !bare.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
            && !part.contains(char::is_control);
        let wrong = || Fault::wrong_type(format!("`{part}` is no mail address."));
        is_one.then(|| SmolStr::new(part)).ok_or_else(wrong)
    };
    parts.map(one).collect()
}
