//! Pictures of flows: SVG against the files in `cases/` (`UPDATE=1` writes them), PNG and PDF opened by other crates, huge flows.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use flow::text::parse_flow;
use flow::{Flow, Id, Node, Place};
use picture::{Drawing, Look, Scheme};

fn look(scheme: Scheme) -> Look<'static> {
    Look { scheme, bot: None, marks: None }
}

fn drawn(flow: &Flow, scheme: Scheme) -> Drawing {
    Drawing::of(flow, &engine::kinds(), &look(scheme))
}

fn cases() -> Vec<(String, Flow)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<(String, Flow)> = fs::read_dir(folder)
        .expect("cases")
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_str()?.strip_suffix(".flow.json")?.to_owned();
            Some((name, parse_flow(&fs::read(entry.path()).expect("a flow")).value))
        })
        .collect();
    cases.sort_by(|one, other| one.0.cmp(&other.0));
    cases
}

#[test]
fn flows_are_drawn_as_before() {
    for (name, flow) in cases() {
        for (scheme, ending) in [(Scheme::Light, "light.svg"), (Scheme::Dark, "dark.svg")] {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cases/{name}.{ending}"));
            let svg = drawn(&flow, scheme).svg(1.0).replace("><", ">\n<");
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&file, &svg).expect("written");
            }
            let known = fs::read_to_string(&file).unwrap_or_default();
            assert!(svg == known, "{} is drawn in another way; look at it, then UPDATE=1", file.display());
        }
    }
}

#[test]
fn a_png_opens_and_is_as_large_as_said() {
    for (name, flow) in cases() {
        let (bytes, width, height) = drawn(&flow, Scheme::Dark).png(2.0).expect("a picture");
        let mut reader = png::Decoder::new(&bytes[..]).read_info().expect("a PNG");
        let mut points = vec![0; reader.output_buffer_size()];
        let info = reader.next_frame(&mut points).expect("a frame");
        assert_eq!((info.width, info.height), (width, height), "{name}");
        let first = &points[..4];
        assert!(points.chunks(4).any(|point| point != first), "{name} has nothing in it");
    }
}

#[test]
fn a_pdf_opens_has_one_page_and_its_text() {
    for (name, flow) in cases() {
        let (bytes, ..) = drawn(&flow, Scheme::Light).pdf().expect("a picture");
        let document = lopdf::Document::load_mem(&bytes).expect("a PDF");
        assert_eq!(document.get_pages().len(), 1, "{name}");
        let is_font = |object: &lopdf::Object| {
            let kind = object.as_dict().and_then(|dict| dict.get(b"Type")).and_then(lopdf::Object::as_name);
            kind.is_ok_and(|name| name == b"Font")
        };
        let fonts = document.objects.values().filter(|object| is_font(object));
        assert!(fonts.count() > 0, "{name} has no text");
    }
}

#[test]
fn a_huge_flow_is_drawn_in_time() {
    let mut flow = Flow { name: "Huge".into(), ..Flow::default() };
    let kinds = engine::kinds();
    let all: Vec<_> = kinds.iter().collect();
    for at in 0..10_000_i32 {
        let id = Id::new(format!("n{at}"));
        let mut node: Node = all[at as usize % all.len()].example.clone();
        node.next = [("out".into(), Id::new(format!("n{}", (at + 1) % 10_000)))].into();
        flow.layout.insert(id.clone(), Place { x: at % 100 * 296, y: at / 100 * 240, w: None, h: None });
        flow.nodes.insert(id, node.into());
    }
    let began = Instant::now();
    let drawing = drawn(&flow, Scheme::Light);
    let svg = drawing.svg(1.0);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert!(svg.len() < 64 << 20, "{} bytes", svg.len());
    assert_eq!(drawing.nodes, 10_000);
}

#[test]
fn an_empty_flow_and_groups_that_hold_each_other_are_drawn() {
    let flow = parse_flow(
        br#"{ "nexus": 1, "id": "x", "name": "Odd", "nodes": { "a": { "kind": "data.set", "v": 1, "group": "g" } },
              "groups": { "g": { "title": "G", "parent": "h" }, "h": { "title": "H", "parent": "g" } } }"#,
    );
    for flow in [Flow::default(), flow.value] {
        drawn(&flow, Scheme::Light).png(1.0).expect("a picture");
    }
}

#[test]
fn each_kind_has_an_icon_of_its_own() {
    for kind in engine::kinds().iter() {
        assert!(
            picture::has_icon(kind.icon),
            "{} names the icon {}, which is not in icons.rs",
            kind.kind,
            kind.icon
        );
    }
}
