//! XML as objects: an element is an object of its attributes (`@name`), its text (`#text`) and the elements in it by name, several of one
//! name as a list. An element that is nothing but a text is that text.

use flow::Data;
use flow::data::Fields;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use smol_str::{SmolStr, format_smolstr};

use super::{MOST_DEPTH, MOST_VALUES, Unread, bounded};

#[derive(Default)]
struct Element {
    name: SmolStr,
    members: Fields,
    text: String,
}

pub(crate) fn read(text: &str) -> Result<Data, Unread> {
    bounded(text)?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    // Told in our own words.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let (mut open, mut root, mut count) = (Vec::<Element>::new(), None, 0);
    loop {
        let begin = reader.buffer_position() as usize;
        let wrong = |message: String| Unread::at(text, begin, message);
        let event = reader
            .read_event()
            .map_err(|error| Unread::at(text, reader.error_position() as usize, plain(&error)))?;
        match event {
            Event::Start(start) => {
                count += 1;
                if open.len() >= MOST_DEPTH || count > MOST_VALUES {
                    return Err(wrong("it goes too deep, or is too much, to be read".into()));
                }
                open.push(element(&start).map_err(wrong)?);
            }
            Event::Empty(start) => {
                count += 1;
                let done = element(&start).map_err(wrong)?;
                close(done, &mut open, &mut root).map_err(wrong)?;
            }
            Event::End(end) => {
                let name = SmolStr::new(end.name().as_ref());
                match open.pop() {
                    Some(done) if done.name == name => close(done, &mut open, &mut root).map_err(wrong)?,
                    Some(other) => return Err(wrong(format!("`{}` is closed by `{name}`", other.name))),
                    None => return Err(wrong(format!("`{name}` is closed but was never opened"))),
                }
            }
            Event::Text(piece) => say(&piece.xml10_content(), &mut open).map_err(wrong)?,
            Event::CData(piece) => say(&piece.xml10_content(), &mut open).map_err(wrong)?,
            Event::GeneralRef(name) => {
                let known = match name.resolve_char_ref() {
                    Ok(Some(c)) => Some(c.to_string()),
                    Ok(None) => quick_xml::escape::resolve_xml_entity(&name).map(str::to_owned),
                    Err(_) => None,
                };
                let piece = known.ok_or_else(|| wrong(format!("`&{};` is not known", &*name)))?;
                say(&piece, &mut open).map_err(wrong)?;
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
    if let Some(left) = open.last() {
        return Err(Unread::at(text, text.len(), format!("`{}` is never closed", left.name)));
    }
    let (name, value) = root.ok_or_else(|| Unread::at(text, 0, "there is no element in it"))?;
    Ok(Data::object([(name, value)]))
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element { name: SmolStr::new(start.name().as_ref()), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        let name = format_smolstr!("@{}", attribute.key.as_ref());
        element.members.insert(name, Data::text(value.as_ref()));
    }
    Ok(element)
}

fn say(piece: &str, open: &mut [Element]) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => element.text.push_str(piece),
        None if piece.trim().is_empty() => {}
        None => return Err("this is outside of all elements".into()),
    }
    Ok(())
}

/// Puts an element that is over into the one around it.
fn close(done: Element, open: &mut [Element], root: &mut Option<(SmolStr, Data)>) -> Result<(), String> {
    let Element { name, mut members, text } = done;
    let text = text.trim();
    let value = if members.is_empty() {
        text.into()
    } else {
        if !text.is_empty() {
            members.insert("#text".into(), text.into());
        }
        Data::Object(members.into())
    };
    let Some(around) = open.last_mut() else {
        if root.is_some() {
            return Err("there is a second element beside the first".into());
        }
        *root = Some((name, value));
        return Ok(());
    };
    let several = match around.members.remove(&name) {
        None => value,
        Some(Data::List(mut items)) => {
            std::sync::Arc::make_mut(&mut items).push(value);
            Data::List(items)
        }
        Some(first) => Data::list([first, value]),
    };
    around.members.insert(name, several);
    Ok(())
}

fn plain(error: &quick_xml::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("syntax error: ")
        .or_else(|| text.strip_prefix("ill-formed document: "))
        .unwrap_or(&text)
        .to_owned()
}
