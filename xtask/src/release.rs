//! `cargo xtask release`: what a release publishes, from what the bundler left on each system: the packages under plain names, and the
//! list of them that installed programs ask for. docs/releasing.md tells the whole way.

use std::fs;
use std::path::{Path, PathBuf};

use crate::place;
use crate::sh::Outcome;

/// Where a release's files can be had.
const ADDRESS: &str = "https://github.com/nexus-bots/nexus-bots/releases/download";

pub fn release(args: &[String]) -> Outcome {
    let [artifacts, notes] = args else {
        return Err("name the folder of the artifacts and the file with the notes".into());
    };
    let version = env!("CARGO_PKG_VERSION");
    let notes = fs::read_to_string(notes).map_err(|error| format!("{notes}: {error}"))?;
    let out = place::target().join(format!("release-{version}"));
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;

    let mut signed = Vec::new();
    for signature in signatures(Path::new(artifacts))? {
        let package = signature.with_extension("");
        let kind =
            Kind::of(&package).ok_or_else(|| format!("{}: what system is that for?", package.display()))?;
        let name = kind.name(version);
        fs::copy(&package, out.join(&name)).map_err(|error| format!("{}: {error}", package.display()))?;
        let text =
            fs::read_to_string(&signature).map_err(|error| format!("{}: {error}", signature.display()))?;
        println!("{name}  ({})", kind.target());
        signed.push((kind.target(), format!("{ADDRESS}/v{version}/{name}"), text.trim().to_owned()));
    }
    if signed.is_empty() {
        return Err(format!("there is no .sig file in {artifacts}; was the bundle signed?"));
    }
    signed.sort();
    if let Some(pair) = signed.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(format!("there are two packages for {}", pair[0].0));
    }
    let list = out.join("latest.json");
    fs::write(&list, manifest(version, notes.trim(), &signed))
        .map_err(|error| format!("{}: {error}", list.display()))?;
    println!("\n{}", out.display());
    Ok(())
}

/// A package as the bundler makes it: the ending tells the system, the name or the artifact's folder tells the processor.
#[derive(Debug, PartialEq)]
struct Kind {
    system: &'static str,
    processor: &'static str,
    /// What the updater calls it; empty where a system has one kind.
    bundle: &'static str,
    ending: &'static str,
}

impl Kind {
    fn of(package: &Path) -> Option<Kind> {
        const ENDINGS: [(&str, &str, &str); 6] = [
            (".AppImage", "linux", "appimage"),
            (".deb", "linux", "deb"),
            (".rpm", "linux", "rpm"),
            (".app.tar.gz", "darwin", ""),
            ("-setup.exe", "windows", "nsis"),
            (".msi", "windows", "msi"),
        ];
        let path = package.to_string_lossy();
        let (ending, system, bundle) = ENDINGS.into_iter().find(|(ending, ..)| path.ends_with(ending))?;
        let has = |words: &[&str]| words.iter().any(|word| path.contains(word));
        let processor = match () {
            () if has(&["arm64", "aarch64"]) => "aarch64",
            () if has(&["x64", "x86_64", "amd64"]) => "x86_64",
            () => return None,
        };
        Some(Kind { system, processor, bundle, ending })
    }

    /// As the updater looks for it.
    fn target(&self) -> String {
        let bundle = if self.bundle.is_empty() { String::new() } else { format!("-{}", self.bundle) };
        format!("{}-{}{bundle}", self.system, self.processor)
    }

    fn name(&self, version: &str) -> String {
        let system = if self.system == "darwin" { "macos" } else { self.system };
        format!("nexus-bots-{version}-{system}-{}{}", self.processor, self.ending)
    }
}

fn manifest(version: &str, notes: &str, signed: &[(String, String, String)]) -> String {
    let rows: Vec<String> = signed
        .iter()
        .map(|(target, url, signature)| {
            format!(
                "    {}: {{ \"url\": {}, \"signature\": {} }}",
                quoted(target),
                quoted(url),
                quoted(signature)
            )
        })
        .collect();
    format!(
        "{{\n  \"version\": {},\n  \"notes\": {},\n  \"platforms\": {{\n{}\n  }}\n}}\n",
        quoted(version),
        quoted(notes),
        rows.join(",\n")
    )
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn signatures(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "sig") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[test]
fn each_package_is_for_its_system() {
    let cases = [
        (
            "a/nexus-bots-linux-x64/appimage/Nexus Bots_0.2.0_amd64.AppImage",
            "linux-x86_64-appimage nexus-bots-9-linux-x86_64.AppImage",
        ),
        ("a/Nexus Bots_0.2.0_arm64.deb", "linux-aarch64-deb nexus-bots-9-linux-aarch64.deb"),
        ("a/Nexus Bots-0.2.0-1.x86_64.rpm", "linux-x86_64-rpm nexus-bots-9-linux-x86_64.rpm"),
        (
            "a/nexus-bots-macos-arm64/macos/Nexus Bots.app.tar.gz",
            "darwin-aarch64 nexus-bots-9-macos-aarch64.app.tar.gz",
        ),
        (
            "a/nexus-bots-macos-x64/macos/Nexus Bots.app.tar.gz",
            "darwin-x86_64 nexus-bots-9-macos-x86_64.app.tar.gz",
        ),
        ("a/Nexus Bots_0.2.0_x64-setup.exe", "windows-x86_64-nsis nexus-bots-9-windows-x86_64-setup.exe"),
        ("a/Nexus Bots_0.2.0_x64_en-US.msi", "windows-x86_64-msi nexus-bots-9-windows-x86_64.msi"),
    ];
    for (path, expected) in cases {
        let kind = Kind::of(Path::new(path)).expect(path);
        assert_eq!(format!("{} {}", kind.target(), kind.name("9")), expected);
    }
    assert_eq!(Kind::of(Path::new("a/Nexus Bots.app.tar.gz")), None);
    assert_eq!(Kind::of(Path::new("a/readme_x64.txt")), None);
}

#[test]
fn the_list_is_json() {
    let signed = [("linux-x86_64".to_owned(), "https://a/b".to_owned(), "c2ln".to_owned())];
    let list = manifest("9", "Says \"hello\".\nTwice.", &signed);
    assert_eq!(
        list,
        "{\n  \"version\": \"9\",\n  \"notes\": \"Says \\\"hello\\\".\\u000aTwice.\",\n  \"platforms\": {\n    \"linux-x86_64\": { \"url\": \"https://a/b\", \"signature\": \"c2ln\" }\n  }\n}\n"
    );
}
