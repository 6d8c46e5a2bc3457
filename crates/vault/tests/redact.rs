//! What is masked, in which forms, and what is left alone.

use vault::{Choice, MASK, Redactor, Secret, Vault};

fn redactor(values: &[&str]) -> Redactor {
    let secrets: Vec<Secret> = values.iter().map(|value| Secret::new(*value)).collect();
    Redactor::new(&secrets).expect("a redactor")
}

fn check(values: &[&str], text: &str, expected: &str) {
    assert_eq!(redactor(values).redact(text), expected, "{values:?}");
}

const TOKEN: &str = "1234567890:AAHd-x_Yz";
/// Something of everything that is written in another way somewhere.
const WILD: &str = "p\"ä/s s+w?rd\\&=:ß😀>>>";

#[test]
fn values_are_masked_wherever_they_stand() {
    check(&[], "nothing to hide", "nothing to hide");
    check(&[TOKEN], "", "");
    check(&[TOKEN], "nothing to hide", "nothing to hide");
    check(&[TOKEN], TOKEN, "***");
    check(
        &[TOKEN],
        &format!("https://api.telegram.org/bot{TOKEN}/getMe"),
        "https://api.telegram.org/bot***/getMe",
    );
    check(&["pa55word"], "pa55wordpa55word, pa55wor", "***, pa55wor");
    check(&["ключик"], "мой ключик", "мой ***");
}

#[test]
fn short_values_are_left_alone() {
    check(&["", "1", "abc"], "1 abc", "1 abc");
    check(&["abcd"], "abcd", "***");
}

#[test]
fn nothing_is_left_of_secrets_that_overlap() {
    check(&["abcdef", "defghi"], "xabcdefghix", "x***x");
    check(&["abcd", "abcdefgh"], "abcdefgh abcd", "*** ***");
    check(&["efgh", "bcdefghi", "hijkl"], "abcdefghijklm", "a***m");
    check(&["aaaa"], &"a".repeat(10_001), "***");
}

#[test]
fn forms_are_masked() {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    let strict = "p%22%C3%A4%2Fs%20s%2Bw%3Frd%5C%26%3D%3A%C3%9F%F0%9F%98%80%3E%3E%3E";
    let json = serde_json::Value::from(WILD).to_string();
    let forms = [
        strict.to_owned(),
        strict.to_lowercase(),
        strict.replace("%20", "+"),
        // A query as browsers write it.
        "p%22%C3%A4/s%20s+w?rd\\&=:%C3%9F%F0%9F%98%80%3E%3E%3E".to_owned(),
        json.trim_matches('"').to_owned(),
        r#"p\"ä\/s s+w?rd\\&=:ß😀>>>"#.to_owned(),
        r#"p\"\u00e4/s s+w?rd\\&=:\u00df\ud83d\ude00>>>"#.to_owned(),
        STANDARD_NO_PAD.encode(WILD),
        URL_SAFE_NO_PAD.encode(WILD),
    ];
    for form in forms {
        check(&[WILD], &format!("before {form} after"), "before *** after");
    }
    for padded in [STANDARD.encode("secret-1"), URL_SAFE.encode("secret-1")] {
        check(&["secret-1"], &padded, "***=");
    }
    // A JSON text inside of a JSON text, as in a log's line.
    let twice = serde_json::Value::from(json.as_str()).to_string();
    check(&[WILD], &twice, "\"\\\"***\\\"\"");
}

#[test]
fn basic_authorization_is_masked() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    for user in ["", "a", "ab", "abc", "abcd"] {
        for password in ["hunter-hunter", "hunter-hunter2", "hunter-hunter22"] {
            let header = STANDARD.encode(format!("{user}:{password}:x"));
            let masked = redactor(&[password]).redact(&header).into_owned();
            let (before, after) = masked.split_once(MASK).expect("masked");
            let of_neighbours = user.len().div_ceil(3) * 4 + 4 + 8;
            assert!(before.len() + after.len() <= of_neighbours, "{header} {masked}");
            let seen = [before, after].map(|part| {
                let whole = part.trim_end_matches('=');
                let bytes = base64::engine::general_purpose::STANDARD_NO_PAD
                    .decode(&whole[..whole.len() / 4 * 4])
                    .unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned()
            });
            assert!(seen.iter().all(|seen| !seen.contains("unte")), "{seen:?}");
        }
    }
}

#[test]
fn lines_of_a_long_value_are_masked_one_by_one() {
    let pem = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n9w0BAQ==\n-----END KEY-----\n";
    check(&[pem], "1: MIIEvQIBADANBgkqhkiG\n2: 9w0BAQ==", "1: ***\n2: ***");
    check(&[pem], &serde_json::Value::from(pem).to_string(), "\"***\"");
}

#[test]
fn a_long_secret_is_no_burden() {
    let long: String = (0..vault::MOST_BYTES).map(|n| char::from(b'!' + (n * n % 90) as u8)).collect();
    let redactor = redactor(&[&long]);
    let text = format!("{long} {}", "x".repeat(1_000_000));
    assert!(redactor.redact(&text).starts_with("*** xxx"));
}

#[test]
fn a_vault_masks_all_that_it_keeps_for_a_bot() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let vault = Vault::open(folder.path(), Choice::file()).expect("it opens");
    assert_eq!(vault.redactor("shop").expect("a redactor").redact("old-value"), "old-value");
    vault.set("shop", "key", &Secret::new("old-value")).expect("set");
    vault.set("pizza", "key", &Secret::new("other-value")).expect("set");
    vault.rotate("shop", "key", &Secret::new("new-value")).expect("rotated");
    let redactor = vault.redactor("shop").expect("a redactor");
    assert_eq!(redactor.redact("old-value, new-value, other-value"), "***, ***, other-value");
    assert!(redactor.knows(&Secret::new("new-value")) && redactor.knows(&Secret::new("1")));
    assert!(!redactor.knows(&Secret::new("newer-value")) && !redactor.knows(&Secret::new("new-value!")));
}
