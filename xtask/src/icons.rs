//! Draws `icons/` from the two SVGs in it: the mark, and the mark for sizes that have no room for its details. The drawing is
//! rsvg-convert's; the two container formats are simple enough to write here (both hold PNGs).

use std::fs;
use std::path::PathBuf;

use crate::place;
use crate::sh::{Outcome, finish};

/// At this size and below, the small drawing is used.
const SMALL: u32 = 48;

/// The names that Tauri's bundler and the Windows store look for.
const PNGS: &[(&str, u32)] = &[
    ("32x32", 32),
    ("64x64", 64),
    ("128x128", 128),
    ("128x128@2x", 256),
    ("icon", 512),
    ("StoreLogo", 50),
    ("Square30x30Logo", 30),
    ("Square44x44Logo", 44),
    ("Square71x71Logo", 71),
    ("Square89x89Logo", 89),
    ("Square107x107Logo", 107),
    ("Square142x142Logo", 142),
    ("Square150x150Logo", 150),
    ("Square284x284Logo", 284),
    ("Square310x310Logo", 310),
];

const ICO: &[u32] = &[16, 24, 32, 48, 64, 256];

/// Type codes and sizes, from 16 px to 512 px at double density.
const ICNS: &[(&[u8; 4], u32)] = &[
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
    (b"ic10", 1024),
];

pub fn draw() -> Outcome {
    if place::program("rsvg-convert").is_none() {
        return Err("rsvg-convert was not found; Debian has it in librsvg2-bin".into());
    }
    for (name, size) in PNGS {
        write(&format!("{name}.png"), &png(*size)?)?;
    }
    write("icon.ico", &ico(&drawn(ICO)?))?;
    let mut pictures = Vec::new();
    for (code, size) in ICNS {
        pictures.push((**code, png(*size)?));
    }
    write("icon.icns", &icns(&pictures))
}

fn drawn(sizes: &[u32]) -> Outcome<Vec<(u32, Vec<u8>)>> {
    sizes.iter().map(|size| Ok((*size, png(*size)?))).collect()
}

fn png(size: u32) -> Outcome<Vec<u8>> {
    let source = folder().join(if size <= SMALL { "icon-small.svg" } else { "icon.svg" });
    let made = std::env::temp_dir().join(format!("nexus-icon-{}-{size}.png", std::process::id()));
    let side = size.to_string();
    let mut rsvg = std::process::Command::new("rsvg-convert");
    finish(rsvg.args(["--width", &side, "--height", &side, "--output"]).arg(&made).arg(source))?;
    let bytes = fs::read(&made).map_err(|error| error.to_string())?;
    fs::remove_file(&made).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// An ICONDIR, one 16-byte entry per picture, the pictures.
fn ico(pictures: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let count = pictures.len() as u16;
    let mut out = [0u16, 1, count].iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let mut offset = 6 + 16 * u32::from(count);
    for (size, bytes) in pictures {
        let side = if *size == 256 { 0 } else { *size as u8 };
        out.extend([side, side, 0, 0, 1, 0, 32, 0]);
        out.extend((bytes.len() as u32).to_le_bytes());
        out.extend(offset.to_le_bytes());
        offset += bytes.len() as u32;
    }
    pictures.iter().for_each(|(_, bytes)| out.extend(bytes));
    out
}

/// A header with the whole length, then chunks of type, length and picture.
fn icns(pictures: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let whole: usize = pictures.iter().map(|(_, bytes)| bytes.len() + 8).sum();
    let mut out = b"icns".to_vec();
    out.extend((whole as u32 + 8).to_be_bytes());
    for (code, bytes) in pictures {
        out.extend(code);
        out.extend((bytes.len() as u32 + 8).to_be_bytes());
        out.extend(bytes);
    }
    out
}

fn write(name: &str, bytes: &[u8]) -> Outcome {
    fs::write(folder().join(name), bytes)
        .map_err(|error| format!("icons/{name} could not be written: {error}"))
}

fn folder() -> PathBuf {
    place::root().join("icons")
}
