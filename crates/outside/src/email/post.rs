//! Hands a mail over to a server. Up to the end of the mail itself nothing was sent; after it, without a word of the server, nobody knows.

use engine::{EffectError, ErrorKind};
use flow::Data;
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data as Begin, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::time::{Instant, timeout_at};

use super::server::{Security, Server};
use crate::line::Line;
use crate::trouble;

pub async fn send(line: &Line, server: &Server, letter: &Message, until: Instant) -> Result<(), EffectError> {
    let name = server.name();
    let at = format!("{name}:{}", server.port);
    let start = Instant::now();
    line.may_ask(&at, &name, start)?;
    let result = handed_over(line, server, letter, until).await;
    match &result {
        Err(error) if error.kind.passes() || error.kind == ErrorKind::InDoubt => {
            line.breaker.failed(&at, Instant::now())
        }
        _ => line.breaker.went_well(&at),
    }
    let code = result.as_ref().map_or_else(|error| error.kind.as_str(), |()| "sent");
    tracing::debug!(host = name, code, ms = start.elapsed().as_millis(), "mail");
    result
}

async fn handed_over(
    line: &Line,
    server: &Server,
    letter: &Message,
    until: Instant,
) -> Result<(), EffectError> {
    let late = || {
        EffectError::new(
            ErrorKind::Timeout,
            format!("The mail server `{}` did not answer in time.", server.name()),
        )
    };
    let bytes = letter.formatted();
    let ready = timeout_at(until, ready(line, server, letter, &bytes));
    let mut connection = ready.await.map_err(|_| late())??;
    let sent = timeout_at(until, connection.message(&bytes)).await;
    let result = match sent {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.status().is_some() => Err(answered(&error, server, Step::Mail)),
        Ok(Err(_)) | Err(_) => Err(EffectError::new(
            ErrorKind::InDoubt,
            format!(
                "The connection to the mail server `{}` broke while the mail was handed over; it may have been sent or not.",
                server.name()
            ),
        )),
    };
    if result.is_ok() {
        // What comes after it changes nothing.
        let _ = timeout_at(until, connection.quit()).await;
    }
    result
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Greeting,
    SigningIn,
    Mail,
}

/// Up to where the server waits for the mail.
async fn ready(
    line: &Line,
    server: &Server,
    letter: &Message,
    bytes: &[u8],
) -> Result<AsyncSmtpConnection, EffectError> {
    let mut connection = greeted(line, server).await?;
    if let Some((user, password)) = &server.user {
        let credentials = Credentials::new(user.clone(), password.clone());
        let ways = [Mechanism::Plain, Mechanism::Login];
        let signed_in = connection.auth(&ways, &credentials).await;
        signed_in.map_err(|error| answered(&error, server, Step::SigningIn))?;
    }
    let envelope = letter.envelope();
    let (mut options, can) = (Vec::new(), |what| connection.server_info().supports_feature(what));
    if envelope.to().iter().chain(envelope.from()).any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
        if !can(Extension::SmtpUtfEight) {
            let words =
                format!("The mail server `{}` takes no addresses with letters beyond a to z.", server.name());
            return Err(EffectError::new(ErrorKind::Refused, words));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() {
        // Whoever cannot say it takes it all the same nowadays.
        options.extend(
            can(Extension::EightBitMime).then_some(MailParameter::Body(MailBodyParameter::EightBitMime)),
        );
    }
    let wrong = |error: Error| answered(&error, server, Step::Mail);
    connection.command(Mail::new(envelope.from().cloned(), options)).await.map_err(wrong)?;
    for to in envelope.to() {
        let taken = connection.command(Rcpt::new(to.clone(), Vec::new())).await;
        taken.map_err(|error| {
            let wrong = wrong(error);
            EffectError { message: format!("{} This was about `{to}`.", wrong.message).into(), ..wrong }
        })?;
    }
    connection.command(Begin).await.map_err(wrong)?;
    Ok(connection)
}

async fn greeted(line: &Line, server: &Server) -> Result<AsyncSmtpConnection, EffectError> {
    let name = server.name();
    let addresses =
        line.reach.addresses(&server.host, server.port).await.map_err(|astray| astray.error(&name))?;
    let tls = || TlsParameters::new(name.trim_matches(['[', ']']).to_string());
    let wrong = |error: Error| answered(&error, server, Step::Greeting);
    let first = if server.security == Security::Tls { Some(tls().map_err(wrong)?) } else { None };
    // This machine's name is nobody's business.
    let me = ClientId::default();
    let connecting =
        AsyncSmtpConnection::connect_tokio1(&*addresses, Some(line.limits.connecting), &me, first, None);
    let mut connection = connecting.await.map_err(wrong)?;
    if server.security == Security::StartTls {
        if !connection.can_starttls() {
            let words = format!(
                "The mail server `{name}` offers no encryption at this port; in a network of your own, add ?tls=none to its address."
            );
            return Err(EffectError::new(ErrorKind::Refused, words));
        }
        connection.starttls(tls().map_err(wrong)?, &me).await.map_err(wrong)?;
    }
    Ok(connection)
}

/// What an error means at a step before the mail was handed over, or in the server's answer to it.
fn answered(error: &Error, server: &Server, step: Step) -> EffectError {
    let name = server.name();
    let Some(status) = error.status() else {
        return match step {
            // No way of signing in that both know.
            Step::SigningIn if error.is_client() => EffectError::new(
                ErrorKind::Unauthorized,
                format!("The mail server `{name}` does not let one sign in by name and password here."),
            ),
            _ if error.is_timeout() => EffectError::new(
                ErrorKind::Timeout,
                format!("The mail server `{name}` did not answer in time."),
            ),
            _ if error.is_response() => EffectError::new(
                ErrorKind::Network,
                format!(
                    "The mail server `{name}` ended the connection, or speaks something that is not SMTP."
                ),
            ),
            _ => EffectError::new(
                ErrorKind::Network,
                format!("The mail server `{name}` cannot be reached: {}.", trouble::why(error)),
            ),
        };
    };
    let code = u16::from(status);
    let kind = match code {
        530 | 534 | 535 | 538 => ErrorKind::Unauthorized,
        500.. if step == Step::SigningIn => ErrorKind::Unauthorized,
        500.. => ErrorKind::Refused,
        _ => ErrorKind::Unavailable,
    };
    // The server's own words.
    let said = std::error::Error::source(error).map(|said| said.to_string()).unwrap_or_default();
    let said = said.trim();
    let message = match (kind, said.is_empty()) {
        (ErrorKind::Unauthorized, _) => {
            format!("The mail server `{name}` did not take user and password ({code} {said}).")
        }
        (_, true) => format!("The mail server `{name}` answered {code}."),
        (_, false) => format!("The mail server `{name}` answered {code}: {}.", said.trim_end_matches('.')),
    };
    EffectError {
        detail: Data::object([("status", Data::Int(code.into()))]),
        ..EffectError::new(kind, message)
    }
}
