//! Texts.

use super::{Answer, Args, Filter, text_of};
use crate::data::Data;

pub(super) const FILTERS: &[Filter] = &[
    Filter::new(
        "shorten",
        &["length", "end"],
        shorten,
        [
            "shorten(length, end=\"…\")",
            "The text with at most so many characters, cut between words.",
            "\"The quick brown fox\" | shorten(12)",
            "The quick…",
        ],
    ),
    Filter::new(
        "pad_left",
        &["length", "with"],
        pad_left,
        [
            "pad_left(length, with=\" \")",
            "The text, filled up on the left to so many characters.",
            "7 | pad_left(3, with=\"0\")",
            "007",
        ],
    ),
    Filter::new(
        "pad_right",
        &["length", "with"],
        pad_right,
        [
            "pad_right(length, with=\" \")",
            "The text, filled up on the right to so many characters.",
            "\"ab\" | pad_right(4, with=\".\")",
            "ab..",
        ],
    ),
    Filter::new(
        "words",
        &[],
        words,
        ["words", "The words of a text, as a list.", "\"  one two \" | words", "[\"one\", \"two\"]"],
    ),
    Filter::new(
        "initials",
        &["most"],
        initials,
        [
            "initials(most=2)",
            "The first letters of the words, as capitals.",
            "\"ada lovelace\" | initials",
            "AL",
        ],
    ),
    Filter::new(
        "title_case",
        &[],
        title_case,
        [
            "title_case",
            "Each word with a capital; the rest of it stays as it is, unlike with `title`.",
            "\"it's NASA's day\" | title_case",
            "It's NASA's Day",
        ],
    ),
    Filter::new(
        "slug",
        &[],
        slug,
        [
            "slug",
            "The text as a part of an address: small letters and digits with `-` between, accents taken off.",
            "\"Crème brûlée, 2×!\" | slug",
            "creme-brulee-2",
        ],
    ),
];

fn shorten(value: &Data, args: &Args) -> Answer {
    let text = text_of(value)?;
    let end = args.text_or("end", "…")?;
    let length = args.needed_count("length")?;
    if text.chars().count() <= length {
        return Ok(Data::Text(text));
    }
    let room = length.saturating_sub(end.chars().count());
    let cut = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let (kept, rest) = text.split_at(cut);
    // A cut inside a word goes back to its beginning, unless it is the only word.
    let kept = match kept.rfind(char::is_whitespace) {
        Some(space) if !rest.starts_with(char::is_whitespace) => &kept[..space],
        _ => kept,
    };
    let kept = kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '–'));
    let end: String = end.chars().take(length).collect();
    Ok(Data::text(format!("{kept}{end}")))
}

fn filling(text: &str, args: &Args) -> Result<String, String> {
    let with = args.text_or("with", " ")?;
    let mut chars = with.chars();
    let (Some(with), None) = (chars.next(), chars.next()) else {
        return Err("takes one character as `with`".into());
    };
    let missing = args.needed_count("length")?.saturating_sub(text.chars().count());
    Ok(std::iter::repeat_n(with, missing).collect())
}

fn pad_left(value: &Data, args: &Args) -> Answer {
    let text = text_of(value)?;
    Ok(Data::text(filling(&text, args)? + &text))
}

fn pad_right(value: &Data, args: &Args) -> Answer {
    let text = text_of(value)?;
    let filling = filling(&text, args)?;
    Ok(Data::text(text.to_string() + &filling))
}

fn words(value: &Data, _: &Args) -> Answer {
    Ok(Data::list(text_of(value)?.split_whitespace().map(Data::text)))
}

fn initials(value: &Data, args: &Args) -> Answer {
    let text = text_of(value)?;
    let most = args.count("most")?.unwrap_or(2);
    let first = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let letters = text.split_whitespace().filter_map(first).take(most);
    Ok(Data::text(letters.flat_map(char::to_uppercase).collect::<String>()))
}

fn title_case(value: &Data, _: &Args) -> Answer {
    let mut out = String::new();
    let mut inside = false;
    for c in text_of(value)?.chars() {
        match inside {
            false => out.extend(c.to_uppercase()),
            true => out.push(c),
        }
        inside = !c.is_whitespace() && (inside || c.is_alphanumeric());
    }
    Ok(Data::text(out))
}

fn slug(value: &Data, _: &Args) -> Answer {
    let mut out = String::new();
    let mut gap = false;
    for c in text_of(value)?.chars().flat_map(char::to_lowercase) {
        // What lower case leaves of a letter may be a mark on its own.
        if ('\u{300}'..='\u{36f}').contains(&c) || matches!(c, '\'' | '’') {
            continue;
        }
        if !c.is_alphanumeric() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push('-');
        }
        match plain(c) {
            Some(letters) => out.push_str(letters),
            None => out.push(c),
        }
    }
    Ok(Data::text(out))
}

/// A Latin letter without its accent.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'ö' | 'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ü' => "ue",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}
