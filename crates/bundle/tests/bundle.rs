//! Packing and reading, and what is not believed.

use std::collections::BTreeMap;

use bundle::{Bundle, BundleError, Key, read};
use flow::Bot;
use proptest::prelude::*;

fn bot() -> Bot {
    let flow =
        r#"{"nexus": 1, "id": "main", "name": "Main", "nodes": {"t": {"kind": "trigger.message", "v": 1}}}"#;
    Bot {
        manifest: flow::text::parse_manifest(
            br#"{"nexus": 1, "id": "b", "name": "B", "channels": ["telegram"]}"#,
        )
        .value,
        flows: [("flows/main.flow.json".into(), flow::text::parse_flow(flow.as_bytes()).value)].into(),
        texts: [("prompts/hello.md".into(), "Be kind.".into())].into(),
    }
}

fn key() -> Key {
    Key::from_seed(&[7; 32])
}

fn packed() -> Vec<u8> {
    let assets = BTreeMap::from([("assets/menu.jpg".to_string(), vec![0xff, 0xd8, 0, 1])]);
    Bundle::of(&bot(), assets).pack(&key()).unwrap().0
}

#[test]
fn a_bundle_holds_the_bot_and_is_the_same_each_time() {
    assert_eq!(packed(), packed());
    let signed = read(&packed()).unwrap();
    assert_eq!((signed.bundle.bot.as_str(), signed.signer), ("b", key().public()));
    assert_eq!(signed.bundle.document(), bot());
    assert_eq!(signed.bundle.file("assets/menu.jpg"), Some(&[0xff, 0xd8, 0, 1][..]));
    // Who signs is not part of what it is.
    let (others, hash) = signed.bundle.pack(&Key::from_seed(&[8; 32])).unwrap();
    assert_eq!(hash, signed.hash);
    assert_ne!(others, packed());
}

#[test]
fn formatting_is_not_content() {
    let one = Bundle::of(&bot(), BTreeMap::new()).pack(&key()).unwrap();
    let messy = b"{\"name\":\"B\",   \"channels\": [\"telegram\"], \"id\":\"b\",\n \"nexus\":1}";
    let other = Bot { manifest: flow::text::parse_manifest(messy).value, ..bot() };
    assert_eq!(one, Bundle::of(&other, BTreeMap::new()).pack(&key()).unwrap());
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        let name = path.as_bytes();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name);
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

#[test]
fn what_is_wrong_is_said() {
    let text = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
    let contents = br#"{"nexus": 1, "bot": "b", "files": []}"#;
    assert!(text(b"").starts_with("This is no bundle"));
    assert!(text(b"PK\x03\x04").starts_with("This is no bundle"));
    assert!(text(&tar(&[("bot.json", b"{}")])).starts_with("This is no bundle"));
    assert_eq!(read(&tar(&[("bundle.json", contents)])), Err(BundleError::Unsigned));
    assert_eq!(read(&tar(&[("bundle.json", br#"{"nexus": 9}"#)])), Err(BundleError::Newer(9)));
    let none = br#"{"key": "00", "ed25519": "00"}"#;
    assert_eq!(
        read(&tar(&[("bundle.json", contents), ("signature.json", none)])),
        Err(BundleError::BadSignature)
    );
    assert_eq!(read(&vec![0; bundle::MOST_BYTES + 1]), Err(BundleError::TooLarge(bundle::MOST_BYTES + 1)));
}

#[test]
fn a_file_that_leads_out_is_not_packed_or_not_believed() {
    for path in ["../evil", "/etc/passwd", "assets/../../evil", "assets//x", "c:\\x"] {
        let assets = BTreeMap::from([(path.to_string(), b"x".to_vec())]);
        if let Ok((bytes, _)) = Bundle::of(&bot(), assets).pack(&key()) {
            assert!(matches!(read(&bytes), Err(BundleError::Tampered(_))), "{path}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Whatever byte is another one: it is refused, or is one of the few that a tar's readers pass over and the bundle is still the same.
    #[test]
    fn no_change_goes_unseen(at in any::<prop::sample::Index>(), flip in 1_u8..=255) {
        let good = read(&packed()).unwrap();
        let mut bytes = packed();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(signed) = read(&bytes) {
            prop_assert_eq!(signed, good);
        }
    }

    #[test]
    fn no_cut_goes_unseen(at in any::<prop::sample::Index>()) {
        let good = read(&packed()).unwrap();
        let bytes = packed();
        if let Ok(signed) = read(&bytes[..at.index(bytes.len())]) {
            prop_assert_eq!(signed, good);
        }
    }

    #[test]
    fn anything_is_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
        let _ = read(&bytes);
    }
}
